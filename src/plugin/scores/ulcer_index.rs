//! `ulcer_index`: the root mean square drawdown in percent; lower is better.

use super::prelude::*;
use crate::plugin::run::ulcer::Wealth;

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(transparent)]
struct UlcerIndex(Wealth);

impl Formula for UlcerIndex {
    fn over_equity(&self, basis: Basis) -> Numbers {
        Wealth::over_equity(basis, |index| index)
    }

    fn over_numbers(&self, basis: Basis) -> Numbers {
        self.0.over_returns(basis, |index| index)
    }

    fn over_trades<'a>(&'a self, basis: Basis<'a>) -> PolarsResult<Replay<'a>> {
        self.0.over_trades(basis, |index| index)
    }
}

expression!(ulcer_index, ulcer_index_output, UlcerIndex);
