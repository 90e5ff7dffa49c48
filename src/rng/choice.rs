//! Positions drawn with and without replacement, as NumPy's `Generator.choice`.
//!
//! Without replacement, k of n positions, by one of two algorithms:
//!
//! ```text
//! tail shuffle, if n > 10 000 and k > n div 50:
//!     p = 0, 1, .., n − 1;  for i = n − 1 down to max(n − k, 1): swap p[i], p[bounded(i)]
//!     the last k entries of p, in their order
//! Floyd, otherwise:
//!     for j = n − k, .., n − 1:  t = bounded(j);  take t, or j if t is taken already
//!     then shuffle: for i = k − 1 down to 1: swap entries i and bounded(i)
//! ```
//!
//! With replacement every position is `bounded(n − 1)`.
//!
//! # Edge cases
//! k = 0 and n = 1 consume no draw; k > n is an error; drawing from nothing is
//! an error unless nothing is drawn.
//!
//! # Source
//! `Generator.choice` and `_shuffle_int` in `numpy/random/_generator.pyx`; J.
//! Bentley and R. W. Floyd, "Programming Pearls: A Sample of Brilliance", CACM
//! 30 (1987).

use std::collections::HashSet;
use std::fmt;

use super::{NumpyRng, bounded};

/// NumPy's switch between the two algorithms, for `shuffle=True`.
const TAIL_SHUFFLE_ABOVE: usize = 10_000;
const TAIL_SHUFFLE_SHARE: usize = 50;

/// Why a choice cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceError {
    /// More positions are asked for than there are, without replacement.
    SampleTooLarge,
    /// A position is asked for where there is none.
    EmptyPopulation,
    /// The slice of marks is shorter than the population.
    TooFewMarks,
    /// The memory for the sample is not to be had.
    OutOfMemory,
}

impl fmt::Display for ChoiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SampleTooLarge => "cannot draw more than the population without replacement",
            Self::EmptyPopulation => "cannot draw from an empty population",
            Self::TooFewMarks => "fewer marks than positions in the population",
            Self::OutOfMemory => "out of memory",
        })
    }
}

impl std::error::Error for ChoiceError {}

/// `k` of `n` positions; values and order equal
/// `default_rng(seed).choice(n, k, replace=False)`.
///
/// # Errors
/// [`ChoiceError::SampleTooLarge`] if `k > n`, [`ChoiceError::OutOfMemory`].
pub fn choice_without_replacement(
    rng: &mut NumpyRng,
    n: usize,
    k: usize,
) -> Result<Vec<u64>, ChoiceError> {
    let first = n.checked_sub(k).ok_or(ChoiceError::SampleTooLarge)?;
    let out_of_memory = |_| ChoiceError::OutOfMemory;
    let mut picked = Vec::new();
    if uses_tail_shuffle(n, k) {
        fill_identity(&mut picked, n)?;
        shuffle_down_to(rng, &mut picked, first);
        return Ok(picked.split_off(first));
    }
    let mut taken = HashSet::new();
    picked.try_reserve_exact(k).map_err(out_of_memory)?;
    taken.try_reserve(k).map_err(out_of_memory)?;
    for last in first as u64..n as u64 {
        let draw = bounded(rng, last);
        let pick = if taken.insert(draw) { draw } else { last };
        taken.insert(pick);
        picked.push(pick);
    }
    shuffle_down_to(rng, &mut picked, 1);
    Ok(picked)
}

/// Marks the set that `default_rng(seed).choice(n, k, replace=False)` returns.
///
/// For callers to whom the order means nothing: NumPy's final shuffle is
/// skipped, which leaves the generator elsewhere than NumPy's, so it is used up.
///
/// # Parameters
/// - `marks`: at least `n`, of which `k` get the bit `mark`; none of the first `n` has it before.
///   Other bits and later marks are left alone.
/// - `scratch`: any contents; grows to `n` where the tail shuffle is used, so
///   that a reused one is not allocated again.
///
/// # Errors
/// [`ChoiceError::SampleTooLarge`] if `k > n`, [`ChoiceError::TooFewMarks`],
/// [`ChoiceError::OutOfMemory`]. No mark is set then.
pub fn mark_choice(
    mut rng: NumpyRng,
    n: usize,
    k: usize,
    marks: &mut [u8],
    mark: u8,
    scratch: &mut Vec<u64>,
) -> Result<(), ChoiceError> {
    let first = n.checked_sub(k).ok_or(ChoiceError::SampleTooLarge)?;
    let marks = marks.get_mut(..n).ok_or(ChoiceError::TooFewMarks)?;
    debug_assert!(marks.iter().all(|m| m & mark == 0), "no position may be marked");
    if uses_tail_shuffle(n, k) {
        fill_identity(scratch, n)?;
        shuffle_down_to(&mut rng, scratch, first);
        for position in &scratch[first..] {
            marks[to_index(*position)] |= mark;
        }
        return Ok(());
    }
    // The marks are Floyd's set. `draw <= last < n`, and `last` is not yet
    // marked unless it is the draw itself.
    rng.in_registers(|rng| {
        for last in first..n {
            let draw = to_index(bounded(rng, last as u64));
            let taken = marks[draw] & mark;
            marks[draw] |= mark;
            marks[last] |= taken;
        }
    });
    Ok(())
}

/// Fills `out` with the positions that `default_rng(seed).choice(x, size)`
/// takes from an `x` of length `n`, in C order.
///
/// # Errors
/// [`ChoiceError::EmptyPopulation`] if `n` is 0 and `out` is not empty.
pub fn choice_with_replacement(
    rng: &mut NumpyRng,
    n: usize,
    out: &mut [u64],
) -> Result<(), ChoiceError> {
    let max = match (n as u64).checked_sub(1) {
        Some(max) => max,
        None if out.is_empty() => return Ok(()),
        None => return Err(ChoiceError::EmptyPopulation),
    };
    rng.in_registers(|rng| {
        for position in out {
            *position = bounded(rng, max);
        }
    });
    Ok(())
}

fn uses_tail_shuffle(n: usize, k: usize) -> bool {
    n > TAIL_SHUFFLE_ABOVE && k > n / TAIL_SHUFFLE_SHARE
}

/// Swaps every entry from the last down to `first` (0 counts as 1) with one at
/// or before it.
fn shuffle_down_to(rng: &mut NumpyRng, entries: &mut [u64], first: usize) {
    rng.in_registers(|rng| {
        for i in (first.max(1)..entries.len()).rev() {
            entries.swap(i, to_index(bounded(rng, i as u64)));
        }
    });
}

/// Makes `entries` 0, 1, .., n − 1.
fn fill_identity(entries: &mut Vec<u64>, n: usize) -> Result<(), ChoiceError> {
    entries.clear();
    entries.try_reserve(n).map_err(|_| ChoiceError::OutOfMemory)?;
    entries.extend(0..n as u64);
    Ok(())
}

/// A position as an index; positions are below a length and so always fit.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "below a length")]
fn to_index(position: u64) -> usize {
    debug_assert!(usize::try_from(position).is_ok());
    position as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::golden;

    /// The ascending positions that [`mark_choice`] marks.
    fn marked_positions(seed: u128, n: usize, k: usize, scratch: &mut Vec<u64>) -> Vec<u64> {
        let mut marks = vec![0b101; n + 3];
        mark_choice(NumpyRng::new(seed), n, k, &mut marks, 0b10, scratch).unwrap();
        assert!(marks.iter().all(|mark| mark & !0b10 == 0b101));
        (0..).zip(marks).filter_map(|(i, mark)| (mark & 0b10 != 0).then_some(i)).collect()
    }

    #[test]
    fn choice_without_replacement_matches_numpy() {
        let mut scratch = Vec::new();
        for case in golden::cases("choice") {
            let (seed, n, k) = (case.args[0], case.count(1), case.count(2));
            let mut picked = choice_without_replacement(&mut NumpyRng::new(seed), n, k).unwrap();
            assert_eq!(picked.len(), k);
            case.assert_matches(&picked);
            picked.sort_unstable();
            assert_eq!(marked_positions(seed, n, k, &mut scratch), picked, "{:?}", case.args);
        }
    }

    #[test]
    fn mark_choice_matches_choice_without_replacement() {
        let mut scratch = Vec::new();
        for n in 0..60 {
            for k in 0..=n {
                let mut rng = NumpyRng::new(n as u128);
                let mut picked = choice_without_replacement(&mut rng, n, k).unwrap();
                picked.sort_unstable();
                assert_eq!(marked_positions(n as u128, n, k, &mut scratch), picked);
            }
        }
    }

    #[test]
    fn choice_with_replacement_matches_numpy() {
        for case in golden::cases("choice_replace") {
            let mut out = vec![0; case.count(2)];
            let mut rng = NumpyRng::new(case.args[0]);
            choice_with_replacement(&mut rng, case.count(1), &mut out).unwrap();
            case.assert_matches(&out);
        }
    }

    #[test]
    fn wrong_arguments_are_errors() {
        let rng = &mut NumpyRng::new(0);
        let (scratch, marks) = (&mut Vec::new(), &mut [0; 3]);
        assert_eq!(choice_without_replacement(rng, 2, 3), Err(ChoiceError::SampleTooLarge));
        let mut mark = |n, k| mark_choice(NumpyRng::new(0), n, k, marks, 1, scratch);
        assert_eq!(mark(2, 3), Err(ChoiceError::SampleTooLarge));
        assert_eq!(mark(4, 1), Err(ChoiceError::TooFewMarks));
        assert_eq!(choice_with_replacement(rng, 0, &mut [0]), Err(ChoiceError::EmptyPopulation));
        assert_eq!(choice_with_replacement(rng, 0, &mut []), Ok(()));
        assert_eq!((*marks, &*rng), ([0; 3], &NumpyRng::new(0)));
    }

    #[test]
    fn an_impossible_sample_is_out_of_memory() {
        let drawn = choice_without_replacement(&mut NumpyRng::new(0), usize::MAX, usize::MAX);
        assert_eq!(drawn, Err(ChoiceError::OutOfMemory));
    }
}
