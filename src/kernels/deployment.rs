//! The deployment gate: five thresholds a candidate must pass.
//!
//! ```text
//! win_rate ≥ 0.45, avg_r ≥ 0.6, profit ≥ 500, profit_factor ≥ 1.2, max_drawdown ≤ 1000
//! score = 1 − failed / 5
//! ```
//!
//! A NaN metric (a null is one here) fails its criterion: the gate fails closed.
//! Source: Omega; specification, section 8.

/// Number of criteria.
pub const CRITERIA: usize = 5;

/// Which criteria fail, in the order above: four floors, then the drawdown's ceiling.
#[must_use]
pub fn failed(metrics: &[f64; CRITERIA], thresholds: &[f64; CRITERIA]) -> [bool; CRITERIA] {
    let [floors @ .., drawdown] = metrics;
    let [least @ .., most] = thresholds;
    let passes = |i: usize| floors.get(i).map_or(drawdown <= most, |x| *x >= least[i]);
    std::array::from_fn(|i| !passes(i))
}

/// `1 − failed / 5`.
#[must_use]
pub fn deployment_score(failed: &[bool; CRITERIA]) -> f64 {
    let count = failed.iter().filter(|failed| **failed).count();
    [1.0, 0.8, 0.6, 0.4, 0.2, 0.0][count] // 1 − 4/5 is not 0.2 in floating point
}

#[cfg(test)]
mod tests {
    use super::*;

    const THRESHOLDS: [f64; 5] = [0.45, 0.6, 500.0, 1.2, 1000.0];

    #[test]
    fn thresholds_are_inclusive() {
        assert_eq!(failed(&THRESHOLDS, &THRESHOLDS), [false; 5]);
        assert_eq!(deployment_score(&[false; 5]), 1.0);
    }

    #[test]
    fn nan_fails_every_criterion() {
        assert_eq!(failed(&[f64::NAN; 5], &THRESHOLDS), [true; 5]);
        assert_eq!(deployment_score(&[true; 5]), 0.0);
    }

    #[test]
    fn drawdown_has_a_ceiling_and_the_rest_floors() {
        assert_eq!(
            failed(&[0.0, 0.0, 0.0, 0.0, 0.0], &THRESHOLDS),
            [true, true, true, true, false]
        );
        assert_eq!(
            failed(&[1.0, 9.0, 1e9, f64::INFINITY, 1e9], &THRESHOLDS),
            [false, false, false, false, true]
        );
    }
}
