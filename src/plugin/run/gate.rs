//! What sets a rating to 0: no profit, or a failed deployment criterion.

use polars::prelude::PolarsResult;
use serde::Deserialize;

use crate::kernels::deployment::{CRITERIA, failed};
use crate::kernels::number::NoEvidence;
use crate::plugin::errors::{Code, fail, internal};
use crate::plugin::frame::evidence::{Evidence, at};
use crate::plugin::frame::schema::{Schema, list};

/// The kinds of gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    None,
    Profit,
    Deployment,
}

/// A gate with the metrics it judges.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Gate {
    #[serde(rename = "gate")]
    kind: Kind,
    #[serde(rename = "gate_metrics")]
    metrics: Vec<String>,
    thresholds: [f64; CRITERIA],
}

impl Gate {
    /// The metrics that are judged.
    pub(crate) fn metrics(&self) -> &[String] {
        if self.kind == Kind::None { &[] } else { &self.metrics }
    }

    /// An error unless the frame has what the gate judges.
    pub(crate) fn check(&self, schema: &Schema) -> PolarsResult<()> {
        let missing = schema.missing(self.metrics())?;
        if missing.is_empty() {
            return Ok(());
        }
        let name = if self.kind == Kind::Profit { "profit" } else { "deployment" };
        let r = if missing.contains(&"avg_r") { " with the field `r_multiple`" } else { "" };
        fail(
            Code::MissingEvidence,
            format!(
                "no evidence for the gate {name:?} of `final_rating`: {} missing, nor `trades`{r} to compute from; found {}; `gate=\"none\"` rates without it",
                list(&missing),
                schema.found()
            ),
        )
    }

    /// Applies the gate to the ratings: a null stays null; a null profit makes a null, a null
    /// criterion a 0.
    pub(crate) fn apply(
        &self,
        evidence: &Evidence,
        policy: NoEvidence,
        ratings: &mut [f64],
    ) -> PolarsResult<()> {
        let columns = self.metrics().iter().map(|name| evidence.metric(name));
        let columns = columns.collect::<PolarsResult<Vec<_>>>()?;
        let rated = ratings.iter_mut().enumerate().filter(|(_, rating)| !rating.is_nan());
        let wrong = || internal("the gate has the wrong metrics");
        match self.kind {
            Kind::None => {}
            Kind::Profit => {
                let [profit] = columns.as_slice() else { return Err(wrong()) };
                for (row, rating) in rated {
                    match policy.admit(at(profit, row)) {
                        Some(profit) if profit > 0.0 => {}
                        Some(_) => *rating = 0.0,
                        None => *rating = f64::NAN,
                    }
                }
            }
            Kind::Deployment => {
                let columns = <[_; CRITERIA]>::try_from(columns).map_err(|_| wrong())?;
                for (row, rating) in rated {
                    let metrics = columns.each_ref().map(|column| at(column, row));
                    if failed(&metrics, &self.thresholds).contains(&true) {
                        *rating = 0.0;
                    }
                }
            }
        }
        Ok(())
    }
}
