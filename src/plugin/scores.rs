//! The fused expressions: `scores` (all six at once), `explain` and `evidence`.
//!
//! The columns are read once and the trades of a row go on tape once, through the same code as in
//! the separate expressions, so every field equals its expression bit for bit.

use polars::prelude::*;
use pyo3_polars::derive::polars_expr;

use super::component::{Component, nullable};
use super::evidence::Evidence;
use super::final_rating::{COLUMNS, rate, scores_of};
use super::gate::{apply_gate, check_gate};
use super::params::Scores;
use super::replays::replay_trades;
use super::schema::{Schema, Tier};
use crate::kernels::final_rating::{COMPONENTS, contributions};
use crate::kernels::number::NoEvidence;

impl Scores {
    /// The tier of every component, `None` where it has no evidence.
    fn tiers(&self, schema: &Schema) -> PolarsResult<[Option<Tier>; COMPONENTS]> {
        Ok([
            self.robustness.tier(schema)?,
            self.stability.tier(schema)?,
            self.cost_shock.tier(schema)?,
            self.trade_dropout.tier(schema)?,
            self.stress_penalty.tier(schema)?,
        ])
    }

    /// An error where a component has no evidence but must.
    fn require_tiers(&self, schema: &Schema) -> PolarsResult<()> {
        self.robustness.require_tier(schema)?;
        self.stability.require_tier(schema)?;
        self.cost_shock.require_tier(schema)?;
        self.trade_dropout.require_tier(schema)?;
        self.stress_penalty.require_tier(schema)?;
        Ok(())
    }

    /// The five components of every row.
    fn components(&self, evidence: &Evidence) -> PolarsResult<[Vec<f64>; COMPONENTS]> {
        self.require_tiers(&evidence.schema)?;
        let replayed = self.replayed(evidence)?;
        let [cost_shock, trade_dropout, stress_penalty] = replayed;
        let or = |replayed: Option<Vec<f64>>, score: &dyn Fn() -> PolarsResult<Vec<f64>>| {
            replayed.map_or_else(score, Ok)
        };
        Ok([
            self.robustness.scores(evidence)?,
            self.stability.scores(evidence)?,
            or(cost_shock, &|| self.cost_shock.scores(evidence))?,
            or(trade_dropout, &|| self.trade_dropout.scores(evidence))?,
            or(stress_penalty, &|| self.stress_penalty.scores(evidence))?,
        ])
    }

    /// Cost shock, trade dropout and stress penalty where they are judged on trades: in one pass.
    fn replayed(&self, evidence: &Evidence) -> PolarsResult<[Option<Vec<f64>>; 3]> {
        let [_, _, tiers @ ..] = self.tiers(&evidence.schema)?;
        let on_trades = tiers.map(|tier| tier == Some(Tier::Trades));
        let [cost_shock, trade_dropout, stress_penalty] = on_trades;
        let mut replays = Vec::new();
        if cost_shock {
            replays.extend(self.cost_shock.replay(evidence)?);
        }
        if trade_dropout {
            replays.extend(self.trade_dropout.replay(evidence)?);
        }
        if stress_penalty {
            replays.extend(self.stress_penalty.replay(evidence)?);
        }
        if replays.is_empty() {
            return Ok([None, None, None]);
        }
        let mut columns = replay_trades(evidence, &replays)?.into_iter();
        Ok(on_trades.map(|replayed| if replayed { columns.next() } else { None }))
    }
}

fn struct_of(name: &str, rows: usize, columns: &[Series]) -> PolarsResult<Series> {
    Ok(StructChunked::from_series(name.into(), rows, columns.iter())?.into_series())
}

fn float_fields(names: &[&str]) -> DataType {
    let field = |name: &&str| Field::new((*name).into(), DataType::Float64);
    DataType::Struct(names.iter().map(field).collect())
}

const FINAL_RATING: &str = "final_rating";

fn scores_output(inputs: &[Field], kwargs: Scores) -> PolarsResult<Field> {
    let schema = Schema::of(inputs)?;
    kwargs.require_tiers(&schema)?;
    check_gate(&schema, kwargs.final_rating.gate)?;
    let names: Vec<&str> = COLUMNS.into_iter().chain([FINAL_RATING]).collect();
    Ok(Field::new("rating_score".into(), float_fields(&names)))
}

#[polars_expr(output_type_func_with_kwargs=scores_output)]
fn scores(inputs: &[Series], kwargs: Scores) -> PolarsResult<Series> {
    let evidence = Evidence::of(inputs)?;
    let components = kwargs.components(&evidence)?;
    let mut ratings = rate(&components, &kwargs.final_rating, evidence.len);
    let omega = kwargs.robustness.policy.no_evidence == NoEvidence::Omega;
    apply_gate(&evidence, &kwargs.final_rating, omega, &mut ratings)?;
    let columns = COLUMNS.into_iter().zip(components).chain([(FINAL_RATING, ratings)]);
    let columns: Vec<Series> =
        columns.map(|(name, values)| nullable(name, values).into_series()).collect();
    struct_of("rating_score", evidence.len, &columns)
}

fn explain_output(inputs: &[Field], kwargs: Scores) -> PolarsResult<Field> {
    kwargs.require_tiers(&Schema::of(inputs)?)?;
    Ok(Field::new("rating_contributions".into(), float_fields(&COLUMNS)))
}

#[polars_expr(output_type_func_with_kwargs=explain_output)]
fn explain(inputs: &[Series], kwargs: Scores) -> PolarsResult<Series> {
    let evidence = Evidence::of(inputs)?;
    let components = kwargs.components(&evidence)?;
    let mut parts: [Vec<f64>; COMPONENTS] = Default::default();
    let rating = &kwargs.final_rating;
    for row in 0..evidence.len {
        let scores = scores_of(&components, row);
        let of_row = contributions(scores, &rating.weights, rating.on_missing);
        for (part, contribution) in parts.iter_mut().zip(of_row) {
            part.push(contribution.unwrap_or(f64::NAN));
        }
    }
    let columns = COLUMNS.into_iter().zip(parts);
    let columns: Vec<Series> =
        columns.map(|(name, values)| nullable(name, values).into_series()).collect();
    struct_of("rating_contributions", evidence.len, &columns)
}

fn evidence_output(inputs: &[Field], kwargs: Scores) -> PolarsResult<Field> {
    kwargs.tiers(&Schema::of(inputs)?)?;
    let fields = COLUMNS.map(|name| Field::new(name.into(), DataType::String));
    Ok(Field::new("evidence".into(), DataType::Struct(fields.to_vec())))
}

#[polars_expr(output_type_func_with_kwargs=evidence_output)]
fn evidence(inputs: &[Series], kwargs: Scores) -> PolarsResult<Series> {
    let evidence = Evidence::of(inputs)?;
    let tiers = kwargs.tiers(&evidence.schema)?;
    let columns = COLUMNS.iter().zip(tiers).map(|(name, tier)| match tier {
        Some(tier) => StringChunked::full((*name).into(), tier.name(), evidence.len),
        None => StringChunked::full_null((*name).into(), evidence.len),
    });
    let columns: Vec<Series> = columns.map(IntoSeries::into_series).collect();
    struct_of("evidence", evidence.len, &columns)
}
