//! Lists of structs as flat columns: what kernels read.
//!
//! A column of runs or trades may be `List(Struct)`, `Array(Struct)` or `Struct` of lists. All
//! become [`Nested`]: for each row the range of its items, and one flat buffer for each field.
//! Without null items and with lists of one layout nothing is copied.

use polars::prelude::*;
use polars_arrow::bitmap::Bitmap;
use polars_buffer::Buffer;

use super::lists::{Bounds, split};
use super::schema::expected;
use super::values::{Times, Values, read_numbers, read_times};
use crate::plugin::errors::{Code, fail, internal};

/// The fields to read; others are left alone.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) numbers: &'a [&'a str],
    pub(crate) times: &'a [&'a str],
    /// Fields that become numbers by a rule of their own.
    pub(crate) coded: &'a [Coded<'a>],
}

/// A field and what reads it, given its path for messages.
pub(crate) type Coded<'a> =
    (&'a str, &'a (dyn Fn(&str, &Series) -> PolarsResult<Buffer<f64>> + Sync));

/// A field by name.
pub(crate) type Field = (PlSmallStr, Values);

/// The items of every row.
#[derive(Debug, Clone)]
pub(crate) struct Nested {
    pub(crate) bounds: Bounds,
    fields: Vec<Field>,
    /// Number of items in all rows.
    pub(crate) items: usize,
}

impl Wanted<'_> {
    fn contains(self, field: &str) -> bool {
        self.numbers.contains(&field)
            || self.times.contains(&field)
            || self.coded.iter().any(|(coded, _)| *coded == field)
    }

    /// The values of a field of `column`, `None` if it is not wanted.
    fn read(self, column: &str, field: &Series) -> PolarsResult<Option<Field>> {
        let name = field.name();
        let path = format!("{column}.{name}");
        let values = if self.numbers.contains(&name.as_str()) {
            Values::Numbers(read_numbers(&path, field)?)
        } else if self.times.contains(&name.as_str()) {
            Values::Times(read_times(&path, field)?)
        } else if let Some((_, read)) = self.coded.iter().find(|(coded, _)| coded == name) {
            Values::Numbers(read(&path, field)?)
        } else {
            return Ok(None);
        };
        Ok(Some((name.clone(), values)))
    }
}

impl Nested {
    /// Reads those of the `wanted` fields that are there.
    pub(crate) fn read(column: &Series, wanted: Wanted) -> PolarsResult<Self> {
        let column = column.rechunk();
        match column.dtype() {
            DataType::Struct(_) => from_struct_of_lists(&column, wanted),
            DataType::List(_) | DataType::Array(..) => from_lists_of_structs(&column, wanted),
            DataType::Null => Ok(Self::without_items(Bounds::none())),
            other => expected(column.name(), "a list of structs", other),
        }
    }

    /// Items whose fields were read already.
    pub(crate) fn new(bounds: Bounds, fields: Vec<Field>, items: usize) -> Self {
        Self { bounds, fields, items }
    }

    fn without_items(bounds: Bounds) -> Self {
        Self { bounds, fields: Vec::new(), items: 0 }
    }

    fn field(&self, name: &str) -> Option<&Values> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, values)| values)
    }

    /// The numbers of the field `name`, `None` if the column lacks it.
    pub(crate) fn numbers(&self, name: &str) -> Option<&[f64]> {
        match self.field(name)? {
            Values::Numbers(values) => Some(values),
            Values::Times(_) => None,
        }
    }

    /// The numbers of a field that the schema was checked to have.
    pub(crate) fn required(&self, name: &str) -> PolarsResult<&[f64]> {
        match self.numbers(name) {
            Some(values) => Ok(values),
            None if self.items == 0 => Ok(&[]),
            None => Err(internal(format!("the field `{name}` was not read"))),
        }
    }

    /// The times of the field `name`, `None` if the column lacks it.
    pub(crate) fn times(&self, name: &str) -> Option<&Times> {
        match self.field(name)? {
            Values::Times(times) => Some(times),
            Values::Numbers(_) => None,
        }
    }

    /// Copies the items that are not null.
    fn without_null_items(&self, valid: &Bitmap, rows: usize) -> Self {
        let is_valid = |item: usize| valid.get(item).unwrap_or(false);
        let kept =
            || (0..rows).flat_map(|row| self.bounds.range(row)).filter(|item| is_valid(*item));
        let fields = self.fields.iter().map(|(name, values)| (name.clone(), values.gather(kept())));
        Self {
            bounds: self.bounds.filtered(rows, is_valid),
            fields: fields.collect(),
            items: kept().count(),
        }
    }
}

fn from_lists_of_structs(column: &Series, wanted: Wanted) -> PolarsResult<Nested> {
    let (bounds, inner) = split(column)?;
    if inner.dtype().is_null() {
        // Items without a type are null items: every list is empty.
        return Ok(Nested::without_items(bounds.emptied(column.len())));
    }
    let Ok(items) = inner.struct_() else {
        return expected(column.name(), "a list of structs", column.dtype());
    };
    let mut fields = Vec::new();
    for field in items.fields_as_series() {
        fields.extend(wanted.read(column.name(), &field)?);
    }
    let nested = Nested { bounds, fields, items: inner.len() };
    match items.rechunk_validity().filter(|valid| valid.unset_bits() > 0) {
        Some(valid) => Ok(nested.without_null_items(&valid, column.len())),
        None => Ok(nested),
    }
}

fn from_struct_of_lists(column: &Series, wanted: Wanted) -> PolarsResult<Nested> {
    let name = column.name();
    let outer = column.rechunk_validity();
    let mut parts = Vec::new();
    for field in column.struct_()?.fields_as_series() {
        if !wanted.contains(field.name()) {
            continue;
        }
        if field.dtype().is_null() {
            return Ok(Nested::without_items(Bounds::none()));
        }
        let (bounds, inner) = split(&field.rechunk())?;
        let bounds = bounds.within(outer.as_ref());
        let values = wanted.read(name, &inner.with_name(field.name().clone()))?;
        parts.extend(values.map(|values| (bounds, values)));
    }
    let Some((bounds, (_, values))) = parts.first() else {
        return Ok(Nested::without_items(Bounds::none()));
    };
    if parts.iter().all(|(other, _)| other.same_layout(bounds)) {
        let (bounds, items) = (bounds.clone(), values.len());
        return Ok(Nested { bounds, fields: parts.into_iter().map(|(_, f)| f).collect(), items });
    }
    align(name, &parts, column.len())
}

/// Copies lists of different layout into one; a row in which one of them is null has no items.
fn align(name: &str, parts: &[(Bounds, Field)], rows: usize) -> PolarsResult<Nested> {
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
    let kept = || validity.iter().enumerate().filter(|(_, valid)| **valid).map(|(row, _)| row);
    let fields = parts.iter().map(|(bounds, (field, values))| {
        (field.clone(), values.gather(kept().flat_map(|row| bounds.range(row))))
    });
    let (fields, items) = (fields.collect(), lengths.iter().sum());
    let bounds = Bounds::of_lengths(lengths.into_iter(), Some(Bitmap::from(validity.clone())));
    Ok(Nested { bounds, fields, items })
}
