"""All candidates, column by column, for the table that the page sorts and filters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from polars_rating.report.candidates import FINAL, Candidates
from polars_rating.report.style import badge, metrics_of

ROWS: Final = 20_000
"""Candidates of the table at most, the best ones: some 2 MB of text."""


def columns(
    candidates: Candidates, leader: Sequence[int], deployment: pl.DataFrame | None
) -> list[dict[str, Any]]:
    """Return the columns, each with its key, heading, kind and values; the best `ROWS` of them.

    Kinds are ``text``, ``score``, ``penalty``, ``flag`` and ``number``. An infinite value is text.
    """
    frame = candidates.frame.head(ROWS)
    n = frame.height
    found: list[dict[str, Any]] = [
        {"key": "rank", "title": "rank", "kind": "number", "digits": 0, "values": None},
        {"key": "name", "title": "candidate", "kind": "text", "values": candidates.labels[:n]},
        _score(frame, FINAL, "final rating", "score"),
    ]
    for row in candidates.components:
        kind = "penalty" if row.direction == "lower" else "score"
        title = row.title or row.name.replace("_", " ")
        made = _score(frame, row.output, title, kind)
        found.append(made | {"badge": badge(candidates.tiers[row.name])})
    for name, (title, form) in metrics_of(candidates).items():
        digits, percent = int(form[2]), form.endswith("%")
        values = [_json(value, digits + 2 * percent) for value in frame[name].to_list()]
        column: dict[str, Any] = {"key": name, "title": title, "kind": "number", "values": values}
        found.append(column | {"digits": digits, "percent": percent})
    if deployment is not None:
        flags = [int(flag) for flag in deployment["deployable"].head(n).to_list()]
        found.append({"key": "deployable", "title": "deployable", "kind": "flag", "values": flags})
    # The place of the best one of its group, as a distance: mostly 0, which packs well.
    found.append({"key": "head", "kind": "", "values": [i - leader[i] for i in range(n)]})
    return found


def _score(frame: pl.DataFrame, name: str, title: str, kind: str) -> dict[str, Any]:
    values = frame[name].cast(pl.Float64).to_list()
    return {
        "key": name,
        "title": title,
        "kind": kind,
        "digits": 3,
        "values": [_json(value, 4) for value in values],
    }


def _json(value: float | None, digits: int) -> float | str | None:
    if value is None or math.isnan(value):
        return None
    if math.isinf(value):
        return "∞" if value > 0 else "\N{MINUS SIGN}∞"
    rounded = round(value, digits)
    return int(rounded) if rounded == int(rounded) else rounded
