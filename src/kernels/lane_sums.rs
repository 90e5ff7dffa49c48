//! Sums in a fixed order that SIMD can run.
//!
//! [`lane_sum`]: term i is added to lane i mod 8, in order; the eight lanes are then added
//! pairwise. [`numpy_sum`]: the order of `numpy.sum` over a contiguous array, for numbers that
//! people compare with NumPy's. Either depends on the terms alone, never on the instruction set.

/// Number of independent partial sums.
pub const LANES: usize = 8;

/// Σ term(x) over `values`.
#[inline(always)]
#[must_use]
pub fn lane_sum(values: &[f64], term: impl Fn(f64) -> f64) -> f64 {
    lane_sum_of_pairs(values, values, |x, _| term(x))
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

/// Longest run that NumPy adds up in one go.
const NUMPY_BLOCK: usize = 128;

/// Halves of halves that there may be of an array.
const DEEPEST: usize = usize::BITS as usize;

/// Σ term(x) over `values`, bit for bit as `numpy.sum` of the terms: eight lanes in runs of at most
/// 128, longer arrays split in halves at a multiple of eight.
///
/// Source: `pairwise_sum` in `numpy/_core/src/umath/loops_utils.h.src`.
#[inline(always)]
#[must_use]
pub fn numpy_sum(mut values: &[f64], term: &impl Fn(f64) -> f64) -> f64 {
    // A loop, since a function that calls itself becomes no part of the SIMD code of its caller.
    let (mut halves, mut depth) = ([Half::Left(0.0); DEEPEST], 0);
    loop {
        while values.len() > NUMPY_BLOCK {
            let half = values.len() / 2;
            let (left, right) = values.split_at(half - half % LANES);
            halves[depth] = Half::Right(right);
            depth += 1;
            values = left;
        }
        let mut sum = numpy_block(values, term);
        loop {
            if depth == 0 {
                return sum;
            }
            depth -= 1;
            match halves[depth] {
                Half::Left(left) => sum += left,
                Half::Right(right) => {
                    halves[depth] = Half::Left(sum);
                    depth += 1;
                    values = right;
                    break;
                }
            }
        }
    }
}

/// What waits while the other half is added up.
#[derive(Clone, Copy)]
enum Half<'a> {
    /// The sum of the left one.
    Left(f64),
    /// The right one.
    Right(&'a [f64]),
}

#[inline(always)]
fn numpy_block(values: &[f64], term: &impl Fn(f64) -> f64) -> f64 {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut sum = 0.0;
    if let [first, others @ ..] = chunks {
        let mut r = first.map(term);
        for chunk in others {
            for i in 0..LANES {
                r[i] += term(chunk[i]);
            }
        }
        sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    }
    for x in rest {
        sum += term(*x);
    }
    sum
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
        for n in (0..40).chain([127, 128, 129, 255, 256, 257, 300, 1000, 4097]) {
            let values: Vec<f64> = (0..n).map(f64::from).collect();
            let plain = f64::from((0..n).sum::<u32>());
            assert_eq!(lane_sum(&values, |x| x), plain);
            assert_eq!(numpy_sum(&values, &|x| x), plain);
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
