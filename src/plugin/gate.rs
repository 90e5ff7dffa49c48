//! What sets a rating to 0: no profit, or a failed deployment criterion.

use polars::prelude::*;

use super::errors::{Code, fail};
use super::evidence::{Evidence, at};
use super::params::{FinalRating, Gate};
use super::schema::Schema;
use crate::kernels::deployment::{CRITERIA, failed};

/// The metrics of the criteria, or of the profit alone.
fn metrics(gate: Gate) -> &'static [&'static str] {
    match gate {
        Gate::None => &[],
        Gate::Profit => &["profit"],
        Gate::Deployment => &CRITERIA,
    }
}

/// An error unless the frame has what the gate judges.
pub(super) fn check_gate(schema: &Schema, gate: Gate) -> PolarsResult<()> {
    let missing = schema.missing(metrics(gate))?;
    if missing.is_empty() {
        return Ok(());
    }
    let name = if gate == Gate::Profit { "profit" } else { "deployment" };
    fail(
        Code::MissingEvidence,
        format!(
            "no evidence for the gate {name:?} of `final_rating`: {}; found {}; `gate=\"none\"` rates without it",
            Schema::missing_text(&missing),
            schema.found()
        ),
    )
}

/// Applies the gate to the ratings: a null stays null; a null profit makes a null, a null
/// criterion a 0.
pub(super) fn apply_gate(
    evidence: &Evidence,
    params: &FinalRating,
    omega: bool,
    ratings: &mut [f64],
) -> PolarsResult<()> {
    check_gate(&evidence.schema, params.gate)?;
    let columns = metrics(params.gate).iter().map(|name| evidence.metric(name));
    let columns = columns.collect::<PolarsResult<Vec<_>>>()?;
    for (row, rating) in ratings.iter_mut().enumerate().filter(|(_, rating)| !rating.is_nan()) {
        let passes = match params.gate {
            Gate::None => true,
            Gate::Profit => {
                let profit = columns.first().map_or(f64::NAN, |profit| at(profit, row));
                if !profit.is_finite() && !omega {
                    *rating = f64::NAN;
                }
                profit.is_finite() && profit > 0.0
            }
            Gate::Deployment => {
                let metrics =
                    std::array::from_fn(|i| columns.get(i).map_or(f64::NAN, |c| at(c, row)));
                failed(&metrics, &params.thresholds) == [false; 5]
            }
        };
        if !passes && !rating.is_nan() {
            *rating = 0.0;
        }
    }
    Ok(())
}
