//! Sums over blocks of time, from which any half of them has a Sharpe ratio (`cscv_blocks`).
//!
//! ```text
//! L = ⌊T/S⌋ periods a block, the last T mod S periods are dropped;  μ = mean over S·L periods
//! μ − risk_free, L, Σ(x − μ) of each block, Σ(x − μ)² of each block          2·S + 2 numbers
//! ```
//!
//! A value that is not finite counts as 0: flat in that period.
//!
//! # Edge cases
//! None for fewer than 3 finite values, a flat series and L < 2.
//!
//! # Source
//! Scoring specification, section 19.

use multiversion::multiversion;

use super::lane_sums::lane_sum;
use super::number::fin;
use super::sharpe_moments::{FEWEST, is_flat};

/// Periods that a block has at least.
const SHORTEST: usize = 2;

/// Whether the values are those of a candidate: at least 3 finite ones, not flat.
#[must_use]
pub fn is_candidate(values: &[f64], scratch: &mut Vec<f64>) -> bool {
    if values.iter().all(|x| x.is_finite()) {
        return values.len() >= FEWEST && !is_flat(values);
    }
    scratch.clear();
    scratch.extend(values.iter().filter(|x| x.is_finite()));
    scratch.len() >= FEWEST && !is_flat(scratch)
}

/// Appends the numbers of a candidate to `out`; appends nothing and returns false for none.
pub fn cscv_blocks(
    values: &[f64],
    n_blocks: usize,
    risk_free: f64,
    scratch: &mut Vec<f64>,
    out: &mut Vec<f64>,
) -> bool {
    let length = values.len() / n_blocks.max(1);
    if length < SHORTEST || !is_candidate(values, scratch) {
        return false;
    }
    let used = &values[..length * n_blocks];
    if used.iter().all(|x| x.is_finite()) {
        of_finite(used, length, risk_free, out);
    } else {
        scratch.clear();
        scratch.extend(used.iter().map(|x| fin(*x)));
        of_finite(scratch, length, risk_free, out);
    }
    true
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
#[allow(clippy::cast_precision_loss)] // counts of periods are far below 2^53
fn of_finite(values: &[f64], length: usize, risk_free: f64, out: &mut Vec<f64>) {
    let mean = lane_sum(values, |x| x) / values.len() as f64;
    out.extend([mean - risk_free, length as f64]);
    for block in values.chunks_exact(length) {
        out.push(lane_sum(block, |x| x - mean));
    }
    for block in values.chunks_exact(length) {
        out.push(lane_sum(block, |x| (x - mean) * (x - mean)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(values: &[f64], n_blocks: usize) -> Option<Vec<f64>> {
        let mut out = Vec::new();
        cscv_blocks(values, n_blocks, 0.5, &mut Vec::new(), &mut out).then_some(out)
    }

    #[test]
    fn matches_hand_computation() {
        // Mean 2 over the first four; the fifth is dropped.
        let found = blocks(&[1.0, 2.0, 5.0, f64::NAN, 9.0], 2).unwrap();
        assert_eq!(found, [1.5, 2.0, -1.0, 1.0, 1.0, 13.0]);
    }

    #[test]
    fn short_and_flat_series_have_none() {
        assert_eq!(blocks(&[1.0, 2.0, 3.0], 2), None);
        assert_eq!(blocks(&[0.1; 100], 2), None);
        assert_eq!(blocks(&[1.0, 2.0, f64::NAN, f64::NAN], 2), None);
        assert_eq!(blocks(&[], 2), None);
    }
}
