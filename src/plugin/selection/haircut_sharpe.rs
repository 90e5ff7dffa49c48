//! `haircut_sharpe`: what a Sharpe ratio is worth at its adjusted p-value.

use super::prelude::*;
use crate::kernels::haircut::haircut;

#[derive(Debug, Clone, Deserialize)]
struct HaircutSharpe {
    score: Score,
    risk_free: f64,
}

/// The fields beside the p-values.
fn fields() -> Vec<Field> {
    let names = ["p_value", "p_value_adjusted", "sharpe", "haircut"];
    names.map(|name| Field::new(name.into(), DataType::Float64)).to_vec()
}

fn haircut_sharpe_output(inputs: &[Field], kwargs: &HaircutSharpe) -> PolarsResult<Field> {
    kwargs.score.require_tier(&Schema::of(inputs)?)?;
    Ok(Field::new(kwargs.score.output.as_str().into(), DataType::Struct(fields())))
}

fn haircut_sharpe(inputs: &[Series], kwargs: &HaircutSharpe) -> PolarsResult<Series> {
    let rows = MomentRows::read(inputs, &kwargs.score, kwargs.risk_free)?;
    let p_value = rows.evidence.parameter("p_value", None)?;
    let adjusted = rows.evidence.parameter("p_value_adjusted", None)?;
    let cut = |row: usize| haircut(rows.get(row)?, adjusted(row));
    let column = |name: &str, of_row: &dyn Fn(usize) -> Option<f64>| {
        nullable(name, (0..rows.len()).map(|row| of_row(row).unwrap_or(f64::NAN)).collect())
    };
    let columns = [
        column("p_value", &|row| Some(p_value(row))),
        column("p_value_adjusted", &|row| Some(adjusted(row))),
        column("sharpe", &|row| cut(row).map(|cut| cut.sharpe)),
        column("haircut", &|row| cut(row).map(|cut| cut.haircut)),
    ];
    struct_of(&kwargs.score.output, rows.len(), &columns)
}

export!(haircut_sharpe, haircut_sharpe_output);
