"""The values each expression is registered with, validated; the mirror of `plugin/params.rs`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from polars_rating._validate import COMPONENTS, check
from polars_rating.config import RatingConfig, Thresholds
from polars_rating.exceptions import ErrorCode, RatingError

Kwargs = dict[str, Any]
T = TypeVar("T")


def policy(no_evidence: str, *, missing_ok: bool = False) -> Kwargs:
    """Return what a row and a frame without evidence give."""
    return {"no_evidence": check("no_evidence", no_evidence), "missing_ok": missing_ok}


def seed_text(seed: int) -> str:
    """Return a seed as text: the way to the plugin has no unsigned 64-bit integers."""
    return str(check("seed", seed))


def robustness(
    policy: Kwargs,
    *,
    runs: str,
    with_avg_r: bool,
    param_variation: float,
    n_iterations: int,
    seed: int,
    penalty_cap: float,
) -> Kwargs:
    """Return the values of the robustness score over the column `runs`."""
    return {
        "policy": policy,
        "runs": runs,
        "with_avg_r": with_avg_r,
        "param_variation": check("param_variation", param_variation),
        "n_iterations": check("n_iterations", n_iterations),
        "seed": seed_text(seed),
        "penalty_cap": check("penalty_cap", penalty_cap),
    }


def stability(
    policy: Kwargs, *, given: Mapping[str, object], min_scale: float, min_years: int
) -> Kwargs:
    """Return the values of the stability score; `given` are the columns by keyword."""
    return {
        "policy": policy,
        "from_trades": "trades" in given and "yearly_profits" not in given,
        "min_scale": check("min_scale", min_scale),
        "min_years": check("min_years", min_years),
    }


def cost_shock(policy: Kwargs, *, multipliers: object, penalty_cap: float) -> Kwargs:
    """Return the values of the cost shock score."""
    return {
        "policy": policy,
        "multipliers": list(check("multipliers", multipliers)),
        "penalty_cap": check("penalty_cap", penalty_cap),
    }


def trade_dropout(
    policy: Kwargs,
    *,
    fraction: float,
    n_runs: int,
    seed: int,
    confidence: float,
    penalty_cap: float,
    passed: list[str],
) -> Kwargs:
    """Return the values of the trade dropout score; `passed` are the base metrics by keyword."""
    return {
        "policy": policy,
        "fraction": check("fraction", fraction),
        "n_runs": check("n_runs", n_runs),
        "seed": seed_text(seed),
        "confidence": check("confidence", confidence),
        "penalty_cap": check("penalty_cap", penalty_cap),
        "passed": passed,
    }


def with_avg_r(columns: Mapping[str, object]) -> bool:
    """Return whether R-multiples count in robustness: ``avg_r=None`` leaves them out."""
    return columns.get("avg_r", ...) is not None


def passed_base(columns: Mapping[str, object]) -> list[str]:
    """Return the base metrics given by keyword, which trade dropout uses over its trades'."""
    return [name for name in ("profit", "max_drawdown", "sharpe_ratio") if name in columns]


def stress_penalty(
    policy: Kwargs, *, runs: str, variation: float, cost_multiplier: float, penalty_cap: float
) -> Kwargs:
    """Return the values of the stress penalty over the column `runs`."""
    return {
        "policy": policy,
        "runs": runs,
        "variation": check("variation", variation),
        "cost_multiplier": check("cost_multiplier", cost_multiplier),
        "penalty_cap": check("penalty_cap", penalty_cap),
    }


def final_rating(config: RatingConfig) -> Kwargs:
    """Return how components become a rating."""
    return {
        "weights": list(config.weights.as_tuple()),
        "aggregation": config.aggregation,
        "on_missing": config.on_missing,
        "gate": config.gate,
        "thresholds": list(config.thresholds.as_tuple()),
    }


def component_policies(config: RatingConfig) -> dict[str, Kwargs]:
    """Return the policy of every component.

    A frame may lack the evidence of a component that has no weight, and of any component where
    `on_missing` says what a missing one does.
    """
    lenient = config.on_missing != "null"
    return {
        name: policy(config.no_evidence, missing_ok=lenient or weight <= 0)
        for name, weight in zip(COMPONENTS, config.weights.as_tuple(), strict=True)
    }


def scores(config: RatingConfig, columns: Mapping[str, object]) -> Kwargs:
    """Return the values of the fused expressions, with `columns` given by keyword."""
    policies = component_policies(config)
    cap = config.penalty_cap
    return {
        "robustness": robustness(
            policies["robustness"],
            runs="jitter_runs",
            with_avg_r=with_avg_r(columns),
            penalty_cap=cap,
            **vars(config.jitter),
        ),
        "stability": stability(policies["stability"], given=columns, min_scale=100.0, min_years=1),
        "cost_shock": cost_shock(
            policies["cost_shock"], multipliers=config.cost_multipliers, penalty_cap=cap
        ),
        "trade_dropout": trade_dropout(
            policies["trade_dropout"],
            penalty_cap=cap,
            passed=passed_base(columns),
            **vars(config.dropout),
        ),
        "stress_penalty": stress_penalty(
            policies["stress_penalty"], runs="stress_runs", penalty_cap=cap, **vars(config.stress)
        ),
        "final_rating": final_rating(config),
    }


def deployment(thresholds: Thresholds | None) -> Kwargs:
    """Return the values of the deployment gate."""
    return {"thresholds": list(instance("thresholds", thresholds, Thresholds).as_tuple())}


def instance(name: str, value: T | None, kind: type[T]) -> T:
    """Return `value`, the default of `kind` for None, or raise for anything else."""
    if value is None:
        return kind()
    if not isinstance(value, kind):
        msg = f"`{name}` must be a {kind.__name__}, got {type(value).__name__}"
        raise RatingError(msg, code=ErrorCode.RATING_BAD_ARGUMENT)
    return value
