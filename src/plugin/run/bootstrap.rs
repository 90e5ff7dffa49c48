//! Bootstrap p-values: rows with equally many values and one seed share their resamples.

use std::ops::Range;

use polars::prelude::*;
use serde::Deserialize;

use super::parallel::{Cost, collect_ranges};
use crate::kernels::bootstrap_p_value::{Bootstrap, PValue, Resampling};
use crate::kernels::ordered_trades::TradeOrder;
use crate::kernels::shared_bootstrap::{SharedScratch, bootstrap_p_values};
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::output::{nullable, struct_of};
use crate::plugin::frame::schema::Schema;
use crate::plugin::frame::seeds::from_text;
use crate::plugin::frame::tier::Score;

/// Nanoseconds of one value of a resample, where rows share; `benches/further_scores.rs`.
const NANOS_PER_VALUE: f64 = 0.2;

/// What a call of a p-value sends.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct PValues {
    score: Score,
    n_boot: u32,
    #[serde(deserialize_with = "from_text")]
    seed: u64,
    block_length: Option<Length>,
    std_error: bool,
}

/// The mean length of blocks, or a word that says how it is found.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Length {
    Given(f64),
    Auto(serde::de::IgnoredAny),
}

/// Which values of a row are resampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// A list of numbers.
    Numbers,
    /// The R-multiples of the trades, in order.
    RMultiples,
    /// The net results of the trades, in order.
    Net,
}

/// The finite values of every row, one after the other; `None` for a row without evidence.
#[derive(Default)]
struct Values {
    numbers: Vec<f64>,
    ranges: Vec<Option<Range<usize>>>,
}

impl Values {
    fn read(evidence: &Evidence, column: &str, of: Of) -> PolarsResult<Self> {
        let mut values = Self::default();
        if of == Of::Numbers {
            let lists = evidence.lists(column)?;
            for row in 0..evidence.len {
                let list = lists.row(row);
                values.push(list, list.is_empty());
            }
        } else {
            let trades = evidence.trades()?;
            let mut order = TradeOrder::default();
            for row in 0..evidence.len {
                let ordered = trades.load(row, &mut order);
                let list = if of == Of::Net { ordered.net } else { ordered.r_multiple };
                values.push(list, ordered.is_empty());
            }
        }
        Ok(values)
    }

    fn push(&mut self, list: &[f64], missing: bool) {
        let start = self.numbers.len();
        self.numbers.extend(list.iter().filter(|x| x.is_finite()));
        self.ranges.push((!missing).then_some(start..self.numbers.len()));
    }

    fn row(&self, row: usize) -> &[f64] {
        let range = self.ranges.get(row).cloned().flatten().unwrap_or_default();
        self.numbers.get(range).unwrap_or_default()
    }
}

impl PValues {
    pub(crate) fn output(&self, inputs: &[Field]) -> PolarsResult<Field> {
        self.score.require_tier(&Schema::of(inputs)?)?;
        let dtype = if self.std_error {
            let number = |name: &str| Field::new(name.into(), DataType::Float64);
            DataType::Struct(vec![number("p_value"), number("std_error")])
        } else {
            DataType::Float64
        };
        Ok(Field::new(self.score.output.as_str().into(), dtype))
    }

    pub(crate) fn series(&self, evidence: &Evidence, of: Of) -> PolarsResult<Series> {
        let found = match self.score.require_tier(&evidence.schema)? {
            Some(tier) => self.p_values(evidence, &Values::read(evidence, tier.column()?, of)?)?,
            None => vec![None; evidence.len],
        };
        let column = |of: fn(PValue) -> f64| found.iter().map(|p| p.map_or(f64::NAN, of)).collect();
        let (name, p_values) = (self.score.output.as_str(), column(|p| p.p_value));
        if !self.std_error {
            return Ok(nullable(name, p_values));
        }
        let errors = nullable("std_error", column(|p| p.std_error));
        struct_of(name, evidence.len, &[nullable("p_value", p_values), errors])
    }

    fn p_values(&self, evidence: &Evidence, values: &Values) -> PolarsResult<Vec<Option<PValue>>> {
        let resampling = match &self.block_length {
            None => Resampling::Independent,
            Some(Length::Given(length)) => Resampling::Blocks(*length),
            Some(Length::Auto(_)) => Resampling::AutoBlocks,
        };
        let missing = self.score.missing().map(|p_value| PValue { p_value, std_error: 0.0 });
        let seeds = evidence.seeds(self.seed)?;
        let mut found = vec![missing; evidence.len];
        // Those that share their resamples stand side by side.
        let mut order = Vec::new();
        for (row, found) in found.iter_mut().enumerate() {
            match (seeds.of(row), values.ranges.get(row).cloned().flatten()) {
                (Some(seed), Some(range)) => order.push((seed, range.len(), row)),
                (None, Some(_)) => *found = None,
                (_, None) => {}
            }
        }
        order.sort_unstable();
        let items = values.numbers.len().saturating_mul(self.n_boot as usize);
        let cost = Cost { items, nanos_per_item: NANOS_PER_VALUE };
        let judged = collect_ranges(order.len(), cost, |range, scratch: &mut SharedScratch| {
            let mut out = Vec::with_capacity(range.len());
            let rows = order.get(range).unwrap_or_default();
            for alike in rows.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
                let seed = alike.first().map_or(self.seed, |(seed, ..)| *seed);
                let candidates: Vec<&[f64]> =
                    alike.iter().map(|(.., row)| values.row(*row)).collect();
                let bootstrap = Bootstrap { n_boot: self.n_boot, seed, resampling };
                bootstrap_p_values(&candidates, bootstrap, scratch, |p| out.push(p));
            }
            out
        });
        for ((.., row), p) in order.iter().zip(judged) {
            if let Some(found) = found.get_mut(*row) {
                *found = p;
            }
        }
        Ok(found)
    }
}
