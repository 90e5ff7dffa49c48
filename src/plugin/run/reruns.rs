//! Scores over reruns: each is compared with the row's base metrics.

use polars::prelude::PolarsResult;

use super::component::{Basis, Numbers};
use super::parallel::{Cost, score_rows};
use crate::kernels::number::NoEvidence;
use crate::kernels::outcome::{Outcome, Outcomes};
use crate::kernels::robustness::{Base, Runs, robustness_score};
use crate::kernels::trade_dropout::GivenBase;
use crate::plugin::frame::evidence::{Evidence, at};
use crate::plugin::frame::lists::part;

/// Nanoseconds of one rerun that is compared by outcome, a guess: it decides on threads, not on
/// numbers.
const NANOS_PER_OUTCOME: f64 = 10.0;
/// Nanoseconds of one rerun of robustness; `benches/kernels.rs`.
const NANOS_PER_ROBUSTNESS: f64 = 1.5;

/// The base outcome of every row.
pub(crate) fn base_outcomes(
    evidence: &Evidence,
) -> PolarsResult<impl Fn(usize) -> Outcome + Sync + use<>> {
    let profit = evidence.metric("profit")?;
    let max_drawdown = evidence.metric("max_drawdown")?;
    let sharpe_ratio = evidence.metric("sharpe_ratio")?;
    Ok(move |row| Outcome {
        profit: at(&profit, row),
        max_drawdown: at(&max_drawdown, row),
        sharpe_ratio: at(&sharpe_ratio, row),
    })
}

/// The base metrics `given` by keyword, which replace those of the full trade list; `None` for a
/// row in which one of them is no evidence.
pub(crate) fn given_bases(
    evidence: &Evidence,
    given: &[String],
    policy: NoEvidence,
) -> PolarsResult<impl Fn(usize) -> Option<GivenBase> + Sync + use<>> {
    let read = |name: &str| {
        let is_given = given.iter().any(|given| given == name);
        let values = is_given.then(|| evidence.metric(name)).transpose()?;
        PolarsResult::Ok(move |row| match &values {
            Some(values) => policy.admit(at(values, row)).map(Some),
            None => Some(None),
        })
    };
    let profit = read("profit")?;
    let max_drawdown = read("max_drawdown")?;
    let sharpe_ratio = read("sharpe_ratio")?;
    Ok(move |row| {
        Some(GivenBase {
            profit: profit(row)?,
            max_drawdown: max_drawdown(row)?,
            sharpe_ratio: sharpe_ratio(row)?,
        })
    })
}

impl Basis<'_> {
    /// Scores of reruns that are compared by profit, drawdown and Sharpe ratio.
    pub(crate) fn outcomes(
        self,
        of_row: impl Fn(&Outcome, Outcomes) -> Option<f64> + Sync,
    ) -> Numbers {
        let Self { evidence, score, tier } = self;
        let nested = evidence.runs(tier)?;
        let base = base_outcomes(evidence)?;
        let profit = nested.required("profit")?;
        let max_drawdown = nested.required("max_drawdown")?;
        let sharpe_ratio = nested.required("sharpe_ratio")?;
        let cost = Cost { items: nested.items, nanos_per_item: NANOS_PER_OUTCOME };
        Ok(score_rows(evidence.len, cost, |(): &mut (), row| {
            let range = nested.bounds.range(row);
            if range.is_empty() {
                return score.missing();
            }
            let base = base(row).admitted(score.no_evidence)?;
            let runs = Outcomes {
                profit: part(profit, range.clone()),
                max_drawdown: part(max_drawdown, range.clone()),
                sharpe_ratio: part(sharpe_ratio, range),
            };
            of_row(&base, runs)
        }))
    }

    /// Robustness over reruns; a row with fewer than `least` of them has none.
    pub(crate) fn robustness(self, with_avg_r: bool, cap: f64, least: usize) -> Numbers {
        let Self { evidence, score, tier } = self;
        let nested = evidence.runs(tier)?;
        let metric =
            |name: &str| PolarsResult::Ok((evidence.metric(name)?, nested.required(name)?));
        let (profit, profits) = metric("profit")?;
        let (win_rate, win_rates) = metric("win_rate")?;
        let (max_drawdown, max_drawdowns) = metric("max_drawdown")?;
        let avg_r = if with_avg_r { Some(metric("avg_r")?) } else { None };
        let policy = score.no_evidence;
        let cost = Cost { items: nested.items, nanos_per_item: NANOS_PER_ROBUSTNESS };
        Ok(score_rows(evidence.len, cost, |(): &mut (), row| {
            let range = nested.bounds.range(row);
            if range.is_empty() && least <= 1 {
                return score.missing();
            }
            if range.len() < least {
                return None;
            }
            let (avg_r, avg_rs) = match &avg_r {
                Some((avg_r, all)) => (Some(policy.admit(at(avg_r, row))?), *all),
                None => (None, &[][..]),
            };
            let base = Base {
                profit: policy.admit(at(&profit, row))?,
                avg_r,
                win_rate: policy.admit(at(&win_rate, row))?,
                max_drawdown: policy.admit(at(&max_drawdown, row))?,
            };
            let runs = Runs {
                profit: part(profits, range.clone()),
                win_rate: part(win_rates, range.clone()),
                max_drawdown: part(max_drawdowns, range.clone()),
                avg_r: part(avg_rs, range),
            };
            robustness_score(&base, &runs, cap)
        }))
    }
}
