//! The ulcer index of curves of equity, of returns and of trades.

use polars::prelude::PolarsResult;
use serde::Deserialize;

use super::component::{Basis, Numbers};
use super::parallel::{Cost, score_rows};
use super::trade_pass::Replay;
use crate::kernels::ulcer_index::{
    Scratch, ulcer_index_of_equity, ulcer_index_of_returns, ulcer_index_of_trades,
    ulcer_index_of_weeks,
};
use crate::plugin::frame::equity::{Curve, Equity};

/// Nanoseconds that a point of equity in order, or a return, takes; `benches/further_scores.rs`.
const NANOS_PER_POINT: f64 = 2.0;

/// How returns and trades become wealth.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Wealth {
    capital: Option<f64>,
    compound: bool,
}

impl Wealth {
    pub(crate) fn over_equity(basis: Basis, of_index: impl Fn(f64) -> f64 + Sync) -> Numbers {
        let Basis { evidence, score, tier } = basis;
        let equity = Equity::read(evidence, tier.column()?)?;
        let cost = Cost { items: equity.items(), nanos_per_item: NANOS_PER_POINT };
        Ok(score_rows(evidence.len, cost, |scratch: &mut Scratch, row| match equity.row(row) {
            Curve::Weeks([]) | Curve::Points { values: [], .. } => score.missing(),
            Curve::Weeks(closes) => ulcer_index_of_weeks(closes).map(&of_index),
            Curve::Points { times, values, unit } => {
                ulcer_index_of_equity(times, values, unit, scratch).map(&of_index)
            }
        }))
    }

    pub(crate) fn over_returns(
        self,
        basis: Basis,
        of_index: impl Fn(f64) -> f64 + Sync,
    ) -> Numbers {
        basis.returns(NANOS_PER_POINT, |returns, _| {
            ulcer_index_of_returns(returns, self.compound).map(&of_index)
        })
    }

    pub(crate) fn over_trades<'a>(
        self,
        basis: Basis<'a>,
        of_index: impl Fn(f64) -> f64 + Sync + 'a,
    ) -> PolarsResult<Replay<'a>> {
        let capital = basis.evidence.parameter("capital", self.capital)?;
        Ok(Replay::new(basis.score, 1.0, move |trades, _, row| {
            ulcer_index_of_trades(trades.net, capital(row)).map(&of_index)
        }))
    }
}
