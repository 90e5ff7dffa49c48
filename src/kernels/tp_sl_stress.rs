//! TP/SL stress (`tp_sl_stress`): would the take-profit still have been hit, had the levels been
//! worse by the spread.
//!
//! ```text
//! long:  hit TP if bid_high ≥ tp + spread,  hit SL if bid_low ≤ sl + spread
//! short: hit TP if ask_low ≤ tp − spread,   hit SL if ask_high ≥ sl − spread
//! start = first candle at or after the entry, exit = last candle at or before the exit, ≥ start
//! first candle from start + 1 + k, k = 0, 1, …, that hits one:
//!     TP alone → 0 if start + k ≤ exit, else min(0.1·(start + k − exit), 0.5)
//!     SL, or both, or none to the end → 1
//! score = mean(1 − penalty) over the trades that count
//! ```
//!
//! In [0, 1], higher is better; prices in one unit, times in the ticks of the candles. A trade
//! counts if it was closed by its take-profit and has a finite TP and SL, a finite spread above 0
//! and both times. A hit in the candle after the entry has start + k = start: Omega's count.
//!
//! # Edge cases
//! No trade at all gives `None`, trades of which none counts 1. A trade entered after the last
//! candle hits nothing: penalty 1.
//!
//! # Source
//! Omega; scoring specification, section 11. The lookup is [`CandleIndex`]'s.

use super::candle_index::CandleIndex;
use super::ordered_trades::NULL_TIME;

const PENALTY_PER_CANDLE: f64 = 0.1;
const LATEST: f64 = 0.5;
const MISSED: f64 = 1.0;

/// A trade as the stress sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TpSlTrade {
    /// Long or short.
    pub long: bool,
    /// Whether the take-profit closed it.
    pub took_profit: bool,
    /// Take-profit price.
    pub take_profit: f64,
    /// Stop-loss price.
    pub stop_loss: f64,
    /// Ask minus bid.
    pub spread: f64,
    /// Time of entry; [`NULL_TIME`] where missing.
    pub entry_time: i64,
    /// Time of exit; [`NULL_TIME`] where missing.
    pub exit_time: i64,
}

impl TpSlTrade {
    fn counts(&self) -> bool {
        self.took_profit
            && [self.take_profit, self.stop_loss, self.spread].iter().all(|x| x.is_finite())
            && self.spread > 0.0
            && ![self.entry_time, self.exit_time].contains(&NULL_TIME)
    }
}

/// Penalty of one trade in [0, 1]; `None` if it does not count.
#[must_use]
pub fn tp_sl_penalty(index: &CandleIndex, trade: &TpSlTrade) -> Option<f64> {
    trade.counts().then(|| penalty(index, trade).unwrap_or(MISSED))
}

/// Penalty of a trade that reaches its take-profit.
#[allow(clippy::cast_precision_loss)] // counts of candles are far below 2^53
fn penalty(index: &CandleIndex, trade: &TpSlTrade) -> Option<f64> {
    let start = index.first_from(trade.entry_time)?;
    let exit = index.last_from(start, trade.exit_time);
    let &TpSlTrade { take_profit: tp, stop_loss: sl, spread, .. } = trade;
    let (hit, took_profit) = if trade.long {
        let hit = index.bid.first_hit(start + 1, tp + spread, sl + spread)?;
        (hit, hit.upper && !hit.lower)
    } else {
        let hit = index.ask.first_hit(start + 1, sl - spread, tp - spread)?;
        (hit, hit.lower && !hit.upper)
    };
    let late = (hit.at - 1).saturating_sub(exit) as f64;
    took_profit.then(|| (PENALTY_PER_CANDLE * late).min(LATEST))
}

/// Score of one candidate; `None` without trades.
#[must_use]
pub fn tp_sl_stress_score(
    index: &CandleIndex,
    trades: impl IntoIterator<Item = TpSlTrade>,
) -> Option<f64> {
    let mut trades = trades.into_iter().peekable();
    trades.peek()?;
    let (mut sum, mut count) = (0.0, 0.0);
    for penalty in trades.filter_map(|trade| tp_sl_penalty(index, &trade)) {
        sum += 1.0 - penalty;
        count += 1.0;
    }
    Some(if count > 0.0 { sum / count } else { 1.0 })
}

#[cfg(test)]
mod tests {
    use super::super::candle_index::Candles;
    use super::*;

    const TIME: [i64; 8] = [0, 1, 2, 3, 4, 5, 6, 7];
    const FLAT: [f64; 8] = [1.0; 8];
    const LONG: TpSlTrade = TpSlTrade {
        long: true,
        took_profit: true,
        take_profit: 1.2,
        stop_loss: 0.8,
        spread: 0.01,
        entry_time: 0,
        exit_time: 0,
    };
    const SHORT: TpSlTrade = TpSlTrade { long: false, take_profit: 0.8, stop_loss: 1.2, ..LONG };

    /// Candles of which both sides have these highs and lows.
    fn with_index<T>(high: &[f64], low: &[f64], use_it: impl FnOnce(&CandleIndex) -> T) -> T {
        let candles = Candles {
            time: &TIME[..high.len()],
            bid_high: high,
            bid_low: low,
            ask_high: high,
            ask_low: low,
        };
        use_it(&CandleIndex::new(&candles).unwrap())
    }

    fn penalty_of(high: &[f64], low: &[f64], trade: TpSlTrade) -> Option<f64> {
        with_index(high, low, |index| tp_sl_penalty(index, &trade))
    }

    #[test]
    fn the_worked_example_scores_nine_tenths() {
        let score =
            with_index(&[1.0, 1.1, 1.3], &[0.9; 3], |index| tp_sl_stress_score(index, [LONG]));
        assert_eq!(score, Some(0.9));
    }

    #[test]
    fn a_late_hit_costs_a_tenth_per_candle_up_to_a_half() {
        for at in 1_u8..8 {
            let mut high = FLAT;
            high[usize::from(at)] = 1.21;
            for exit in 0_u8..8 {
                let trade = TpSlTrade { exit_time: exit.into(), ..LONG };
                let late = (at - 1).saturating_sub(exit);
                let expected = Some((0.1 * f64::from(late)).min(0.5));
                assert_eq!(penalty_of(&high, &FLAT, trade), expected, "{at} {exit}");
            }
        }
    }

    #[test]
    fn the_entry_candle_is_not_looked_at() {
        assert_eq!(penalty_of(&[2.0, 1.0], &[1.0; 2], LONG), Some(1.0));
        assert_eq!(penalty_of(&[2.0, 1.3], &[0.1, 1.0], LONG), Some(0.0));
    }

    #[test]
    fn the_stop_first_or_in_the_same_candle_or_nothing_costs_all() {
        let low = [1.0, 1.0, 0.81, 1.0];
        assert_eq!(penalty_of(&[1.0, 1.0, 1.0, 1.3], &low, LONG), Some(1.0));
        assert_eq!(penalty_of(&[1.0, 1.0, 1.3, 1.0], &low, LONG), Some(1.0));
        assert_eq!(penalty_of(&[1.0, 1.3, 1.0, 1.0], &low, LONG), Some(0.0));
        assert_eq!(penalty_of(&FLAT, &FLAT, LONG), Some(1.0));
    }

    #[test]
    fn levels_move_by_the_spread_and_count_when_touched() {
        let touched = LONG.take_profit + LONG.spread;
        assert_eq!(penalty_of(&[1.0, touched], &[1.0; 2], LONG), Some(0.0));
        assert_eq!(penalty_of(&[1.0, touched.next_down()], &[1.0; 2], LONG), Some(1.0));
        let touched = SHORT.take_profit - SHORT.spread;
        assert_eq!(penalty_of(&[1.0; 2], &[1.0, touched], SHORT), Some(0.0));
        assert_eq!(penalty_of(&[1.0; 2], &[1.0, touched.next_up()], SHORT), Some(1.0));
        let stopped = SHORT.stop_loss - SHORT.spread;
        assert_eq!(penalty_of(&[1.0, stopped], &[1.0, 0.1], SHORT), Some(1.0));
        assert_eq!(penalty_of(&[1.0, stopped.next_down()], &[1.0, 0.1], SHORT), Some(0.0));
    }

    #[test]
    fn longs_look_at_bids_and_shorts_at_asks() {
        let (far, near) = ([9.0, 9.0], [0.1, 0.1]);
        let index = |bid_high, bid_low, ask_high, ask_low| {
            CandleIndex::new(&Candles { time: &TIME[..2], bid_high, bid_low, ask_high, ask_low })
                .unwrap()
        };
        let bids_rise = index(&far, &FLAT[..2], &FLAT[..2], &near);
        assert_eq!(tp_sl_penalty(&bids_rise, &LONG), Some(0.0));
        assert_eq!(tp_sl_penalty(&bids_rise, &SHORT), Some(0.0));
        let asks_rise = index(&FLAT[..2], &near, &far, &FLAT[..2]);
        assert_eq!(tp_sl_penalty(&asks_rise, &LONG), Some(1.0));
        assert_eq!(tp_sl_penalty(&asks_rise, &SHORT), Some(1.0));
    }

    #[test]
    fn times_outside_the_candles() {
        let late = TpSlTrade { entry_time: 8, exit_time: 9, ..LONG };
        assert_eq!(penalty_of(&FLAT, &FLAT, late), Some(1.0));
        let early = TpSlTrade { entry_time: -5, exit_time: -1, ..LONG };
        assert_eq!(penalty_of(&[1.0, 1.0, 1.3], &[1.0; 3], early), Some(0.1));
    }

    #[test]
    fn trades_that_do_not_count_are_left_out() {
        let excluded = [
            TpSlTrade { took_profit: false, ..LONG },
            TpSlTrade { take_profit: f64::NAN, ..LONG },
            TpSlTrade { stop_loss: f64::INFINITY, ..LONG },
            TpSlTrade { spread: 0.0, ..LONG },
            TpSlTrade { spread: f64::NAN, ..LONG },
            TpSlTrade { entry_time: NULL_TIME, ..LONG },
            TpSlTrade { exit_time: NULL_TIME, ..LONG },
        ];
        with_index(&[1.0, 1.1, 1.3], &[0.9; 3], |index| {
            assert_eq!(tp_sl_stress_score(index, excluded), Some(1.0));
            let one = excluded.into_iter().chain([LONG]);
            assert_eq!(tp_sl_stress_score(index, one), Some(0.9));
            assert_eq!(tp_sl_stress_score(index, []), None);
            let missed = TpSlTrade { take_profit: 5.0, ..LONG };
            assert_eq!(tp_sl_stress_score(index, [LONG, missed]), Some(0.45));
        });
    }
}
