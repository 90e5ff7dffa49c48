//! The `trades` column, row by row onto a tape.

use super::nested::{Nested, Tick, part};
use super::parallel::Cost;
use crate::kernels::tape::{NULL_TIME, Tape, Trades};
use crate::kernels::trade_metrics::{TradeMetrics, avg_duration_us, trade_metrics};
use crate::kernels::trade_years::TradeYears;

/// Nanoseconds that loading and replaying one trade takes; `benches/kernels.rs`.
const NANOS_PER_TRADE: f64 = 4.0;

/// The trades of every row.
pub(super) struct TradeList {
    nested: Nested,
    pub(super) has_r: bool,
}

impl TradeList {
    pub(super) fn new(nested: Nested) -> Self {
        let has_r = nested.numbers("r_multiple").is_some();
        Self { nested, has_r }
    }

    pub(super) fn cost(&self) -> Cost {
        Cost { items: self.nested.items, nanos_per_item: NANOS_PER_TRADE }
    }

    /// Whether the row has no list, in contrast to an empty one.
    pub(super) fn is_null(&self, row: usize) -> bool {
        self.nested.bounds.is_null(row)
    }

    /// The trades of a row as given.
    fn row(&self, row: usize) -> Trades<'_> {
        let range = self.nested.bounds.range(row);
        let numbers = |field| self.nested.numbers(field).map(|all| part(all, range.clone()));
        let times = |field| self.nested.times(field).map(|all| part(&all.ticks, range.clone()));
        Trades {
            pnl: numbers("pnl").unwrap_or_default(),
            fee: numbers("fee"),
            r_multiple: numbers("r_multiple"),
            entry_time: times("entry_time"),
            exit_time: times("exit_time"),
        }
    }

    /// Brings the trades of a row onto `tape`; false if there is none.
    pub(super) fn load(&self, row: usize, tape: &mut Tape) -> bool {
        tape.load(&self.row(row));
        !tape.is_empty()
    }

    /// Fills `years` from the trades of `row`, which are on `tape`.
    pub(super) fn load_years(&self, row: usize, tape: &Tape, years: &mut TradeYears) {
        let per_day = |field| self.nested.times(field).map_or(1, |times| times.unit.per_day());
        let entries = self.row(row).entry_time.unwrap_or_default();
        let first_entry = entries.iter().filter(|t| **t != NULL_TIME).min();
        let first_entry = first_entry.map(|t| t.div_euclid(per_day("entry_time")));
        years.load(tape, per_day("exit_time"), first_entry);
    }

    /// Mean duration of a row's trades in microseconds.
    pub(super) fn avg_duration_us(&self, row: usize) -> Option<i64> {
        let micros = |field| self.nested.times(field).map_or(Tick::Day, |t| t.unit).micros();
        avg_duration_us(&self.row(row), micros("entry_time"), micros("exit_time"))
    }
}

/// The metrics of the trades on `tape`.
pub(super) fn to_metrics(tape: &Tape, trades: &TradeList) -> TradeMetrics {
    trade_metrics(tape, trades.has_r)
}
