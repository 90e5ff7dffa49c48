//! Equity curves: profit and maximum drawdown of cumulative results.
//!
//! ```text
//! cumulative_i = net_1 + … + net_i (in order),  profit = cumulative_n
//! max_drawdown = max_i(peak_i − cumulative_i),  peak_i = max(0, cumulative_1 … cumulative_i)
//! ```
//!
//! The curve starts at 0. Account currency. One addition waits for the one before it, so four
//! curves over the same trades are run side by side ([`equity_curves`]) and cost little more than one.

use super::number::positive;

/// Number of curves that are run side by side.
pub const WIDTH: usize = 4;

/// Profit and maximum drawdown of one curve.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct EquityCurve {
    /// Last value of the curve.
    pub profit: f64,
    /// Largest fall from a running peak, ≥ 0.
    pub max_drawdown: f64,
}

/// Four curves at once from the net results of each, trade after trade. Making these takes no time
/// of its own where it fits into the wait for the additions.
#[inline(always)]
#[must_use]
pub fn equity_curves(steps: impl Iterator<Item = [f64; WIDTH]>) -> [EquityCurve; WIDTH] {
    let (mut sum, mut peak, mut fall) = ([0.0; WIDTH], [0.0; WIDTH], [0.0; WIDTH]);
    for step in steps {
        for k in 0..WIDTH {
            sum[k] += step[k];
            peak[k] = larger(peak[k], sum[k]);
            fall[k] = larger(fall[k], peak[k] - sum[k]);
        }
    }
    std::array::from_fn(|k| EquityCurve { profit: sum[k], max_drawdown: positive(fall[k]) })
}

/// For each of the possible marks, the bits of the steps that are left.
const LEFT: [[u64; WIDTH]; 1 << WIDTH] = {
    let mut left = [[u64::MAX; WIDTH]; 1 << WIDTH];
    let mut marks = 0;
    while marks < left.len() {
        let mut lane = 0;
        while lane < WIDTH {
            if marks >> lane & 1 == 1 {
                left[marks][lane] = 0;
            }
            lane += 1;
        }
        marks += 1;
    }
    left
};

/// `step` with 0 in lane k for each bit k of `marks`.
#[inline(always)]
#[must_use]
pub fn unmarked(mut step: [f64; WIDTH], marks: u8) -> [f64; WIDTH] {
    let left = &LEFT[usize::from(marks) % LEFT.len()];
    for k in 0..WIDTH {
        step[k] = f64::from_bits(step[k].to_bits() & left[k]);
    }
    step
}

/// max(a, b), a where b is NaN.
#[inline(always)]
fn larger(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// One curve.
#[must_use]
pub fn equity_curve(net: &[f64]) -> EquityCurve {
    let (mut sum, mut peak, mut fall) = (0.0, 0.0, 0.0);
    for step in net {
        sum += step;
        peak = larger(peak, sum);
        fall = larger(fall, peak - sum);
    }
    EquityCurve { profit: sum, max_drawdown: fall }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_starts_at_zero() {
        assert_eq!(equity_curve(&[-3.0, 1.0]), EquityCurve { profit: -2.0, max_drawdown: 3.0 });
        assert_eq!(equity_curve(&[]), EquityCurve::default());
    }

    #[test]
    fn four_at_once_equal_one_at_a_time() {
        let steps: Vec<[f64; 4]> = (0..101)
            .map(|i| [0.3, -0.7, 1.1, 2.3].map(|a: f64| (a * f64::from(i)).sin() * 10.0))
            .collect();
        let together = equity_curves(steps.iter().copied());
        for k in 0..WIDTH {
            let one: Vec<f64> = steps.iter().map(|s| s[k]).collect();
            assert_eq!(together[k], equity_curve(&one));
        }
    }
}
