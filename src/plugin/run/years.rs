//! How even the years are, from lists of yearly profits or from trades.

use polars::prelude::PolarsResult;
use serde::Deserialize;

use super::component::{Basis, Numbers};
use super::parallel::{Cost, score_rows};
use super::trade_pass::Replay;
use crate::kernels::stability::{stability_wmape, year_length};
use crate::plugin::errors::{Code, fail};
use crate::plugin::frame::lists::NumberLists;
use crate::plugin::frame::tier::Score;

/// Nanoseconds that a yearly profit takes; `python -m benches --case single_scores`.
const NANOS_PER_YEAR: f64 = 10.0;

/// How yearly profits are judged.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Years {
    min_scale: f64,
    min_years: usize,
}

/// The result that a wmape gives.
type OfWmape = fn(f64) -> f64;

impl Years {
    /// The result of every row.
    pub(crate) fn over_lists(self, basis: Basis, of_wmape: OfWmape) -> Numbers {
        let Basis { evidence, score, tier } = basis;
        let profits = evidence.lists(tier.column()?)?;
        let optional = |name: &str| {
            let used = tier.optional.iter().any(|optional| optional == name);
            if used { evidence.number_lists(name) } else { Ok(None) }
        };
        let (years, days) = (optional("years")?, optional("year_days")?);
        for (name, lists) in [("years", &years), ("year_days", &days)] {
            check_lengths((tier.column()?, &profits), name, lists.as_ref(), evidence.len)?;
        }
        let equal = years.is_none() && days.is_none();
        let cost = Cost { items: profits.items(), nanos_per_item: NANOS_PER_YEAR };
        Ok(score_rows(evidence.len, cost, |(): &mut (), row| {
            if equal {
                return self.judge(score, profits.row(row), |_| 1.0, of_wmape);
            }
            let (days, years) = (row_of(days.as_ref(), row), row_of(years.as_ref(), row));
            let length =
                |y: usize| year_length(days.get(y).copied(), years.get(y).copied().and_then(whole));
            self.judge(score, profits.row(row), length, of_wmape)
        }))
    }

    /// The result of a row from its trades.
    pub(crate) fn over_trades(self, basis: Basis, of_wmape: OfWmape) -> PolarsResult<Replay> {
        let Basis { evidence, score, .. } = basis;
        let trades = evidence.trades()?;
        Ok(Replay::new(score, 0.0, move |ordered, scratch, row| {
            let years = &mut scratch.years;
            trades.load_years(row, ordered, years);
            let length = |y: usize| years.days.get(y).copied().unwrap_or(f64::NAN);
            self.judge(score, &years.profits, length, of_wmape)
        }))
    }

    fn judge(
        self,
        score: &Score,
        profits: &[f64],
        length: impl Fn(usize) -> f64,
        of_wmape: OfWmape,
    ) -> Option<f64> {
        if profits.is_empty() {
            return score.missing();
        }
        if profits.len() < self.min_years {
            return None;
        }
        stability_wmape(profits, length, self.min_scale).map(of_wmape)
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
    (of_profits, profits): (&str, &NumberLists),
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
                    "`{name}` must have as many items as `{of_profits}` in a row, got {found} and {wanted}"
                ),
            );
        }
    }
    Ok(())
}
