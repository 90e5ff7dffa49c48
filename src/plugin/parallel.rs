//! Rows split over threads.
//!
//! In memory Polars calls a plugin once for a whole chunk, on one thread; rows are independent,
//! so the others can help. Blocks of rows are taken from a counter by the calling thread and by
//! helpers, so that a helper that wakes late finds less to do, or nothing. Each thread has scratch space of its own. The result does not depend on the split.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Work below this many nanoseconds stays on the calling thread: a helper was seen to begin 20 to
/// 250 µs after it was called, and thresholds from 60 to 200 µs measured alike
/// (`python -m benches --case six_scores`).
const PARALLEL_FROM_NANOS: f64 = 200_000.0;

/// Blocks per thread, so that an uneven load evens out.
const BLOCKS_PER_THREAD: usize = 8;

/// The threads that help: one fewer than Polars is allowed (`POLARS_MAX_THREADS`).
static HELPERS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let allowed = std::env::var("POLARS_MAX_THREADS").ok().and_then(|n| n.parse().ok());
    let threads =
        allowed.or(std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let name = |i| format!("polars-rating-{i}");
    let pool = ThreadPoolBuilder::new().num_threads(threads - 1).thread_name(name);
    if threads > 1 { pool.build().ok() } else { None }
});

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
    match HELPERS.as_ref().filter(|_| rows > 1 && cost.is_worth_sharing()) {
        Some(helpers) => share_rows(helpers, rows, of_row),
        None => {
            let mut scratch = S::default();
            (0..rows).map(|row| of_row(&mut scratch, row)).collect()
        }
    }
}

fn share_rows<S: Default, T: Send>(
    helpers: &ThreadPool,
    rows: usize,
    of_row: impl Fn(&mut S, usize) -> T + Sync,
) -> Vec<T> {
    let threads = helpers.current_num_threads() + 1;
    let block = rows.div_ceil(threads * BLOCKS_PER_THREAD);
    let blocks = rows.div_ceil(block);
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(blocks));
    let work = || {
        let mut scratch = S::default();
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            if i >= blocks {
                break;
            }
            let range = i * block..rows.min((i + 1) * block);
            let part: Vec<T> = range.map(|row| of_row(&mut scratch, row)).collect();
            done.lock().unwrap_or_else(PoisonError::into_inner).push((i, part));
        }
    };
    helpers.in_place_scope(|scope| {
        for _ in 1..threads.min(blocks) {
            scope.spawn(|_| work());
        }
        work();
    });
    let mut parts = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    parts.sort_unstable_by_key(|(i, _)| *i);
    let mut all = Vec::with_capacity(rows);
    for (_, part) in &mut parts {
        all.append(part);
    }
    all
}

/// The scores of all rows, NaN for none.
pub(super) fn score_rows<S: Default>(
    rows: usize,
    cost: Cost,
    score: impl Fn(&mut S, usize) -> Option<f64> + Sync,
) -> Vec<f64> {
    map_rows(rows, cost, |scratch, row| score(scratch, row).unwrap_or(f64::NAN))
}
