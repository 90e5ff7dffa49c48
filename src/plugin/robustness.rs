//! `robustness_score`, and `data_jitter_score` over its own column: reruns, else the summary model.

use polars::prelude::*;
use polars_buffer::Buffer;
use pyo3_polars::derive::polars_expr;

use super::component::{Component, output, series};
use super::evidence::{Evidence, Seeds, at};
use super::nested::{Nested, part};
use super::parallel::{Cost, score_rows};
use super::params::{Policy, Robustness};
use super::schema::{Schema, Tier};
use super::summary::{EDGE, edges};
use crate::kernels::robustness::{Base, Runs, robustness_score};
use crate::kernels::summary_model::{Jitter, summary_robustness};
use crate::rng::{NumpyRng, uniform};

const FIELDS: [&str; 4] = ["profit", "win_rate", "max_drawdown", "avg_r"];

/// Nanoseconds of one rerun; `benches/kernels.rs`.
const NANOS_PER_RUN: f64 = 1.5;
/// Nanoseconds of one modelled iteration; `benches/kernels.rs`.
const NANOS_PER_ITERATION: f64 = 1.0;

/// Draws and jitter of a row with a seed of its own.
type Own = (Vec<f64>, Jitter);

impl Robustness {
    fn metrics(&self) -> &'static [&'static str] {
        if self.with_avg_r { &FIELDS } else { &FIELDS[..3] }
    }

    /// Only the jitter of parameters is modelled where there are no reruns.
    fn is_modelled(&self) -> bool {
        self.runs == "jitter_runs"
    }

    fn over_runs(&self, evidence: &Evidence) -> PolarsResult<Vec<f64>> {
        let nested = evidence.runs(&self.runs, self.metrics())?;
        let profit = evidence.metric("profit")?;
        let win_rate = evidence.metric("win_rate")?;
        let max_drawdown = evidence.metric("max_drawdown")?;
        let avg_r = if self.with_avg_r { evidence.metric("avg_r")? } else { Buffer::new() };
        let columns = FIELDS.map(|field| nested.numbers(field).unwrap_or_default());
        let policy = self.policy.no_evidence;
        let cost = Cost { items: nested.items, nanos_per_item: NANOS_PER_RUN };
        Ok(score_rows(evidence.len, cost, |(): &mut (), row| {
            let runs = row_runs(&nested, columns, row, self.with_avg_r);
            if runs.profit.is_empty() {
                return policy.missing(1.0 - self.penalty_cap);
            }
            let avg_r = if self.with_avg_r { Some(policy.admit(at(&avg_r, row))?) } else { None };
            let base = Base {
                profit: policy.admit(at(&profit, row))?,
                avg_r,
                win_rate: policy.admit(at(&win_rate, row))?,
                max_drawdown: policy.admit(at(&max_drawdown, row))?,
            };
            robustness_score(&base, &runs, self.penalty_cap)
        }))
    }

    fn modelled(&self, evidence: &Evidence) -> PolarsResult<Vec<f64>> {
        let edges = edges(evidence, self.policy.no_evidence)?;
        let seeds = evidence.seeds(self.seed)?;
        // The draws are shared by all rows unless each has its own seed.
        let mut shared = Jitter::default();
        if let Seeds::One(seed) = seeds {
            self.draw(seed, &mut Vec::new(), &mut shared);
        }
        let items = evidence.len.saturating_mul(self.n_iterations as usize);
        let cost = Cost { items, nanos_per_item: NANOS_PER_ITERATION };
        Ok(score_rows(evidence.len, cost, |(draws, own): &mut Own, row| {
            let edge = edges(row)?;
            let jitter = match seeds {
                Seeds::One(_) => &shared,
                Seeds::Column(_) => {
                    self.draw(seeds.of(row)?, draws, own);
                    own
                }
            };
            Some(summary_robustness(edge, jitter, self.with_avg_r, self.penalty_cap))
        }))
    }

    fn draw(&self, seed: u64, draws: &mut Vec<f64>, jitter: &mut Jitter) {
        draws.clear();
        draws.resize(2 * self.n_iterations as usize, 0.0);
        let v = self.param_variation;
        // Cannot fail: v is in [0, 1]. Were it not, draws of 0 would mean no jitter.
        let drawn = uniform(&mut NumpyRng::new(u128::from(seed)), -v, v, draws);
        debug_assert!(drawn.is_ok());
        jitter.load(draws);
    }
}

fn row_runs<'a>(nested: &Nested, columns: [&'a [f64]; 4], row: usize, with_r: bool) -> Runs<'a> {
    let range = nested.bounds.range(row);
    let [profit, win_rate, max_drawdown, avg_r] = columns;
    Runs {
        profit: part(profit, range.clone()),
        win_rate: part(win_rate, range.clone()),
        max_drawdown: part(max_drawdown, range.clone()),
        avg_r: if with_r { part(avg_r, range) } else { &[] },
    }
}

impl Component for Robustness {
    const NAME: &'static str = "robustness_score";

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn name(&self) -> &'static str {
        if self.is_modelled() { Self::NAME } else { "data_jitter_score" }
    }

    fn looked_for(&self) -> String {
        let model =
            "`profit`, `win_rate` and `profit_factor` (summary), or `trades` to compute them from";
        let runs = format!("`{}` (reruns)", self.runs);
        if self.is_modelled() { format!("{runs}, or {model}") } else { runs }
    }

    fn tier(&self, schema: &Schema) -> PolarsResult<Option<Tier>> {
        schema.check_integer("seed")?;
        if schema.has_runs(&self.runs, self.metrics())? {
            schema.require(self.metrics(), &self.runs)?;
            return Ok(Some(Tier::Reruns));
        }
        let modelled = self.is_modelled() && schema.missing(&EDGE)?.is_empty();
        Ok(modelled.then_some(Tier::Summary))
    }

    fn evaluate(&self, evidence: &Evidence, tier: Tier) -> PolarsResult<Vec<f64>> {
        match tier {
            Tier::Reruns => self.over_runs(evidence),
            Tier::Trades | Tier::Summary => self.modelled(evidence),
        }
    }
}

fn robustness_output(inputs: &[Field], kwargs: Robustness) -> PolarsResult<Field> {
    output(inputs, &kwargs)
}

#[polars_expr(output_type_func_with_kwargs=robustness_output)]
fn robustness(inputs: &[Series], kwargs: Robustness) -> PolarsResult<Series> {
    series(inputs, &kwargs)
}
