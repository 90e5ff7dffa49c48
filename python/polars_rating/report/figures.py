"""The figures of a page: a chart with its heading and what it says in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from polars_rating.report import charts, field
from polars_rating.report.candidates import Candidates, median_of
from polars_rating.report.parameters import Plateau

WIDE: Final = 1080
HALF: Final = 520
THIRD: Final = 340


@dataclass
class Figure:
    """A chart on the page, or why there is none."""

    id: str
    title: str
    words: str
    """What can be read from it, for those who do not see it too."""
    chart: Any = None
    width: int = HALF
    height: int = 240
    missing: str = ""
    svg: str = ""

    def spec(self, *, fixed: bool) -> dict[str, Any]:
        """Return the specification: of a fixed width, or of that of its container."""
        size = {"width": self.width if fixed else "container", "height": self.height}
        found: dict[str, Any] = self.chart.properties(**size).to_dict(validate=False)
        found.pop("config", None)  # the page has one for all
        return found


def distribution(candidates: Candidates) -> Figure:
    """Return the histogram."""
    ratings = candidates.ratings
    rated = ratings.filter(ratings > 0)
    n, gated, nulls = len(ratings), int((ratings == 0).sum()), ratings.null_count()
    median = median_of(candidates)
    words = f"{rated.len():,} of {n:,} candidates have a rating above 0"
    if median is not None:
        low, high = (rated.quantile(q, "linear") for q in (0.05, 0.95))
        words += f"; their median is {median:.3f}, and 90 % lie between {low:.3f} and {high:.3f}"
    words += "."
    if gated:
        words += f" The grey bar holds the {gated:,} with a rating of exactly 0 (gated)."
    if nulls:
        words += f" {nulls:,} have no rating (none)."
    chart = charts.distribution(field.distribution(candidates), median)
    return Figure("fig-distribution", "Distribution of the rating", words, chart)


def against_profit(candidates: Candidates, top: int) -> Figure:
    """Return the rating against the profit."""
    figure = Figure("fig-profit", "Rating against profit", "")
    if not candidates.has("profit"):
        figure.missing = "There is no profit in this frame: no column profit, and no trades."
        return figure
    cells, points = field.against_profit(candidates, top)
    if not points:
        figure.missing = "No candidate has both a profit and a rating."
        return figure
    figure.chart = charts.against_profit(cells, points)
    what = (
        "The stronger the colour of a cell, the more candidates are in it"
        if cells
        else "A point is a candidate"
    )
    figure.words = (
        f"{what}; grey are those with a rating of 0, vermilion the best {min(top, len(points))}."
    )
    return figure


def points_lost(candidates: Candidates, top: int) -> Figure:
    """Return what each component takes from the rating."""
    figure = Figure("fig-lost", "Where points are lost", "")
    rows = field.points_lost(candidates, top)
    if not rows:
        figure.missing = "No candidate has both a rating above 0 and scores of its components."
        return figure
    figure.chart = charts.points_lost(rows)
    figure.height = max(90, 44 * len(rows))
    figure.width = WIDE - 120
    first = rows[0]
    figure.words = (
        f"Most is lost in {first['component']}: {first['mean']:.3f} of at most "
        f"{first['weight']:.3f} points on average. Line: 5 to 95 % of the candidates above 0; bar: "
        f"the middle half; tick: the median; diamond: mean of the best {top}."
    )
    return figure


def plateau(found: Plateau) -> list[Figure]:
    """Return one figure per panel."""
    width = THIRD if len(found.panels) > 1 else HALF + 100
    return [
        Figure(
            f"fig-plateau-{i}",
            panel,
            f"Median rating over {found.y} and {found.x or 'nothing else'}"
            + (f", {found.by} {panel}" if found.by else ""),
            charts.plateau(found, panel, found.domain, legend=False),
            width=width,
            height=max(60, 21 * len(found.y_values)),
        )
        for i, panel in enumerate(found.panels)
    ]


def of_candidate(detail: dict[str, Any] | None, order: list[str]) -> dict[str, Figure]:
    """Return the figures of one candidate: of its data, or without any for the page to fill in."""

    def rows(name: str) -> Any:
        return name if detail is None else detail[name]

    dated = (
        detail is not None and bool(detail["equity"]) and isinstance(detail["equity"][0]["t"], str)
    )
    fan = detail is None or bool(detail["equity"] and "low" in detail["equity"][0])
    made = {
        "equity": charts.equity(rows("equity"), dated=dated, fan=fan),
        "costs": charts.costs(rows("costs")),
        "years": charts.years(rows("years")),
        "points": charts.contributions(rows("points"), order),
        "reruns": charts.reruns(rows("reruns")),
    }
    if detail is None:
        made["equity-dated"] = charts.equity("equity", dated=True)
        made["equity-plain"] = charts.equity("equity", dated=False, fan=False)
        made["equity-dated-plain"] = charts.equity("equity", dated=True, fan=False)
    return {
        name: Figure(f"fig-{name}", name, "", chart, height=130 if name == "reruns" else 200)
        for name, chart in made.items()
    }
