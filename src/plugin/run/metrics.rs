//! Every metric of a candidate's trades, as a struct.

use polars::prelude::*;

use super::parallel::map_rows;
use super::trade_pass::trade_cost;
use crate::kernels::metrics::{TradeMetric, TradeMetrics};
use crate::kernels::ordered_trades::TradeOrder;
use crate::kernels::trade_years::TradeYears;
use crate::plugin::errors::internal;
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::output::{nullable, struct_of};

/// The fields that are lists, an item a year.
const YEARS: [&str; 3] = ["yearly_profits", "years", "year_days"];

/// What one row gives; what is not wanted is missing.
struct Row {
    metrics: [f64; TradeMetric::ALL.len()],
    duration_us: Option<i64>,
    years: TradeYears,
}

/// The fields of the struct: all of them, or the `wanted` in their order.
pub(crate) fn fields(wanted: Option<&[String]>) -> PolarsResult<Vec<Field>> {
    let Some(wanted) = wanted else { return Ok(all_fields()) };
    let find = |name: &String| all_fields().into_iter().find(|field| field.name == name.as_str());
    let fields = wanted.iter().map(|name| find(name).ok_or_else(|| no_metric(name)));
    fields.collect()
}

fn no_metric(name: &str) -> PolarsError {
    internal(format!("no metric `{name}`"))
}

fn all_fields() -> Vec<Field> {
    let list_of = |inner| DataType::List(Box::new(inner));
    let fields = [
        ("total_trades", DataType::UInt32),
        ("win_rate", DataType::Float64),
        ("profit_factor", DataType::Float64),
        ("sharpe_ratio", DataType::Float64),
        ("max_drawdown", DataType::Float64),
        ("avg_trade_duration", DataType::Duration(TimeUnit::Microseconds)),
        ("yearly_profits", list_of(DataType::Float64)),
        ("years", list_of(DataType::Int32)),
        ("year_days", list_of(DataType::Float64)),
        ("cost_per_trade", DataType::Float64),
        ("profit", DataType::Float64),
        ("avg_r", DataType::Float64),
    ];
    fields.map(|(name, dtype)| Field::new(name.into(), dtype)).to_vec()
}

/// The metrics of every row, as these `fields`; null where the list is null.
pub(crate) fn metrics(evidence: &Evidence, output: &str, fields: &[Field]) -> PolarsResult<Series> {
    type Scratch = (TradeOrder, Vec<f64>);
    let trades = evidence.trades()?;
    let cost = trade_cost(trades, 1.0);
    let wanted = |name: &str| fields.iter().any(|field| field.name == name);
    let metrics_wanted = TradeMetric::ALL.map(|(name, metric)| wanted(name).then_some(metric));
    let years_wanted = YEARS.iter().any(|name| wanted(name));
    let duration_wanted = wanted("avg_trade_duration");
    let rows = map_rows(evidence.len, cost, |(order, finite): &mut Scratch, row| {
        if trades.is_null(row) {
            return None;
        }
        let ordered = trades.load(row, order);
        let mut years = TradeYears::default();
        if years_wanted {
            trades.load_years(row, &ordered, &mut years);
        }
        let mut metrics = TradeMetrics::new(ordered, finite);
        let metrics = metrics_wanted.map(|metric| metric.map_or(f64::NAN, |m| metrics.get(m)));
        let duration_us = if duration_wanted { trades.avg_duration_us(row) } else { None };
        Some(Row { metrics, duration_us, years })
    });
    let columns = fields.iter().cloned().map(|Field { name, dtype }| match name.as_str() {
        "avg_trade_duration" => {
            let durations = rows.iter().map(|row| row.as_ref().and_then(|row| row.duration_us));
            let durations = Int64Chunked::from_iter_options(name, durations);
            Ok(durations.into_duration(TimeUnit::Microseconds).into_series())
        }
        "yearly_profits" => Ok(lists::<Float64Type>(name, &rows, |years| &years.profits)),
        "years" => Ok(lists::<Int32Type>(name, &rows, |years| &years.years)),
        "year_days" => Ok(lists::<Float64Type>(name, &rows, |years| &years.days)),
        _ => numbers(&name, &rows)?.cast(&dtype),
    });
    struct_of(output, evidence.len, &columns.collect::<PolarsResult<Vec<_>>>()?)
}

fn numbers(name: &str, rows: &[Option<Row>]) -> PolarsResult<Series> {
    let position = TradeMetric::ALL.iter().position(|(known, _)| *known == name);
    let i = position.ok_or_else(|| no_metric(name))?;
    let value = |row: &Option<Row>| row.as_ref().and_then(|row| row.metrics.get(i).copied());
    Ok(nullable(name, rows.iter().map(|row| value(row).unwrap_or(f64::NAN)).collect()))
}

fn lists<T: PolarsNumericType>(
    name: PlSmallStr,
    rows: &[Option<Row>],
    of: impl Fn(&TradeYears) -> &Vec<T::Native>,
) -> Series {
    let items = rows.iter().flatten().map(|row| of(&row.years).len()).sum();
    let inner = T::get_static_dtype();
    let mut builder = ListPrimitiveChunkedBuilder::<T>::new(name, rows.len(), items, inner);
    for row in rows {
        match row {
            Some(row) => builder.append_slice(of(&row.years)),
            None => builder.append_null(),
        }
    }
    builder.finish().into_series()
}
