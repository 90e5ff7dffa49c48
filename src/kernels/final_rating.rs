//! The weighted final rating (`final_rating`) and its parts (`rating_contributions`).
//!
//! ```text
//! mean: Σ w·s / Σ w      min: min over s with w > 0      geometric: exp(Σ w·ln s / Σ w), 0 if any s = 0
//! ```
//!
//! s are the component scores, each in [0, 1], a penalty as 1 − penalty; w ≥ 0, Σ w > 0. A component
//! with weight 0 plays no part. Source: specification, section 8.

/// How components become one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "plugin", derive(serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Aggregation {
    /// Weighted mean.
    Mean,
    /// Smallest component.
    Min,
    /// Weighted geometric mean.
    Geometric,
}

/// What a component without a score does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "plugin", derive(serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum OnMissing {
    /// The rating is null.
    Null,
    /// The other components are renormalised.
    Skip,
    /// It counts as 0.
    Zero,
}

/// The aggregate of the components, before any gate; `None` where `on_missing` says so or nothing
/// is left. Slices of equal length.
#[must_use]
pub fn final_rating(
    scores: &[Option<f64>],
    weights: &[f64],
    aggregation: Aggregation,
    on_missing: OnMissing,
) -> Option<f64> {
    let weighted = || scores.iter().zip(weights).filter(|(_, weight)| **weight > 0.0);
    if on_missing == OnMissing::Null && weighted().any(|(score, _)| score.is_none()) {
        return None;
    }
    let counted = || {
        weighted().filter_map(|(score, &weight)| match (*score, on_missing) {
            (Some(score), _) => Some((score, weight)),
            (None, OnMissing::Zero) => Some((0.0, weight)),
            (None, OnMissing::Null | OnMissing::Skip) => None,
        })
    };
    counted().next()?;
    let total: f64 = counted().map(|(_, weight)| weight).sum();
    let least = counted().map(|(score, _)| score).fold(1.0, f64::min);
    let rating = match aggregation {
        Aggregation::Mean => counted().map(|(score, weight)| score * (weight / total)).sum(),
        Aggregation::Min => least,
        Aggregation::Geometric if least <= 0.0 => 0.0,
        Aggregation::Geometric => {
            counted().map(|(score, weight)| score.ln() * (weight / total)).sum::<f64>().exp()
        }
    };
    // Rounding may leave a mean of ones a hair above 1.
    Some(f64::clamp(rating, 0.0, 1.0))
}

/// w·s / Σw of each component; `None` where the component has no score. Slices of equal length.
pub fn contributions(
    scores: &[Option<f64>],
    weights: &[f64],
    on_missing: OnMissing,
) -> impl Iterator<Item = Option<f64>> {
    let components = || scores.iter().zip(weights);
    let counted =
        components().filter(|(score, _)| score.is_some() || on_missing != OnMissing::Skip);
    let total: f64 = counted.map(|(_, weight)| weight).sum();
    components().map(move |(score, weight)| match (*score, on_missing) {
        _ if *weight <= 0.0 => Some(0.0),
        (Some(score), _) => Some(score * (weight / total)),
        (None, OnMissing::Zero) => Some(0.0),
        (None, OnMissing::Null | OnMissing::Skip) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVEN: [f64; 5] = [1.0; 5];
    const SCORES: [Option<f64>; 5] = [Some(0.9), Some(0.8), Some(0.7), Some(0.6), Some(0.5)];

    #[test]
    fn aggregations_match_hand_computation() {
        let rate = |how| final_rating(&SCORES, &EVEN, how, OnMissing::Null).unwrap();
        assert!((rate(Aggregation::Mean) - 0.7).abs() < 1e-15);
        assert_eq!(rate(Aggregation::Min), 0.5);
        let geometric = (0.9_f64 * 0.8 * 0.7 * 0.6 * 0.5).powf(0.2);
        assert!((rate(Aggregation::Geometric) - geometric).abs() < 1e-15);
    }

    #[test]
    fn a_zero_makes_the_geometric_mean_zero_unless_its_weight_is_zero() {
        let mut scores = SCORES;
        scores[1] = Some(0.0);
        let rate = |w: &[f64; 5]| final_rating(&scores, w, Aggregation::Geometric, OnMissing::Null);
        assert_eq!(rate(&EVEN), Some(0.0));
        assert!(rate(&[1.0, 0.0, 1.0, 1.0, 1.0]).unwrap() > 0.6);
    }

    #[test]
    fn missing_components_follow_the_rule() {
        let mut scores = SCORES;
        scores[4] = None;
        let rate = |rule| final_rating(&scores, &EVEN, Aggregation::Mean, rule);
        assert_eq!(rate(OnMissing::Null), None);
        assert!((rate(OnMissing::Skip).unwrap() - 0.75).abs() < 1e-15);
        assert!((rate(OnMissing::Zero).unwrap() - 0.6).abs() < 1e-15);
        let none = [None; 5];
        assert_eq!(final_rating(&none, &EVEN, Aggregation::Mean, OnMissing::Skip), None);
        let unweighted = [1.0, 1.0, 1.0, 1.0, 0.0];
        let rating = final_rating(&scores, &unweighted, Aggregation::Mean, OnMissing::Null);
        assert!((rating.unwrap() - 0.75).abs() < 1e-15);
    }

    #[test]
    fn huge_weights_do_not_overflow_and_ones_rate_one() {
        let ones = [Some(1.0); 5];
        let weights = [1e300, 1e300, 0.1, 0.2, 0.7];
        assert_eq!(final_rating(&ones, &weights, Aggregation::Mean, OnMissing::Null), Some(1.0));
    }

    #[test]
    fn contributions_sum_to_the_mean() {
        let weights = [3.0, 1.0, 2.0, 0.0, 5.0];
        let sum: f64 = contributions(&SCORES, &weights, OnMissing::Null).map(|c| c.unwrap()).sum();
        let mean = final_rating(&SCORES, &weights, Aggregation::Mean, OnMissing::Null).unwrap();
        assert!((sum - mean).abs() < 1e-15);
    }
}
