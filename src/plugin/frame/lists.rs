//! The layout of list columns: which items belong to which row.

use std::ops::Range;

use polars::prelude::*;
use polars_arrow::bitmap::Bitmap;
use polars_buffer::Buffer;

use super::nested::Nested;
use super::schema::expected;
use super::values::read_numbers;

/// Ranges of items, one a row.
#[derive(Debug, Clone)]
pub(crate) struct Bounds {
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
    pub(crate) fn none() -> Self {
        Self { ends: Ends::None, validity: None }
    }

    /// Lists of these lengths, one after the other.
    pub(crate) fn of_lengths(
        lengths: impl Iterator<Item = usize>,
        validity: Option<Bitmap>,
    ) -> Self {
        let mut end = 0;
        let ends = lengths.map(|length| {
            end += i64::try_from(length).unwrap_or(i64::MAX); // a length in memory fits
            end
        });
        Self::of_offsets(std::iter::once(0).chain(ends.collect::<Vec<_>>()).collect(), validity)
    }

    /// Lists that begin and end at these offsets, of which the first is 0.
    pub(crate) fn of_offsets(offsets: Vec<i64>, validity: Option<Bitmap>) -> Self {
        Self { ends: Ends::Offsets { offsets: offsets.into(), first: 0 }, validity }
    }

    /// Makes the rows null that `outer` holds to be null.
    pub(crate) fn within(self, outer: Option<&Bitmap>) -> Self {
        let validity = match (self.validity.as_ref(), outer) {
            (Some(a), Some(b)) => Some(a & b),
            (one, other) => one.or(other).cloned(),
        };
        Self { validity, ..self }
    }

    /// The same rows are null, and the others have lists without items.
    pub(crate) fn emptied(self, rows: usize) -> Self {
        Self::of_lengths(std::iter::repeat_n(0, rows), self.validity)
    }

    /// What is left of `rows` lists where only the items that are `kept` count.
    pub(crate) fn filtered(&self, rows: usize, kept: impl Fn(usize) -> bool) -> Self {
        let count = |row| self.range(row).filter(|item| kept(*item)).count();
        Self::of_lengths((0..rows).map(count), self.validity.clone())
    }

    /// The items of `row`; empty for a null or empty list.
    pub(crate) fn range(&self, row: usize) -> Range<usize> {
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

    pub(crate) fn is_null(&self, row: usize) -> bool {
        matches!(self.ends, Ends::None)
            || self.validity.as_ref().is_some_and(|validity| !validity.get(row).unwrap_or(false))
    }

    /// Whether both split their items alike, so that one serves for both.
    pub(crate) fn same_layout(&self, other: &Self) -> bool {
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

/// The ranges of a `List` or `Array` column of one chunk, and its items.
pub(crate) fn split(column: &Series) -> PolarsResult<(Bounds, Series)> {
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

/// Lists of plain numbers, nulls as NaN.
#[derive(Debug, Clone)]
pub(crate) struct NumberLists {
    bounds: Bounds,
    numbers: Buffer<f64>,
}

impl NumberLists {
    pub(crate) fn new(bounds: Bounds, numbers: Buffer<f64>) -> Self {
        Self { bounds, numbers }
    }

    pub(crate) fn read(column: &Series) -> PolarsResult<Self> {
        let column = column.rechunk();
        match column.dtype() {
            DataType::List(_) | DataType::Array(..) => {
                let (bounds, inner) = split(&column)?;
                Ok(Self { bounds, numbers: read_numbers(column.name(), &inner)? })
            }
            DataType::Null => Ok(Self { bounds: Bounds::none(), numbers: Buffer::default() }),
            other => expected(column.name(), "a List or Array of numbers", other),
        }
    }

    /// The same empty lists as lists of structs.
    pub(crate) fn without_items(&self) -> Nested {
        Nested::new(self.bounds.clone(), Vec::new(), 0)
    }

    /// The numbers of a row; none for a null list.
    pub(crate) fn row(&self, row: usize) -> &[f64] {
        part(&self.numbers, self.bounds.range(row))
    }

    pub(crate) fn is_null(&self, row: usize) -> bool {
        self.bounds.is_null(row)
    }

    /// Number of numbers in all rows.
    pub(crate) fn items(&self) -> usize {
        self.numbers.len()
    }
}

/// The slice of a row. Arrow's own invariants keep every range within its values.
pub(crate) fn part<T>(values: &[T], range: Range<usize>) -> &[T] {
    values.get(range).unwrap_or_default()
}
