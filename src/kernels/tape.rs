//! One candidate's trades in chronological order, ready for replay.
//!
//! Order: stable sort by `exit_time`, else by `entry_time`, else as given; null times last.
//! `net = fin(pnl) − fin(fee)`. Currency is the account's. Sources: scoring specification,
//! sections 2 and 6.

use super::lanes::{LANES, join, lane_sum};
use super::number::fin;
use multiversion::multiversion;

/// Stands for a null time; sorts after every real one.
pub const NULL_TIME: i64 = i64::MAX;

/// Trades as given: columns of equal length, those the schema lacks being `None`.
#[derive(Debug, Clone, Copy)]
pub struct Trades<'a> {
    /// Profit or loss before explicit fees.
    pub pnl: &'a [f64],
    /// Fee of the trade, ≥ 0.
    pub fee: Option<&'a [f64]>,
    /// R-multiple; NaN where missing.
    pub r_multiple: Option<&'a [f64]>,
    /// Entry times in ticks; [`NULL_TIME`] where missing.
    pub entry_time: Option<&'a [i64]>,
    /// Exit times in ticks; [`NULL_TIME`] where missing.
    pub exit_time: Option<&'a [i64]>,
}

/// The trades of one candidate after [`Tape::load`]; reused from row to row.
#[derive(Debug, Default)]
pub struct Tape {
    order: Vec<usize>,
    /// `fin(pnl)`.
    pub pnl: Vec<f64>,
    /// `fin(fee)`, 0 without fees.
    pub fee: Vec<f64>,
    /// `pnl − fee`.
    pub net: Vec<f64>,
    /// R-multiples as given (not finite where missing); empty without them.
    pub r_multiple: Vec<f64>,
    /// Exit times, in order; empty without them.
    pub exit_time: Vec<i64>,
}

impl Tape {
    /// Number of trades.
    #[must_use]
    pub fn len(&self) -> usize {
        self.net.len()
    }

    /// Whether there is no trade.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.net.is_empty()
    }

    /// Brings `trades` into order.
    pub fn load(&mut self, trades: &Trades) {
        let n = trades.pnl.len();
        let clock = trades.exit_time.or(trades.entry_time);
        self.order.clear();
        if let Some(clock) = clock.filter(|clock| !clock.is_sorted()) {
            self.order.extend(0..n);
            self.order.sort_by_key(|&i| clock[i]);
        }
        arrange(&self.order, trades.pnl, &mut self.pnl, fin);
        match trades.fee {
            Some(fee) => arrange(&self.order, fee, &mut self.fee, fin),
            None => refill(&mut self.fee, std::iter::repeat_n(0.0, n)),
        }
        refill(&mut self.net, self.pnl.iter().zip(&self.fee).map(|(pnl, fee)| pnl - fee));
        match trades.r_multiple {
            Some(r) => arrange(&self.order, r, &mut self.r_multiple, |r| r),
            None => self.r_multiple.clear(),
        }
        match trades.exit_time {
            Some(exit) => arrange(&self.order, exit, &mut self.exit_time, |t| t),
            None => self.exit_time.clear(),
        }
    }

    /// Net results with fees times `multiplier`, written to `out`.
    pub fn net_at_cost(&self, multiplier: f64, out: &mut Vec<f64>) {
        refill(out, self.pnl.iter().zip(&self.fee).map(|(pnl, fee)| pnl - multiplier * fee));
    }
}

/// Replaces the contents of `out`.
fn refill<T>(out: &mut Vec<T>, values: impl Iterator<Item = T>) {
    out.clear();
    out.extend(values);
}

/// `values` in `order` (empty: as they are), each through `rule`.
fn arrange<T: Copy>(order: &[usize], values: &[T], out: &mut Vec<T>, rule: impl Fn(T) -> T) {
    if order.is_empty() {
        refill(out, values.iter().map(|&x| rule(x)));
    } else {
        refill(out, order.iter().map(|&i| rule(values[i])));
    }
}

/// Sharpe ratio per trade: mean / sample standard deviation (ddof = 1) of the finite `values`.
///
/// 0 with fewer than two finite values or no spread.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
#[must_use]
pub fn sharpe(values: &[f64]) -> f64 {
    let count = lane_sum(values.len(), |i| if values[i].is_finite() { 1.0 } else { 0.0 });
    let mean = lane_sum(values.len(), |i| fin(values[i])) / count;
    let squares = lane_sum(values.len(), |i| {
        let d = if values[i].is_finite() { values[i] - mean } else { 0.0 };
        d * d
    });
    ratio(count, mean, squares)
}

/// [`sharpe`] of the values that are not `dropped`; both slices have equal length.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
#[must_use]
pub fn sharpe_of_kept(values: &[f64], dropped: &[bool]) -> f64 {
    let n = values.len().min(dropped.len());
    let counts = |i: usize| !dropped[i] & values[i].is_finite();
    let count = lane_sum(n, |i| if counts(i) { 1.0 } else { 0.0 });
    let mean = lane_sum(n, |i| if counts(i) { values[i] } else { 0.0 }) / count;
    let squares = lane_sum(n, |i| {
        let d = if counts(i) { values[i] - mean } else { 0.0 };
        d * d
    });
    ratio(count, mean, squares)
}

/// A standard deviation up to this share of the mean is the rounding noise of equal values.
const NOISE: f64 = 1e-12;

/// mean / √(squares / (count − 1)), 0 where that is not defined.
fn ratio(count: f64, mean: f64, squares: f64) -> f64 {
    let std = (squares / (count - 1.0)).sqrt();
    if count >= 2.0 && std > NOISE * mean.abs() { mean / std } else { 0.0 }
}

/// Mean of the finite `values`, `None` without any.
#[must_use]
pub fn mean_of_finite(values: &[f64]) -> Option<f64> {
    let mut counts = [0.0; LANES];
    let sum = lane_sum(values.len(), |i| {
        counts[i % LANES] += if values[i].is_finite() { 1.0 } else { 0.0 };
        fin(values[i])
    });
    let count = join(counts);
    (count > 0.0).then(|| sum / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BARE: Trades<'_> = Trades {
        pnl: &[1.0, f64::NAN, 3.0],
        fee: None,
        r_multiple: None,
        entry_time: None,
        exit_time: None,
    };

    #[test]
    fn trades_are_sorted_stably_with_null_times_last() {
        let mut tape = Tape::default();
        let trades = Trades {
            pnl: &[1.0, 2.0, 3.0, 4.0],
            exit_time: Some(&[NULL_TIME, 5, 3, 5]),
            entry_time: Some(&[0, 9, 8, 7]),
            ..BARE
        };
        tape.load(&trades);
        assert_eq!(tape.net, [3.0, 2.0, 4.0, 1.0]);
        tape.load(&Trades { exit_time: None, ..trades });
        assert_eq!(tape.net, [1.0, 4.0, 3.0, 2.0]);
    }

    #[test]
    fn non_finite_numbers_count_as_zero() {
        let mut tape = Tape::default();
        tape.load(&Trades { fee: Some(&[0.5, 0.25, f64::INFINITY]), ..BARE });
        assert_eq!(tape.net, [0.5, -0.25, 3.0]);
        tape.net_at_cost(2.0, &mut Vec::new());
    }

    #[test]
    fn sharpe_matches_hand_computation() {
        assert_eq!(sharpe(&[1.0, 3.0, f64::NAN]), 2.0 / 2.0_f64.sqrt());
        assert_eq!(sharpe(&[1.0, f64::NAN]), 0.0);
        assert_eq!(sharpe(&[2.0; 20]), 0.0);
        assert_eq!(sharpe(&[0.1; 3]), 0.0);
        assert_eq!(sharpe_of_kept(&[1.0, 50.0, 3.0], &[false, true, false]), sharpe(&[1.0, 3.0]));
        assert_eq!(mean_of_finite(&[1.0, f64::NAN, 2.0]), Some(1.5));
        assert_eq!(mean_of_finite(&[f64::NAN]), None);
    }
}
