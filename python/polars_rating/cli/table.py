"""Tables as text, above all the ranking: fixed number formats, ASCII but for the names."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import polars_rating as rating

if TYPE_CHECKING:
    import polars as pl

WIDTH: Final = 110
_NAME_MIN: Final = 12
_PLAIN_MAX: Final = 1e12
"""Amounts from here on are printed with an exponent."""


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _amount(value: float) -> str:
    text = f"{value:,.2f}" if abs(value) < _PLAIN_MAX else f"{value:.4e}"
    return "0.00" if text == "-0.00" else text


def _factor(value: float) -> str:
    return f"{value:.2f}" if abs(value) < _PLAIN_MAX else f"{value:.2e}"


def _score(value: float) -> str:
    return f"{value:.4f}"


COLUMNS: Final[tuple[tuple[str, str, Callable[[float], str]], ...]] = (
    ("trades", "total_trades", _count),
    ("profit", "profit", _amount),
    ("pf", "profit_factor", _factor),
    ("max dd", "max_drawdown", _amount),
    ("robust", "robustness_score", _score),
    ("stable", "stability_score", _score),
    ("costs", "cost_shock_score", _score),
    ("dropout", "trade_dropout_score", _score),
    ("stress", "stress_penalty", _score),
    ("final", "final_rating", _score),
)
"""Heading, column of the rated table, number format."""

LEGEND: Final = (
    "profit net of fees; pf profit factor; max dd maximum drawdown; stress is a penalty (lower is\n"
    "better), the other scores and final are in [0, 1], higher is better; - is null\n"
)


def ranking(frame: pl.DataFrame, by: Sequence[str], top: int) -> str:
    """Return the first `top` rows of a rated table as text, the lines at most `WIDTH` wide.

    Null is ``-``. Names too long for the line end in ``~``.
    """
    rows = frame.head(top)
    head = ["#", *(title for title, _, _ in COLUMNS)]
    cells = [[str(rank) for rank in range(1, rows.height + 1)]]
    cells += [[_cell(x, show) for x in rows[column]] for _, column, show in COLUMNS]
    widths = [max(map(len, [title, *column])) for title, column in zip(head, cells, strict=True)]
    room = max(_NAME_MIN, WIDTH - sum(widths) - 2 * len(widths))

    title = _fit("/".join(by), room)
    names = [_fit("/".join(map(str, key)), room) for key in rows.select(by).iter_rows()]
    width = max(map(len, [title, *names]))

    def line(rank: str, name: str, rest: Sequence[str]) -> str:
        padded = (text.rjust(size) for text, size in zip(rest, widths[1:], strict=True))
        return "  ".join([rank.rjust(widths[0]), name.ljust(width), *padded]) + "\n"

    lines = [line(head[0], title, head[1:])]
    for i, name in enumerate(names):
        lines.append(line(cells[0][i], name, [column[i] for column in cells[1:]]))
    return "".join(lines)


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


def aligned(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows of text under their headings, the first column to the left, others right."""
    lines = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]

    def line(cells: Sequence[str]) -> str:
        rest = (text.rjust(size) for text, size in zip(cells[1:], widths[1:], strict=True))
        return "  ".join([cells[0].ljust(widths[0]), *rest]).rstrip() + "\n"

    return "".join(map(line, lines))


def _cell(value: float | None, show: Callable[[float], str]) -> str:
    if value is None:
        return "-"
    return show(value) if math.isfinite(value) else str(value)


def _fit(text: str, width: int) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in text)
    return shown if len(shown) <= width else shown[: width - 1] + "~"
