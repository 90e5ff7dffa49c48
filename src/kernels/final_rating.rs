//! The weighted final rating (`final_rating`) and its parts (`rating_contributions`).
//!
//! ```text
//! mean: Σ w·s / Σ w      min: min over s with w > 0      geometric: exp(Σ w·ln s / Σ w), 0 if any s = 0
//! ```
//!
//! s are the component scores, each in [0, 1], a penalty as 1 − penalty; w ≥ 0, Σ w > 0. A component
//! with weight 0 plays no part. Source: specification, section 8.

use multiversion::multiversion;

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

/// The rule by which components become one number.
#[derive(Debug, Clone, Copy)]
pub struct Rule<'a> {
    /// Weight of each component.
    pub weights: &'a [f64],
    /// How they are put together.
    pub aggregation: Aggregation,
    /// What becomes of a missing one.
    pub on_missing: OnMissing,
}

impl Rule<'_> {
    /// What a missing component adds to Σ w: NaN, which stays, where the rating is then none.
    fn absent_weight(&self, weight: f64) -> f64 {
        match self.on_missing {
            OnMissing::Null => f64::NAN,
            OnMissing::Skip => 0.0,
            OnMissing::Zero => weight,
        }
    }

    /// What a missing component is.
    fn absent_score(&self) -> f64 {
        if self.on_missing == OnMissing::Zero { 0.0 } else { 1.0 }
    }
}

/// The aggregates of candidates, before any gate: `columns[c][i]` is component c of candidate i, NaN
/// for none; so is the rating where the rule says so or nothing is left. `totals` is scratch space.
///
/// Candidates are computed side by side, one component after the other.
#[multiversion(targets("x86_64+avx2"))]
pub fn final_ratings(columns: &[&[f64]], rule: Rule, totals: &mut Vec<f64>, ratings: &mut [f64]) {
    let weighted = || columns.iter().zip(rule.weights).filter(|(_, weight)| **weight > 0.0);
    totals.clear();
    totals.resize(ratings.len(), 0.0);
    for (column, &weight) in weighted() {
        let absent = rule.absent_weight(weight);
        for (total, score) in totals.iter_mut().zip(*column) {
            *total += if score.is_nan() { absent } else { weight };
        }
    }
    let absent = rule.absent_score();
    let present = |score: f64| if score.is_nan() { absent } else { score };
    match rule.aggregation {
        Aggregation::Mean => {
            ratings.fill(0.0);
            for (column, weight) in weighted() {
                for ((rating, score), total) in ratings.iter_mut().zip(*column).zip(&*totals) {
                    let part = score * (weight / total);
                    *rating += if score.is_nan() { 0.0 } else { part };
                }
            }
        }
        Aggregation::Min => {
            ratings.fill(1.0);
            for (column, _) in weighted() {
                for (rating, score) in ratings.iter_mut().zip(*column) {
                    *rating = rating.min(present(*score));
                }
            }
        }
        Aggregation::Geometric => {
            for (i, (rating, total)) in ratings.iter_mut().zip(&*totals).enumerate() {
                let scores = || weighted().map(|(column, weight)| (present(column[i]), weight));
                let log = |(score, weight): (f64, &f64)| score.ln() * (weight / total);
                let any_zero = scores().any(|(score, _)| score <= 0.0);
                *rating = if any_zero { 0.0 } else { scores().map(log).sum::<f64>().exp() };
            }
        }
    }
    for (rating, total) in ratings.iter_mut().zip(totals) {
        // Rounding may leave a mean of ones a hair above 1.
        *rating = if *total > 0.0 { rating.clamp(0.0, 1.0) } else { f64::NAN };
    }
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

    /// The rating of one candidate.
    fn final_rating(
        scores: &[Option<f64>],
        weights: &[f64],
        aggregation: Aggregation,
        on_missing: OnMissing,
    ) -> Option<f64> {
        let scores: Vec<[f64; 1]> =
            scores.iter().map(|score| [score.unwrap_or(f64::NAN)]).collect();
        let columns: Vec<&[f64]> = scores.iter().map(|score| &score[..]).collect();
        let mut rating = [0.0];
        let rule = Rule { weights, aggregation, on_missing };
        final_ratings(&columns, rule, &mut Vec::new(), &mut rating);
        (!rating[0].is_nan()).then_some(rating[0])
    }

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
