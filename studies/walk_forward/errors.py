"""How sure a mean over markets and folds is.

Neither are independent: markets rise and fall together, and windows overlap. So both are drawn
anew: markets with replacement, folds in blocks of three with replacement (the windows that are
rated are six years long and begin every two), all measures on the same draws. The corrected p-value
is that of the largest statistic of all measures (Westfall and Young's maxT, single step).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

DRAWS: Final = 4_000
BLOCK: Final = 3
SEED: Final = 20_240_101


@dataclass(frozen=True)
class Estimate:
    """Means of a statistic by measure, with errors of the same shape."""

    mean: Floats
    error: Floats
    p: Floats
    """Two-sided, of this measure alone."""
    corrected: Floats
    """The same for the largest of all measures."""
    draws: Floats
    """Means by draw and measure."""


def estimate(cells: Floats, seed: int = SEED) -> Estimate:
    """Return means over asset x fold of an array of asset x fold x measure."""
    assets, folds, _ = cells.shape
    known = ~np.isnan(cells[:, :, 0])
    values = np.where(known[:, :, None], cells, 0.0)
    mean = values.sum(axis=(0, 1)) / known.sum()
    rng = np.random.default_rng(seed)
    by_asset = _counts(rng.integers(0, assets, (DRAWS, assets)), assets)
    starts = rng.integers(0, folds, (DRAWS, -(-folds // BLOCK)))
    drawn = (starts[:, :, None] + np.arange(BLOCK)) % folds
    by_fold = _counts(drawn.reshape(DRAWS, -1)[:, :folds], folds)
    total = np.einsum("da,afm,df->dm", by_asset, values, by_fold, optimize=True)
    count = np.einsum("da,af,df->d", by_asset, known.astype(float), by_fold, optimize=True)
    draws = total / count[:, None]
    error = draws.std(axis=0, ddof=1)
    safe = np.where(error > 0, error, np.inf)
    t = np.abs(mean) / safe
    spread = np.abs(draws - mean) / safe  # centred: what chance alone does
    p = (1 + (spread >= t).sum(axis=0)) / (1 + DRAWS)
    corrected = (1 + (spread.max(axis=1)[:, None] >= t).sum(axis=0)) / (1 + DRAWS)
    return Estimate(mean, error, p, corrected, draws)


def _counts(drawn: npt.NDArray[np.int64], size: int) -> Floats:
    """Return how often each of `size` was drawn, by row."""
    return np.stack([np.bincount(row, minlength=size) for row in drawn]).astype(np.float64)
