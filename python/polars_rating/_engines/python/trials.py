"""The plugin's functions over trials in plain Python: all pairs, by the reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from polars_rating.exceptions import RatingError
from polars_rating.reference.neighbours import Trial, neighbours, plateau

PLATEAU: Final = pl.Struct(
    {
        **dict.fromkeys(("median", "minimum", "share_positive", "gap"), pl.Float64),
        "n_neighbours": pl.UInt32,
    }
)


def expression(function: str, trials: pl.Expr, kwargs: Mapping[str, Any]) -> pl.Expr:
    """Return the expression `function` over a struct of trials."""
    names = [metric["name"] for metric in kwargs["metrics"]]
    dtype: pl.DataType = PLATEAU
    if function == "neighbour_runs":
        dtype = pl.List(pl.Struct(dict.fromkeys(names, pl.Float64)))

    def values(series: pl.Series, **_: object) -> pl.Series:
        rows = series.struct.unnest().to_dicts()
        try:
            near = _neighbours(rows, kwargs)
        except RatingError as error:
            raise pl.exceptions.ComputeError(str(error)) from None
        metrics = [[row[metric["field"]] for metric in kwargs["metrics"]] for row in rows]
        found: list[Any]
        if function == "neighbour_runs":
            runs = [dict(zip(names, metric, strict=True)) for metric in metrics]
            found = [[runs[other] for other in others] for others in near]
        else:
            own = [metric[0] for metric in metrics]
            found = [
                {**plateau(own[i], [own[j] for j in others]), "n_neighbours": len(others)}
                for i, others in enumerate(near)
            ]
        return pl.Series(series.name, found, dtype=dtype)

    return trials.map_batches(values, dtype)


def _neighbours(rows: list[dict[str, Any]], kwargs: Mapping[str, Any]) -> list[list[int]]:
    parameters = kwargs["parameters"]

    def of(row: Mapping[str, Any], names: list[str | None]) -> tuple[Any, ...]:
        return tuple(None if name is None else row[name] for name in names)

    trials = [
        Trial(
            group=of(row, kwargs["groups"]),
            equal=of(row, kwargs["equal"]),
            cells=of(row, [axis["codes"] for axis in parameters]),
            numbers=of(row, [axis["values"] for axis in parameters]),
            content=of(row, [metric["field"] for metric in kwargs["metrics"]]),
        )
        for row in rows
    ]
    (way, size), *_ = kwargs["near"].items()
    method, _, scale = way.partition("_")
    given = {method: size, **({"scale": scale} if scale else {})}
    return neighbours(trials, [axis["name"] for axis in parameters], **given)
