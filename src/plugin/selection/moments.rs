//! The moments of every candidate: as they are, of returns, or of trades.

use polars::prelude::*;
use polars_buffer::Buffer;

use crate::kernels::ordered_trades::TradeOrder;
use crate::kernels::sharpe_moments::{Moments, sharpe_moments};
use crate::plugin::errors::{Code, fail, internal};
use crate::plugin::frame::evidence::{Evidence, at};
use crate::plugin::frame::lists::NumberLists;
use crate::plugin::frame::output::nullable;
use crate::plugin::frame::schema::MOMENT_FIELDS;
use crate::plugin::frame::tier::{Holds, Score, Tier};
use crate::plugin::frame::values::read_numbers;
use crate::plugin::run::parallel::{Cost, map_rows};
use crate::plugin::run::returns::only_finite;
use crate::plugin::run::trade_pass::trade_cost;

/// Nanoseconds that a return takes.
const NANOS_PER_RETURN: f64 = 1.0;

/// Moments of every row, `None` for no candidate, a flat one or too short a one.
pub(crate) struct MomentRows {
    pub(crate) evidence: Evidence,
    rows: Vec<Option<Moments>>,
}

impl MomentRows {
    pub(crate) fn read(inputs: &[Series], score: &Score, risk_free: f64) -> PolarsResult<Self> {
        let evidence = Evidence::of(inputs)?;
        let tier = score.require_tier(&evidence.schema)?;
        let tier = tier.ok_or_else(|| internal("a Sharpe ratio cannot go without evidence"))?;
        let rows = match tier.holds {
            Holds::Moments => as_given(evidence.column(tier.column()?)?)?,
            Holds::Numbers => of_returns(&evidence, tier, risk_free)?,
            Holds::Trades => of_trades(&evidence, risk_free)?,
            _ => return Err(internal(format!("no moments of the tier `{}`", tier.name))),
        };
        Ok(Self { evidence, rows })
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn get(&self, row: usize) -> Option<Moments> {
        self.rows.get(row).copied().flatten()
    }

    /// A number of every row that has moments.
    pub(crate) fn numbers(
        &self,
        name: &str,
        of_row: impl Fn(Moments, usize) -> Option<f64>,
    ) -> Series {
        let of_row = |(row, moments): (usize, &Option<Moments>)| {
            moments.and_then(|moments| of_row(moments, row)).unwrap_or(f64::NAN)
        };
        nullable(name, self.rows.iter().enumerate().map(of_row).collect())
    }
}

/// The fields of a struct column of moments.
fn as_given(column: &Series) -> PolarsResult<Vec<Option<Moments>>> {
    if column.dtype().is_null() {
        return Ok(vec![None; column.len()]);
    }
    let column = column.rechunk();
    let valid = column.rechunk_validity();
    let fields = column.struct_()?.fields_as_series();
    let read = |wanted: &str| -> PolarsResult<Buffer<f64>> {
        match fields.iter().find(|field| field.name() == wanted) {
            Some(field) => read_numbers(&format!("{}.{wanted}", column.name()), field),
            None => fail(Code::MissingField, format!("the field `{wanted}` is missing")),
        }
    };
    let [n, sharpe, skewness, kurtosis] = MOMENT_FIELDS;
    let (n, sharpe, skewness, kurtosis) =
        (read(n)?, read(sharpe)?, read(skewness)?, read(kurtosis)?);
    let row = |row: usize| {
        if valid.as_ref().is_some_and(|valid| !valid.get(row).unwrap_or(false)) {
            return None;
        }
        let (skewness, kurtosis) = (at(&skewness, row), at(&kurtosis, row));
        Moments { n: at(&n, row), sharpe: at(&sharpe, row), skewness, kurtosis }.finite()
    };
    Ok((0..column.len()).map(row).collect())
}

fn of_returns(
    evidence: &Evidence,
    tier: &Tier,
    risk_free: f64,
) -> PolarsResult<Vec<Option<Moments>>> {
    let lists = NumberLists::read(evidence.column(tier.column()?)?)?;
    let cost = Cost { items: lists.items(), nanos_per_item: NANOS_PER_RETURN };
    Ok(map_rows(evidence.len, cost, |finite: &mut Vec<f64>, row| {
        sharpe_moments(only_finite(lists.row(row), finite), risk_free)
    }))
}

/// Of R-multiples, of net pnl where the trades have none.
fn of_trades(evidence: &Evidence, risk_free: f64) -> PolarsResult<Vec<Option<Moments>>> {
    type Scratch = (TradeOrder, Vec<f64>);
    let trades = evidence.trades()?;
    let cost = trade_cost(trades, 2.0);
    Ok(map_rows(evidence.len, cost, |(order, finite): &mut Scratch, row| {
        let ordered = trades.load(row, order);
        sharpe_moments(only_finite(ordered.series(), finite), risk_free)
    }))
}
