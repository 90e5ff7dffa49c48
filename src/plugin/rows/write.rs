//! A column of results becomes Python values: None for null, a dictionary for a struct.

use polars::prelude::*;
use pyo3::IntoPyObjectExt;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use super::{broken, raised};

/// The values of every row.
pub(super) fn values<'py>(py: Python<'py>, column: &Series) -> PyResult<Bound<'py, PyList>> {
    let values = PyList::empty(py);
    for row in 0..column.len() {
        values.append(value(py, column, row)?)?;
    }
    Ok(values)
}

/// The value of one row.
pub(super) fn value<'py>(
    py: Python<'py>,
    column: &Series,
    row: usize,
) -> PyResult<Bound<'py, PyAny>> {
    if let Ok(column) = column.struct_() {
        let fields = PyDict::new(py);
        for field in column.fields_as_series() {
            fields.set_item(field.name().as_str(), value(py, &field, row)?)?;
        }
        return Ok(fields.into_any());
    }
    match column.get(row).map_err(|error| raised(&error))? {
        AnyValue::Null => Ok(py.None().into_bound(py)),
        AnyValue::Float64(x) => x.into_bound_py_any(py),
        AnyValue::UInt32(x) => x.into_bound_py_any(py),
        AnyValue::Int32(x) => x.into_bound_py_any(py),
        AnyValue::Boolean(x) => x.into_bound_py_any(py),
        AnyValue::String(x) => x.into_bound_py_any(py),
        AnyValue::List(items) => Ok(values(py, &items)?.into_any()),
        AnyValue::Duration(micros, TimeUnit::Microseconds) => {
            let timedelta = py.import(intern!(py, "datetime"))?.getattr("timedelta")?;
            timedelta.call1((0, 0, micros))
        }
        other => {
            Err(broken(&format!("a result of the type {} has no form in Python", other.dtype())))
        }
    }
}
