//! `year_profile`: how the profit is spread over years, or any other parts.

use super::prelude::*;
use crate::kernels::ordered_trades::TradeOrder;
use crate::kernels::trade_years::TradeYears;
use crate::kernels::year_profile::{YearProfile, year_profile as profile_of};
use crate::plugin::errors::internal;
use crate::plugin::frame::lists::NumberLists;
use crate::plugin::frame::tier::Holds;
use crate::plugin::run::parallel::map_rows;
use crate::plugin::run::trade_pass::trade_cost;

#[derive(Debug, Clone, Deserialize)]
struct OfYears {
    score: Score,
}

/// The fields beside the count of years.
const FIELDS: [&str; 5] =
    ["positive_year_share", "worst_year", "best_year", "worst_year_share", "profit_hhi"];

fn year_profile_output(inputs: &[Field], kwargs: &OfYears) -> PolarsResult<Field> {
    kwargs.score.require_tier(&Schema::of(inputs)?)?;
    let numbers = FIELDS.iter().map(|name| Field::new((*name).into(), DataType::Float64));
    let fields = std::iter::once(Field::new("n_years".into(), DataType::UInt32)).chain(numbers);
    Ok(Field::new(kwargs.score.output.as_str().into(), DataType::Struct(fields.collect())))
}

fn year_profile(inputs: &[Series], kwargs: &OfYears) -> PolarsResult<Series> {
    let evidence = Evidence::of(inputs)?;
    let tier = kwargs.score.require_tier(&evidence.schema)?;
    let tier = tier.ok_or_else(|| internal("a profile cannot go without years"))?;
    let rows: Vec<Option<YearProfile>> = if tier.holds == Holds::Numbers {
        let lists = NumberLists::read(evidence.column(tier.column()?)?)?;
        (0..evidence.len).map(|row| profile_of(lists.row(row))).collect()
    } else {
        type Scratch = (TradeOrder, TradeYears);
        let trades = evidence.trades()?;
        map_rows(evidence.len, trade_cost(trades, 2.0), |(order, years): &mut Scratch, row| {
            let ordered = trades.load(row, order);
            trades.load_years(row, &ordered, years);
            profile_of(&years.profits)
        })
    };
    let of: [fn(&YearProfile) -> f64; 5] = [
        |p| p.positive_year_share,
        |p| p.worst_year,
        |p| p.best_year,
        |p| p.worst_year_share,
        |p| p.profit_hhi,
    ];
    let column = |name: &str, of: fn(&YearProfile) -> f64| {
        nullable(name, rows.iter().map(|row| row.as_ref().map_or(f64::NAN, of)).collect())
    };
    let mut columns = vec![column("n_years", |p| p.n_years).cast(&DataType::UInt32)?];
    columns.extend(FIELDS.iter().zip(of).map(|(name, of)| column(name, of)));
    let valid = rows.iter().map(Option::is_some).collect();
    struct_or_null(&kwargs.score.output, evidence.len, &columns, valid)
}

export!(year_profile, year_profile_output);
