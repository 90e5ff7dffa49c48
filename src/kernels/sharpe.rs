//! Sharpe ratio per trade, not annualised.
//!
//! ```text
//! mean / √(Σ (x − mean)² / (n − 1)) over the finite x; 0 with fewer than two or no spread
//! ```
//!
//! A standard deviation of at most 1e-12·|mean| is the rounding noise of equal values: no spread.
//! Source: specification, sections 5, 6 and 10.

use multiversion::multiversion;

use super::equity_curve::{EquityCurve, WIDTH};
use super::lane_sums::{LANES, join, lane_sum_of_pairs, numpy_sum};

/// A standard deviation up to this share of the mean is noise.
const NOISE: f64 = 1e-12;

/// Which values of trades a Sharpe ratio is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "plugin", derive(serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum SharpeOf {
    /// R-multiples where one of the list is finite, else net results.
    Auto,
    /// R-multiples: 0 without them, Omega's rule.
    RMultiple,
    /// Net results.
    Pnl,
}

/// Sharpe ratio of the finite `values`; `scratch` is used where some are not.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
#[must_use]
pub fn sharpe(values: &[f64], scratch: &mut Vec<f64>) -> f64 {
    if all_finite(values) {
        return of_finite(values);
    }
    scratch.clear();
    scratch.extend(values.iter().filter(|x| x.is_finite()));
    of_finite(scratch)
}

/// Sharpe ratio of the finite `values` whose marks lack the bits of `dropped`; slices of equal length.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
#[must_use]
pub fn sharpe_of_kept(values: &[f64], marks: &[u8], dropped: u8, scratch: &mut Vec<f64>) -> f64 {
    let kept = if all_finite(values) {
        compact(values, marks, dropped, scratch, |_| true)
    } else {
        compact(values, marks, dropped, scratch, f64::is_finite)
    };
    of_finite(&scratch[..kept])
}

/// Writes the kept values for which `counts` holds to the front of `out`; returns their number.
#[inline(always)]
fn compact(
    values: &[f64],
    marks: &[u8],
    dropped: u8,
    out: &mut Vec<f64>,
    counts: impl Fn(f64) -> bool,
) -> usize {
    out.resize(values.len(), 0.0);
    let mut kept = 0;
    for (&x, &marks) in values.iter().zip(marks) {
        // Written always and counted if kept: no branch on a random draw.
        out[kept] = x;
        kept += usize::from((marks & dropped == 0) & counts(x));
    }
    kept
}

/// Sharpe ratio of the `kept` of the `values`, those that are not `dropped`, whose sum is `sum`, in
/// the order of sums of [`sharpes`]: with nothing dropped both give the same bits.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of trades are far below 2^53
pub fn sharpe_of_curve(values: &[f64], dropped: &[bool], kept: usize, sum: f64) -> f64 {
    let kept = kept as f64;
    let mean = sum / kept;
    let squares = lane_sum_of_pairs(values, dropped, |x, dropped| {
        let d = if dropped { 0.0 } else { x - mean };
        d * d
    });
    ratio(kept, mean, squares)
}

#[inline(always)]
fn all_finite(values: &[f64]) -> bool {
    values.iter().fold(true, |all, x| all & x.is_finite())
}

/// Sharpe ratios of the steps of four curves, whose sums the curves hold.
#[multiversion(targets("x86_64+avx2"))]
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of trades are far below 2^53
pub fn sharpes(steps: &[[f64; WIDTH]], curves: &[EquityCurve; WIDTH]) -> [f64; WIDTH] {
    let count = steps.len() as f64;
    let means = [0, 1, 2, 3].map(|k: usize| curves[k].profit / count);
    let mut lanes = [[0.0; WIDTH]; LANES];
    let (chunks, rest) = steps.as_chunks::<LANES>();
    for chunk in chunks {
        for i in 0..LANES {
            add_squares(&mut lanes[i], &chunk[i], &means);
        }
    }
    for (lane, step) in lanes.iter_mut().zip(rest) {
        add_squares(lane, step, &means);
    }
    let mut ratios = [0.0; WIDTH];
    for k in 0..WIDTH {
        let squares = join(lanes.map(|lane: [f64; WIDTH]| lane[k]));
        ratios[k] = ratio(count, means[k], squares);
    }
    ratios
}

#[inline(always)]
fn add_squares(lane: &mut [f64; WIDTH], step: &[f64; WIDTH], means: &[f64; WIDTH]) {
    for k in 0..WIDTH {
        let d = step[k] - means[k];
        lane[k] += d * d;
    }
}

/// In NumPy's order of sums, so that it equals `np.mean(x) / np.std(x, ddof=1)` bit for bit.
#[inline(always)]
#[allow(clippy::cast_precision_loss)] // counts of trades are far below 2^53
fn of_finite(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = numpy_sum(values, &|x| x) / count;
    ratio(count, mean, numpy_sum(values, &|x| (x - mean) * (x - mean)))
}

/// mean / std from the sum of squares about the mean.
#[inline(always)]
fn ratio(count: f64, mean: f64, squares: f64) -> f64 {
    let std = (squares / (count - 1.0)).sqrt();
    if count >= 2.0 && std > NOISE * mean.abs() { mean / std } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::equity_curve::equity_curves;
    use super::*;

    fn plain(values: &[f64]) -> f64 {
        sharpe(values, &mut Vec::new())
    }

    #[test]
    fn matches_hand_computation() {
        assert_eq!(plain(&[1.0, 3.0]), 2.0 / 2.0_f64.sqrt());
        assert_eq!(plain(&[1.0, 3.0, f64::NAN, f64::INFINITY]), plain(&[1.0, 3.0]));
    }

    #[test]
    fn no_spread_and_too_few_values_give_zero() {
        for values in [&[][..], &[1.0], &[1.0, f64::NAN], &[2.0; 20], &[0.1; 3], &[0.0; 4]] {
            assert_eq!(plain(values), 0.0);
        }
    }

    #[test]
    fn four_at_once_match_one_at_a_time() {
        for n in 0..40 {
            let steps: Vec<[f64; WIDTH]> = (0..n)
                .map(|i| [1.0, 2.5, -3.0, 0.7].map(|a: f64| (a * f64::from(i)).sin() + 0.2))
                .collect();
            let together = sharpes(&steps, &equity_curves(steps.iter().copied()));
            for k in 0..WIDTH {
                let alone = plain(&steps.iter().map(|step| step[k]).collect::<Vec<_>>());
                assert!((together[k] - alone).abs() <= 1e-14 * alone.abs());
            }
        }
    }

    #[test]
    fn nothing_dropped_equals_the_curve_bit_for_bit() {
        let net: Vec<f64> = (0..101).map(|i| f64::from(i * 37 % 19) * 0.1 - 0.7).collect();
        let steps: Vec<[f64; WIDTH]> = net.iter().map(|&x| [x; WIDTH]).collect();
        let curves = equity_curves(steps.iter().copied());
        let kept = sharpe_of_curve(&net, &[false; 101], 101, curves[0].profit);
        assert_eq!(sharpes(&steps, &curves), [kept; WIDTH]);
    }

    #[test]
    fn dropped_values_play_no_part() {
        let scratch = &mut Vec::new();
        let values = [1.0, 50.0, 3.0, f64::NAN, 7.0];
        let marks = [0b01, 0b10, 0, 0b01, 0b11];
        assert_eq!(sharpe_of_kept(&values, &marks, 0b10, scratch), plain(&[1.0, 3.0]));
        assert_eq!(sharpe_of_kept(&values, &[0b10; 5], 0b10, scratch), 0.0);
        assert_eq!(sharpe_of_kept(&values, &[0b01; 5], 0b10, scratch), plain(&values));
    }
}
