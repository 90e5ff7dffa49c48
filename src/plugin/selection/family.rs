//! The returns of a family as a matrix: one list a candidate, all of one length.

use polars::prelude::*;
use serde::Deserialize;

use crate::kernels::cscv_blocks::is_candidate;
use crate::kernels::number::fin;
use crate::plugin::errors::{Code, fail, internal};
use crate::plugin::frame::evidence::{Evidence, at};
use crate::plugin::frame::lists::NumberLists;
use crate::plugin::frame::tier::Score;
use crate::plugin::frame::values::read_numbers;

/// A parameter that is a number or the word "auto".
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum NumberOrAuto {
    Number(f64),
    Auto(serde::de::IgnoredAny),
}

impl NumberOrAuto {
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Auto(_) => None,
        }
    }
}

/// The candidates of a family, those that take part.
pub(crate) struct Family {
    /// Number of rows.
    pub(crate) rows: usize,
    /// Row of each candidate, and its returns; a missing one is 0.
    pub(crate) candidates: Vec<(usize, Vec<f64>)>,
}

/// What the returns are measured against.
enum Benchmark {
    Number(f64),
    Column(polars_buffer::Buffer<f64>),
    Lists(NumberLists),
}

impl Family {
    /// Reads the returns, less the benchmark: `benchmark`, or the column `against`.
    pub(crate) fn read(inputs: &[Series], score: &Score, benchmark: f64) -> PolarsResult<Self> {
        let evidence = Evidence::of(inputs)?;
        let tier = score.require_tier(&evidence.schema)?;
        let tier = tier.ok_or_else(|| internal("a family cannot go without returns"))?;
        let lists = NumberLists::read(evidence.column(tier.column()?)?)?;
        let benchmark = match evidence.schema.dtype("against") {
            None => Benchmark::Number(benchmark),
            Some(DataType::List(_) | DataType::Array(..)) => {
                Benchmark::Lists(NumberLists::read(evidence.column("against")?)?)
            }
            Some(_) => Benchmark::Column(read_numbers("benchmark", evidence.column("against")?)?),
        };
        let (mut candidates, mut scratch, mut length) = (Vec::new(), Vec::new(), None);
        for row in 0..evidence.len {
            let returns = lists.row(row);
            if returns.is_empty() {
                continue;
            }
            check_length(&mut length, returns.len())?;
            if !is_candidate(returns, &mut scratch) {
                continue;
            }
            let less: Vec<f64> = match &benchmark {
                Benchmark::Number(b) => returns.iter().map(|x| fin(*x) - b).collect(),
                Benchmark::Column(all) => {
                    let b = at(all, row);
                    if !b.is_finite() {
                        continue;
                    }
                    returns.iter().map(|x| fin(*x) - b).collect()
                }
                Benchmark::Lists(all) => {
                    if all.is_null(row) {
                        continue;
                    }
                    check_length(&mut length, all.row(row).len())?;
                    returns.iter().zip(all.row(row)).map(|(x, b)| fin(*x) - fin(*b)).collect()
                }
            };
            if is_candidate(&less, &mut scratch) {
                candidates.push((row, less));
            }
        }
        Ok(Self { rows: evidence.len, candidates })
    }
}

/// An error unless lists of a family have the same length.
pub(crate) fn check_length(known: &mut Option<usize>, found: usize) -> PolarsResult<()> {
    let wanted = *known.get_or_insert(found);
    if wanted == found {
        return Ok(());
    }
    let message = format!(
        "the lists of a family must have one length, one value per period of one grid, \
         got {wanted} and {found}"
    );
    fail(Code::UnequalLengths, message)
}

/// Output of an expression of a family that is one number.
pub(crate) fn family_field(score: &Score, dtype: DataType) -> Field {
    Field::new(score.output.as_str().into(), dtype)
}
