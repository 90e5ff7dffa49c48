"""Bootstrap p-value of "the mean is > 0".

    share of n_boot resampled means <= 0,
    resamples as numpy.random.default_rng(seed).choice(x, size=(n_boot, n), replace=True)

In [0, 1], lower is better. Finite values only; fewer than 2: 1. Scoring specification, section 11.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from polars_rating.reference._values import Array


def p_value_mean_gt_0(
    values: Sequence[float] | Array, *, n_boot: int = 2000, seed: int = 123
) -> float:
    """Return the p-value; seed 123 for R-multiples and 456 for net results by convention.

    Examples
    --------
    >>> p_value_mean_gt_0([1.0, 2.0, 3.0], n_boot=100)
    0.0
    """
    x = np.asarray(values, dtype=float)
    x = x[np.isfinite(x)]
    if len(x) < 2:
        return 1.0
    resamples = np.random.default_rng(seed).choice(x, size=(n_boot, len(x)), replace=True)
    return float(np.mean(resamples.mean(axis=1) <= 0))
