//! Curves of equity: points in time, or one value a week.

use polars::prelude::*;

use super::evidence::Evidence;
use super::lists::{NumberLists, part};
use super::nested::{Nested, Wanted};
use super::schema::EQUITY_FIELDS;
use super::values::Tick;
use crate::kernels::ulcer_index::TimeUnit;

/// The curves of every row.
pub(crate) enum Equity {
    /// Weekly closes.
    Weeks(NumberLists),
    /// Points in any order.
    Points(Nested),
}

/// The curve of a row.
pub(crate) enum Curve<'a> {
    Weeks(&'a [f64]),
    Points { times: &'a [i64], values: &'a [f64], unit: TimeUnit },
}

impl Equity {
    pub(crate) fn read(evidence: &Evidence, name: &str) -> PolarsResult<Self> {
        match evidence.schema.dtype(name) {
            Some(DataType::List(inner) | DataType::Array(inner, _))
                if !matches!(inner.as_ref(), DataType::Struct(_)) =>
            {
                evidence.lists(name).map(Self::Weeks)
            }
            _ => {
                let [time, value] = EQUITY_FIELDS;
                let nested = evidence
                    .nested(name, Wanted { numbers: &[value], times: &[time], coded: &[] })?;
                nested.required(value)?;
                Ok(Self::Points(nested))
            }
        }
    }

    /// Number of values in all rows.
    pub(crate) fn items(&self) -> usize {
        match self {
            Self::Weeks(lists) => lists.items(),
            Self::Points(nested) => nested.items,
        }
    }

    /// The curve of a row, without values for a null list.
    pub(crate) fn row(&self, row: usize) -> Curve<'_> {
        let [time, value] = EQUITY_FIELDS;
        match self {
            Self::Weeks(lists) => Curve::Weeks(lists.row(row)),
            Self::Points(nested) => match (nested.times(time), nested.numbers(value)) {
                (Some(times), Some(values)) => {
                    let range = nested.bounds.range(row);
                    let (times, unit) = (part(&times.ticks, range.clone()), times.unit.into());
                    Curve::Points { times, values: part(values, range), unit }
                }
                _ => Curve::Weeks(&[]), // no row has a point
            },
        }
    }
}

impl From<Tick> for TimeUnit {
    fn from(tick: Tick) -> Self {
        match tick {
            Tick::Day => Self::Days,
            Tick::Millisecond => Self::Milliseconds,
            Tick::Microsecond => Self::Microseconds,
            Tick::Nanosecond => Self::Nanoseconds,
        }
    }
}
