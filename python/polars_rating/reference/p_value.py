"""Bootstrap p-value of "the mean is > 0".

    share of n_boot resampled means <= 0, the resamples being

    independent        numpy.random.default_rng(seed).choice(x, size=(n_boot, n), replace=True)
    stationary         of each resample: start = rng.integers(n, size=n), u = rng.random(n);
                       position_0 = start_0, position_t = start_t if u_t <= 1 / block_length,
                       else (position_(t-1) + 1) mod n; as arch's StationaryBootstrap draws them

In [0, 1], lower is better. Finite values only; fewer than 2: 1. ``block_length="auto"`` is the
length of `block_length`, at least 1; None where there is none. Scoring specification, sections 11
and 20.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from polars_rating.reference.block_length import block_length as automatic_length

if TYPE_CHECKING:
    from polars_rating.reference._values import Array


def p_value_mean_gt_0(
    values: Sequence[float] | Array,
    *,
    n_boot: int = 2000,
    seed: int = 123,
    block_length: float | str | None = None,
) -> float | None:
    """Return the p-value; seed 123 for R-multiples and 456 for net results by convention.

    Examples
    --------
    >>> p_value_mean_gt_0([1.0, 2.0, 3.0], n_boot=100)
    0.0
    >>> p_value_mean_gt_0([1.0, 2.0, 3.0], n_boot=100, block_length=2.0)
    0.0
    """
    x = np.asarray(values, dtype=float)
    x = x[np.isfinite(x)]
    if len(x) < 2:
        return 1.0
    if block_length is None:
        resamples = np.random.default_rng(seed).choice(x, size=(n_boot, len(x)), replace=True)
        return float(np.mean(resamples.mean(axis=1) <= 0))
    length = automatic_length(x) if block_length == "auto" else float(block_length)
    if length is None:
        return None
    draws = stationary_positions(len(x), max(length, 1.0), n_boot, seed)
    return float(np.mean([x[positions].mean() <= 0 for positions in draws]))


def stationary_positions(
    n: int, block_length: float, n_boot: int, seed: int
) -> Iterator[list[int]]:
    """Yield the positions of one resample of the stationary bootstrap after the other.

    Examples
    --------
    >>> [sorted(positions) for positions in stationary_positions(4, 1e9, 2, seed=1)]
    [[0, 1, 2, 3], [0, 1, 2, 3]]
    """
    rng = np.random.default_rng(seed)
    for _ in range(n_boot):
        starts, u = rng.integers(n, size=n).tolist(), rng.random(n)
        positions = starts[:1]
        for t in range(1, n):
            new_block = u[t] <= 1 / block_length
            positions.append(starts[t] if new_block else (positions[-1] + 1) % n)
        yield positions


def std_error(p_value: float, n_boot: int) -> float:
    """Return the Monte Carlo standard error of a p-value.

    Examples
    --------
    >>> std_error(0.5, 2500)
    0.01
    """
    return math.sqrt(p_value * (1 - p_value) / n_boot)
