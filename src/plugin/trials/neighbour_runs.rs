//! `neighbour_runs`: the metrics of every trial's neighbours, as a list of structs.

use std::sync::atomic::{AtomicUsize, Ordering};

use polars::prelude::*;
use polars_arrow::array::{Array, ListArray, PrimitiveArray, StructArray};
use polars_arrow::bitmap::Bitmap;
use polars_arrow::datatypes::{ArrowDataType, Field as ArrowField};
use polars_arrow::offset::Offsets;

use super::read::{Call, Read};
use crate::kernels::neighbours::Scratch;
use crate::plugin::errors::{Code, fail, internal};
use crate::plugin::ffi::export;
use crate::plugin::run::parallel::{Cost, map_rows};

/// Nanoseconds of one search, a guess: it decides on threads, not on values.
pub(super) const NANOS_PER_SEARCH: f64 = 5_000.0;

/// Neighbours of all trials at most: with four metrics the lists take 8 GiB.
const MOST: usize = 1 << 28;

#[expect(clippy::unnecessary_wraps, reason = "every expression may refuse its input")]
fn neighbour_runs_output(_: &[Field], kwargs: &Call) -> PolarsResult<Field> {
    let fields =
        kwargs.metrics.iter().map(|m| Field::new(m.name.as_str().into(), DataType::Float64));
    let items = DataType::Struct(fields.collect());
    Ok(Field::new(kwargs.output.as_str().into(), DataType::List(Box::new(items))))
}

fn neighbour_runs(inputs: &[Series], kwargs: &Call) -> PolarsResult<Series> {
    let Read { rows, neighbours, metrics } = kwargs.read(inputs)?;
    let cost = Cost { items: rows, nanos_per_item: NANOS_PER_SEARCH };
    let total = AtomicUsize::new(0);
    let found = map_rows(rows, cost, |scratch: &mut Scratch, row| {
        // Above the bound nothing is kept: the count alone is told.
        let near = neighbours.find(row, scratch);
        let before = total.fetch_add(near.len(), Ordering::Relaxed);
        let kept = if before <= MOST { near.len() } else { 0 };
        #[allow(clippy::cast_possible_truncation)] // a frame has at most 2^32 rows
        near.take(kept).map(|row| row as u32).collect::<Box<[u32]>>()
    });
    let total = total.into_inner();
    if total > MOST {
        return fail(
            Code::BadValue,
            format!(
                "the {rows} trials have {total} neighbours, more than {MOST} in all: take fewer \
                 `steps`, a smaller `within`, or `nearest`"
            ),
        );
    }
    drop(neighbours);
    let offsets = Offsets::try_from_lengths(found.iter().map(|near| near.len()))?;
    let fields = kwargs
        .metrics
        .iter()
        .map(|metric| ArrowField::new(metric.name.as_str().into(), ArrowDataType::Float64, true));
    let values = metrics.iter().map(|metric| gathered(metric, &found, total).boxed());
    let items = ArrowDataType::Struct(fields.collect());
    let items = StructArray::try_new(items, total, values.collect(), None)?;
    let dtype = ListArray::<i64>::default_datatype(items.dtype().clone());
    let lists = ListArray::<i64>::try_new(dtype, offsets.into(), items.boxed(), None)?;
    let name = PlSmallStr::from_str(&kwargs.output);
    let lists = Series::try_from((name, lists.boxed()))?;
    if lists.len() == rows { Ok(lists) } else { Err(internal("trials were lost")) }
}

/// A metric of the rows found, one after the other.
fn gathered(metric: &Float64Chunked, found: &[Box<[u32]>], total: usize) -> PrimitiveArray<f64> {
    let array = metric.downcast_as_array();
    let values = array.values();
    let rows = || found.iter().flat_map(|near| near.iter().map(|row| *row as usize));
    let mut gathered = Vec::with_capacity(total);
    gathered.extend(rows().map(|row| values.get(row).copied().unwrap_or(f64::NAN)));
    let validity = array.validity().filter(|valid| valid.unset_bits() > 0);
    let validity = validity
        .map(|valid| -> Bitmap { rows().map(|row| valid.get(row).unwrap_or(false)).collect() });
    PrimitiveArray::new(ArrowDataType::Float64, gathered.into(), validity)
}

export!(neighbour_runs, neighbour_runs_output);
