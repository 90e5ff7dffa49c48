"""What the property tests share: settings, rows as frames, any candidates and any config."""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from polars_rating import RatingConfig
from polars_rating.testing import candidate_frame, candidate_frames
from polars_rating.testing._draws import number

# Derandomised, so that a run of the suite says the same everywhere.
STABLE = settings(
    deadline=None,
    derandomize=True,
    max_examples=200,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

TIERS = ("reruns", "trades", "summary")
COMPONENTS = (
    "robustness_score",
    "stability_score",
    "cost_shock_score",
    "trade_dropout_score",
    "stress_penalty",
)
SCHEMA: dict[str, Any] = {
    **candidate_frame(0, tier="reruns").schema,
    **candidate_frame(0, tier="trades").schema,
    **dict.fromkeys(COMPONENTS, pl.Float64),
}

any_candidates = partial(
    candidate_frames, min_rows=1, max_rows=1, max_length=20, missing=True, wild=True
)
"""Candidates with whatever breaks careless code, one of them unless more are asked for."""
WILD = number("profit", missing=True, wild=True)


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    """Return rows of canonical columns as a frame, numbers as Float64."""
    return pl.DataFrame(rows, schema={name: SCHEMA[name] for name in rows[0]})


def bits(df: pl.DataFrame) -> list[str]:
    """Return the rows such that == means equal bits (a float's repr is exact)."""
    return [repr(row) for row in df.rows()]


def runs_of(fields: tuple[str, ...], values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(dict.fromkeys(fields, values))


_ratio = st.floats(0, 1)
_seed = st.integers(0, 2**64 - 1)


@st.composite
def configs(draw: st.DrawFn, **fixed: Any) -> RatingConfig:
    """Return any valid config; draws are few."""
    weight = st.just(0.0) | st.floats(1e-3, 1e3)
    weights = draw(st.lists(weight, min_size=5, max_size=5).filter(lambda w: sum(w) > 0))
    names = ("robustness", "stability", "cost_shock", "trade_dropout", "stress_penalty")
    return RatingConfig.from_dict(
        {
            "weights": dict(zip(names, weights, strict=True)),
            "penalty_cap": draw(_ratio),
            "jitter": {
                "param_variation": draw(_ratio),
                "n_iterations": draw(st.integers(0, 6)),
                "seed": draw(_seed),
            },
            "dropout": {
                "fraction": draw(_ratio),
                "n_runs": draw(st.integers(0, 3)),
                "seed": draw(_seed),
                "confidence": draw(st.floats(0.5, 1, exclude_max=True)),
            },
            "stress": {
                "variation": draw(_ratio),
                "cost_multiplier": draw(st.floats(1e-3, 1e3)),
            },
            "cost_multipliers": draw(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=9)),
            "aggregation": draw(st.sampled_from(["mean", "min", "geometric"])),
            "gate": draw(st.sampled_from(["profit", "deployment", "none"])),
            "on_missing": draw(st.sampled_from(["null", "skip", "zero"])),
            "no_evidence": draw(st.sampled_from(["null", "omega"])),
            **fixed,
        }
    )
