//! Seeds of random streams: one for all rows, or a column of them.

use polars::prelude::*;
use serde::{Deserialize, Deserializer, de::Error};

use super::evidence::Evidence;
use crate::plugin::errors::{Code, fail};

/// Reads a seed that travels as text: Python's pickle has no unsigned 64-bit integer.
pub(crate) fn from_text<'de, D: Deserializer<'de>>(text: D) -> Result<u64, D::Error> {
    String::deserialize(text)?.parse().map_err(D::Error::custom)
}

/// Where random streams start.
pub(crate) enum Seeds {
    One(u64),
    Column(Vec<Option<u64>>),
}

impl Seeds {
    pub(crate) fn of(&self, row: usize) -> Option<u64> {
        match self {
            Self::One(seed) => Some(*seed),
            Self::Column(seeds) => seeds.get(row).copied().flatten(),
        }
    }
}

impl Evidence {
    /// The seed of every row: `default`, or the column `seed`. `None` where the column is null.
    pub(crate) fn seeds(&self, default: u64) -> PolarsResult<Seeds> {
        if !self.schema.has("seed") {
            return Ok(Seeds::One(default));
        }
        self.schema.check_integer("seed")?;
        let column = self.column("seed")?;
        let seeds = column.cast(&DataType::UInt64)?;
        if seeds.null_count() != column.null_count() {
            let bad = column.filter(&(seeds.is_null() & column.is_not_null()))?;
            let bad = bad.get(0)?;
            return fail(
                Code::BadSeed,
                format!("`seed` must be an integer in [0, 2**64 - 1], got {bad}"),
            );
        }
        Ok(Seeds::Column(seeds.u64()?.iter().collect()))
    }
}
