//! Net results per calendar period from trades (`period_returns`).
//!
//! ```text
//! result of a period = Σ (pnl − fee) of the trades that were closed in it, divided by the capital
//! ```
//!
//! Periods are days, weeks that end on Sunday, or months, in UTC, from the one of `start` to the one
//! of `end`; 0 where nothing was closed. In the unit of pnl, a ratio with a capital.
//!
//! # Edge cases
//! A trade without an exit time was not closed. An exit on a day before `start` or after `end` is
//! reported. Nothing for an end before the start.
//!
//! # Source
//! Scoring specification, section 21.

use chrono::{Datelike, NaiveDate};

use super::ordered_trades::NULL_TIME;

/// Length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "plugin", derive(serde::Deserialize))]
pub enum Every {
    /// A day.
    #[cfg_attr(feature = "plugin", serde(rename = "1d"))]
    Day,
    /// A week, Monday to Sunday.
    #[cfg_attr(feature = "plugin", serde(rename = "1w"))]
    Week,
    /// A calendar month.
    #[cfg_attr(feature = "plugin", serde(rename = "1mo"))]
    Month,
}

impl Every {
    /// The period of a day counted from 1970-01-01, a Thursday.
    #[must_use]
    pub fn period(self, day: i64) -> Option<i64> {
        match self {
            Self::Day => Some(day),
            Self::Week => day.checked_add(3).map(|day| day.div_euclid(7)),
            Self::Month => {
                let date = NaiveDate::from_epoch_days(i32::try_from(day).ok()?)?;
                Some(i64::from(date.year()) * 12 + i64::from(date.month0()))
            }
        }
    }
}

/// Days from which and to which periods run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// First day.
    pub start: i64,
    /// Last day.
    pub end: i64,
    /// Length of a period.
    pub every: Every,
}

/// A day on which a trade was closed outside of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outside(pub i64);

impl Grid {
    /// Number of periods.
    #[must_use]
    pub fn periods(self) -> Option<usize> {
        let (first, last) = (self.every.period(self.start)?, self.every.period(self.end)?);
        let periods = usize::try_from(last.checked_sub(first)?.checked_add(1)?).ok()?;
        (self.start <= self.end).then_some(periods)
    }

    /// Appends the results of trades to `out`; exits are in ticks, of which a day has `per_day`.
    ///
    /// # Errors
    /// The first exit, in the order of the trades, that is outside.
    pub fn book(
        self,
        net: &[f64],
        exits: &[i64],
        per_day: i64,
        capital: f64,
        out: &mut Vec<f64>,
    ) -> Result<(), Outside> {
        let (Some(periods), Some(first)) = (self.periods(), self.every.period(self.start)) else {
            return Ok(());
        };
        let from = out.len();
        out.resize(from + periods, 0.0);
        for (net, exit) in net.iter().zip(exits).filter(|(_, exit)| **exit != NULL_TIME) {
            let day = exit.div_euclid(per_day);
            if day < self.start || day > self.end {
                return Err(Outside(day));
            }
            let place = self.every.period(day).and_then(|p| usize::try_from(p - first).ok());
            if let Some(result) = place.and_then(|place| out.get_mut(from + place)) {
                *result += net;
            }
        }
        for result in &mut out[from..] {
            *result /= capital;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-01-01, a Monday.
    const MONDAY: i64 = 19_723;

    fn book(every: Every, days: i64, exits: &[i64]) -> Result<Vec<f64>, Outside> {
        let grid = Grid { start: MONDAY, end: MONDAY + days - 1, every };
        let net: Vec<f64> = (1..).map(f64::from).take(exits.len()).collect();
        let mut out = Vec::new();
        grid.book(&net, exits, 1, 2.0, &mut out).map(|()| out)
    }

    #[test]
    fn weeks_end_on_sunday_and_months_with_the_calendar() {
        let exits = [MONDAY, MONDAY + 6, MONDAY + 7, MONDAY + 31, NULL_TIME];
        assert_eq!(book(Every::Week, 35, &exits), Ok(vec![1.5, 1.5, 0.0, 0.0, 2.0]));
        assert_eq!(book(Every::Month, 35, &exits), Ok(vec![3.0, 2.0]));
        assert_eq!(book(Every::Day, 8, &exits[..3]).unwrap().len(), 8);
    }

    #[test]
    fn an_exit_outside_is_told() {
        assert_eq!(book(Every::Week, 3, &[MONDAY + 3]), Err(Outside(MONDAY + 3)));
        assert_eq!(book(Every::Week, 3, &[MONDAY - 1]), Err(Outside(MONDAY - 1)));
        assert_eq!(book(Every::Week, 0, &[]), Ok(vec![]));
        assert_eq!(Every::Month.period(i64::MAX), None);
    }
}
