//! Sums in a fixed order that SIMD can run.
//!
//! Term i is added to lane i mod 8, in order; the eight lanes are then added pairwise. The result
//! depends on the terms alone, never on the instruction set.

/// Number of independent partial sums.
pub const LANES: usize = 8;

/// Σ term(x) over `values`.
#[inline(always)]
#[must_use]
pub fn lane_sum(values: &[f64], term: impl Fn(f64) -> f64) -> f64 {
    let mut lanes = [0.0; LANES];
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane += term(*x);
        }
    }
    for (lane, x) in lanes.iter_mut().zip(rest) {
        *lane += term(*x);
    }
    join(lanes)
}

/// Σ term(x, y) over two slices side by side, to the end of the shorter.
#[inline(always)]
#[must_use]
pub fn lane_sum_of_pairs<A: Copy, B: Copy>(a: &[A], b: &[B], term: impl Fn(A, B) -> f64) -> f64 {
    let n = a.len().min(b.len());
    let mut lanes = [0.0; LANES];
    let ((a, a_rest), (b, b_rest)) = (a[..n].as_chunks::<LANES>(), b[..n].as_chunks::<LANES>());
    for (x, y) in a.iter().zip(b) {
        for i in 0..LANES {
            lanes[i] += term(x[i], y[i]);
        }
    }
    for ((lane, x), y) in lanes.iter_mut().zip(a_rest).zip(b_rest) {
        *lane += term(*x, *y);
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
    fn sums_equal_the_plain_sum_of_integers() {
        for n in 0..40 {
            let values: Vec<f64> = (0..n).map(f64::from).collect();
            let plain = f64::from((0..n).sum::<u32>());
            assert_eq!(lane_sum(&values, |x| x), plain);
            assert_eq!(lane_sum_of_pairs(&values, &values, |x, y| x + y), 2.0 * plain);
        }
    }

    #[test]
    fn every_term_goes_to_the_lane_of_its_position() {
        // 1e16 + 1 is lost in a plain sum, kept where the two are in lanes that meet last.
        let mut values = [0.0; 16];
        (values[0], values[8], values[1]) = (1e16, -1e16, 1.0);
        assert_eq!(lane_sum(&values, |x| x), 1.0);
    }
}
