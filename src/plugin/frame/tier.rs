//! The row of the catalogue that comes with a call: which evidence a score is judged on.
//!
//! The tier is chosen from dtypes alone, so that it is the same for every row and known at plan
//! time (`collect_schema()`).

use polars::prelude::PolarsResult;
use serde::Deserialize;

use super::schema::{Schema, list};
use crate::kernels::number::NoEvidence;
use crate::plugin::errors::{Code, fail, internal};

/// Parameters beside the seed that may be a column.
const PER_ROW: [&str; 7] =
    ["capital", "benchmark", "n_trials", "sharpe_var", "sharpe", "p_value", "p_value_adjusted"];

/// A score: its output and its tiers of evidence.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Score {
    /// Name of the output column.
    pub(crate) output: String,
    /// Best first.
    tiers: Vec<Tier>,
    pub(crate) no_evidence: NoEvidence,
    /// What a row without evidence of its own gives under Omega's rule.
    omega: f64,
    /// A frame without evidence gives nulls instead of an error.
    missing_ok: bool,
}

/// Evidence of one kind.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Tier {
    #[serde(rename = "tier")]
    pub(crate) name: String,
    column: Option<String>,
    pub(crate) holds: Holds,
    /// Runs: the numbers of every item. Trades: fields without which they are no evidence.
    pub(crate) fields: Vec<String>,
    /// Metrics of the row that are needed.
    pub(crate) metrics: Vec<String>,
    /// Further lists of numbers, used where the frame has them.
    pub(crate) optional: Vec<String>,
    /// Parameters that were not given, without which it is no evidence.
    #[serde(rename = "needs")]
    missing_parameters: Vec<String>,
}

/// What the column of a tier holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Holds {
    Runs,
    Equity,
    /// Moments of returns, a struct a row.
    Moments,
    /// Trades with their take-profit and stop-loss.
    Levels,
    Trades,
    Numbers,
    /// No column of its own: nothing but the metrics.
    Metrics,
}

impl Score {
    /// The best tier whose evidence the frame holds; an error where what is there does not fit.
    pub(crate) fn tier(&self, schema: &Schema) -> PolarsResult<Option<&Tier>> {
        schema.check_integer("seed")?;
        for parameter in PER_ROW {
            schema.check_parameter(parameter)?;
        }
        for tier in &self.tiers {
            if tier.is_there(schema)? {
                return Ok(Some(tier));
            }
        }
        Ok(None)
    }

    /// [`Score::tier`]; without any, an error unless the frame may lack evidence.
    pub(crate) fn require_tier(&self, schema: &Schema) -> PolarsResult<Option<&Tier>> {
        let tier = self.tier(schema)?;
        if tier.is_some() || self.missing_ok {
            return Ok(tier);
        }
        let (looked_for, missing) = (self.looked_for()?, self.missing_text(schema)?);
        let (output, found) = (&self.output, schema.found());
        fail(
            Code::MissingEvidence,
            format!("no evidence for `{output}`: looked for {looked_for}; {missing}found {found}"),
        )
    }

    /// The score of a row whose own list is missing or empty.
    pub(crate) fn missing(&self) -> Option<f64> {
        match self.no_evidence {
            NoEvidence::Null => None,
            NoEvidence::Omega => Some(self.omega),
        }
    }

    fn holds(&self, kind: Holds) -> bool {
        self.tiers.iter().any(|tier| tier.holds == kind)
    }

    fn looked_for(&self) -> PolarsResult<String> {
        let parts = self.tiers.iter().map(Tier::looked_for);
        let mut parts = parts.collect::<PolarsResult<Vec<_>>>()?;
        if self.holds(Holds::Metrics) && !self.holds(Holds::Trades) {
            parts.push("`trades` to compute these metrics from".into());
        }
        let last = parts.pop().ok_or_else(|| internal(format!("`{}` has no tier", self.output)))?;
        Ok(if parts.is_empty() { last } else { format!("{}, or {last}", parts.join(", ")) })
    }

    /// Which metrics of the last tier are missing, where others are there.
    fn missing_text(&self, schema: &Schema) -> PolarsResult<String> {
        let Some(Tier { holds: Holds::Metrics, metrics, .. }) = self.tiers.last() else {
            return Ok(String::new());
        };
        let missing = schema.missing(metrics)?;
        if missing.len() == metrics.len() {
            return Ok(String::new());
        }
        let without_r = missing.contains(&"avg_r") && schema.has_trades()?;
        let why = if without_r { " (`trades` have no field `r_multiple`)" } else { "" };
        Ok(format!("{} missing{why}; ", list(missing)))
    }
}

impl Tier {
    /// The column that holds the evidence.
    pub(crate) fn column(&self) -> PolarsResult<&str> {
        let column = self.column.as_deref();
        column.ok_or_else(|| internal(format!("the tier `{}` has no column", self.name)))
    }

    pub(crate) fn needs(&self, metric: &str) -> bool {
        self.metrics.iter().any(|needed| needed == metric)
    }

    fn is_there(&self, schema: &Schema) -> PolarsResult<bool> {
        if !self.missing_parameters.is_empty() {
            return Ok(false);
        }
        let there = match self.holds {
            Holds::Metrics => return Ok(schema.missing(&self.metrics)?.is_empty()),
            Holds::Runs => schema.has_runs(self.column()?, &self.fields)?,
            Holds::Trades => {
                schema.has_trades()? && self.fields.iter().all(|field| schema.trades_have(field))
            }
            Holds::Moments => schema.has_moments(self.column()?)?,
            Holds::Levels => schema.has_levels(self.column()?, &self.fields)?,
            Holds::Equity => schema.has_equity(self.column()?)?,
            Holds::Numbers => schema.has_number_lists(self.column()?, &self.optional)?,
        };
        if there {
            schema.require(&self.metrics, self.column()?)?;
        }
        Ok(there)
    }

    fn looked_for(&self) -> PolarsResult<String> {
        let name = &self.name;
        let what = match (self.holds, self.fields.as_slice()) {
            (Holds::Metrics, _) => format!("all of {}", list(&self.metrics)),
            (Holds::Trades | Holds::Levels, [field]) => {
                format!("`{}` with the field `{field}`", self.column()?)
            }
            (Holds::Trades | Holds::Levels, fields @ [_, ..]) => {
                format!("`{}` with the fields {}", self.column()?, list(fields))
            }
            _ => format!("`{}`", self.column()?),
        };
        let with = self.missing_parameters.iter().map(|name| format!(" with `{name}=`"));
        Ok(format!("{what}{} ({name})", with.collect::<String>()))
    }
}
