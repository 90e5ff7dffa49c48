//! Columns on the way out: NaN becomes null.

use polars::prelude::*;
use polars_arrow::bitmap::Bitmap;

/// Numbers with NaN as null.
pub(crate) fn nullable(name: &str, values: Vec<f64>) -> Series {
    let missing = values.iter().any(|x| x.is_nan());
    let validity = missing.then(|| values.iter().map(|x| !x.is_nan()).collect());
    Float64Chunked::from_vec_validity(name.into(), values, validity).into_series()
}

/// A struct of columns.
pub(crate) fn struct_of(name: &str, rows: usize, columns: &[Series]) -> PolarsResult<Series> {
    Ok(StructChunked::from_series(name.into(), rows, columns.iter())?.into_series())
}

/// A struct of columns, null where it is not `valid`.
pub(crate) fn struct_or_null(
    name: &str,
    rows: usize,
    columns: &[Series],
    valid: Bitmap,
) -> PolarsResult<Series> {
    let found = StructChunked::from_series(name.into(), rows, columns.iter())?;
    Ok(found.with_outer_validity(Some(valid)).into_series())
}

/// The field of a struct whose fields are all of one type.
pub(crate) fn struct_field<'a>(
    name: &str,
    fields: impl Iterator<Item = &'a str>,
    dtype: &DataType,
) -> Field {
    let fields = fields.map(|field| Field::new(field.into(), dtype.clone()));
    Field::new(name.into(), DataType::Struct(fields.collect()))
}
