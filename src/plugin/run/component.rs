//! A score that is judged from evidence: one formula for each kind of evidence it has a tier of.

use polars::prelude::*;
use serde::Deserialize;

use super::trade_pass::{Replay, TradePass};
use crate::plugin::errors::internal;
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::output::nullable;
use crate::plugin::frame::schema::Schema;
use crate::plugin::frame::tier::{Holds, Score, Tier};

/// One number a row, NaN for none.
pub(crate) type Numbers = PolarsResult<Vec<f64>>;

/// What a call of a score sends: its row of the catalogue, and its parameters.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Call<F> {
    score: Score,
    #[serde(flatten)]
    formula: F,
}

/// A call of any score.
#[derive(Clone, Copy)]
pub(crate) struct Component<'a> {
    pub(crate) score: &'a Score,
    formula: &'a dyn Formula,
}

/// What a score is judged on.
#[derive(Clone, Copy)]
pub(crate) struct Basis<'a> {
    pub(crate) evidence: &'a Evidence,
    pub(crate) score: &'a Score,
    pub(crate) tier: &'a Tier,
}

/// The parameters of a score, which know its formulas.
pub(crate) trait Formula {
    /// The scores from reruns.
    fn over_runs(&self, basis: Basis) -> Numbers {
        Err(basis.no_formula())
    }

    /// The scores from curves of equity.
    fn over_equity(&self, basis: Basis) -> Numbers {
        Err(basis.no_formula())
    }

    /// The scores from lists of numbers.
    fn over_numbers(&self, basis: Basis) -> Numbers {
        Err(basis.no_formula())
    }

    /// The scores from nothing but metrics.
    fn over_metrics(&self, basis: Basis) -> Numbers {
        Err(basis.no_formula())
    }

    /// How a row's trades are scored.
    fn over_trades<'a>(&'a self, basis: Basis<'a>) -> PolarsResult<Replay<'a>> {
        Err(basis.no_formula())
    }
}

impl Basis<'_> {
    fn no_formula(self) -> PolarsError {
        let (output, tier) = (&self.score.output, &self.tier.name);
        internal(format!("`{output}` has no formula for the tier `{tier}`"))
    }
}

impl<F: Formula> Call<F> {
    pub(crate) fn component(&self) -> Component<'_> {
        Component { score: &self.score, formula: &self.formula }
    }

    /// Output field of the score's own expression.
    pub(crate) fn output(&self, inputs: &[Field]) -> PolarsResult<Field> {
        self.score.require_tier(&Schema::of(inputs)?)?;
        Ok(Field::new(self.score.output.as_str().into(), DataType::Float64))
    }

    /// The score's own expression.
    pub(crate) fn series(&self, evidence: &Evidence) -> PolarsResult<Series> {
        let scores = judge(evidence, &[self.component()], &[])?;
        let scores = scores.into_iter().next().ok_or_else(|| internal("a score is missing"))?;
        Ok(nullable(&self.score.output, scores))
    }
}

/// The scores of every component; NaN everywhere for one that may lack evidence and does.
///
/// The trades are read in one pass: for the components that are judged on them, for every metric
/// that components need and only trades give, and for the metrics in `also`.
pub(crate) fn judge(
    evidence: &Evidence,
    components: &[Component],
    also: &[String],
) -> PolarsResult<Vec<Vec<f64>>> {
    let mut pass = TradePass::default();
    pass.add_metrics(&evidence.schema, also)?;
    let mut judged = Vec::with_capacity(components.len());
    for &Component { score, formula } in components {
        let tier = score.require_tier(&evidence.schema)?;
        let basis = tier.map(|tier| Basis { evidence, score, tier });
        if let Some(basis) = basis {
            pass.add_metrics(&evidence.schema, &basis.tier.metrics)?;
            if basis.tier.holds == Holds::Trades {
                pass.add_replay(formula.over_trades(basis)?);
            }
        }
        judged.push((formula, basis));
    }
    let mut replayed = pass.run(evidence)?.into_iter();
    let scores = judged.into_iter().map(|(formula, basis)| {
        let Some(basis) = basis else { return Ok(vec![f64::NAN; evidence.len]) };
        match basis.tier.holds {
            Holds::Runs => formula.over_runs(basis),
            Holds::Equity => formula.over_equity(basis),
            Holds::Numbers => formula.over_numbers(basis),
            Holds::Metrics => formula.over_metrics(basis),
            Holds::Levels | Holds::Moments => Err(basis.no_formula()),
            Holds::Trades => replayed.next().ok_or_else(|| internal("a replay is missing")),
        }
    });
    scores.collect()
}
