//! The rating: its components judged in one pass over the frame, aggregated and gated.

use std::borrow::Cow;

use polars::prelude::*;
use serde::Deserialize;

use super::component::{Call, Component, judge};
use super::gate::Gate;
use super::parallel::{BLOCK, Cost, collect_ranges};
use crate::kernels::final_rating::{Aggregation, OnMissing, Rule, contributions, final_ratings};
use crate::kernels::number::NoEvidence;
use crate::plugin::errors::{Code, fail, internal};
use crate::plugin::frame::evidence::{Evidence, at};
use crate::plugin::frame::lists::part;
use crate::plugin::frame::schema::{Schema, check_number};
use crate::plugin::scores::cost_shock::CostShock;
use crate::plugin::scores::robustness::Robustness;
use crate::plugin::scores::stability::Stability;
use crate::plugin::scores::stress_penalty::StressPenalty;
use crate::plugin::scores::trade_dropout::TradeDropout;

/// How far rounding may take a component that is passed in out of [0, 1].
const ROUNDING: f64 = 1e-9;

/// Nanoseconds of one row's aggregate.
const NANOS_PER_RATING: f64 = 6.0;

/// Everything that the expressions of the rating need.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Rating {
    pub(crate) output: String,
    components: Vec<Part>,
    #[serde(rename = "rating")]
    parameters: Parameters,
}

/// A component, or what stands in its place.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "function", rename_all = "snake_case")]
enum Part {
    Robustness(Call<Robustness>),
    Stability(Call<Stability>),
    CostShock(Call<CostShock>),
    TradeDropout(Call<TradeDropout>),
    StressPenalty(Call<StressPenalty>),
    /// A column of the input.
    Given {
        output: String,
    },
    /// Not computed: null.
    LeftOut {
        output: String,
    },
}

/// How components become a rating.
#[derive(Debug, Clone, Deserialize)]
struct Parameters {
    weights: Vec<f64>,
    /// How each component counts.
    counts_as: Vec<CountsAs>,
    aggregation: Aggregation,
    on_missing: OnMissing,
    no_evidence: NoEvidence,
    #[serde(flatten)]
    gate: Gate,
}

/// How the value of a component becomes a number in which higher is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CountsAs {
    /// The score itself.
    Score,
    /// 1 − penalty.
    OneMinus,
    /// 1/(1 + p) of a p-value; without one p is 1.
    PValue,
}

impl CountsAs {
    /// The component, NaN for a missing one.
    fn of(self, values: &[f64]) -> Cow<'_, [f64]> {
        let score = |p: &f64| if p.is_nan() { 0.5 } else { 1.0 / (1.0 + p) };
        match self {
            Self::Score => values.into(),
            Self::OneMinus => values.iter().map(|penalty| 1.0 - penalty).collect(),
            Self::PValue => values.iter().map(score).collect(),
        }
    }
}

/// A component of the rating, whichever it is.
enum Source<'a> {
    Judged(Component<'a>),
    Given(&'a str),
    LeftOut(&'a str),
}

impl Part {
    fn source(&self) -> Source<'_> {
        match self {
            Self::Robustness(call) => Source::Judged(call.component()),
            Self::Stability(call) => Source::Judged(call.component()),
            Self::CostShock(call) => Source::Judged(call.component()),
            Self::TradeDropout(call) => Source::Judged(call.component()),
            Self::StressPenalty(call) => Source::Judged(call.component()),
            Self::Given { output } => Source::Given(output),
            Self::LeftOut { output } => Source::LeftOut(output),
        }
    }
}

impl Rating {
    fn sources(&self) -> impl Iterator<Item = Source<'_>> {
        self.components.iter().map(Part::source)
    }

    /// Names of the components' columns.
    pub(crate) fn outputs(&self) -> impl Iterator<Item = &str> {
        self.sources().map(|source| match source {
            Source::Judged(component) => component.score.output.as_str(),
            Source::Given(output) | Source::LeftOut(output) => output,
        })
    }

    /// Name of the tier of every component, `None` where it has no evidence or needs none.
    pub(crate) fn tiers(&self, schema: &Schema) -> PolarsResult<Vec<Option<&str>>> {
        let tiers = self.sources().map(|source| match source {
            Source::Judged(component) => component.score.tier(schema),
            Source::Given(_) | Source::LeftOut(_) => Ok(None),
        });
        tiers.map(|tier| Ok(tier?.map(|tier| tier.name.as_str()))).collect()
    }

    /// An error where a component has no evidence but must.
    pub(crate) fn check(&self, schema: &Schema) -> PolarsResult<()> {
        let Parameters { weights, counts_as, .. } = &self.parameters;
        if [weights.len(), counts_as.len()] != [self.components.len(); 2] {
            return Err(internal("the components and their weights differ in number"));
        }
        for source in self.sources() {
            match source {
                Source::Judged(component) => {
                    component.score.require_tier(schema)?;
                }
                Source::Given(name) => {
                    check_number(name, schema.dtype(name).unwrap_or(&DataType::Null))?;
                }
                Source::LeftOut(_) => {}
            }
        }
        Ok(())
    }

    /// [`Rating::check`], and an error where the gate has no evidence.
    pub(crate) fn check_with_gate(&self, schema: &Schema) -> PolarsResult<()> {
        self.check(schema)?;
        self.parameters.gate.check(schema)
    }

    /// The components of every row, NaN for none.
    pub(crate) fn components(&self, evidence: &Evidence) -> PolarsResult<Vec<Vec<f64>>> {
        self.check(&evidence.schema)?;
        self.columns(evidence, &[])
    }

    /// The components of every row and the gated ratings, NaN for none.
    pub(crate) fn rate(&self, evidence: &Evidence) -> PolarsResult<(Vec<Vec<f64>>, Vec<f64>)> {
        self.check_with_gate(&evidence.schema)?;
        let Parameters { weights, aggregation, on_missing, no_evidence, gate, .. } =
            &self.parameters;
        let columns = self.columns(evidence, gate.metrics())?;
        let cost = Cost { items: evidence.len, nanos_per_item: NANOS_PER_RATING };
        let rule = Rule { weights, aggregation: *aggregation, on_missing: *on_missing };
        let scores = self.scores(&columns);
        let mut ratings = collect_ranges(evidence.len, cost, |rows, totals: &mut Vec<f64>| {
            let mut ratings = vec![f64::NAN; rows.len()];
            for (block, first) in ratings.chunks_mut(BLOCK).zip(rows.step_by(BLOCK)) {
                let rows = first..first + block.len();
                let scores: Vec<&[f64]> =
                    scores.iter().map(|all| part(all, rows.clone())).collect();
                final_ratings(&scores, rule, totals, block);
            }
            ratings
        });
        gate.apply(evidence, *no_evidence, &mut ratings)?;
        Ok((columns, ratings))
    }

    /// What every component contributes to the ungated mean, NaN for none.
    pub(crate) fn contributions(&self, evidence: &Evidence) -> PolarsResult<Vec<Vec<f64>>> {
        let columns = self.components(evidence)?;
        let mut parts: Vec<Vec<f64>> =
            columns.iter().map(|_| Vec::with_capacity(evidence.len)).collect();
        let columns = self.scores(&columns);
        let mut scores = Vec::new();
        for row in 0..evidence.len {
            scores.clear();
            scores.extend(columns.iter().map(|column| {
                let score = at(column, row);
                (!score.is_nan()).then_some(score)
            }));
            let of_row =
                contributions(&scores, &self.parameters.weights, self.parameters.on_missing);
            for (part, contribution) in parts.iter_mut().zip(of_row) {
                part.push(contribution.unwrap_or(f64::NAN));
            }
        }
        Ok(parts)
    }

    fn columns(&self, evidence: &Evidence, also: &[String]) -> PolarsResult<Vec<Vec<f64>>> {
        let judged = self.sources().filter_map(|source| match source {
            Source::Judged(component) => Some(component),
            Source::Given(_) | Source::LeftOut(_) => None,
        });
        let mut judged = judge(evidence, &judged.collect::<Vec<_>>(), also)?.into_iter();
        let columns = self.sources().map(|source| match source {
            Source::Judged(_) => judged.next().ok_or_else(|| internal("a component is missing")),
            Source::Given(name) => given(evidence, name),
            Source::LeftOut(_) => Ok(vec![f64::NAN; evidence.len]),
        });
        columns.collect()
    }

    /// The components of every row as scores in which higher is better.
    fn scores<'a>(&self, columns: &'a [Vec<f64>]) -> Vec<Cow<'a, [f64]>> {
        let columns = columns.iter().zip(&self.parameters.counts_as);
        columns.map(|(column, counts_as)| counts_as.of(column)).collect()
    }
}

/// A component that is passed in, checked to be in [0, 1] but for rounding, which is cut off.
fn given(evidence: &Evidence, name: &str) -> PolarsResult<Vec<f64>> {
    let values = evidence.numbers(name)?;
    if let Some(bad) = values.iter().find(|x| **x < -ROUNDING || **x > 1.0 + ROUNDING) {
        return fail(Code::BadValue, format!("`{name}` must be in [0, 1], got {bad}"));
    }
    Ok(values.iter().map(|x| x.clamp(0.0, 1.0)).collect())
}
