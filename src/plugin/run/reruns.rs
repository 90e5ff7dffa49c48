//! Scores over reruns: each is compared with the row's base metrics.

use polars::prelude::PolarsResult;
use polars_buffer::Buffer;

use super::parallel::{Cost, score_rows};
use crate::kernels::number::NoEvidence;
use crate::kernels::outcome::{Outcome, Outcomes};
use crate::kernels::robustness::{Base, Runs, robustness_score};
use crate::kernels::trade_dropout::GivenBase;
use crate::plugin::frame::evidence::{Evidence, at};
use crate::plugin::frame::lists::part;
use crate::plugin::frame::tier::{Score, Tier};

/// Nanoseconds of one rerun that is compared by outcome, a guess: it decides on threads, not on
/// numbers.
const NANOS_PER_OUTCOME: f64 = 10.0;
/// Nanoseconds of one rerun of robustness; `benches/kernels.rs`.
const NANOS_PER_ROBUSTNESS: f64 = 1.5;

/// The base outcome of every row.
pub(crate) struct BaseOutcomes {
    profit: Buffer<f64>,
    max_drawdown: Buffer<f64>,
    sharpe_ratio: Buffer<f64>,
}

impl BaseOutcomes {
    pub(crate) fn read(evidence: &Evidence) -> PolarsResult<Self> {
        Ok(Self {
            profit: evidence.metric("profit")?,
            max_drawdown: evidence.metric("max_drawdown")?,
            sharpe_ratio: evidence.metric("sharpe_ratio")?,
        })
    }

    pub(crate) fn of(&self, row: usize) -> Outcome {
        Outcome {
            profit: at(&self.profit, row),
            max_drawdown: at(&self.max_drawdown, row),
            sharpe_ratio: at(&self.sharpe_ratio, row),
        }
    }
}

/// Base metrics given by keyword, which replace those of the full trade list.
pub(crate) struct GivenBases {
    profit: Option<Buffer<f64>>,
    max_drawdown: Option<Buffer<f64>>,
    sharpe_ratio: Option<Buffer<f64>>,
}

impl GivenBases {
    pub(crate) fn read(evidence: &Evidence, given: &[String]) -> PolarsResult<Self> {
        let read = |name: &str| {
            let is_given = given.iter().any(|given| given == name);
            is_given.then(|| evidence.metric(name)).transpose()
        };
        Ok(Self {
            profit: read("profit")?,
            max_drawdown: read("max_drawdown")?,
            sharpe_ratio: read("sharpe_ratio")?,
        })
    }

    /// The given metrics of a row, `None` where one of them is no evidence.
    pub(crate) fn of(&self, row: usize, policy: NoEvidence) -> Option<GivenBase> {
        let admit = |values: &Option<Buffer<f64>>| match values {
            Some(values) => policy.admit(at(values, row)).map(Some),
            None => Some(None),
        };
        Some(GivenBase {
            profit: admit(&self.profit)?,
            max_drawdown: admit(&self.max_drawdown)?,
            sharpe_ratio: admit(&self.sharpe_ratio)?,
        })
    }
}

/// Scores of reruns that are compared by profit, drawdown and Sharpe ratio, NaN for none.
pub(crate) fn outcome_scores(
    evidence: &Evidence,
    tier: &Tier,
    score: &Score,
    of_row: impl Fn(&Outcome, Outcomes) -> Option<f64> + Sync,
) -> PolarsResult<Vec<f64>> {
    let nested = evidence.runs(tier)?;
    let base = BaseOutcomes::read(evidence)?;
    let profit = nested.required("profit")?;
    let max_drawdown = nested.required("max_drawdown")?;
    let sharpe_ratio = nested.required("sharpe_ratio")?;
    let cost = Cost { items: nested.items, nanos_per_item: NANOS_PER_OUTCOME };
    Ok(score_rows(evidence.len, cost, |(): &mut (), row| {
        let range = nested.bounds.range(row);
        if range.is_empty() {
            return score.missing();
        }
        let base = base.of(row).admitted(score.no_evidence)?;
        let runs = Outcomes {
            profit: part(profit, range.clone()),
            max_drawdown: part(max_drawdown, range.clone()),
            sharpe_ratio: part(sharpe_ratio, range),
        };
        of_row(&base, runs)
    }))
}

/// Robustness over reruns, NaN for none.
pub(crate) fn robustness_scores(
    evidence: &Evidence,
    tier: &Tier,
    score: &Score,
    with_avg_r: bool,
    cap: f64,
) -> PolarsResult<Vec<f64>> {
    let nested = evidence.runs(tier)?;
    let profit = evidence.metric("profit")?;
    let win_rate = evidence.metric("win_rate")?;
    let max_drawdown = evidence.metric("max_drawdown")?;
    let avg_r = with_avg_r.then(|| evidence.metric("avg_r")).transpose()?;
    let all = Runs {
        profit: nested.required("profit")?,
        win_rate: nested.required("win_rate")?,
        max_drawdown: nested.required("max_drawdown")?,
        avg_r: if with_avg_r { nested.required("avg_r")? } else { &[] },
    };
    let policy = score.no_evidence;
    let cost = Cost { items: nested.items, nanos_per_item: NANOS_PER_ROBUSTNESS };
    Ok(score_rows(evidence.len, cost, |(): &mut (), row| {
        let range = nested.bounds.range(row);
        if range.is_empty() {
            return score.missing();
        }
        let avg_r = avg_r.as_ref().map(|avg_r| policy.admit(at(avg_r, row)));
        let base = Base {
            profit: policy.admit(at(&profit, row))?,
            avg_r: if let Some(avg_r) = avg_r { Some(avg_r?) } else { None },
            win_rate: policy.admit(at(&win_rate, row))?,
            max_drawdown: policy.admit(at(&max_drawdown, row))?,
        };
        let runs = Runs {
            profit: part(all.profit, range.clone()),
            win_rate: part(all.win_rate, range.clone()),
            max_drawdown: part(all.max_drawdown, range.clone()),
            avg_r: part(all.avg_r, range),
        };
        robustness_score(&base, &runs, cap)
    }))
}
