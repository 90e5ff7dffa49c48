//! `metrics`: every summary metric of a candidate's trades.

use polars::prelude::*;
use pyo3_polars::derive::polars_expr;

use super::component::nullable;
use super::errors::{Code, fail};
use super::evidence::Evidence;
use super::parallel::map_rows;
use super::schema::Schema;
use super::trades::to_metrics;
use crate::kernels::tape::Tape;
use crate::kernels::trade_metrics::TradeMetrics;
use crate::kernels::trade_years::TradeYears;

/// What one row gives.
struct Row {
    metrics: TradeMetrics,
    duration_us: Option<i64>,
    years: TradeYears,
}

fn list_of(inner: DataType) -> DataType {
    DataType::List(Box::new(inner))
}

fn fields() -> Vec<Field> {
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

fn check(schema: &Schema) -> PolarsResult<()> {
    if schema.has_trades()? {
        return Ok(());
    }
    let message =
        format!("no evidence for `metrics`: looked for `trades`, found {}", schema.found());
    fail(Code::MissingEvidence, message)
}

fn metrics_output(inputs: &[Field]) -> PolarsResult<Field> {
    check(&Schema::of(inputs)?)?;
    Ok(Field::new("metrics".into(), DataType::Struct(fields())))
}

#[polars_expr(output_type_func=metrics_output)]
fn metrics(inputs: &[Series]) -> PolarsResult<Series> {
    let evidence = Evidence::of(inputs)?;
    check(&evidence.schema)?;
    let trades = evidence.trades()?;
    let rows: Vec<Option<Row>> = map_rows(evidence.len, trades.cost(), |tape: &mut Tape, row| {
        if trades.is_null(row) {
            return None;
        }
        trades.load(row, tape);
        let mut years = TradeYears::default();
        trades.load_years(row, tape, &mut years);
        let metrics = to_metrics(tape, trades);
        Some(Row { metrics, duration_us: trades.avg_duration_us(row), years })
    });
    let columns = [
        UInt32Chunked::from_iter_options(
            "total_trades".into(),
            rows.iter().map(|row| row.as_ref().map(|row| row.metrics.total_trades)),
        )
        .into_series(),
        numbers("win_rate", &rows, |m| m.win_rate),
        numbers("profit_factor", &rows, |m| m.profit_factor),
        numbers("sharpe_ratio", &rows, |m| m.sharpe_ratio),
        numbers("max_drawdown", &rows, |m| m.max_drawdown),
        Int64Chunked::from_iter_options(
            "avg_trade_duration".into(),
            rows.iter().map(|row| row.as_ref().and_then(|row| row.duration_us)),
        )
        .into_duration(TimeUnit::Microseconds)
        .into_series(),
        lists::<Float64Type>("yearly_profits", DataType::Float64, &rows, |years| &years.profits),
        lists::<Int32Type>("years", DataType::Int32, &rows, |years| &years.years),
        lists::<Float64Type>("year_days", DataType::Float64, &rows, |years| &years.days),
        numbers("cost_per_trade", &rows, |m| m.cost_per_trade),
        numbers("profit", &rows, |m| m.profit),
        numbers("avg_r", &rows, |m| m.avg_r.unwrap_or(f64::NAN)),
    ];
    Ok(StructChunked::from_series("metrics".into(), evidence.len, columns.iter())?.into_series())
}

fn numbers(name: &str, rows: &[Option<Row>], of: impl Fn(&TradeMetrics) -> f64) -> Series {
    let value = |row: &Option<Row>| row.as_ref().map_or(f64::NAN, |row| of(&row.metrics));
    nullable(name, rows.iter().map(value).collect()).into_series()
}

fn lists<T: PolarsNumericType>(
    name: &str,
    inner: DataType,
    rows: &[Option<Row>],
    of: impl Fn(&TradeYears) -> &Vec<T::Native>,
) -> Series {
    let items = rows.iter().flatten().map(|row| of(&row.years).len()).sum();
    let mut builder = ListPrimitiveChunkedBuilder::<T>::new(name.into(), rows.len(), items, inner);
    for row in rows {
        match row {
            Some(row) => builder.append_slice(of(&row.years)),
            None => builder.append_null(),
        }
    }
    builder.finish().into_series()
}
