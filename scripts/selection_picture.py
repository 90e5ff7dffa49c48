"""Draw `docs/selection.svg`: why a probability of .9985 becomes .151 on the shipped trades.

python scripts/selection_picture.py
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import polars as pl

import polars_rating as rating
from polars_rating.data import load_trades

TARGET: Final = Path(__file__).parents[1] / "docs" / "selection.svg"
WIDTH, HEIGHT = 720, 330
LEFT, RIGHT, TOP, BOTTOM = 30, 700, 70, 280
LOW, HIGH, BINS = -0.12, 0.16, 56
STYLE: Final = (
    "text{font:13px sans-serif;fill:#333}.bar{fill:#b8c4d6}.curve{fill:none;stroke:#333;"
    "stroke-width:1.5}.above{fill:#d9822b;fill-opacity:.35}.axis{stroke:#666}"
    ".zero{stroke:#1f6f43;stroke-width:2}.luck{stroke:#b3261e;stroke-width:2}"
)


def x_of(sharpe: float) -> float:
    """Return the place of a Sharpe ratio."""
    return LEFT + (sharpe - LOW) / (HIGH - LOW) * (RIGHT - LEFT)


def main() -> None:
    """Write the picture."""
    frame = (
        load_trades()
        .group_by("strategy")
        .agg(rating.trades("pnl", fee="fee", entry_time="entry", exit_time="exit"))
    )
    start, end = load_trades().select(pl.col("entry").min(), pl.col("exit").max()).row(0)
    frame = frame.select(rating.period_returns(start=start, end=end, every="1w"))
    found = frame.select(
        rating.sharpe_moments().struct.field("sharpe"),
        rating.probabilistic_sharpe(),
        rating.deflated_sharpe(),
        rating.expected_max_sharpe(frame.height, rating.sharpe_var()).alias("luck"),
    ).sort("sharpe", nulls_last=True, descending=True)
    best = found.row(0, named=True)
    error = _error(best["sharpe"], best["luck"], best["dsr"])
    counts = [0] * BINS
    for sharpe in found["sharpe"].drop_nulls():
        counts[int((sharpe - LOW) / (HIGH - LOW) * BINS)] += 1
    TARGET.write_text(_picture(counts, best, error, frame.height), encoding="utf-8")


def _error(sharpe: float, luck: float, dsr: float) -> float:
    """Return the standard error for which Phi((sharpe - luck) / error) is dsr."""
    low, high = 1e-6, 1.0
    for _ in range(100):
        middle = math.sqrt(low * high)
        below = 0.5 * math.erfc(-(sharpe - luck) / middle / math.sqrt(2)) < dsr
        low, high = (middle, high) if below else (low, middle)
    return low


def _picture(counts: list[int], best: dict[str, float], error: float, n: int) -> str:
    step = (HIGH - LOW) / BINS
    scale = (BOTTOM - TOP) / max(counts)
    bars = "".join(
        f'<rect class="bar" x="{x_of(LOW + i * step):.1f}" y="{BOTTOM - count * scale:.1f}" '
        f'width="{x_of(step + LOW) - x_of(LOW) - 1:.1f}" height="{count * scale:.1f}"/>'
        for i, count in enumerate(counts)
        if count
    )

    def curve(start: float) -> str:
        points = []
        for i in range(121):
            s = start + (HIGH - start) * i / 120
            density = math.exp(-0.5 * ((s - best["sharpe"]) / error) ** 2)
            points.append(f"{x_of(s):.1f},{BOTTOM - 0.8 * (BOTTOM - TOP) * density:.1f}")
        return " ".join(points)

    zero, luck = x_of(0), x_of(best["luck"])
    above = f"{luck:.1f},{BOTTOM} {curve(best['luck'])} {x_of(HIGH):.1f},{BOTTOM}"
    labels = (
        f'<text x="{zero - 6:.0f}" y="20" text-anchor="end">benchmark 0: '
        f"{best['psr']:.4f} lies above</text>"
        f'<text x="{luck + 6:.0f}" y="20">best of {n} without skill: {best["luck"]:.3f}</text>'
        f'<text x="{luck + 6:.0f}" y="38">{best["dsr"]:.3f} lies above</text>'
        f'<text x="{x_of(0.095):.0f}" y="120">what the best of all</text>'
        f'<text x="{x_of(0.095):.0f}" y="138">({best["sharpe"]:.4f}) says of its</text>'
        f'<text x="{x_of(0.095):.0f}" y="156">true Sharpe ratio</text>'
        f'<text x="{LEFT}" y="{HEIGHT - 8}">Sharpe ratio per week; bars: the {n} candidates</text>'
    )
    ticks = "".join(
        f'<text x="{x_of(t):.0f}" y="{BOTTOM + 18}" text-anchor="middle">{t:g}</text>'
        for t in (-0.05, 0.0, 0.05, 0.1, 0.15)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>psr and dsr of the shipped trades</title><style>{STYLE}</style>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>{bars}'
        f'<polygon class="above" points="{above}"/><polyline class="curve" points="{curve(LOW)}"/>'
        f'<line class="axis" x1="{LEFT}" y1="{BOTTOM}" x2="{RIGHT}" y2="{BOTTOM}"/>'
        f'<line class="zero" x1="{zero:.1f}" y1="28" x2="{zero:.1f}" y2="{BOTTOM}"/>'
        f'<line class="luck" x1="{luck:.1f}" y1="28" x2="{luck:.1f}" y2="{BOTTOM}"/>'
        f"{labels}{ticks}</svg>\n"
    )


if __name__ == "__main__":
    main()
