//! Values drawn with replacement, many resamples from one stream.
//!
//! Equals `numpy.random.default_rng(seed).choice(x, size=(n_boot, n), replace=True)` read row by
//! row, without the matrix: the caller takes a few values at a time.
//!
//! ```text
//! x[(draw · n) >> 32], where (draw · n) mod 2³² ≥ 2³² mod n; other draws are skipped
//! draw: the low, then the high half of each 64-bit output
//! ```
//!
//! # Why not [`bounded`](super::bounded)
//! A draw waits for the state of the one before it there. The generator is linear, so the states
//! at a distance of [`CHAINS`] form generators of their own, which run side by side here:
//!
//! ```text
//! s[i + 1] = a·s[i] + c  →  s[i + k] = aᵏ·s[i] + c·(1 + a + … + aᵏ⁻¹)      modulo 2¹²⁸
//! ```
//!
//! A block of draws is looked through for draws to skip as a whole, and the values of one block
//! are fetched while the positions of the next are computed: the fetch waits for memory, the
//! computation for the multipliers.
//!
//! # Source
//! As in `bounded` and `choice`; F. B. Brown, "Random Number Generation with Arbitrary Strides",
//! Trans. Am. Nucl. Soc. 71 (1994).

use multiversion::{multiversion, target::match_target};

use super::NumpyRng;
#[cfg(target_arch = "x86_64")]
use super::resample_avx2::avx2_block;

/// Most values that [`Resampler::take`] gives at once.
pub const MOST: usize = 128;

/// The multiplier of PCG64; `PCG_DEFAULT_MULTIPLIER_128` in NumPy's `pcg64.h`.
const MULTIPLIER: u128 = 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645;

/// Generators side by side: what an AVX2 register holds.
pub(super) const CHAINS: usize = 4;

/// 64-bit outputs of a block. Its positions and values take 6 KiB of the first-level cache, which
/// the series shares.
pub(super) const OUTPUTS: usize = 256;
const DRAWS: usize = 2 * OUTPUTS;

pub(super) const LOW: u64 = 0xFFFF_FFFF;

/// A stream of values out of a series.
#[derive(Debug, Clone)]
pub struct Resampler<'a> {
    values: &'a [f64],
    draws: Draws,
    /// Positions of the next block, two in each, of which the first `ready` are drawn.
    positions: Positions,
    ready: usize,
    /// Values drawn and not taken are those from `at` to `end`.
    drawn: [f64; MOST + DRAWS],
    at: usize,
    end: usize,
}

/// A stream of positions, for series of one length that share it.
#[derive(Debug, Clone)]
pub struct PositionStream {
    draws: Draws,
    /// Positions drawn and not given are those from `at` to `end`.
    positions: Positions,
    at: usize,
    end: usize,
}

impl PositionStream {
    /// Positions below `n` from the start of `default_rng(seed)`; `None` as in [`Resampler::new`].
    #[must_use]
    pub fn new(seed: u128, n: usize) -> Option<Self> {
        let n = u32::try_from(n).ok().filter(|n| *n > 0)?;
        Some(Self { draws: Draws::new(seed, n), positions: [[0; 8]; OUTPUTS], at: 0, end: 0 })
    }

    /// Fills `out` with the next positions.
    pub fn fill(&mut self, mut out: &mut [u32]) {
        while !out.is_empty() {
            if self.at == self.end {
                let before = self.draws;
                let skips = draw(&mut self.draws, &mut self.positions);
                self.at = 0;
                self.end = if skips { without_skipped(before, &mut self.positions) } else { DRAWS };
            }
            let (drawn, _) = self.positions.as_flattened().as_chunks();
            let drawn = &drawn[self.at..self.end];
            let count = drawn.len().min(out.len());
            let (now, later) = out.split_at_mut(count);
            for (position, drawn) in now.iter_mut().zip(drawn) {
                *position = u32::from_le_bytes(*drawn);
            }
            self.at += count;
            out = later;
        }
    }
}

/// Two positions of 32 bits in each entry, little-endian.
pub(super) type Positions = [[u8; 8]; OUTPUTS];

/// The generators and what becomes of their outputs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draws {
    pub(super) states: [u128; CHAINS],
    /// A step of one chain.
    pub(super) multiplier: u128,
    pub(super) increment: u128,
    /// Positions are below it.
    pub(super) n: u32,
    /// A product whose low half is below it is skipped.
    pub(super) skipped: u32,
}

impl<'a> Resampler<'a> {
    /// Values out of `values` from the start of `default_rng(seed)`; `None` if there is none, or
    /// 2³² and more, where NumPy draws 64 bits.
    #[must_use]
    pub fn new(seed: u128, values: &'a [f64]) -> Option<Self> {
        let n = u32::try_from(values.len()).ok().filter(|n| *n > 0)?;
        let draws = Draws::new(seed, n);
        let (positions, drawn) = ([[0; 8]; OUTPUTS], [0.0; MOST + DRAWS]);
        Some(Self { values, draws, positions, ready: 0, drawn, at: 0, end: 0 })
    }

    /// The next `count` values, at most [`MOST`] of them.
    #[inline]
    pub fn take(&mut self, count: usize) -> &[f64] {
        let count = count.min(MOST);
        while self.end - self.at < count {
            self.refill();
        }
        let from = self.at;
        self.at += count;
        &self.drawn[from..self.at]
    }

    /// Fetches the values of the block that is ready and draws the next one.
    fn refill(&mut self) {
        self.drawn.copy_within(self.at..self.end, 0);
        (self.at, self.end) = (0, self.end - self.at);
        let (out, _) = self.drawn[self.end..].as_chunks_mut();
        let before = self.draws;
        let skips = block(&mut self.draws, &mut self.positions, self.values, out);
        self.end += self.ready;
        self.ready = if skips { without_skipped(before, &mut self.positions) } else { DRAWS };
    }
}

impl Draws {
    fn new(seed: u128, n: u32) -> Self {
        let (mut state, c) = NumpyRng::new(seed).state();
        let (mut multiplier, mut increment) = (1_u128, 0_u128);
        // The generator steps before it puts out.
        let states = std::array::from_fn(|_| {
            state = state.wrapping_mul(MULTIPLIER).wrapping_add(c);
            increment = increment.wrapping_mul(MULTIPLIER).wrapping_add(c);
            multiplier = multiplier.wrapping_mul(MULTIPLIER);
            state
        });
        Self { states, multiplier, increment, n, skipped: (u32::MAX - (n - 1)) % n }
    }

    /// The products of the two draws of a chain, which then takes a step.
    #[inline(always)]
    fn products(&mut self, chain: usize) -> [u64; 2] {
        let state = &mut self.states[chain];
        let (high, low) = (lower(*state >> 64), lower(*state));
        *state = state.wrapping_mul(self.multiplier).wrapping_add(self.increment);
        // XSL-RR: the halves folded, rotated by the top six bits.
        let bits = (high ^ low).rotate_right(lower_half(high >> 58));
        [bits & LOW, bits >> 32].map(|draw| draw * u64::from(self.n))
    }

    #[inline(always)]
    fn skips(&self, product: u64) -> bool {
        lower_half(product) < self.skipped
    }
}

/// Writes the values at `positions` to `out`, then the next positions to `positions`; whether one
/// of those is to be skipped.
#[multiversion(targets("x86_64+avx2"))]
fn block(
    draws: &mut Draws,
    positions: &mut Positions,
    values: &[f64],
    out: &mut [[f64; 2]],
) -> bool {
    match_target! {
        "x86_64+avx2" => avx2_block::<true>(draws, positions, values, out),
        _ => plain_block::<true>(draws, positions, values, out),
    }
}

/// Writes the next positions to `positions`; whether one of them is to be skipped.
#[multiversion(targets("x86_64+avx2"))]
fn draw(draws: &mut Draws, positions: &mut Positions) -> bool {
    let mut unused = [[0.0; 2]; OUTPUTS];
    match_target! {
        "x86_64+avx2" => avx2_block::<false>(draws, positions, &[], &mut unused),
        _ => plain_block::<false>(draws, positions, &[], &mut unused),
    }
}

#[inline(always)]
fn plain_block<const FETCH: bool>(
    draws: &mut Draws,
    positions: &mut Positions,
    values: &[f64],
    out: &mut [[f64; 2]],
) -> bool {
    let mut skips = false;
    for (positions, out) in steps(positions, out) {
        for (k, (pair, out)) in positions.iter_mut().zip(out).enumerate() {
            if FETCH {
                *out = fetch(values, *pair);
            }
            let [first, second] = draws.products(k);
            *pair = (first >> 32 | second & !LOW).to_le_bytes();
            skips |= draws.skips(first) | draws.skips(second);
        }
    }
    skips
}

/// One output of each chain at a time.
#[inline(always)]
pub(super) fn steps<'a>(
    positions: &'a mut Positions,
    out: &'a mut [[f64; 2]],
) -> impl Iterator<Item = (&'a mut [[u8; 8]; CHAINS], &'a mut [[f64; 2]; CHAINS])> {
    let (positions, out) = (positions.as_chunks_mut().0, out.as_chunks_mut().0);
    positions.iter_mut().zip(out)
}

/// The values at two positions.
#[inline(always)]
pub(super) fn fetch(values: &[f64], pair: [u8; 8]) -> [f64; 2] {
    let pair = u64::from_le_bytes(pair);
    [lower_half(pair), lower_half(pair >> 32)].map(|position| values[position as usize])
}

/// The positions of the block that starts at `draws` again, without those to skip; how many.
#[cold]
fn without_skipped(mut draws: Draws, positions: &mut Positions) -> usize {
    let (out, _) = positions.as_flattened_mut().as_chunks_mut::<4>();
    let mut count = 0;
    for chain in (0..CHAINS).cycle().take(OUTPUTS) {
        for product in draws.products(chain) {
            out[count] = lower_half(product >> 32).to_le_bytes();
            count += usize::from(!draws.skips(product));
        }
    }
    count
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
fn lower(state: u128) -> u64 {
    state as u64
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
fn lower_half(bits: u64) -> u32 {
    bits as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::choice_with_replacement;

    /// `count` values taken in pieces of changing size.
    fn drawn(resampler: &mut Resampler, count: usize) -> Vec<f64> {
        let mut out = Vec::new();
        for piece in (0..=MOST).cycle() {
            out.extend_from_slice(resampler.take(piece));
            if out.len() >= count {
                break;
            }
        }
        out.truncate(count);
        out
    }

    fn series(n: u32) -> Vec<f64> {
        (0..n).map(f64::from).collect()
    }

    #[test]
    fn values_match_choice_with_replacement() {
        for n in [1, 2, 3, 40, 1000, 65_536, 1_000_003] {
            let values = series(n);
            for seed in [0, 1, 123, 456, 987_654_321, u128::from(u64::MAX) + 5] {
                let mut expected = vec![0; 20_000];
                let rng = &mut NumpyRng::new(seed);
                choice_with_replacement(rng, values.len(), &mut expected).unwrap();
                let expected: Vec<f64> =
                    expected.into_iter().map(|i| values[usize::try_from(i).unwrap()]).collect();
                let mut resampler = Resampler::new(seed, &values).unwrap();
                assert_eq!(drawn(&mut resampler, expected.len()), expected, "n {n}, seed {seed}");
            }
        }
    }

    #[test]
    fn skipped_draws_leave_no_trace() {
        // A short series skips one draw in millions, so the bound is set higher than its own.
        let values = series(1000);
        for skipped in [1, 1 << 20, 1 << 24, 1 << 31] {
            let mut resampler = Resampler::new(7, &values).unwrap();
            resampler.draws.skipped = skipped;
            let count = 20_000;
            let mut rng = NumpyRng::new(7);
            let mut products = std::iter::repeat_with(|| u64::from(rng.next_u32()) * 1000);
            let kept = products.by_ref().filter(|product| product & LOW >= u64::from(skipped));
            let expected: Vec<f64> =
                kept.take(count).map(|p| f64::from(lower_half(p >> 32))).collect();
            assert_eq!(drawn(&mut resampler, count), expected, "skipped {skipped}");
        }
    }

    #[test]
    fn plain_blocks_match_those_of_this_machine() {
        let values = series(1000);
        let (mut plain, mut fast) = (Draws::new(5, 1000), Draws::new(5, 1000));
        let (mut positions, mut fast_positions) = ([[0; 8]; OUTPUTS], [[0; 8]; OUTPUTS]);
        for round in 0..20 {
            (plain.skipped, fast.skipped) = (round << 18, round << 18);
            let (mut out, mut fast_out) = ([[0.0; 2]; OUTPUTS], [[0.0; 2]; OUTPUTS]);
            let skips = plain_block::<true>(&mut plain, &mut positions, &values, &mut out);
            let fast_skips = block(&mut fast, &mut fast_positions, &values, &mut fast_out);
            assert_eq!((skips, out, positions), (fast_skips, fast_out, fast_positions));
            assert_eq!(plain.states, fast.states);
        }
    }

    #[test]
    fn positions_match_choice_with_replacement() {
        for n in [1, 2, 40, 1000, 65_536, 3_000_000_000] {
            for seed in [0, 123, u128::from(u64::MAX)] {
                let mut expected = vec![0; 3000];
                let rng = &mut NumpyRng::new(seed);
                choice_with_replacement(rng, n, &mut expected).unwrap();
                let mut stream = PositionStream::new(seed, n).unwrap();
                let (mut found, mut pieces) = (vec![0; 3000], (0..700).cycle());
                let mut rest = found.as_mut_slice();
                while !rest.is_empty() {
                    let (now, later) = rest.split_at_mut(pieces.next().unwrap().min(rest.len()));
                    stream.fill(now);
                    rest = later;
                }
                let found: Vec<u64> = found.into_iter().map(u64::from).collect();
                assert_eq!(found, expected, "n {n}, seed {seed}");
            }
        }
        assert!(PositionStream::new(1, 0).is_none());
    }

    #[test]
    fn the_bound_is_that_of_lemire() {
        for n in [1, 2, 3, 1000, 65_536] {
            let values = series(n);
            let resampler = Resampler::new(1, &values).unwrap();
            assert_eq!(u64::from(resampler.draws.skipped), (1_u64 << 32) % u64::from(n));
        }
    }

    #[test]
    fn nothing_is_drawn_from_nothing_and_no_more_than_the_most() {
        assert!(Resampler::new(1, &[]).is_none());
        assert_eq!(Resampler::new(1, &[5.0]).unwrap().take(3), [5.0; 3]);
        assert_eq!(Resampler::new(1, &[5.0, 6.0]).unwrap().take(MOST + 1).len(), MOST);
    }
}
