"""Which weights, aggregation and cap: chosen on one half of the assets alone.

Every set of components, three aggregations and two caps, with robustness judged on neighbours and
the profit gate. The option of the highest mean rank correlation with the next Sharpe ratio wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations, product
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from polars_rating.catalog import COMPONENTS
from studies.walk_forward.outcome import cells

Floats = npt.NDArray[np.float64]

AGGREGATIONS: Final = ("mean", "geometric", "min")
CAPS: Final = {"0.5": "", "1": ", cap 1"}
_EVIDENCE: Final = {"robustness": "neighbours", "stability": "summary"}


@dataclass(frozen=True)
class Option:
    """Components of equal weight, how they become one number, and the cap of penalties."""

    components: tuple[str, ...]
    aggregation: str
    cap: str

    @property
    def name(self) -> str:
        """Its column."""
        return f"{self.aggregation} of {', '.join(self.components)}; cap {self.cap}"

    def rate(self, table: pl.DataFrame) -> pl.Series:
        """Return the rating with the profit gate; null where a component is."""
        columns = [pl.col(self._column(name)) for name in self.components]
        missing = pl.any_horizontal(column.is_null() for column in columns)
        if self.aggregation == "min":
            rated = pl.min_horizontal(columns)
        elif self.aggregation == "mean":
            rated = pl.mean_horizontal(columns)
        else:
            rated = pl.mean_horizontal(column.log() for column in columns).exp()
        gated = pl.when(pl.col("profit") > 0).then(rated).otherwise(0.0)
        return table.select(pl.when(~missing).then(gated).alias(self.name)).to_series()

    def _column(self, name: str) -> str:
        evidence = _EVIDENCE.get(name, "trades")
        cap = "" if name == "stability" else CAPS[self.cap]
        return f"{name} [{evidence}{cap}]"


def options() -> list[Option]:
    """Return all options."""
    names = tuple(COMPONENTS)
    sets = chain.from_iterable(combinations(names, n) for n in range(1, len(names) + 1))
    return [Option(*each) for each in product(sets, AGGREGATIONS, CAPS)]


def choose(table: pl.DataFrame, assets: list[str]) -> tuple[Option, pl.DataFrame]:
    """Return the option that ranks best on `assets`, and the mean of every option there."""
    part = table.filter(pl.col("asset").is_in(assets))
    tried = options()
    rated = part.hstack([option.rate(part) for option in tried])
    _, found = cells(rated, [option.name for option in tried])
    means = np.nanmean(found[..., 0], axis=(0, 1))
    ranked = pl.DataFrame({"option": [option.name for option in tried], "rank / Sharpe": means})
    best = tried[int(np.argmax(means))]
    return best, ranked.sort("rank / Sharpe", descending=True)
