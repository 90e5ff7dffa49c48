//! The column of trades, one candidate at a time.

use polars::prelude::PolarsResult;

use super::lists::part;
use super::nested::{Nested, Wanted};
use super::schema::{TRADE_NUMBERS, TRADE_TIMES};
use super::values::Tick;
use crate::kernels::metrics::avg_duration_us;
use crate::kernels::ordered_trades::{NULL_TIME, OrderedTrades, TradeOrder, Trades};
use crate::kernels::trade_years::TradeYears;

/// The trades of every row.
pub(crate) struct TradeList(Nested);

impl TradeList {
    /// What is read of a trade.
    pub(crate) const WANTED: Wanted<'static> =
        Wanted { numbers: &TRADE_NUMBERS, times: &TRADE_TIMES, coded: &[] };

    pub(crate) fn new(nested: Nested) -> PolarsResult<Self> {
        nested.required("pnl")?;
        Ok(Self(nested))
    }

    /// Number of trades in all rows.
    pub(crate) fn items(&self) -> usize {
        self.0.items
    }

    /// Whether the row has no list, in contrast to an empty one.
    pub(crate) fn is_null(&self, row: usize) -> bool {
        self.0.bounds.is_null(row)
    }

    /// The trades of a row as given.
    fn row(&self, row: usize) -> Trades<'_> {
        let range = self.0.bounds.range(row);
        let numbers = |field| self.0.numbers(field).map(|all| part(all, range.clone()));
        let times = |field| self.0.times(field).map(|all| part(&all.ticks, range.clone()));
        Trades {
            pnl: numbers("pnl").unwrap_or_default(), // lacking only where no row has a trade
            fee: numbers("fee"),
            r_multiple: numbers("r_multiple"),
            entry_time: times("entry_time"),
            exit_time: times("exit_time"),
        }
    }

    /// Brings the trades of a row into order.
    pub(crate) fn load<'a>(&'a self, row: usize, order: &'a mut TradeOrder) -> OrderedTrades<'a> {
        order.load(&self.row(row))
    }

    /// Fills `years` from the trades of `row`, given in order.
    pub(crate) fn load_years(&self, row: usize, ordered: &OrderedTrades, years: &mut TradeYears) {
        let entries = self.row(row).entry_time.unwrap_or_default();
        let first_entry = entries.iter().filter(|t| **t != NULL_TIME).min();
        let first_entry = first_entry.map(|t| t.div_euclid(self.tick("entry_time").per_day()));
        years.load(ordered, self.tick("exit_time").per_day(), first_entry);
    }

    /// Years of 365.25 days from the first entry of a row to its last exit.
    #[allow(clippy::cast_precision_loss)] // rounds to less than a second
    pub(crate) fn span_years(&self, row: usize) -> Option<f64> {
        let trades = self.row(row);
        let known = |times: Option<&[i64]>| {
            let known: Vec<i64> =
                times.unwrap_or_default().iter().copied().filter(|t| *t != NULL_TIME).collect();
            known
        };
        let first = known(trades.entry_time).into_iter().min()?;
        let last = known(trades.exit_time).into_iter().max()?;
        let days = |tick: i64, field: &str| tick as f64 / self.tick(field).per_day() as f64;
        Some((days(last, "exit_time") - days(first, "entry_time")) / 365.25)
    }

    /// Ticks of the exit times in a day.
    pub(crate) fn exits_per_day(&self) -> i64 {
        self.tick("exit_time").per_day()
    }

    /// Mean duration of a row's trades in microseconds.
    pub(crate) fn avg_duration_us(&self, row: usize) -> Option<i64> {
        let micros = |field| self.tick(field).micros();
        avg_duration_us(&self.row(row), micros("entry_time"), micros("exit_time"))
    }

    /// The tick of a field of times; any will do where there are no times.
    fn tick(&self, field: &str) -> Tick {
        self.0.times(field).map_or(Tick::Day, |times| times.unit)
    }
}
