//! What the evidence struct's schema promises: which columns are there and whether they fit.
//!
//! The tier of every score is chosen here, from dtypes alone, so that it is the same for every
//! row and is known at plan time (`collect_schema()`).

use polars::prelude::*;

use super::errors::{Code, error, fail};

/// Fields of a trade list that hold numbers.
pub(super) const TRADE_NUMBERS: [&str; 3] = ["pnl", "fee", "r_multiple"];
/// Fields of a trade list that hold times.
pub(super) const TRADE_TIMES: [&str; 2] = ["entry_time", "exit_time"];

/// What a score is judged on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tier {
    Reruns,
    Trades,
    Summary,
}

impl Tier {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Reruns => "reruns",
            Self::Trades => "trades",
            Self::Summary => "summary",
        }
    }
}

/// Where a metric comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Column,
    YearlyProfits,
    Trades,
}

/// The fields of the evidence struct.
#[derive(Debug, Clone)]
pub(super) struct Schema(Vec<Field>);

impl Schema {
    /// The schema of the expression's one input.
    pub(super) fn of(inputs: &[Field]) -> PolarsResult<Self> {
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

    pub(super) fn new(fields: Vec<Field>) -> Self {
        Self(fields)
    }

    pub(super) fn dtype(&self, name: &str) -> Option<&DataType> {
        self.0.iter().find(|field| field.name == name).map(Field::dtype)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.dtype(name).is_some()
    }

    /// Whether the column `name` is there, with lists of structs that have all of `fields`.
    pub(super) fn has_runs(&self, name: &str, fields: &[&str]) -> PolarsResult<bool> {
        let Some(dtype) = self.dtype(name) else { return Ok(false) };
        let Some(found) = item_fields(name, dtype, fields)? else { return Ok(true) };
        for wanted in fields {
            let Some(field) = found.iter().find(|field| field.name == *wanted) else {
                return fail(
                    Code::MissingField,
                    format!(
                        "`{name}` must have the field `{wanted}`, found {}",
                        list(found.iter().map(|field| field.name.as_str()))
                    ),
                );
            };
            check_number(&format!("{name}.{wanted}"), &field.dtype)?;
        }
        Ok(true)
    }

    /// Whether `trades` is there, with a `pnl` and fields of the right types.
    pub(super) fn has_trades(&self) -> PolarsResult<bool> {
        if !self.has_runs("trades", &["pnl"])? {
            return Ok(false);
        }
        for field in self.trade_fields().unwrap_or_default() {
            let path = format!("trades.{}", field.name);
            if TRADE_NUMBERS.contains(&field.name.as_str()) {
                check_number(&path, &field.dtype)?;
            } else if TRADE_TIMES.contains(&field.name.as_str()) {
                check_time(&path, &field.dtype)?;
            }
        }
        Ok(true)
    }

    /// Whether the trades may have the field `name`: nobody can tell of lists without a type, whose
    /// rows hold no trade.
    pub(super) fn trades_have(&self, name: &str) -> bool {
        self.trade_fields().is_none_or(|fields| fields.iter().any(|field| field.name == name))
    }

    /// The fields of the trades, `None` if they have no type.
    fn trade_fields(&self) -> Option<Vec<Field>> {
        let dtype = self.dtype("trades")?;
        item_fields("trades", dtype, &[]).unwrap_or_default()
    }

    /// Where `metric` comes from, `None` if nothing gives it.
    pub(super) fn source(&self, metric: &str) -> PolarsResult<Option<Source>> {
        if let Some(dtype) = self.dtype(metric) {
            check_number(metric, dtype)?;
            return Ok(Some(Source::Column));
        }
        if metric == "profit" && self.dtype("yearly_profits").is_some() {
            self.check_number_list("yearly_profits")?;
            return Ok(Some(Source::YearlyProfits));
        }
        let from_trades =
            self.has_trades()? && (metric != "avg_r" || self.trades_have("r_multiple"));
        Ok(from_trades.then_some(Source::Trades))
    }

    /// What is missing, and what it could be computed from, for messages.
    pub(super) fn missing_text(missing: &[&str]) -> String {
        let r = if missing.contains(&"avg_r") { " with the field `r_multiple`" } else { "" };
        format!("{} missing, nor `trades`{r} to compute from", list(missing.iter().copied()))
    }

    /// Those of `metrics` that nothing gives.
    pub(super) fn missing<'a>(&self, metrics: &[&'a str]) -> PolarsResult<Vec<&'a str>> {
        let mut missing = Vec::new();
        for metric in metrics {
            if self.source(metric)?.is_none() {
                missing.push(*metric);
            }
        }
        Ok(missing)
    }

    /// An error unless every one of `metrics` can be had; `column` is why they are needed.
    pub(super) fn require(&self, metrics: &[&str], column: &str) -> PolarsResult<()> {
        let missing = self.missing(metrics)?;
        if missing.is_empty() {
            return Ok(());
        }
        let mut message = format!(
            "`{column}` is there, but not the base metrics it is compared with: {} missing, found {}",
            list(missing.iter().copied()),
            self.found()
        );
        if missing.contains(&"avg_r") {
            message.push_str("; `avg_r=None` leaves R-multiples out of robustness");
        }
        fail(Code::MissingEvidence, message)
    }

    /// Checks that the column `name`, if there, is a list of numbers.
    pub(super) fn check_number_list(&self, name: &str) -> PolarsResult<()> {
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
    pub(super) fn check_integer(&self, name: &str) -> PolarsResult<()> {
        match self.dtype(name) {
            Some(dtype) if !(dtype.is_integer() || dtype.is_null()) => {
                expected(name, "an integer", dtype)
            }
            _ => Ok(()),
        }
    }

    /// The canonical columns that are there, for messages.
    pub(super) fn found(&self) -> String {
        let names = self.0.iter();
        let names: Vec<&str> = names.map(|field| field.name.as_str()).collect();
        let names = names.into_iter().filter(|name| *name != super::ANCHOR);
        list(names)
    }
}

/// `a`, `b` — or "none of them".
pub(super) fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none of them".into() } else { names.join(", ") }
}

/// An error for an `Array` of width 0 at any depth: Polars cannot hand one to a plugin.
fn refuse_width_zero(name: &str, dtype: &DataType) -> PolarsResult<()> {
    match dtype {
        DataType::Array(_, 0) => expected(name, "a List or an Array of width 1 or more", dtype),
        DataType::Array(inner, _) | DataType::List(inner) => refuse_width_zero(name, inner),
        DataType::Struct(fields) => fields.iter().try_for_each(|field| {
            refuse_width_zero(&format!("{name}.{}", field.name), &field.dtype)
        }),
        _ => Ok(()),
    }
}

/// Fields of the structs in the lists of column `name`; `None` for a column of nothing but nulls.
fn item_fields(name: &str, dtype: &DataType, wanted: &[&str]) -> PolarsResult<Option<Vec<Field>>> {
    match dtype {
        DataType::Null => Ok(None),
        DataType::List(inner) | DataType::Array(inner, _) => match inner.as_ref() {
            DataType::Null => Ok(None),
            DataType::Struct(fields) => Ok(Some(fields.clone())),
            _ => expected(name, &runs_text(wanted), dtype),
        },
        DataType::Struct(fields) => {
            let inner = fields.iter().map(|field| match field.dtype() {
                DataType::Null => Ok(Field::new(field.name.clone(), DataType::Null)),
                DataType::List(inner) | DataType::Array(inner, _) => {
                    Ok(Field::new(field.name.clone(), inner.as_ref().clone()))
                }
                other if is_read(name, field.name.as_str(), wanted) => {
                    expected(&format!("{name}.{}", field.name), "a List or Array", other)
                }
                // A field nobody reads may be anything; as Unknown it fits nothing.
                _ => Ok(Field::new(field.name.clone(), DataType::Unknown(UnknownKind::Any))),
            });
            Ok(Some(inner.collect::<PolarsResult<_>>()?))
        }
        _ => expected(name, &runs_text(wanted), dtype),
    }
}

/// Whether a field of column `name` is read: it is wanted, or trades know it.
fn is_read(name: &str, field: &str, wanted: &[&str]) -> bool {
    let known = TRADE_NUMBERS.contains(&field) || TRADE_TIMES.contains(&field);
    wanted.contains(&field) || (name == "trades" && known)
}

fn runs_text(fields: &[&str]) -> String {
    let fields = if fields.is_empty() { "pnl".into() } else { fields.join(", ") };
    format!("List(Struct{{{fields}}}), Array(Struct) or Struct of lists")
}

pub(super) fn check_number(name: &str, dtype: &DataType) -> PolarsResult<()> {
    if dtype.is_numeric() || dtype.is_null() { Ok(()) } else { expected(name, "a number", dtype) }
}

fn check_time(name: &str, dtype: &DataType) -> PolarsResult<()> {
    match dtype {
        DataType::Datetime(..) | DataType::Date | DataType::Null => Ok(()),
        _ => expected(name, "a Datetime or Date", dtype),
    }
}

/// The dtype error of the package.
pub(super) fn expected<T>(name: &str, wanted: &str, found: &DataType) -> PolarsResult<T> {
    Err(error(Code::BadDtype, format!("`{name}` must be {wanted}, got {found:?}")))
}
