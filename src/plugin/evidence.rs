//! The evidence of a frame: its canonical columns as flat buffers.
//!
//! Metrics come from their own column, `profit` also from Σ `yearly_profits`, and whatever is
//! missing from `trades`. Nulls are NaN here; a NaN score becomes a null again on the way out.

use std::cell::OnceCell;

use polars::prelude::*;
use polars_buffer::Buffer;

use super::errors::{Code, error, fail};
use super::nested::{Bounds, Nested, part, read_number_lists, read_numbers};
use super::parallel::{Cost, map_rows};
use super::schema::{Schema, Source, TRADE_NUMBERS, TRADE_TIMES};
use super::trades::{TradeList, to_metrics};
use crate::kernels::number::fin;
use crate::kernels::run_penalty::Outcome;
use crate::kernels::trade_metrics::TradeMetrics;

/// Nanoseconds that a yearly profit takes to be judged; `python -m benches --case single_scores`.
const NANOS_PER_NUMBER: f64 = 10.0;

/// The columns of the expression's input.
pub(super) struct Evidence {
    columns: Vec<Series>,
    pub(super) schema: Schema,
    pub(super) len: usize,
    trades: OnceCell<TradeList>,
    trade_metrics: OnceCell<Vec<Option<TradeMetrics>>>,
}

impl Evidence {
    /// Takes the expression's one input, a struct of evidence columns.
    pub(super) fn of(inputs: &[Series]) -> PolarsResult<Self> {
        let [input] = inputs else {
            return fail(Code::BadDtype, "the input must be one struct of evidence columns");
        };
        let columns = input.struct_()?.fields_as_series();
        if columns.iter().any(|column| column.len() != input.len()) {
            return fail(Code::LengthMismatch, "the evidence columns must have equal lengths");
        }
        let schema = Schema::new(columns.iter().map(|c| c.field().into_owned()).collect());
        let (trades, trade_metrics) = (OnceCell::new(), OnceCell::new());
        Ok(Self { columns, schema, len: input.len(), trades, trade_metrics })
    }

    pub(super) fn column(&self, name: &str) -> PolarsResult<&Series> {
        let column = self.columns.iter().find(|column| column.name() == name);
        column.ok_or_else(|| self.no_column(name))
    }

    fn no_column(&self, name: &str) -> PolarsError {
        let message = format!("no column `{name}`, found {}", self.schema.found());
        error(Code::MissingEvidence, message)
    }

    /// The runs of column `name`, with the numeric `fields`.
    pub(super) fn runs(&self, name: &str, fields: &[&'static str]) -> PolarsResult<Nested> {
        Nested::read(self.column(name)?, fields, &[])
    }

    /// The trades, read once.
    pub(super) fn trades(&self) -> PolarsResult<&TradeList> {
        if let Some(trades) = self.trades.get() {
            return Ok(trades);
        }
        let nested = Nested::read(self.column("trades")?, &TRADE_NUMBERS, &TRADE_TIMES)?;
        Ok(self.trades.get_or_init(|| TradeList::new(nested)))
    }

    /// The metrics of the trades, `None` for rows without trades; computed once.
    fn trade_metrics(&self) -> PolarsResult<&[Option<TradeMetrics>]> {
        if let Some(metrics) = self.trade_metrics.get() {
            return Ok(metrics);
        }
        let trades = self.trades()?;
        let metrics = map_rows(self.len, trades.cost(), |tape, row| {
            trades.load(row, tape).then(|| to_metrics(tape, trades))
        });
        Ok(self.trade_metrics.get_or_init(|| metrics))
    }

    /// A metric of every row; NaN where it is null or cannot be had.
    pub(super) fn metric(&self, name: &str) -> PolarsResult<Buffer<f64>> {
        match self.schema.source(name)? {
            Some(Source::Column) => read_numbers(name, self.column(name)?),
            Some(Source::YearlyProfits) => self.profit_of_years(),
            Some(Source::Trades) => {
                let metrics = self.trade_metrics()?.iter();
                let of_row = |m: &Option<TradeMetrics>| {
                    m.as_ref().map_or(f64::NAN, |metrics| pick(metrics, name))
                };
                Ok(metrics.map(of_row).collect::<Vec<_>>().into())
            }
            None => Err(self.no_column(name)),
        }
    }

    /// profit, max_drawdown and sharpe_ratio of every row.
    pub(super) fn outcomes(&self) -> PolarsResult<impl Fn(usize) -> Outcome + Sync + use<>> {
        let profit = self.metric("profit")?;
        let max_drawdown = self.metric("max_drawdown")?;
        let sharpe_ratio = self.metric("sharpe_ratio")?;
        Ok(move |row| Outcome {
            profit: at(&profit, row),
            max_drawdown: at(&max_drawdown, row),
            sharpe_ratio: at(&sharpe_ratio, row),
        })
    }

    /// The lists of numbers of column `name`; `None` where the frame lacks it.
    pub(super) fn number_lists(&self, name: &str) -> PolarsResult<Option<NumberLists>> {
        if !self.schema.has(name) {
            return Ok(None);
        }
        NumberLists::read(self.column(name)?).map(Some)
    }

    /// Σ `yearly_profits`; NaN for a null or empty list.
    fn profit_of_years(&self) -> PolarsResult<Buffer<f64>> {
        let lists = NumberLists::read(self.column("yearly_profits")?)?;
        let sums = (0..self.len).map(|row| match lists.row(row) {
            [] => f64::NAN,
            profits => profits.iter().map(|&profit| fin(profit)).sum(),
        });
        Ok(sums.collect::<Vec<_>>().into())
    }

    /// The seed of every row: `default`, or the column `seed`. `None` where the column is null.
    pub(super) fn seeds(&self, default: u64) -> PolarsResult<Seeds> {
        if !self.schema.has("seed") {
            return Ok(Seeds::One(default));
        }
        self.schema.check_integer("seed")?;
        let column = self.column("seed")?;
        let seeds = column.cast(&DataType::UInt64)?;
        if seeds.null_count() != column.null_count() {
            let bad = column.filter(&(seeds.is_null() & column.is_not_null()))?;
            let bad = bad.get(0)?;
            return fail(
                Code::BadSeed,
                format!("`seed` must be an integer in [0, 2**64 - 1], got {bad}"),
            );
        }
        Ok(Seeds::Column(seeds.u64()?.iter().collect()))
    }
}

/// Where random streams start.
pub(super) enum Seeds {
    One(u64),
    Column(Vec<Option<u64>>),
}

impl Seeds {
    pub(super) fn of(&self, row: usize) -> Option<u64> {
        match self {
            Self::One(seed) => Some(*seed),
            Self::Column(seeds) => seeds.get(row).copied().flatten(),
        }
    }
}

/// Lists of plain numbers.
pub(super) struct NumberLists {
    bounds: Bounds,
    numbers: Buffer<f64>,
}

impl NumberLists {
    fn read(column: &Series) -> PolarsResult<Self> {
        let (bounds, numbers) = read_number_lists(column)?;
        Ok(Self { bounds, numbers })
    }

    /// The numbers of a row, nulls as NaN; empty for a null list.
    pub(super) fn row(&self, row: usize) -> &[f64] {
        part(&self.numbers, self.bounds.range(row))
    }

    pub(super) fn is_null(&self, row: usize) -> bool {
        self.bounds.is_null(row)
    }

    pub(super) fn cost(&self) -> Cost {
        Cost { items: self.numbers.len(), nanos_per_item: NANOS_PER_NUMBER }
    }
}

/// `values[row]`, NaN outside.
#[inline]
pub(super) fn at(values: &[f64], row: usize) -> f64 {
    values.get(row).copied().unwrap_or(f64::NAN)
}

fn pick(metrics: &TradeMetrics, name: &str) -> f64 {
    match name {
        "total_trades" => f64::from(metrics.total_trades),
        "win_rate" => metrics.win_rate,
        "profit_factor" => metrics.profit_factor,
        "sharpe_ratio" => metrics.sharpe_ratio,
        "max_drawdown" => metrics.max_drawdown,
        "cost_per_trade" => metrics.cost_per_trade,
        "profit" => metrics.profit,
        "avg_r" => metrics.avg_r.unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}
