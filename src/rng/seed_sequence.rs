//! From an integer seed to well-mixed words: NumPy's `SeedSequence`.
//!
//! The seed is split into 32-bit words, least significant first. With a pool of
//! four words and `⊕` for exclusive or, all arithmetic modulo 2³²:
//!
//! ```text
//! hash(v):    v ← v ⊕ h;  h ← h·MULT_A;  v ← v·h;  v ⊕ (v >> 16)      h starts at INIT_A
//! mix(x, y):  r ← x·MIX_L − y·MIX_R;  r ⊕ (r >> 16)
//! pool[i]   = hash(word[i])                                           i = 0..4
//! pool[d]   = mix(pool[d], hash(pool[s]))                             s = 0..4, d ≠ s
//! out[i]    = hash(pool[i mod 4]) with MULT_B, h starting at INIT_B   i = 0..8
//! ```
//!
//! Two successive 32-bit outputs make one 64-bit word, the first being its low
//! half, whatever the byte order of the machine.
//!
//! # Edge cases
//! A seed of fewer than four words is padded with zero words. NumPy takes
//! integers of any size, but needs further mixing rounds beyond four words;
//! `u128` stops short of them.
//!
//! # Source
//! `numpy/random/bit_generator.pyx`, class `SeedSequence`, after M. E. O'Neill,
//! "Developing a `seed_seq` Alternative" (2015).

const INIT_A: u32 = 0x43b0_d7e5;
const MULT_A: u32 = 0x931e_8875;
const INIT_B: u32 = 0x8b51_f9dd;
const MULT_B: u32 = 0x58f3_8ded;
const MIX_L: u32 = 0xca01_f9dd;
const MIX_R: u32 = 0x4973_f715;
const POOL_SIZE: usize = 4;

/// The mixed entropy of one seed, as `numpy.random.SeedSequence(entropy)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeedSequence {
    pool: [u32; POOL_SIZE],
}

impl SeedSequence {
    /// Mixes `entropy` into the pool.
    #[inline]
    #[must_use]
    pub fn new(entropy: u128) -> Self {
        let mut hash = Hash { constant: INIT_A, multiplier: MULT_A };
        let mut pool = words(entropy).map(|word| hash.apply(word));
        for source in 0..POOL_SIZE {
            for target in 0..POOL_SIZE {
                if source != target {
                    pool[target] = mix(pool[target], hash.apply(pool[source]));
                }
            }
        }
        Self { pool }
    }

    /// Four 64-bit words, as `SeedSequence.generate_state(4, numpy.uint64)`.
    #[inline]
    #[must_use]
    pub fn generate_state(&self) -> [u64; 4] {
        let mut hash = Hash { constant: INIT_B, multiplier: MULT_B };
        let mut halves =
            self.pool.iter().chain(&self.pool).map(|word| u64::from(hash.apply(*word)));
        let mut half = || halves.next().unwrap_or_default();
        std::array::from_fn(|_| half() | (half() << 32))
    }
}

/// The running hash: its constant changes with every word it is applied to.
struct Hash {
    constant: u32,
    multiplier: u32,
}

impl Hash {
    #[inline]
    fn apply(&mut self, word: u32) -> u32 {
        let value = word ^ self.constant;
        self.constant = self.constant.wrapping_mul(self.multiplier);
        let value = value.wrapping_mul(self.constant);
        value ^ (value >> 16)
    }
}

#[inline]
fn mix(x: u32, y: u32) -> u32 {
    let value = x.wrapping_mul(MIX_L).wrapping_sub(y.wrapping_mul(MIX_R));
    value ^ (value >> 16)
}

/// The 32-bit words of `entropy`, least significant first.
#[inline]
fn words(entropy: u128) -> [u32; POOL_SIZE] {
    [0, 32, 64, 96].map(|shift| ((entropy >> shift) & 0xFFFF_FFFF) as u32)
}

#[cfg(test)]
mod tests {
    use super::SeedSequence;
    use crate::rng::golden;

    #[test]
    fn generate_state_matches_numpy() {
        for case in golden::cases("seed_sequence") {
            case.assert_matches(&SeedSequence::new(case.args[0]).generate_state());
        }
    }
}
