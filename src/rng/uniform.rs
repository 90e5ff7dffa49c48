//! Floats uniform on an interval, as NumPy's `Generator.uniform`.
//!
//! ```text
//! value = low + (high − low) · next_f64
//! ```
//!
//! in this order of operations, each rounded on its own (no fused multiply-add),
//! so that the bits are the same on every CPU.
//!
//! # Edge cases
//! `high` itself can appear by rounding; low = high gives that value and still
//! consumes its draws. high − low must be finite and not negative, which also
//! rules out NaN and infinite bounds.
//!
//! # Source
//! `Generator.uniform` in `numpy/random/_generator.pyx`, `random_uniform` in
//! `numpy/random/src/distributions/distributions.c`.

use std::fmt;

use super::NumpyRng;

/// Why an interval cannot be drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UniformError {
    /// `high - low` is infinite or NaN.
    RangeNotFinite,
    /// `high - low` is negative.
    RangeNegative,
}

impl fmt::Display for UniformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RangeNotFinite => "`high - low` must be finite",
            Self::RangeNegative => "`high - low` must be at least 0",
        })
    }
}

impl std::error::Error for UniformError {}

/// Fills `out` with `default_rng(seed).uniform(low, high, out.len())`.
///
/// A NumPy array of several dimensions is filled in C order: for `size=(n, 2)`
/// the values of row i are `out[2 * i]` and `out[2 * i + 1]`.
///
/// # Errors
/// [`UniformError::RangeNotFinite`], [`UniformError::RangeNegative`]; `out` is
/// untouched then.
pub fn uniform(
    rng: &mut NumpyRng,
    low: f64,
    high: f64,
    out: &mut [f64],
) -> Result<(), UniformError> {
    let range = high - low;
    if !range.is_finite() {
        return Err(UniformError::RangeNotFinite);
    }
    if range < 0.0 {
        return Err(UniformError::RangeNegative);
    }
    for value in out {
        *value = low + range * rng.next_f64();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{NumpyRng, UniformError, uniform};
    use crate::rng::golden;

    #[test]
    fn uniform_matches_numpy() {
        for case in golden::cases("uniform") {
            let bound = |i: usize| f64::from_bits(u64::try_from(case.args[i]).unwrap());
            let mut out = vec![0.0; case.count(3)];
            uniform(&mut NumpyRng::new(case.args[0]), bound(1), bound(2), &mut out).unwrap();
            case.assert_matches(&out.iter().map(|value| value.to_bits()).collect::<Vec<u64>>());
        }
    }

    #[test]
    fn wrong_bounds_are_errors() {
        let rng = &mut NumpyRng::new(0);
        for (low, high) in [(0.0, f64::INFINITY), (f64::NAN, 1.0), (f64::MIN, f64::MAX)] {
            let drawn = uniform(rng, low, high, &mut [0.0]);
            assert_eq!(drawn, Err(UniformError::RangeNotFinite));
        }
        assert_eq!(uniform(rng, 2.0, 1.0, &mut [0.0]), Err(UniformError::RangeNegative));
        assert_eq!(*rng, NumpyRng::new(0));
    }
}
