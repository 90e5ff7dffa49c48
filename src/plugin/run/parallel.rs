//! Rows split over threads.
//!
//! In memory Polars calls a plugin once for a whole chunk, on one thread; rows are independent,
//! so the others can help. Blocks of rows are taken from a counter by the calling thread and by
//! helpers, so that a helper that starts late finds less to do, or nothing. Each thread has scratch
//! space of its own. The result does not depend on the split.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Work below this many nanoseconds stays on the calling thread: a helper was seen to begin 20 to
/// 250 µs after it was called, and thresholds from 60 to 200 µs measured alike
/// (`python -m benches --case six_scores`).
const PARALLEL_FROM_NANOS: f64 = 200_000.0;

/// Blocks per thread, so that an uneven load evens out.
const BLOCKS_PER_THREAD: usize = 8;

/// Rows that share enough of their work: more of them gain little.
const LONG_RANGE: usize = 128;

/// Rows of a range that are computed side by side: what they need stays in the cache.
pub(crate) const BLOCK: usize = 512;

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
pub(crate) struct Cost {
    /// Items in all rows.
    pub(crate) items: usize,
    /// Nanoseconds each takes.
    pub(crate) nanos_per_item: f64,
}

impl Cost {
    #[allow(clippy::cast_precision_loss)] // an estimate
    fn is_worth_sharing(self) -> bool {
        self.items as f64 * self.nanos_per_item > PARALLEL_FROM_NANOS
    }
}

/// What `of_row(scratch, row, out)` pushes to `out` for every row, in order: `width` items each.
pub(crate) fn collect_rows<S: Default, T: Send>(
    rows: usize,
    width: usize,
    cost: Cost,
    of_row: impl Fn(&mut S, usize, &mut Vec<T>) + Sync,
) -> Vec<T> {
    let of_range = |range: Range<usize>, scratch: &mut S| {
        let mut out = Vec::with_capacity(range.len().saturating_mul(width));
        for row in range {
            of_row(scratch, row, &mut out);
        }
        out
    };
    match helpers(rows, cost) {
        Some(helpers) => share_rows(helpers, rows, BLOCKS_PER_THREAD, of_range),
        None => of_range(0..rows, &mut S::default()),
    }
}

/// What `of_range(range, scratch)` makes of the rows of every range, in order. Ranges are as long as
/// the threads allow: rows of one range share work.
pub(crate) fn collect_ranges<S: Default, T: Send>(
    rows: usize,
    cost: Cost,
    of_range: impl Fn(Range<usize>, &mut S) -> Vec<T> + Sync,
) -> Vec<T> {
    match helpers(rows, cost) {
        Some(helpers) => share_rows(helpers, rows, rows.div_ceil(LONG_RANGE), of_range),
        None => of_range(0..rows, &mut S::default()),
    }
}

fn helpers(rows: usize, cost: Cost) -> Option<&'static ThreadPool> {
    HELPERS.as_ref().filter(|_| rows > 1 && cost.is_worth_sharing())
}

/// `of_row(scratch, row)` for every row, in order.
pub(crate) fn map_rows<S: Default, T: Send>(
    rows: usize,
    cost: Cost,
    of_row: impl Fn(&mut S, usize) -> T + Sync,
) -> Vec<T> {
    collect_rows(rows, 1, cost, |scratch, row, out| out.push(of_row(scratch, row)))
}

fn share_rows<S: Default, T: Send>(
    helpers: &ThreadPool,
    rows: usize,
    most_per_thread: usize,
    of_range: impl Fn(Range<usize>, &mut S) -> Vec<T> + Sync,
) -> Vec<T> {
    let threads = helpers.current_num_threads() + 1;
    let block = rows.div_ceil(threads * BLOCKS_PER_THREAD.min(most_per_thread));
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
            let part = of_range(range, &mut scratch);
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
    let mut all = Vec::with_capacity(parts.iter().map(|(_, part)| part.len()).sum());
    for (_, part) in &mut parts {
        all.append(part);
    }
    all
}

/// The scores of all rows, NaN for none.
pub(crate) fn score_rows<S: Default>(
    rows: usize,
    cost: Cost,
    score: impl Fn(&mut S, usize) -> Option<f64> + Sync,
) -> Vec<f64> {
    map_rows(rows, cost, |scratch, row| score(scratch, row).unwrap_or(f64::NAN))
}
