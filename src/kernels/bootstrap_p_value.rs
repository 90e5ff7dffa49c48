//! Bootstrap p-value (`bootstrap_p_value`, `p_value_*`) of "the mean is above 0".
//!
//! ```text
//! p_value = share of the n_boot resamples x* of x with mean(x*) ≤ 0
//! std_error = √(p·(1 − p) / n_boot)          of the share, by the number of resamples
//! ```
//!
//! In [0, 1], lower is better; any unit. x are the finite values. A resample is one of:
//!
//! - independent: a row of `numpy.random.default_rng(seed).choice(x, size=(n_boot, n))`;
//! - stationary bootstrap, for values that depend on those before: blocks of geometric length with
//!   mean b, drawn as in [`stationary_positions`]; b is given or [`block_length`]'s, at least 1.
//!
//! Means are added up in NumPy's order, so that `mean ≤ 0` falls as NumPy decides it. One resample
//! is in hand at a time; the matrix of all of them is never there.
//!
//! # Edge cases
//! Fewer than two finite values give p = 1. `None`: an automatic block length that does not exist
//! (see [`block_length`]), n_boot = 0, 2³² values or more.
//!
//! # Source
//! Omega; scoring specification, sections 11 and 20. D. N. Politis and J. P. Romano, "The
//! Stationary Bootstrap", JASA 89 (1994).

use multiversion::multiversion;

use super::block_length::block_length;
use super::lane_sums::LANES;
use crate::rng::{MOST, NumpyRng, Resampler, stationary_positions};

/// How a resample is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Resampling {
    /// Value by value.
    Independent,
    /// In blocks of this mean length, at least 1.
    Blocks(f64),
    /// In blocks of the length that [`block_length`] finds.
    AutoBlocks,
}

/// The resamples of one p-value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    /// Number of resamples.
    pub n_boot: u32,
    /// Seed of NumPy's generator.
    pub seed: u64,
    /// How they are drawn.
    pub resampling: Resampling,
}

/// A share of resamples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PValue {
    /// Share of resampled means at or below 0.
    pub p_value: f64,
    /// Standard error of the share.
    pub std_error: f64,
}

/// Room for one candidate's values, reused from row to row.
#[derive(Debug, Default)]
pub struct Scratch {
    finite: Vec<f64>,
    pub(super) positions: Vec<u32>,
}

/// p-value of one candidate.
#[must_use]
pub fn bootstrap_p_value(
    values: &[f64],
    bootstrap: Bootstrap,
    scratch: &mut Scratch,
) -> Option<PValue> {
    let values = if values.iter().all(|x| x.is_finite()) {
        values
    } else {
        scratch.finite.clear();
        scratch.finite.extend(values.iter().filter(|x| x.is_finite()));
        &scratch.finite
    };
    if bootstrap.n_boot == 0 {
        return None;
    }
    if values.len() < 2 {
        return Some(PValue { p_value: 1.0, std_error: 0.0 });
    }
    let mut count = 0_u32;
    each_mean(values, bootstrap, &mut scratch.positions, |mean| count += u32::from(mean <= 0.0))?;
    Some(PValue::of_count(count, bootstrap.n_boot))
}

impl PValue {
    /// The share that `count` resamples out of `n_boot` are.
    pub(super) fn of_count(count: u32, n_boot: u32) -> Self {
        let n_boot = f64::from(n_boot);
        let p_value = f64::from(count) / n_boot;
        Self { p_value, std_error: (p_value * (1.0 - p_value) / n_boot).sqrt() }
    }
}

/// Hands the mean of each resample of `values` to `receive`.
fn each_mean(
    values: &[f64],
    bootstrap: Bootstrap,
    positions: &mut Vec<u32>,
    mut receive: impl FnMut(f64),
) -> Option<()> {
    let count = f64::from(u32::try_from(values.len()).ok()?);
    let seed = u128::from(bootstrap.seed);
    let length = match bootstrap.resampling {
        Resampling::Independent => {
            let mut resampler = Resampler::new(seed, values)?;
            for _ in 0..bootstrap.n_boot {
                let mut leaf = |terms| sum(resampler.take(terms));
                receive(pairwise(values.len(), &mut leaf) / count);
            }
            return Some(());
        }
        Resampling::Blocks(length) => length,
        Resampling::AutoBlocks => block_length(values)?.max(1.0),
    };
    let mut rng = NumpyRng::new(seed);
    positions.clear();
    positions.resize(values.len(), 0);
    for _ in 0..bootstrap.n_boot {
        stationary_positions(&mut rng, length, positions);
        let mut rest = positions.as_slice();
        let mut leaf = |terms| {
            let (now, later) = rest.split_at(terms);
            rest = later;
            sum_at(values, now)
        };
        receive(pairwise(values.len(), &mut leaf) / count);
    }
    Some(())
}

/// Σ in the order of `numpy.sum` over `n` terms, of which `leaf` adds up the next few, at most
/// [`MOST`]: as `numpy_sum`, for terms that are not all there at once.
fn pairwise(n: usize, leaf: &mut impl FnMut(usize) -> f64) -> f64 {
    if n <= MOST {
        return leaf(n);
    }
    let half = n / 2;
    let left = half - half % LANES;
    pairwise(left, leaf) + pairwise(n - left, leaf)
}

/// Σ values[position], at most [`MOST`] of them, in that order.
fn sum_at(values: &[f64], positions: &[u32]) -> f64 {
    let mut terms = [0.0; MOST];
    for (term, position) in terms.iter_mut().zip(positions) {
        *term = values[*position as usize];
    }
    sum(&terms[..positions.len()])
}

/// Σ of at most [`MOST`] values in NumPy's order; `numpy_sum` gives the same, in scalar code.
#[multiversion(targets("x86_64+avx2"))]
fn sum(values: &[f64]) -> f64 {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut sum = match chunks {
        [] => 0.0,
        [first, others @ ..] => {
            let mut lanes = *first;
            for chunk in others {
                for (lane, x) in lanes.iter_mut().zip(chunk) {
                    *lane += x;
                }
            }
            join_neighbours(&lanes)
        }
    };
    for x in rest {
        sum += x;
    }
    sum
}

/// Out of line: inlined, its order of additions keeps the compiler from using SIMD before it.
#[inline(never)]
fn join_neighbours(r: &[f64; LANES]) -> f64 {
    ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
}

#[cfg(test)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "small counts, written as floats"
)]
mod tests {
    use super::super::golden;
    use super::super::lane_sums::numpy_sum;
    use super::*;

    fn p_value(values: &[f64], n_boot: u32, seed: u64, resampling: Resampling) -> Option<PValue> {
        let bootstrap = Bootstrap { n_boot, seed, resampling };
        bootstrap_p_value(values, bootstrap, &mut Scratch::default())
    }

    fn independent(values: &[f64], n_boot: u32, seed: u64) -> f64 {
        p_value(values, n_boot, seed, Resampling::Independent).unwrap().p_value
    }

    #[test]
    fn p_values_and_means_match_numpy_and_arch() {
        for case in golden::cases("bootstrap") {
            let [seed, n_boot, block_length] = case.arguments[..].try_into().unwrap();
            let resampling = match block_length {
                0.0 => Resampling::Independent,
                length => Resampling::Blocks(length),
            };
            let bootstrap = Bootstrap { n_boot: n_boot as u32, seed: seed as u64, resampling };
            let mut means = Vec::new();
            each_mean(&case.values, bootstrap, &mut Vec::new(), |mean| means.push(mean)).unwrap();
            assert_eq!(means.len(), n_boot as usize);
            assert_eq!(golden::checksum(&means), case.checksum, "{:?}", case.arguments);
            let found =
                bootstrap_p_value(&case.values, bootstrap, &mut Scratch::default()).unwrap();
            assert_eq!(found.p_value, case.result, "{:?}", case.arguments);
        }
    }

    #[test]
    fn worked_examples_match_omega() {
        let cases = golden::cases("bootstrap");
        let found = |i: usize, seed| independent(&cases[i].values, 300, seed);
        assert_eq!(found(0, 123), 0.046_666_666_666_666_67);
        assert_eq!(found(1, 456), 0.016_666_666_666_666_666);
    }

    #[test]
    fn few_and_constant_values_by_hand() {
        const NAN: f64 = f64::NAN;
        for few in [&[][..], &[5.0], &[5.0, NAN, f64::INFINITY, f64::NEG_INFINITY]] {
            let none = p_value(few, 50, 1, Resampling::AutoBlocks);
            assert_eq!(none, Some(PValue { p_value: 1.0, std_error: 0.0 }));
        }
        assert_eq!(independent(&[1.0, 2.0], 50, 1), 0.0);
        assert_eq!(independent(&[-1.0, -2.0], 50, 1), 1.0);
        assert_eq!(independent(&[0.0, 0.0], 50, 1), 1.0);
        assert_eq!(p_value(&[1.0, 2.0], 0, 1, Resampling::Independent), None);
    }

    #[test]
    fn only_finite_values_count() {
        let values = [0.5, f64::NAN, -0.25, f64::INFINITY, 0.125, -0.5];
        let finite = [0.5, -0.25, 0.125, -0.5];
        for resampling in [Resampling::Independent, Resampling::Blocks(2.0)] {
            assert_eq!(p_value(&values, 400, 9, resampling), p_value(&finite, 400, 9, resampling));
        }
    }

    #[test]
    fn a_mean_that_underflows_counts_as_zero() {
        // As in NumPy: the sum is above 0, divided by the count it is not.
        let mut values = [0.0; 20];
        values[0] = 5e-324;
        assert_eq!(independent(&values, 100, 3), 1.0);
    }

    #[test]
    fn the_standard_error_is_that_of_a_share() {
        let found = p_value(&[1.0, -1.0], 100, 5, Resampling::Independent).unwrap();
        let p = found.p_value;
        assert!(p > 0.5 && p < 1.0);
        assert_eq!(found.std_error, (p * (1.0 - p) / 100.0).sqrt());
    }

    #[test]
    fn auto_blocks_are_blocks_of_the_automatic_length() {
        let values: Vec<f64> = (0..200).map(|i| (f64::from(i) * 0.3).sin() + 0.1).collect();
        let length = block_length(&values).unwrap().max(1.0);
        let auto = p_value(&values, 200, 4, Resampling::AutoBlocks);
        assert_eq!(auto, p_value(&values, 200, 4, Resampling::Blocks(length)));
        assert_eq!(p_value(&values[..15], 200, 4, Resampling::AutoBlocks), None);
    }

    #[test]
    fn sums_match_numpy_sum_bit_for_bit() {
        for n in (0..140).chain([255, 256, 257, 1000, 1023, 4097]) {
            let values: Vec<f64> = (0..n).map(|i| (f64::from(i) * 0.7).sin() * 1e3 + 0.1).collect();
            let mut rest = values.as_slice();
            let found = pairwise(values.len(), &mut |terms| {
                let (now, later) = rest.split_at(terms);
                rest = later;
                sum(now)
            });
            assert_eq!(found, numpy_sum(&values, &|x| x), "{n} values");
        }
    }

    /// Variance of √n·mean*, the closed form of Politis and Romano (1994), equation 4.
    fn variance_by_formula(values: &[f64], block_length: f64) -> f64 {
        let n = values.len();
        let mean = values.iter().sum::<f64>() / n as f64;
        let covariance = |lag: usize| {
            let pairs = values.iter().zip(&values[lag..]);
            pairs.map(|(x, y)| (x - mean) * (y - mean)).sum::<f64>() / n as f64
        };
        let (q, share) = (1.0 - 1.0 / block_length, |i: usize| i as f64 / n as f64);
        let weight =
            |i: usize| (1.0 - share(i)) * q.powf(i as f64) + share(i) * q.powf((n - i) as f64);
        covariance(0) + 2.0 * (1..n).map(|i| weight(i) * covariance(i)).sum::<f64>()
    }

    #[test]
    fn the_spread_of_the_means_matches_the_closed_form() {
        let values: Vec<f64> = (0..100).map(|i| (f64::from(i) * 0.4).sin() + 0.01).collect();
        for length in [1.0, 3.0, 12.5] {
            let n_boot = 20_000;
            let bootstrap = Bootstrap { n_boot, seed: 7, resampling: Resampling::Blocks(length) };
            let mut means = Vec::new();
            each_mean(&values, bootstrap, &mut Vec::new(), |mean| means.push(mean)).unwrap();
            let mean = means.iter().sum::<f64>() / f64::from(n_boot);
            let squares = means.iter().map(|m| (m - mean) * (m - mean)).sum::<f64>();
            let variance = squares / f64::from(n_boot) * values.len() as f64;
            let exact = variance_by_formula(&values, length);
            // The standard error of a variance from 20,000 draws is 1 %; four of them.
            assert!((variance / exact - 1.0).abs() < 0.04, "{length}: {variance} for {exact}");
        }
    }
}
