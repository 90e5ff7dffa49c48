//! Robustness under parameter jitter (`robustness_score`; also `data_jitter_score`).
//!
//! ```text
//! drop(b, x)     = max(0, (B − X) / B),  B = max(b, 1e-9), X = max(fin(x), 0)
//! increase(b, x) = max(0, (X − B) / B)
//! d_m = (drop(profit) + drop(avg_r) + drop(win_rate) + increase(max_drawdown)) / 4
//! score = 1 − clip(mean of finite d_m, 0, cap)
//! ```
//!
//! Units cancel. Without `avg_r` the mean is over the other three. cap = 0 gives 1; no finite d
//! gives 1 − cap. The division by B is a multiplication by 1/B: at most one rounding apart.
//! Source: Omega's robustness module; specification, section 3.

use multiversion::multiversion;

use super::lane_sums::{LANES, join};
use super::number::{BASE_FLOOR, capped, positive};

/// Base metrics, finite; `avg_r` is `None` when R-multiples are left out.
#[derive(Debug, Clone, Copy)]
pub struct Base {
    /// Net profit, account currency.
    pub profit: f64,
    /// Mean R-multiple.
    pub avg_r: Option<f64>,
    /// Win rate.
    pub win_rate: f64,
    /// Maximum drawdown, ≥ 0.
    pub max_drawdown: f64,
}

/// The same metrics of each rerun, as columns of equal length; `avg_r` is read only when the
/// base has one.
#[derive(Debug, Clone, Copy)]
pub struct Runs<'a> {
    /// Net profit of each rerun.
    pub profit: &'a [f64],
    /// Mean R-multiple of each rerun.
    pub avg_r: &'a [f64],
    /// Win rate of each rerun.
    pub win_rate: &'a [f64],
    /// Maximum drawdown of each rerun.
    pub max_drawdown: &'a [f64],
}

/// Score of one candidate, or `None` when there is no rerun.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of reruns are far below 2^53
pub fn robustness_score(base: &Base, runs: &Runs, cap: f64) -> Option<f64> {
    let count = runs.profit.len();
    if count == 0 {
        return None;
    }
    // Without R-multiples any column will do: against `NONE` nothing drops.
    let (r, xs, metrics) = match base.avg_r {
        Some(avg_r) => (Relative::new(avg_r), runs.avg_r, 4.0),
        None => (Relative::NONE, runs.profit, 3.0),
    };
    let terms = [
        Relative::new(base.profit),
        Relative::new(base.win_rate),
        Relative::new(base.max_drawdown),
        r,
    ];
    let columns = [runs.profit, runs.win_rate, runs.max_drawdown, xs];
    let sum = sum_of_changes(&terms, columns);
    let mean = if sum.is_finite() {
        sum / (metrics * count as f64)
    } else {
        mean_of_finite(&terms, columns, metrics)
    };
    Some(1.0 - capped(mean, cap))
}

/// A base metric and its reciprocal.
#[derive(Debug, Clone, Copy)]
struct Relative {
    base: f64,
    reciprocal: f64,
}

impl Relative {
    /// A base from which nothing drops.
    const NONE: Self = Self { base: 0.0, reciprocal: 0.0 };

    fn new(base: f64) -> Self {
        let base = base.max(BASE_FLOOR);
        Self { base, reciprocal: 1.0 / base }
    }

    /// The share by which x ≥ 0 is below the base.
    #[inline(always)]
    fn drop(&self, x: f64) -> f64 {
        positive((self.base - x) * self.reciprocal)
    }

    /// The share by which x ≥ 0 is above the base.
    #[inline(always)]
    fn increase(&self, x: f64) -> f64 {
        positive((x - self.base) * self.reciprocal)
    }
}

/// max(fin(x), 0).
#[inline(always)]
fn finite_positive(x: f64) -> f64 {
    if x < f64::INFINITY { positive(x) } else { 0.0 }
}

#[inline(always)]
fn degradation([p, w, d, r]: &[Relative; 4], x: [f64; 4]) -> f64 {
    (p.drop(x[0]) + w.drop(x[1])) + (d.increase(x[2]) + r.drop(x[3]))
}

/// Σ over runs of the four relative changes, in columns of equal length.
///
/// Numbers are first read as if none were +inf, which takes two instructions a number fewer; their
/// own sum tells whether that was so.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn sum_of_changes(t: &[Relative; 4], columns: [&[f64]; 4]) -> f64 {
    let (changes, numbers) = sums(t, columns, positive);
    if numbers.is_finite() { changes } else { sums(t, columns, finite_positive).0 }
}

/// Σ of the changes, and Σ of the numbers as they were `read`.
#[inline(always)]
fn sums(t: &[Relative; 4], [p, w, d, r]: [&[f64]; 4], read: impl Fn(f64) -> f64) -> (f64, f64) {
    let (mut changes, mut numbers) = ([0.0; LANES], [0.0; LANES]);
    let mut add = |lane: usize, x: [f64; 4]| {
        let x = x.map(&read);
        changes[lane] += degradation(t, x);
        numbers[lane] += (x[0] + x[1]) + (x[2] + x[3]);
    };
    let (p, p_rest) = p.as_chunks::<LANES>();
    let (w, w_rest) = w.as_chunks::<LANES>();
    let (d, d_rest) = d.as_chunks::<LANES>();
    let (r, r_rest) = r.as_chunks::<LANES>();
    for (((p, w), d), r) in p.iter().zip(w).zip(d).zip(r) {
        for i in 0..LANES {
            add(i, [p[i], w[i], d[i], r[i]]);
        }
    }
    let rest = p_rest.iter().zip(w_rest).zip(d_rest).zip(r_rest);
    for (lane, (((p, w), d), r)) in rest.enumerate() {
        add(lane, [*p, *w, *d, *r]);
    }
    (join(changes), join(numbers))
}

/// The rare path: some d is infinite, or Σ overflowed. NaN when no d is finite.
fn mean_of_finite(t: &[Relative; 4], columns: [&[f64]; 4], metrics: f64) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for i in 0..columns[0].len() {
        let d = degradation(t, columns.map(|column| finite_positive(column[i]))) / metrics;
        if d.is_finite() {
            sum += d;
            count += 1.0;
        }
    }
    sum / count
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: Base =
        Base { profit: 10000.0, avg_r: Some(0.8), win_rate: 0.55, max_drawdown: 2000.0 };

    fn runs(columns: &[Vec<f64>; 4]) -> Runs<'_> {
        let [profit, avg_r, win_rate, max_drawdown] = columns;
        Runs { profit, avg_r, win_rate, max_drawdown }
    }

    #[test]
    fn matches_the_worked_example() {
        let columns = [
            vec![9200.0, 9700.0, 8800.0],
            vec![0.72, 0.78, 0.70],
            vec![0.52, 0.54, 0.50],
            vec![2200.0, 2050.0, 2350.0],
        ];
        let score = robustness_score(&BASE, &runs(&columns), 0.5).unwrap();
        assert!((score - 0.921_363_636_363_636_4).abs() < 1e-12);
    }

    #[test]
    fn equal_runs_score_one_at_every_length() {
        for n in 1..40 {
            let columns = [vec![10000.0; n], vec![0.8; n], vec![0.55; n], vec![2000.0; n]];
            assert_eq!(robustness_score(&BASE, &runs(&columns), 0.5), Some(1.0));
        }
    }

    #[test]
    fn non_finite_numbers_count_as_zero() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -5.0] {
            let with = [vec![bad; 9], vec![bad; 9], vec![bad; 9], vec![bad; 9]];
            // three drops of 1 and no increase: d = 3/4
            assert_eq!(robustness_score(&BASE, &runs(&with), 1.0), Some(0.25));
        }
    }

    #[test]
    fn an_infinite_number_counts_as_zero_to_the_bit() {
        let numbers = |k: u32| (0..50).map(|i| 0.3 + 0.7 * f64::from(i * k % 11)).collect();
        let base = Base { profit: 3.3, avg_r: Some(2.7), win_rate: 3.1, max_drawdown: 1.9 };
        for (column, item) in [(0, 0), (1, 31), (2, 48), (3, 49)] {
            let mut with: [Vec<f64>; 4] = [3, 5, 7, 9].map(numbers);
            with[column][item] = 0.0;
            let expected = robustness_score(&base, &runs(&with), 1.0);
            with[column][item] = f64::INFINITY;
            assert_eq!(robustness_score(&base, &runs(&with), 1.0), expected);
        }
    }

    #[test]
    fn an_infinite_degradation_is_left_out_of_the_mean() {
        let base = Base { max_drawdown: 0.0, ..BASE };
        let columns = [vec![10000.0, 10000.0], vec![0.8, 0.8], vec![0.55, 0.275], vec![1e300, 0.0]];
        let score = robustness_score(&base, &runs(&columns), 0.5).unwrap();
        assert!((score - (1.0 - 0.5 / 4.0)).abs() < 1e-12);
        let all = [vec![1.0], vec![1.0], vec![1.0], vec![1e300]];
        assert_eq!(robustness_score(&base, &runs(&all), 0.25), Some(0.75));
    }

    #[test]
    fn without_r_multiples_the_mean_is_over_three() {
        let base = Base { avg_r: None, ..BASE };
        let columns = [vec![5000.0], vec![], vec![0.55], vec![2000.0]];
        let score = robustness_score(&base, &runs(&columns), 0.5).unwrap();
        assert!((score - (1.0 - 0.5 / 3.0)).abs() < 1e-15);
    }

    #[test]
    fn no_runs_is_no_evidence_and_cap_zero_is_one() {
        let none = [vec![], vec![], vec![], vec![]];
        assert_eq!(robustness_score(&BASE, &runs(&none), 0.5), None);
        let worst = [vec![0.0], vec![0.0], vec![0.0], vec![9e9]];
        assert_eq!(robustness_score(&BASE, &runs(&worst), 0.0), Some(1.0));
    }
}
