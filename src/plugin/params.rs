//! The keyword values each expression is registered with, as Python sends them.
//!
//! They are validated in Python (`_validate.py`); what is checked again here would otherwise
//! break a kernel's contract.

use serde::Deserialize;

use crate::kernels::final_rating::{Aggregation, COMPONENTS, OnMissing};
use crate::kernels::number::NoEvidence;

/// What a row or a frame without evidence gives.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Policy {
    #[serde(deserialize_with = "no_evidence")]
    pub(super) no_evidence: NoEvidence,
    /// A frame without evidence gives nulls instead of an error.
    pub(super) missing_ok: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Robustness {
    pub(super) policy: Policy,
    /// The reruns' column: `jitter_runs` or `data_jitter_runs`.
    pub(super) runs: String,
    pub(super) with_avg_r: bool,
    pub(super) param_variation: f64,
    pub(super) n_iterations: u32,
    #[serde(deserialize_with = "seed")]
    pub(super) seed: u64,
    pub(super) penalty_cap: f64,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Stability {
    pub(super) policy: Policy,
    /// Trades were given by keyword: yearly profits that the frame happens to have are not used.
    pub(super) from_trades: bool,
    pub(super) min_scale: f64,
    pub(super) min_years: usize,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct CostShock {
    pub(super) policy: Policy,
    pub(super) multipliers: Vec<f64>,
    pub(super) penalty_cap: f64,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct TradeDropout {
    pub(super) policy: Policy,
    pub(super) fraction: f64,
    pub(super) n_runs: u32,
    #[serde(deserialize_with = "seed")]
    pub(super) seed: u64,
    pub(super) confidence: f64,
    pub(super) penalty_cap: f64,
    /// Base metrics passed by keyword, which replace the full trade list's.
    pub(super) passed: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct StressPenalty {
    pub(super) policy: Policy,
    /// The reruns' column: `stress_runs` or `timing_runs`.
    pub(super) runs: String,
    pub(super) variation: f64,
    pub(super) cost_multiplier: f64,
    pub(super) penalty_cap: f64,
}

/// How components become a rating.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct FinalRating {
    pub(super) weights: [f64; COMPONENTS],
    #[serde(deserialize_with = "aggregation")]
    pub(super) aggregation: Aggregation,
    #[serde(deserialize_with = "on_missing")]
    pub(super) on_missing: OnMissing,
    #[serde(deserialize_with = "gate")]
    pub(super) gate: Gate,
    pub(super) thresholds: [f64; 5],
}

/// Everything that the fused expressions need.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Scores {
    pub(super) robustness: Robustness,
    pub(super) stability: Stability,
    pub(super) cost_shock: CostShock,
    pub(super) trade_dropout: TradeDropout,
    pub(super) stress_penalty: StressPenalty,
    pub(super) final_rating: FinalRating,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Deployment {
    pub(super) thresholds: [f64; 5],
}

/// What sets a rating to 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    None,
    Profit,
    Deployment,
}

/// A seed travels as text: Python's pickle has no unsigned 64-bit integer.
fn seed<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
}

fn choice<'de, D: serde::Deserializer<'de>, T: Copy>(
    from: D,
    choices: &[(&str, T)],
) -> Result<T, D::Error> {
    let given = String::deserialize(from)?;
    let found = choices.iter().find(|(name, _)| *name == given);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        serde::de::Error::custom(format!("expected one of {}, got {given}", names.join(", ")))
    })
}

fn no_evidence<'de, D: serde::Deserializer<'de>>(from: D) -> Result<NoEvidence, D::Error> {
    choice(from, &[("null", NoEvidence::Null), ("omega", NoEvidence::Omega)])
}

fn aggregation<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Aggregation, D::Error> {
    let choices = [
        ("mean", Aggregation::Mean),
        ("min", Aggregation::Min),
        ("geometric", Aggregation::Geometric),
    ];
    choice(from, &choices)
}

fn on_missing<'de, D: serde::Deserializer<'de>>(from: D) -> Result<OnMissing, D::Error> {
    choice(from, &[("null", OnMissing::Null), ("skip", OnMissing::Skip), ("zero", OnMissing::Zero)])
}

fn gate<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Gate, D::Error> {
    let choices =
        [("none", Gate::None), ("profit", Gate::Profit), ("deployment", Gate::Deployment)];
    choice(from, &choices)
}
