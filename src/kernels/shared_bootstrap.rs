//! Bootstrap p-values of several candidates that share their resamples.
//!
//! Which values a resample takes depends on the seed and the number of values alone. So candidates
//! with equally many finite values take the same positions, and drawing those is three quarters of
//! the work of one candidate. Here the positions of some resamples are drawn once, and the values
//! of [`WIDTH`] candidates, side by side, are fetched and added up together:
//!
//! ```text
//! table[position] = (x_1, x_2, x_3, x_4)    of four candidates
//! Σ table[position]                          in the order of `numpy.sum`, each on its own
//! ```
//!
//! The p-values are those of [`bootstrap_p_value`], bit for bit.
//!
//! # Memory
//! Beside the values: their copy in tables, at most [`TABLES`] values or one table, and the
//! positions of one resample or [`POSITIONS`].
//!
//! # Source
//! As in `bootstrap_p_value`.

use multiversion::{multiversion, target::match_target};

use super::bootstrap_p_value::{Bootstrap, PValue, Resampling, Scratch, bootstrap_p_value};
use super::lane_sums::LANES;
use crate::rng::{MOST, NumpyRng, PositionStream, stationary_positions};

/// Candidates side by side: what a register of AVX2 holds.
const WIDTH: usize = 4;

/// Values in the tables that share a set of positions: half a second-level cache.
const TABLES: usize = 32 * 1024;

/// Positions drawn at once: a part of that cache.
const POSITIONS: usize = 16 * 1024;

/// The values of candidates side by side, in one line of the cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct Side([f64; WIDTH]);

/// Room for the tables, reused from call to call.
#[derive(Debug, Default)]
pub struct SharedScratch {
    single: Scratch,
    tables: Vec<Side>,
    counts: Vec<[u32; WIDTH]>,
    positions: Vec<u32>,
}

/// p-values of candidates that have equally many values, all finite, handed to `receive` in order.
pub fn bootstrap_p_values(
    candidates: &[&[f64]],
    bootstrap: Bootstrap,
    scratch: &mut SharedScratch,
    mut receive: impl FnMut(Option<PValue>),
) {
    let n = candidates.first().map_or(0, |values| values.len());
    let together = (TABLES / n.max(1)).max(1).next_multiple_of(WIDTH);
    for candidates in candidates.chunks(together) {
        let draws = Draws::new(bootstrap, n).filter(|_| candidates.len() > 1);
        let Some(draws) = draws else {
            for values in candidates {
                receive(bootstrap_p_value(values, bootstrap, &mut scratch.single));
            }
            continue;
        };
        count(candidates, n, bootstrap.n_boot, draws, scratch);
        let counts = scratch.counts.as_flattened().iter().take(candidates.len());
        counts.for_each(|count| receive(Some(PValue::of_count(*count, bootstrap.n_boot))));
    }
}

/// Where positions come from.
enum Draws {
    Independent(Box<PositionStream>),
    Blocks(NumpyRng, f64),
}

impl Draws {
    /// The draws that all candidates of `n` values take; `None` where each has its own or needs none.
    fn new(bootstrap: Bootstrap, n: usize) -> Option<Self> {
        if n < 2 || bootstrap.n_boot == 0 || u32::try_from(n).is_err() {
            return None;
        }
        let seed = u128::from(bootstrap.seed);
        match bootstrap.resampling {
            Resampling::Independent => {
                Some(Self::Independent(Box::new(PositionStream::new(seed, n)?)))
            }
            Resampling::Blocks(length) => Some(Self::Blocks(NumpyRng::new(seed), length)),
            Resampling::AutoBlocks => None,
        }
    }

    /// Fills `positions` with resamples of `n`.
    fn fill(&mut self, positions: &mut [u32], n: usize) {
        match self {
            Self::Independent(stream) => stream.fill(positions),
            Self::Blocks(rng, length) => {
                for resample in positions.chunks_exact_mut(n) {
                    stationary_positions(rng, *length, resample);
                }
            }
        }
    }
}

/// Leaves in `scratch.counts` how many resampled means of each candidate are at or below 0.
#[expect(clippy::cast_precision_loss, reason = "n is below 2³²")]
fn count(
    candidates: &[&[f64]],
    n: usize,
    n_boot: u32,
    mut draws: Draws,
    scratch: &mut SharedScratch,
) {
    let SharedScratch { tables, counts, positions, .. } = scratch;
    tables.clear();
    for side in candidates.chunks(WIDTH) {
        let value = |i: usize, k: usize| side.get(k).map_or(0.0, |values| values[i]);
        tables.extend((0..n).map(|i| Side(std::array::from_fn(|k| value(i, k)))));
    }
    counts.clear();
    counts.resize(candidates.len().div_ceil(WIDTH), [0; WIDTH]);
    let mut rest = n_boot as usize;
    while rest > 0 {
        let resamples = (POSITIONS / n).clamp(1, rest);
        positions.resize(resamples * n, 0);
        draws.fill(positions, n);
        for (table, counts) in tables.chunks_exact(n).zip(counts.iter_mut()) {
            for resample in positions.chunks_exact(n) {
                let sum = pairwise(table, resample);
                for (count, sum) in counts.iter_mut().zip(sum.0) {
                    *count += u32::from(sum / n as f64 <= 0.0);
                }
            }
        }
        rest -= resamples;
    }
}

/// Σ table[position] in the order of `numpy.sum`.
fn pairwise(table: &[Side], positions: &[u32]) -> Side {
    if positions.len() <= MOST {
        return sum(table, positions);
    }
    let half = positions.len() / 2;
    let (left, right) = positions.split_at(half - half % LANES);
    added(pairwise(table, left), pairwise(table, right))
}

/// [`pairwise`] over at most [`MOST`] positions.
#[multiversion(targets("x86_64+avx2"))]
fn sum(table: &[Side], positions: &[u32]) -> Side {
    match_target! {
        "x86_64+avx2" => avx2::sum(table, positions),
        _ => sum_of(table, positions, |side| side, added, |side| side),
    }
}

/// The sum of sides that are `loaded` to something that can be `added`.
#[inline(always)]
fn sum_of<T: Copy>(
    table: &[Side],
    positions: &[u32],
    loaded: impl Fn(Side) -> T,
    added: impl Fn(T, T) -> T,
    stored: impl Fn(T) -> Side,
) -> Side {
    let at = |position: u32| loaded(table[position as usize]);
    let (chunks, rest) = positions.as_chunks::<LANES>();
    let mut sum = match chunks {
        [] => loaded(Side([0.0; WIDTH])),
        [first, others @ ..] => {
            let mut r = first.map(at);
            for chunk in others {
                for (lane, position) in r.iter_mut().zip(chunk) {
                    *lane = added(*lane, at(*position));
                }
            }
            let pairs =
                [added(r[0], r[1]), added(r[2], r[3]), added(r[4], r[5]), added(r[6], r[7])];
            added(added(pairs[0], pairs[1]), added(pairs[2], pairs[3]))
        }
    };
    for position in rest {
        sum = added(sum, at(*position));
    }
    stored(sum)
}

/// By hand, because the compiler splits a side into parts of 1, 2 and 1.
#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        _mm_cvtsd_f64, _mm_unpackhi_pd, _mm256_add_pd, _mm256_castpd256_pd128,
        _mm256_extractf128_pd, _mm256_set_pd,
    };

    use super::{Side, sum_of};

    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn sum(table: &[Side], positions: &[u32]) -> Side {
        let loaded = |Side([x0, x1, x2, x3])| _mm256_set_pd(x3, x2, x1, x0);
        sum_of(
            table,
            positions,
            loaded,
            |a, b| _mm256_add_pd(a, b),
            |sum| {
                let halves = [_mm256_castpd256_pd128(sum), _mm256_extractf128_pd::<1>(sum)];
                let [low, high] =
                    halves.map(|h| [_mm_cvtsd_f64(h), _mm_cvtsd_f64(_mm_unpackhi_pd(h, h))]);
                Side([low[0], low[1], high[0], high[1]])
            },
        )
    }
}

#[inline(always)]
fn added(a: Side, b: Side) -> Side {
    Side(std::array::from_fn(|k| a.0[k] + b.0[k]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(n: u32, k: u32) -> Vec<f64> {
        (0..n).map(|i| (f64::from(i * 7 + k * 13) * 0.37).sin() + 0.02 * f64::from(k % 7)).collect()
    }

    #[test]
    fn shared_resamples_give_the_p_values_of_each_candidate() {
        let ways = [Resampling::Independent, Resampling::Blocks(4.5), Resampling::AutoBlocks];
        for n in [0, 1, 2, 7, 8, 9, 127, 128, 129, 1000] {
            for count in [1, 2, 3, 4, 5, 9, 40] {
                let candidates: Vec<_> = (0..count).map(|k| candidate(n, k)).collect();
                let slices: Vec<&[f64]> = candidates.iter().map(Vec::as_slice).collect();
                for resampling in ways {
                    let bootstrap = Bootstrap { n_boot: 61, seed: 9, resampling };
                    let mut found = Vec::new();
                    bootstrap_p_values(&slices, bootstrap, &mut SharedScratch::default(), |p| {
                        found.push(p);
                    });
                    let single =
                        |x: &&[f64]| bootstrap_p_value(x, bootstrap, &mut Scratch::default());
                    let expected: Vec<_> = slices.iter().map(single).collect();
                    assert_eq!(found, expected, "{n} values, {count} candidates, {resampling:?}");
                }
            }
        }
    }

    #[test]
    fn more_values_than_a_table_should_have() {
        let candidates: Vec<_> = (0..3).map(|k| candidate(40_000, k)).collect();
        let slices: Vec<&[f64]> = candidates.iter().map(Vec::as_slice).collect();
        let bootstrap = Bootstrap { n_boot: 5, seed: 1, resampling: Resampling::Independent };
        let mut found = Vec::new();
        bootstrap_p_values(&slices, bootstrap, &mut SharedScratch::default(), |p| found.push(p));
        let single = |x: &&[f64]| bootstrap_p_value(x, bootstrap, &mut Scratch::default());
        assert_eq!(found, slices.iter().map(single).collect::<Vec<_>>());
    }

    #[test]
    fn no_resamples_and_no_candidates() {
        let (mut scratch, mut found) = (SharedScratch::default(), Vec::new());
        let bootstrap = Bootstrap { n_boot: 0, seed: 1, resampling: Resampling::Independent };
        bootstrap_p_values(&[], bootstrap, &mut scratch, |p| found.push(p));
        assert_eq!(found, []);
        bootstrap_p_values(&[&[1.0, 2.0], &[3.0, 4.0]], bootstrap, &mut scratch, |p| found.push(p));
        assert_eq!(found, [None, None]);
    }
}
