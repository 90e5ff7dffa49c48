//! Mappings become the evidence that an expression gets.

use polars::prelude::{DataType, Field, PlSmallStr, Series};
use polars_arrow::bitmap::{Bitmap, BitmapBuilder};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple};

use super::values::{Values, wrong};
use super::{broken, name_of, raised};
use crate::plugin::errors::{Code, error};
use crate::plugin::frame::evidence::{Data, Evidence};
use crate::plugin::frame::lists::{Bounds, NumberLists};
use crate::plugin::frame::nested::Nested;

/// A canonical column that a function looks for.
pub(super) struct Column {
    key: Py<PyString>,
    name: PlSmallStr,
    /// What is read of an item that is a mapping.
    fields: Vec<(Py<PyString>, PlSmallStr)>,
}

impl Column {
    pub(super) fn new(
        name: &Bound<'_, PyString>,
        fields: &[Bound<'_, PyString>],
    ) -> PyResult<Self> {
        let fields = fields.iter().map(|field| Ok((field.clone().unbind(), name_of(field)?)));
        Ok(Self {
            key: name.clone().unbind(),
            name: name_of(name)?,
            fields: fields.collect::<PyResult<_>>()?,
        })
    }

    /// The column over `rows`, `None` if no row has it.
    fn read(&self, rows: &[Bound<'_, PyDict>]) -> PyResult<Option<(DataType, Data)>> {
        let mut cells = Vec::with_capacity(rows.len());
        let mut there = false;
        for row in rows {
            let cell = row.get_item(self.key.bind(row.py()))?;
            there |= cell.is_some();
            cells.push(cell.filter(|cell| !cell.is_none()));
        }
        if !there {
            return Ok(None);
        }
        let Some(first) = cells.iter().flatten().next() else {
            return Ok(Some((DataType::Null, Data::Series(nulls(&self.name, rows.len())))));
        };
        if !is_list(first) {
            return self.numbers(&cells).map(Some);
        }
        let mut lists = Lists::new(self, rows.len());
        for cell in &cells {
            lists.push(cell.as_ref())?;
        }
        Ok(Some(lists.finish()))
    }

    fn numbers(&self, cells: &[Option<Bound<'_, PyAny>>]) -> PyResult<(DataType, Data)> {
        let mut values = Values::new();
        for cell in cells {
            match cell {
                Some(value) => values.push(value, || self.name.to_string())?,
                None => values.push_none(),
            }
        }
        Ok((values.dtype(), Data::Numbers(values.numbers())))
    }
}

/// The evidence of `rows`: those columns that are there.
pub(super) fn evidence(columns: &[Column], rows: &[Bound<'_, PyDict>]) -> PyResult<Evidence> {
    let mut fields = Vec::with_capacity(columns.len());
    let mut data = Vec::with_capacity(columns.len());
    for column in columns {
        if let Some((dtype, values)) = column.read(rows)? {
            fields.push(Field::new(column.name.clone(), dtype));
            data.push(values);
        }
    }
    Ok(Evidence::new(fields, data, rows.len()))
}

fn nulls(name: &PlSmallStr, rows: usize) -> Series {
    Series::full_null(name.clone(), rows, &DataType::Null)
}

/// Whether a cell holds several values: everything that can be gone through but a text.
fn is_list(cell: &Bound<'_, PyAny>) -> bool {
    // A number would raise and drop an exception, which takes longer than reading it.
    let is_scalar = cell.is_instance_of::<PyFloat>()
        || cell.is_instance_of::<PyInt>()
        || cell.is_instance_of::<PyString>();
    !is_scalar && (cell.is_instance_of::<PyList>() || cell.try_iter().is_ok())
}

/// A column of lists under construction: of plain values, or of mappings with known fields.
struct Lists<'a> {
    column: &'a Column,
    ends: Vec<i64>,
    valid: BitmapBuilder,
    values: Values,
    /// Parallel to the column's fields; a field that no item has is not there in the end.
    fields: Vec<(Values, bool)>,
    items: usize,
    of_mappings: Option<bool>,
}

impl<'a> Lists<'a> {
    fn new(column: &'a Column, rows: usize) -> Self {
        let mut ends = Vec::with_capacity(rows + 1);
        ends.push(0);
        Self {
            column,
            ends,
            valid: BitmapBuilder::with_capacity(rows),
            values: Values::new(),
            fields: column.fields.iter().map(|_| (Values::new(), false)).collect(),
            items: 0,
            of_mappings: None,
        }
    }

    fn push(&mut self, cell: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        match cell {
            None => {}
            Some(cell) if cell.cast::<PyList>().is_ok() => {
                for item in cell.cast::<PyList>()?.iter() {
                    self.push_item(&item)?;
                }
            }
            Some(cell) if cell.cast::<PyDict>().is_ok() => self.push_columns(cell.cast()?)?,
            Some(cell) if is_list(cell) => {
                for item in cell.try_iter()? {
                    self.push_item(&item?)?;
                }
            }
            Some(cell) => return Err(wrong(&self.column.name, "a list, as in another row", cell)),
        }
        self.valid.push(cell.is_some());
        self.ends.push(i64::try_from(self.items).map_err(|_| broken("too many items"))?);
        Ok(())
    }

    fn push_item(&mut self, item: &Bound<'_, PyAny>) -> PyResult<()> {
        if self.of_mappings == Some(false) || !(item.is_none() || is_mapping(item)) {
            let column = self.column;
            if self.of_mappings == Some(true) {
                return Err(wrong(&column.name, "a list of mappings", item));
            }
            self.of_mappings = Some(false);
            self.values.push(item, || column.name.to_string())?;
            self.items += 1;
        } else if let Ok(item) = item.cast::<PyDict>() {
            self.push_mapping(|key| item.get_item(key))?;
        } else if !item.is_none() {
            self.push_mapping(|key| {
                if item.contains(key)? { item.get_item(key).map(Some) } else { Ok(None) }
            })?;
        } else if self.of_mappings.is_none() && self.column.fields.is_empty() {
            // Of a list of numbers it is a missing one; a missing rerun or trade is skipped.
            self.values.push_none();
            self.items += 1;
        }
        Ok(())
    }

    fn push_mapping<'py>(
        &mut self,
        get: impl Fn(&Py<PyString>) -> PyResult<Option<Bound<'py, PyAny>>>,
    ) -> PyResult<()> {
        self.of_mappings = Some(true);
        for ((key, name), (values, there)) in self.column.fields.iter().zip(&mut self.fields) {
            match get(key)? {
                Some(value) => {
                    *there = true;
                    values.push(&value, || format!("{}.{name}", self.column.name))?;
                }
                None => values.push_none(),
            }
        }
        self.items += 1;
        Ok(())
    }

    /// Appends a mapping of lists, one list for each field.
    fn push_columns(&mut self, columns: &Bound<'_, PyDict>) -> PyResult<()> {
        self.of_mappings = Some(true);
        let mut length = None;
        for ((key, name), (values, there)) in self.column.fields.iter().zip(&mut self.fields) {
            let Some(list) = columns.get_item(key)? else { continue };
            let path = || format!("{}.{name}", self.column.name);
            if !is_list(&list) {
                return Err(wrong(&path(), "a list", &list));
            }
            let mut found = 0;
            for item in list.try_iter()? {
                values.push(&item?, path)?;
                found += 1;
            }
            *there = true;
            if let Some(other) = length.replace(found)
                && other != found
            {
                let text = format!(
                    "the lists in `{}` must have equal lengths in a row, got {other} and {found}",
                    self.column.name
                );
                return Err(raised(&error(Code::LengthMismatch, text)));
            }
        }
        let length = length.unwrap_or(0);
        for ((key, _), (values, _)) in self.column.fields.iter().zip(&mut self.fields) {
            if columns.get_item(key)?.is_none() {
                (0..length).for_each(|_| values.push_none());
            }
        }
        self.items += length;
        Ok(())
    }

    fn finish(self) -> (DataType, Data) {
        let valid: Bitmap = self.valid.freeze();
        let validity = (valid.unset_bits() > 0).then_some(valid);
        let bounds = Bounds::of_offsets(self.ends, validity);
        let list = |inner| DataType::List(Box::new(inner));
        if self.of_mappings != Some(true) {
            let dtype = list(self.values.dtype());
            return (dtype, Data::Lists(NumberLists::new(bounds, self.values.numbers())));
        }
        let (mut dtypes, mut fields) = (Vec::new(), Vec::new());
        for ((_, name), (values, there)) in self.column.fields.iter().zip(self.fields) {
            if there {
                dtypes.push(Field::new(name.clone(), values.dtype()));
                fields.push((name.clone(), values.field()));
            }
        }
        let nested = Nested::new(bounds, fields, self.items);
        (list(DataType::Struct(dtypes)), Data::Nested(nested))
    }
}

fn is_mapping(item: &Bound<'_, PyAny>) -> bool {
    item.is_instance_of::<PyDict>()
        || (!item.is_instance_of::<PyTuple>() && item.cast::<PyMapping>().is_ok())
}
