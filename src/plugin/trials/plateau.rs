//! `plateau`: what every trial's neighbours are worth, as a struct.

use polars::prelude::*;

use super::neighbour_runs::NANOS_PER_SEARCH;
use super::read::{Call, Read};
use crate::kernels::neighbours::Scratch;
use crate::kernels::neighbours::plateau::plateau as plateau_of;
use crate::plugin::errors::internal;
use crate::plugin::ffi::export;
use crate::plugin::frame::evidence::at;
use crate::plugin::frame::output::{nullable, struct_of};
use crate::plugin::run::parallel::{Cost, map_rows};

const FIELDS: [&str; 4] = ["median", "minimum", "share_positive", "gap"];
const COUNT: &str = "n_neighbours";

#[expect(clippy::unnecessary_wraps, reason = "every expression may refuse its input")]
fn plateau_output(_: &[Field], kwargs: &Call) -> PolarsResult<Field> {
    let mut fields: Vec<Field> =
        FIELDS.iter().map(|name| Field::new((*name).into(), DataType::Float64)).collect();
    fields.push(Field::new(COUNT.into(), DataType::UInt32));
    Ok(Field::new(kwargs.output.as_str().into(), DataType::Struct(fields)))
}

fn plateau(inputs: &[Series], kwargs: &Call) -> PolarsResult<Series> {
    let Read { rows, neighbours, metrics } = kwargs.read(inputs)?;
    let [value] = metrics.as_slice() else {
        return Err(internal("a plateau is of one value"));
    };
    let values: Vec<f64> = value.iter().map(|value| value.unwrap_or(f64::NAN)).collect();
    let cost = Cost { items: rows, nanos_per_item: NANOS_PER_SEARCH };
    let found = map_rows(rows, cost, |(scratch, near): &mut (Scratch, Vec<f64>), row| {
        near.clear();
        near.extend(neighbours.find(row, scratch).map(|row| at(&values, row)));
        let count = u32::try_from(near.len()).unwrap_or(u32::MAX);
        let numbers = plateau_of(near).map_or([f64::NAN; 4], |plateau| {
            let gap = at(&values, row) - plateau.median;
            [plateau.median, plateau.minimum, plateau.share_positive, gap]
        });
        (numbers, count)
    });
    let mut columns = Vec::with_capacity(FIELDS.len() + 1);
    for (i, name) in FIELDS.iter().enumerate() {
        let numbers = found.iter().map(|(numbers, _)| numbers.get(i).copied().unwrap_or(f64::NAN));
        columns.push(nullable(name, numbers.collect()));
    }
    let counts: Vec<u32> = found.iter().map(|(_, count)| *count).collect();
    columns.push(UInt32Chunked::from_vec(COUNT.into(), counts).into_series());
    struct_of(&kwargs.output, rows, &columns)
}

export!(plateau, plateau_output);
