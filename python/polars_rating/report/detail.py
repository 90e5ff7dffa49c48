"""The drill-down: what the page shows of one candidate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from polars_rating.report import curves
from polars_rating.report.candidates import Candidates
from polars_rating.report.parameters import Parameters
from polars_rating.report.style import MISSING, metrics_of, plain

ALIKE_NAMED: Final = 8
"""Names of near-identical candidates that are listed."""


def trades_of(candidates: Candidates, row: Mapping[str, Any]) -> list[curves.Trade]:
    """Return the trades of a candidate in their order; none if they are not a list of structs."""
    dtype = candidates.frame.schema.get("trades")
    if not isinstance(dtype, pl.List) or not isinstance(dtype.inner, pl.Struct):
        return []
    return curves.chronological(row["trades"])


def bars(candidates: Candidates, place: int, parts: pl.DataFrame) -> list[dict[str, Any]]:
    """Return what each component brings, as rows component, points, weight; null ones left out."""
    weights = candidates.weights()
    return [
        {
            "component": name.replace("_", " "),
            "points": round(points, 4),
            "weight": round(weights[name], 4),
        }
        for name, points in (parts.row(place, named=True) if parts.width else {}).items()
        if points is not None and weights[name] > 0
    ]


def details(
    candidates: Candidates,
    shown: Sequence[int],
    leader: Sequence[int],
    deployment: pl.DataFrame | None,
    parameters: Parameters,
) -> list[dict[str, Any]]:
    """Return what is drawn and told of the candidates at the places `shown`."""
    alike: dict[int, list[int]] = {}
    for place, head in enumerate(leader):
        if place != head:
            alike.setdefault(head, []).append(place)
    found = []
    parts = candidates.contributions()
    metrics = metrics_of(candidates)
    for place in shown:
        row = candidates.frame.row(place, named=True)
        trades = trades_of(candidates, row)
        final = row["final_rating"]
        others = alike.get(place, [])
        verdict = None if deployment is None else deployment.row(place, named=True)
        found.append(
            {
                "rank": place + 1,
                "name": candidates.labels[place],
                "final": MISSING if final is None else f"{final:.3f}",
                "facts": _facts(row, metrics),
                "parameters": [
                    [name, _text(value)]
                    for name, value in (
                        parameters.table.row(place, named=True).items() if parameters.names else ()
                    )
                ],
                "alike": [candidates.labels[i] for i in others[:ALIKE_NAMED]],
                "alikes": len(others),
                "failed": None if verdict is None else verdict["failed"],
                "equity": curves.equity(trades, candidates),
                "costs": curves.costs(trades, candidates),
                "years": curves.years(row),
                "points": bars(candidates, place, parts),
                "reruns": curves.reruns(row),
            }
        )
    return found


def _facts(row: Mapping[str, Any], metrics: Mapping[str, tuple[str, str]]) -> list[list[str]]:
    found = []
    for name, (title, form) in metrics.items():
        value = row.get(name)
        if isinstance(value, int | float):
            found.append([title, plain(form)(float(value))])
    return found


def _text(value: Any) -> str:
    if value is None:
        return MISSING
    return f"{value:g}" if isinstance(value, float) else str(value)
