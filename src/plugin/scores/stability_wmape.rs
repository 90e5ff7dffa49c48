//! `stability_wmape`: the error measure that stability is made of.

use super::prelude::*;
use crate::plugin::run::years::Years;

#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
struct StabilityWmape(Years);

impl Formula for StabilityWmape {
    fn over_numbers(&self, basis: Basis) -> Numbers {
        self.0.over_lists(basis, |wmape| wmape)
    }

    fn over_trades<'a>(&'a self, basis: Basis<'a>) -> PolarsResult<Replay<'a>> {
        self.0.over_trades(basis, |wmape| wmape)
    }
}

expression!(stability_wmape, stability_wmape_output, StabilityWmape);
