//! Candles of one symbol, and where their prices first reach one of two levels.
//!
//! The question "which is the first candle from i on whose high is at or above a, or whose low is
//! at or below b" is asked once per trade. It is answered without walking through the candles:
//! above the two columns of a side stands a pyramid of extremes, the largest high and the smallest
//! low of every [`BLOCK`] entries of the level below. The search looks at the rest of its block,
//! climbs where nothing is found, and descends into the first block that holds a hit: at most
//! 2·[`BLOCK`] entries on each of log₃₂(n) levels.
//!
//! # Memory
//! Beyond the candles, which are borrowed: 4·8/31 ≈ 1.03 bytes per candle, 2.6 % of the 40 bytes
//! of the five columns. Built in one pass.
//!
//! # Edge cases
//! A price that is NaN reaches no level. Times may repeat.

use std::fmt;
use std::sync::Arc;

/// Entries that one entry of the level above stands for. The search waits for memory: with 8 to 64
/// it takes as long, within a tenth, and the pyramid is the smaller the larger the block.
const BLOCK: usize = 32;

/// Columns of equal length, ascending in time.
#[derive(Debug, Clone, Copy)]
pub struct Candles<'a> {
    /// Opening times in ticks.
    pub time: &'a [i64],
    /// Highest bids.
    pub bid_high: &'a [f64],
    /// Lowest bids.
    pub bid_low: &'a [f64],
    /// Highest asks.
    pub ask_high: &'a [f64],
    /// Lowest asks.
    pub ask_low: &'a [f64],
}

/// Why candles cannot be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CandleError {
    /// The columns have different lengths.
    LengthMismatch,
    /// The candle at this position is earlier than the one before it.
    NotSorted(usize),
}

impl fmt::Display for CandleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LengthMismatch => f.write_str("the columns of candles differ in length"),
            Self::NotSorted(at) => write!(f, "candle {at} is earlier than the one before it"),
        }
    }
}

impl std::error::Error for CandleError {}

/// Candles that can be searched; shared by all trades of the symbol.
#[derive(Debug, Clone)]
pub struct CandleIndex<'a> {
    time: &'a [i64],
    /// Bid prices.
    pub bid: Side<'a>,
    /// Ask prices.
    pub ask: Side<'a>,
}

/// The pyramids of both sides, which can be kept apart from the candles they stand on.
#[derive(Debug, Clone)]
pub struct Pyramids {
    bid: Arc<[Extremes]>,
    ask: Arc<[Extremes]>,
}

impl<'a> CandleIndex<'a> {
    /// The pyramids, to be kept.
    #[must_use]
    pub fn pyramids(&self) -> Pyramids {
        Pyramids { bid: self.bid.levels.clone(), ask: self.ask.levels.clone() }
    }

    /// The index of candles whose pyramids were built before.
    #[must_use]
    pub fn with_pyramids(candles: &Candles<'a>, pyramids: &Pyramids) -> Self {
        let Candles { time, bid_high, bid_low, ask_high, ask_low } = *candles;
        let side = |high, low, levels: &Arc<[Extremes]>| Side { high, low, levels: levels.clone() };
        let bid = side(bid_high, bid_low, &pyramids.bid);
        Self { time, bid, ask: side(ask_high, ask_low, &pyramids.ask) }
    }

    /// Builds the pyramids.
    ///
    /// # Errors
    /// [`CandleError`] if the columns differ in length or the times do not ascend.
    pub fn new(candles: &Candles<'a>) -> Result<Self, CandleError> {
        let Candles { time, bid_high, bid_low, ask_high, ask_low } = *candles;
        if [bid_high, bid_low, ask_high, ask_low].iter().any(|column| column.len() != time.len()) {
            return Err(CandleError::LengthMismatch);
        }
        if let Some(at) = time.windows(2).position(|pair| pair[0] > pair[1]) {
            return Err(CandleError::NotSorted(at + 1));
        }
        Ok(Self { time, bid: Side::new(bid_high, bid_low), ask: Side::new(ask_high, ask_low) })
    }

    /// The first candle at or after a time.
    #[must_use]
    pub fn first_from(&self, time: i64) -> Option<usize> {
        let at = self.time.partition_point(|t| *t < time);
        (at < self.time.len()).then_some(at)
    }

    /// The last candle at or before a time, not before `start`. Doubles its steps from there, since
    /// a trade is short beside the history.
    #[must_use]
    pub fn last_from(&self, start: usize, time: i64) -> usize {
        let later = self.time.get(start..).unwrap_or_default();
        let mut end = 1;
        while later.get(end).is_some_and(|t| *t <= time) {
            end *= 2;
        }
        let reach = &later[..end.min(later.len())];
        start + reach.partition_point(|t| *t <= time).saturating_sub(1)
    }
}

/// Highs and lows of one side of the book.
#[derive(Debug, Clone)]
pub struct Side<'a> {
    high: &'a [f64],
    low: &'a [f64],
    /// Extremes of the level below; the last level has at most [`BLOCK`] entries.
    levels: Arc<[Extremes]>,
}

#[derive(Debug, Clone, Default)]
struct Extremes {
    high: Vec<f64>,
    low: Vec<f64>,
}

/// The first candle that reaches a level, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Its position.
    pub at: usize,
    /// Whether its high is at or above the upper level.
    pub upper: bool,
    /// Whether its low is at or below the lower level.
    pub lower: bool,
}

impl<'a> Side<'a> {
    fn new(high: &'a [f64], low: &'a [f64]) -> Self {
        let mut levels: Vec<Extremes> = Vec::new();
        loop {
            let (high, low) = match levels.last() {
                None => (high, low),
                Some(below) => (below.high.as_slice(), below.low.as_slice()),
            };
            if high.len() <= BLOCK {
                break;
            }
            let largest = |block: &[f64]| block.iter().fold(f64::NEG_INFINITY, |a, b| a.max(*b));
            let smallest = |block: &[f64]| block.iter().fold(f64::INFINITY, |a, b| a.min(*b));
            let above = Extremes {
                high: high.chunks(BLOCK).map(largest).collect(),
                low: low.chunks(BLOCK).map(smallest).collect(),
            };
            levels.push(above);
        }
        Self { high, low, levels: levels.into() }
    }

    /// The first candle from `from` on with high ≥ `upper` or low ≤ `lower`.
    #[must_use]
    pub fn first_hit(&self, from: usize, upper: f64, lower: f64) -> Option<Hit> {
        // Climb: `at` is the first entry of the level that is not searched yet.
        let (mut level, mut at) = (0, from);
        let mut found = loop {
            let end = (at / BLOCK + 1) * BLOCK;
            if let Some(found) = self.first_in_block(level, at, end, upper, lower) {
                break found;
            }
            if level == self.levels.len() {
                return None;
            }
            (level, at) = (level + 1, end / BLOCK);
        };
        while let Some(below) = level.checked_sub(1) {
            level = below;
            let start = found * BLOCK;
            found = self.first_in_block(level, start, start + BLOCK, upper, lower)?;
        }
        let (high, low) = (self.high.get(found)?, self.low.get(found)?);
        Some(Hit { at: found, upper: *high >= upper, lower: *low <= lower })
    }

    /// The first entry from `start` to before `end` that reaches a level; past the last entry
    /// there is none.
    #[inline]
    fn first_in_block(
        &self,
        level: usize,
        start: usize,
        end: usize,
        upper: f64,
        lower: f64,
    ) -> Option<usize> {
        let (high, low) = match level.checked_sub(1) {
            None => (self.high, self.low),
            Some(i) => (self.levels[i].high.as_slice(), self.levels[i].low.as_slice()),
        };
        let end = end.min(high.len());
        let (high, low) = (high.get(start..end)?, low.get(start..end)?);
        let mut entries = high.iter().zip(low);
        Some(start + entries.position(|(high, low)| (*high >= upper) | (*low <= lower))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{NumpyRng, uniform};

    fn walk(seed: u128, n: usize) -> (Vec<f64>, Vec<f64>) {
        let mut steps = vec![0.0; 2 * n];
        uniform(&mut NumpyRng::new(seed), -1.0, 1.0, &mut steps).unwrap();
        let mut middle = 100.0;
        let candle = steps.chunks(2).map(|step| {
            middle += step[0];
            (middle + step[1].abs(), middle - step[1].abs() / 2.0)
        });
        candle.unzip()
    }

    fn plain_scan(side: &Side, from: usize, upper: f64, lower: f64) -> Option<Hit> {
        (from..side.high.len())
            .map(|at| Hit { at, upper: side.high[at] >= upper, lower: side.low[at] <= lower })
            .find(|hit| hit.upper | hit.lower)
    }

    #[test]
    fn hits_match_the_plain_scan() {
        for (seed, n) in (0..).zip([0, 1, 2, 31, 32, 33, 64, 1000, 1024, 1025, 5000, 40_000]) {
            let (mut high, mut low) = walk(seed, n);
            for at in (5..n).step_by(97) {
                (high[at], low[at - 3]) = (f64::NAN, f64::NAN);
            }
            let side = Side::new(&high, &low);
            let mut draws = vec![0.0; 900];
            uniform(&mut NumpyRng::new(seed + 50), 0.0, 1.0, &mut draws).unwrap();
            for draw in draws.chunks(3) {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    clippy::cast_precision_loss,
                    reason = "small positions"
                )]
                let from = (draw[0] * (n + 2) as f64) as usize;
                let middle = high.get(from).copied().filter(|x| x.is_finite()).unwrap_or(100.0);
                // From levels that the next candle reaches to levels that none does.
                let (upper, lower) =
                    (middle + 1e4_f64.powf(draw[1]), middle - 1e4_f64.powf(draw[2]));
                let found = side.first_hit(from, upper, lower);
                assert_eq!(found, plain_scan(&side, from, upper, lower), "{n} from {from}");
            }
        }
    }

    #[test]
    fn every_candle_can_be_the_only_hit() {
        let n = 32 * 32 + 5;
        for at in [0, 1, 31, 32, 33, 1023, 1024, n - 1] {
            let (mut high, low) = (vec![1.0; n], vec![1.0; n]);
            high[at] = 2.0;
            let side = Side::new(&high, &low);
            for from in [0, 1, 31, 32, at] {
                let expected = (from <= at).then_some(Hit { at, upper: true, lower: false });
                assert_eq!(side.first_hit(from, 2.0, 0.0), expected, "{at} from {from}");
            }
            assert_eq!(side.first_hit(at + 1, 2.0, 0.0), None);
        }
    }

    #[test]
    fn a_search_that_starts_past_the_end_finds_nothing() {
        let side = Side::new(&[1.0; 40], &[1.0; 40]);
        for from in [40, 41, 64, 2000] {
            assert_eq!(side.first_hit(from, 0.0, 0.0), None);
        }
    }

    #[test]
    fn times_are_looked_up_by_bisection() {
        let prices = [1.0; 4];
        let candles = Candles {
            time: &[10, 20, 20, 30],
            bid_high: &prices,
            bid_low: &prices,
            ask_high: &prices,
            ask_low: &prices,
        };
        let index = CandleIndex::new(&candles).unwrap();
        assert_eq!(
            [9, 10, 11, 20, 30, 31].map(|t| index.first_from(t)),
            [Some(0), Some(0), Some(1), Some(1), Some(3), None]
        );
        for start in 0..4 {
            let found = [9, 10, 19, 20, 31].map(|t| index.last_from(start, t));
            assert_eq!(found, [0, 0, 0, 2, 3].map(|at: usize| at.max(start)));
        }
        assert_eq!(index.last_from(4, 31), 4);
        let unsorted = Candles { time: &[10, 20, 15, 30], ..candles };
        assert_eq!(CandleIndex::new(&unsorted).unwrap_err(), CandleError::NotSorted(2));
        let short = Candles { ask_low: &prices[1..], ..candles };
        assert_eq!(CandleIndex::new(&short).unwrap_err(), CandleError::LengthMismatch);
    }

    #[test]
    fn the_pyramid_takes_a_thirty_first_of_the_prices() {
        let prices = vec![1.0; 1_000_000];
        let side = Side::new(&prices, &prices);
        let entries: usize = side.levels.iter().map(|l| l.high.len() + l.low.len()).sum();
        assert_eq!(entries, 2 * (31_250 + 977 + 31));
    }
}
