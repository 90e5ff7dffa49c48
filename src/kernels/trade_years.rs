//! Yearly profits of a trade list, with the days covered in each year.
//!
//! Years run from the year of the first exit to that of the last; a year without an exit has
//! profit 0. Days are whole UTC calendar days, first and last included: the first year from the
//! earliest entry, the last year to the last exit, at least 1. A trade without exit time, or
//! with one outside the years 1 to 9999, belongs to no year. Source: specification,
//! section 10.

use std::ops::{Range, RangeInclusive};

use chrono::{Datelike, NaiveDate};

use super::ordered_trades::{NULL_TIME, OrderedTrades};

/// The years of the calendar: those of ISO 8601, and of Python's dates.
const CALENDAR: RangeInclusive<i32> = 1..=9999;

/// Day 0 of Unix time as a day of the common era.
const UNIX_EPOCH_CE: i64 = 719_163;

/// Yearly profits of one candidate, reused from row to row.
#[derive(Debug, Default)]
pub struct TradeYears {
    /// Net profit of each year, account currency.
    pub profits: Vec<f64>,
    /// The calendar years.
    pub years: Vec<i32>,
    /// Days covered in each year.
    pub days: Vec<f64>,
}

impl TradeYears {
    /// Fills the years of `ordered`, whose trades are sorted by exit; times are in ticks of which a
    /// day has `ticks_per_day`. `first_entry` is the earliest entry as a day of Unix time.
    pub fn load(&mut self, ordered: &OrderedTrades, ticks_per_day: i64, first_entry: Option<i64>) {
        self.profits.clear();
        self.years.clear();
        self.days.clear();
        let closed =
            ordered.exit_time.iter().zip(ordered.net).filter(|(exit, _)| **exit != NULL_TIME);
        let day = |tick: i64| tick.div_euclid(ticks_per_day);
        let mut year = 0..0;
        let mut ends = None;
        for (&exit, net) in closed {
            if !year.contains(&exit) {
                let Some(next) = Span::of(day(exit)) else { continue };
                self.add_years_to(next.year);
                year = next.ticks(ticks_per_day);
            }
            let (first, _) = ends.unwrap_or((exit, exit));
            ends = Some((first, exit));
            if let Some(profit) = self.profits.last_mut() {
                *profit += net;
            }
        }
        if let Some((first, last)) = ends {
            self.count_days(first_entry.unwrap_or(day(first)), day(first), day(last));
        }
    }

    /// Appends years up to `year`.
    fn add_years_to(&mut self, year: i32) {
        let from = self.years.last().map_or(year, |last| last + 1);
        for year in from..=year {
            self.years.push(year);
            self.profits.push(0.0);
        }
    }

    #[allow(clippy::cast_precision_loss)] // days of a year
    fn count_days(&mut self, first_entry: i64, first_exit: i64, last_exit: i64) {
        for &year in &self.years {
            let Some(span) = Span::in_year(year) else { continue };
            let begin = if span.contains(first_exit) {
                first_entry.clamp(span.first, first_exit)
            } else {
                span.first
            };
            let end = last_exit.min(span.last);
            self.days.push((end - begin + 1) as f64);
        }
    }
}

/// The days of one calendar year, in days of Unix time.
#[derive(Debug, Clone, Copy)]
struct Span {
    year: i32,
    first: i64,
    last: i64,
}

impl Span {
    fn contains(&self, day: i64) -> bool {
        (self.first..=self.last).contains(&day)
    }

    /// The ticks of the year, of those that there are.
    fn ticks(&self, per_day: i64) -> Range<i64> {
        self.first.saturating_mul(per_day)..(self.last + 1).saturating_mul(per_day)
    }

    /// The year `day` lies in; `None` outside the calendar.
    fn of(day: i64) -> Option<Self> {
        let day = i32::try_from(day.checked_add(UNIX_EPOCH_CE)?).ok()?;
        let year = NaiveDate::from_num_days_from_ce_opt(day)?.year();
        if CALENDAR.contains(&year) { Self::in_year(year) } else { None }
    }

    fn in_year(year: i32) -> Option<Self> {
        let day = |date: NaiveDate| i64::from(date.num_days_from_ce()) - UNIX_EPOCH_CE;
        let first = day(NaiveDate::from_yo_opt(year, 1)?);
        let length = if NaiveDate::from_yo_opt(year, 366).is_some() { 366 } else { 365 };
        Some(Self { year, first, last: first + length - 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::super::ordered_trades::{TradeOrder, Trades};
    use super::*;

    const DAY: i64 = 86_400;

    fn day(year: i32, month: u32, day: u32) -> i64 {
        let date = NaiveDate::from_ymd_opt(year, month, day).unwrap();
        i64::from(date.num_days_from_ce()) - UNIX_EPOCH_CE
    }

    fn years(exits: &[i64], first_entry: Option<i64>) -> TradeYears {
        let pnl: Vec<f64> = (1..).take(exits.len()).map(f64::from).collect();
        let exits: Vec<i64> =
            exits.iter().map(|&d| if d == NULL_TIME { d } else { d * DAY + 60 }).collect();
        let mut order = TradeOrder::default();
        let ordered =
            order.load(&Trades { pnl: &pnl, exit_time: Some(&exits), ..Trades::default() });
        let mut out = TradeYears::default();
        out.load(&ordered, DAY, first_entry);
        out
    }

    #[test]
    fn years_run_from_first_to_last_exit_with_idle_years_between() {
        let exits = [day(2020, 3, 1), day(2022, 1, 10), day(2020, 12, 31), NULL_TIME];
        let got = years(&exits, Some(day(2020, 2, 1)));
        assert_eq!(got.years, [2020, 2021, 2022]);
        assert_eq!(got.profits, [4.0, 0.0, 2.0]);
        assert_eq!(got.days, [335.0, 365.0, 10.0]);
    }

    #[test]
    fn the_first_year_begins_with_the_earliest_entry() {
        let exit = [day(2021, 1, 1)];
        assert_eq!(years(&exit, Some(day(2020, 12, 1))).days, [1.0]);
        assert_eq!(years(&exit, None).days, [1.0]);
        assert_eq!(years(&[day(2021, 1, 11)], Some(day(2021, 1, 2))).days, [10.0]);
        // an entry after the exit is a mistake in the data, not a negative length
        assert_eq!(years(&[day(2021, 1, 11)], Some(day(2021, 6, 1))).days, [1.0]);
    }

    #[test]
    fn days_before_1970_and_no_exits_work() {
        assert_eq!(years(&[day(1969, 12, 31), day(1970, 1, 1)], None).years, [1969, 1970]);
        assert!(years(&[NULL_TIME], None).years.is_empty());
        assert!(years(&[i64::MAX / DAY - 1], None).years.is_empty());
        let within = [-90_000_000, day(9999, 12, 31), day(1, 1, 1), 90_000_000];
        assert_eq!(years(&within, None).years.len(), 9999);
    }
}
