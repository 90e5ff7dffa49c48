"""The scalar form of every score is its expression on a frame of the same rows, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import polars_rating as rating
from polars_rating import scalar
from polars_rating.testing import candidate_frames
from tests._engines import engine as engine  # a fixture
from tests._registry import CASES, IDS, REGISTRY, Row
from tests.contracts._bits import column


def same(left: Any, right: Any) -> bool:
    """Tell whether both are the same, numbers to the last bit."""
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    if isinstance(left, float) and isinstance(right, float):
        return left.hex() == right.hex()
    return type(left) is type(right) and left == right


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
@pytest.mark.usefixtures("engine")
def test_rows_of_every_tier_equal_the_frame(row: Row, tier: str) -> None:
    frame = row.frame(tier, 30)
    expected = column(frame, row.build(**row.quick)).to_list()
    rows = frame.to_dicts()
    assert all(map(same, row.scalar(rows, **row.quick), expected))
    assert all(same(row.scalar(one, **row.quick), e) for one, e in zip(rows, expected, strict=True))


def with_nulls(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with every seventh value of each column null, at another row in each."""
    row = pl.int_range(pl.len())
    columns = enumerate(frame.columns)
    return frame.with_columns(pl.when(row % 7 != i % 7).then(pl.col(name)) for i, name in columns)


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
@pytest.mark.usefixtures("engine")
def test_rows_with_missing_values_equal_the_frame(row: Row, tier: str) -> None:
    frame = with_nulls(row.frame(tier, 30))
    expected = column(frame, row.build(**row.quick)).to_list()
    assert all(map(same, row.scalar(frame.to_dicts(), **row.quick), expected))


@settings(deadline=None, derandomize=True, max_examples=60)
@given(frame=candidate_frames(), name=st.sampled_from(sorted(REGISTRY)))
def test_any_candidates_equal_the_frame(frame: pl.DataFrame, name: str) -> None:
    row = REGISTRY[name]
    try:
        expected = column(frame, row.build(**row.quick)).to_list()
    except pl.exceptions.PolarsError:
        if frame.height:
            with pytest.raises(rating.RatingError):
                row.scalar(frame.to_dicts(), **row.quick)
        return
    assert all(map(same, row.scalar(frame.to_dicts(), **row.quick), expected))


RUNS = [{"profit": 9200.0, "avg_r": 0.72, "win_rate": 0.52, "max_drawdown": 2200.0}]
BASE = {"profit": 10_000.0, "avg_r": 0.8, "win_rate": 0.55, "max_drawdown": 2_000.0}


@pytest.mark.parametrize(
    "runs",
    [
        RUNS,
        tuple(RUNS),
        [None, *RUNS],
        [{**RUNS[0], "name": "a field that nobody reads"}],
        {name: [value] for name, value in RUNS[0].items()},
        {name: np.array([value]) for name, value in RUNS[0].items()},
        iter(RUNS),
    ],
    ids=["list", "tuple", "null run", "further field", "lists", "arrays", "iterator"],
)
@pytest.mark.usefixtures("engine")
def test_runs_may_come_in_any_container(runs: Any) -> None:
    if rating.engine() == "python" and not isinstance(runs, list | dict):
        pytest.skip("the reference reads what `to_dicts` gives")
    frame = pl.DataFrame([{**BASE, "jitter_runs": RUNS}])
    expected = frame.select(rating.robustness()).item()
    assert scalar.robustness(BASE, runs=runs) == expected


def test_numbers_of_numpy_are_numbers() -> None:
    row = {name: np.float32(value) for name, value in BASE.items()}
    exact = {name: float(value) for name, value in row.items()}
    assert scalar.robustness(row, runs=RUNS) == scalar.robustness(exact, runs=RUNS)
    assert scalar.stability(yearly_profits=np.array([2000, 3000, 5000])) == 0.75
    assert scalar.stability(yearly_profits=[2000, 3000, 5000], years=np.arange(2021, 2024)) > 0.7
