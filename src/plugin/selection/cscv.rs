//! `cscv_blocks`, `pbo` and `cscv`: combinatorially symmetric cross-validation.

use polars_arrow::array::{Array, FixedSizeListArray, PrimitiveArray};
use polars_arrow::bitmap::Bitmap;
use polars_arrow::datatypes::ArrowDataType;

use super::family::{check_length, family_field};
use super::prelude::*;
use crate::kernels::cscv::{Cscv, Metric, cscv as cross_validate};
use crate::kernels::cscv_blocks::cscv_blocks as blocks_of;
use crate::plugin::errors::internal;
use crate::plugin::frame::lists::NumberLists;
use crate::plugin::run::parallel::{Cost, map_rows};

/// Nanoseconds that a return takes.
const NANOS_PER_RETURN: f64 = 1.0;

#[derive(Debug, Clone, Deserialize)]
struct CscvBlocks {
    score: Score,
    n_blocks: usize,
    risk_free: f64,
    /// Adds the number of periods as a last number, and keeps the rows of no candidate, as NaN.
    with_length: bool,
}

impl CscvBlocks {
    fn width(&self) -> usize {
        2 * self.n_blocks + 2 + usize::from(self.with_length)
    }
}

fn cscv_blocks_output(inputs: &[Field], kwargs: &CscvBlocks) -> PolarsResult<Field> {
    kwargs.score.require_tier(&Schema::of(inputs)?)?;
    let dtype = DataType::Array(Box::new(DataType::Float64), kwargs.width());
    Ok(family_field(&kwargs.score, dtype))
}

fn cscv_blocks(inputs: &[Series], kwargs: &CscvBlocks) -> PolarsResult<Series> {
    let evidence = Evidence::of(inputs)?;
    let tier = kwargs.score.require_tier(&evidence.schema)?;
    let tier = tier.ok_or_else(|| internal("blocks cannot go without returns"))?;
    let lists = NumberLists::read(evidence.column(tier.column()?)?)?;
    let cost = Cost { items: lists.items(), nanos_per_item: NANOS_PER_RETURN };
    let width = kwargs.width();
    let rows = map_rows(evidence.len, cost, |scratch: &mut Vec<f64>, row| {
        let returns = lists.row(row);
        let mut out = Vec::with_capacity(width);
        let found = blocks_of(returns, kwargs.n_blocks, kwargs.risk_free, scratch, &mut out);
        if !found && (returns.is_empty() || !kwargs.with_length) {
            return None;
        }
        if kwargs.with_length {
            out.resize(width - 1, f64::NAN);
            #[allow(clippy::cast_precision_loss)] // counts of periods are far below 2^53
            out.push(returns.len() as f64);
        }
        Some(out)
    });
    let valid: Bitmap = rows.iter().map(Option::is_some).collect();
    let mut values = Vec::with_capacity(rows.len() * width);
    for row in rows {
        match row {
            Some(row) => values.extend(row),
            None => values.extend(std::iter::repeat_n(0.0, width)),
        }
    }
    let items = PrimitiveArray::from_vec(values).boxed();
    let dtype = FixedSizeListArray::default_datatype(ArrowDataType::Float64, width);
    let array = FixedSizeListArray::try_new(dtype, evidence.len, items, Some(valid))?;
    let name = PlSmallStr::from(kwargs.score.output.as_str());
    Series::try_from((name, Box::new(array) as Box<dyn Array>))
}

export!(cscv_blocks, cscv_blocks_output);

#[derive(Debug, Clone, Deserialize)]
struct OfBlocks {
    score: Score,
    metric: Metric,
    min_trials: usize,
}

impl OfBlocks {
    /// Cross-validation of the family, `None` for too few candidates.
    fn run(&self, inputs: &[Series]) -> PolarsResult<Option<Cscv>> {
        let evidence = Evidence::of(inputs)?;
        let lists = NumberLists::read(evidence.column("blocks")?)?;
        let (mut rows, mut width, mut periods) = (Vec::new(), None, None);
        for row in (0..evidence.len).map(|row| lists.row(row)).filter(|row| !row.is_empty()) {
            check_length(&mut width, row.len())?;
            let (row, length) = match row {
                [row @ .., length] if row.len() % 2 == 0 => (row, Some(*length)),
                _ => (row, row.get(1).copied()),
            };
            if let Some(length) = length.filter(|length| length.is_finite()) {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a count
                check_length(&mut periods, length as usize)?;
            }
            if row.iter().all(|x| x.is_finite()) {
                rows.push(row);
            }
        }
        let Some(width) = rows.first().map(|row| row.len()) else { return Ok(None) };
        if width < 6 || width % 4 != 2 {
            let message = format!(
                "`blocks` must hold 2·n_blocks + 2 numbers, as `cscv_blocks` makes them, got {width}"
            );
            return fail(Code::BadValue, message);
        }
        let enough = rows.len() >= self.min_trials;
        Ok(if enough { cross_validate(&rows, (width - 2) / 2, self.metric) } else { None })
    }
}

fn pbo_output(inputs: &[Field], kwargs: &OfBlocks) -> PolarsResult<Field> {
    Schema::of(inputs)?.has_number_lists("blocks", &[])?;
    Ok(family_field(&kwargs.score, DataType::Float64))
}

fn pbo(inputs: &[Series], kwargs: &OfBlocks) -> PolarsResult<Series> {
    let found = kwargs.run(inputs)?;
    Ok(number_column(&kwargs.score, 1, |_| found.map(|found| found.pbo)))
}

export!(pbo, pbo_output);

/// The fields of the struct but the count of splits.
const FIELDS: [&str; 6] = ["pbo", "prob_oos_loss", "logit_mean", "slope", "intercept", "r2"];

fn cscv_output(inputs: &[Field], kwargs: &OfBlocks) -> PolarsResult<Field> {
    Schema::of(inputs)?.has_number_lists("blocks", &[])?;
    let mut fields: Vec<Field> =
        FIELDS.iter().map(|name| Field::new((*name).into(), DataType::Float64)).collect();
    fields.push(Field::new("n_splits".into(), DataType::UInt32));
    Ok(family_field(&kwargs.score, DataType::Struct(fields)))
}

fn cscv(inputs: &[Series], kwargs: &OfBlocks) -> PolarsResult<Series> {
    let found = kwargs.run(inputs)?;
    let of = |of: fn(&Cscv) -> f64| vec![found.as_ref().map_or(f64::NAN, of)];
    let numbers: [fn(&Cscv) -> f64; 6] =
        [|c| c.pbo, |c| c.prob_oos_loss, |c| c.logit_mean, |c| c.slope, |c| c.intercept, |c| c.r2];
    let columns = FIELDS.iter().zip(numbers).map(|(name, number)| nullable(name, of(number)));
    let mut columns: Vec<Series> = columns.collect();
    columns.push(nullable("n_splits", of(|c| f64::from(c.n_splits))).cast(&DataType::UInt32)?);
    let valid = std::iter::once(found.is_some()).collect();
    struct_or_null(&kwargs.score.output, 1, &columns, valid)
}

export!(cscv, cscv_output);
