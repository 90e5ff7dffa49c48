//! The five deployment thresholds, and which of them fail.

use polars::prelude::*;

use crate::kernels::deployment::{CRITERIA, deployment_score, failed};
use crate::plugin::errors::internal;
use crate::plugin::frame::evidence::{Evidence, at};
use crate::plugin::frame::output::struct_of;

/// The fields of the struct.
pub(crate) fn fields() -> Vec<Field> {
    vec![
        Field::new("score".into(), DataType::Float64),
        Field::new("deployable".into(), DataType::Boolean),
        Field::new("failed".into(), DataType::List(Box::new(DataType::String))),
    ]
}

/// Score, verdict and names of the failed criteria of every row.
pub(crate) fn deployment(
    evidence: &Evidence,
    output: &str,
    criteria: &[String],
    thresholds: &[f64; CRITERIA],
) -> PolarsResult<Series> {
    let metrics = criteria.iter().map(|name| evidence.metric(name));
    let metrics = <[_; CRITERIA]>::try_from(metrics.collect::<PolarsResult<Vec<_>>>()?);
    let metrics = metrics.map_err(|_| internal("deployment has the wrong metrics"))?;
    let rows = evidence.len;
    let fails: Vec<_> = (0..rows)
        .map(|row| failed(&metrics.each_ref().map(|metric| at(metric, row)), thresholds))
        .collect();
    let items = rows.saturating_mul(CRITERIA);
    let mut names = ListStringChunkedBuilder::new("failed".into(), rows, items);
    for fails in &fails {
        let failed = criteria.iter().zip(fails).filter(|(_, fails)| **fails);
        names.append_values_iter(failed.map(|(name, _)| name.as_str()));
    }
    let scores = fails.iter().map(deployment_score).collect();
    let deployable = fails.iter().map(|fails| !fails.contains(&true));
    let columns = [
        Float64Chunked::from_vec("score".into(), scores).into_series(),
        BooleanChunked::from_iter_values("deployable".into(), deployable).into_series(),
        names.finish().into_series(),
    ];
    struct_of(output, rows, &columns)
}
