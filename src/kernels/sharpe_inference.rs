//! What a Sharpe ratio says of the true one (`probabilistic_sharpe`, `sharpe_p_value`,
//! `min_track_record_length`).
//!
//! ```text
//! V2012 = (1 − γ3·SR + (γ4 − 1)/4·SR²) / (n − 1)                    at the observed SR
//! V2025 = (a − b·γ3·SR* + c·(γ4 − 1)/4·SR*²) / n                     at the benchmark SR*
//!         a = (1 + ρ)/(1 − ρ), b = 1/(1 − ρ) + ρ²/(1 − ρ²), c = (1 + ρ²)/(1 − ρ²)
//! psr = Φ(z), p = Φ(−z) or 2·Φ(−|z|), z = (SR − SR*)/√V;            normal: z = (SR − SR*)·√n
//! min_trl = 1 + (n − 1)·V2012·(Φ⁻¹(conf)/(SR − SR*))², or n·V2025·(…)²;  SR ≤ SR*: +inf
//! ```
//!
//! Everything is per period. The probabilities are in [0, 1]; min_trl is a number of periods.
//!
//! # Edge cases
//! V = 0: Φ(±inf), ½ at SR = SR*. `None`: fewer than 3 observations, a kurtosis below
//! (1 + γ3²)(1 − 1e-9), which belongs to no distribution, a negative V, an input that is no number.
//!
//! # Source
//! D. H. Bailey and M. López de Prado, "The Sharpe Ratio Efficient Frontier", Journal of Risk 15
//! (2012); M. López de Prado, A. Lipton and V. Zoonekynd, "How to Use the Sharpe Ratio" (2025).
//! Scoring specification, section 16.

use super::normal::{inverse_normal, normal_cdf};
use super::sharpe_moments::{FEWEST, Moments};

/// A kurtosis may fall short of its least value by this share, for rounding.
const SLACK: f64 = 1e-9;

/// Which standard error of a Sharpe ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "plugin", derive(serde::Deserialize))]
pub enum Variance {
    /// At the observed Sharpe ratio.
    #[cfg_attr(feature = "plugin", serde(rename = "2012"))]
    Observed,
    /// At the benchmark, with autocorrelation.
    #[cfg_attr(feature = "plugin", serde(rename = "2025"))]
    AtBenchmark,
}

/// What an observed Sharpe ratio is compared with, and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// SR*, per period.
    pub benchmark: f64,
    /// The standard error.
    pub variance: Variance,
    /// First autocorrelation of the returns, for [`Variance::AtBenchmark`].
    pub rho: f64,
}

impl Comparison {
    /// (n − 1)·V2012 or n·V2025, and what it is divided by.
    #[allow(clippy::cast_precision_loss)] // a small constant
    fn variance(self, of: Moments) -> Option<(f64, f64)> {
        let Moments { n, sharpe, skewness, kurtosis } = of.finite()?;
        let least = (1.0 + skewness * skewness) * (1.0 - SLACK);
        if n < FEWEST as f64 || kurtosis < least || !self.benchmark.is_finite() {
            return None;
        }
        let (times_n, count) = match self.variance {
            Variance::Observed => {
                (1.0 - skewness * sharpe + (kurtosis - 1.0) / 4.0 * sharpe * sharpe, n - 1.0)
            }
            Variance::AtBenchmark => {
                let (rho, sr) = (self.rho, self.benchmark);
                let rest = 1.0 - rho * rho;
                let a = (1.0 + rho) / (1.0 - rho);
                let b = 1.0 / (1.0 - rho) + rho * rho / rest;
                let c = (1.0 + rho * rho) / rest;
                (a - b * skewness * sr + c * (kurtosis - 1.0) / 4.0 * sr * sr, n)
            }
        };
        // Without autocorrelation it is a variance, below 0 by no more than the slack.
        let times_n = if self.rho == 0.0 { times_n.max(0.0) } else { times_n };
        (times_n >= 0.0).then_some((times_n, count))
    }

    /// z of the difference, in standard errors.
    fn z(self, of: Moments) -> Option<f64> {
        let (times_n, count) = self.variance(of)?;
        let difference = of.sharpe - self.benchmark;
        Some(if difference == 0.0 { 0.0 } else { difference / (times_n / count).sqrt() })
    }

    /// Probability that the true Sharpe ratio is above the benchmark.
    #[must_use]
    pub fn probability(self, of: Moments) -> Option<f64> {
        self.z(of).map(normal_cdf)
    }

    /// p-value of "the true Sharpe ratio is the benchmark".
    #[must_use]
    pub fn p_value(self, of: Moments, method: Method, two_sided: bool) -> Option<f64> {
        let z = match method {
            Method::Psr => self.z(of)?,
            Method::Normal => {
                let of = of.finite()?;
                let enough = of.n >= 1.0 && self.benchmark.is_finite();
                enough.then_some((of.sharpe - self.benchmark) * of.n.sqrt())?
            }
        };
        Some(if two_sided { 2.0 * normal_cdf(-z.abs()) } else { normal_cdf(-z) })
    }

    /// Number of periods from which on the probability is at least `confidence`.
    #[must_use]
    pub fn min_track_record_length(self, of: Moments, confidence: f64) -> Option<f64> {
        let (times_n, _) = self.variance(of)?;
        let difference = of.sharpe - self.benchmark;
        if difference <= 0.0 {
            return Some(f64::INFINITY);
        }
        let ratio = inverse_normal(confidence) / difference;
        let first = if self.variance == Variance::Observed { 1.0 } else { 0.0 };
        Some(first + times_n * ratio * ratio)
    }
}

/// How z of a p-value is made.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "plugin", derive(serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Method {
    /// With the standard error of the Sharpe ratio.
    Psr,
    /// (SR − SR*)·√n.
    Normal,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(n: f64, sharpe: f64, skewness: f64, kurtosis: f64) -> Moments {
        Moments { n, sharpe, skewness, kurtosis }
    }

    fn against(benchmark: f64) -> Comparison {
        Comparison { benchmark, variance: Variance::Observed, rho: 0.0 }
    }

    fn close(found: Option<f64>, wanted: f64) {
        let found = found.unwrap();
        assert!((found - wanted).abs() <= 1e-12 * wanted.abs(), "{found} instead of {wanted}");
    }

    #[test]
    fn the_probability_matches_the_paper_of_2012() {
        let hedge_fund = moments(24.0, 1.585 / 12.0_f64.sqrt(), -2.448, 10.164);
        close(against(0.0).probability(hedge_fund), 0.913_234_306_884_860_2);
        let normal = Moments { skewness: 0.0, kurtosis: 3.0, ..hedge_fund };
        close(against(0.0).probability(normal), 0.981_591_236_083_496_7);
    }

    #[test]
    fn the_probability_and_length_match_the_paper_of_2025() {
        let of = moments(24.0, 0.036 / 0.079, -2.448, 10.164);
        let new = |benchmark, rho| Comparison { benchmark, variance: Variance::AtBenchmark, rho };
        close(new(0.0, 0.0).probability(of), 0.987_207_261_261_433);
        close(new(0.1, 0.0).probability(of), 0.939_147_625_103_143_3);
        close(new(0.0, 0.0).min_track_record_length(of, 0.95), 13.028_778_315_593_73);
        close(new(0.0, 0.2).probability(of), 0.965_832_005_388_937_1);
        close(new(0.1, 0.2).probability(of), 0.900_475_917_403_146);
        close(new(0.0, 0.2).min_track_record_length(of, 0.95), 19.543_167_473_390_593);
    }

    #[test]
    fn the_length_is_the_n_whose_probability_is_the_confidence() {
        let of = moments(50.0, 0.2, -0.5, 4.0);
        let n = against(0.05).min_track_record_length(of, 0.9).unwrap();
        close(against(0.05).probability(Moments { n, ..of }), 0.9);
        assert_eq!(against(0.2).min_track_record_length(of, 0.9), Some(f64::INFINITY));
    }

    #[test]
    fn a_variance_of_zero_decides() {
        // Two values, −1 and 2, as often: skewness 0, kurtosis 1, SR 1/3: V = 1 at 2012; at the
        // Sharpe ratio whose V is 0, 2/γ3 for γ4 = 1 + γ3².
        let of = moments(10.0, 1.0, 2.0, 5.0);
        assert_eq!(against(0.5).probability(of), Some(1.0));
        assert_eq!(against(1.0).probability(of), Some(0.5));
        assert_eq!(against(2.0).probability(of), Some(0.0));
    }

    #[test]
    fn what_is_no_distribution_has_no_probability() {
        assert_eq!(against(0.0).probability(moments(24.0, 0.4, -2.448, 6.9)), None);
        assert_eq!(against(0.0).probability(moments(2.0, 0.4, 0.0, 3.0)), None);
        assert_eq!(against(f64::NAN).probability(moments(24.0, 0.4, 0.0, 3.0)), None);
        assert_eq!(against(0.0).probability(moments(24.0, f64::NAN, 0.0, 3.0)), None);
    }

    #[test]
    fn p_values_have_their_tails() {
        let of = moments(100.0, 1.0, 0.0, 3.0);
        // scipy.stats.norm.sf(10)
        close(against(0.0).p_value(of, Method::Normal, false), 7.619_853_024_160_593e-24);
        close(against(0.0).p_value(of, Method::Normal, true), 1.523_970_604_832_118_6e-23);
        let p = against(0.9).p_value(of, Method::Psr, false).unwrap();
        close(against(0.9).probability(of), 1.0 - p);
    }
}
