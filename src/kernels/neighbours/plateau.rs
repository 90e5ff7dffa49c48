//! What a trial's neighbours are worth: median, minimum and share above 0 of a value.
//!
//! Neighbours whose value is NaN are left out; without any there is no plateau. The median of an
//! even number is (a + b) / 2 of the two in the middle. Source: specification, section 27.

/// The neighbourhood of a trial.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plateau {
    /// Median of the neighbours.
    pub median: f64,
    /// The worst neighbour.
    pub minimum: f64,
    /// Share of neighbours above 0.
    pub share_positive: f64,
}

/// Of the neighbours' `values`, which are put in order.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts are far below 2^53
pub fn plateau(values: &mut Vec<f64>) -> Option<Plateau> {
    values.retain(|value| !value.is_nan());
    values.sort_unstable_by(f64::total_cmp);
    let (first, count) = (*values.first()?, values.len());
    let (low, high) = (values[(count - 1) / 2], values[count / 2]);
    let positive = count - values.partition_point(|value| *value <= 0.0);
    Some(Plateau {
        median: if count % 2 == 1 { low } else { f64::midpoint(low, high) },
        minimum: first,
        share_positive: positive as f64 / count as f64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_shares_by_hand() {
        let of = |values: &[f64]| plateau(&mut values.to_vec());
        let odd = Plateau { median: 0.0, minimum: -3.0, share_positive: 1.0 / 3.0 };
        assert_eq!(of(&[5.0, -3.0, 0.0]), Some(odd));
        let even = Plateau { median: 1.5, minimum: 1.0, share_positive: 1.0 };
        assert_eq!(of(&[2.0, f64::NAN, 1.0]), Some(even));
        assert_eq!(of(&[f64::NAN]), None);
        assert_eq!(of(&[]), None);
    }
}
