//! `stability_score` and `stability_wmape`: yearly profits, else trades with exit times.

use polars::prelude::*;
use pyo3_polars::derive::polars_expr;

use super::component::{Component, nullable, output, series};
use super::errors::{Code, fail};
use super::evidence::{Evidence, NumberLists};
use super::parallel::score_rows;
use super::params::{Policy, Stability};
use super::schema::{Schema, Tier};
use crate::kernels::stability::{stability_score, stability_wmape as kernel, year_length};
use crate::kernels::tape::Tape;
use crate::kernels::trade_years::TradeYears;

impl Stability {
    /// wmape of every row; NaN without evidence.
    fn wmape(&self, evidence: &Evidence, tier: Tier) -> PolarsResult<Vec<f64>> {
        match tier {
            Tier::Trades => self.of_trades(evidence),
            Tier::Reruns | Tier::Summary => self.of_years(evidence),
        }
    }

    fn of_years(&self, evidence: &Evidence) -> PolarsResult<Vec<f64>> {
        let Some(profits) = evidence.number_lists("yearly_profits")? else { return Ok(vec![]) };
        let years = evidence.number_lists("years")?;
        let days = evidence.number_lists("year_days")?;
        for (name, lists) in [("years", &years), ("year_days", &days)] {
            check_lengths(&profits, name, lists.as_ref(), evidence.len)?;
        }
        let equal = years.is_none() && days.is_none();
        Ok(score_rows(evidence.len, profits.cost(), |(): &mut (), row| {
            let (days, years) = (row_of(days.as_ref(), row), row_of(years.as_ref(), row));
            let length = |y: usize| {
                if equal {
                    1.0
                } else {
                    year_length(days.get(y).copied(), years.get(y).copied().and_then(whole))
                }
            };
            self.judge(profits.row(row), length)
        }))
    }

    fn of_trades(&self, evidence: &Evidence) -> PolarsResult<Vec<f64>> {
        let trades = evidence.trades()?;
        Ok(score_rows(
            evidence.len,
            trades.cost(),
            |(tape, years): &mut (Tape, TradeYears), row| {
                trades.load(row, tape);
                trades.load_years(row, tape, years);
                self.judge(&years.profits, |y| years.days.get(y).copied().unwrap_or(1.0))
            },
        ))
    }

    fn judge(&self, profits: &[f64], length: impl Fn(usize) -> f64) -> Option<f64> {
        if profits.is_empty() {
            return self.policy.no_evidence.missing(0.0);
        }
        if profits.len() < self.min_years {
            return None;
        }
        kernel(profits, length, self.min_scale)
    }
}

/// The numbers of a row; none where the frame lacks the lists.
fn row_of(lists: Option<&NumberLists>, row: usize) -> &[f64] {
    lists.map_or(Default::default(), |lists| lists.row(row))
}

/// A year as an integer; `None` for a null.
#[allow(clippy::cast_possible_truncation)] // saturates, and a leap year is judged by remainders
fn whole(year: f64) -> Option<i64> {
    year.is_finite().then_some(year as i64)
}

fn check_lengths(
    profits: &NumberLists,
    name: &str,
    lists: Option<&NumberLists>,
    rows: usize,
) -> PolarsResult<()> {
    let Some(lists) = lists else { return Ok(()) };
    for row in (0..rows).filter(|&row| !profits.is_null(row) && !lists.is_null(row)) {
        let (wanted, found) = (profits.row(row).len(), lists.row(row).len());
        if wanted != found {
            return fail(
                Code::LengthMismatch,
                format!(
                    "`{name}` must have as many items as `yearly_profits` in a row, got {found} and {wanted}"
                ),
            );
        }
    }
    Ok(())
}

impl Component for Stability {
    const NAME: &'static str = "stability_score";

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn looked_for(&self) -> String {
        "`yearly_profits` (summary), or `trades` with the field `exit_time` (trades)".into()
    }

    fn tier(&self, schema: &Schema) -> PolarsResult<Option<Tier>> {
        if schema.has("yearly_profits") && !self.from_trades {
            for name in ["yearly_profits", "years", "year_days"] {
                schema.check_number_list(name)?;
            }
            return Ok(Some(Tier::Summary));
        }
        let dated = schema.has_trades()? && schema.trades_have("exit_time");
        Ok(dated.then_some(Tier::Trades))
    }

    fn evaluate(&self, evidence: &Evidence, tier: Tier) -> PolarsResult<Vec<f64>> {
        let wmape = self.wmape(evidence, tier)?;
        Ok(wmape.into_iter().map(stability_score).collect())
    }
}

fn stability_output(inputs: &[Field], kwargs: Stability) -> PolarsResult<Field> {
    output(inputs, &kwargs)
}

#[polars_expr(output_type_func_with_kwargs=stability_output)]
fn stability(inputs: &[Series], kwargs: Stability) -> PolarsResult<Series> {
    series(inputs, &kwargs)
}

fn wmape_output(inputs: &[Field], kwargs: Stability) -> PolarsResult<Field> {
    output(inputs, &kwargs).map(|field| field.with_name("stability_wmape".into()))
}

#[polars_expr(output_type_func_with_kwargs=wmape_output)]
fn stability_wmape(inputs: &[Series], kwargs: Stability) -> PolarsResult<Series> {
    let evidence = Evidence::of(inputs)?;
    let wmape = match kwargs.require_tier(&evidence.schema)? {
        Some(tier) => kwargs.wmape(&evidence, tier)?,
        None => vec![f64::NAN; evidence.len],
    };
    Ok(nullable("stability_wmape", wmape).into_series())
}
