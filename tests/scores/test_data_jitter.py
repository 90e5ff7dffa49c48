"""Data jitter against numbers worked out by hand."""

from __future__ import annotations

import pytest
from polars.exceptions import ComputeError

import polars_rating as rating
from tests.scores._by_hand import JITTER_BASE as BASE
from tests.scores._by_hand import JITTERED as RUN
from tests.scores._by_hand import NOTHING_LEFT, SUMMARY, frame, near, value


def test_data_jitter_is_the_formula_of_robustness_by_hand() -> None:
    found = frame({**BASE, "data_jitter_runs": [RUN], "mine": [NOTHING_LEFT]}).select(
        rating.data_jitter(),
        rating.data_jitter(avg_r=None).alias("without"),
        rating.data_jitter(runs="mine", penalty_cap=0.6).alias("given"),
    )
    assert found.row(0) == (near(0.85), near(0.9), near(1 - 0.6))


def test_nothing_stands_in_for_reruns_on_other_data() -> None:
    row = {**SUMMARY, **BASE, "jitter_runs": [RUN], "trades": [{"pnl": 1.0}]}
    with pytest.raises(ComputeError, match="looked for `data_jitter_runs`"):
        value(rating.data_jitter(), row)
