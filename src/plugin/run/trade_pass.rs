//! One pass over the trades: each row is sorted once for everything that is computed from it.

use polars::prelude::PolarsResult;

use super::parallel::{Cost, collect_rows};
use crate::kernels::metrics::{TradeMetric, TradeMetrics};
use crate::kernels::ordered_trades::{OrderedTrades, TradeOrder};
use crate::kernels::trade_years::TradeYears;
use crate::kernels::{cost_shock, stress_penalty, trade_dropout};
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::schema::{Schema, Source};
use crate::plugin::frame::tier::Score;
use crate::plugin::frame::trades::TradeList;

/// Nanoseconds that loading a trade, or going over it once, takes; `benches/kernels.rs`.
const NANOS_PER_TRADE: f64 = 4.0;

/// Space for the computations of one row, reused from row to row.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) cost_shock: cost_shock::Scratch,
    pub(crate) stress_penalty: stress_penalty::Scratch,
    pub(crate) trade_dropout: trade_dropout::Scratch,
    pub(crate) years: TradeYears,
    pub(crate) finite: Vec<f64>,
}

/// The score of a row from its trades, of which there is at least one.
type OfRow<'a> = dyn Fn(&OrderedTrades, &mut Scratch, usize) -> Option<f64> + Sync + 'a;

/// A score that is computed from trades.
pub(crate) struct Replay<'a> {
    /// How often it goes over the trades.
    passes: f64,
    /// Of a row without trades.
    missing: Option<f64>,
    of_row: Box<OfRow<'a>>,
}

impl<'a> Replay<'a> {
    pub(crate) fn new(
        score: &Score,
        passes: f64,
        of_row: impl Fn(&OrderedTrades, &mut Scratch, usize) -> Option<f64> + Sync + 'a,
    ) -> Self {
        Self { passes, missing: score.missing(), of_row: Box::new(of_row) }
    }
}

/// What one pass over the trades computes.
#[derive(Default)]
pub(crate) struct TradePass<'a> {
    metrics: Vec<TradeMetric>,
    replays: Vec<Replay<'a>>,
}

impl<'a> TradePass<'a> {
    /// Adds those of `metrics` that come from the trades.
    pub(crate) fn add_metrics(&mut self, schema: &Schema, metrics: &[String]) -> PolarsResult<()> {
        for name in metrics {
            if let Some(Source::Trades(metric)) = schema.source(name)?
                && !self.metrics.contains(&metric)
            {
                self.metrics.push(metric);
            }
        }
        Ok(())
    }

    pub(crate) fn add_replay(&mut self, replay: Replay<'a>) {
        self.replays.push(replay);
    }

    /// Hands the metrics to `evidence` and returns the scores of each replay, NaN for none.
    pub(crate) fn run(self, evidence: &Evidence) -> PolarsResult<Vec<Vec<f64>>> {
        let width = self.metrics.len() + self.replays.len();
        if width == 0 {
            return Ok(Vec::new());
        }
        let trades = evidence.trades()?;
        let passes: f64 = self.replays.iter().map(|replay| replay.passes).sum();
        let cost = trade_cost(trades, 1.0 + passes);
        let values = collect_rows(evidence.len, width, cost, |scratch: &mut _, row, out| {
            self.of_row(trades, scratch, row, out);
        });
        let column = |i: usize| values.iter().skip(i).step_by(width).copied().collect::<Vec<_>>();
        let metrics = self.metrics.iter().enumerate();
        let metrics = metrics.map(|(i, metric)| (*metric, column(i).into())).collect();
        evidence.set_trade_metrics(metrics)?;
        Ok((self.metrics.len()..width).map(column).collect())
    }

    fn of_row(
        &self,
        trades: &TradeList,
        (order, scratch): &mut (TradeOrder, Scratch),
        row: usize,
        out: &mut Vec<f64>,
    ) {
        let ordered = trades.load(row, order);
        if ordered.is_empty() {
            out.extend(self.metrics.iter().map(|_| f64::NAN));
            out.extend(self.replays.iter().map(|replay| replay.missing.unwrap_or(f64::NAN)));
            return;
        }
        let mut metrics = TradeMetrics::new(ordered, &mut scratch.finite);
        out.extend(self.metrics.iter().map(|metric| metrics.get(*metric)));
        out.extend(self.replays.iter().map(|replay| {
            let score = (replay.of_row)(&ordered, scratch, row);
            score.unwrap_or(f64::NAN)
        }));
    }
}

/// The work of going over all trades `passes` times.
pub(crate) fn trade_cost(trades: &TradeList, passes: f64) -> Cost {
    Cost { items: trades.items(), nanos_per_item: NANOS_PER_TRADE * passes }
}
