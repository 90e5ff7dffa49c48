//! `stability_score`.

use super::prelude::*;
use crate::kernels::stability::stability_score;
use crate::plugin::run::years::YearlyJudge;

#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Stability {
    min_scale: f64,
    min_years: usize,
}

impl Stability {
    pub(super) fn judge(self, of_wmape: fn(f64) -> f64) -> YearlyJudge {
        let Self { min_scale, min_years } = self;
        YearlyJudge { min_scale, min_years, of_wmape }
    }
}

impl Formula for Stability {
    fn over_numbers(&self, basis: Basis) -> Numbers {
        self.judge(stability_score).over_lists(basis)
    }

    fn over_trades<'a>(&'a self, basis: Basis<'a>) -> PolarsResult<Replay<'a>> {
        self.judge(stability_score).over_trades(basis)
    }
}

expression!(stability, stability_output, Stability);
