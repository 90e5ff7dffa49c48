//! `effective_trials`: how many candidates there would be if none resembled another.

use super::family::{Family, family_field};
use super::prelude::*;
use crate::kernels::effective_trials::{Method, effective_trials as count};

#[derive(Debug, Clone, Deserialize)]
struct EffectiveTrials {
    score: Score,
    method: Method,
}

fn effective_trials_output(inputs: &[Field], kwargs: &EffectiveTrials) -> PolarsResult<Field> {
    kwargs.score.require_tier(&Schema::of(inputs)?)?;
    Ok(family_field(&kwargs.score, DataType::Float64))
}

fn effective_trials(inputs: &[Series], kwargs: &EffectiveTrials) -> PolarsResult<Series> {
    let family = Family::read(inputs, &kwargs.score, 0.0)?;
    let mut series: Vec<Vec<f64>> = family.candidates.into_iter().map(|(_, x)| x).collect();
    let found = count(&mut series, kwargs.method);
    Ok(number_column(&kwargs.score, 1, |_| found))
}

export!(effective_trials, effective_trials_output);
