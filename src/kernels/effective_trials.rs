//! Effective number of candidates in a family that resembles itself (`effective_trials`).
//!
//! ```text
//! λ eigenvalues of the correlation matrix of N series, p = λ/N
//! entropy        exp(−Σ p·ln p)
//! participation  N² / Σ λ²
//! average        ρ̄ + (1 − ρ̄)·N, ρ̄ the mean correlation of two, clipped to [0, 1]
//! li_ji          Σ [λ ≥ 1] + λ − ⌊λ⌋, in [1, N]; λ within 1e-9 of an integer is that integer
//! ```
//!
//! In [1, N]. The eigenvalues come from the smaller of the N × N and T × T Gram matrices; `average`
//! needs the sum of the standardised series alone, `participation` no eigenvalues.
//!
//! # Edge cases
//! `None` without a series; 1 for one.
//!
//! # Source
//! O. Roy and M. Vetterli, "The Effective Rank", EUSIPCO (2007); J. Li and L. Ji, Heredity 95
//! (2005); eigenvalues by the crate `nalgebra`. Scoring specification, section 17.

use multiversion::multiversion;
use nalgebra::DMatrix;

use super::lane_sums::{lane_sum, lane_sum_of_pairs};

/// λ this near to an integer is that integer.
const NEAR: f64 = 1e-9;

/// How resemblance is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "plugin", derive(serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Method {
    /// Entropy of the eigenvalues.
    Entropy,
    /// Participation ratio.
    Participation,
    /// Mean correlation.
    Average,
    /// Li and Ji.
    LiJi,
}

/// Effective number of `series`, of equal lengths, none of them flat; they are standardised in
/// place.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of candidates are far below 2^53
pub fn effective_trials(series: &mut [Vec<f64>], method: Method) -> Option<f64> {
    let count = series.len();
    let n = count as f64;
    if count == 0 {
        return None;
    }
    for values in series.iter_mut() {
        standardise(values);
    }
    let found = match method {
        _ if count == 1 => 1.0,
        Method::Average => {
            let rho = ((sum_of_squares(series) - n) / (n * (n - 1.0))).clamp(0.0, 1.0);
            rho + (1.0 - rho) * n
        }
        Method::Participation => n * n / gram(series).iter().map(|x| x * x).sum::<f64>(),
        Method::Entropy => {
            let terms = eigenvalues(series).into_iter().map(|x| (x / n).max(0.0));
            terms.map(|p| if p > 0.0 { -p * p.ln() } else { 0.0 }).sum::<f64>().exp()
        }
        Method::LiJi => {
            let whole = |x: f64| if (x - x.round()).abs() <= NEAR { x.round() } else { x };
            let terms = eigenvalues(series).into_iter().map(|x| whole(x).max(0.0));
            terms.map(|x| f64::from(u8::from(x >= 1.0)) + x - x.floor()).sum()
        }
    };
    (!found.is_nan()).then(|| found.clamp(1.0, n))
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
#[allow(clippy::cast_precision_loss)] // counts of periods are far below 2^53
fn standardise(values: &mut [f64]) {
    let mean = lane_sum(values, |x| x) / values.len() as f64;
    let norm = lane_sum(values, |x| (x - mean) * (x - mean)).sqrt();
    for x in values {
        *x = (*x - mean) / norm;
    }
}

/// Σ over time of (Σ over series)².
fn sum_of_squares(series: &[Vec<f64>]) -> f64 {
    let mut sums = vec![0.0; series.first().map_or(0, Vec::len)];
    for values in series {
        for (sum, x) in sums.iter_mut().zip(values) {
            *sum += x;
        }
    }
    lane_sum(&sums, |x| x * x)
}

/// The smaller of the two Gram matrices; their eigenvalues above 0 are the same.
fn gram(series: &[Vec<f64>]) -> DMatrix<f64> {
    let periods = series.first().map_or(0, Vec::len);
    if series.len() <= periods {
        return products(series);
    }
    let turned: Vec<Vec<f64>> =
        (0..periods).map(|t| series.iter().map(|values| values[t]).collect()).collect();
    products(&turned)
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn products(rows: &[Vec<f64>]) -> DMatrix<f64> {
    let mut matrix = DMatrix::zeros(rows.len(), rows.len());
    for (i, a) in rows.iter().enumerate() {
        for (j, b) in rows.iter().enumerate().take(i + 1) {
            let product = lane_sum_of_pairs(a, b, |x: f64, y: f64| x * y);
            matrix[(i, j)] = product;
            matrix[(j, i)] = product;
        }
    }
    matrix
}

fn eigenvalues(series: &[Vec<f64>]) -> Vec<f64> {
    let mut found: Vec<f64> = gram(series).symmetric_eigenvalues().iter().copied().collect();
    found.sort_unstable_by(f64::total_cmp);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Method; 4] =
        [Method::Entropy, Method::Participation, Method::Average, Method::LiJi];

    /// Series along the coordinate axes of a space without a mean: no two are correlated.
    fn apart(n: usize) -> Vec<Vec<f64>> {
        let wave = |k: usize, t: usize| {
            (std::f64::consts::TAU * f64::from(u32::try_from(k * t).unwrap()) / 64.0).cos()
        };
        (1..=n).map(|k| (0..64).map(|t| wave(k, t)).collect()).collect()
    }

    #[test]
    fn uncorrelated_series_count_in_full_and_copies_once() {
        for method in ALL {
            let found = effective_trials(&mut apart(6), method).unwrap();
            assert!((found - 6.0).abs() < 1e-9, "{method:?}: {found}");
            let mut copies = vec![apart(1)[0].clone(); 5];
            let found = effective_trials(&mut copies, method).unwrap();
            assert!((found - 1.0).abs() < 1e-9, "{method:?}: {found}");
        }
    }

    #[test]
    fn two_series_match_the_formulas() {
        // Correlation ρ: eigenvalues 1 ± ρ.
        let (a, b) = (apart(2)[0].clone(), apart(2)[1].clone());
        let rho: f64 = 0.6;
        let mixed = |x: &f64, y: &f64| rho * x + (1.0 - rho * rho).sqrt() * y;
        let series = [a.clone(), a.iter().zip(&b).map(|(x, y)| mixed(x, y)).collect()];
        let entropy = -(0.8_f64 * 0.8_f64.ln() + 0.2 * 0.2_f64.ln());
        for (method, wanted) in [
            (Method::Entropy, entropy.exp()),
            (Method::Participation, 4.0 / (1.6 * 1.6 + 0.4 * 0.4)),
            (Method::Average, 0.6 + 0.4 * 2.0),
            (Method::LiJi, 2.0),
        ] {
            let found = effective_trials(&mut series.clone(), method).unwrap();
            assert!((found - wanted).abs() < 1e-9, "{method:?}: {found} for {wanted}");
        }
    }

    #[test]
    fn more_series_than_periods_have_the_same_number() {
        let wide: Vec<Vec<f64>> = (0..9_u32)
            .map(|k| {
                (0..5_u32).map(|t| (f64::from(k * k + 13 * t * (k + 2)) * 0.7).sin()).collect()
            })
            .collect();
        // The same series, each value twice: the N × N matrix is taken.
        let long: Vec<Vec<f64>> = wide.iter().map(|values| values.repeat(4)).collect();
        for method in ALL {
            let (a, b) = (
                effective_trials(&mut wide.clone(), method).unwrap(),
                effective_trials(&mut long.clone(), method).unwrap(),
            );
            assert!((a - b).abs() < 1e-9, "{method:?}: {a} and {b}");
        }
    }

    #[test]
    fn none_has_none() {
        assert_eq!(effective_trials(&mut [], Method::Entropy), None);
    }
}
