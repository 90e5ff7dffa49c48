"""Tables as text, above all the ranking: fixed number formats, ASCII but for the names."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from typing import Final

import polars as pl

import polars_rating as rating
from polars_rating.catalog import RATING_ROWS
from polars_rating.config import RatingConfig

WIDTH: Final = 110
_LEFT_MIN: Final = 12
_PLAIN_MAX: Final = 1e12
"""Amounts from here on are printed with an exponent."""


def _amount(value: float) -> str:
    return f"{value:z,.2f}" if abs(value) < _PLAIN_MAX else f"{value:.4e}"


def _factor(value: float) -> str:
    return f"{value:.2f}" if abs(value) < _PLAIN_MAX else f"{value:.2e}"


_COLUMNS: Final[tuple[tuple[str, str, Callable[[float], str]], ...]] = (
    ("trades", "total_trades", "{:,}".format),
    ("profit", "profit", _amount),
    ("pf", "profit_factor", _factor),
    ("max dd", "max_drawdown", _amount),
    *((row.title, row.output, "{:.4f}".format) for row in RATING_ROWS),
)
"""Heading, column of the rated table, number format."""

LEGEND: Final = (
    "profit net of fees; pf profit factor; max dd maximum drawdown; "
    + ", ".join(row.title for row in RATING_ROWS if row.direction == "lower")
    + " is a penalty (lower is\n"
    "better), the other scores and final are in [0, 1], higher is better; - is null\n"
)


def report(frame: pl.DataFrame, by: Sequence[str], top: int, config: RatingConfig) -> str:
    """Return the first `top` rows of a rated table, with what was rated and on what evidence."""
    return f"{without_evidence(frame, by, top, config)}{evidence(frame)}\n"


def without_evidence(frame: pl.DataFrame, by: Sequence[str], top: int, config: RatingConfig) -> str:
    """Return the first `top` rows of a rated table whose evidence is not in it any more."""
    return (
        f"{summary(frame, top)}\n{ranking(frame, by, top)}\n{LEGEND}"
        f"final: {config.aggregation} of the components, gate {config.gate}\n"
    )


def ranking(frame: pl.DataFrame, by: Sequence[str], top: int) -> str:
    """Return the first `top` rows of a rated table as text; null is ``-``."""
    rows = frame.head(top)
    names = ["/".join(map(str, key)) for key in rows.select(by).iter_rows()]
    numbers = [[_cell(x, show) for x in rows[column]] for _, column, show in _COLUMNS]
    head = ("#", "/".join(by), *(title for title, _, _ in _COLUMNS))
    ranks = map(str, range(1, rows.height + 1))
    return aligned([head, *zip(ranks, names, *numbers, strict=True)], left=1)


def summary(frame: pl.DataFrame, shown: int) -> str:
    """Return the line above the ranking: how much was rated and how much is shown."""
    trades = frame["total_trades"].sum()
    gated = (frame["final_rating"] == 0).sum()
    nulls = frame["final_rating"].null_count()
    return (
        f"{frame.height:,} candidates, {trades:,} trades; final 0 for {gated:,}, "
        f"null for {nulls:,}; the best {min(shown, frame.height):,}:\n"
    )


def evidence(frame: pl.DataFrame) -> str:
    """Return the scores by the tier of their evidence, e.g. ``trades for cost_shock, ...``."""
    scores: dict[str, list[str]] = {}
    tiers = frame.head(1).select(rating.evidence()).to_series().struct.unnest()
    for name, tier in tiers.row(0, named=True).items():
        scores.setdefault(tier or "none", []).append(name.removesuffix("_score"))
    parts = (f"{tier} for {', '.join(names)}" for tier, names in scores.items())
    return textwrap.fill("evidence: " + "; ".join(parts), WIDTH)


def aligned(lines: Sequence[Sequence[str]], left: int = 0) -> str:
    """Return lines of cells as a table, the column `left` to the left, the others to the right.

    A line is at most `WIDTH` wide: the cells of that column are cut and end in ``~``. Numbers
    never are, so that lines of very large ones are wider.
    """
    cells = pl.DataFrame(lines, orient="row")
    widths = cells.select(pl.all().str.len_chars().max()).row(0)
    room = max(_LEFT_MIN, WIDTH - sum(widths) + widths[left] - 2 * (len(widths) - 1))
    names = [_fit(name, room) for name in cells.to_series(left)]
    width = max(map(len, names))
    padded = pl.Series(cells.columns[left], [name.ljust(width) for name in names])
    with pl.Config(
        fmt_str_lengths=max(widths),
        tbl_cell_alignment="RIGHT",
        tbl_cols=-1,
        tbl_formatting="NOTHING",
        tbl_hide_column_data_types=True,
        tbl_hide_column_names=True,
        tbl_hide_dataframe_shape=True,
        tbl_rows=-1,
        tbl_width_chars=sum(widths) + 2 * len(widths),
    ):
        text = str(cells.with_columns(padded))
    return "".join(f"{line[1:].rstrip()}\n" for line in text.splitlines())


def _cell(value: float | None, show: Callable[[float], str]) -> str:
    if value is None:
        return "-"
    return show(value) if math.isfinite(value) else str(value)


def _fit(text: str, width: int) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in text)
    return shown if len(shown) <= width else f"{shown[: width - 1]}~"
