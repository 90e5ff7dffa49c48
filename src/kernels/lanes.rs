//! Sums in a fixed order that SIMD can run.
//!
//! Term i is added to lane i mod 8, in order; the eight lanes are then added pairwise. The result
//! depends on the terms alone, never on the instruction set.

/// Number of independent partial sums.
pub const LANES: usize = 8;

/// Σ term(i) for i in 0..n over eight lanes.
#[inline(always)]
pub fn lane_sum(n: usize, mut term: impl FnMut(usize) -> f64) -> f64 {
    let mut lanes = [0.0; LANES];
    let whole = n - n % LANES;
    let mut start = 0;
    while start < whole {
        for (lane, acc) in lanes.iter_mut().enumerate() {
            *acc += term(start + lane);
        }
        start += LANES;
    }
    for (i, acc) in (whole..n).zip(lanes.iter_mut()) {
        *acc += term(i);
    }
    join(lanes)
}

/// The eight lanes added pairwise.
#[inline(always)]
#[must_use]
pub fn join(l: [f64; LANES]) -> f64 {
    ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lane_sum_equals_the_plain_sum_of_integers() {
        for n in 0..40 {
            let plain: usize = (0..n).sum();
            assert_eq!(lane_sum(n, |i| i as f64), plain as f64);
        }
    }
}
