"""What a measure was worth in one market and fold: against what its rules did next.

- rank correlation (Spearman) of the measure with the next Sharpe ratio, and with the next profit;
- best decile minus mean: next profit of the tenth of the rules that the measure puts first, minus
  the mean of all, in units of the spread (standard deviation) of all; the same of the next
  drawdown.

A null is the worst value, as in a ranking with nulls last. A measure that is the same for all
rules says nothing: 0. Ties share their ranks, and their places in the decile.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.stats import rankdata

from studies.walk_forward.rate import KEYS, OUTCOMES

Floats = npt.NDArray[np.float64]

STATISTICS: Final = ("rank / Sharpe", "rank / profit", "decile / profit", "decile / drawdown")
DECILE: Final = 0.1
MIN_RULES: Final = 20
"""A cell with fewer rules is left out."""


def measures(table: pl.DataFrame) -> list[str]:
    """Return the columns that are measures."""
    return [name for name in table.columns if name not in (*KEYS, *OUTCOMES)]


def cells(table: pl.DataFrame, names: list[str]) -> tuple[list[str], Floats]:
    """Return the assets and an array of asset x fold x measure x statistic, NaN for no cell."""
    assets = sorted(table["asset"].unique().to_list())
    folds = int(table["fold"].max()) + 1  # type: ignore[arg-type]
    out = np.full((len(assets), folds, len(names), len(STATISTICS)), np.nan)
    for (asset, fold), part in table.group_by("asset", "fold"):
        if part.height >= MIN_RULES:
            out[assets.index(str(asset)), int(str(fold))] = of_cell(part, names)
    return assets, out


def of_cell(part: pl.DataFrame, names: list[str]) -> Floats:
    """Return the statistics of every measure over the rules of one market and fold."""
    values = part.select(pl.col(names).cast(pl.Float64).fill_nan(None)).to_numpy()
    values = np.where(np.isnan(values), -np.inf, values)
    sharpe, profit, drawdown = (part[name].to_numpy() for name in OUTCOMES)
    ranks = rankdata(values, axis=0)
    weights = _decile(values)
    return np.column_stack(
        [
            _correlation(ranks, rankdata(sharpe)),
            _correlation(ranks, rankdata(profit)),
            _lead(weights, profit),
            _lead(weights, drawdown),
        ]
    )


def _correlation(ranks: Floats, other: Floats) -> Floats:
    a = ranks - ranks.mean(axis=0)
    b = other - other.mean()
    scale = np.sqrt((a * a).sum(axis=0) * (b * b).sum())
    found: Floats = np.where(scale > 0, (a * b[:, None]).sum(axis=0) / np.maximum(scale, 1e-300), 0)
    return found


def _decile(values: Floats) -> Floats:
    """Return weights of the best tenth that sum to 1; ties at its edge share what is left."""
    count = max(1, round(DECILE * len(values)))
    edge = -np.partition(-values, count - 1, axis=0)[count - 1]
    above, level = values > edge, values == edge
    share = (count - above.sum(axis=0)) / level.sum(axis=0)
    weights: Floats = (above + level * share) / count
    return weights


def _lead(weights: Floats, came: Floats) -> Floats:
    spread = came.std()
    if spread == 0:
        return np.zeros(weights.shape[1])
    lead: Floats = ((weights * came[:, None]).sum(axis=0) - came.mean()) / spread
    return lead
