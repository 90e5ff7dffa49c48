//! Ulcer index (`ulcer_index`, `ulcer_index_score`): the root mean square drawdown, in percent.
//!
//! ```text
//! equity:   x_w = last value of week w (Monday to Sunday, UTC), peak_w = max(x_1 … x_w)
//!           dd_w = (peak_w − x_w) / peak_w, 0 for a week without a value
//! returns:  W_t = Π(1 + r), 0 from r ≤ −1 on, or 1 + Σr;  dd_t = min(1, 1 − W_t/peak_t),
//!           the peak starts at 1
//! trades:   W_t = capital + Σ net, the peak starts at the capital
//! index = 100·√(Σ dd² / n) over n weeks, returns or trades;  score = clip(1 − index/cap, 0, 1)
//! ```
//!
//! The index is ≥ 0 and lower is better; the score is in [0, 1] and higher is better. Equity may
//! fall below 0, a drawdown of it is then above 100 %.
//!
//! # Edge cases
//! Points may come in any order; of equal times the last given wins; a point without a time or a
//! finite value is dropped, as is a return that is not finite. `None`: fewer than 2 weeks (from the
//! first to the last), returns or trades; a running maximum ≤ 0; a capital that is not above 0.
//!
//! # Source
//! P. Martin and B. McCann, "The Investor's Guide to Fidelity Funds" (1989); Omega; scoring
//! specification, sections 11 and 21.

use super::ordered_trades::NULL_TIME;

/// Unit of the times of an equity curve, counted from 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    /// Calendar days.
    Days,
    /// 10⁻³ s.
    Milliseconds,
    /// 10⁻⁶ s.
    Microseconds,
    /// 10⁻⁹ s.
    Nanoseconds,
}

impl TimeUnit {
    const fn per_day(self) -> i64 {
        match self {
            Self::Days => 1,
            Self::Milliseconds => 86_400_000,
            Self::Microseconds => 86_400_000_000,
            Self::Nanoseconds => 86_400_000_000_000,
        }
    }

    /// Week of a time, counted from the one of 1970-01-01, a Thursday.
    fn week(self, time: i64) -> i64 {
        time.div_euclid(self.per_day()).saturating_add(3).div_euclid(7)
    }

    /// The first time after a week.
    fn end_of(self, week: i64) -> i64 {
        week.saturating_mul(7).saturating_add(4).saturating_mul(self.per_day())
    }
}

/// Room for the points of one candidate that are not in order, reused from row to row.
#[derive(Debug, Default)]
pub struct Scratch {
    points: Vec<(i64, usize, f64)>,
}

/// Index of an equity curve; slices of equal length, [`NULL_TIME`] where a time is missing.
#[must_use]
pub fn ulcer_index_of_equity(
    times: &[i64],
    equity: &[f64],
    unit: TimeUnit,
    scratch: &mut Scratch,
) -> Option<f64> {
    let points = times.iter().copied().zip(equity.iter().copied());
    if times.is_sorted() {
        return of_points(points, unit);
    }
    scratch.points.clear();
    scratch.points.extend(points.enumerate().map(|(i, (time, x))| (time, i, x)));
    // The position decides between equal times, so no two entries are equal.
    scratch.points.sort_unstable_by_key(|&(time, i, _)| (time, i));
    of_points(scratch.points.iter().map(|&(time, _, x)| (time, x)), unit)
}

/// Index of points in order of time.
#[allow(clippy::cast_precision_loss)] // weeks of all of time are below 2^53
fn of_points(points: impl Iterator<Item = (i64, f64)>, unit: TimeUnit) -> Option<f64> {
    let mut points = points.filter(|(time, x)| x.is_finite() && *time != NULL_TIME);
    let (time, mut close) = points.next()?;
    let first = unit.week(time);
    let (mut week, mut end) = (first, unit.end_of(first));
    let mut closes = Closes::default();
    for (time, x) in points {
        if time >= end {
            closes.add(close)?;
            week = unit.week(time);
            end = unit.end_of(week);
        }
        close = x;
    }
    closes.add(close)?;
    (week > first).then(|| closes.index((week - first + 1) as f64))
}

/// Index of weekly closes, a week without a value being NaN (or infinite).
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of weeks are far below 2^53
pub fn ulcer_index_of_weeks(weekly: &[f64]) -> Option<f64> {
    let mut closes = Closes::default();
    for close in weekly.iter().filter(|x| x.is_finite()) {
        closes.add(*close)?;
    }
    (weekly.len() >= 2 && closes.peak > 0.0).then(|| closes.index(weekly.len() as f64))
}

/// Squared drawdowns of the weeks that have a value, in percent.
struct Closes {
    peak: f64,
    squares: f64,
}

impl Default for Closes {
    fn default() -> Self {
        Self { peak: f64::NEG_INFINITY, squares: 0.0 }
    }
}

impl Closes {
    fn add(&mut self, close: f64) -> Option<()> {
        self.peak = self.peak.max(close);
        let drawdown = 100.0 * (self.peak - close) / self.peak;
        self.squares += drawdown * drawdown;
        (self.peak > 0.0).then_some(())
    }

    fn index(&self, weeks: f64) -> f64 {
        (self.squares / weeks).sqrt()
    }
}

/// Index of the wealth that returns build up, starting at 1.
#[must_use]
pub fn ulcer_index_of_returns(returns: &[f64], compound: bool) -> Option<f64> {
    let finite = returns.iter().copied().filter(|r| r.is_finite());
    let step = |wealth: f64, r: f64| match compound {
        true if r <= -1.0 => 0.0,
        true => wealth * (1.0 + r),
        false => wealth + r,
    };
    of_wealth(1.0, finite, step)
}

/// Index of a capital to which the net results of trades in order are added.
#[must_use]
pub fn ulcer_index_of_trades(net: &[f64], capital: f64) -> Option<f64> {
    if !(capital > 0.0 && capital.is_finite()) {
        return None;
    }
    of_wealth(capital, net.iter().copied(), |wealth, net| wealth + net)
}

#[inline]
fn of_wealth(
    initial: f64,
    results: impl Iterator<Item = f64>,
    step: impl Fn(f64, f64) -> f64,
) -> Option<f64> {
    let (mut wealth, mut peak, mut squares, mut n) = (initial, initial, 0.0, 0.0);
    for result in results {
        wealth = step(wealth, result);
        peak = peak.max(wealth);
        // An overflow that is its own peak is no drawdown.
        let drawdown = if wealth >= peak { 0.0 } else { (1.0 - wealth / peak).min(1.0) };
        squares += drawdown * drawdown;
        n += 1.0;
    }
    (n >= 2.0).then(|| 100.0 * (squares / n).sqrt())
}

/// Score of an index, `cap` being the index that scores 0, above 0.
#[must_use]
pub fn ulcer_index_score(index: f64, cap: f64) -> f64 {
    (1.0 - index / cap).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::super::golden;
    use super::*;

    const NAN: f64 = f64::NAN;
    const DAY: i64 = 86_400_000_000;
    /// 2024-01-01, a Monday.
    const MONDAY: i64 = 19_723;

    fn of_equity(times: &[i64], equity: &[f64], unit: TimeUnit) -> Option<f64> {
        ulcer_index_of_equity(times, equity, unit, &mut Scratch::default())
    }

    fn of_days(days: &[i64], equity: &[f64]) -> Option<f64> {
        of_equity(days, equity, TimeUnit::Days)
    }

    #[test]
    fn the_worked_example_matches_omega() {
        let equity = &golden::cases("ulcer_index")[0].values;
        let days: Vec<i64> = (MONDAY..).take(equity.len()).collect();
        let index = of_days(&days, equity).unwrap();
        assert!((index - 1.346_028_763_740_798_6).abs() < 1e-12);
        assert!((ulcer_index_score(index, 10.0) - 0.865_397_123_625_920_1).abs() < 1e-12);
        for unit in [TimeUnit::Milliseconds, TimeUnit::Microseconds, TimeUnit::Nanoseconds] {
            // The last moment of each day.
            let times: Vec<i64> = days.iter().map(|d| (d + 1) * unit.per_day() - 1).collect();
            assert_eq!(of_equity(&times, equity, unit), Some(index));
        }
    }

    #[test]
    fn points_in_any_order_give_the_same() {
        let equity = &golden::cases("ulcer_index")[0].values;
        let days: Vec<i64> = (MONDAY..).take(equity.len()).collect();
        let order: Vec<usize> = (0..90).map(|i| i * 37 % 90).collect();
        let times: Vec<i64> = order.iter().map(|&i| days[i]).collect();
        let values: Vec<f64> = order.iter().map(|&i| equity[i]).collect();
        assert_eq!(of_days(&times, &values), of_days(&days, equity));
    }

    #[test]
    fn weeks_end_on_sunday_and_the_last_value_wins() {
        // 100, then a week that closes at 90: 10 % in one of two weeks.
        let half = Some((100.0_f64 / 2.0).sqrt());
        assert_eq!(of_days(&[MONDAY + 6, MONDAY + 7], &[100.0, 90.0]), half);
        assert_eq!(of_days(&[MONDAY, MONDAY + 6], &[100.0, 90.0]), None);
        let (days, values) =
            ([MONDAY, MONDAY + 7, MONDAY + 9, MONDAY + 9], [100.0, 5.0, 7.0, 90.0]);
        assert_eq!(of_days(&days, &values), half);
        let late = [MONDAY + 9, MONDAY + 9, MONDAY, MONDAY + 7];
        assert_eq!(of_days(&late, &[7.0, 90.0, 100.0, 5.0]), half);
    }

    #[test]
    fn weeks_before_1970_are_weeks_too() {
        // 1969-12-28 was a Sunday.
        let times = [-3 * DAY - 1, -3 * DAY];
        assert!(of_equity(&times, &[100.0, 90.0], TimeUnit::Microseconds).is_some());
        assert_eq!(of_equity(&[-3 * DAY, -1], &[100.0, 90.0], TimeUnit::Microseconds), None);
    }

    #[test]
    fn weeks_without_a_value_count_as_zero() {
        let quarter = Some((100.0_f64 / 4.0).sqrt());
        assert_eq!(of_days(&[MONDAY, MONDAY + 21], &[100.0, 90.0]), quarter);
        assert_eq!(ulcer_index_of_weeks(&[100.0, NAN, 90.0, 100.0]), quarter);
        assert_eq!(ulcer_index_of_weeks(&[100.0, f64::INFINITY, 90.0, 100.0]), quarter);
        assert_eq!(ulcer_index_of_weeks(&[100.0, 90.0, 110.0, 110.0]), Some(5.0));
    }

    #[test]
    fn points_without_time_or_value_are_dropped() {
        let half = of_days(&[MONDAY, MONDAY + 7], &[100.0, 90.0]);
        let times = [MONDAY - 70, MONDAY, NULL_TIME, MONDAY + 7, MONDAY + 8];
        assert_eq!(of_days(&times, &[NAN, 100.0, 1e9, 90.0, f64::INFINITY]), half);
    }

    #[test]
    fn too_few_weeks_and_no_positive_maximum_give_none() {
        assert_eq!(of_days(&[], &[]), None);
        assert_eq!(of_days(&[MONDAY], &[100.0]), None);
        for weekly in [&[][..], &[100.0], &[-1.0, -2.0], &[0.0, 5.0], &[-1.0, 5.0], &[NAN, NAN]] {
            assert_eq!(ulcer_index_of_weeks(weekly), None, "{weekly:?}");
            let days: Vec<i64> = (0..).map(|i| MONDAY + 7 * i).take(weekly.len()).collect();
            assert_eq!(of_days(&days, weekly), None, "{weekly:?}");
        }
        assert_eq!(ulcer_index_of_weeks(&[100.0, 110.0]), Some(0.0));
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        for unit in [TimeUnit::Days, TimeUnit::Nanoseconds] {
            let index = of_equity(&[i64::MIN, i64::MAX - 1], &[2.0, 1.0], unit).unwrap();
            assert!(index > 0.0 && index < 1.0);
        }
    }

    #[test]
    fn returns_match_the_published_value() {
        // PerformanceAnalytics, `portfolio_bacon`.
        let returns = [
            0.003, 0.026, 0.011, -0.010, 0.015, 0.025, 0.016, 0.067, -0.014, 0.040, -0.005, 0.081,
            0.040, -0.037, -0.061, 0.017, -0.049, -0.022, 0.070, 0.058, -0.065, 0.024, -0.005,
            -0.009,
        ];
        let index = ulcer_index_of_returns(&returns, true).unwrap();
        assert!((index - 6.118_428_726_189_615).abs() < 1e-12, "{index}");
    }

    #[test]
    fn returns_and_trades_by_hand() {
        // 0.5, then 1.0 added or 0.75 multiplied: drawdowns ½ and 0, or ½ and ¼.
        let found = |compound| ulcer_index_of_returns(&[-0.5, NAN, 0.5], compound).unwrap();
        assert_eq!(found(false), 100.0 * (0.25_f64 / 2.0).sqrt());
        assert_eq!(found(true), 100.0 * (0.3125_f64 / 2.0).sqrt());
        assert_eq!(ulcer_index_of_trades(&[-50.0, 50.0], 100.0), Some(found(false)));
        // Ruin is a drawdown of 1 from there on, debt too.
        assert_eq!(ulcer_index_of_returns(&[-1.5, 9.0], true), Some(100.0));
        assert_eq!(ulcer_index_of_returns(&[-1.5, -1.0], false), Some(100.0));
        assert_eq!(ulcer_index_of_trades(&[-150.0, 20.0], 100.0), Some(100.0));
        assert_eq!(ulcer_index_of_returns(&[1e200, 1e200, 1.0], true), Some(0.0));
    }

    #[test]
    fn too_little_and_no_capital_give_none() {
        assert_eq!(ulcer_index_of_returns(&[0.1, NAN], true), None);
        assert_eq!(ulcer_index_of_trades(&[0.1], 100.0), None);
        for capital in [0.0, -1.0, NAN, f64::INFINITY] {
            assert_eq!(ulcer_index_of_trades(&[1.0, 2.0], capital), None);
        }
    }

    #[test]
    fn the_score_is_clipped() {
        let found = [0.0, 2.5, 10.0, 40.0, f64::INFINITY].map(|x| ulcer_index_score(x, 10.0));
        assert_eq!(found, [1.0, 0.75, 0.0, 0.0, 0.0]);
    }
}
