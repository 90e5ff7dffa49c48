//! `ulcer_index_score`: what the ulcer index leaves of its cap.

use super::prelude::*;
use crate::kernels::ulcer_index::ulcer_index_score as score_of;
use crate::plugin::run::ulcer::Wealth;

#[derive(Debug, Clone, Copy, Deserialize)]
struct UlcerIndexScore {
    ulcer_cap: f64,
    #[serde(flatten)]
    wealth: Wealth,
}

impl Formula for UlcerIndexScore {
    fn over_equity(&self, basis: Basis) -> Numbers {
        Wealth::over_equity(basis, |index| score_of(index, self.ulcer_cap))
    }

    fn over_numbers(&self, basis: Basis) -> Numbers {
        self.wealth.over_returns(basis, |index| score_of(index, self.ulcer_cap))
    }

    fn over_trades<'a>(&'a self, basis: Basis<'a>) -> PolarsResult<Replay<'a>> {
        let cap = self.ulcer_cap;
        self.wealth.over_trades(basis, move |index| score_of(index, cap))
    }
}

expression!(ulcer_index_score, ulcer_index_score_output, UlcerIndexScore);
