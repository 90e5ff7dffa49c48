//! The schema of the evidence struct: which columns are there, and whether their dtypes fit.

use std::borrow::Cow;
use std::fmt::Display;

use polars::prelude::*;

use crate::kernels::metrics::TradeMetric;
use crate::plugin::errors::{Code, error, fail, internal};

/// Name of a field that every evidence struct has, so that a frame without evidence still
/// reaches the plugin and gets its error.
const ANCHOR: &str = "polars_rating";
/// The column of trades.
pub(crate) const TRADES: &str = "trades";
/// The column that `profit` is the sum of.
pub(crate) const YEARLY_PROFITS: &str = "yearly_profits";

/// Fields of a trade list that hold numbers.
pub(crate) const TRADE_NUMBERS: [&str; 3] = ["pnl", "fee", "r_multiple"];
/// Fields of a trade list that hold times.
pub(crate) const TRADE_TIMES: [&str; 2] = ["entry_time", "exit_time"];

/// Fields of an equity curve: the time and the value of a point.
pub(crate) const EQUITY_FIELDS: [&str; 2] = ["time", "equity"];
/// Fields of the moments of returns.
pub(crate) const MOMENT_FIELDS: [&str; 4] = ["n", "sharpe", "skewness", "kurtosis"];
const EQUITY_TEXT: &str = "List(Struct{time, equity}) or a List of weekly closes";

/// Where a metric comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Column,
    YearlyProfits,
    Trades(TradeMetric),
}

/// The fields of the evidence struct.
#[derive(Debug, Clone)]
pub(crate) struct Schema(Vec<Field>);

impl Schema {
    /// The schema of the expression's one input.
    pub(crate) fn of(inputs: &[Field]) -> PolarsResult<Self> {
        match inputs {
            [Field { dtype: DataType::Struct(fields), .. }] => {
                for field in fields {
                    refuse_width_zero(&field.name, &field.dtype)?;
                }
                Ok(Self(fields.clone()))
            }
            _ => fail(Code::BadDtype, "the input must be one struct of evidence columns"),
        }
    }

    pub(crate) fn new(fields: Vec<Field>) -> Self {
        Self(fields)
    }

    pub(crate) fn dtype(&self, name: &str) -> Option<&DataType> {
        self.0.iter().find(|field| field.name == name).map(Field::dtype)
    }

    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|field| field.name == name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.dtype(name).is_some()
    }

    /// Whether the column `name` is there, with lists of structs that have all of `fields`.
    pub(crate) fn has_runs(&self, name: &str, fields: &[impl AsRef<str>]) -> PolarsResult<bool> {
        let Some(dtype) = self.dtype(name) else { return Ok(false) };
        let fields: Vec<&str> = fields.iter().map(AsRef::as_ref).collect();
        for (field, dtype) in required_fields(name, dtype, &fields)? {
            check_number(format_args!("{name}.{field}"), &dtype)?;
        }
        Ok(true)
    }

    /// Whether the column `name` is there, with lists of points in time or of numbers.
    pub(crate) fn has_equity(&self, name: &str) -> PolarsResult<bool> {
        let Some(dtype) = self.dtype(name) else { return Ok(false) };
        match dtype {
            DataType::List(inner) | DataType::Array(inner, _)
                if !matches!(inner.as_ref(), DataType::Struct(_)) =>
            {
                if !(inner.is_numeric() || inner.is_null()) {
                    return expected(name, EQUITY_TEXT, dtype);
                }
            }
            DataType::List(_) | DataType::Array(..) | DataType::Struct(_) => {
                for (field, dtype) in required_fields(name, dtype, &EQUITY_FIELDS)? {
                    let path = format_args!("{name}.{field}");
                    if field == EQUITY_FIELDS[0] {
                        check_time(path, &dtype)?;
                    } else {
                        check_number(path, &dtype)?;
                    }
                }
            }
            DataType::Null => {}
            _ => return expected(name, EQUITY_TEXT, dtype),
        }
        Ok(true)
    }

    /// Whether the column `name` is there, with structs of moments.
    pub(crate) fn has_moments(&self, name: &str) -> PolarsResult<bool> {
        let Some(dtype) = self.dtype(name) else { return Ok(false) };
        match dtype {
            DataType::Null => {}
            DataType::Struct(fields) => {
                for (field, dtype) in pick(name, fields, &MOMENT_FIELDS)? {
                    check_number(format_args!("{name}.{field}"), &dtype)?;
                }
            }
            _ => return expected(name, "a Struct{n, sharpe, skewness, kurtosis}", dtype),
        }
        Ok(true)
    }

    /// Whether `trades` is there, with a `pnl` and fields of the right types.
    pub(crate) fn has_trades(&self) -> PolarsResult<bool> {
        if !self.has_runs(TRADES, &["pnl"])? {
            return Ok(false);
        }
        for field in self.trade_fields().unwrap_or_default().iter() {
            let path = format_args!("{TRADES}.{}", field.name);
            if TRADE_NUMBERS.contains(&field.name.as_str()) {
                check_number(path, &field.dtype)?;
            } else if TRADE_TIMES.contains(&field.name.as_str()) {
                check_time(path, &field.dtype)?;
            }
        }
        Ok(true)
    }

    /// Whether the trades may have the field `name`: lists without a type may, their rows hold no
    /// trade.
    pub(crate) fn trades_have(&self, name: &str) -> bool {
        self.trade_fields().is_none_or(|fields| fields.iter().any(|field| field.name == name))
    }

    /// The fields of the trades, `None` if they have no type.
    fn trade_fields(&self) -> Option<Cow<'_, [Field]>> {
        let dtype = self.dtype(TRADES)?;
        item_fields(TRADES, dtype, &[]).unwrap_or_default()
    }

    /// Where `metric` comes from, `None` if nothing gives it.
    pub(crate) fn source(&self, metric: &str) -> PolarsResult<Option<Source>> {
        if let Some(dtype) = self.dtype(metric) {
            check_number(metric, dtype)?;
            return Ok(Some(Source::Column));
        }
        if metric == "profit" && self.has(YEARLY_PROFITS) {
            self.check_number_list(YEARLY_PROFITS)?;
            return Ok(Some(Source::YearlyProfits));
        }
        if !self.has_trades()? || (metric == "avg_r" && !self.trades_have("r_multiple")) {
            return Ok(None);
        }
        let of_trades = TradeMetric::of_name(metric);
        let of_trades = of_trades.ok_or_else(|| internal(format!("no metric `{metric}`")))?;
        Ok(Some(Source::Trades(of_trades)))
    }

    /// Those of `metrics` that nothing gives.
    pub(crate) fn missing<'a>(&self, metrics: &'a [String]) -> PolarsResult<Vec<&'a str>> {
        let mut missing = Vec::new();
        for metric in metrics {
            if self.source(metric)?.is_none() {
                missing.push(metric.as_str());
            }
        }
        Ok(missing)
    }

    /// An error unless every one of `metrics` can be had; `column` is why they are needed.
    pub(crate) fn require(&self, metrics: &[String], column: &str) -> PolarsResult<()> {
        let missing = self.missing(metrics)?;
        if missing.is_empty() {
            return Ok(());
        }
        let mut message = format!(
            "`{column}` is there, but not the base metrics it is compared with: {} missing, found {}",
            list(&missing),
            self.found()
        );
        if missing.contains(&"avg_r") {
            message.push_str("; `avg_r=None` leaves R-multiples out of robustness");
        }
        fail(Code::MissingEvidence, message)
    }

    /// Whether the column `name` is there; it and the `optional` ones must be lists of numbers.
    pub(crate) fn has_number_lists(&self, name: &str, optional: &[String]) -> PolarsResult<bool> {
        if !self.has(name) {
            return Ok(false);
        }
        self.check_number_list(name)?;
        optional.iter().try_for_each(|name| self.check_number_list(name))?;
        Ok(true)
    }

    /// Checks that the column `name`, if there, is a list of numbers.
    fn check_number_list(&self, name: &str) -> PolarsResult<()> {
        match self.dtype(name) {
            None | Some(DataType::Null) => Ok(()),
            Some(DataType::List(inner) | DataType::Array(inner, _))
                if inner.is_numeric() || inner.is_null() =>
            {
                Ok(())
            }
            Some(other) => expected(name, "a List or Array of numbers", other),
        }
    }

    /// Checks that the column `name`, if there, is an integer.
    pub(crate) fn check_integer(&self, name: &str) -> PolarsResult<()> {
        match self.dtype(name) {
            Some(dtype) if !(dtype.is_integer() || dtype.is_null()) => {
                expected(name, "an integer", dtype)
            }
            _ => Ok(()),
        }
    }

    /// Whether the column `name` is there, with lists of trades that have all of `fields`.
    pub(crate) fn has_levels(&self, name: &str, fields: &[String]) -> PolarsResult<bool> {
        let Some(dtype) = self.dtype(name) else { return Ok(false) };
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        for (field, dtype) in required_fields(name, dtype, &fields)? {
            let path = format_args!("{name}.{field}");
            match field {
                "direction" if is_text(&dtype) || dtype.is_numeric() => {}
                "direction" => return expected(path, "a String or a number", &dtype),
                "exit_reason" if is_text(&dtype) || dtype.is_bool() => {}
                "exit_reason" => return expected(path, "a String or a Boolean", &dtype),
                _ if TRADE_TIMES.contains(&field) => check_time(path, &dtype)?,
                _ => check_number(path, &dtype)?,
            }
        }
        Ok(true)
    }

    /// Checks that the column `name`, if there, is a number.
    pub(crate) fn check_parameter(&self, name: &str) -> PolarsResult<()> {
        self.dtype(name).map_or(Ok(()), |dtype| check_number(name, dtype))
    }

    /// Checks that the column `name`, if there, is a time.
    pub(crate) fn check_time_column(&self, name: &str) -> PolarsResult<()> {
        self.dtype(name).map_or(Ok(()), |dtype| check_time(name, dtype))
    }

    /// The canonical columns that are there, for messages.
    pub(crate) fn found(&self) -> String {
        let names = self.0.iter().map(|field| field.name.as_str());
        list(names.filter(|name| *name != ANCHOR))
    }
}

/// `a`, `b` — or "none of them".
pub(crate) fn list(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect();
    if names.is_empty() { "none of them".into() } else { names.join(", ") }
}

/// An error for an `Array` of width 0 at any depth: Polars cannot hand one to a plugin.
fn refuse_width_zero(name: &str, dtype: &DataType) -> PolarsResult<()> {
    match width_zero(name, dtype) {
        Some((path, dtype)) => expected(path, "a List or an Array of width 1 or more", dtype),
        None => Ok(()),
    }
}

/// The path and dtype of an `Array` of width 0.
fn width_zero<'a>(name: &str, dtype: &'a DataType) -> Option<(String, &'a DataType)> {
    match dtype {
        DataType::Array(_, 0) => Some((name.into(), dtype)),
        DataType::Array(inner, _) | DataType::List(inner) => width_zero(name, inner),
        DataType::Struct(fields) => fields.iter().find_map(|field| {
            let (path, dtype) = width_zero(&field.name, &field.dtype)?;
            Some((format!("{name}.{path}"), dtype))
        }),
        _ => None,
    }
}

/// Fields of the structs in the lists of column `name`; `None` for a column of nothing but nulls.
fn item_fields<'a>(
    name: &str,
    dtype: &'a DataType,
    wanted: &[&str],
) -> PolarsResult<Option<Cow<'a, [Field]>>> {
    match dtype {
        DataType::Null => Ok(None),
        DataType::List(inner) | DataType::Array(inner, _) => match inner.as_ref() {
            DataType::Null => Ok(None),
            DataType::Struct(fields) => Ok(Some(Cow::Borrowed(fields))),
            _ => expected(name, &runs_text(wanted), dtype),
        },
        DataType::Struct(fields) => {
            let inner = fields.iter().map(|field| match field.dtype() {
                DataType::Null => Ok(Field::new(field.name.clone(), DataType::Null)),
                DataType::List(inner) | DataType::Array(inner, _) => {
                    Ok(Field::new(field.name.clone(), inner.as_ref().clone()))
                }
                other if is_read(name, field.name.as_str(), wanted) => {
                    expected(format_args!("{name}.{}", field.name), "a List or Array", other)
                }
                // A field nobody reads may be anything; as Unknown it fits nothing.
                _ => Ok(Field::new(field.name.clone(), DataType::Unknown(UnknownKind::Any))),
            });
            Ok(Some(Cow::Owned(inner.collect::<PolarsResult<_>>()?)))
        }
        _ => expected(name, &runs_text(wanted), dtype),
    }
}

/// The dtypes of the `wanted` fields of the structs in the lists of column `name`; none for a column
/// of nothing but nulls.
fn required_fields<'a>(
    name: &str,
    dtype: &DataType,
    wanted: &[&'a str],
) -> PolarsResult<Vec<(&'a str, DataType)>> {
    match item_fields(name, dtype, wanted)? {
        Some(found) => pick(name, &found, wanted),
        None => Ok(Vec::new()),
    }
}

/// The dtypes of the `wanted` ones of the fields that were `found` in column `name`.
fn pick<'a>(
    name: &str,
    found: &[Field],
    wanted: &[&'a str],
) -> PolarsResult<Vec<(&'a str, DataType)>> {
    let dtypes = wanted.iter().map(|wanted| {
        let field = found.iter().find(|field| field.name == *wanted);
        let field = field.ok_or_else(|| {
            let found = list(found.iter().map(|field| field.name.as_str()));
            let message = format!("`{name}` must have the field `{wanted}`, found {found}");
            error(Code::MissingField, message)
        })?;
        Ok((*wanted, field.dtype.clone()))
    });
    dtypes.collect()
}

/// Whether a field of column `name` is read: it is wanted, or trades know it.
fn is_read(name: &str, field: &str, wanted: &[&str]) -> bool {
    let known = TRADE_NUMBERS.contains(&field) || TRADE_TIMES.contains(&field);
    wanted.contains(&field) || (name == TRADES && known)
}

fn runs_text(fields: &[&str]) -> String {
    let fields = if fields.is_empty() { "pnl".into() } else { fields.join(", ") };
    format!("List(Struct{{{fields}}}), Array(Struct) or Struct of lists")
}

/// Whether a dtype is a text.
pub(crate) fn is_text(dtype: &DataType) -> bool {
    use DataType::{Categorical, Enum, Null, String};
    matches!(dtype, String | Categorical(..) | Enum(..) | Null)
}

pub(crate) fn check_number(name: impl Display, dtype: &DataType) -> PolarsResult<()> {
    if dtype.is_numeric() || dtype.is_null() { Ok(()) } else { expected(name, "a number", dtype) }
}

fn check_time(name: impl Display, dtype: &DataType) -> PolarsResult<()> {
    match dtype {
        DataType::Datetime(..) | DataType::Date | DataType::Null => Ok(()),
        _ => expected(name, "a Datetime or Date", dtype),
    }
}

/// The dtype error of the package.
pub(crate) fn expected<T>(name: impl Display, wanted: &str, found: &DataType) -> PolarsResult<T> {
    Err(error(Code::BadDtype, format!("`{name}` must be {wanted}, got {found:?}")))
}
