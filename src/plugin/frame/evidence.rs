//! The evidence of a frame: its canonical columns as flat buffers.
//!
//! Metrics come from their own column, `profit` also from Σ `yearly_profits`, and whatever is
//! missing from `trades`: those are computed beforehand, in the one pass over the trades
//! (`run::trade_pass`). Nulls are NaN here; a NaN score becomes a null again on the way out.

use std::cell::OnceCell;

use polars::prelude::*;
use polars_buffer::Buffer;

use super::lists::NumberLists;
use super::nested::{Nested, Wanted};
use super::schema::{Schema, Source, TRADES, YEARLY_PROFITS};
use super::tier::Tier;
use super::trades::TradeList;
use super::values::read_numbers;
use crate::kernels::metrics::TradeMetric;
use crate::kernels::number::fin;
use crate::plugin::errors::{Code, error, fail, internal};

/// Metrics of the trades, a number a row each.
pub(crate) type TradeColumns = Vec<(TradeMetric, Buffer<f64>)>;

/// The values of a column.
pub(crate) enum Data {
    /// A column of a frame, read when it is needed.
    Series(Series),
    Numbers(Buffer<f64>),
    Lists(NumberLists),
    Nested(Nested),
}

/// The columns of the expression's input.
pub(crate) struct Evidence {
    columns: Vec<Data>,
    pub(crate) schema: Schema,
    pub(crate) len: usize,
    trades: OnceCell<TradeList>,
    trade_metrics: OnceCell<TradeColumns>,
}

impl Evidence {
    /// Takes the expression's one input, a struct of evidence columns.
    pub(crate) fn of(inputs: &[Series]) -> PolarsResult<Self> {
        let [input] = inputs else {
            return fail(Code::BadDtype, "the input must be one struct of evidence columns");
        };
        let columns = input.struct_()?.fields_as_series();
        if columns.iter().any(|column| column.len() != input.len()) {
            return fail(Code::LengthMismatch, "the evidence columns must have equal lengths");
        }
        let fields = columns.iter().map(|column| column.field().into_owned()).collect();
        let columns = columns.into_iter().map(Data::Series).collect();
        Ok(Self::new(fields, columns, input.len()))
    }

    /// Takes columns and their fields, which are parallel, for `len` rows.
    pub(crate) fn new(fields: Vec<Field>, columns: Vec<Data>, len: usize) -> Self {
        let (trades, trade_metrics) = (OnceCell::new(), OnceCell::new());
        Self { columns, schema: Schema::new(fields), len, trades, trade_metrics }
    }

    fn data(&self, name: &str) -> PolarsResult<&Data> {
        let column = self.schema.position(name).and_then(|i| self.columns.get(i));
        column.ok_or_else(|| self.no_column(name))
    }

    /// A column of a frame.
    pub(crate) fn column(&self, name: &str) -> PolarsResult<&Series> {
        match self.data(name)? {
            Data::Series(column) => Ok(column),
            Data::Numbers(_) | Data::Lists(_) | Data::Nested(_) => Err(not_read(name)),
        }
    }

    /// A column of numbers, nulls as NaN.
    pub(crate) fn numbers(&self, name: &str) -> PolarsResult<Buffer<f64>> {
        match self.data(name)? {
            Data::Series(column) => read_numbers(name, column),
            Data::Numbers(numbers) => Ok(numbers.clone()),
            Data::Lists(_) | Data::Nested(_) => Err(not_read(name)),
        }
    }

    /// A column of lists of numbers.
    pub(crate) fn lists(&self, name: &str) -> PolarsResult<NumberLists> {
        match self.data(name)? {
            Data::Series(column) => NumberLists::read(column),
            Data::Lists(lists) => Ok(lists.clone()),
            Data::Numbers(_) | Data::Nested(_) => Err(not_read(name)),
        }
    }

    /// A column of lists of structs.
    pub(crate) fn nested(&self, name: &str, wanted: Wanted) -> PolarsResult<Nested> {
        match self.data(name)? {
            Data::Series(column) => Nested::read(column, wanted),
            Data::Nested(nested) => Ok(nested.clone()),
            Data::Lists(lists) if lists.items() == 0 => Ok(lists.without_items()),
            Data::Numbers(_) | Data::Lists(_) => Err(not_read(name)),
        }
    }

    fn no_column(&self, name: &str) -> PolarsError {
        let message = format!("no column `{name}`, found {}", self.schema.found());
        error(Code::MissingEvidence, message)
    }

    /// The runs of a tier, with its fields.
    pub(crate) fn runs(&self, tier: &Tier) -> PolarsResult<Nested> {
        let numbers: Vec<&str> = tier.fields.iter().map(String::as_str).collect();
        self.nested(tier.column()?, Wanted { numbers: &numbers, times: &[], coded: &[] })
    }

    /// The trades, read once.
    pub(crate) fn trades(&self) -> PolarsResult<&TradeList> {
        if let Some(trades) = self.trades.get() {
            return Ok(trades);
        }
        let trades = TradeList::new(self.nested(TRADES, TradeList::WANTED)?)?;
        Ok(self.trades.get_or_init(|| trades))
    }

    /// Takes the metrics that were computed from the trades, once.
    pub(crate) fn set_trade_metrics(&self, metrics: TradeColumns) -> PolarsResult<()> {
        let set = self.trade_metrics.set(metrics);
        set.map_err(|_| internal("the metrics of the trades were computed twice"))
    }

    /// A metric of every row; NaN where it is null or cannot be had.
    pub(crate) fn metric(&self, name: &str) -> PolarsResult<Buffer<f64>> {
        match self.schema.source(name)? {
            Some(Source::Column) => self.numbers(name),
            Some(Source::YearlyProfits) => self.profit_of_years(),
            Some(Source::Trades(metric)) => {
                let mut computed = self.trade_metrics.get().into_iter().flatten();
                let found = computed.find(|(known, _)| *known == metric);
                let found = found.map(|(_, values)| values.clone());
                found.ok_or_else(|| internal(format!("`{name}` was not computed from the trades")))
            }
            None => Err(self.no_column(name)),
        }
    }

    /// The lists of numbers of column `name`; `None` where the frame lacks it.
    pub(crate) fn number_lists(&self, name: &str) -> PolarsResult<Option<NumberLists>> {
        if !self.schema.has(name) {
            return Ok(None);
        }
        self.lists(name).map(Some)
    }

    /// Σ `yearly_profits`; NaN for a null or empty list.
    fn profit_of_years(&self) -> PolarsResult<Buffer<f64>> {
        let lists = self.lists(YEARLY_PROFITS)?;
        let sums = (0..self.len).map(|row| match lists.row(row) {
            [] => f64::NAN,
            profits => profits.iter().map(|&profit| fin(profit)).sum(),
        });
        Ok(sums.collect::<Vec<_>>().into())
    }
}

/// The schema was checked before, so this is a mistake of the package.
fn not_read(name: &str) -> PolarsError {
    internal(format!("`{name}` does not hold what the schema says"))
}

/// `values[row]`. Buffers are as long as the frame; outside there would be NaN, no evidence.
#[inline]
pub(crate) fn at(values: &[f64], row: usize) -> f64 {
    values.get(row).copied().unwrap_or(f64::NAN)
}
