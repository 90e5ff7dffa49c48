//! Positions of the stationary bootstrap: blocks of random length, the series closed to a ring.
//!
//! ```text
//! per resample of n positions, all from one stream default_rng(seed):
//!     start_t = rng.integers(n, size=n),  u_t = rng.random(n)
//!     position_0 = start_0
//!     position_t = start_t                          if u_t ≤ 1/b
//!                  (position_{t − 1} + 1) mod n     otherwise
//! ```
//!
//! Block lengths are geometric with mean b. These are the draws of
//! `arch.bootstrap.StationaryBootstrap(b, x, seed=seed)`, resample by resample.
//!
//! # Edge cases
//! b = 1 starts a block at every position (independent draws, though other ones than those of
//! `choice`); u_0 is drawn and not used.
//!
//! # Source
//! D. N. Politis and J. P. Romano, "The Stationary Bootstrap", JASA 89 (1994);
//! `StationaryBootstrap.update_indices` of arch 8.

use super::{NumpyRng, bounded};

/// Fills `positions` with one resample of a series of that length; `block_length` is at least 1.
#[expect(clippy::cast_possible_truncation, reason = "positions are below a length below 2³²")]
pub fn stationary_positions(rng: &mut NumpyRng, block_length: f64, positions: &mut [u32]) {
    let Some(last) = u32::try_from(positions.len()).ok().and_then(|n| n.checked_sub(1)) else {
        return;
    };
    rng.in_registers(|rng| {
        for start in positions.iter_mut() {
            *start = bounded(rng, u64::from(last)) as u32;
        }
        let new_block = 1.0 / block_length;
        rng.next_f64();
        let mut before = positions[0];
        for position in &mut positions[1..] {
            let next = if before == last { 0 } else { before + 1 };
            before = if rng.next_f64() <= new_block { *position } else { next };
            *position = before;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::golden;

    #[test]
    fn positions_match_arch() {
        for case in golden::cases("stationary") {
            let block_length = f64::from_bits(u64::try_from(case.args[2]).unwrap());
            let (mut rng, n) = (NumpyRng::new(case.args[0]), case.count(1));
            let mut all = Vec::new();
            for _ in 0..case.count(3) {
                let mut positions = vec![0; n];
                stationary_positions(&mut rng, block_length, &mut positions);
                all.extend(positions.into_iter().map(u64::from));
            }
            case.assert_matches(&all);
        }
    }

    #[test]
    fn an_endless_block_runs_through_the_ring_once() {
        let mut positions = [0; 10];
        stationary_positions(&mut NumpyRng::new(3), f64::INFINITY, &mut positions);
        let first = positions[0];
        assert_eq!(positions, std::array::from_fn(|i| (first + u32::try_from(i).unwrap()) % 10));
    }

    #[test]
    fn an_empty_series_draws_nothing() {
        let mut rng = NumpyRng::new(1);
        stationary_positions(&mut rng, 2.0, &mut []);
        assert_eq!(rng, NumpyRng::new(1));
    }
}
