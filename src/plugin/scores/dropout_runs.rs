//! `dropout_runs`: the replays that trade dropout compares with the full list.

use super::prelude::*;
use crate::kernels::sharpe::SharpeOf;
use crate::kernels::trade_dropout::Dropout;
use crate::plugin::frame::schema::Schema;
use crate::plugin::frame::seeds::from_text;
use crate::plugin::frame::tier::Score;
use crate::plugin::run::dropout_runs::{dtype, runs};

#[derive(Debug, Clone, Deserialize)]
struct DropoutRuns {
    score: Score,
    fraction: f64,
    n_runs: u32,
    #[serde(deserialize_with = "from_text")]
    seed: u64,
    sharpe_of: SharpeOf,
}

fn dropout_runs_output(inputs: &[Field], kwargs: &DropoutRuns) -> PolarsResult<Field> {
    kwargs.score.require_tier(&Schema::of(inputs)?)?;
    Ok(Field::new(kwargs.score.output.as_str().into(), dtype()))
}

fn dropout_runs(evidence: &Evidence, kwargs: &DropoutRuns) -> PolarsResult<Series> {
    let DropoutRuns { ref score, fraction, n_runs, seed, sharpe_of } = *kwargs;
    score.require_tier(&evidence.schema)?;
    let seeds = evidence.seeds(seed)?;
    runs(evidence, &score.output, n_runs, |row| {
        Some(Dropout { fraction, n_runs, seed: seeds.of(row)?, sharpe_of })
    })
}

export_of_rows!(dropout_runs, dropout_runs_output);
