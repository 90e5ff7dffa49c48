//! `stability_score`.

use super::prelude::*;
use crate::kernels::stability::stability_score;
use crate::plugin::run::years::Years;

#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub(crate) struct Stability(Years);

impl Formula for Stability {
    fn over_numbers(&self, basis: Basis) -> Numbers {
        self.0.over_lists(basis, stability_score)
    }

    fn over_trades<'a>(&'a self, basis: Basis<'a>) -> PolarsResult<Replay<'a>> {
        self.0.over_trades(basis, stability_score)
    }
}

expression!(stability, stability_output, Stability);
