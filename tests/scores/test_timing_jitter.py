"""Timing jitter against numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from polars.exceptions import ComputeError

import polars_rating as rating
from tests.scores._by_hand import BASE, HARSH, MILD, SUMMARY, list_of, near, value


def timing(row: dict[str, Any], **keywords: Any) -> float | None:
    return value(rating.timing_jitter(**keywords), row)


def test_timing_jitter_is_one_minus_the_stress_penalty_by_hand() -> None:
    assert timing({**BASE, "timing_runs": [MILD]}) == near(0.8)
    assert timing({**BASE, "timing_runs": [MILD, HARSH]}, penalty_cap=1) == near(1 - 0.6)
    assert timing({**BASE, "timing_runs": [MILD, HARSH]}) == 0.5
    assert timing({**BASE, "timing_runs": [HARSH]}, penalty_cap=0.4) == near(0.6)
    assert timing({**BASE, "mine": [HARSH]}, runs="mine", penalty_cap=0) == 1.0


@pytest.mark.parametrize("runs", [None, [], [None]])
def test_no_reruns_are_null_or_one(runs: Any) -> None:
    dtypes = {"timing_runs": list_of(list(BASE))}
    row = {**BASE, "timing_runs": runs}
    assert value(rating.timing_jitter(), row, **dtypes) is None
    assert value(rating.timing_jitter(no_evidence="omega"), row, **dtypes) == 1.0


def test_nothing_stands_in_for_timing_reruns() -> None:
    with pytest.raises(ComputeError, match="looked for `timing_runs`"):
        timing({**SUMMARY, "trades": [{"pnl": 1.0}], "stress_runs": [MILD]})
