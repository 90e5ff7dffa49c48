//! The replays behind trade dropout, as lists of outcomes.

use polars::prelude::*;
use polars_arrow::array::ListArray;
use polars_arrow::bitmap::Bitmap;
use polars_arrow::offset::{Offsets, OffsetsBuffer};

use super::parallel::map_rows;
use super::trade_pass::trade_cost;
use crate::kernels::ordered_trades::TradeOrder;
use crate::kernels::outcome::Outcome;
use crate::kernels::trade_dropout::{Dropout, Scratch, dropout_runs};
use crate::plugin::frame::evidence::Evidence;
use crate::plugin::frame::output::struct_of;

/// The dtype of the lists.
pub(crate) fn dtype() -> DataType {
    let fields = ["profit", "max_drawdown", "sharpe_ratio"];
    let fields = fields.map(|name| Field::new(name.into(), DataType::Float64));
    DataType::List(Box::new(DataType::Struct(fields.to_vec())))
}

/// The runs of every row; null without trades, or where `of_row` gives none.
pub(crate) fn runs(
    evidence: &Evidence,
    output: &str,
    n_runs: u32,
    of_row: impl Fn(usize) -> Option<Dropout> + Sync,
) -> PolarsResult<Series> {
    let trades = evidence.trades()?;
    let cost = trade_cost(trades, f64::from(n_runs) / 3.0);
    let rows = map_rows(evidence.len, cost, |(order, scratch): &mut (TradeOrder, Scratch), row| {
        let ordered = trades.load(row, order);
        let dropout = of_row(row).filter(|_| !ordered.is_empty())?;
        let mut runs = Vec::with_capacity(n_runs as usize);
        dropout_runs(&ordered, dropout, scratch, |run| runs.push(run));
        Some(runs)
    });
    let column = |name: &str, of: fn(&Outcome) -> f64| {
        let values = rows.iter().flatten().flatten().map(of).collect();
        Float64Chunked::from_vec(name.into(), values).into_series()
    };
    let columns = [
        column("profit", |run| run.profit),
        column("max_drawdown", |run| run.max_drawdown),
        column("sharpe_ratio", |run| run.sharpe_ratio),
    ];
    let items = rows.iter().flatten().map(Vec::len).sum();
    let items = struct_of("", items, &columns)?.rechunk();
    let lengths = rows.iter().map(|runs| runs.as_ref().map_or(0, Vec::len));
    let offsets = OffsetsBuffer::from(Offsets::<i64>::try_from_lengths(lengths)?);
    let validity: Bitmap = rows.iter().map(Option::is_some).collect();
    let arrow = dtype().to_arrow(CompatLevel::newest());
    let items = items.to_arrow(0, CompatLevel::newest());
    let lists = ListArray::<i64>::try_new(arrow, offsets, items, Some(validity))?;
    Ok(ListChunked::with_chunk(output.into(), lists).into_series())
}
