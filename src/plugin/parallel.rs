//! Rows split over Polars' thread pool.
//!
//! In memory Polars calls a plugin once for a whole chunk, on one thread; rows are independent,
//! so blocks of them run on all. Each block has scratch space of its own. The result does not
//! depend on the split.

use polars_core::runtime::RAYON;
use rayon::prelude::*;

/// Work below this many nanoseconds stays on the calling thread: handing it over and waiting
/// costs some 20 µs (`python -m benches --case fixed_cost`).
const PARALLEL_FROM_NANOS: f64 = 100_000.0;

/// Blocks per thread, so that an uneven load evens out.
const BLOCKS_PER_THREAD: usize = 4;

/// How long the work of a column takes, roughly.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    /// Items in all rows.
    pub(super) items: usize,
    /// Nanoseconds each takes.
    pub(super) nanos_per_item: f64,
}

impl Cost {
    /// The cost when each item is gone over `times` times.
    pub(super) fn times(self, times: f64) -> Self {
        Self { nanos_per_item: self.nanos_per_item * times, ..self }
    }

    #[allow(clippy::cast_precision_loss)] // an estimate
    fn is_worth_sharing(self) -> bool {
        self.items as f64 * self.nanos_per_item > PARALLEL_FROM_NANOS
    }
}

/// `of_row(scratch, row)` for every row, in order.
pub(super) fn map_rows<S: Default, T: Send>(
    rows: usize,
    cost: Cost,
    of_row: impl Fn(&mut S, usize) -> T + Sync,
) -> Vec<T> {
    let threads = RAYON.current_num_threads();
    if threads < 2 || rows < 2 || !cost.is_worth_sharing() {
        let mut scratch = S::default();
        return (0..rows).map(|row| of_row(&mut scratch, row)).collect();
    }
    let block = rows.div_ceil(threads * BLOCKS_PER_THREAD).max(1);
    RAYON.install(|| {
        let blocks = (0..rows.div_ceil(block)).into_par_iter().map(|i| {
            let mut scratch = S::default();
            let last = rows.min((i + 1) * block);
            (i * block..last).map(|row| of_row(&mut scratch, row)).collect::<Vec<_>>()
        });
        blocks.collect::<Vec<_>>().into_iter().flatten().collect()
    })
}

/// The scores of all rows, NaN for none.
pub(super) fn score_rows<S: Default>(
    rows: usize,
    cost: Cost,
    score: impl Fn(&mut S, usize) -> Option<f64> + Sync,
) -> Vec<f64> {
    map_rows(rows, cost, |scratch, row| score(scratch, row).unwrap_or(f64::NAN))
}
