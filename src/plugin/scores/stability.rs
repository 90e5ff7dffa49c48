//! `stability_score`.

use polars::prelude::*;
use pyo3_polars::derive::polars_expr;
use serde::Deserialize;

use crate::kernels::stability::stability_score;
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::tier::{Score, Tier};
use crate::plugin::run::component::{Component, output, series};
use crate::plugin::run::trade_pass::Replay;
use crate::plugin::run::years::YearlyJudge;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Stability {
    pub(super) score: Score,
    min_scale: f64,
    min_years: usize,
}

impl Stability {
    pub(super) fn judge(&self, of_wmape: fn(f64) -> f64) -> YearlyJudge<'_> {
        let Self { score, min_scale, min_years } = self;
        YearlyJudge { score, min_scale: *min_scale, min_years: *min_years, of_wmape }
    }
}

impl Component for Stability {
    fn score(&self) -> &Score {
        &self.score
    }

    fn over_numbers(&self, evidence: &Evidence, tier: &Tier) -> PolarsResult<Vec<f64>> {
        self.judge(stability_score).over_lists(evidence, tier)
    }

    fn over_trades<'a>(&'a self, evidence: &'a Evidence, _: &Tier) -> PolarsResult<Replay<'a>> {
        self.judge(stability_score).over_trades(evidence)
    }
}

fn stability_output(inputs: &[Field], kwargs: Stability) -> PolarsResult<Field> {
    output(inputs, &kwargs)
}

#[polars_expr(output_type_func_with_kwargs=stability_output)]
fn stability(inputs: &[Series], kwargs: Stability) -> PolarsResult<Series> {
    series(inputs, &kwargs)
}
