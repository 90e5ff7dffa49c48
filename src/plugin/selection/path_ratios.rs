//! Path and tail ratios: `upi`, `calmar`, `sortino`, `omega_ratio`, `tail_ratio`, `equity_r2`.

use super::prelude::*;
use crate::kernels::ordered_trades::TradeOrder;
use crate::kernels::path_ratios as kernel;
use crate::kernels::path_ratios::{Growth, Path};
use crate::plugin::errors::internal;
use crate::plugin::frame::lists::NumberLists;
use crate::plugin::frame::tier::Holds;
use crate::plugin::run::parallel::{Cost, map_rows};
use crate::plugin::run::returns::only_finite;
use crate::plugin::run::trade_pass::trade_cost;

/// Nanoseconds that a return takes.
const NANOS_PER_RETURN: f64 = 3.0;

/// What a row's series is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Returns,
    Trades,
}

/// Room for one row.
#[derive(Default)]
struct Scratch {
    order: TradeOrder,
    finite: Vec<f64>,
    copy: Vec<f64>,
}

/// A number of every row from its finite returns, or from its trades: R-multiples, else net.
fn of_series(
    inputs: &[Series],
    score: &Score,
    of_row: impl Fn(&[f64], Of, &mut Vec<f64>) -> Option<f64> + Sync,
) -> PolarsResult<Series> {
    let evidence = Evidence::of(inputs)?;
    let tier = score.require_tier(&evidence.schema)?;
    let tier = tier.ok_or_else(|| internal("a ratio cannot go without evidence"))?;
    let values = if tier.holds == Holds::Numbers {
        let lists = NumberLists::read(evidence.column(tier.column()?)?)?;
        let cost = Cost { items: lists.items(), nanos_per_item: NANOS_PER_RETURN };
        map_rows(evidence.len, cost, |scratch: &mut Scratch, row| {
            let Scratch { finite, copy, .. } = scratch;
            of_row(only_finite(lists.row(row), finite), Of::Returns, copy)
        })
    } else {
        let trades = evidence.trades()?;
        map_rows(evidence.len, trade_cost(trades, 2.0), |scratch: &mut Scratch, row| {
            let Scratch { order, finite, copy } = scratch;
            let ordered = trades.load(row, order);
            of_row(only_finite(ordered.series(), finite), Of::Trades, copy)
        })
    };
    Ok(number_column(score, evidence.len, |row| values.get(row).copied().flatten()))
}

/// What a ratio of the path of wealth is told.
#[derive(Debug, Clone, Deserialize)]
struct OfPath {
    score: Score,
    periods_per_year: f64,
    annual_risk_free: f64,
    capital: Option<f64>,
    compound: bool,
}

impl OfPath {
    fn column(
        &self,
        inputs: &[Series],
        of: impl Fn(Path, f64) -> Option<f64> + Sync,
    ) -> PolarsResult<Series> {
        let evidence = Evidence::of(inputs)?;
        let tier = self.score.require_tier(&evidence.schema)?;
        if tier.is_some_and(|tier| tier.holds == Holds::Numbers) {
            let growth = if self.compound { Growth::Compound } else { Growth::Simple };
            return of_series(inputs, &self.score, |returns, _, _| {
                let path = Path::of(returns, growth)?;
                of(path, path.n() / self.periods_per_year)
            });
        }
        let trades = evidence.trades()?;
        let capital = evidence.parameter("capital", self.capital)?;
        let values = map_rows(evidence.len, trade_cost(trades, 2.0), |order, row| {
            let ordered = trades.load(row, order);
            of(Path::of(ordered.net, Growth::Capital(capital(row)))?, trades.span_years(row)?)
        });
        Ok(number_column(&self.score, evidence.len, |row| values.get(row).copied().flatten()))
    }
}

fn upi_output(inputs: &[Field], kwargs: &OfPath) -> PolarsResult<Field> {
    number_field(&kwargs.score, inputs)
}

fn upi(inputs: &[Series], kwargs: &OfPath) -> PolarsResult<Series> {
    kwargs.column(inputs, |path, years| path.upi(years, kwargs.annual_risk_free))
}

export!(upi, upi_output);

fn calmar_output(inputs: &[Field], kwargs: &OfPath) -> PolarsResult<Field> {
    number_field(&kwargs.score, inputs)
}

fn calmar(inputs: &[Series], kwargs: &OfPath) -> PolarsResult<Series> {
    kwargs.column(inputs, Path::calmar)
}

export!(calmar, calmar_output);

#[derive(Debug, Clone, Deserialize)]
struct Sortino {
    score: Score,
    mar: f64,
    periods_per_year: Option<f64>,
}

fn sortino_output(inputs: &[Field], kwargs: &Sortino) -> PolarsResult<Field> {
    number_field(&kwargs.score, inputs)
}

fn sortino(inputs: &[Series], kwargs: &Sortino) -> PolarsResult<Series> {
    let periods = kwargs.periods_per_year.unwrap_or(1.0);
    of_series(inputs, &kwargs.score, |x, _, _| kernel::sortino(x, kwargs.mar, periods))
}

export!(sortino, sortino_output);

#[derive(Debug, Clone, Deserialize)]
struct OmegaRatio {
    score: Score,
    threshold: f64,
}

fn omega_ratio_output(inputs: &[Field], kwargs: &OmegaRatio) -> PolarsResult<Field> {
    number_field(&kwargs.score, inputs)
}

fn omega_ratio(inputs: &[Series], kwargs: &OmegaRatio) -> PolarsResult<Series> {
    of_series(inputs, &kwargs.score, |x, _, _| kernel::omega_ratio(x, kwargs.threshold))
}

export!(omega_ratio, omega_ratio_output);

#[derive(Debug, Clone, Deserialize)]
struct TailRatio {
    score: Score,
    tail: f64,
}

fn tail_ratio_output(inputs: &[Field], kwargs: &TailRatio) -> PolarsResult<Field> {
    number_field(&kwargs.score, inputs)
}

fn tail_ratio(inputs: &[Series], kwargs: &TailRatio) -> PolarsResult<Series> {
    of_series(inputs, &kwargs.score, |x, _, copy| {
        copy.clear();
        copy.extend(x);
        kernel::tail_ratio(copy, kwargs.tail)
    })
}

export!(tail_ratio, tail_ratio_output);

#[derive(Debug, Clone, Deserialize)]
struct EquityR2 {
    score: Score,
    compound: bool,
}

fn equity_r2_output(inputs: &[Field], kwargs: &EquityR2) -> PolarsResult<Field> {
    number_field(&kwargs.score, inputs)
}

fn equity_r2(inputs: &[Series], kwargs: &EquityR2) -> PolarsResult<Series> {
    of_series(inputs, &kwargs.score, |x, of, curve| {
        kernel::equity_r2(x, kwargs.compound && of == Of::Returns, curve)
    })
}

export!(equity_r2, equity_r2_output);
