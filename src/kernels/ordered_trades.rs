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

/// The trades of one candidate in chronological order: slices of equal length, but for those that
/// may be empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct OrderedTrades<'a> {
    /// `fin(pnl)`.
    pub pnl: &'a [f64],
    /// `fin(fee)`, 0 without fees.
    pub fee: &'a [f64],
    /// `pnl − fee`.
    pub net: &'a [f64],
    /// R-multiples as given (not finite where missing); empty without them.
    pub r_multiple: &'a [f64],
    /// Exit times; empty without them.
    pub exit_time: &'a [i64],
}

impl<'a> OrderedTrades<'a> {
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
    pub fn sharpe_values(&self, of: SharpeOf) -> &'a [f64] {
        match of {
            SharpeOf::Auto if !self.r_multiple.iter().any(|r| r.is_finite()) => self.net,
            SharpeOf::Auto | SharpeOf::RMultiple => self.r_multiple,
            SharpeOf::Pnl => self.net,
        }
    }

    /// The R-multiples, net results where the schema has none.
    #[must_use]
    pub fn series(&self) -> &'a [f64] {
        if self.r_multiple.is_empty() { self.net } else { self.r_multiple }
    }
}

/// Space to bring trades into order, reused from row to row. What is in order as given is read
/// where it is.
#[derive(Debug, Default)]
pub struct TradeOrder {
    order: Vec<usize>,
    pnl: Vec<f64>,
    fee: Vec<f64>,
    no_fee: Vec<f64>,
    net: Vec<f64>,
    r_multiple: Vec<f64>,
    exit_time: Vec<i64>,
    finite: [Vec<f64>; 2],
}

impl TradeOrder {
    /// Brings `trades` into order.
    pub fn load<'a>(&'a mut self, trades: &Trades<'a>) -> OrderedTrades<'a> {
        let Self { order, no_fee, net, finite: [finite_pnl, finite_fee], .. } = self;
        order.clear();
        if let Some(clock) = trades.exit_time.or(trades.entry_time).filter(|t| !is_sorted(t)) {
            order.extend(0..trades.pnl.len());
            order.sort_by_key(|&i| clock[i]);
        }
        let mut pnl = arranged(order, trades.pnl, &mut self.pnl);
        let mut fee = if let Some(fee) = trades.fee {
            arranged(order, fee, &mut self.fee)
        } else {
            no_fee.resize(pnl.len(), 0.0);
            no_fee
        };
        if !subtract(pnl, fee, net) {
            (pnl, fee) = (all_fin(pnl, finite_pnl), all_fin(fee, finite_fee));
        }
        let r_multiple = trades.r_multiple.unwrap_or_default();
        let exit_time = trades.exit_time.unwrap_or_default();
        OrderedTrades {
            pnl,
            fee,
            net,
            r_multiple: arranged(order, r_multiple, &mut self.r_multiple),
            exit_time: arranged(order, exit_time, &mut self.exit_time),
        }
    }
}

/// Whether times ascend; looks at all of them, which SIMD does faster than stopping early.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn is_sorted(times: &[i64]) -> bool {
    let next = times.get(1..).unwrap_or_default();
    !times.iter().zip(next).fold(false, |falls, (a, b)| falls | (a > b))
}

/// `values` in `order`; as they are where it is empty.
fn arranged<'a, T: Copy>(order: &[usize], values: &'a [T], space: &'a mut Vec<T>) -> &'a [T] {
    if order.is_empty() || values.is_empty() {
        return values;
    }
    space.clear();
    space.extend(order.iter().map(|&i| values[i]));
    space
}

/// Makes `net` fin(pnl) − fin(fee); tells whether all of them are finite.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn subtract(pnl: &[f64], fee: &[f64], net: &mut Vec<f64>) -> bool {
    net.resize(pnl.len(), 0.0);
    let mut finite = true;
    for ((net, &pnl), &fee) in net.iter_mut().zip(pnl).zip(fee) {
        finite &= pnl.is_finite() & fee.is_finite();
        *net = fin(pnl) - fin(fee);
    }
    finite
}

fn all_fin<'a>(values: &[f64], space: &'a mut Vec<f64>) -> &'a [f64] {
    space.clear();
    space.extend(values.iter().map(|x| fin(*x)));
    space
}

impl<'a> OrderedTrades<'a> {
    /// One number for each trade: the finite R-multiples, else, without any, the net results.
    /// `finite` is space for them.
    pub fn results(&self, finite: &'a mut Vec<f64>) -> &'a [f64] {
        finite.clear();
        finite.extend(self.r_multiple.iter().filter(|r| r.is_finite()));
        if finite.is_empty() { self.net } else { finite }
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
        let mut order = TradeOrder::default();
        let trades = Trades {
            pnl: &[1.0, 2.0, 3.0, 4.0],
            exit_time: Some(&[NULL_TIME, 5, 3, 5]),
            entry_time: Some(&[0, 9, 8, 7]),
            ..Trades::default()
        };
        assert_eq!(order.load(&trades).net, [3.0, 2.0, 4.0, 1.0]);
        assert_eq!(order.load(&Trades { exit_time: None, ..trades }).net, [1.0, 4.0, 3.0, 2.0]);
    }

    #[test]
    fn non_finite_numbers_count_as_zero() {
        let mut order = TradeOrder::default();
        let ordered = order.load(&Trades {
            pnl: &[1.0, f64::NAN, 3.0],
            fee: Some(&[0.5, 0.25, f64::INFINITY]),
            ..Trades::default()
        });
        assert_eq!((ordered.pnl, ordered.fee), (&[1.0, 0.0, 3.0][..], &[0.5, 0.25, 0.0][..]));
        assert_eq!(ordered.net, [0.5, -0.25, 3.0]);
    }

    #[test]
    fn mean_is_of_finite_values() {
        assert_eq!(mean_of_finite(&[1.0, f64::NAN, 2.0]), Some(1.5));
        assert_eq!(mean_of_finite(&[f64::NAN]), None);
    }
}
