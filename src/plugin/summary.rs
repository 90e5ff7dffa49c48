//! Summary metrics of every row, checked against their domains, for the summary model.

use polars::prelude::PolarsResult;

use super::evidence::{Evidence, at};
use crate::kernels::number::NoEvidence;
use crate::kernels::run_penalty::Outcome;
use crate::kernels::summary_model::{Edge, Summary};

/// What the edge is computed from.
pub(super) const EDGE: [&str; 3] = ["profit", "win_rate", "profit_factor"];
/// What trade dropout needs.
pub(super) const DROPOUT: [&str; 6] =
    ["profit", "win_rate", "profit_factor", "total_trades", "sharpe_ratio", "max_drawdown"];
/// What cost shock and stress penalty need.
pub(super) const COSTS: [&str; 7] = [
    "profit",
    "win_rate",
    "profit_factor",
    "total_trades",
    "sharpe_ratio",
    "max_drawdown",
    "cost_per_trade",
];

/// The edge of every row; the outer `None` is a row without evidence.
pub(super) fn edges(
    evidence: &Evidence,
    policy: NoEvidence,
) -> PolarsResult<impl Fn(usize) -> Option<Option<Edge>> + Sync + use<>> {
    let profit = evidence.metric("profit")?;
    let win_rate = evidence.metric("win_rate")?;
    let profit_factor = evidence.metric("profit_factor")?;
    Ok(move |row| {
        let (p, factor) = (at(&win_rate, row), at(&profit_factor, row));
        Some(Edge::new(
            policy.admit(at(&profit, row))?,
            policy.admit_if(factor, factor >= 0.0)?,
            policy.admit_if(p, (0.0..=1.0).contains(&p))?,
        ))
    })
}

/// The summary of every row, `None` without evidence; `with_costs` tells whether the cost per
/// trade is needed.
pub(super) fn summaries(
    evidence: &Evidence,
    policy: NoEvidence,
    with_costs: bool,
) -> PolarsResult<impl Fn(usize) -> Option<Summary> + Sync + use<>> {
    let edge = edges(evidence, policy)?;
    let outcome = evidence.outcomes()?;
    let total_trades = evidence.metric("total_trades")?;
    let cost = if with_costs { Some(evidence.metric("cost_per_trade")?) } else { None };
    let positive = move |x: f64| policy.admit_if(x, x.is_finite() && x >= 0.0);
    Ok(move |row| {
        let edge = edge(row)?;
        let base = outcome(row);
        let max_drawdown = positive(base.max_drawdown)?;
        Some(Summary {
            base: Outcome { max_drawdown, ..base }.admitted(policy)?,
            total_trades: positive(at(&total_trades, row))?,
            cost_per_trade: cost.as_ref().map_or(Some(0.0), |cost| positive(at(cost, row)))?,
            edge,
        })
    })
}
