//! Ratios of a path of wealth and of its tails (`upi`, `calmar`, `sortino`, `omega_ratio`,
//! `tail_ratio`, `equity_r2`).
//!
//! ```text
//! W_t = Π(1 + r), 0 from r ≤ −1 on, or 1 + Σr, or capital + Σ net; dd = min(1, 1 − W/peak), the
//!       peak starts at the initial wealth
//! annual = (W_n / W_0)^(1/years) − 1, years = n / periods_per_year, of trades the time from the
//!       first entry to the last exit in years of 365.25 days
//! upi = (annual − annual_risk_free) / √(Σ dd² / n);           calmar = annual / max dd
//! sortino = (mean − mar) / √(Σ min(x − mar, 0)² / n)·√P;      omega_ratio = Σ max(x − L, 0) / Σ max(L − x, 0)
//! tail_ratio = |q_{1 − tail}| / |q_tail|, linear quantiles
//! equity_r2 = R² of the line through the running sum of ln(1 + r), or of x, over its index
//! ```
//!
//! Higher is better; in (−∞, +∞), the last in [0, 1]. x/0 = ±inf with the sign of x, 0/0 is none.
//!
//! # Edge cases
//! `None` for fewer than 2 values, for a length of 0 years, and for a capital that is not above 0.
//! The logarithm of ruin is −inf: no line.
//!
//! # Source
//! P. Martin and B. McCann (1989); T. Young (1991); F. Sortino and L. Price (1994); C. Keating and W.
//! Shadwick (2002); empyrical. Scoring specification, section 21.

use super::lane_sums::lane_sum;

/// Fewer values have no ratio.
const FEWEST: usize = 2;

/// How results become wealth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Growth {
    /// Returns on what is there.
    Compound,
    /// Returns on a stake of 1.
    Simple,
    /// Results in account currency on a capital.
    Capital(f64),
}

/// What a path of wealth comes down to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Path {
    /// Last wealth by the first.
    growth: f64,
    /// Number of results.
    n: f64,
    squares: f64,
    deepest: f64,
}

impl Path {
    /// Walks along finite results.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // counts of results are far below 2^53
    pub fn of(results: &[f64], growth: Growth) -> Option<Self> {
        let initial = match growth {
            Growth::Capital(capital) if capital > 0.0 && capital.is_finite() => capital,
            Growth::Capital(_) => return None,
            _ => 1.0,
        };
        if results.len() < FEWEST {
            return None;
        }
        let (mut wealth, mut peak, mut squares, mut deepest) = (initial, initial, 0.0, 0.0_f64);
        for x in results {
            wealth = match growth {
                Growth::Compound if *x <= -1.0 => 0.0,
                Growth::Compound => wealth * (1.0 + x),
                _ => wealth + x,
            };
            peak = peak.max(wealth);
            // An overflow that is its own peak is no drawdown.
            let drawdown = if wealth >= peak { 0.0 } else { (1.0 - wealth / peak).min(1.0) };
            squares += drawdown * drawdown;
            deepest = deepest.max(drawdown);
        }
        Some(Self { growth: wealth / initial, n: results.len() as f64, squares, deepest })
    }

    /// Yearly growth over `years`; wealth below 0 has lost everything.
    #[must_use]
    pub fn annual(self, years: f64) -> Option<f64> {
        let found = self.growth.max(0.0).powf(1.0 / years) - 1.0;
        (years > 0.0 && !found.is_nan()).then_some(found)
    }

    /// Number of results.
    #[must_use]
    pub fn n(self) -> f64 {
        self.n
    }

    /// Ulcer performance index, or Martin ratio.
    #[must_use]
    pub fn upi(self, years: f64, annual_risk_free: f64) -> Option<f64> {
        ratio(self.annual(years)? - annual_risk_free, (self.squares / self.n).sqrt())
    }

    /// Calmar ratio.
    #[must_use]
    pub fn calmar(self, years: f64) -> Option<f64> {
        ratio(self.annual(years)?, self.deepest)
    }
}

/// x / y; ±inf for y = 0, none for 0/0.
fn ratio(x: f64, y: f64) -> Option<f64> {
    let found = if y == 0.0 && x != 0.0 { x.signum() * f64::INFINITY } else { x / y };
    (!found.is_nan()).then_some(found)
}

/// Sortino ratio of finite results, `mar` per period.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of periods are far below 2^53
pub fn sortino(results: &[f64], mar: f64, periods_per_year: f64) -> Option<f64> {
    if results.len() < FEWEST {
        return None;
    }
    let n = results.len() as f64;
    let below = lane_sum(results, |x| {
        let d = (x - mar).min(0.0);
        d * d
    });
    let mean = lane_sum(results, |x| x) / n;
    ratio(mean - mar, (below / n).sqrt()).map(|found| found * periods_per_year.sqrt())
}

/// Omega ratio of finite results at a threshold per period.
#[must_use]
pub fn omega_ratio(results: &[f64], threshold: f64) -> Option<f64> {
    if results.len() < FEWEST {
        return None;
    }
    let gains = lane_sum(results, |x| (x - threshold).max(0.0));
    ratio(gains, lane_sum(results, |x| (threshold - x).max(0.0)))
}

/// Tail ratio of finite results, which are sorted in place.
#[must_use]
pub fn tail_ratio(results: &mut [f64], tail: f64) -> Option<f64> {
    if results.len() < FEWEST {
        return None;
    }
    results.sort_unstable_by(f64::total_cmp);
    ratio(quantile(results, 1.0 - tail).abs(), quantile(results, tail).abs())
}

/// Linear quantile of sorted values.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a place in the list
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let place = q * (sorted.len() - 1) as f64;
    let below = place.floor();
    let share = place - below;
    let at = |i: usize| sorted[i.min(sorted.len() - 1)];
    let (low, high) = (at(below as usize), at(below as usize + 1));
    // As NumPy: from the nearer end, so that the ends are exact.
    if share < 0.5 { low + (high - low) * share } else { high - (high - low) * (1.0 - share) }
}

/// R² of the line through the running sum of finite results, or of their ln(1 + r).
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of results are far below 2^53
pub fn equity_r2(results: &[f64], compound: bool, curve: &mut Vec<f64>) -> Option<f64> {
    if results.len() < FEWEST {
        return None;
    }
    let mut sum = 0.0;
    curve.clear();
    curve.extend(results.iter().map(|x| {
        sum += if compound { x.ln_1p() } else { *x };
        sum
    }));
    let n = curve.len() as f64;
    let (x_mean, y_mean) = ((n - 1.0) / 2.0, lane_sum(curve, |y| y) / n);
    let (mut xy, mut yy) = (0.0, 0.0);
    for (i, y) in curve.iter().enumerate() {
        let (x, y) = (i as f64 - x_mean, y - y_mean);
        xy += x * y;
        yy += y * y;
    }
    let xx = n * (n * n - 1.0) / 12.0;
    let found = xy * xy / (xx * yy);
    (!found.is_nan()).then(|| found.min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: Option<f64>, wanted: f64) {
        let found = found.unwrap();
        assert!((found - wanted).abs() <= 1e-12 * wanted.abs(), "{found} instead of {wanted}");
    }

    const EMPYRICAL: [f64; 8] = [0.01, 0.1, -0.04, 0.02, 0.03, 0.02, 0.01, -0.1];

    #[test]
    fn sortino_and_tail_ratio_match_published_values() {
        // Red Rock Capital's paper: annual returns, and empyrical's own test.
        let paper = [0.17, 0.15, 0.23, -0.05, 0.12, 0.09, 0.13, -0.04];
        close(sortino(&paper, 0.0, 1.0), 4.417_261_042_993_862);
        close(sortino(&EMPYRICAL, 0.0, 252.0), 2.605_531_251_673_692);
        close(tail_ratio(&mut EMPYRICAL.clone(), 0.05), 0.955_696_202_531_645);
    }

    #[test]
    fn a_path_matches_hand_computation() {
        // Wealth 1.1, 0.55, 1.1: drawdowns 0, ½, 0 over three quarters of a year.
        let path = Path::of(&[0.1, -0.5, 1.0], Growth::Compound).unwrap();
        let annual = 1.1_f64.powf(4.0 / 3.0) - 1.0;
        close(path.annual(0.75), annual);
        close(path.calmar(0.75), annual / 0.5);
        close(path.upi(0.75, 0.02), (annual - 0.02) / (0.25_f64 / 3.0).sqrt());
        let trades = Path::of(&[100.0, -110.0], Growth::Capital(1000.0)).unwrap();
        close(trades.calmar(1.0), -0.01 / 0.1);
        assert_eq!(Path::of(&[1.0, 2.0], Growth::Capital(0.0)), None);
    }

    #[test]
    fn ratios_by_zero_are_infinite_or_none() {
        let rising = Path::of(&[0.1, 0.1], Growth::Simple).unwrap();
        assert_eq!(rising.calmar(1.0), Some(f64::INFINITY));
        assert_eq!(Path::of(&[0.0, 0.0], Growth::Simple).unwrap().calmar(1.0), None);
        assert_eq!(rising.annual(0.0), None);
        assert_eq!(omega_ratio(&[0.1, 0.2], 0.0), Some(f64::INFINITY));
        assert_eq!(omega_ratio(&[0.1, 0.1], 0.1), None);
        assert_eq!(sortino(&[0.1, 0.2], 0.3, 1.0).map(f64::is_sign_negative), Some(true));
        assert_eq!(sortino(&[0.1], 0.0, 1.0), None);
    }

    #[test]
    fn ruin_stays_ruin() {
        let path = Path::of(&[0.1, -1.5, 3.0], Growth::Compound).unwrap();
        assert_eq!(path.annual(1.0), Some(-1.0));
        assert_eq!(path.calmar(1.0), Some(-1.0));
    }

    #[test]
    fn a_straight_line_has_an_r2_of_one() {
        let steady = [0.25; 9];
        assert_eq!(equity_r2(&steady, false, &mut Vec::new()), Some(1.0));
        assert_eq!(equity_r2(&steady.map(|x: f64| -x), false, &mut Vec::new()), Some(1.0));
        assert_eq!(equity_r2(&[0.0; 9], true, &mut Vec::new()), None);
        assert_eq!(equity_r2(&[-1.0, 0.1], true, &mut Vec::new()), None);
    }
}
