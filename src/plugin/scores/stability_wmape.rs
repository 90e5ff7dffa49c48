//! `stability_wmape`: the error measure that stability is made of.

use super::prelude::*;
use super::stability::Stability;

#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
struct StabilityWmape(Stability);

impl Formula for StabilityWmape {
    fn over_numbers(&self, basis: Basis) -> Numbers {
        self.0.judge(|wmape| wmape).over_lists(basis)
    }

    fn over_trades<'a>(&'a self, basis: Basis<'a>) -> PolarsResult<Replay<'a>> {
        self.0.judge(|wmape| wmape).over_trades(basis)
    }
}

expression!(stability_wmape, stability_wmape_output, StabilityWmape);
