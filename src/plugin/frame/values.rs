//! Flat buffers of numbers and times, nulls as NaN and [`NULL_TIME`].

use polars::prelude::*;
use polars_buffer::Buffer;

use super::schema::{check_number, expected};
use crate::kernels::ordered_trades::NULL_TIME;

/// A flat field.
#[derive(Debug, Clone)]
pub(crate) enum Values {
    /// Nulls are NaN.
    Numbers(Buffer<f64>),
    /// Nulls are [`NULL_TIME`].
    Times(Times),
}

/// Times in ticks since the epoch.
#[derive(Debug, Clone)]
pub(crate) struct Times {
    pub(crate) ticks: Buffer<i64>,
    pub(crate) unit: Tick,
}

/// The length of a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tick {
    Day,
    Millisecond,
    Microsecond,
    Nanosecond,
}

impl Tick {
    pub(crate) fn per_day(self) -> i64 {
        match self {
            Self::Day => 1,
            Self::Millisecond => 86_400_000,
            Self::Microsecond => 86_400_000_000,
            Self::Nanosecond => 86_400_000_000_000,
        }
    }

    /// Microseconds of a tick as (multiplier, divisor).
    pub(crate) fn micros(self) -> (i64, i64) {
        match self {
            Self::Day => (86_400_000_000, 1),
            Self::Millisecond => (1_000, 1),
            Self::Microsecond => (1, 1),
            Self::Nanosecond => (1, 1_000),
        }
    }
}

impl Values {
    /// The values of `items`, in that order.
    pub(crate) fn gather(&self, items: impl Iterator<Item = usize>) -> Self {
        fn pick<T: Copy>(from: &[T], items: impl Iterator<Item = usize>) -> Buffer<T> {
            items.filter_map(|item| from.get(item).copied()).collect::<Vec<_>>().into()
        }
        match self {
            Self::Numbers(values) => Self::Numbers(pick(values, items)),
            Self::Times(times) => {
                Self::Times(Times { ticks: pick(&times.ticks, items), unit: times.unit })
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Times(times) => times.ticks.len(),
        }
    }
}

/// A numeric series as Float64, nulls as NaN; a Float64 series without nulls is not copied.
pub(crate) fn read_numbers(name: &str, series: &Series) -> PolarsResult<Buffer<f64>> {
    if let Some(values) = as_they_are(series) {
        return Ok(values);
    }
    check_number(name, series.dtype())?;
    let numbers = series.cast(&DataType::Float64)?.rechunk();
    if let Some(values) = as_they_are(&numbers) {
        return Ok(values);
    }
    let numbers = numbers.f64()?;
    let filled: Vec<f64> = numbers.iter().map(|x| x.unwrap_or(f64::NAN)).collect();
    Ok(filled.into())
}

/// The values of a Float64 series of one chunk without nulls.
fn as_they_are(series: &Series) -> Option<Buffer<f64>> {
    let can = *series.dtype() == DataType::Float64 && series.n_chunks() == 1;
    let numbers = if can && series.null_count() == 0 { series.f64().ok()? } else { return None };
    Some(numbers.downcast_as_array().values().clone())
}

/// Times as ticks; an Int64 series without nulls is not copied.
pub(crate) fn read_times(name: &str, series: &Series) -> PolarsResult<Times> {
    let unit = match series.dtype() {
        DataType::Date | DataType::Null => Tick::Day,
        DataType::Datetime(TimeUnit::Milliseconds, _) => Tick::Millisecond,
        DataType::Datetime(TimeUnit::Microseconds, _) => Tick::Microsecond,
        DataType::Datetime(TimeUnit::Nanoseconds, _) => Tick::Nanosecond,
        other => return expected(name, "a Datetime or Date", other),
    };
    let ticks = series.to_physical_repr().cast(&DataType::Int64)?.rechunk();
    let ticks = ticks.i64()?;
    let ticks = if ticks.null_count() == 0 {
        ticks.downcast_as_array().values().clone()
    } else {
        ticks.iter().map(|t| t.unwrap_or(NULL_TIME)).collect::<Vec<_>>().into()
    };
    Ok(Times { ticks, unit })
}
