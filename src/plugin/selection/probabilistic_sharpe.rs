//! `sharpe_moments`, and what follows from them for one candidate.

use super::prelude::*;
use crate::kernels::sharpe_inference::{Comparison, Method, Variance};
use crate::kernels::sharpe_moments::Moments;

#[derive(Debug, Clone, Deserialize)]
struct SharpeMoments {
    score: Score,
    risk_free: f64,
}

fn sharpe_moments_output(inputs: &[Field], kwargs: &SharpeMoments) -> PolarsResult<Field> {
    kwargs.score.require_tier(&Schema::of(inputs)?)?;
    let field = |name: &str, dtype| Field::new(name.into(), dtype);
    let fields = vec![
        field("n", DataType::UInt32),
        field("sharpe", DataType::Float64),
        field("skewness", DataType::Float64),
        field("kurtosis", DataType::Float64),
    ];
    Ok(field(&kwargs.score.output, DataType::Struct(fields)))
}

fn sharpe_moments(inputs: &[Series], kwargs: &SharpeMoments) -> PolarsResult<Series> {
    let rows = MomentRows::read(inputs, &kwargs.score, kwargs.risk_free)?;
    let column = |name: &str, of: fn(Moments) -> f64| rows.numbers(name, |m, _| Some(of(m)));
    let columns = [
        column("n", |m| m.n).cast(&DataType::UInt32)?,
        column("sharpe", |m| m.sharpe),
        column("skewness", |m| m.skewness),
        column("kurtosis", |m| m.kurtosis),
    ];
    let valid = (0..rows.len()).map(|row| rows.get(row).is_some()).collect();
    struct_or_null(&kwargs.score.output, rows.len(), &columns, valid)
}

export!(sharpe_moments, sharpe_moments_output);

/// What every comparison with a benchmark is told.
#[derive(Debug, Clone, Deserialize)]
struct Against {
    benchmark: f64,
    variance: Variance,
    rho: f64,
    risk_free: f64,
}

impl Against {
    fn compare(
        &self,
        inputs: &[Series],
        score: &Score,
        of_row: impl Fn(Comparison, Moments) -> Option<f64>,
    ) -> PolarsResult<Series> {
        let rows = MomentRows::read(inputs, score, self.risk_free)?;
        let benchmark = rows.evidence.parameter("benchmark", Some(self.benchmark))?;
        let Self { variance, rho, .. } = *self;
        Ok(rows.numbers(&score.output, |moments, row| {
            of_row(Comparison { benchmark: benchmark(row), variance, rho }, moments)
        }))
    }
}

#[derive(Debug, Clone, Deserialize)]
struct ProbabilisticSharpe {
    score: Score,
    #[serde(flatten)]
    against: Against,
}

fn probabilistic_sharpe_output(
    inputs: &[Field],
    kwargs: &ProbabilisticSharpe,
) -> PolarsResult<Field> {
    number_field(&kwargs.score, inputs)
}

fn probabilistic_sharpe(inputs: &[Series], kwargs: &ProbabilisticSharpe) -> PolarsResult<Series> {
    kwargs.against.compare(inputs, &kwargs.score, Comparison::probability)
}

export!(probabilistic_sharpe, probabilistic_sharpe_output);

#[derive(Debug, Clone, Deserialize)]
struct SharpePValue {
    score: Score,
    method: Method,
    two_sided: bool,
    #[serde(flatten)]
    against: Against,
}

fn sharpe_p_value_output(inputs: &[Field], kwargs: &SharpePValue) -> PolarsResult<Field> {
    number_field(&kwargs.score, inputs)
}

fn sharpe_p_value(inputs: &[Series], kwargs: &SharpePValue) -> PolarsResult<Series> {
    let SharpePValue { score, method, two_sided, against } = kwargs;
    against.compare(inputs, score, |with, of| with.p_value(of, *method, *two_sided))
}

export!(sharpe_p_value, sharpe_p_value_output);

#[derive(Debug, Clone, Deserialize)]
struct MinTrackRecordLength {
    score: Score,
    confidence: f64,
    #[serde(flatten)]
    against: Against,
}

fn min_track_record_length_output(
    inputs: &[Field],
    kwargs: &MinTrackRecordLength,
) -> PolarsResult<Field> {
    number_field(&kwargs.score, inputs)
}

fn min_track_record_length(
    inputs: &[Series],
    kwargs: &MinTrackRecordLength,
) -> PolarsResult<Series> {
    let MinTrackRecordLength { score, confidence, against } = kwargs;
    against.compare(inputs, score, |with, of| with.min_track_record_length(of, *confidence))
}

export!(min_track_record_length, min_track_record_length_output);
