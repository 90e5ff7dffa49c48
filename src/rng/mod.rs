//! NumPy's random stream, bit for bit.
//!
//! Published backtest ratings are reproducible only if the same seed draws the
//! same trades, so this module replays `numpy.random.default_rng(seed)` exactly:
//! every value, in the same order, with the same number of draws consumed.
//!
//! | NumPy | here |
//! |---|---|
//! | `SeedSequence(seed)` | [`SeedSequence::new`] |
//! | `default_rng(seed)` | [`NumpyRng::new`] |
//! | `.bit_generator.random_raw()`, `.random()` | [`NumpyRng::next_u64`], [`NumpyRng::next_f64`] |
//! | `.integers(0, max, endpoint=True)` | [`bounded`] |
//! | `.choice(n, k, replace=False)` | [`choice_without_replacement`], [`mark_choice`] for the set alone |
//! | `.choice(n, k)` | [`choice_with_replacement`], [`Resampler`] a few at a time, [`PositionStream`] |
//! | `.uniform(low, high, k)` | [`uniform`] |
//! | `arch.bootstrap.StationaryBootstrap` | [`stationary_positions`] |
//!
//! The PCG64 step itself comes from the crate `rand_pcg`; what is written here
//! is what NumPy puts around it. NumPy's stream has been stable since 1.17 and
//! is checked here against 2.4.6 (`tests/golden/make_rng_golden.py`).
//!
//! Pure: no global state, no threads, no allocation besides the vectors that
//! [`choice_without_replacement`] returns and the scratch space that the caller
//! hands to [`mark_choice`].

mod bounded;
mod choice;
mod pcg64;
mod resample;
#[cfg(target_arch = "x86_64")]
mod resample_avx2;
mod seed_sequence;
mod stationary;
mod uniform;

pub use bounded::bounded;
pub use choice::{ChoiceError, choice_with_replacement, choice_without_replacement, mark_choice};
pub use pcg64::NumpyRng;
pub use resample::{MOST, PositionStream, Resampler};
pub use seed_sequence::SeedSequence;
pub use stationary::stationary_positions;
pub use uniform::{UniformError, uniform};

#[cfg(test)]
mod golden {
    //! Reader of `tests/golden/rng.txt`.
    //!
    //! A line is `kind arguments | first values | checksum`, where the checksum
    //! is `Σ (i + 1)·value[i]` modulo 2⁶⁴ over all values.

    const GOLDEN: &str = include_str!("../../tests/golden/rng.txt");

    /// One line of the golden file.
    pub(super) struct Case {
        pub(super) args: Vec<u128>,
        pub(super) head: Vec<u128>,
        pub(super) checksum: u64,
    }

    impl Case {
        /// Argument `i` as a count or position.
        pub(super) fn count(&self, i: usize) -> usize {
            usize::try_from(self.args[i]).unwrap()
        }

        /// Asserts that `values` are the ones NumPy drew.
        pub(super) fn assert_matches(&self, values: &[u64]) {
            for (value, expected) in values.iter().zip(&self.head) {
                assert_eq!(u128::from(*value), *expected, "{:?}", self.args);
            }
            assert!(values.len() >= self.head.len(), "{:?}", self.args);
            assert_eq!(checksum(values), self.checksum, "{:?}", self.args);
        }
    }

    fn checksum(values: &[u64]) -> u64 {
        (1_u64..).zip(values).fold(0, |sum, (i, value)| sum.wrapping_add(i.wrapping_mul(*value)))
    }

    fn numbers(field: &str) -> Vec<u128> {
        field.split_whitespace().map(|word| word.parse().unwrap()).collect()
    }

    /// The cases of one kind; panics if there are none.
    pub(super) fn cases(kind: &str) -> Vec<Case> {
        let of_kind = |line: &&str| line.split_whitespace().next() == Some(kind);
        let cases: Vec<Case> = GOLDEN
            .lines()
            .filter(of_kind)
            .map(|line| {
                let mut fields = line[kind.len()..].split('|').map(numbers);
                let mut next = || fields.next().unwrap();
                let (args, head, last) = (next(), next(), next());
                Case { args, head, checksum: u64::try_from(last[0]).unwrap() }
            })
            .collect();
        assert!(!cases.is_empty(), "no golden case of kind {kind}");
        cases
    }
}
