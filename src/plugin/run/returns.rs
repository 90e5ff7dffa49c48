//! Scores from returns: one list of numbers a row, of which the finite ones are periods.

use super::component::{Basis, Numbers};
use super::parallel::{Cost, score_rows};

impl Basis<'_> {
    /// The scores of rows from their finite returns, of which there is at least one; a row without
    /// any has no evidence. `nanos` is what a return takes.
    pub(crate) fn returns(
        self,
        nanos: f64,
        of_row: impl Fn(&[f64], usize) -> Option<f64> + Sync,
    ) -> Numbers {
        let Self { evidence, score, tier } = self;
        let lists = evidence.lists(tier.column()?)?;
        let cost = Cost { items: lists.items(), nanos_per_item: nanos };
        Ok(score_rows(evidence.len, cost, |finite: &mut Vec<f64>, row| {
            match only_finite(lists.row(row), finite) {
                [] => score.missing(),
                returns => of_row(returns, row),
            }
        }))
    }
}

/// The finite ones of `values`, copied to `finite` if some are not.
pub(crate) fn only_finite<'a>(values: &'a [f64], finite: &'a mut Vec<f64>) -> &'a [f64] {
    if values.iter().all(|x| x.is_finite()) {
        return values;
    }
    finite.clear();
    finite.extend(values.iter().filter(|x| x.is_finite()));
    finite
}
