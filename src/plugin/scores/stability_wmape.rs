//! `stability_wmape`: the error measure that stability is made of.

use polars::prelude::*;
use pyo3_polars::derive::polars_expr;
use serde::Deserialize;

use super::stability::Stability;
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::tier::{Score, Tier};
use crate::plugin::run::component::{Component, output, series};
use crate::plugin::run::trade_pass::Replay;

#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
struct StabilityWmape(Stability);

impl Component for StabilityWmape {
    fn score(&self) -> &Score {
        &self.0.score
    }

    fn over_numbers(&self, evidence: &Evidence, tier: &Tier) -> PolarsResult<Vec<f64>> {
        self.0.judge(|wmape| wmape).over_lists(evidence, tier)
    }

    fn over_trades<'a>(&'a self, evidence: &'a Evidence, _: &Tier) -> PolarsResult<Replay<'a>> {
        self.0.judge(|wmape| wmape).over_trades(evidence)
    }
}

fn stability_wmape_output(inputs: &[Field], kwargs: StabilityWmape) -> PolarsResult<Field> {
    output(inputs, &kwargs)
}

#[polars_expr(output_type_func_with_kwargs=stability_wmape_output)]
fn stability_wmape(inputs: &[Series], kwargs: StabilityWmape) -> PolarsResult<Series> {
    series(inputs, &kwargs)
}
