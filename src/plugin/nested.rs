//! Lists of structs as flat columns: what kernels read.
//!
//! A column of runs or trades may be `List(Struct)`, `Array(Struct)` or `Struct` of lists. All
//! become [`Nested`]: for each row the range of its items, and one flat buffer for each field.
//! Without null items and with lists of one layout nothing is copied.

use std::ops::Range;

use polars::prelude::*;
use polars_arrow::bitmap::Bitmap;
use polars_buffer::Buffer;

use super::errors::{Code, fail};
use super::schema::{check_number, expected};
use crate::kernels::tape::NULL_TIME;

/// Ranges of items, one a row.
#[derive(Debug, Clone)]
pub(super) struct Bounds {
    /// Start of each row's items and the end of the last's, counted from `offset`.
    ends: Ends,
    /// Rows without a list.
    validity: Option<Bitmap>,
}

#[derive(Debug, Clone)]
enum Ends {
    /// No row has a list.
    None,
    Offsets {
        offsets: Buffer<i64>,
        first: i64,
    },
    Width(usize),
}

impl Bounds {
    /// No row has a list.
    fn none() -> Self {
        Self { ends: Ends::None, validity: None }
    }

    /// The items of `row`; empty for a null or empty list.
    pub(super) fn range(&self, row: usize) -> Range<usize> {
        if self.is_null(row) {
            return 0..0;
        }
        match &self.ends {
            Ends::None => 0..0,
            Ends::Width(width) => row * width..(row + 1) * width,
            Ends::Offsets { offsets, first } => {
                let at = |i: usize| offsets.get(i).map_or(0, |offset| offset - first);
                usize::try_from(at(row)).unwrap_or(0)..usize::try_from(at(row + 1)).unwrap_or(0)
            }
        }
    }

    pub(super) fn is_null(&self, row: usize) -> bool {
        matches!(self.ends, Ends::None)
            || self.validity.as_ref().is_some_and(|validity| !validity.get(row).unwrap_or(false))
    }

    /// Whether both split their items alike, so that one may stand for the other.
    fn same_layout(&self, other: &Self) -> bool {
        if self.validity != other.validity {
            return false;
        }
        match (&self.ends, &other.ends) {
            (Ends::None, Ends::None) => true,
            (Ends::Width(a), Ends::Width(b)) => a == b,
            (Ends::Offsets { offsets: a, first: x }, Ends::Offsets { offsets: b, first: y }) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a - x == b - y)
            }
            _ => false,
        }
    }
}

/// A flat field.
#[derive(Debug, Clone)]
pub(super) enum Values {
    /// Nulls are NaN.
    Numbers(Buffer<f64>),
    /// Nulls are [`NULL_TIME`].
    Times(Times),
}

/// Times in ticks since the epoch.
#[derive(Debug, Clone)]
pub(super) struct Times {
    pub(super) ticks: Buffer<i64>,
    pub(super) unit: Tick,
}

/// The length of a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tick {
    Day,
    Millisecond,
    Microsecond,
    Nanosecond,
}

impl Tick {
    pub(super) fn per_day(self) -> i64 {
        match self {
            Self::Day => 1,
            Self::Millisecond => 86_400_000,
            Self::Microsecond => 86_400_000_000,
            Self::Nanosecond => 86_400_000_000_000,
        }
    }

    /// Microseconds of a tick as (multiplier, divisor).
    pub(super) fn micros(self) -> (i64, i64) {
        match self {
            Self::Day => (86_400_000_000, 1),
            Self::Millisecond => (1_000, 1),
            Self::Microsecond => (1, 1),
            Self::Nanosecond => (1, 1_000),
        }
    }
}

/// The items of every row.
#[derive(Debug, Clone)]
pub(super) struct Nested {
    pub(super) bounds: Bounds,
    fields: Vec<(&'static str, Values)>,
    /// Number of items in all rows.
    pub(super) items: usize,
}

impl Nested {
    /// Reads the numeric fields `wanted` and, of those in `times`, the ones that are there.
    pub(super) fn read(
        column: &Series,
        wanted: &[&'static str],
        times: &[&'static str],
    ) -> PolarsResult<Self> {
        let name = column.name().clone();
        let column = column.rechunk();
        match column.dtype() {
            DataType::Struct(_) => from_struct_of_lists(&column, wanted, times),
            DataType::List(_) | DataType::Array(..) => {
                let (bounds, inner) = split(&column)?;
                if inner.dtype().is_null() {
                    // Items without a type are null items: every list is empty.
                    let none = std::iter::repeat_n(0, column.len());
                    let bounds = bounds_of_lengths(none, bounds.validity);
                    return Ok(Self { bounds, ..Self::empty() });
                }
                let Ok(items) = inner.struct_() else {
                    return expected(&name, "a list of structs", column.dtype());
                };
                let fields = read_fields(&name, &items.fields_as_series(), wanted, times)?;
                let nested = Self { bounds, fields, items: inner.len() };
                match items.rechunk_validity().filter(|valid| valid.unset_bits() > 0) {
                    Some(valid) => Ok(nested.without_null_items(&valid, column.len())),
                    None => Ok(nested),
                }
            }
            DataType::Null => Ok(Self::empty()),
            other => expected(&name, "a list of structs", other),
        }
    }

    fn empty() -> Self {
        Self { bounds: Bounds::none(), fields: Vec::new(), items: 0 }
    }

    /// The numbers of `field`, `None` if the column lacks it.
    pub(super) fn numbers(&self, field: &str) -> Option<&[f64]> {
        self.fields.iter().find_map(|(name, values)| match values {
            Values::Numbers(values) if *name == field => Some(values.as_slice()),
            _ => None,
        })
    }

    /// The times of `field`, `None` if the column lacks it.
    pub(super) fn times(&self, field: &str) -> Option<&Times> {
        self.fields.iter().find_map(|(name, values)| match values {
            Values::Times(times) if *name == field => Some(times),
            _ => None,
        })
    }

    /// Copies the items that are not null.
    fn without_null_items(&self, valid: &Bitmap, rows: usize) -> Self {
        let kept =
            |row: usize| self.bounds.range(row).filter(|&item| valid.get(item).unwrap_or(false));
        let all = || (0..rows).flat_map(kept);
        let fields = self.fields.iter().map(|(name, values)| (*name, values.gather(all())));
        Self {
            bounds: bounds_of_lengths(
                (0..rows).map(|row| kept(row).count()),
                self.bounds.validity.clone(),
            ),
            fields: fields.collect(),
            items: all().count(),
        }
    }
}

impl Values {
    fn gather(&self, items: impl Iterator<Item = usize>) -> Self {
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
}

fn bounds_of_lengths(lengths: impl Iterator<Item = usize>, validity: Option<Bitmap>) -> Bounds {
    let mut end = 0;
    let ends = lengths.map(|length| {
        end += i64::try_from(length).unwrap_or(0);
        end
    });
    let offsets: Vec<i64> = std::iter::once(0).chain(ends.collect::<Vec<_>>()).collect();
    Bounds { ends: Ends::Offsets { offsets: offsets.into(), first: 0 }, validity }
}

/// The ranges of a `List` or `Array` column of one chunk, and its items.
fn split(column: &Series) -> PolarsResult<(Bounds, Series)> {
    let validity = column.rechunk_validity();
    if let Ok(lists) = column.list() {
        let offsets = lists.downcast_as_array().offsets();
        let (first, last) = (*offsets.first(), *offsets.last());
        let length = usize::try_from(last - first).unwrap_or(0);
        let inner = lists.get_inner().slice(first, length);
        let ends = Ends::Offsets { offsets: offsets.buffer().clone(), first };
        return Ok((Bounds { ends, validity }, inner));
    }
    let arrays = column.array()?;
    Ok((Bounds { ends: Ends::Width(arrays.width()), validity }, arrays.get_inner()))
}

fn from_struct_of_lists(
    column: &Series,
    wanted: &[&'static str],
    times: &[&'static str],
) -> PolarsResult<Nested> {
    let name = column.name();
    let outer = column.rechunk_validity();
    let mut parts: Vec<(Bounds, (&'static str, Values))> = Vec::new();
    for field in column.struct_()?.fields_as_series() {
        let known = wanted.iter().chain(times).find(|wanted| **wanted == field.name().as_str());
        let Some(known) = known else { continue };
        if field.dtype().is_null() {
            return Ok(Nested::empty());
        }
        let (mut bounds, inner) = split(&field.rechunk())?;
        bounds.validity = both(bounds.validity.as_ref(), outer.as_ref());
        let inner = inner.with_name(field.name().clone());
        let mut values = read_fields(name, &[inner], wanted, times)?;
        if let Some(values) = values.pop() {
            parts.push((bounds, (*known, values.1)));
        }
    }
    let Some((first, _)) = parts.first() else { return Ok(Nested::empty()) };
    let bounds = first.clone();
    if parts.iter().all(|(other, _)| other.same_layout(&bounds)) {
        let items = parts.first().map_or(0, |(_, (_, values))| values.len());
        return Ok(Nested { bounds, fields: parts.into_iter().map(|(_, f)| f).collect(), items });
    }
    align(name, &parts, column.len())
}

/// Copies lists of different layout into one; a row in which one of them is null has no items.
fn align(
    name: &str,
    parts: &[(Bounds, (&'static str, Values))],
    rows: usize,
) -> PolarsResult<Nested> {
    let mut lengths = Vec::with_capacity(rows);
    let mut validity = Vec::with_capacity(rows);
    for row in 0..rows {
        let valid = !parts.iter().any(|(bounds, _)| bounds.is_null(row));
        let mut of_fields = parts.iter().map(|(bounds, _)| bounds.range(row).len());
        let length = of_fields.next().unwrap_or(0);
        if valid && let Some(other) = of_fields.find(|other| *other != length) {
            return fail(
                Code::LengthMismatch,
                format!(
                    "the lists in `{name}` must have equal lengths in a row, got {length} and {other}"
                ),
            );
        }
        lengths.push(if valid { length } else { 0 });
        validity.push(valid);
    }
    let kept: Vec<usize> =
        validity.iter().enumerate().filter(|(_, valid)| **valid).map(|(row, _)| row).collect();
    let fields = parts.iter().map(|(bounds, (field, values))| {
        (*field, values.gather(kept.iter().flat_map(|row| bounds.range(*row))))
    });
    let items = lengths.iter().sum();
    let bounds = bounds_of_lengths(lengths.into_iter(), Some(Bitmap::from(validity)));
    Ok(Nested { bounds, fields: fields.collect(), items })
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Times(times) => times.ticks.len(),
        }
    }
}

fn both(a: Option<&Bitmap>, b: Option<&Bitmap>) -> Option<Bitmap> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a & b),
        (one, other) => one.or(other).cloned(),
    }
}

fn read_fields(
    column: &str,
    found: &[Series],
    numbers: &[&'static str],
    time_fields: &[&'static str],
) -> PolarsResult<Vec<(&'static str, Values)>> {
    let mut fields = Vec::new();
    for series in found {
        let path = || format!("{column}.{}", series.name());
        let named = |name: &&&str| **name == series.name().as_str();
        if let Some(name) = numbers.iter().find(named) {
            fields.push((*name, Values::Numbers(read_numbers(&path(), series)?)));
        } else if let Some(name) = time_fields.iter().find(named) {
            fields.push((*name, Values::Times(read_times(&path(), series)?)));
        }
    }
    Ok(fields)
}

/// A numeric series as Float64, nulls as NaN; a Float64 series without nulls is not copied.
pub(super) fn read_numbers(name: &str, series: &Series) -> PolarsResult<Buffer<f64>> {
    check_number(name, series.dtype())?;
    let numbers = series.cast(&DataType::Float64)?.rechunk();
    let numbers = numbers.f64()?;
    if numbers.null_count() == 0 {
        return Ok(numbers.downcast_as_array().values().clone());
    }
    let filled: Vec<f64> = numbers.iter().map(|x| x.unwrap_or(f64::NAN)).collect();
    Ok(filled.into())
}

/// Lists of plain numbers: the range of each row, and the numbers of all. Nulls are NaN.
pub(super) fn read_number_lists(column: &Series) -> PolarsResult<(Bounds, Buffer<f64>)> {
    let column = column.rechunk();
    match column.dtype() {
        DataType::List(_) | DataType::Array(..) => {
            let (bounds, inner) = split(&column)?;
            Ok((bounds, read_numbers(column.name(), &inner)?))
        }
        DataType::Null => Ok((Bounds::none(), Buffer::default())),
        other => expected(column.name(), "a List or Array of numbers", other),
    }
}

fn read_times(name: &str, series: &Series) -> PolarsResult<Times> {
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

/// The slice of a row. Arrow's own invariants keep every range within its values.
pub(super) fn part<T>(values: &[T], range: Range<usize>) -> &[T] {
    values.get(range).unwrap_or_default()
}
