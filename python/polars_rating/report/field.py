"""What is drawn of all candidates: small tables, whatever their number."""

from __future__ import annotations

import math
from typing import Any, Final

import polars as pl

from polars_rating.report.candidates import FINAL, Candidates

BIN: Final = 0.02
FEW: Final = 60
"""Up to so many candidates the bins are wider."""
GATED_AT: Final = (-0.11, -0.06)
NULL_AT: Final = (-0.21, -0.16)
"""Where on the axis of the rating the bars of those at 0 and of those without a rating stand."""
MAX_POINTS: Final = 1_500
"""Up to so many candidates each is a point; more are counted in cells."""
CELLS: Final = (64, 40)


def distribution(candidates: Candidates) -> list[dict[str, Any]]:
    """Return the histogram as rows from, to, n, kind; gated and null candidates on their own."""
    ratings = candidates.ratings
    rated = ratings.filter(ratings > 0)
    width = BIN if rated.len() > FEW else 2.5 * BIN
    steps = round(1 / width)
    at = (rated / width).floor().clip(0, steps - 1).cast(pl.Int64)
    counts = at.value_counts().sort(at.name or FINAL)
    rows = [
        {"from": round(i * width, 4), "to": round((i + 1) * width, 4), "n": n, "kind": "rated"}
        for i, n in counts.iter_rows()
    ]
    for kind, (low, high), n in (
        ("gated", GATED_AT, int((ratings == 0).sum())),
        ("null", NULL_AT, ratings.null_count()),
    ):
        if n:
            rows.append({"from": low, "to": high, "n": n, "kind": kind})
    return rows


def against_profit(
    candidates: Candidates, top: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return cells (x, x2, y, y2, n, kind) or nothing, and points (profit, rating, name, kind).

    The points are all candidates, or the best `top` where those are too many; the cells hold all.
    """
    frame = candidates.frame.select(
        pl.col("profit").cast(pl.Float64).fill_nan(None),
        FINAL,
        pl.Series("name", candidates.labels),
    ).with_row_index("rank", offset=1)
    known = frame.filter(pl.col("profit").is_finite() & pl.col(FINAL).is_not_null())
    few = known.height <= MAX_POINTS
    points = [
        {
            "profit": round(profit, 2),
            "rating": round(rating, 4),
            "name": name,
            "rank": rank,
            "kind": "gated" if rating == 0 else "best" if rank <= top else "rated",
        }
        for rank, profit, rating, name in (known if few else known.head(top)).iter_rows()
    ]
    return ([] if few or known.is_empty() else _cells(known)), points


def _cells(known: pl.DataFrame) -> list[dict[str, Any]]:
    low, high = _nice(float(known["profit"].min()), float(known["profit"].max()))  # type: ignore[arg-type] # numbers
    wide, tall = (high - low) / CELLS[0], 1 / CELLS[1]
    x = ((pl.col("profit") - low) / wide).floor().clip(0, CELLS[0] - 1)
    y = (pl.col(FINAL) / tall).floor().clip(0, CELLS[1] - 1)
    counted = known.group_by(x.alias("x"), y.alias("y"), (pl.col(FINAL) == 0).alias("gated")).len()
    return [
        {
            "x": round(low + i * wide, 2),
            "x2": round(low + (i + 1) * wide, 2),
            "y": round(j * tall, 4),
            "y2": round((j + 1) * tall, 4),
            "n": n,
            "kind": "gated" if gated else "rated",
        }
        for i, j, gated, n in counted.sort("x", "y", "gated").iter_rows()
    ]


def _nice(low: float, high: float) -> tuple[float, float]:
    """Return bounds that are whole multiples of a power of ten, so that cells have plain edges."""
    step = 10.0 ** math.floor(math.log10((high - low) or 1.0)) / 2
    return math.floor(low / step) * step, (math.floor(high / step) + 1) * step


def points_lost(candidates: Candidates, top: int) -> list[dict[str, Any]]:
    """Return what each component costs: quantiles over the rated, and the mean of the best `top`.

    Points lost are w * (1 - s) / sum(w), before any gate; those with a rating of 0 are left out.
    """
    weights = candidates.weights()
    parts = candidates.contributions()
    rated = candidates.ratings.fill_null(0.0) > 0
    if not parts.width:
        return []
    best = parts.head(top).filter(rated.head(top))
    rows = []
    for row in candidates.components:
        lost = (weights[row.name] - parts[row.name].filter(rated)).drop_nulls()
        if not lost.len():
            continue
        names = ("p5", "p25", "p50", "p75", "p95")
        levels = (0.05, 0.25, 0.5, 0.75, 0.95)
        found: dict[str, Any] = {
            name: round(float(lost.quantile(level, "linear") or 0.0), 5)
            for name, level in zip(names, levels, strict=True)
        }
        mean_best: Any = best[row.name].mean()
        mean: Any = lost.mean()
        rows.append(
            {
                "component": row.name.replace("_", " "),
                "weight": round(weights[row.name], 5),
                "mean": round(mean, 5),
                **found,
                "best": None if mean_best is None else round(weights[row.name] - mean_best, 5),
            }
        )
    return sorted(rows, key=lambda found: -found["mean"])
