//! Integers without bias from 0 to an inclusive maximum: Lemire's method.
//!
//! For w-bit draws x and s = max + 1 values:
//!
//! ```text
//! m = x·s  (2w bits);  draw again while (m mod 2^w) < (2^w mod s);  result = m >> w
//! ```
//!
//! The remainder is below s, so for w = 32 it is only computed when m mod 2³² < s,
//! which is rare for small s.
//!
//! | max | draws |
//! |---|---|
//! | 0 | none, the result is 0 |
//! | 1 .. 2³² − 2 | 32-bit draws, the buffered half included |
//! | 2³² − 1 | one plain 32-bit draw |
//! | 2³² .. 2⁶⁴ − 2 | 64-bit draws |
//! | 2⁶⁴ − 1 | one plain 64-bit draw |
//!
//! # Source
//! `random_bounded_uint64(state, 0, max, 0, use_masked=0)` in
//! `numpy/random/src/distributions/distributions.c`; D. Lemire, "Fast Random
//! Integer Generation in an Interval", ACM TOMACS 29 (2019),
//! <https://arxiv.org/abs/1805.10941>.

use super::NumpyRng;

const MAX_U32: u64 = 0xFFFF_FFFF;

/// A uniform integer in [0, `max_inclusive`], drawn as NumPy draws it.
///
/// Equals `default_rng(seed).integers(0, max_inclusive, endpoint=True,
/// dtype=numpy.uint64)`, and the draws inside `choice` and `shuffle`.
#[inline]
pub fn bounded(rng: &mut NumpyRng, max_inclusive: u64) -> u64 {
    let (after, value) = match max_inclusive {
        0 => return 0,
        1..MAX_U32 => {
            let product = u64::from(rng.next_u32()) * (max_inclusive + 1);
            if product & MAX_U32 > max_inclusive {
                return product >> 32;
            }
            reject_u32(rng.clone(), max_inclusive, product)
        }
        _ => wide(rng.clone(), max_inclusive),
    };
    *rng = after;
    value
}

// The rare paths are out of line, so that `bounded` inlines, and take the
// generator by value: a reference would force its state into memory in every
// caller's loop (see `NumpyRng::in_registers`).

/// Ends a 32-bit draw that may have to be drawn again; `max` is below 2³² − 1.
#[cold]
#[inline(never)]
fn reject_u32(mut rng: NumpyRng, max: u64, mut product: u64) -> (NumpyRng, u64) {
    let threshold = (MAX_U32 - max) % (max + 1);
    while product & MAX_U32 < threshold {
        product = u64::from(rng.next_u32()) * (max + 1);
    }
    (rng, product >> 32)
}

/// Draws for a `max` of at least 2³² − 1.
#[cold]
#[inline(never)]
fn wide(mut rng: NumpyRng, max: u64) -> (NumpyRng, u64) {
    let value = match max {
        ..=MAX_U32 => u64::from(rng.next_u32()),
        u64::MAX => rng.next_u64(),
        _ => lemire_u64(&mut rng, max),
    };
    (rng, value)
}

/// 64-bit draws; `max` is below 2⁶⁴ − 1.
fn lemire_u64(rng: &mut NumpyRng, max: u64) -> u64 {
    const LOW: u128 = u64::MAX as u128;
    let span = u128::from(max) + 1;
    let threshold = u128::from((u64::MAX - max) % (max + 1));
    loop {
        let product = u128::from(rng.next_u64()) * span;
        if product & LOW >= threshold {
            return (product >> 64) as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NumpyRng, bounded};
    use crate::rng::golden;

    #[test]
    fn bounded_matches_numpy() {
        for case in golden::cases("bounded") {
            let mut rng = NumpyRng::new(case.args[0]);
            let max = u64::try_from(case.args[1]).unwrap();
            let drawn: Vec<u64> = (0..case.count(2)).map(|_| bounded(&mut rng, max)).collect();
            case.assert_matches(&drawn);
        }
    }

    #[test]
    fn zero_consumes_no_draw() {
        let mut rng = NumpyRng::new(1);
        assert_eq!(bounded(&mut rng, 0), 0);
        assert_eq!(rng, NumpyRng::new(1));
    }

    #[test]
    fn results_stay_in_range() {
        let mut rng = NumpyRng::new(7);
        for shift in 0..64 {
            for max in [(1_u64 << shift) - 1, 1 << shift, u64::MAX >> shift] {
                assert!((0..50).all(|_| bounded(&mut rng, max) <= max));
            }
        }
    }
}
