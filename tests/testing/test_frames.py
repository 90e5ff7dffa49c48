"""Deterministic frames: same arguments, same frame; complete, consistent, of the tier asked for."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from typing import Any

import polars as pl
import pytest

import polars_rating as rating
from polars_rating.exceptions import RatingError
from polars_rating.schema import CANONICAL, METRICS_INPUT
from polars_rating.testing import RUN_FIELDS, TRADE, candidate_frame, trade_frame
from polars_rating.types import MetricsInput

TIERS = ("reruns", "neighbours", "trades", "summary")
tiers = pytest.mark.parametrize("tier", TIERS)


def evidence(df: pl.DataFrame) -> dict[str, str]:
    return df.select(rating.evidence()).row(0)[0]


@tiers
def test_equal_arguments_give_equal_frames_and_others_do_not(tier: str) -> None:
    frame = candidate_frame(20, 3, tier)
    assert frame.equals(candidate_frame(20, seed=3, tier=tier, length=None))
    numbers = frame.drop("strategy")
    for other in (candidate_frame(20, 4, tier), candidate_frame(21, 3, tier)[:20]):
        assert not other.drop("strategy").equals(numbers)


def test_frames_are_the_same_in_another_process() -> None:
    program = (
        "import hashlib, polars_rating.testing as t\n"
        "frames = [t.candidate_frame(9, 5, tier) for tier in ('reruns', 'trades', 'summary')]\n"
        "text = repr([frame.rows() for frame in (*frames, t.trade_frame(9, 5))])\n"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert len(runs[0].strip()) == 64


@tiers
def test_schema_is_the_same_for_any_number_of_rows(tier: str) -> None:
    frame = candidate_frame(7, tier=tier)
    assert candidate_frame(0, tier=tier).schema == frame.schema
    assert set(frame.columns) - {"strategy"} <= set(CANONICAL)
    assert (frame.columns[0], frame.schema["strategy"]) == ("strategy", pl.String)
    assert frame["strategy"].is_sorted()
    assert frame["strategy"].n_unique() == frame.height == 7


@tiers
def test_empty_frame_can_be_rated(tier: str) -> None:
    out = candidate_frame(0, tier=tier).select(rating.scores()).unnest("rating_score")
    assert out.shape == (0, 6)


def test_summary_frame_fits_the_published_schema() -> None:
    schema = candidate_frame(3).schema
    assert METRICS_INPUT.differences(schema) == []
    assert set(METRICS_INPUT.names) == set(schema) - {"strategy"}


def test_rows_of_a_summary_frame_are_metrics_inputs() -> None:
    frame = candidate_frame(50, 2).drop("strategy")
    for row in frame.to_dicts():
        assert MetricsInput.from_dict(row).to_dict() == {k: row[k] for k in METRICS_INPUT.names}


def test_reruns_frame_is_the_summary_frame_with_reruns() -> None:
    summary, reruns = candidate_frame(9, 1), candidate_frame(9, 1, "reruns")
    assert reruns.drop(RUN_FIELDS).equals(summary)
    for name, fields in RUN_FIELDS.items():
        assert tuple(reruns.schema[name].inner.to_schema()) == fields


@tiers
def test_evidence_is_the_tier_that_was_asked_for(tier: str) -> None:
    weakest = {"robustness_score": tier if tier in ("reruns", "neighbours") else "summary"}
    weakest["stability_score"] = "trades" if tier == "trades" else "summary"
    found = evidence(candidate_frame(1, tier=tier))
    others = "summary" if tier == "neighbours" else tier
    assert found == {**dict.fromkeys(found, others), **weakest}


def flat(df: pl.DataFrame) -> dict[str, pl.Series]:
    """Return every column of numbers and times, those inside lists too."""
    out = {}
    for series in df.drop("strategy"):
        if series.dtype != pl.List:
            out[series.name] = series
            continue
        items = pl.concat(list(series))
        if items.dtype == pl.Struct:
            out |= {f"{series.name}.{f.name}": f for f in items.struct.unnest()}
        else:
            out[series.name] = items
    return out


@tiers
def test_evidence_is_complete(tier: str) -> None:
    df = candidate_frame(300, 8, tier)
    assert df.null_count().row(0) == (0,) * df.width
    for name, dtype in df.schema.items():
        assert dtype != pl.List or df[name].list.len().min() >= 1
    for name, values in flat(df).items():
        assert values.null_count() == 0, name
        if values.dtype == pl.Float64 and name != "profit_factor":
            assert values.is_finite().all(), name
    if tier == "reruns":
        assert flat(df)["jitter_runs.win_rate"].is_between(0, 1).all()
        assert all(flat(df)[f"{name}.max_drawdown"].min() >= 0 for name in RUN_FIELDS)


@tiers
def test_candidates_are_good_and_bad(tier: str) -> None:
    scores = candidate_frame(300, 8, tier).select(rating.scores()).unnest("rating_score")
    assert scores.null_count().sum_horizontal().item() == 0
    for name in scores.columns:
        assert scores[name].n_unique() > 60, name
    final = scores["final_rating"]
    assert (final == 0).any()
    assert (final > 0.8).any()


def test_numbers_of_a_candidate_agree() -> None:
    df = candidate_frame(2_000, 4)
    flawless, gain = df["profit_factor"].is_infinite(), df["profit"] > 0
    assert 0.05 < flawless.mean() < 0.15
    assert 0 < (~gain).mean() < 0.2
    assert flawless.equals(df["win_rate"] == 1)
    for column in ("sharpe_ratio", "avg_r"):
        assert gain.equals(df[column] > 0)
    # Profits are to the cent, so a factor within a cent of 1 could fall on the other side.
    clear = df.filter(pl.col("profit").abs() > 1)
    assert (clear["profit"] > 0).equals(clear["profit_factor"] > 1)
    wins = df["total_trades"] * df["win_rate"]
    assert (wins - wins.round()).abs().max() < 1e-9
    # 1e-6: cents, summed in floats.
    assert (df["profit"] - df["yearly_profits"].list.sum()).abs().max() < 1e-6
    full = df.filter(pl.col("years").list.len() > 1).select(
        pl.col("year_days").list.first(), leap=pl.col("years").list.first() % 4 == 0
    )
    assert full["year_days"].equals(full["leap"].cast(pl.Float64) + 365)


@pytest.mark.parametrize(("length", "found"), [(4, {4}), ((2, 3), {2, 3}), ([5, 5], {5})])
def test_length_is_that_of_every_list(length: Any, found: set[int]) -> None:
    reruns = candidate_frame(30, tier="reruns", length=length)
    for name in RUN_FIELDS:
        assert set(reruns[name].list.len()) == found
    assert set(candidate_frame(30, tier="trades", length=length)["trades"].list.len()) == found
    assert set(trade_frame(30, length=length)["strategy"].value_counts()["count"]) == found


def test_default_lengths_are_those_documented() -> None:
    assert set(candidate_frame(500, tier="trades")["trades"].list.len()) == set(range(3, 21))
    for name in RUN_FIELDS:
        assert set(candidate_frame(500, tier="reruns")[name].list.len()) == set(range(1, 7))


def test_trades_are_dated_over_years_and_not_in_order() -> None:
    df = trade_frame(100, 6)
    assert (df["exit_time"] > df["entry_time"]).all()
    assert df["fee"].min() >= 0
    assert (df["pnl"].sign() == df["r_multiple"].sign()).mean() > 0.99
    assert df["exit_time"].dt.year().n_unique() >= 4
    ordered = df.group_by("strategy").agg(pl.col("exit_time").is_sorted())
    assert not ordered["exit_time"].all()


def test_trade_frame_gathers_to_the_candidate_frame() -> None:
    long, nested = trade_frame(30, 9), candidate_frame(30, 9, "trades")
    assert long.drop("strategy").schema == TRADE.to_schema()
    assert nested.schema["trades"] == pl.List(TRADE)
    items = long.select("strategy", trades=pl.struct(pl.exclude("strategy")))
    assert items.group_by("strategy", maintain_order=True).agg("trades").equals(nested)
    assert trade_frame(0).schema == long.schema


def test_any_seed_and_numpy_integers_are_taken() -> None:
    import numpy as np

    assert candidate_frame(np.int32(3), np.uint64(2**64 - 1)).height == 3
    assert candidate_frame(3, np.int8(5)).equals(candidate_frame(3, 5))


COUNT = "`n` must be an integer in [0, 1000000], got "
SEED = "`seed` must be an integer in [0, 2**64 - 1], got "
TIER = (
    "`tier` must be one of 'reruns', 'neighbours', 'equity', 'returns', 'trades', 'summary', got "
)
LENGTH = "`length` must be an integer in [1, 1000000] or a pair (least, most) of them, got "
BAD: list[tuple[dict[str, Any], str]] = [
    *[({"n": n}, COUNT) for n in (-1, 1.0, True, None, "3", 1_000_001, math.nan)],
    *[({"n": 1, "seed": seed}, SEED) for seed in (-1, 2**64, 0.0, None, True)],
    *[({"n": 1, "tier": tier}, TIER) for tier in ("rerun", "", None, 1)],
    *[
        ({"n": 1, "tier": "trades", "length": length}, LENGTH)
        for length in (0, -1, True, 1.5, "12", (), (1,), (1, 2, 3), (3, 2), (0, 2), (1, 1_000_001))
    ],
    ({"n": 1, "length": 0}, LENGTH),
]


@pytest.mark.parametrize(("given", "message"), BAD, ids=repr)
def test_bad_argument_is_refused_by_name(given: dict[str, Any], message: str) -> None:
    makers = [candidate_frame] if "tier" in given else [candidate_frame, trade_frame]
    for maker in makers:
        with pytest.raises(RatingError) as caught:
            maker(**given)
        assert caught.value.message.startswith(message)
        wanted = "RATING_BAD_SEED" if message == SEED else "RATING_BAD_ARGUMENT"
        assert caught.value.code == wanted
