//! The Python module `polars_rating._core`: its version, scores of rows, and NumPy's stream for inspection.

use pyo3::exceptions::{PyMemoryError, PyValueError};
use pyo3::prelude::*;

use super::frame::candles::RegisteredCandles;

use super::rows::RowFunction;
use crate::rng::{self, NumpyRng};

fn seeded(seed: &Bound<'_, PyAny>) -> PyResult<NumpyRng> {
    let seed: u64 = seed.extract().map_err(|_| {
        PyValueError::new_err(format!("`seed` must be an integer in [0, 2**64 - 1], got {seed}"))
    })?;
    Ok(NumpyRng::new(seed.into()))
}

fn refused(error: impl std::error::Error) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// `size` values of 0, or a MemoryError.
fn zeros<T: Clone + Default>(size: usize) -> PyResult<Vec<T>> {
    let mut values = Vec::new();
    values.try_reserve_exact(size).map_err(|error| PyMemoryError::new_err(error.to_string()))?;
    values.resize(size, T::default());
    Ok(values)
}

/// `numpy.random.default_rng(seed).choice(n, k, replace=False)`.
#[pyfunction]
fn numpy_choice(seed: &Bound<'_, PyAny>, n: usize, k: usize) -> PyResult<Vec<u64>> {
    rng::choice_without_replacement(&mut seeded(seed)?, n, k).map_err(refused)
}

/// The set that `numpy_choice` draws, ascending.
#[pyfunction]
fn numpy_choice_set(seed: &Bound<'_, PyAny>, n: usize, k: usize) -> PyResult<Vec<usize>> {
    let mut marks = zeros(n)?;
    rng::mark_choice(seeded(seed)?, n, k, &mut marks, 1, &mut Vec::new()).map_err(refused)?;
    Ok(marks.iter().enumerate().filter(|(_, mark)| **mark != 0).map(|(i, _)| i).collect())
}

/// `numpy.random.default_rng(seed).choice(n, size)`.
#[pyfunction]
fn numpy_choice_with_replacement(
    seed: &Bound<'_, PyAny>,
    n: usize,
    size: usize,
) -> PyResult<Vec<u64>> {
    let mut drawn = zeros(size)?;
    rng::choice_with_replacement(&mut seeded(seed)?, n, &mut drawn).map_err(refused)?;
    Ok(drawn)
}

/// `numpy.random.default_rng(seed).uniform(low, high, size)`.
#[pyfunction]
fn numpy_uniform(seed: &Bound<'_, PyAny>, low: f64, high: f64, size: usize) -> PyResult<Vec<f64>> {
    let mut drawn = zeros(size)?;
    rng::uniform(&mut seeded(seed)?, low, high, &mut drawn).map_err(refused)?;
    Ok(drawn)
}

/// `numpy.random.default_rng(seed).bit_generator.random_raw(size)`.
#[pyfunction]
fn numpy_integers_u64(seed: &Bound<'_, PyAny>, size: usize) -> PyResult<Vec<u64>> {
    let mut rng = seeded(seed)?;
    let mut drawn = zeros(size)?;
    drawn.fill_with(|| rng.next_u64());
    Ok(drawn)
}

/// State and increment of `numpy.random.default_rng(seed).bit_generator`.
#[pyfunction]
fn numpy_state(seed: &Bound<'_, PyAny>) -> PyResult<(u128, u128)> {
    Ok(seeded(seed)?.state())
}

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<RowFunction>()?;
    module.add_class::<RegisteredCandles>()?;
    module.add_function(wrap_pyfunction!(numpy_choice, module)?)?;
    module.add_function(wrap_pyfunction!(numpy_choice_set, module)?)?;
    module.add_function(wrap_pyfunction!(numpy_choice_with_replacement, module)?)?;
    module.add_function(wrap_pyfunction!(numpy_uniform, module)?)?;
    module.add_function(wrap_pyfunction!(numpy_integers_u64, module)?)?;
    module.add_function(wrap_pyfunction!(numpy_state, module)?)?;
    Ok(())
}
