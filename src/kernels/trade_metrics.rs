//! Summary metrics of a trade list (`rating.metrics()`).
//!
//! ```text
//! wins: net > 0;  win_rate = wins / n;  profit = Σ net
//! profit_factor = Σ net over wins / −Σ net over losses, +inf without losses, 0 without wins
//! sharpe_ratio = mean / sample std of finite R-multiples, of net pnl where the schema has none
//! ```
//!
//! Without trades every ratio and sum is 0; `avg_r` and the duration are `None` where nothing
//! gives them. Source: scoring specification, section 10.

use super::curve::curve;
use super::lanes::lane_sum;
use super::number::positive;
use super::sharpe::sharpe;
use super::tape::{NULL_TIME, Tape, Trades, mean_of_finite};

/// The scalar metrics of one candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TradeMetrics {
    /// Number of trades.
    pub total_trades: u32,
    /// Share of trades with net > 0.
    pub win_rate: f64,
    /// Gross profit / gross loss.
    pub profit_factor: f64,
    /// Per trade, not annualised.
    pub sharpe_ratio: f64,
    /// Account currency, ≥ 0.
    pub max_drawdown: f64,
    /// Mean fee, account currency.
    pub cost_per_trade: f64,
    /// Net profit, account currency.
    pub profit: f64,
    /// Mean of the finite R-multiples.
    pub avg_r: Option<f64>,
}

/// Metrics of the trades on `tape`; `with_r` tells whether the schema has R-multiples.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of trades are far below 2^53
pub fn trade_metrics(tape: &Tape, with_r: bool) -> TradeMetrics {
    let n = tape.len();
    let net = &tape.net;
    let wins = net.iter().filter(|net| **net > 0.0).count();
    let gains = lane_sum(net, positive);
    let losses = lane_sum(net, |x| positive(-x));
    let curve = curve(net);
    let per_trade = |x: f64| if n == 0 { 0.0 } else { x / n as f64 };
    TradeMetrics {
        total_trades: u32::try_from(n).unwrap_or(u32::MAX),
        win_rate: per_trade(wins as f64),
        profit_factor: match (wins, losses > 0.0) {
            (0, _) => 0.0,
            (_, true) => gains / losses,
            (_, false) => f64::INFINITY,
        },
        sharpe_ratio: sharpe(if with_r { &tape.r_multiple } else { net }, &mut Vec::new()),
        max_drawdown: curve.max_drawdown,
        cost_per_trade: per_trade(lane_sum(&tape.fee, |fee| fee)),
        profit: curve.profit,
        avg_r: mean_of_finite(&tape.r_multiple),
    }
}

/// Mean of exit − entry in ticks over the trades that have both, rounded toward zero; entry and
/// exit are each given their ticks in microseconds as (multiplier, divisor).
#[must_use]
pub fn avg_duration_us(trades: &Trades, entry: (i64, i64), exit: (i64, i64)) -> Option<i64> {
    let (Some(entries), Some(exits)) = (trades.entry_time, trades.exit_time) else { return None };
    let micros = |t: i64, (multiplier, divisor): (i64, i64)| {
        i128::from(t) * i128::from(multiplier) / i128::from(divisor)
    };
    let (mut sum, mut count) = (0_i128, 0_i128);
    for (&from, &to) in entries.iter().zip(exits) {
        if from != NULL_TIME && to != NULL_TIME {
            sum += micros(to, exit) - micros(from, entry);
            count += 1;
        }
    }
    sum.checked_div(count).and_then(|mean| i64::try_from(mean).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trades<'a>(pnl: &'a [f64], r: Option<&'a [f64]>) -> Trades<'a> {
        Trades { pnl, fee: None, r_multiple: r, entry_time: None, exit_time: None }
    }

    fn metrics(pnl: &[f64], r: Option<&[f64]>) -> TradeMetrics {
        let mut tape = Tape::default();
        tape.load(&trades(pnl, r));
        trade_metrics(&tape, r.is_some())
    }

    #[test]
    fn matches_hand_computation() {
        let m = metrics(&[10.0, -4.0, 0.0, 2.0], Some(&[1.0, f64::NAN, -1.0, 3.0]));
        assert_eq!(m.total_trades, 4);
        assert_eq!(m.win_rate, 0.5);
        assert_eq!(m.profit_factor, 3.0);
        assert_eq!(m.profit, 8.0);
        assert_eq!(m.max_drawdown, 4.0);
        assert_eq!(m.avg_r, Some(1.0));
        assert_eq!(m.sharpe_ratio, 1.0 / 2.0);
    }

    #[test]
    fn profit_factor_at_its_edges() {
        assert_eq!(metrics(&[1.0], None).profit_factor, f64::INFINITY);
        assert_eq!(metrics(&[-1.0], None).profit_factor, 0.0);
        assert_eq!(metrics(&[], None).profit_factor, 0.0);
        assert_eq!(metrics(&[0.0], None).profit_factor, 0.0);
    }

    #[test]
    fn durations_skip_open_trades() {
        let all = Trades {
            entry_time: Some(&[0, 10, NULL_TIME]),
            exit_time: Some(&[5, 18, 20]),
            ..trades(&[0.0; 3], None)
        };
        assert_eq!(avg_duration_us(&all, (1000, 1), (1000, 1)), Some(6500));
        let open = Trades { exit_time: Some(&[NULL_TIME; 3]), ..all };
        assert_eq!(avg_duration_us(&open, (1, 1), (1, 1)), None);
    }
}
