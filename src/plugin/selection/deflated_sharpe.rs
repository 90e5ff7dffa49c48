//! The luck of the best of N: `expected_max_sharpe`, `min_backtest_length`, `sharpe_var`.

use std::cell::Cell;

use super::prelude::*;
use crate::kernels::expected_max::min_backtest_length as shortest;
use crate::kernels::expected_max::{ExpectedMax, expected_max_sharpe as luck};
use crate::kernels::sharpe_variance::{mean_of_sorted, sharpe_variance};
use crate::plugin::frame::values::read_numbers;

#[derive(Debug, Clone, Deserialize)]
struct ExpectedMaxSharpe {
    score: Score,
    n_trials: Option<f64>,
    sharpe_var: Option<f64>,
    mean: f64,
    expected_max: ExpectedMax,
}

fn expected_max_sharpe_output(inputs: &[Field], kwargs: &ExpectedMaxSharpe) -> PolarsResult<Field> {
    number_field(&kwargs.score, inputs)
}

fn expected_max_sharpe(inputs: &[Series], kwargs: &ExpectedMaxSharpe) -> PolarsResult<Series> {
    let evidence = Evidence::of(inputs)?;
    let n_trials = evidence.parameter("n_trials", kwargs.n_trials)?;
    let sharpe_var = evidence.parameter("sharpe_var", kwargs.sharpe_var)?;
    let of = |n: f64, var: f64| luck(kwargs.expected_max, n, var, kwargs.mean);
    let of_row = remember(of);
    Ok(number_column(&kwargs.score, evidence.len, |row| of_row(n_trials(row), sharpe_var(row))))
}

export!(expected_max_sharpe, expected_max_sharpe_output);

/// A function that knows its last answer: the candidates of a family ask the same.
fn remember(of: impl Fn(f64, f64) -> Option<f64>) -> impl Fn(f64, f64) -> Option<f64> {
    let last = Cell::new((f64::NAN, f64::NAN, None));
    move |a, b| {
        let (x, y, answer) = last.get();
        if x == a && y == b {
            return answer;
        }
        let answer = of(a, b);
        last.set((a, b, answer));
        answer
    }
}

#[derive(Debug, Clone, Deserialize)]
struct MinBacktestLength {
    score: Score,
    sharpe: Option<f64>,
    n_trials: Option<f64>,
    expected_max: ExpectedMax,
}

fn min_backtest_length_output(inputs: &[Field], kwargs: &MinBacktestLength) -> PolarsResult<Field> {
    number_field(&kwargs.score, inputs)
}

fn min_backtest_length(inputs: &[Series], kwargs: &MinBacktestLength) -> PolarsResult<Series> {
    let evidence = Evidence::of(inputs)?;
    let sharpe = evidence.parameter("sharpe", kwargs.sharpe)?;
    let n_trials = evidence.parameter("n_trials", kwargs.n_trials)?;
    let of_row = remember(|sharpe, n| shortest(kwargs.expected_max, sharpe, n));
    Ok(number_column(&kwargs.score, evidence.len, |row| of_row(sharpe(row), n_trials(row))))
}

export!(min_backtest_length, min_backtest_length_output);

#[derive(Debug, Clone, Deserialize)]
struct SharpeVar {
    score: Score,
}

fn sharpe_var_output(inputs: &[Field], kwargs: &SharpeVar) -> PolarsResult<Field> {
    Schema::of(inputs)?.check_parameter("sharpe")?;
    let fields = ["n_trials", "sharpe_var", "sharpe_mean"];
    let fields = fields.map(|name| Field::new(name.into(), DataType::Float64)).to_vec();
    Ok(Field::new(kwargs.score.output.as_str().into(), DataType::Struct(fields)))
}

/// How many Sharpe ratios a family has, their variance and mean.
fn sharpe_var(inputs: &[Series], kwargs: &SharpeVar) -> PolarsResult<Series> {
    let evidence = Evidence::of(inputs)?;
    let mut sharpes = read_numbers("sharpe", evidence.column("sharpe")?)?.to_vec();
    let variance = sharpe_variance(&mut sharpes).unwrap_or(f64::NAN);
    #[allow(clippy::cast_precision_loss)] // counts of candidates are far below 2^53
    let count = sharpes.len() as f64;
    let mean = mean_of_sorted(&sharpes).unwrap_or(f64::NAN);
    let columns = [("n_trials", count), ("sharpe_var", variance), ("sharpe_mean", mean)];
    let columns = columns.map(|(name, x)| nullable(name, vec![x]));
    struct_of(&kwargs.score.output, 1, &columns)
}

export!(sharpe_var, sharpe_var_output);
