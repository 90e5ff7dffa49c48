//! `period_returns`: trades booked on a grid of calendar periods.

use super::prelude::*;
use crate::kernels::ordered_trades::{NULL_TIME, TradeOrder};
use crate::kernels::period_returns::{Every, Grid, Outside};
use crate::plugin::errors::error;
use crate::plugin::frame::values::read_times;
use crate::plugin::run::parallel::map_rows;
use crate::plugin::run::trade_pass::trade_cost;

#[derive(Debug, Clone, Deserialize)]
struct PeriodReturns {
    score: Score,
    every: Every,
    capital: Option<f64>,
}

fn period_returns_output(inputs: &[Field], kwargs: &PeriodReturns) -> PolarsResult<Field> {
    let schema = Schema::of(inputs)?;
    kwargs.score.require_tier(&schema)?;
    for name in ["start", "end"] {
        schema.check_time_column(name)?;
    }
    let dtype = DataType::List(Box::new(DataType::Float64));
    Ok(Field::new(kwargs.score.output.as_str().into(), dtype))
}

fn period_returns(inputs: &[Series], kwargs: &PeriodReturns) -> PolarsResult<Series> {
    let evidence = Evidence::of(inputs)?;
    kwargs.score.require_tier(&evidence.schema)?;
    let trades = evidence.trades()?;
    let day_of = |name: &str| -> PolarsResult<Vec<Option<i64>>> {
        let times = read_times(name, evidence.column(name)?)?;
        let days = times
            .ticks
            .iter()
            .map(|tick| (*tick != NULL_TIME).then(|| tick.div_euclid(times.unit.per_day())));
        Ok(days.collect())
    };
    let (starts, ends) = (day_of("start")?, day_of("end")?);
    let capital = evidence.parameter("capital", kwargs.capital)?;
    let has_capital = kwargs.capital.is_some() || evidence.schema.has("capital");
    let per_day = trades.exits_per_day();
    let of_row = |order: &mut TradeOrder, row: usize| -> Result<Option<Vec<f64>>, Outside> {
        let day = |days: &[Option<i64>]| days.get(row).copied().flatten();
        let (Some(start), Some(end)) = (day(&starts), day(&ends)) else { return Ok(None) };
        let capital = if has_capital { capital(row) } else { 1.0 };
        if trades.is_null(row) || !(capital.is_finite() && capital > 0.0) {
            return Ok(None);
        }
        let ordered = trades.load(row, order);
        let grid = Grid { start, end, every: kwargs.every };
        let mut out = Vec::new();
        grid.book(ordered.net, ordered.exit_time, per_day, capital, &mut out)?;
        Ok(Some(out))
    };
    let rows = map_rows(evidence.len, trade_cost(trades, 2.0), of_row);
    let rows = rows.into_iter().collect::<Result<Vec<_>, _>>().map_err(|Outside(day)| {
        let date = Series::new("exit".into(), [day]).cast(&DataType::Date);
        let date = date.and_then(|date| date.get(0).map(|date| date.to_string()));
        let date = date.unwrap_or_default();
        let message =
            format!("`trades` must be closed from `start` to `end`, got an exit on {date}");
        error(Code::BadValue, message)
    })?;
    let items = rows.iter().flatten().map(Vec::len).sum();
    let mut builder = ListPrimitiveChunkedBuilder::<Float64Type>::new(
        kwargs.score.output.as_str().into(),
        rows.len(),
        items,
        DataType::Float64,
    );
    for row in &rows {
        match row {
            Some(row) => builder.append_slice(row),
            None => builder.append_null(),
        }
    }
    Ok(builder.finish().into_series())
}

export!(period_returns, period_returns_output);
