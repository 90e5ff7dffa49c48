//! A score that is judged from evidence: one formula for each kind of evidence it has a tier of.

use polars::prelude::*;

use super::trade_pass::{Replay, TradePass};
use crate::plugin::errors::internal;
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::output::nullable;
use crate::plugin::frame::schema::Schema;
use crate::plugin::frame::tier::{Holds, Score, Tier};

/// The parameters of a score; they know its formulas.
pub(crate) trait Component {
    fn score(&self) -> &Score;

    /// The scores from reruns, NaN for none.
    fn over_runs(&self, _: &Evidence, tier: &Tier) -> PolarsResult<Vec<f64>> {
        Err(no_formula(self.score(), tier))
    }

    /// The scores from lists of numbers, NaN for none.
    fn over_numbers(&self, _: &Evidence, tier: &Tier) -> PolarsResult<Vec<f64>> {
        Err(no_formula(self.score(), tier))
    }

    /// The scores from nothing but metrics, NaN for none.
    fn over_metrics(&self, _: &Evidence, tier: &Tier) -> PolarsResult<Vec<f64>> {
        Err(no_formula(self.score(), tier))
    }

    /// How a row's trades are scored.
    fn over_trades<'a>(&'a self, _: &'a Evidence, tier: &Tier) -> PolarsResult<Replay<'a>> {
        Err(no_formula(self.score(), tier))
    }
}

fn no_formula(score: &Score, tier: &Tier) -> PolarsError {
    internal(format!("`{}` has no formula for the tier `{}`", score.output, tier.name))
}

/// The scores of every component; NaN everywhere for one that may lack evidence and does.
///
/// The trades are read in one pass: for the components that are judged on them, for every metric
/// that components need and only trades give, and for the metrics in `also`.
pub(crate) fn judge(
    evidence: &Evidence,
    components: &[&dyn Component],
    also: &[String],
) -> PolarsResult<Vec<Vec<f64>>> {
    let tiers = components.iter().map(|c| c.score().require_tier(&evidence.schema));
    let tiers = tiers.collect::<PolarsResult<Vec<_>>>()?;
    let mut pass = TradePass::default();
    pass.add_metrics(&evidence.schema, also)?;
    for (component, tier) in components.iter().zip(&tiers) {
        let Some(tier) = tier else { continue };
        pass.add_metrics(&evidence.schema, &tier.metrics)?;
        if tier.holds == Holds::Trades {
            pass.add_replay(component.over_trades(evidence, tier)?);
        }
    }
    let mut replayed = pass.run(evidence)?.into_iter();
    let scores = components.iter().zip(tiers).map(|(component, tier)| {
        let Some(tier) = tier else { return Ok(vec![f64::NAN; evidence.len]) };
        match tier.holds {
            Holds::Runs => component.over_runs(evidence, tier),
            Holds::Numbers => component.over_numbers(evidence, tier),
            Holds::Metrics => component.over_metrics(evidence, tier),
            Holds::Trades => {
                replayed.next().ok_or_else(|| internal("a score is missing from the trades"))
            }
        }
    });
    scores.collect()
}

/// Output field of a component's expression.
pub(crate) fn output(inputs: &[Field], component: &impl Component) -> PolarsResult<Field> {
    let score = component.score();
    score.require_tier(&Schema::of(inputs)?)?;
    Ok(Field::new(score.output.as_str().into(), DataType::Float64))
}

/// A component's expression.
pub(crate) fn series(inputs: &[Series], component: &impl Component) -> PolarsResult<Series> {
    let scores = judge(&Evidence::of(inputs)?, &[component], &[])?;
    let scores = scores.into_iter().next().ok_or_else(|| internal("a score is missing"))?;
    Ok(nullable(&component.score().output, scores))
}
