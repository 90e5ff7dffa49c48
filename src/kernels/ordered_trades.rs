//! One candidate's trades in chronological order, ready for replay.
//!
//! Order: stable sort by `exit_time`, else by `entry_time`, else as given; null times last.
//! `net = fin(pnl) − fin(fee)`. Currency is the account's. Source: specification,
//! sections 2 and 6.

use multiversion::multiversion;

use super::lane_sums::lane_sum;
use super::number::fin;
use super::sharpe::SharpeOf;

/// Stands for a null time; sorts after every real one.
pub const NULL_TIME: i64 = i64::MAX;

/// Trades as given: columns of equal length, those the schema lacks being `None`.
#[derive(Debug, Clone, Copy, Default)]
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

/// The trades of one candidate after [`OrderedTrades::load`]; reused from row to row.
#[derive(Debug, Default)]
pub struct OrderedTrades {
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

impl OrderedTrades {
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

    /// The values that the Sharpe ratio is of.
    #[must_use]
    pub fn sharpe_values(&self, of: SharpeOf) -> &[f64] {
        match of {
            SharpeOf::Auto if !self.r_multiple.iter().any(|r| r.is_finite()) => &self.net,
            SharpeOf::Auto | SharpeOf::RMultiple => &self.r_multiple,
            SharpeOf::Pnl => &self.net,
        }
    }

    /// Brings `trades` into order.
    pub fn load(&mut self, trades: &Trades) {
        load(self, trades);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn load(ordered: &mut OrderedTrades, trades: &Trades) {
    let n = trades.pnl.len();
    let clock = trades.exit_time.or(trades.entry_time);
    ordered.order.clear();
    if let Some(clock) = clock.filter(|clock| !is_sorted(clock)) {
        ordered.order.extend(0..n);
        ordered.order.sort_by_key(|&i| clock[i]);
    }
    arrange(&ordered.order, trades.pnl, &mut ordered.pnl, fin);
    match trades.fee {
        Some(fee) => arrange(&ordered.order, fee, &mut ordered.fee, fin),
        None => {
            ordered.fee.clear();
            ordered.fee.resize(n, 0.0);
        }
    }
    ordered.net.resize(n, 0.0);
    for ((net, pnl), fee) in ordered.net.iter_mut().zip(&ordered.pnl).zip(&ordered.fee) {
        *net = pnl - fee;
    }
    arrange(&ordered.order, trades.r_multiple.unwrap_or_default(), &mut ordered.r_multiple, |r| r);
    arrange(&ordered.order, trades.exit_time.unwrap_or_default(), &mut ordered.exit_time, |t| t);
}

/// Whether times ascend; looks at all of them, which SIMD does faster than stopping early.
#[inline(always)]
fn is_sorted(times: &[i64]) -> bool {
    let next = times.get(1..).unwrap_or_default();
    !times.iter().zip(next).fold(false, |falls, (a, b)| falls | (a > b))
}

/// `values` in `order` (empty: as they are), each through `rule`.
#[inline(always)]
fn arrange<T: Copy + Default>(
    order: &[usize],
    values: &[T],
    out: &mut Vec<T>,
    rule: impl Fn(T) -> T,
) {
    out.resize(values.len(), T::default());
    if order.is_empty() {
        for (out, x) in out.iter_mut().zip(values) {
            *out = rule(*x);
        }
    } else {
        for (out, &i) in out.iter_mut().zip(order) {
            *out = rule(values[i]);
        }
    }
}

impl OrderedTrades {
    /// One number for each trade: the finite R-multiples, else, without any, the net results.
    /// `finite` is space for them.
    pub fn results<'a>(&'a self, finite: &'a mut Vec<f64>) -> &'a [f64] {
        finite.clear();
        finite.extend(self.r_multiple.iter().filter(|r| r.is_finite()));
        if finite.is_empty() { &self.net } else { finite }
    }
}

/// A fee under higher costs: `multiplier` times as much; a rebate, which is below 0, stays.
#[inline]
#[must_use]
pub fn shocked(fee: f64, multiplier: f64) -> f64 {
    if fee > 0.0 { multiplier * fee } else { fee }
}

/// Mean of the finite `values`, `None` without any.
#[must_use]
pub fn mean_of_finite(values: &[f64]) -> Option<f64> {
    let count = lane_sum(values, |x| if x.is_finite() { 1.0 } else { 0.0 });
    (count > 0.0).then(|| lane_sum(values, fin) / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trades_are_sorted_stably_with_null_times_last() {
        let mut ordered = OrderedTrades::default();
        let trades = Trades {
            pnl: &[1.0, 2.0, 3.0, 4.0],
            exit_time: Some(&[NULL_TIME, 5, 3, 5]),
            entry_time: Some(&[0, 9, 8, 7]),
            ..Trades::default()
        };
        ordered.load(&trades);
        assert_eq!(ordered.net, [3.0, 2.0, 4.0, 1.0]);
        ordered.load(&Trades { exit_time: None, ..trades });
        assert_eq!(ordered.net, [1.0, 4.0, 3.0, 2.0]);
    }

    #[test]
    fn non_finite_numbers_count_as_zero() {
        let mut ordered = OrderedTrades::default();
        ordered.load(&Trades {
            pnl: &[1.0, f64::NAN, 3.0],
            fee: Some(&[0.5, 0.25, f64::INFINITY]),
            ..Trades::default()
        });
        assert_eq!(ordered.net, [0.5, -0.25, 3.0]);
    }

    #[test]
    fn mean_is_of_finite_values() {
        assert_eq!(mean_of_finite(&[1.0, f64::NAN, 2.0]), Some(1.5));
        assert_eq!(mean_of_finite(&[f64::NAN]), None);
    }
}
