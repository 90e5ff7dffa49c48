//! From the struct of trials to the neighbours of every row.

use polars::prelude::*;
use serde::Deserialize;

use crate::kernels::neighbours::{Near, Neighbours, Parameter, Scale, Trials, order_key};
use crate::plugin::errors::{Code, error, internal};

/// What a call says of its input and of what is near.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Call {
    /// The output column.
    pub(super) output: String,
    /// Fields of codes: the group.
    groups: Vec<String>,
    /// Fields of codes: parameters that must be equal.
    equal: Vec<String>,
    /// Parameters with an order.
    parameters: Vec<Axis>,
    /// Fields of the metrics.
    pub(super) metrics: Vec<Metric>,
    near: Way,
}

#[derive(Debug, Clone, Deserialize)]
struct Axis {
    /// Its name for errors.
    name: String,
    codes: String,
    /// None where the way needs no values.
    values: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Metric {
    /// Its name in the output.
    pub(super) name: String,
    field: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    Steps(u32),
    Within(f64),
    NearestRank(u32),
    NearestRange(u32),
    NearestLog(u32),
}

impl Way {
    fn near(self) -> Near {
        let nearest = |count: u32, scale| Near::Nearest(count as usize, scale);
        match self {
            Self::Steps(steps) => Near::Steps(steps),
            Self::Within(within) => Near::Within(within),
            Self::NearestRank(count) => nearest(count, Scale::Rank),
            Self::NearestRange(count) => nearest(count, Scale::Range),
            Self::NearestLog(count) => nearest(count, Scale::Log),
        }
    }
}

/// The trials of a frame.
pub(super) struct Read {
    pub(super) rows: usize,
    pub(super) neighbours: Neighbours,
    /// In the order of the call.
    pub(super) metrics: Vec<Float64Chunked>,
}

impl Call {
    pub(super) fn read(&self, inputs: &[Series]) -> PolarsResult<Read> {
        let [input] = inputs else {
            return Err(internal("the input must be one struct of trials"));
        };
        let fields = input.struct_()?.fields_as_series();
        let field = |name: &str| {
            let found = fields.iter().find(|field| field.name() == name);
            found.ok_or_else(|| internal(format!("the field `{name}` is missing")))
        };
        let codes = |name: &String| read_codes(field(name)?);
        let groups = self.groups.iter().map(codes).collect::<PolarsResult<Vec<_>>>()?;
        let equal = self.equal.iter().map(codes).collect::<PolarsResult<Vec<_>>>()?;
        let parameters = self.parameters.iter().map(|axis| {
            let values = axis.values.as_ref().map(|name| read_values(field(name)?)).transpose()?;
            Ok(Parameter { codes: codes(&axis.codes)?, values: values.unwrap_or_default() })
        });
        let parameters = parameters.collect::<PolarsResult<Vec<_>>>()?;
        let metrics = self.metrics.iter().map(|metric| {
            Ok(field(&metric.field)?.cast(&DataType::Float64)?.rechunk().f64()?.clone())
        });
        let metrics = metrics.collect::<PolarsResult<Vec<_>>>()?;
        let content: Vec<Vec<u64>> =
            metrics.iter().map(|metric| metric.iter().map(order_key).collect()).collect();
        let trials = Trials {
            rows: input.len(),
            groups: &groups,
            equal: &equal,
            parameters: &parameters,
            content: &content,
        };
        let neighbours = Neighbours::of(trials, self.near.near()).map_err(|bad| {
            let name = self.parameters.get(bad.parameter).map_or("", |axis| axis.name.as_str());
            let wanted = match self.near {
                Way::NearestLog(_) => "finite and > 0 (scale \"log\")",
                Way::Within(_) => "finite (within)",
                _ => "finite, and so their range (scale \"range\")",
            };
            let message = format!("the values of `{name}` must be {wanted}, got {:?}", bad.value);
            error(Code::BadValue, message)
        })?;
        Ok(Read { rows: input.len(), neighbours, metrics })
    }
}

/// Codes from 1, 0 for null.
fn read_codes(field: &Series) -> PolarsResult<Vec<u32>> {
    let codes = field.cast(&DataType::UInt32)?;
    Ok(codes.u32()?.iter().map(|code| code.unwrap_or(0)).collect())
}

fn read_values(field: &Series) -> PolarsResult<Vec<f64>> {
    let values = field.cast(&DataType::Float64)?;
    Ok(values.f64()?.iter().map(|value| value.unwrap_or(f64::NAN)).collect())
}
