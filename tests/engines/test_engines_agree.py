"""The engines tell the same of every frame: scores to 1e-12, nulls, dtypes, codes of errors."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings

import polars_rating as rating
from polars_rating.testing import candidate_frame, candidate_frames
from tests._registry import CASES, IDS, REGISTRY, Row

ENGINES = ("rust", "python")
ROWS = 120
CONFIGS = (
    rating.RatingConfig(),
    rating.RatingConfig(no_evidence="omega", on_missing="zero", gate="none"),
    rating.RatingConfig(
        aggregation="geometric",
        on_missing="skip",
        gate="deployment",
        weights=rating.Weights(stability=0.0, trade_dropout=3.0),
    ),
)
cases = pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)


def near(a: Any, b: Any) -> bool:
    """Return whether two values are equal, numbers to 1e-12."""
    if isinstance(a, float) and isinstance(b, float):
        return a == b or math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(near(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(near, a, b))
    return type(a) is type(b) and a == b


def answer(frame: pl.DataFrame, build: Any, engine: Any) -> Any:
    """Return (dtype, values), or the error."""
    with rating.use_engine(engine):
        try:
            out = frame.select(build()).to_series()
        except pl.exceptions.PolarsError as error:
            message = str(error).split("\n")[0].removeprefix("the plugin failed with message: ")
            return f"{type(error).__name__}: {message}"
    return out.dtype, out.to_list()


def words(error: Any) -> list[str]:
    # Rust and Python write a type with parameters each in their way: Duration('μs').
    return re.findall(r"[^\s,;`{}()]+", error.replace("'μs'", "time_unit='us'"))


def assert_agree(frame: pl.DataFrame, build: Any, *, one_error: bool = True) -> None:
    rust, python = (answer(frame, build, engine) for engine in ENGINES)
    if isinstance(rust, str) and isinstance(python, str) and not one_error:
        return  # which of several expressions complains is Polars' choice
    if isinstance(rust, str) or isinstance(python, str):
        assert sorted(words(rust)) == sorted(words(python))  # lists may be in another order
        return
    assert rust[0] == python[0]
    wrong = [pair for pair in zip(rust[1], python[1], strict=True) if not near(*pair)]
    assert wrong == []


def holed(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with a null in every tenth row, in another column each time."""
    index = pl.int_range(pl.len())
    columns = [
        pl.when(index % 10 == i % 10).then(None).otherwise(pl.col(name)).alias(name)
        for i, name in enumerate(frame.columns)
    ]
    return frame.with_columns(columns)


@cases
def test_engines_agree_on_every_expression(row: Row, tier: str) -> None:
    frame = candidate_frame(ROWS, seed=5, tier=tier).select(row.columns(tier))
    assert_agree(frame, row.build)
    assert_agree(holed(frame), row.build)


@cases
def test_engines_agree_on_no_rows_and_on_lists_without_items(row: Row, tier: str) -> None:
    frame = candidate_frame(4, tier=tier).select(row.columns(tier))
    assert_agree(frame.clear(), row.build)
    nested = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    assert_agree(frame.with_columns(pl.col(nested).list.head(0)), row.build)
    assert_agree(frame.with_columns(pl.lit(None).alias(name) for name in nested), row.build)


@cases
def test_engines_refuse_the_same_frames(row: Row, tier: str) -> None:
    frame = candidate_frame(3, tier=tier).select(row.columns(tier))
    for name in frame.columns:
        wrong = (pl.lit("text"), pl.lit(["text"]), pl.lit([True]), pl.lit(dt.timedelta(1)))
        for bad in (frame.drop(name), *(frame.with_columns(w.alias(name)) for w in wrong)):
            assert_agree(bad, row.build, one_error=row.name != "final")


@pytest.mark.parametrize("config", CONFIGS, ids=["default", "omega", "skip"])
@pytest.mark.parametrize("name", ["final", "scores", "explain"])
@pytest.mark.parametrize("tier", ["reruns", "trades", "summary"])
def test_engines_agree_under_every_kind_of_config(tier: str, name: str, config: Any) -> None:
    frame = holed(candidate_frame(ROWS, seed=6, tier=tier))
    assert_agree(frame, lambda: REGISTRY[name].build(config=config))
    # Trades that cannot tell the year: what lacks evidence is left out, where that is allowed.
    if tier == "trades":
        undated = pl.col("trades").list.eval(
            pl.struct(pl.element().struct.field("pnl"), pl.element().struct.field("fee"))
        )
        empty = frame.with_columns(undated, gap=pl.col("trades").list.head(0))
        assert_agree(empty, lambda: REGISTRY[name].build(config=config))
        assert_agree(empty, lambda: REGISTRY[name].build(config=config, trades="gap"))


def test_engines_agree_where_trades_by_keyword_outrank_other_evidence() -> None:
    trades, reruns = candidate_frame(30, tier="trades"), candidate_frame(30, tier="reruns")
    both = reruns.hstack(trades.select("trades"))
    for name in ("final", "scores", "explain", "evidence"):
        assert_agree(both, lambda name=name: REGISTRY[name].build(trades="trades"))
    assert_agree(both, lambda: rating.stability(trades="trades"))
    assert_agree(both, lambda: rating.final(robustness=0.5, stability="win_rate"))
    assert_agree(both, lambda: rating.final(robustness=7.0))


def test_engines_agree_on_times_in_nanoseconds() -> None:
    times = pl.Series([1_000, 1, 1_002, 1_001, 0], dtype=pl.Int64).cast(pl.Datetime("ns"))
    items = pl.DataFrame({"pnl": [5.0, -9.0, 2.0, -4.0, 7.0], "exit_time": times})
    frame = items.select(pl.struct(pl.all()).implode().alias("trades"))
    assert_agree(frame, rating.metrics)
    in_array = frame.with_columns(pl.col("trades").list.to_array(5))
    assert_agree(in_array, rating.metrics)
    fields = {
        name: pl.col("trades").list.eval(pl.element().struct.field(name)) for name in items.columns
    }
    in_struct = frame.select(pl.struct(**fields).alias("trades"))
    assert_agree(in_struct, rating.metrics)
    arrays = {name: lists.list.to_array(5) for name, lists in fields.items()}
    assert_agree(frame.select(pl.struct(**arrays).alias("trades")), rating.metrics)


def test_engines_agree_on_results_that_overflow() -> None:
    huge = [{"pnl": 0.0, "fee": fee, "r_multiple": 1.0} for fee in (0.0, 0.0, 0.01, 1.7e308)]
    both = [{"pnl": sign * 1.7e308, "fee": 0.0, "r_multiple": 1.0} for sign in (1, 1, -1, -1)]
    for trades in (huge, both):
        frame = pl.DataFrame({"trades": [trades]})
        assert_agree(frame, rating.metrics)
        assert_agree(frame, lambda: rating.cost_shock(multipliers=[2.0], penalty_cap=1))
        assert_agree(frame, lambda: rating.stress_penalty(penalty_cap=1))
        assert_agree(frame, lambda: rating.trade_dropout(penalty_cap=1, n_runs=5))
        assert_agree(frame, rating.deployment)


def test_python_engine_says_that_it_cannot_read_a_time_out_of_reach() -> None:
    frame = candidate_frame(2, tier="trades")
    far = pl.struct(pl.element().struct.field("pnl"), exit_time=pl.lit(-(10**17)).cast(pl.Datetime))
    frame = frame.with_columns(pl.col("trades").list.eval(far))
    told = answer(frame, rating.metrics, "python")
    assert "[RATING_BAD_VALUE] `trades` must hold times of the years 1 to 9999" in told
    assert "year -1199 is out of range" in told


@settings(max_examples=60, deadline=None)
@given(frame=candidate_frames(missing=True))
def test_engines_agree_on_any_candidates(frame: pl.DataFrame) -> None:
    few = rating.RatingConfig(dropout=rating.DropoutConfig(n_runs=2))
    assert_agree(frame, lambda: rating.scores(few))
