"""Batch calls in the Python engine, in a process of their own, and without pyarrow."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

import polars_rating as rating
from polars_rating import use_engine
from polars_rating.batch import (
    calculate_ratings_batch,
    cost_shock_score_batch,
    robustness_score_batch,
)
from polars_rating.config import RatingConfig
from polars_rating.exceptions import ErrorCode, RatingError
from tests.batch._forms import FORMS, Foreign, ForeignArray, candidates, expected, to_polars

DF = candidates(12)
TOLERANCE = 1e-12
"""The agreement of the engines that the requirements ask for."""


def largest_difference(a: pl.DataFrame, b: pl.DataFrame) -> float:
    assert a.columns == b.columns
    assert a.select(pl.all().is_null()).equals(b.select(pl.all().is_null()))
    differences = a.select((pl.col(name) - b[name]).abs().max() for name in a.columns)
    return max(value or 0.0 for value in differences.row(0))


@pytest.mark.parametrize("form", ["ipc_stream", "pyarrow_table", "pyarrow_reader", "polars_lazy"])
@pytest.mark.parametrize(
    "function", [calculate_ratings_batch, robustness_score_batch, cost_shock_score_batch]
)
def test_engines_agree_in_every_function(function: Any, form: str) -> None:
    results = {}
    for engine in ("rust", "python"):
        with use_engine(engine):
            result = function(FORMS[form](DF))
        # What was written under an engine keeps it, also where it runs later.
        results[engine] = to_polars(result)
    assert largest_difference(results["rust"], results["python"]) <= TOLERANCE


def test_python_engine_is_the_one_that_runs() -> None:
    config = RatingConfig(penalty_cap=0.25)
    with use_engine("python"):
        ours, oracle = calculate_ratings_batch(DF, config), expected(DF, config)
    assert ours.equals(oracle)
    with use_engine("rust"):
        assert calculate_ratings_batch(DF, config).equals(expected(DF, config))


def test_python_engine_reports_errors_with_their_code() -> None:
    bad = DF.with_columns(years=pl.lit([2020]))
    with use_engine("python"), pytest.raises(RatingError) as caught:
        calculate_ratings_batch(bad)
    assert caught.value.code == ErrorCode.RATING_LENGTH_MISMATCH
    assert caught.value.message.startswith("`years` must have as many items as ")


def test_threads_may_rate_at_the_same_time() -> None:
    data = FORMS["ipc_stream"](DF)
    alone = calculate_ratings_batch(data)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(calculate_ratings_batch, [data] * 64)) == {alone}


@pytest.fixture
def no_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make pyarrow look as if it was not installed."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)


@pytest.mark.usefixtures("no_pyarrow")
@pytest.mark.parametrize("data", [b"", bytearray(9), memoryview(b"ARROW1")])
def test_bytes_without_pyarrow_name_the_extra(data: Any) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'polars-rating\[arrow\]'"):
        calculate_ratings_batch(data)


def test_pandas_without_pyarrow_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = FORMS["pandas"](DF)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ModuleNotFoundError, match=r"polars-rating\[arrow\]"):
        calculate_ratings_batch(frame)


@pytest.mark.parametrize("wrap", [Foreign, ForeignArray])
def test_capsules_without_pyarrow_are_read_by_polars(
    wrap: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = wrap(DF.to_arrow()), wrap(DF.drop("win_rate").to_arrow())
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert calculate_ratings_batch(good).equals(expected(DF))
    with pytest.raises(RatingError, match="RATING_BAD_SCHEMA"):
        calculate_ratings_batch(bad)


@pytest.mark.filterwarnings("ignore")  # Polars also writes its panic to the standard error
def test_what_polars_alone_cannot_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    union = pa.UnionArray.from_sparse(pa.array([0] * 12, pa.int8()), [pa.array([1.0] * 12)])
    given = Foreign(DF.to_arrow().append_column("x", union))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(RatingError, match="RATING_BAD_ARROW"):
        calculate_ratings_batch(given)


WITHOUT = """
import sys
sys.modules["pyarrow"] = None
import polars as pl
from polars_rating.batch import calculate_ratings_batch
from polars_rating.testing import candidate_frame

df = candidate_frame(3)
assert calculate_ratings_batch(df).height == 3
assert calculate_ratings_batch(df.lazy()).collect().height == 3
rows = df.drop("strategy").to_dicts()
assert len(calculate_ratings_batch(rows)) == 3
"""
LAZY = """
import sys
import polars_rating.batch
assert not {"pyarrow", "pandas", "duckdb"} & set(sys.modules), "imported for nothing"
"""


@pytest.mark.parametrize("script", [WITHOUT, LAZY], ids=["without_pyarrow", "lazily"])
def test_polars_and_lists_need_no_other_library(script: str) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment
    )
    assert run.returncode == 0, run.stderr


def test_public_names_are_those_of_the_migration_plan() -> None:
    from polars_rating import batch

    assert set(batch.__all__) == {
        "calculate_ratings_batch",
        "cost_shock_score_batch",
        "robustness_score_batch",
    }
    assert rating.schema.METRICS_INPUT.version == "1"
