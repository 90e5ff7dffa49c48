"""`evidence`, the tier every component is judged on."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from polars.exceptions import ComputeError

import polars_rating as rating
from tests.scores._by_hand import CANDIDATE, COMPONENTS, SUMMARY, frame, list_of

RERUNS = ("reruns", "summary", "reruns", "reruns", "reruns")
TRADES = {"trades": [{"pnl": 1.0}]}
DATED = {"trades": [{"pnl": 1.0, "exit_time": None}]}


def tiers(row: dict[str, Any], **columns: Any) -> tuple[Any, ...]:
    dated = list_of(["pnl"], exit_time=pl.Date) if row.get("trades") == DATED["trades"] else None
    df = frame(row, **({} if dated is None else {"trades": dated}))
    found = df.select(rating.evidence(**columns)).item()
    assert list(found) == list(COMPONENTS)
    return tuple(found.values())


def without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: x for key, x in row.items() if key != name}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (CANDIDATE, RERUNS),
        (CANDIDATE | DATED, RERUNS),
        (without(CANDIDATE | DATED, "yearly_profits"), ("reruns", "trades", *["reruns"] * 3)),
        (TRADES, ("summary", None, "trades", "trades", "trades")),
        (DATED, ("summary", "trades", "trades", "trades", "trades")),
        (SUMMARY, ("summary", None, "summary", "summary", "summary")),
        (SUMMARY | {"yearly_profits": [1.0]}, ("summary",) * 5),
        (without(SUMMARY, "cost_per_trade"), ("summary", None, None, "summary", None)),
        (without(SUMMARY, "sharpe_ratio"), ("summary", None, None, None, None)),
        # A profit is the sum of yearly profits.
        (without(SUMMARY, "profit") | {"yearly_profits": [1.0]}, ("summary",) * 5),
        ({"x": 1}, (None,) * 5),
    ],
)
def test_evidence_takes_the_best_tier_of_the_frame(row: dict[str, Any], expected: Any) -> None:
    assert tiers(row) == expected


def test_trades_by_keyword_outrank_the_frames_years_and_reruns() -> None:
    assert tiers(CANDIDATE | DATED, trades="trades") == ("reruns", *["trades"] * 4)


def test_evidence_does_not_depend_on_the_rows() -> None:
    df = frame(CANDIDATE, CANDIDATE | {"jitter_runs": None, "cost_runs": []})
    assert df.select(rating.evidence().alias("e"))["e"].n_unique() == 1
    assert df.clear().select(rating.evidence()).height == 0


def test_evidence_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(ComputeError, match="sharpe_ratio"):
        tiers(without(CANDIDATE, "sharpe_ratio"))
