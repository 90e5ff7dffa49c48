"""`trades` and `metrics` against numbers worked out by hand."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import polars as pl
import pytest
from polars.exceptions import ComputeError

import polars_rating as rating
from polars_rating import RatingError


def day(n: int, hour: int = 0) -> dt.datetime:
    return dt.datetime(2023, 12, 30, hour) + dt.timedelta(days=n)


TABLE = pl.DataFrame(
    {
        "strategy": ["a", "b", "a", "a", "b"],
        "pnl": [5.0, 1.0, -3.0, 12.0, 2.0],
        "fee": [1.0, 0.0, 1.0, 0.0, None],
        "r": [0.5, 1.0, -0.25, 1.25, None],
        "entry": [day(2), day(0), day(1), day(0, 12), None],
        "exit": [day(4, 12), day(1), None, day(1), day(9)],
    }
)


def near(expected: float) -> Any:
    return pytest.approx(expected, rel=1e-12)


def gathered(**fields: str) -> pl.DataFrame:
    lists = TABLE.group_by("strategy", maintain_order=True).agg(rating.trades("pnl", **fields))
    return lists.sort("strategy")


def pnls(df: pl.DataFrame) -> list[list[float]]:
    return [[trade["pnl"] for trade in trades] for trades in df["trades"].to_list()]


def of(trades: list[dict[str, Any]] | None, **schema: Any) -> dict[str, Any]:
    fields = pl.Struct({"pnl": pl.Float64, **schema})
    df = pl.DataFrame({"trades": [trades]}, schema={"trades": pl.List(fields)})
    found = df.select(rating.metrics()).item()
    assert isinstance(found, dict)
    return found


def test_trades_are_sorted_by_exit_with_null_times_last() -> None:
    found = gathered(exit_time="exit", entry_time="entry", fee="fee", r_multiple="r")
    assert pnls(found) == [[12.0, 5.0, -3.0], [1.0, 2.0]]
    assert list(found["trades"][0].struct.fields) == [
        "pnl",
        "fee",
        "r_multiple",
        "entry_time",
        "exit_time",
    ]


def test_trades_are_sorted_by_entry_without_exits_and_not_at_all_without_times() -> None:
    assert pnls(gathered(entry_time="entry")) == [[12.0, -3.0, 5.0], [1.0, 2.0]]
    assert pnls(gathered(fee="fee")) == [[5.0, -3.0, 12.0], [1.0, 2.0]]


def test_trades_with_equal_times_stay_in_the_order_of_the_table() -> None:
    df = pl.DataFrame(
        {"pnl": [float(i) for i in range(50)], "t": [day(i // 25) for i in range(50)]}
    )
    flipped = df.reverse().select(rating.trades("pnl", exit_time="t").implode())
    assert pnls(flipped) == [[*map(float, range(24, -1, -1)), *map(float, range(49, 24, -1))]]


def test_trades_take_expressions_and_refuse_anything_else() -> None:
    expr = rating.trades(pl.col("pnl") * 2, fee=0.5)
    found = TABLE.group_by("strategy", maintain_order=True).agg(expr)
    assert found["trades"][0].struct.field("pnl").to_list() == [10.0, -6.0, 24.0]
    assert found["trades"][0].struct.field("fee").to_list() == [0.5] * 3
    with pytest.raises(RatingError, match="`pnl` must be an expression or a column name"):
        rating.trades(["pnl"])


def test_metrics_of_a_candidate_by_hand() -> None:
    # In order of exit: 12 (no fee), 5 - 1 = 4, and open -3 - 1 = -4.
    df = gathered(fee="fee", r_multiple="r", entry_time="entry", exit_time="exit")
    found = df.select(rating.metrics())[0].item()
    assert found == {
        "total_trades": 3,
        "win_rate": near(2 / 3),
        "profit_factor": near(16 / 4),
        # R 0.5, -0.25, 1.25: mean 0.5, deviations 0, -0.75, 0.75: std 0.75.
        "sharpe_ratio": near(0.5 / 0.75),
        # The curve is 12, 16, 12.
        "max_drawdown": near(4.0),
        # 12 hours and two days and 12 hours; the third is open.
        "avg_trade_duration": dt.timedelta(hours=36),
        # Exits on 31 December 2023 and 3 January 2024; the first entry on 30 December.
        "yearly_profits": [12.0, 4.0],
        "years": [2023, 2024],
        "year_days": [2.0, 3.0],
        "cost_per_trade": near(2 / 3),
        "profit": near(12.0),
        "avg_r": near(0.5),
    }


def test_year_without_an_exit_is_there_with_no_profit_by_hand() -> None:
    times = [dt.date(2019, 6, 1), dt.date(2021, 1, 31)]
    found = of([{"pnl": 1.0, "exit_time": t} for t in times], exit_time=pl.Date)
    assert found["years"] == [2019, 2020, 2021]
    assert found["yearly_profits"] == [1.0, 0.0, 1.0]
    # 1 June to 31 December: 214 days; a leap year; January.
    assert found["year_days"] == [214.0, 366.0, 31.0]


def test_entries_of_an_earlier_year_count_from_1_january() -> None:
    found = of(
        [{"pnl": 1.0, "entry_time": dt.date(2018, 3, 1), "exit_time": dt.date(2019, 1, 10)}],
        entry_time=pl.Date,
        exit_time=pl.Date,
    )
    assert (found["years"], found["year_days"]) == ([2019], [10.0])


def test_sharpe_ratio_without_r_multiples_is_of_net_pnl_by_hand() -> None:
    # Net 9 and 1: mean 5, std sqrt(32).
    found = of([{"pnl": 10.0, "fee": 1.0}, {"pnl": 1.0, "fee": None}], fee=pl.Float64)
    assert found["sharpe_ratio"] == near(5 / math.sqrt(32))
    assert found["avg_r"] is None


@pytest.mark.parametrize(
    ("pnl", "expected"),
    [([3.0], math.inf), ([-3.0], 0.0), ([0.0], 0.0), ([6.0, -3.0, 0.0], 2.0), ([], 0.0)],
)
def test_profit_factor_at_its_edges(pnl: list[float], expected: float) -> None:
    assert of([{"pnl": x} for x in pnl])["profit_factor"] == expected


def test_equal_results_have_no_sharpe_ratio() -> None:
    assert of([{"pnl": 0.1}] * 3)["sharpe_ratio"] == 0.0
    assert of([{"pnl": 5.0}])["sharpe_ratio"] == 0.0


def test_numbers_that_are_not_finite_count_as_zero_and_null_trades_not_at_all() -> None:
    found = of([{"pnl": 4.0}, {"pnl": None}, None, {"pnl": math.inf}, {"pnl": math.nan}])
    assert (found["total_trades"], found["profit"], found["win_rate"]) == (4, 4.0, 0.25)


def test_no_trades_have_zero_metrics_and_no_list_has_none() -> None:
    empty = of([])
    assert {name: empty[name] for name in ("total_trades", "win_rate", "profit", "cost_per_trade")}
    assert empty["total_trades"] == empty["win_rate"] == empty["max_drawdown"] == 0
    assert (empty["years"], empty["avg_r"], empty["avg_trade_duration"]) == ([], None, None)
    assert set(of(None).values()) == {None}


def test_metrics_take_a_column_name_or_an_expression() -> None:
    df = gathered(fee="fee").rename({"trades": "fills"})
    by_name = df.select(rating.metrics("fills"))
    assert by_name.equals(df.select(rating.metrics(pl.col("fills"))))
    with pytest.raises(ComputeError, match=r"RATING_BAD_DTYPE.*trades"):
        df.select(rating.metrics("strategy"))
