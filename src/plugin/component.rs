//! What the five components of the rating share: a tier from the schema, a score for every row.

use polars::prelude::*;

use super::errors::{Code, fail};
use super::evidence::Evidence;
use super::params::Policy;
use super::replays::{Replay, replay_trades};
use super::schema::{Schema, Tier};

/// One score: its parameters know how to judge a frame.
pub(super) trait Component {
    /// Name of the score, as in `kernels/` and in the frame.
    const NAME: &'static str;

    /// Name of the score these parameters compute.
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn policy(&self) -> &Policy;

    /// What a frame without evidence is told.
    fn looked_for(&self) -> String;

    /// The best evidence the frame holds, `None` if it holds none; an error where what is there
    /// does not fit.
    fn tier(&self, schema: &Schema) -> PolarsResult<Option<Tier>>;

    /// The score from a row's trades on tape, for the components that replay trades.
    fn replay(&self, _: &Evidence) -> PolarsResult<Option<Replay<'_>>> {
        Ok(None)
    }

    /// The scores on the trades tier, for the components that replay trades.
    fn replayed(&self, evidence: &Evidence) -> PolarsResult<Vec<f64>> {
        let replay: Vec<Replay> = self.replay(evidence)?.into_iter().collect();
        Ok(replay_trades(evidence, &replay)?.pop().unwrap_or_default())
    }

    /// The score of every row on that tier, NaN for none.
    fn evaluate(&self, evidence: &Evidence, tier: Tier) -> PolarsResult<Vec<f64>>;

    /// [`Component::tier`], or the error that lists what was looked for.
    fn require_tier(&self, schema: &Schema) -> PolarsResult<Option<Tier>> {
        let tier = self.tier(schema)?;
        if tier.is_none() && !self.policy().missing_ok {
            return fail(
                Code::MissingEvidence,
                format!(
                    "no evidence for `{}`: looked for {}; found {}",
                    self.name(),
                    self.looked_for(),
                    schema.found()
                ),
            );
        }
        Ok(tier)
    }

    /// The score of every row; NaN everywhere if the frame may lack evidence and does.
    fn scores(&self, evidence: &Evidence) -> PolarsResult<Vec<f64>> {
        match self.require_tier(&evidence.schema)? {
            Some(tier) => self.evaluate(evidence, tier),
            None => Ok(vec![f64::NAN; evidence.len]),
        }
    }
}

/// Output field of a component's expression.
pub(super) fn output<C: Component>(inputs: &[Field], component: &C) -> PolarsResult<Field> {
    component.require_tier(&Schema::of(inputs)?)?;
    Ok(Field::new(component.name().into(), DataType::Float64))
}

/// A component's expression.
pub(super) fn series<C: Component>(inputs: &[Series], component: &C) -> PolarsResult<Series> {
    let scores = component.scores(&Evidence::of(inputs)?)?;
    Ok(nullable(component.name(), scores).into_series())
}

/// Numbers with NaN as null.
pub(super) fn nullable(name: &str, values: Vec<f64>) -> Float64Chunked {
    let missing = values.iter().any(|x| x.is_nan());
    let validity = missing.then(|| values.iter().map(|x| !x.is_nan()).collect());
    Float64Chunked::from_vec_validity(name.into(), values, validity)
}

/// The best of tiers that a component is judged on.
pub(super) fn first_of(tiers: [(Tier, bool); 3]) -> Option<Tier> {
    tiers.into_iter().find(|(_, there)| *there).map(|(tier, _)| tier)
}
