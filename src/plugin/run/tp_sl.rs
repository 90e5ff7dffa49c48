//! TP/SL stress: the trades of every row against the candles that all rows share.

use polars::prelude::*;
use polars_buffer::Buffer;
use serde::Deserialize;

use super::parallel::{Cost, score_rows};
use crate::kernels::ordered_trades::NULL_TIME;
use crate::kernels::tp_sl_stress::{TpSlTrade, tp_sl_penalty};
use crate::plugin::errors::{Code, error, fail, internal};
use crate::plugin::frame::candles::CandleSet;
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::lists::part;
use crate::plugin::frame::nested::{Nested, Wanted};
use crate::plugin::frame::output::nullable;
use crate::plugin::frame::schema::{Schema, TRADES, expected, is_text};
use crate::plugin::frame::tier::Score;
use crate::plugin::frame::values::Tick;

/// Nanoseconds of one trade; `benches/further_scores.rs`.
const NANOS_PER_TRADE: f64 = 300.0;

const CANDLES: &str = "candles";
const SYMBOL: &str = "symbol";
const PRICES: [&str; 3] = ["take_profit", "stop_loss", "spread"];
const TIMES: [&str; 2] = ["entry_time", "exit_time"];

/// How the texts of a field become numbers.
type Coder<'a> = &'a (dyn Fn(&str, &Series) -> PolarsResult<Buffer<f64>> + Sync);

/// What a call sends.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct TpSlStress {
    score: Score,
    /// The reason of exit that is a take-profit.
    took_profit: String,
}

impl TpSlStress {
    pub(crate) fn output(&self, inputs: &[Field]) -> PolarsResult<Field> {
        self.check(&Schema::of(inputs)?)?;
        Ok(Field::new(self.score.output.as_str().into(), DataType::Float64))
    }

    fn check(&self, schema: &Schema) -> PolarsResult<()> {
        self.score.require_tier(schema)?;
        match schema.dtype(SYMBOL) {
            Some(dtype) if !is_text(dtype) => expected(SYMBOL, "a String", dtype),
            _ => Ok(()),
        }
    }

    pub(crate) fn series(&self, evidence: &Evidence) -> PolarsResult<Series> {
        self.check(&evidence.schema)?;
        let scores = match Self::set(evidence)? {
            Some(set) => self.scores(evidence, &set)?,
            None => Vec::new(), // no row
        };
        Ok(nullable(&self.score.output, scores))
    }

    /// The candles, whose key stands in every row.
    fn set(evidence: &Evidence) -> PolarsResult<Option<std::sync::Arc<CandleSet>>> {
        let keys = evidence.column(CANDLES)?.cast(&DataType::UInt64)?;
        let key = keys.u64()?.iter().next().flatten();
        key.map(CandleSet::of_key).transpose()
    }

    fn scores(&self, evidence: &Evidence, set: &CandleSet) -> PolarsResult<Vec<f64>> {
        let took_profit = |_: &str, column: &Series| took_profit(column, &self.took_profit);
        let symbols = |_: &str, column: &Series| positions(column, set);
        let mut coded: Vec<(&str, Coder)> =
            vec![("exit_reason", &took_profit), ("direction", &direction)];
        // Symbols of trades are looked at where they decide.
        if !set.serves_all() && !evidence.schema.has(SYMBOL) {
            coded.push((SYMBOL, &symbols));
        }
        let wanted = Wanted { numbers: &PRICES, times: &TIMES, coded: &coded };
        let nested = evidence.nested(TRADES, wanted)?;
        let of_rows = if evidence.schema.has(SYMBOL) && !set.serves_all() {
            Some(positions(evidence.column(SYMBOL)?, set)?)
        } else {
            None
        };
        if !set.serves_all()
            && of_rows.is_none()
            && nested.items > 0
            && nested.numbers(SYMBOL).is_none()
        {
            return fail(
                Code::MissingField,
                "`trades` must have the field `symbol`, or `symbol=` must name a column: there are candles by symbol",
            );
        }
        let indexes = set.indexes();
        let trades = Trades::new(&nested)?;
        let cost = Cost { items: nested.items, nanos_per_item: NANOS_PER_TRADE };
        Ok(score_rows(evidence.len, cost, |(): &mut (), row| {
            let range = nested.bounds.range(row);
            if range.is_empty() {
                return self.score.missing();
            }
            let of_row = of_rows.as_ref().map(|all| all.get(row).copied().unwrap_or(f64::NAN));
            let (mut sum, mut count) = (0.0, 0.0);
            for item in range {
                let position = of_row.or_else(|| trades.symbol(item)).unwrap_or(0.0);
                let Some((index, tick)) = at(&indexes, position) else { continue };
                let trade = trades.trade(item, *tick);
                if let Some(penalty) = trade.and_then(|trade| tp_sl_penalty(index, &trade)) {
                    sum += 1.0 - penalty;
                    count += 1.0;
                }
            }
            Some(if count > 0.0 { sum / count } else { 1.0 })
        }))
    }
}

/// The entry at a position, none for NaN.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a position is a small integer
fn at<T>(entries: &[T], position: f64) -> Option<&T> {
    if position.is_nan() { None } else { entries.get(position as usize) }
}

/// The fields of the trades.
struct Trades<'a> {
    numbers: [&'a [f64]; 5],
    symbols: Option<&'a [f64]>,
    times: [(&'a [i64], Tick); 2],
}

impl<'a> Trades<'a> {
    fn new(nested: &'a Nested) -> PolarsResult<Self> {
        let [take_profit, stop_loss, spread] = PRICES;
        let names = ["direction", "exit_reason", take_profit, stop_loss, spread];
        let mut numbers = [&[][..]; 5];
        for (values, name) in numbers.iter_mut().zip(names) {
            *values = nested.required(name)?;
        }
        let mut times = [(&[][..], Tick::Day); 2];
        for (values, name) in times.iter_mut().zip(TIMES) {
            match nested.times(name) {
                Some(found) => *values = (part(&found.ticks, 0..nested.items), found.unit),
                None if nested.items == 0 => {}
                None => return Err(internal(format!("the field `{name}` was not read"))),
            }
        }
        Ok(Self { numbers, symbols: nested.numbers(SYMBOL), times })
    }

    fn symbol(&self, item: usize) -> Option<f64> {
        self.symbols.and_then(|symbols| symbols.get(item).copied())
    }

    /// A trade with its times in the ticks of the candles; `None` for one without a direction.
    fn trade(&self, item: usize, tick: Tick) -> Option<TpSlTrade> {
        let number = |i: usize| self.numbers.get(i).and_then(|values| values.get(item)).copied();
        let [entry, exit] = self.times;
        // The first candle at or after the entry, the last at or before the exit.
        let entry_time = in_ticks(entry.0.get(item).copied()?, entry.1, tick, true);
        let exit_time = in_ticks(exit.0.get(item).copied()?, exit.1, tick, false);
        let direction = number(0).filter(|x| *x != 0.0 && !x.is_nan())?;
        Some(TpSlTrade {
            long: direction > 0.0,
            took_profit: number(1)? > 0.0,
            take_profit: number(2)?,
            stop_loss: number(3)?,
            spread: number(4)?,
            entry_time,
            exit_time,
        })
    }
}

/// A time in other ticks, rounded up or down.
fn in_ticks(time: i64, from: Tick, to: Tick, up: bool) -> i64 {
    if time == NULL_TIME || from == to {
        return time;
    }
    let (from, to) = (i128::from(from.per_day()), i128::from(to.per_day()));
    let product = i128::from(time) * to;
    let floor = product.div_euclid(from);
    let rounded = if up && floor * from != product { floor + 1 } else { floor };
    // Past the ends of time nothing is reached either way.
    i64::try_from(rounded).unwrap_or(if rounded > 0 { NULL_TIME - 1 } else { i64::MIN })
}

/// 1 for long, −1 for short, NaN for null.
fn direction(path: &str, column: &Series) -> PolarsResult<Buffer<f64>> {
    if column.dtype().is_numeric() {
        return crate::plugin::frame::values::read_numbers(path, column);
    }
    let side = |text: &str| match text.to_ascii_lowercase().as_str() {
        "long" | "buy" => Ok(1.0),
        "short" | "sell" => Ok(-1.0),
        _ => Err(error(
            Code::BadValue,
            format!(
                "`{path}` must be 'long' or 'short', or a number above or below 0, got {text:?}"
            ),
        )),
    };
    coded(column, side)
}

/// 1 where the take-profit closed the trade.
fn took_profit(column: &Series, reason: &str) -> PolarsResult<Buffer<f64>> {
    if column.dtype().is_bool() {
        let flags = column.bool()?.iter().map(|x| f64::from(u8::from(x == Some(true))));
        return Ok(flags.collect::<Vec<_>>().into());
    }
    coded(column, |text| Ok(f64::from(u8::from(text == reason))))
}

/// Positions of symbols among the candles, NaN for null.
fn positions(column: &Series, set: &CandleSet) -> PolarsResult<Buffer<f64>> {
    #[allow(clippy::cast_precision_loss)] // few symbols
    coded(column, |symbol| Ok(set.position(symbol)? as f64))
}

/// Texts as numbers, nulls as NaN.
fn coded(
    column: &Series,
    mut code: impl FnMut(&str) -> PolarsResult<f64>,
) -> PolarsResult<Buffer<f64>> {
    let texts = column.cast(&DataType::String)?;
    let codes = texts.str()?.iter().map(|text| text.map_or(Ok(f64::NAN), &mut code));
    Ok(codes.collect::<PolarsResult<Vec<_>>>()?.into())
}
