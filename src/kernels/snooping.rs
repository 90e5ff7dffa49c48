//! Data snooping over a family by the stationary bootstrap (`reality_check`, `spa`, `snooping`,
//! `romano_wolf`).
//!
//! ```text
//! d = returns − benchmark, T periods;  d̄ its mean, d̄* that of a resample, ω² = var(√T·d̄*)
//! ω² = R0 + 2Σ_i [(1 − i/T)·q^i + (i/T)·q^(T − i)]·R_i,  q = 1 − 1/b,  R_i = Σ_t e_t·e_{t+i} / T
//! reality_check = share(max √T(d̄* − d̄) ≥ max √T·d̄)
//! t = √T·d̄/ω;  spa = share(max(0, max √T(d̄* − g)/ω) ≥ max(0, max t))
//!     g: lower max(d̄, 0); consistent d̄ if t ≥ −√(2·ln ln T) else 0; upper d̄
//! romano_wolf: t descending; p_j = share(max over j and all weaker of √T(d̄* − d̄)/ω ≥ t_j), cummax
//! ```
//!
//! Shares of the `n_boot` resamples, in [0, 1], lower is better. One resample of periods serves all
//! candidates; its draws are those of `arch.bootstrap.StationaryBootstrap(b, seed=seed)`. A resample
//! is a few runs of periods, so its sums are differences of running sums.
//!
//! # Edge cases
//! Candidates whose ω is 0 take no part. Equal t share their p.
//!
//! # Source
//! H. White, "A Reality Check for Data Snooping", Econometrica 68 (2000); P. R. Hansen, "A Test for
//! Superior Predictive Ability", JBES 23 (2005); J. P. Romano and M. Wolf, "Stepwise Multiple Testing
//! as Formalized Data Snooping", Econometrica 73 (2005); D. N. Politis and J. P. Romano, "The
//! Stationary Bootstrap", JASA 89 (1994). Scoring specification, section 20.

use multiversion::multiversion;

use super::block_length::block_length;
use super::lane_sums::{LANES, lane_sum};
use crate::rng::{NumpyRng, stationary_positions};

/// The resamples of a family.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resamples {
    /// How many.
    pub n_boot: u32,
    /// Mean length of a block, at least 1; `None` for the one that the family's series ask for.
    pub block_length: Option<f64>,
    /// Seed of NumPy's generator.
    pub seed: u64,
}

/// What the bootstrap says of a family.
#[derive(Debug, Clone, PartialEq)]
pub struct Snooping {
    /// White's p-value.
    pub reality_check: f64,
    /// Hansen's p-values: lower, consistent, upper.
    pub spa: [f64; 3],
    /// Mean length of a block.
    pub block_length: f64,
    /// Standard error of the consistent p-value.
    pub std_error: f64,
    /// Romano and Wolf's p-value of each candidate, NaN for one that takes no part.
    pub romano_wolf: Vec<f64>,
}

/// A candidate that takes part.
struct Candidate {
    place: usize,
    /// √T·d̄.
    mean: f64,
    /// √T·d̄/ω.
    t: f64,
    omega: f64,
}

/// Mean block length over the family, each at least 1: sorted, then added up.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of candidates are far below 2^53
pub fn family_block_length(family: &[&[f64]]) -> Option<f64> {
    let lengths = family.iter().filter_map(|values| block_length(values));
    let mut lengths: Vec<f64> = lengths.map(|length| length.max(1.0)).collect();
    lengths.sort_unstable_by(f64::total_cmp);
    let mean = lengths.iter().sum::<f64>() / lengths.len() as f64;
    (!lengths.is_empty()).then_some(mean)
}

/// The tests over `family`, finite series of equal length (differences from the benchmark).
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of periods are far below 2^53
pub fn snooping(family: &[&[f64]], resamples: Resamples) -> Option<Snooping> {
    let periods = family.first()?.len();
    let length = match resamples.block_length {
        Some(length) => length,
        None => family_block_length(family)?,
    };
    if periods < 2 || resamples.n_boot == 0 || u32::try_from(periods).is_err() {
        return None;
    }
    let root = (periods as f64).sqrt();
    let mut centred = Vec::with_capacity(periods);
    let mut candidates = Vec::with_capacity(family.len());
    for (place, values) in family.iter().enumerate() {
        let mean = centre(values, &mut centred);
        let omega = long_run_variance(&centred, length).sqrt();
        let t = root * mean / omega;
        if omega > 0.0 && t.is_finite() {
            candidates.push(Candidate { place, mean: root * mean, t, omega });
        }
    }
    if candidates.is_empty() {
        return None;
    }
    candidates.sort_by(|a, b| b.t.total_cmp(&a.t));
    let running = running_sums(family, &candidates, &mut centred);
    let mut counts = Counts::new(&candidates, periods as f64);
    let mut rng = NumpyRng::new(resamples.seed.into());
    let mut positions = vec![0; periods];
    for _ in 0..resamples.n_boot {
        stationary_positions(&mut rng, length, &mut positions);
        counts.add(&running, &positions);
    }
    Some(counts.shares(&candidates, family.len(), resamples.n_boot, length))
}

/// Writes the deviations from the mean to `out`; returns the mean.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
#[allow(clippy::cast_precision_loss)] // counts of periods are far below 2^53
fn centre(values: &[f64], out: &mut Vec<f64>) -> f64 {
    let mean = lane_sum(values, |x| x) / values.len() as f64;
    out.clear();
    out.extend(values.iter().map(|x| x - mean));
    mean
}

/// Variance of √T·mean* of deviations `e` from the mean, in one pass: the sum over lags is
/// Σ_t e_t·B_t over the ring, B_t = Σ_i (1 − i/T)·q^i·e_{t + i}, by recursion.
#[allow(clippy::cast_precision_loss)] // counts of periods are far below 2^53
fn long_run_variance(e: &[f64], block_length: f64) -> f64 {
    let (n, q) = (e.len() as f64, 1.0 - 1.0 / block_length);
    let squares: f64 = e.iter().map(|x| x * x).sum();
    // To the end of the series, backwards: near = Σ q^i·e_{t+i}, far = Σ i·q^i·e_{t+i}.
    let (mut near, mut far, mut ahead) = (0.0, 0.0, 0.0);
    let mut after = 0.0;
    for x in e.iter().rev() {
        near = q * (after + near);
        far = near + q * far;
        ahead += x * (near - far / n);
        after = *x;
    }
    // Around the ring, forwards: q^(T − s)·Σ_{t < s} q^t·e_t·(s − t)/T, as decaying sums.
    let (mut wrapped, mut power) = (0.0, 1.0);
    let (mut sum, mut by_place) = (0.0, 0.0);
    // Weights q^t from the start; q^(T − s) from the end.
    let ends: Vec<f64> = {
        let mut decay = vec![0.0; e.len()];
        let mut weight = 1.0;
        for end in decay.iter_mut().rev() {
            weight *= q;
            *end = weight;
        }
        decay
    };
    for ((s, x), end) in e.iter().enumerate().zip(&ends) {
        let place = s as f64;
        wrapped += x * end * (place * sum - by_place) / n;
        sum += power * x;
        by_place += place * power * x;
        power *= q;
    }
    (squares + 2.0 * ahead + 2.0 * wrapped) / n
}

/// Running sums of the deviations: T + 1 rows, a column for each candidate.
fn running_sums(family: &[&[f64]], candidates: &[Candidate], centred: &mut Vec<f64>) -> Vec<f64> {
    let n = candidates.len();
    let periods = family.first().map_or(0, |values| values.len());
    let mut running = vec![0.0; (periods + 1) * n];
    for (column, candidate) in candidates.iter().enumerate() {
        centre(family[candidate.place], centred);
        let mut sum = 0.0;
        for (t, x) in centred.iter().enumerate() {
            sum += x;
            running[(t + 1) * n + column] = sum;
        }
    }
    running
}

/// Resamples that reach what was observed.
struct Counts {
    /// 1/√T, and 1/(√T·ω) of each candidate.
    by_root: f64,
    scales: Vec<f64>,
    /// What is added for the lower and the consistent p-value.
    shifts: [Vec<f64>; 2],
    observed: f64,
    observed_t: f64,
    t: Vec<f64>,
    sums: Vec<f64>,
    reality_check: u32,
    spa: [u32; 3],
    romano_wolf: Vec<u32>,
}

impl Counts {
    fn new(candidates: &[Candidate], periods: f64) -> Self {
        let root = periods.sqrt();
        // ln ln T < 0 for T = 2: no candidate is that far below.
        let far = -(2.0 * periods.ln().ln()).max(0.0).sqrt();
        let t: Vec<f64> = candidates.iter().map(|c| c.t).collect();
        let lower = t.iter().map(|t| t.min(0.0)).collect();
        let consistent = t.iter().map(|t| if *t >= far { 0.0 } else { *t }).collect();
        let highest =
            |values: &mut dyn Iterator<Item = f64>| values.fold(f64::NEG_INFINITY, f64::max);
        Self {
            by_root: 1.0 / root,
            scales: candidates.iter().map(|c| 1.0 / (root * c.omega)).collect(),
            shifts: [lower, consistent],
            observed: highest(&mut candidates.iter().map(|c| c.mean)),
            observed_t: highest(&mut t.iter().copied()).max(0.0),
            sums: vec![0.0; t.len()],
            romano_wolf: vec![0; t.len()],
            t,
            reality_check: 0,
            spa: [0; 3],
        }
    }

    fn add(&mut self, running: &[f64], positions: &[u32]) {
        resampled_sums(running, positions, &mut self.sums);
        let highest = highest_of(&self.sums, &self.scales, &self.shifts);
        self.reality_check += u32::from(highest.sum * self.by_root >= self.observed);
        for (count, high) in
            self.spa.iter_mut().zip([highest.lower, highest.consistent, highest.upper])
        {
            *count += u32::from(high.max(0.0) >= self.observed_t);
        }
        let mut weaker = f64::NEG_INFINITY;
        for i in (0..self.t.len()).rev() {
            weaker = weaker.max(self.sums[i] * self.scales[i]);
            self.sums[i] = weaker;
        }
        for ((count, weaker), t) in self.romano_wolf.iter_mut().zip(&self.sums).zip(&self.t) {
            *count += u32::from(weaker >= t);
        }
    }

    fn shares(&self, candidates: &[Candidate], rows: usize, n_boot: u32, length: f64) -> Snooping {
        let share = |count: u32| f64::from(count) / f64::from(n_boot);
        let mut romano_wolf = vec![f64::NAN; rows];
        let mut highest = 0.0_f64;
        let mut start = 0;
        while start < candidates.len() {
            // Of equal t the first has seen all of them in its maximum.
            let t = candidates[start].t;
            let end = start + candidates[start..].iter().take_while(|c| c.t == t).count();
            highest = highest.max(share(self.romano_wolf[start]));
            for candidate in &candidates[start..end] {
                romano_wolf[candidate.place] = highest;
            }
            start = end;
        }
        let spa = self.spa.map(share);
        Snooping {
            reality_check: share(self.reality_check),
            spa,
            block_length: length,
            std_error: (spa[1] * (1.0 - spa[1]) / f64::from(n_boot)).sqrt(),
            romano_wolf,
        }
    }
}

/// Sums of the deviations over a resample, run by run.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn resampled_sums(running: &[f64], positions: &[u32], sums: &mut [f64]) {
    let n = sums.len();
    sums.fill(0.0);
    let mut rest = positions;
    while let [first, ..] = rest {
        let run = 1 + rest.windows(2).take_while(|pair| pair[1] == pair[0] + 1).count();
        let start = *first as usize * n;
        let (from, to) = (&running[start..][..n], &running[start + run * n..][..n]);
        for ((sum, to), from) in sums.iter_mut().zip(to).zip(from) {
            *sum += to - from;
        }
        rest = &rest[run..];
    }
}

/// The highest values over the candidates.
struct Highest {
    sum: f64,
    lower: f64,
    consistent: f64,
    upper: f64,
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn highest_of(sums: &[f64], scales: &[f64], [lower, consistent]: &[Vec<f64>; 2]) -> Highest {
    const LOW: [f64; LANES] = [f64::NEG_INFINITY; LANES];
    let mut high = [LOW; 4];
    for (i, (sum, scale)) in sums.iter().zip(scales).enumerate() {
        let z = sum * scale;
        for (lanes, x) in high.iter_mut().zip([*sum, z + lower[i], z + consistent[i], z]) {
            let lane = &mut lanes[i % LANES];
            *lane = if x > *lane { x } else { *lane };
        }
    }
    let [sum, lower, consistent, upper] =
        high.map(|lanes| lanes.into_iter().fold(f64::NEG_INFINITY, f64::max));
    Highest { sum, lower, consistent, upper }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: u32, n: u32, edge: f64) -> Vec<f64> {
        (0..n).map(|i| (f64::from(i * i + 31 * seed * (i + 7)) * 0.618).sin() + edge).collect()
    }

    fn family() -> Vec<Vec<f64>> {
        (0..7).map(|i| noise(i, 60, f64::from(i) * 0.05 - 0.1)).collect()
    }

    fn run(family: &[Vec<f64>], block_length: Option<f64>) -> Option<Snooping> {
        let resamples = Resamples { n_boot: 300, block_length, seed: 5 };
        snooping(&family.iter().map(Vec::as_slice).collect::<Vec<_>>(), resamples)
    }

    #[test]
    fn the_variance_matches_the_sum_over_lags() {
        for (n, b) in [(60, 1.0_f64), (60, 4.0), (17, 30.0), (2, 2.0)] {
            let mut e = Vec::new();
            centre(&noise(3, n, 0.0), &mut e);
            let (count, q) = (f64::from(n), 1.0 - 1.0 / b);
            let r = |i: usize| e.iter().zip(&e[i..]).map(|(x, y)| x * y).sum::<f64>() / count;
            let weight = |i: usize| {
                let lag = f64::from(u32::try_from(i).unwrap());
                (1.0 - lag / count) * q.powf(lag) + lag / count * q.powf(count - lag)
            };
            let wanted = r(0) + 2.0 * (1..e.len()).map(|i| weight(i) * r(i)).sum::<f64>();
            let found = long_run_variance(&e, b);
            assert!((found - wanted).abs() <= 1e-12 * r(0), "{n}, {b}: {found} for {wanted}");
        }
    }

    #[test]
    fn shares_match_the_definition() {
        let (family, length, n_boot) = (family(), 3.0, 300);
        let found = run(&family, Some(length)).unwrap();
        let root = 60.0_f64.sqrt();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / 60.0;
        let means: Vec<f64> = family.iter().map(|v| mean(v)).collect();
        let omegas: Vec<f64> = family
            .iter()
            .map(|values| {
                let mut e = Vec::new();
                centre(values, &mut e);
                long_run_variance(&e, length).sqrt()
            })
            .collect();
        let t: Vec<f64> = means.iter().zip(&omegas).map(|(m, o)| root * m / o).collect();
        let high = |values: Vec<f64>| values.into_iter().fold(f64::NEG_INFINITY, f64::max);
        let mut rng = NumpyRng::new(5);
        let mut positions = vec![0; 60];
        let (mut check, mut upper) = (0, 0);
        let mut wolf = [0; 7];
        for _ in 0..n_boot {
            stationary_positions(&mut rng, length, &mut positions);
            let resampled: Vec<f64> = family
                .iter()
                .map(|v| mean(&positions.iter().map(|p| v[*p as usize]).collect::<Vec<_>>()))
                .collect();
            let d: Vec<f64> = resampled.iter().zip(&means).map(|(a, b)| root * (a - b)).collect();
            let z: Vec<f64> = d.iter().zip(&omegas).map(|(d, o)| d / o).collect();
            check += u32::from(high(d) >= high(means.iter().map(|m| root * m).collect()));
            upper += u32::from(high(z.clone()).max(0.0) >= high(t.clone()).max(0.0));
            for (count, mine) in wolf.iter_mut().zip(&t) {
                let weaker = z.iter().zip(&t).filter(|(_, other)| *other <= mine);
                *count += u32::from(high(weaker.map(|(z, _)| *z).collect()) >= *mine);
            }
        }
        let share = |count: u32| f64::from(count) / 300.0;
        assert_eq!(found.reality_check, share(check));
        assert_eq!(found.spa[2], share(upper));
        let mut order: Vec<usize> = (0..7).collect();
        order.sort_by(|a, b| t[*b].total_cmp(&t[*a]));
        let mut highest = 0.0_f64;
        for i in order {
            highest = highest.max(share(wolf[i]));
            assert_eq!(found.romano_wolf[i], highest);
        }
    }

    #[test]
    fn order_scale_and_copies_change_nothing() {
        let mut family = family();
        family.push(family[6].clone());
        let before = run(&family, Some(2.5)).unwrap();
        assert_eq!(before.romano_wolf[6], before.romano_wolf[7]);
        family.reverse();
        let mut after = run(&family, Some(2.5)).unwrap();
        after.romano_wolf.reverse();
        assert_eq!(after, before);
        family.iter_mut().flatten().for_each(|x| *x *= 0.125);
        let mut scaled = run(&family, Some(2.5)).unwrap();
        scaled.romano_wolf.reverse();
        assert_eq!((scaled.spa, scaled.romano_wolf), (before.spa, before.romano_wolf));
    }

    #[test]
    fn flat_candidates_take_no_part() {
        let mut family = family();
        let before = run(&family, Some(2.0)).unwrap();
        family.push(vec![5.0; 60]);
        let after = run(&family, Some(2.0)).unwrap();
        assert_eq!((after.reality_check, after.spa), (before.reality_check, before.spa));
        assert!(after.romano_wolf[7].is_nan());
        assert_eq!(run(&[vec![0.0; 60]], Some(2.0)), None);
        assert_eq!(run(&[noise(1, 15, 0.0)], None), None);
        assert_eq!(run(&[], None), None);
    }

    #[test]
    fn a_family_that_loses_has_no_evidence() {
        let family: Vec<Vec<f64>> = (0..4).map(|i| noise(i, 50, -0.3)).collect();
        assert_eq!(run(&family, Some(2.0)).unwrap().spa, [1.0; 3]);
    }
}
