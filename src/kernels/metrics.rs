//! Summary metrics of a trade list (`rating.metrics()`).
//!
//! ```text
//! wins: net > 0;  win_rate = wins / n;  profit = Σ net
//! profit_factor = Σ net over wins / −Σ net over losses, +inf without losses, 0 without wins
//! sharpe_ratio = mean / sample std of finite R-multiples, of net pnl without any
//! ```
//!
//! Without trades every ratio and sum is 0; `avg_r` and the duration are missing where nothing
//! gives them. Source: specification, section 10.

use super::equity_curve::{EquityCurve, equity_curve};
use super::lane_sums::lane_sum;
use super::number::positive;
use super::ordered_trades::{NULL_TIME, OrderedTrades, Trades, mean_of_finite};
use super::sharpe::{SharpeOf, sharpe};

/// A metric of a trade list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TradeMetric {
    /// Number of trades.
    TotalTrades,
    /// Share of trades with net > 0.
    WinRate,
    /// Gross profit / gross loss.
    ProfitFactor,
    /// Per trade, not annualised.
    SharpeRatio,
    /// Account currency, ≥ 0.
    MaxDrawdown,
    /// Mean fee, account currency.
    CostPerTrade,
    /// Net profit, account currency.
    Profit,
    /// Mean of the finite R-multiples, NaN without any.
    AvgR,
}

impl TradeMetric {
    /// Every metric with the name of its column.
    pub const ALL: [(&'static str, Self); 8] = [
        ("total_trades", Self::TotalTrades),
        ("win_rate", Self::WinRate),
        ("profit_factor", Self::ProfitFactor),
        ("sharpe_ratio", Self::SharpeRatio),
        ("max_drawdown", Self::MaxDrawdown),
        ("cost_per_trade", Self::CostPerTrade),
        ("profit", Self::Profit),
        ("avg_r", Self::AvgR),
    ];

    /// The metric of that name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, metric)| *metric)
    }
}

/// The metrics of one candidate, computed when asked for; what several share is computed once.
pub struct TradeMetrics<'a> {
    trades: OrderedTrades<'a>,
    finite: &'a mut Vec<f64>,
    curve: Option<EquityCurve>,
    wins: Option<usize>,
}

impl<'a> TradeMetrics<'a> {
    /// Metrics of `trades`; `finite` is scratch space.
    pub fn new(trades: OrderedTrades<'a>, finite: &'a mut Vec<f64>) -> Self {
        Self { trades, finite, curve: None, wins: None }
    }

    /// The value of `metric`.
    #[allow(clippy::cast_precision_loss)] // counts of trades are far below 2^53
    pub fn get(&mut self, metric: TradeMetric) -> f64 {
        let trades = self.trades;
        let n = trades.len();
        let per_trade = |x: f64| if n == 0 { 0.0 } else { x / n as f64 };
        match metric {
            TradeMetric::TotalTrades => n as f64,
            TradeMetric::WinRate => per_trade(self.wins() as f64),
            TradeMetric::ProfitFactor => self.profit_factor(),
            TradeMetric::SharpeRatio => sharpe(trades.sharpe_values(SharpeOf::Auto), self.finite),
            TradeMetric::MaxDrawdown => self.curve().max_drawdown,
            TradeMetric::CostPerTrade => per_trade(lane_sum(trades.fee, |fee| fee)),
            TradeMetric::Profit => self.curve().profit,
            TradeMetric::AvgR => mean_of_finite(trades.r_multiple).unwrap_or(f64::NAN),
        }
    }

    fn curve(&mut self) -> EquityCurve {
        *self.curve.get_or_insert_with(|| equity_curve(self.trades.net))
    }

    fn wins(&mut self) -> usize {
        let net = self.trades.net;
        *self.wins.get_or_insert_with(|| net.iter().filter(|net| **net > 0.0).count())
    }

    fn profit_factor(&mut self) -> f64 {
        let losses = lane_sum(self.trades.net, |x| positive(-x));
        match (self.wins(), losses > 0.0) {
            (0, _) => 0.0,
            (_, true) => lane_sum(self.trades.net, positive) / losses,
            (_, false) => f64::INFINITY,
        }
    }
}

/// Mean of exit − entry in microseconds over the trades that have both, rounded toward zero;
/// `entry` and `exit` are the length of their ticks in microseconds as (multiplier, divisor).
#[must_use]
pub fn avg_duration_us(trades: &Trades, entry: (i64, i64), exit: (i64, i64)) -> Option<i64> {
    let (Some(entries), Some(exits)) = (trades.entry_time, trades.exit_time) else { return None };
    // Divided only where ticks are shorter than a microsecond: 128 bits are slow to divide.
    let micros = |t: i64, (multiplier, divisor): (i64, i64)| match (multiplier, divisor) {
        (multiplier, 1) => i128::from(t) * i128::from(multiplier),
        (1, divisor) => i128::from(t / divisor),
        _ => i128::from(t) * i128::from(multiplier) / i128::from(divisor),
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
    use super::super::ordered_trades::TradeOrder;
    use super::*;

    fn metric(name: &str, pnl: &[f64], r_multiple: Option<&[f64]>) -> f64 {
        let mut order = TradeOrder::default();
        let ordered = order.load(&Trades { pnl, r_multiple, ..Trades::default() });
        TradeMetrics::new(ordered, &mut Vec::new()).get(TradeMetric::of_name(name).unwrap())
    }

    #[test]
    fn matches_hand_computation() {
        let (pnl, r) = ([10.0, -4.0, 0.0, 2.0], [1.0, f64::NAN, -1.0, 3.0]);
        for (name, expected) in [
            ("total_trades", 4.0),
            ("win_rate", 0.5),
            ("profit_factor", 3.0),
            ("profit", 8.0),
            ("max_drawdown", 4.0),
            ("cost_per_trade", 0.0),
            ("avg_r", 1.0),
            ("sharpe_ratio", 0.5),
        ] {
            assert_eq!(metric(name, &pnl, Some(&r)), expected, "{name}");
        }
        assert_eq!(metric("sharpe_ratio", &[1.0, 3.0], None), 2.0 / 2.0_f64.sqrt());
        assert!(metric("avg_r", &pnl, None).is_nan());
    }

    #[test]
    fn profit_factor_at_its_edges() {
        assert_eq!(metric("profit_factor", &[1.0], None), f64::INFINITY);
        for pnl in [&[-1.0][..], &[], &[0.0]] {
            assert_eq!(metric("profit_factor", pnl, None), 0.0);
        }
    }

    #[test]
    fn durations_skip_open_trades() {
        let all = Trades {
            entry_time: Some(&[0, 10, NULL_TIME]),
            exit_time: Some(&[5, 18, 20]),
            ..Trades::default()
        };
        assert_eq!(avg_duration_us(&all, (1000, 1), (1000, 1)), Some(6500));
        assert_eq!(avg_duration_us(&all, (1, 1), (1, 1)), Some(6));
        assert_eq!(avg_duration_us(&all, (1, 3), (1, 3)), Some(2)); // 1 − 0 and 6 − 3, of two
        assert_eq!(avg_duration_us(&all, (2, 3), (2, 3)), Some(4)); // 3 − 0 and 12 − 6, of two
        let open = Trades { exit_time: Some(&[NULL_TIME; 3]), ..all };
        assert_eq!(avg_duration_us(&open, (1, 1), (1, 1)), None);
    }
}
