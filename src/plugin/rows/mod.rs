//! Candidates as Python mappings: the functions of the expressions without a frame or a query.
//!
//! A mapping's values become the same buffers that a frame's columns do ([`read`]), the function of
//! the expression runs on them, and its column becomes Python values again ([`write`]). So a score
//! is computed by the same code in either form, to the last bit.

mod read;
mod values;
mod write;

use polars::prelude::{PlSmallStr, PolarsError, Series};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use super::errors::internal;
use super::ffi::{Prepared, caught};
use super::scores::prepare;
use read::{Column, evidence};

/// A function of the plugin with its keyword values, ready to be called on rows.
#[pyclass(frozen, module = "polars_rating._core")]
pub(crate) struct RowFunction {
    function: Prepared,
    columns: Vec<Column>,
}

#[pymethods]
impl RowFunction {
    /// `columns` are the canonical columns that the function looks for, each with the fields it
    /// reads if its items are mappings; `kwargs` are its keyword values, pickled.
    #[new]
    fn new(
        function: &str,
        columns: Vec<(Bound<'_, PyString>, Vec<Bound<'_, PyString>>)>,
        kwargs: &[u8],
    ) -> PyResult<Self> {
        let columns = columns.into_iter().map(|(name, fields)| Column::new(&name, &fields));
        Ok(Self {
            function: prepare(function, kwargs).map_err(|error| raised(&error))?,
            columns: columns.collect::<PyResult<_>>()?,
        })
    }

    /// What the function makes of one row.
    fn of_row<'py>(&self, row: Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
        let py = row.py();
        write::value(py, &self.call(&[row])?, 0)
    }

    /// What the function makes of each row.
    fn of_rows<'py>(&self, rows: &Bound<'py, PyList>) -> PyResult<Bound<'py, PyList>> {
        let dicts = rows.iter().map(|row| Ok(row.cast_into::<PyDict>()?));
        let dicts = dicts.collect::<PyResult<Vec<_>>>()?;
        write::values(rows.py(), &self.call(&dicts)?)
    }
}

impl RowFunction {
    fn call(&self, rows: &[Bound<'_, PyDict>]) -> PyResult<Series> {
        let evidence = evidence(&self.columns, rows)?;
        caught(|| (self.function)(&evidence)).map_err(PyValueError::new_err)
    }
}

/// The Python error of a plugin's error, with its code in brackets.
fn raised(error: &PolarsError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

fn name_of(name: &Bound<'_, PyString>) -> PyResult<PlSmallStr> {
    // Not `to_str`, which the stable interface of Python 3.9 lacks.
    Ok(PlSmallStr::from_string(name.extract::<String>()?))
}

fn broken(what: &str) -> PyErr {
    raised(&internal(what))
}
