//! Python scalars as a flat buffer of numbers or times.

use polars::prelude::{DataType, TimeUnit};
use polars_buffer::Buffer;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyFloat, PyInt, PyString, PyType};

use super::raised;
use crate::kernels::ordered_trades::NULL_TIME;
use crate::plugin::errors::{Code, error};
use crate::plugin::frame::values::{Tick, Times, Values as Field};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Values of one kind; the first one that is not None decides which.
pub(super) enum Values {
    /// Nothing but None so far.
    Nothing(usize),
    /// None is NaN, as in every frame's evidence.
    Numbers(Vec<f64>),
    /// Microseconds since the epoch, UTC.
    Times(Vec<i64>),
    /// Neither, so that no score can use them.
    Others(usize, DataType),
}

impl Values {
    pub(super) fn new() -> Self {
        Self::Nothing(0)
    }

    /// Appends `value`; `path` names it in errors.
    pub(super) fn push(
        &mut self,
        value: &Bound<'_, PyAny>,
        path: impl Fn() -> String,
    ) -> PyResult<()> {
        if let Self::Numbers(numbers) = self
            && let Ok(float) = value.cast_exact::<PyFloat>()
        {
            numbers.push(float.value());
            return Ok(());
        }
        if value.is_none() {
            self.push_none();
            return Ok(());
        }
        if let Self::Nothing(n) = *self {
            *self = Self::of_kind(value, n)?
                .ok_or_else(|| wrong(&path(), "a number, a time or a text", value))?;
        }
        match self {
            Self::Numbers(numbers) => {
                let number = if is_number(value) { value.extract().ok() } else { None };
                numbers.push(number.ok_or_else(|| wrong(&path(), "a number", value))?);
            }
            Self::Times(times) => {
                let time =
                    micros(value)?.ok_or_else(|| wrong(&path(), "a datetime or date", value))?;
                times.push(time);
            }
            Self::Others(n, _) => *n += 1,
            Self::Nothing(_) => {}
        }
        Ok(())
    }

    pub(super) fn push_none(&mut self) {
        match self {
            Self::Nothing(n) | Self::Others(n, _) => *n += 1,
            Self::Numbers(numbers) => numbers.push(f64::NAN),
            Self::Times(times) => times.push(NULL_TIME),
        }
    }

    /// An empty list, but for `n` missing values, of the kind that `value` is of.
    fn of_kind(value: &Bound<'_, PyAny>, n: usize) -> PyResult<Option<Self>> {
        let mut values = if is_number(value) {
            Self::Numbers(Vec::new())
        } else if micros(value)?.is_some() {
            Self::Times(Vec::new())
        } else if value.is_instance_of::<PyBool>() {
            Self::Others(0, DataType::Boolean)
        } else if value.is_instance_of::<PyString>() {
            Self::Others(0, DataType::String)
        } else {
            return Ok(None);
        };
        (0..n).for_each(|_| values.push_none());
        Ok(Some(values))
    }

    pub(super) fn dtype(&self) -> DataType {
        match self {
            Self::Nothing(_) => DataType::Null,
            Self::Numbers(_) => DataType::Float64,
            Self::Times(_) => DataType::Datetime(TimeUnit::Microseconds, None),
            Self::Others(_, dtype) => dtype.clone(),
        }
    }

    /// The numbers, NaN for what is none.
    pub(super) fn numbers(self) -> Buffer<f64> {
        match self {
            Self::Numbers(numbers) => numbers.into(),
            Self::Nothing(n) | Self::Others(n, _) => vec![f64::NAN; n].into(),
            Self::Times(times) => vec![f64::NAN; times.len()].into(),
        }
    }

    /// As a field of structs.
    pub(super) fn field(self) -> Field {
        match self {
            Self::Times(ticks) => {
                Field::Times(Times { ticks: ticks.into(), unit: Tick::Microsecond })
            }
            other => Field::Numbers(other.numbers()),
        }
    }
}

/// The error of a value of another type than wanted.
pub(super) fn wrong(path: &str, wanted: &str, found: &Bound<'_, PyAny>) -> PyErr {
    let found =
        found.get_type().name().map_or_else(|_| "something else".into(), |name| name.to_string());
    raised(&error(Code::BadDtype, format!("`{path}` must be {wanted}, got {found}")))
}

/// Whether Python or NumPy calls the value a number. A bool is none.
fn is_number(value: &Bound<'_, PyAny>) -> bool {
    value.is_exact_instance_of::<PyFloat>()
        || (value.is_instance_of::<PyInt>() && !value.is_instance_of::<PyBool>())
        || (value.hasattr(intern!(value.py(), "__float__")).unwrap_or(false)
            && !value.is_instance_of::<PyBool>()
            && !value.is_instance_of::<PyString>())
}

/// The Python types of times, and the moment that they are counted from.
struct Clock {
    datetime: Py<PyType>,
    date: Py<PyType>,
    naive: Py<PyAny>,
    utc: Py<PyAny>,
    micros: Py<PyAny>,
}

impl Clock {
    fn of(py: Python<'_>) -> PyResult<&Self> {
        static CLOCK: PyOnceLock<Clock> = PyOnceLock::new();
        CLOCK.get_or_try_init(py, || {
            let module = py.import(intern!(py, "datetime"))?;
            let datetime = module.getattr("datetime")?;
            let naive = datetime.call1((1970, 1, 1))?;
            let utc = module.getattr("timezone")?.getattr("utc")?;
            let utc = datetime.call1((1970, 1, 1, 0, 0, 0, 0, utc))?;
            let micros = module.getattr("timedelta")?.call1((0, 0, 1))?;
            Ok(Self {
                datetime: datetime.cast_into::<PyType>()?.unbind(),
                date: module.getattr("date")?.cast_into::<PyType>()?.unbind(),
                naive: naive.unbind(),
                utc: utc.unbind(),
                micros: micros.unbind(),
            })
        })
    }
}

/// Microseconds since the epoch; a time without a zone counts as UTC, a date as its midnight.
fn micros(value: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    let py = value.py();
    let clock = Clock::of(py)?;
    if value.is_instance(clock.datetime.bind(py))? {
        let zone = value.getattr(intern!(py, "tzinfo"))?;
        let start = if zone.is_none() { &clock.naive } else { &clock.utc };
        let since = value.sub(start.bind(py))?;
        return Ok(Some(since.floor_div(clock.micros.bind(py))?.extract()?));
    }
    if value.is_instance(clock.date.bind(py))? {
        let day: i64 = value.call_method0(intern!(py, "toordinal"))?.extract()?;
        return Ok(Some((day - 719_163) * DAY));
    }
    Ok(None)
}
