//! Probability of backtest overfitting by combinatorially symmetric cross-validation (`pbo`,
//! `cscv`).
//!
//! ```text
//! for each half c of the S blocks, c̄ the other half, n periods in each:
//!     SR of each candidate on c and c̄;  the winner is the highest on c, r its rank on c̄ (1 = worst,
//!     ties average);  tied winners share the split in equal parts
//! pbo = share of splits with 2r ≤ N + 1        prob_oos_loss = share with SR_c̄ < 0
//! logit_mean = mean ln(r/(N + 1 − r))           slope, intercept, r2 of SR_c̄ on SR_c
//! SR = (μ + Σ/n) / √((Σ² − (Σ)²/n) / (n − 1)) from sums about μ; 0 where the variance is at most
//!      1e-12 of the candidate's whole variance
//! ```
//!
//! pbo and prob_oos_loss are in [0, 1], lower is better. Two tables hold the sums over all subsets
//! of the first and of the last S/2 blocks, so that a half is one addition in fixed order: no drift,
//! as a rolling update would have. A split and its mirror are looked up together.
//!
//! # Edge cases
//! Candidates without blocks take no part. A slope over splits without spread is NaN.
//!
//! # Source
//! D. H. Bailey, J. M. Borwein, M. López de Prado and Q. J. Zhu, "The Probability of Backtest
//! Overfitting", Journal of Computational Finance 20 (2017). Scoring specification, section 19.

use multiversion::multiversion;

/// A variance up to this share of the whole one is rounding noise.
const FLAT: f64 = 1e-12;

/// By what candidates are ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "plugin", derive(serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Metric {
    /// Sharpe ratio.
    Sharpe,
    /// Mean.
    Mean,
}

/// What cross-validation says of a family.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cscv {
    /// Probability of backtest overfitting.
    pub pbo: f64,
    /// Share of winners that lose on the other half.
    pub prob_oos_loss: f64,
    /// Mean logit of the relative rank.
    pub logit_mean: f64,
    /// Slope of the winner's metric on the other half over that on its own.
    pub slope: f64,
    /// Intercept of the same line.
    pub intercept: f64,
    /// Its R².
    pub r2: f64,
    /// Number of splits.
    pub n_splits: u32,
}

/// Sums over blocks, a row of `n` candidates for each block.
struct Sums {
    n: usize,
    /// Mean of each candidate.
    means: Vec<f64>,
    /// Sum of squares on a half up to which a candidate is flat.
    least: Vec<f64>,
    /// Subsets of the first and of the last half of the blocks, by bit mask.
    halves: [Tables; 2],
}

/// Sums and sums of squares, a row of candidates for each subset of blocks.
struct Tables {
    sums: Vec<f64>,
    squares: Vec<f64>,
}

/// Cross-validation over `rows`, the numbers of `cscv_blocks` of each candidate, `n_blocks` even.
#[must_use]
pub fn cscv(rows: &[&[f64]], n_blocks: usize, metric: Metric) -> Option<Cscv> {
    let length = rows.first()?[1];
    let sums = Sums::new(rows, n_blocks);
    let mut splits = Splits::default();
    match metric {
        Metric::Sharpe => run(&sums, n_blocks / 2, length, true, &mut splits),
        Metric::Mean => run(&sums, n_blocks / 2, length, false, &mut splits),
    }
    splits.summary()
}

impl Sums {
    #[allow(clippy::cast_precision_loss)] // counts of periods are far below 2^53
    fn new(rows: &[&[f64]], n_blocks: usize) -> Self {
        let n = rows.len();
        let least = rows.iter().map(|row| {
            let total: f64 = row[2 + n_blocks..2 + 2 * n_blocks].iter().sum();
            let periods = row[1] * n_blocks as f64;
            FLAT * (total / periods) * (periods / 2.0 - 1.0)
        });
        let half = n_blocks / 2;
        let tables = |first: usize| Tables {
            sums: subsets(rows, 2 + first, half),
            squares: subsets(rows, 2 + n_blocks + first, half),
        };
        Self {
            n,
            means: rows.iter().map(|row| row[0]).collect(),
            least: least.collect(),
            halves: [tables(0), tables(half)],
        }
    }
}

/// Sums over every subset of the `half` columns from `first` on; subset m in row m.
fn subsets(rows: &[&[f64]], first: usize, half: usize) -> Vec<f64> {
    let n = rows.len();
    let mut table = vec![0.0; n << half];
    for mask in 1..1_usize << half {
        let last = mask.ilog2() as usize;
        let (before, this) = table.split_at_mut(mask * n);
        let rest = &before[(mask ^ (1 << last)) * n..][..n];
        for ((sum, rest), row) in this[..n].iter_mut().zip(rest).zip(rows) {
            *sum = rest + row[first + last];
        }
    }
    table
}

/// The winners of every split.
#[derive(Default)]
struct Splits {
    /// Metric of the winner on its own half, on the other, and its part of the split.
    winners: Vec<(f64, f64, f64)>,
    count: u32,
    overfit: f64,
    losses: f64,
    logits: f64,
    tied: Vec<f64>,
}

impl Splits {
    /// Adds a split from the metrics on its half and on the other.
    #[inline(always)]
    #[allow(clippy::cast_precision_loss)] // counts of candidates are far below 2^53
    fn add(&mut self, inside: &[f64], outside: &[f64], highest: f64) {
        self.count += 1;
        let (first, winners) = winners_of(inside, highest);
        if winners == 1 {
            let winner = Winner::of(outside, outside[first]);
            self.overfit += winner.overfit;
            self.losses += winner.loss;
            self.logits += winner.logit;
            self.winners.push((highest, outside[first], 1.0));
            return;
        }
        self.add_tied(inside, outside, highest);
    }

    /// Winners share the split in an order that does not depend on that of the candidates.
    #[cold]
    #[allow(clippy::cast_precision_loss)] // counts of candidates are far below 2^53
    fn add_tied(&mut self, inside: &[f64], outside: &[f64], highest: f64) {
        self.tied.clear();
        let tied = inside.iter().zip(outside).filter(|(x, _)| **x == highest);
        self.tied.extend(tied.map(|(_, y)| *y));
        self.tied.sort_unstable_by(f64::total_cmp);
        let part = 1.0 / self.tied.len() as f64;
        let (mut overfit, mut losses, mut logits) = (0.0, 0.0, 0.0);
        for y in &self.tied {
            let winner = Winner::of(outside, *y);
            overfit += winner.overfit;
            losses += winner.loss;
            logits += winner.logit;
            self.winners.push((highest, *y, part));
        }
        self.overfit += overfit * part;
        self.losses += losses * part;
        self.logits += logits * part;
    }

    fn summary(&self) -> Option<Cscv> {
        if self.count == 0 {
            return None;
        }
        let n = f64::from(self.count);
        let mean = |of: fn(&(f64, f64, f64)) -> f64| {
            self.winners.iter().map(|w| of(w) * w.2).sum::<f64>() / n
        };
        let (x_mean, y_mean) = (mean(|w| w.0), mean(|w| w.1));
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for (x, y, part) in &self.winners {
            let (x, y) = (x - x_mean, y - y_mean);
            xx += part * x * x;
            xy += part * x * y;
            yy += part * y * y;
        }
        let slope = xy / xx;
        Some(Cscv {
            pbo: self.overfit / n,
            prob_oos_loss: self.losses / n,
            logit_mean: self.logits / n,
            slope,
            intercept: y_mean - slope * x_mean,
            r2: xy * xy / (xx * yy),
            n_splits: self.count,
        })
    }
}

/// Where a winner stands on the other half.
struct Winner {
    overfit: f64,
    loss: f64,
    logit: f64,
}

impl Winner {
    #[inline(always)]
    #[allow(clippy::cast_precision_loss)] // counts of candidates are far below 2^53
    fn of(outside: &[f64], y: f64) -> Self {
        // Counts are integers: SIMD may add them up in any order.
        let (mut below, mut equal) = (0_u64, 0_u64);
        for other in outside {
            below += u64::from(*other < y);
            equal += u64::from(*other == y);
        }
        // Twice the rank; ties average.
        let (twice, n) = (2 * below + equal + 1, outside.len() as u64);
        Self {
            overfit: f64::from(u8::from(twice <= n + 1)),
            loss: f64::from(u8::from(y < 0.0)),
            logit: (twice as f64 / (2 * (n + 1) - twice) as f64).ln(),
        }
    }
}

/// Place of the first winner, and how many there are.
#[inline(always)]
fn winners_of(metrics: &[f64], highest: f64) -> (usize, u64) {
    let count = metrics.iter().map(|x| u64::from(*x == highest)).sum();
    let (chunks, _) = metrics.as_chunks::<WIDE>();
    let holds = |chunk: &[f64; WIDE]| {
        let mut any = false;
        for x in chunk {
            any |= *x == highest;
        }
        any
    };
    let skipped = chunks.iter().take_while(|chunk| !holds(chunk)).count() * WIDE;
    let first = metrics[skipped..].iter().position(|x| *x == highest);
    (skipped + first.unwrap_or(0), count)
}

/// All splits; `half` blocks on either side, of `length` periods each.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
#[allow(clippy::cast_precision_loss)] // counts of periods are far below 2^53
fn run(sums: &Sums, half: usize, length: f64, by_sharpe: bool, splits: &mut Splits) {
    let n = sums.n;
    let periods = half as f64 * length;
    let all = (1_usize << half) - 1;
    let (mut inside, mut outside) = (vec![0.0; n], vec![0.0; n]);
    // Halves with the first block; the others are their mirrors.
    for first in (0..=all).filter(|mask| mask & 1 == 1) {
        let size = half - first.count_ones() as usize;
        for last in (0..=all).filter(|mask: &usize| mask.count_ones() as usize == size) {
            let best = metrics(sums, (first, last), periods, by_sharpe, &mut inside);
            let mirror = (all ^ first, all ^ last);
            let best_mirror = metrics(sums, mirror, periods, by_sharpe, &mut outside);
            splits.add(&inside, &outside, best);
            splits.add(&outside, &inside, best_mirror);
        }
    }
}

/// Number of candidates that are looked at side by side.
const WIDE: usize = 8;

/// The metric of every candidate on a half, and the highest.
#[inline(always)]
#[allow(clippy::needless_range_loop)] // seven slices side by side
fn metrics(
    sums: &Sums,
    (first, last): (usize, usize),
    periods: f64,
    by_sharpe: bool,
    out: &mut [f64],
) -> f64 {
    let n = sums.n;
    let [a, b] = &sums.halves;
    let (sum_a, sum_b) = (&a.sums[first * n..][..n], &b.sums[last * n..][..n]);
    let (square_a, square_b) = (&a.squares[first * n..][..n], &b.squares[last * n..][..n]);
    let (means, least, out) = (&sums.means[..n], &sums.least[..n], &mut out[..n]);
    let (one_of, root) = (1.0 / periods, (periods - 1.0).sqrt());
    let of = |sum: f64, squares: f64, whole_mean: f64, least: f64| {
        let mean = sum * one_of;
        if by_sharpe {
            let squares = squares - sum * mean;
            let ratio = (whole_mean + mean) / squares.sqrt() * root;
            if squares > least { ratio } else { 0.0 }
        } else {
            whole_mean + mean
        }
    };
    // One plain loop: the compiler turns it into SIMD, which it does not if the maximum is in it.
    for i in 0..n {
        out[i] = of(sum_a[i] + sum_b[i], square_a[i] + square_b[i], means[i], least[i]);
    }
    let mut highest = [f64::NEG_INFINITY; WIDE];
    let (chunks, rest) = out.as_chunks::<WIDE>();
    for chunk in chunks {
        for (high, x) in highest.iter_mut().zip(chunk) {
            *high = if *x > *high { *x } else { *high };
        }
    }
    for (high, x) in highest.iter_mut().zip(rest) {
        *high = if *x > *high { *x } else { *high };
    }
    highest.into_iter().fold(f64::NEG_INFINITY, f64::max)
}

#[cfg(test)]
mod tests {
    use super::super::cscv_blocks::cscv_blocks;
    use super::*;

    fn of(candidates: &[Vec<f64>], n_blocks: usize, metric: Metric) -> Option<Cscv> {
        let rows: Vec<Vec<f64>> = candidates
            .iter()
            .filter_map(|values| {
                let mut out = Vec::new();
                cscv_blocks(values, n_blocks, 0.0, &mut Vec::new(), &mut out).then_some(out)
            })
            .collect();
        cscv(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>(), n_blocks, metric)
    }

    fn noise(seed: u32, n: u32) -> Vec<f64> {
        (0..n).map(|i| (f64::from(i * i + 31 * seed * (i + 7)) * 0.618).sin()).collect()
    }

    /// The definition, half by half.
    fn directly(candidates: &[Vec<f64>], n_blocks: usize) -> (f64, f64) {
        let length = candidates[0].len() / n_blocks;
        let n = candidates.len();
        let (mut overfit, mut losses, mut splits) = (0, 0, 0);
        for mask in 0..1_u32 << n_blocks {
            if mask.count_ones() as usize * 2 != n_blocks {
                continue;
            }
            let sharpe = |values: &[f64], on: bool| {
                let kept: Vec<f64> = (0..n_blocks * length)
                    .filter(|t| (mask >> (t / length) & 1 == 1) == on)
                    .map(|t| values[t])
                    .collect();
                let count = f64::from(u32::try_from(kept.len()).unwrap());
                let mean = kept.iter().sum::<f64>() / count;
                let squares: f64 = kept.iter().map(|x| (x - mean) * (x - mean)).sum();
                mean / (squares / (count - 1.0)).sqrt()
            };
            let inside: Vec<f64> = candidates.iter().map(|c| sharpe(c, true)).collect();
            let outside: Vec<f64> = candidates.iter().map(|c| sharpe(c, false)).collect();
            let best = (0..n).max_by(|a, b| inside[*a].total_cmp(&inside[*b])).unwrap();
            let rank = 1 + outside.iter().filter(|x| **x < outside[best]).count();
            splits += 1;
            overfit += u32::from(2 * rank <= n + 1);
            losses += u32::from(outside[best] < 0.0);
        }
        (f64::from(overfit) / f64::from(splits), f64::from(losses) / f64::from(splits))
    }

    #[test]
    fn matches_the_definition() {
        for (n, blocks, periods) in [(11, 6, 100), (12, 8, 67), (3, 4, 40)] {
            let family: Vec<Vec<f64>> = (0..n).map(|i| noise(i, periods)).collect();
            let found = of(&family, blocks, Metric::Sharpe).unwrap();
            let (pbo, losses) = directly(&family, blocks);
            assert_eq!((found.pbo, found.prob_oos_loss), (pbo, losses));
        }
    }

    #[test]
    fn two_copies_share_every_split() {
        let family = [noise(1, 64), noise(1, 64)];
        let found = of(&family, 8, Metric::Sharpe).unwrap();
        assert_eq!(found.pbo, 1.0);
        assert_eq!(found.n_splits, 70);
        assert_eq!(found.logit_mean, 0.0);
    }

    #[test]
    fn the_order_of_candidates_changes_no_bit() {
        let mut family: Vec<Vec<f64>> = (0..13).map(|i| noise(i, 90)).collect();
        family.push(family[4].clone());
        for metric in [Metric::Sharpe, Metric::Mean] {
            let before = of(&family, 6, metric);
            family.reverse();
            family.swap(1, 5);
            assert_eq!(of(&family, 6, metric), before);
        }
    }

    #[test]
    fn an_empty_family_has_none() {
        assert_eq!(cscv(&[], 4, Metric::Sharpe), None);
    }
}
