//! `deployment`: the five thresholds, and which of them fail.

use polars::prelude::*;
use pyo3_polars::derive::polars_expr;

use super::errors::{Code, fail};
use super::evidence::{Evidence, at};
use super::params::Deployment;
use super::schema::{Schema, list};
use crate::kernels::deployment::{CRITERIA, deployment_score, failed};

fn check(schema: &Schema) -> PolarsResult<()> {
    let missing = schema.missing(&CRITERIA)?;
    if missing.is_empty() {
        return Ok(());
    }
    fail(
        Code::MissingEvidence,
        format!(
            "no evidence for `deployment`: looked for {}; {}; found {}",
            list(CRITERIA.into_iter()),
            Schema::missing_text(&missing),
            schema.found()
        ),
    )
}

fn deployment_output(inputs: &[Field], _kwargs: Deployment) -> PolarsResult<Field> {
    check(&Schema::of(inputs)?)?;
    let fields = vec![
        Field::new("score".into(), DataType::Float64),
        Field::new("deployable".into(), DataType::Boolean),
        Field::new("failed".into(), DataType::List(Box::new(DataType::String))),
    ];
    Ok(Field::new("deployment".into(), DataType::Struct(fields)))
}

#[polars_expr(output_type_func_with_kwargs=deployment_output)]
fn deployment(inputs: &[Series], kwargs: Deployment) -> PolarsResult<Series> {
    let evidence = Evidence::of(inputs)?;
    check(&evidence.schema)?;
    let metrics = CRITERIA.map(|name| evidence.metric(name));
    let metrics = metrics.into_iter().collect::<PolarsResult<Vec<_>>>()?;
    let rows = evidence.len;
    let mut scores = Vec::with_capacity(rows);
    let mut deployable = Vec::with_capacity(rows);
    let mut names =
        ListStringChunkedBuilder::new("failed".into(), rows, rows.saturating_mul(CRITERIA.len()));
    for row in 0..rows {
        let of_row = std::array::from_fn(|i| metrics.get(i).map_or(f64::NAN, |m| at(m, row)));
        let fails = failed(&of_row, &kwargs.thresholds);
        scores.push(deployment_score(&fails));
        deployable.push(fails == [false; 5]);
        names.append_values_iter(
            CRITERIA.into_iter().zip(fails).filter(|(_, fails)| *fails).map(|(name, _)| name),
        );
    }
    let columns = [
        Float64Chunked::from_vec("score".into(), scores).into_series(),
        BooleanChunked::from_iter_values("deployable".into(), deployable.into_iter()).into_series(),
        names.finish().into_series(),
    ];
    Ok(StructChunked::from_series("deployment".into(), rows, columns.iter())?.into_series())
}
