"""Trades of every shape: fields that are missing, dtypes of times, long lists, metrics, gate."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest

import polars_rating as rating
from polars_rating import Thresholds, reference
from tests.parity.parity_cases import ROWS, config, frame, rows
from tests.parity.parity_check import assert_matches, assert_structs_match, with_reference
from tests.parity.parity_frames import base_columns, trades_frame

pytestmark = with_reference
SHAPES: dict[str, dict[str, Any]] = {
    "pnl alone": {"fields": ()},
    "fee": {"fields": ("fee",)},
    "r_multiple": {"fields": ("r_multiple",)},
    "entry": {"fields": ("fee", "entry_time")},
    "exit": {"fields": ("r_multiple", "exit_time")},
    "dates": {"entry": pl.Date, "exit": pl.Date},
    "milliseconds": {"entry": pl.Datetime("ms"), "exit": pl.Datetime("ms")},
    "nanoseconds": {"entry": pl.Datetime("ns"), "exit": pl.Datetime("ns")},
    "date and datetime": {"entry": pl.Date, "exit": pl.Datetime("us")},
    "units mixed": {"entry": pl.Datetime("ns"), "exit": pl.Datetime("ms")},
    "UTC": {"entry": pl.Datetime("us", "UTC"), "exit": pl.Datetime("us", "UTC")},
    "Tokyo": {"entry": pl.Datetime("us", "Asia/Tokyo"), "exit": pl.Datetime("us", "Asia/Tokyo")},
    "many holes": {"holes": 0.3},
    "few trades": {"trades": (1, 3)},
}
LISTS = ("yearly_profits", "years", "year_days")


@cache
def shaped(shape: str, count: int) -> pl.DataFrame:
    return trades_frame(np.random.default_rng(77), count, **SHAPES[shape])


@pytest.mark.parametrize("shape", SHAPES)
def test_trades_of_every_shape_match_reference(shape: str) -> None:
    df = shaped(shape, 80)
    cfg = config("skip")
    used = df.to_dicts()
    got = df.select(rating.scores(cfg)).to_series()
    expected = [reference.scores(row, cfg) for row in used]
    assert_structs_match(got, expected, used, "shapes: ")


def check_metrics(df: pl.DataFrame, used: list[dict[str, Any]]) -> None:
    got = df.select(rating.metrics()).to_series()
    expected = [reference.metrics(row) for row in used]
    others = (*LISTS, "avg_trade_duration")
    numbers = [{k: v for k, v in row.items() if k not in others} for row in expected]
    # A mean that almost cancels keeps the rounding error of its terms, which are of order 1 (R),
    # so there 1e-12 is relative to a tenth, not to the mean; `profit` adds in the same order.
    assert_structs_match(got, numbers, used, "metrics: ", floor=0.1)
    durations = got.struct.field("avg_trade_duration").to_list()
    assert durations == [row["avg_trade_duration"] for row in expected]
    for name in LISTS:
        lists = got.struct.field(name).to_list()
        assert [x if x is None else len(x) for x in lists] == [
            row[name] if row[name] is None else len(row[name]) for row in expected
        ]
        flat = [x for items in lists for x in items or []]
        wanted = [x for row in expected for x in row[name] or []]
        assert_matches(f"metrics: {name}", flat, wanted, [{}] * len(flat))


def test_metrics_match_reference() -> None:
    check_metrics(frame("trades"), rows("trades"))


@pytest.mark.parametrize("shape", SHAPES)
def test_metrics_of_every_shape_match_reference(shape: str) -> None:
    df = shaped(shape, 80)
    check_metrics(df, df.to_dicts())


def check_deployment(df: pl.DataFrame, thresholds: Thresholds | None) -> None:
    got, used = df.select(rating.deployment(thresholds)).to_series(), df.to_dicts()
    expected = [reference.deployment(row, thresholds) for row in used]
    assert_structs_match(got, [{"score": row["score"]} for row in expected], used, "deployment: ")
    for name in ("deployable", "failed"):
        assert got.struct.field(name).to_list() == [row[name] for row in expected]


@pytest.mark.parametrize(
    "thresholds",
    [
        None,
        Thresholds(win_rate=0.3, avg_r=0.0, profit=0, profit_factor=1.0, max_drawdown=3_000),
        Thresholds(avg_r=-np.inf, max_drawdown=np.inf),
    ],
    ids=["default", "lenient", "infinite"],
)
def test_deployment_matches_reference(thresholds: Thresholds | None) -> None:
    columns = base_columns(np.random.default_rng(3), ROWS, 0.1)
    check_deployment(pl.DataFrame(columns), thresholds)
    check_deployment(frame("trades").head(300), thresholds)


def test_metrics_unnested_beside_trades_match_reference() -> None:
    # As in the README: yearly profits and all metrics now come from columns.
    df = frame("trades").head(120).with_columns(rating.metrics()).unnest("metrics")
    used = [{**row, **reference.metrics(row)} for row in rows("trades")[:120]]
    cfg = config("few draws")
    got = df.select(rating.scores(cfg)).to_series()
    assert_structs_match(got, [reference.scores(row, cfg) for row in used], used, "unnested: ")


# NumPy's choice draws a Floyd set, but shuffles a tail if n > 10,000 and k > n // 50.
@pytest.mark.parametrize("n", [9_999, 10_000, 10_001, 10_049, 10_050, 12_000])
def test_long_lists_match_reference_on_both_sides_of_numpys_switch(n: int) -> None:
    df = trades_frame(np.random.default_rng(n), 2, fields=("r_multiple",), trades=(n, n), holes=0.0)
    used = df.to_dicts()
    for k in (1, n // 50, n // 50 + 1, n // 4):
        # (k - 0.5) / n and not k / n, which may round up to k + 1 trades.
        keywords = {"fraction": (k - 0.5) / n, "n_runs": 2, "seed": 2**64 - 2, "penalty_cap": 1}
        got = df.select(rating.trade_dropout(**keywords)).to_series()
        expected = [reference.trade_dropout(row, **keywords) for row in used]
        assert any(0 < score < 1 for score in expected if score is not None)
        assert_matches("trade_dropout() long", got, expected, used)


def test_long_lists_match_reference_in_every_score() -> None:
    df = trades_frame(np.random.default_rng(11), 2, trades=(9_000, 11_000), holes=0.01)
    used = df.to_dicts()
    cfg = config("last seeds")
    got = df.select(rating.scores(cfg)).to_series()
    assert_structs_match(got, [reference.scores(row, cfg) for row in used], used, "long: ")
    check_metrics(df, used)
