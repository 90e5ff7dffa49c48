"""Draw `docs/pictures/roofline.svg`: what bounds each score, from the kept benchmark figures.

    python scripts/roofline.py

The roofs of computing are NumPy's on numbers in the cache, measured where this runs. The roof of
reading is the floor in `benches/baseline.json`. Both should be of one machine.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import altair as alt
import numpy as np
import polars as pl
import vl_convert

ROOT: Final = Path(__file__).parents[1]
BASELINE: Final = ROOT / "benches" / "baseline.json"
TARGET: Final = ROOT / "docs" / "pictures" / "roofline.svg"
CORES: Final = 2
CALLS: Final = 300
SIDE: Final = 384
"""Of a square matrix that fits into the cache."""


@dataclass(frozen=True)
class Case:
    """A benchmark with what it reads and computes for one item."""

    name: str
    title: str
    items: int
    bytes: int
    operations: int
    """Additions, multiplications, divisions and comparisons of numbers, of each lane in use."""


CASES: Final = (
    Case("robustness", "robustness: 20,000 candidates x 50 jitter reruns", 1_000_000, 32, 12),
    Case("stability", "stability: 20,000 candidates x 10 years", 200_000, 8, 7),
    Case(
        "cost shock, reruns", "cost shock over reruns: 20,000 candidates x 3 reruns", 60_000, 24, 15
    ),
    Case(
        "cost shock, trades",
        "cost shock over trades: 1,000 candidates x 500 trades x 3 multipliers",
        500_000,
        24,
        45,
    ),
    Case(
        "stress penalty",
        "stress penalty over trades: 1,000 candidates x 500 trades x 3 replays",
        500_000,
        24,
        55,
    ),
    Case("trade dropout", "trade dropout: 1,000 candidates x 500 trades x 1 run", 500_000, 32, 22),
    Case(
        "six scores, summary",
        "six scores of summary metrics: 100,000 candidates x 10 years",
        100_000,
        144,
        650,
    ),
)
FLOOR: Final = "floor: Polars sums the buffers"


def per_second(call: Callable[[], object], numbers: int) -> float:
    """Return how many numbers a second NumPy gets through, at its best."""
    best = float("inf")
    for _ in range(CALLS):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return numbers / best


def main() -> None:
    """Measure the roofs and draw."""
    seconds = json.loads(BASELINE.read_text(encoding="utf-8"))["seconds"]
    some = np.linspace(1.0, 2.0, 2_000)
    out = np.empty_like(some)
    square = np.ones((SIDE, SIDE))
    roofs = {
        "multiply and add (BLAS)": per_second(lambda: square @ square, 2 * SIDE**3),
        "divisions alone": CORES * per_second(lambda: np.divide(some, some, out=out), some.size),
    }
    first = CASES[0]
    bandwidth = first.items * first.bytes / seconds[first.title][FLOOR]
    points = pl.DataFrame(
        {
            "score": [case.name for case in CASES],
            "intensity": [case.operations / case.bytes for case in CASES],
            "rate": [
                case.items * case.operations / next(iter(seconds[case.title].values())) / 1e9
                for case in CASES
            ],
        }
    )
    TARGET.write_text(picture(points, bandwidth / 1e9, roofs), encoding="utf-8")
    print(
        points.with_columns(share_of_reading=pl.col("rate") / pl.col("intensity") / bandwidth * 1e9)
    )
    print({"reading, GB/s": bandwidth / 1e9} | {name: rate / 1e9 for name, rate in roofs.items()})


def picture(points: pl.DataFrame, bandwidth: float, roofs: dict[str, float]) -> str:
    """Return the picture as SVG."""
    ends = (0.2, 8.0)
    lines = [("reading", x, bandwidth * x) for x in ends]
    lines += [(name, x, rate / 1e9) for name, rate in roofs.items() for x in ends]
    roof = pl.DataFrame(lines, schema=["roof", "intensity", "rate"], orient="row")
    x = alt.X("intensity:Q", title="operations per byte read").scale(type="log", domain=list(ends))
    y = alt.Y("rate:Q", title="billion operations a second, two cores").scale(
        type="log", domain=[0.5, 200]
    )
    marks = alt.Chart(points).encode(x=x, y=y)
    chart = (
        alt.Chart(roof)
        .mark_line(strokeDash=[6, 3])
        .encode(x=x, y=y, color=alt.Color("roof:N", title="bound"))
        + marks.mark_point(filled=True, size=70, color="#333")
        + marks.mark_text(align="left", dx=8, dy=-6, fontSize=12).encode(text="score:N")
    )
    chart = chart.properties(width=560, height=340, title="What bounds each score")
    svg: str = vl_convert.vegalite_to_svg(
        chart.to_json(), vl_version=alt.SCHEMA_VERSION.lstrip("v")[:3]
    )
    return svg + "\n"


if __name__ == "__main__":
    main()
