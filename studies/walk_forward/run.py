"""The study from prices to tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from rich.progress import track

from studies.walk_forward import prices
from studies.walk_forward.errors import Estimate, estimate
from studies.walk_forward.options import Option, choose
from studies.walk_forward.outcome import STATISTICS, cells, measures
from studies.walk_forward.rate import rate

Floats = npt.NDArray[np.float64]

V2 = "final: chosen on the other half"


@dataclass(frozen=True)
class Study:
    """Everything that the page shows."""

    table: pl.DataFrame
    """A row per market, fold and rule."""
    names: list[str]
    """The measures."""
    chosen_on: list[str]
    reported_on: list[str]
    best: Option
    tried: pl.DataFrame
    reported: dict[str, Estimate]
    """Statistic to its estimate on the half that reports."""
    cells: Floats
    """Asset x fold x measure x statistic, of that half."""


def run() -> Study:
    """Return the study, with a progress bar over the markets."""
    markets = prices.load()
    rated = [rate(market) for market in track(markets, "walk-forward study")]
    table = pl.concat(rated)
    chosen_on, reported_on = prices.halves([market.name for market in markets])
    best, tried = choose(table, chosen_on)
    table = table.hstack([best.rate(table).alias(V2)])
    names = measures(table)
    _, found = cells(table.filter(pl.col("asset").is_in(reported_on)), names)
    reported = {name: estimate(found[..., i]) for i, name in enumerate(STATISTICS)}
    return Study(table, names, chosen_on, reported_on, best, tried, reported, found)


def as_table(study: Study) -> pl.DataFrame:
    """Return a row per measure: mean, error and p-values of every statistic."""
    columns: dict[str, list[str] | Floats] = {"measure": study.names}
    for name, found in study.reported.items():
        columns[name] = found.mean
        columns[f"{name}, error"] = found.error
        columns[f"{name}, p"] = found.p
        columns[f"{name}, p corrected"] = found.corrected
    return pl.DataFrame(columns)
