//! Parameters that are one number for all rows, or a column of them.

use polars::prelude::PolarsResult;

use super::evidence::{Evidence, at};

impl Evidence {
    /// The parameter `name` of every row: its column, else `given`. NaN where it is null.
    pub(crate) fn parameter(
        &self,
        name: &str,
        given: Option<f64>,
    ) -> PolarsResult<impl Fn(usize) -> f64 + Sync + use<>> {
        let column = self.schema.has(name).then(|| self.numbers(name));
        let column = column.transpose()?;
        Ok(move |row| match &column {
            Some(values) => at(values, row),
            None => given.unwrap_or(f64::NAN),
        })
    }
}
