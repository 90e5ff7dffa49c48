//! Variance of the Sharpe ratios of a family (`sharpe_var`).
//!
//! ```text
//! Σ (s − mean)² / (n − 1) over the finite s, sorted; 0 for one
//! ```
//!
//! Sorted first, then added up in NumPy's order: the same bits for any order of the candidates.
//! `None` without any. Source: scoring specification, sections 15 and 17.

use super::lane_sums::numpy_sum;

/// Mean of values that [`sharpe_variance`] has sorted; `None` without any.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of candidates are far below 2^53
pub fn mean_of_sorted(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| numpy_sum(values, &|x| x) / values.len() as f64)
}

/// Variance of `values`, which are sorted in place after those that are not finite are removed.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of candidates are far below 2^53
pub fn sharpe_variance(values: &mut Vec<f64>) -> Option<f64> {
    values.retain(|x| x.is_finite());
    values.sort_unstable_by(f64::total_cmp);
    let n = values.len() as f64;
    match values.len() {
        0 => None,
        1 => Some(0.0),
        _ => {
            let mean = numpy_sum(values, &|x| x) / n;
            Some(numpy_sum(values, &|x| (x - mean) * (x - mean)) / (n - 1.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_hand_computation_in_any_order() {
        assert_eq!(sharpe_variance(&mut vec![3.0, f64::NAN, 1.0, 2.0]), Some(1.0));
        let values: Vec<f64> = (0..999).map(|i| (f64::from(i) * 0.7).sin()).collect();
        let mut turned: Vec<f64> = values.iter().rev().copied().collect();
        assert_eq!(sharpe_variance(&mut values.clone()), sharpe_variance(&mut turned));
    }

    #[test]
    fn one_has_no_spread_and_none_has_nothing() {
        assert_eq!(sharpe_variance(&mut vec![0.3, f64::INFINITY]), Some(0.0));
        assert_eq!(sharpe_variance(&mut vec![f64::NAN]), None);
    }
}
