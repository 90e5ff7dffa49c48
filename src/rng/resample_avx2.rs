//! A block of [`Resampler`](super::Resampler) in AVX2: one register holds a half of four states.
//!
//! ```text
//! s = H·2⁶⁴ + L,  L = l1·2³² + l0;  a and c in limbs a0 … a3, c0 … c3 of 32 bits
//! p = l0·a0 + c0;  t = l0·a1 + (p >> 32);  m = l1·a0 + c1 + (t mod 2³²)
//! next L = m·2³² + (p mod 2³²)
//! next H = l1·a1 + (t >> 32) + (m >> 32) + l0·a2 + h0·a0 + (l0·a3 + l1·a2 + h0·a1 + h1·a0)·2³²
//!          + c3·2³² + c2                                                             modulo 2⁶⁴
//! ```
//!
//! No sum overflows 64 bits before the last line, where that is the modulus. By hand, because the
//! compiler finds these registers in a loop over four numbers on some days and not on others.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi32, _mm256_add_epi64, _mm256_blend_epi32, _mm256_extract_epi64,
    _mm256_min_epu32, _mm256_mul_epu32, _mm256_mullo_epi32, _mm256_or_si256, _mm256_set_epi64x,
    _mm256_set1_epi64x, _mm256_setzero_si256, _mm256_slli_epi64, _mm256_sllv_epi64,
    _mm256_srli_epi64, _mm256_srlv_epi64, _mm256_xor_si256,
};

use super::resample::{CHAINS, Draws, LOW, Positions, fetch, steps};

/// Selects the high limbs of the second argument of a blend.
const HIGH_LIMBS: i32 = 0b1010_1010;

/// As `block` of `resample`, or `draw` if it does not `FETCH`.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn avx2_block<const FETCH: bool>(
    draws: &mut Draws,
    positions: &mut Positions,
    values: &[f64],
    out: &mut [[f64; 2]],
) -> bool {
    let limb = |x: u128, i: u32| half(x >> (32 * i)) & LOW;
    let (a, c) = (draws.multiplier, draws.increment);
    let [a0, a1, a2] = [0, 1, 2].map(|i| all(limb(a, i)));
    let [c0, c1, c_high] = [limb(c, 0), limb(c, 1), half(c >> 64)].map(|x| all(x));
    let (a2_a3, a0_a1) = (all(limb(a, 2) << 32 | limb(a, 3)), all(limb(a, 0) << 32 | limb(a, 1)));
    let (n, zero, sixty_three) = (all(u64::from(draws.n)), _mm256_setzero_si256(), all(63));
    let mut low = load(draws.states.map(half));
    let mut high = load(draws.states.map(|state| half(state >> 64)));
    let mut smallest = all(u64::MAX);
    for (positions, out) in steps(positions, out) {
        if FETCH {
            for (out, pair) in out.iter_mut().zip(positions.iter()) {
                *out = fetch(values, *pair);
            }
        }
        // XSL-RR: the halves folded, rotated by the top six bits. 64 − turn = 1 + (63 ^ turn),
        // which no shift by 64 comes of.
        let (folded, turn) = (_mm256_xor_si256(high, low), _mm256_srli_epi64::<58>(high));
        let bits = _mm256_or_si256(
            _mm256_srlv_epi64(folded, turn),
            _mm256_sllv_epi64(_mm256_slli_epi64::<1>(folded), _mm256_xor_si256(turn, sixty_three)),
        );
        let first = _mm256_mul_epu32(bits, n);
        let second = _mm256_mul_epu32(_mm256_srli_epi64::<32>(bits), n);
        let remainders = pair(first, _mm256_slli_epi64::<32>(second));
        smallest = _mm256_min_epu32(smallest, remainders);
        store(pair(_mm256_srli_epi64::<32>(first), second), positions);

        let l1 = _mm256_srli_epi64::<32>(low);
        let p = _mm256_add_epi64(_mm256_mul_epu32(low, a0), c0);
        let t = _mm256_add_epi64(_mm256_mul_epu32(low, a1), _mm256_srli_epi64::<32>(p));
        let m = _mm256_add_epi64(_mm256_mul_epu32(l1, a0), c1);
        let m = _mm256_add_epi64(m, pair(t, zero));
        let cross =
            _mm256_add_epi32(_mm256_mullo_epi32(low, a2_a3), _mm256_mullo_epi32(high, a0_a1));
        let cross = _mm256_add_epi64(pair(zero, cross), _mm256_slli_epi64::<32>(cross));
        let products = _mm256_add_epi64(_mm256_mul_epu32(low, a2), _mm256_mul_epu32(high, a0));
        let products = _mm256_add_epi64(products, _mm256_mul_epu32(l1, a1));
        let sum = _mm256_add_epi64(_mm256_add_epi64(products, c_high), cross);
        let sum = _mm256_add_epi64(sum, _mm256_srli_epi64::<32>(t));
        high = _mm256_add_epi64(sum, _mm256_srli_epi64::<32>(m));
        low = pair(p, _mm256_slli_epi64::<32>(m));
    }
    let (high, low) = (unload(high), unload(low));
    draws.states = std::array::from_fn(|k| u128::from(high[k]) << 64 | u128::from(low[k]));
    let halves = unload(smallest).map(|x| (x & LOW).min(x >> 32));
    halves.iter().any(|smallest| *smallest < u64::from(draws.skipped))
}

/// The low limbs of the first, the high limbs of the second.
#[inline]
#[target_feature(enable = "avx2")]
fn pair(low: __m256i, high: __m256i) -> __m256i {
    _mm256_blend_epi32::<HIGH_LIMBS>(low, high)
}

#[inline]
#[target_feature(enable = "avx2")]
fn all(x: u64) -> __m256i {
    _mm256_set1_epi64x(x.cast_signed())
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(x: [u64; CHAINS]) -> __m256i {
    let [x0, x1, x2, x3] = x.map(u64::cast_signed);
    _mm256_set_epi64x(x3, x2, x1, x0)
}

#[inline]
#[target_feature(enable = "avx2")]
fn unload(x: __m256i) -> [u64; CHAINS] {
    [
        _mm256_extract_epi64::<0>(x),
        _mm256_extract_epi64::<1>(x),
        _mm256_extract_epi64::<2>(x),
        _mm256_extract_epi64::<3>(x),
    ]
    .map(i64::cast_unsigned)
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(x: __m256i, out: &mut [[u8; 8]; CHAINS]) {
    *out = unload(x).map(u64::to_le_bytes);
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
fn half(x: u128) -> u64 {
    x as u64
}
