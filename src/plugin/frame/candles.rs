//! Candles that all rows of a query share.
//!
//! A set of candles is registered once, by a Python object that lives as long as an expression or a
//! plan holds it. Rows carry its key. So nothing of a set is copied per row, per batch of rows or
//! per query, and a plan that is read in another process brings its candles with it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use polars::prelude::*;
use polars_buffer::Buffer;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3_polars::PySeries;

use super::schema::list;
use super::values::{Tick, Times, read_numbers, read_times};
use crate::kernels::candle_index::{CandleError, CandleIndex, Candles, Pyramids};
use crate::kernels::ordered_trades::NULL_TIME;
use crate::plugin::errors::{Code, error, fail};

/// The sets in use, by their keys.
static SETS: LazyLock<Mutex<HashMap<u64, Arc<CandleSet>>>> = LazyLock::new(Mutex::default);
static NEXT: AtomicU64 = AtomicU64::new(1);

const PRICES: [&str; 4] = ["bid_high", "bid_low", "ask_high", "ask_low"];

/// Candles by symbol.
#[derive(Debug)]
pub(crate) struct CandleSet {
    /// `None` for candles without a symbol, which serve every trade.
    pub(crate) symbols: Vec<Option<String>>,
    candles: Vec<SymbolCandles>,
}

/// Candles of one symbol with their pyramids.
#[derive(Debug)]
struct SymbolCandles {
    time: Times,
    prices: [Buffer<f64>; 4],
    pyramids: Pyramids,
}

/// What Python holds to keep a set alive.
#[pyclass(frozen, module = "polars_rating._core")]
pub(crate) struct RegisteredCandles {
    key: u64,
}

#[pymethods]
impl RegisteredCandles {
    /// `symbols` are (symbol or None, time, `bid_high`, `bid_low`, `ask_high`, `ask_low`).
    #[new]
    fn new(symbols: Vec<(Option<String>, Vec<PySeries>)>) -> PyResult<Self> {
        let set = CandleSet::read(symbols).map_err(|e| PyValueError::new_err(e.to_string()))?;
        let key = NEXT.fetch_add(1, Ordering::Relaxed);
        sets().insert(key, Arc::new(set));
        Ok(Self { key })
    }

    /// The key that rows carry.
    #[getter]
    fn key(&self) -> u64 {
        self.key
    }
}

impl Drop for RegisteredCandles {
    fn drop(&mut self) {
        let dropped = sets().remove(&self.key);
        drop(dropped); // after the lock: it may be large
    }
}

fn sets() -> std::sync::MutexGuard<'static, HashMap<u64, Arc<CandleSet>>> {
    SETS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl CandleSet {
    /// The set of that key.
    pub(crate) fn of_key(key: u64) -> PolarsResult<Arc<Self>> {
        let set = sets().get(&key).cloned();
        set.ok_or_else(|| {
            error(
                Code::BadValue,
                "`candles` are not those of this process: write the expression here",
            )
        })
    }

    fn read(symbols: Vec<(Option<String>, Vec<PySeries>)>) -> PolarsResult<Self> {
        let mut set = Self { symbols: Vec::new(), candles: Vec::new() };
        for (symbol, columns) in symbols {
            let columns: Vec<Series> = columns.into_iter().map(|column| column.0).collect();
            set.candles.push(SymbolCandles::read(symbol.as_deref(), &columns)?);
            set.symbols.push(symbol);
        }
        Ok(set)
    }

    /// Position of a symbol's candles.
    pub(crate) fn position(&self, symbol: &str) -> PolarsResult<usize> {
        let position = self.symbols.iter().position(|known| known.as_deref() == Some(symbol));
        position.ok_or_else(|| {
            let known = list(self.symbols.iter().flatten());
            error(
                Code::BadValue,
                format!("`candles` must have the symbol `{symbol}`, found {known}"),
            )
        })
    }

    /// Whether the candles serve every trade, whatever its symbol.
    pub(crate) fn serves_all(&self) -> bool {
        self.symbols.iter().any(Option::is_none)
    }

    /// The index and the tick of the candles at each position.
    pub(crate) fn indexes(&self) -> Vec<(CandleIndex<'_>, Tick)> {
        self.candles.iter().map(SymbolCandles::index).collect()
    }
}

impl SymbolCandles {
    fn read(symbol: Option<&str>, columns: &[Series]) -> PolarsResult<Self> {
        let of = symbol.map_or(String::new(), |symbol| format!("[{symbol:?}]"));
        let path = |name: &str| format!("candles{of}.{name}");
        let [time, prices @ ..] = columns else {
            return fail(Code::MissingField, "`candles` must have five columns");
        };
        let time = read_times(&path("time"), time)?;
        if let Some(at) = time.ticks.iter().position(|t| *t == NULL_TIME) {
            let message = format!("`{}` must hold no null, got one in row {at}", path("time"));
            return fail(Code::BadValue, message);
        }
        let mut read = Vec::new();
        for (name, column) in PRICES.iter().zip(prices) {
            read.push(read_numbers(&path(name), column)?);
        }
        let prices = <[Buffer<f64>; 4]>::try_from(read)
            .map_err(|_| error(Code::MissingField, "`candles` must have four columns of prices"))?;
        let pyramids = CandleIndex::new(&borrowed(&time, &prices)).map_err(|e| match e {
            CandleError::NotSorted(at) => error(
                Code::BadValue,
                format!(
                    "`{}` must ascend, got an earlier time in row {at} than before it",
                    path("time")
                ),
            ),
            CandleError::LengthMismatch => error(Code::LengthMismatch, e.to_string()),
        })?;
        let pyramids = pyramids.pyramids();
        Ok(Self { time, prices, pyramids })
    }

    fn index(&self) -> (CandleIndex<'_>, Tick) {
        let candles = borrowed(&self.time, &self.prices);
        (CandleIndex::with_pyramids(&candles, &self.pyramids), self.time.unit)
    }
}

fn borrowed<'a>(time: &'a Times, prices: &'a [Buffer<f64>; 4]) -> Candles<'a> {
    let [bid_high, bid_low, ask_high, ask_low] = prices;
    Candles { time: &time.ticks, bid_high, bid_low, ask_high, ask_low }
}
