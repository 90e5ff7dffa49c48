//! Data snooping by the stationary bootstrap: `optimal_block_length`, `reality_check`, `spa`,
//! `snooping`, `romano_wolf`.

use super::family::{Family, NumberOrAuto, family_field};
use super::prelude::*;
use crate::kernels::block_length::block_length;
use crate::kernels::snooping::{Resamples, Snooping, snooping as bootstrap};
use crate::plugin::errors::internal;
use crate::plugin::frame::lists::NumberLists;
use crate::plugin::frame::seeds::from_text;
use crate::plugin::run::parallel::{Cost, map_rows};
use crate::plugin::run::returns::only_finite;

/// Nanoseconds that a return takes: some tens of lags.
const NANOS_PER_RETURN: f64 = 20.0;

#[derive(Debug, Clone, Deserialize)]
struct OptimalBlockLength {
    score: Score,
}

fn optimal_block_length_output(
    inputs: &[Field],
    kwargs: &OptimalBlockLength,
) -> PolarsResult<Field> {
    number_field(&kwargs.score, inputs)
}

fn optimal_block_length(inputs: &[Series], kwargs: &OptimalBlockLength) -> PolarsResult<Series> {
    let evidence = Evidence::of(inputs)?;
    let tier = kwargs.score.require_tier(&evidence.schema)?;
    let tier = tier.ok_or_else(|| internal("a block length cannot go without returns"))?;
    let lists = NumberLists::read(evidence.column(tier.column()?)?)?;
    let cost = Cost { items: lists.items(), nanos_per_item: NANOS_PER_RETURN };
    let lengths = map_rows(evidence.len, cost, |finite: &mut Vec<f64>, row| {
        block_length(only_finite(lists.row(row), finite)).unwrap_or(f64::NAN)
    });
    Ok(nullable(&kwargs.score.output, lengths))
}

export!(optimal_block_length, optimal_block_length_output);

#[derive(Debug, Clone, Deserialize)]
struct OfFamily {
    score: Score,
    benchmark: f64,
    n_boot: u32,
    block_length: NumberOrAuto,
    #[serde(deserialize_with = "from_text")]
    seed: u64,
    /// Of `spa`.
    recentring: Option<Recentring>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Recentring {
    Lower,
    Consistent,
    Upper,
}

impl OfFamily {
    fn run(&self, inputs: &[Series]) -> PolarsResult<(Family, Option<Snooping>)> {
        let family = Family::read(inputs, &self.score, self.benchmark)?;
        let series: Vec<&[f64]> = family.candidates.iter().map(|(_, x)| x.as_slice()).collect();
        let block_length = self.block_length.number();
        let found =
            bootstrap(&series, Resamples { n_boot: self.n_boot, block_length, seed: self.seed });
        Ok((family, found))
    }

    fn output(&self, inputs: &[Field], dtype: DataType) -> PolarsResult<Field> {
        self.score.require_tier(&Schema::of(inputs)?)?;
        Ok(family_field(&self.score, dtype))
    }

    fn number(
        &self,
        inputs: &[Series],
        of: impl Fn(&Snooping) -> Option<f64>,
    ) -> PolarsResult<Series> {
        let (_, found) = self.run(inputs)?;
        Ok(number_column(&self.score, 1, |_| found.as_ref().and_then(&of)))
    }
}

fn reality_check_output(inputs: &[Field], kwargs: &OfFamily) -> PolarsResult<Field> {
    kwargs.output(inputs, DataType::Float64)
}

fn reality_check(inputs: &[Series], kwargs: &OfFamily) -> PolarsResult<Series> {
    kwargs.number(inputs, |found| Some(found.reality_check))
}

export!(reality_check, reality_check_output);

fn spa_output(inputs: &[Field], kwargs: &OfFamily) -> PolarsResult<Field> {
    kwargs.output(inputs, DataType::Float64)
}

fn spa(inputs: &[Series], kwargs: &OfFamily) -> PolarsResult<Series> {
    kwargs.number(inputs, |found| {
        let [lower, consistent, upper] = found.spa;
        Some(match kwargs.recentring? {
            Recentring::Lower => lower,
            Recentring::Consistent => consistent,
            Recentring::Upper => upper,
        })
    })
}

export!(spa, spa_output);

const FIELDS: [&str; 6] =
    ["reality_check", "spa_lower", "spa_consistent", "spa_upper", "block_length", "std_error"];

fn snooping_output(inputs: &[Field], kwargs: &OfFamily) -> PolarsResult<Field> {
    let fields = FIELDS.map(|name| Field::new(name.into(), DataType::Float64));
    kwargs.output(inputs, DataType::Struct(fields.to_vec()))
}

fn snooping(inputs: &[Series], kwargs: &OfFamily) -> PolarsResult<Series> {
    let (_, found) = kwargs.run(inputs)?;
    let valid = std::iter::once(found.is_some()).collect();
    let numbers = found.map_or([f64::NAN; 6], |found| {
        let [lower, consistent, upper] = found.spa;
        [found.reality_check, lower, consistent, upper, found.block_length, found.std_error]
    });
    let columns = FIELDS.iter().zip(numbers).map(|(name, x)| nullable(name, vec![x]));
    struct_or_null(&kwargs.score.output, 1, &columns.collect::<Vec<_>>(), valid)
}

export!(snooping, snooping_output);

fn romano_wolf_output(inputs: &[Field], kwargs: &OfFamily) -> PolarsResult<Field> {
    kwargs.output(inputs, DataType::Float64)
}

fn romano_wolf(inputs: &[Series], kwargs: &OfFamily) -> PolarsResult<Series> {
    let (family, found) = kwargs.run(inputs)?;
    let mut p_values = vec![f64::NAN; family.rows];
    let found = found.map(|found| found.romano_wolf).unwrap_or_default();
    for ((row, _), p) in family.candidates.iter().zip(found) {
        if let Some(value) = p_values.get_mut(*row) {
            *value = p;
        }
    }
    Ok(nullable(&kwargs.score.output, p_values))
}

export!(romano_wolf, romano_wolf_output);
