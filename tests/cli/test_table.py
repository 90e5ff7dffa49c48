"""The printed ranking: widths, names, nulls and the formats of numbers, by hand."""

from __future__ import annotations

from typing import Any

import polars as pl

from polars_rating.catalog import RATING_OUTPUTS
from polars_rating.cli.table import LEGEND, WIDTH, aligned, ranking


def rated(names: list[str], **columns: list[Any]) -> pl.DataFrame:
    """Return a rated table in which everything that is not given is 1."""
    numbers = ("total_trades", "profit", "profit_factor", "max_drawdown", *RATING_OUTPUTS)
    ones: dict[str, list[Any]] = {name: [1.0] * len(names) for name in numbers}
    ones["total_trades"] = [1] * len(names)
    return pl.DataFrame({"strategy": names, **ones, **columns})


def test_ranking_is_exactly_this() -> None:
    frame = rated(
        ["a", "bb"],
        total_trades=[1234, 5],
        profit=[-1234.5, -0.001],
        profit_factor=[float("inf"), 0.5],
        stability_score=[0.25, None],
    )
    assert ranking(frame, ["strategy"], 5) == (
        "#  strategy  trades     profit    pf  max dd"
        "  robust  stable   costs  dropout  stress   final\n"
        "1  a          1,234  -1,234.50   inf    1.00"
        "  1.0000  0.2500  1.0000   1.0000  1.0000  1.0000\n"
        "2  bb             5       0.00  0.50    1.00"
        "  1.0000       -  1.0000   1.0000  1.0000  1.0000\n"
    )


def test_long_names_are_cut_and_lines_stay_in_the_width() -> None:
    names = ["x" * 200, "y" * 12]
    lines = ranking(rated(names), ["strategy"], 2).splitlines()
    assert {len(line) for line in lines} == {WIDTH}
    assert lines[1].split()[1].strip("x") == "~"
    assert lines[2].split()[1] == names[1]


def test_numbers_are_never_cut() -> None:
    huge = rated(["x" * 40], profit=[-999_999_999_999.99], max_drawdown=[-999_999_999_999.99])
    line = ranking(huge, ["strategy"], 1).splitlines()[1]
    most = "-999,999,999,999.99"
    assert line.split()[:6] == ["1", "x" * 11 + "~", "1", most, "1.00", most]
    exponent = ranking(rated(["a"], profit=[1e12], profit_factor=[3e15]), ["strategy"], 1)
    assert exponent.splitlines()[1].split()[3:5] == ["1.0000e+12", "3.00e+15"]


def test_names_cannot_break_the_table() -> None:
    names = ["line\nbreak", "esc\x1b[31m", "[bold]", '"', "null"]
    lines = ranking(rated(names), ["strategy"], 5).splitlines()
    assert [line[3:13].rstrip() for line in lines[1:]] == [
        "line?break",
        "esc?[31m",
        "[bold]",
        '"',
        "null",
    ]


def test_several_columns_name_a_candidate() -> None:
    frame = rated(["a"]).with_columns(lots=pl.lit(3))
    assert ranking(frame, ["strategy", "lots"], 1).split()[1] == "strategy/lots"
    assert " a/3 " in ranking(frame, ["strategy", "lots"], 1)


def test_headings_may_repeat_and_columns_are_aligned() -> None:
    assert aligned([("n", "n"), ("a", "10"), ("long", "5")]) == "n      n\na     10\nlong   5\n"


def test_legend_says_which_score_is_a_penalty() -> None:
    assert "; stress is a penalty (lower is\n" in LEGEND
    assert all(len(line) <= WIDTH for line in LEGEND.splitlines())
