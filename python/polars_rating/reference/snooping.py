"""Data snooping over a family by the stationary bootstrap.

    d = returns - benchmark, T periods;  w^2 = variance of sqrt(T) mean(d*), in closed form:
    w^2 = R_0 + 2 sum over i of [(1 - i/T) q^i + (i/T) q^(T - i)] R_i,  q = 1 - 1/b
    reality_check = share(max sqrt(T)(mean* - mean) >= max sqrt(T) mean)
    t = sqrt(T) mean / w;  spa = share(max(0, max sqrt(T)(mean* - g)/w) >= max(0, max t))
        g: lower max(mean, 0); consistent mean if t >= -sqrt(2 ln ln T) else 0; upper mean
    romano_wolf: p_j = share(max over all with t <= t_j of sqrt(T)(mean* - mean)/w >= t_j), then
    the running maximum from the largest t on

The draws are those of arch's StationaryBootstrap. Scoring specification, section 20.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from polars_rating._selection_rules import BENCHMARK, BLOCK_LENGTH, N_BOOT, RECENTRING
from polars_rating.parameters import SEED, check
from polars_rating.reference._values import Array, Row, number_list
from polars_rating.reference.block_length import block_length as block_length_of
from polars_rating.reference.family import matrix_of


def optimal_block_length(row: Row) -> float | None:
    """Return the mean block length that the returns of a row ask for."""
    return block_length_of(number_list(row["returns"], "returns") or [])


def long_run_variance(e: Array, length: float) -> float:
    """Return the variance of sqrt(T) times the mean of a resample of deviations e.

    Examples
    --------
    >>> e = np.array([1.0, -1.0, 2.0, -2.0])
    >>> long_run_variance(e, 1.0)
    2.5
    """
    n, q = len(e), 1 - 1 / length
    lags = np.arange(1, n)
    covariance = np.array([float(e[lag:] @ e[: n - lag]) / n for lag in lags])
    weights = (1 - lags / n) * q**lags + lags / n * q ** (n - lags)
    return float(e @ e) / n + 2 * float(weights @ covariance)


def positions(n: int, length: float, n_boot: int, seed: int) -> Any:
    """Return the periods of every resample, one a row."""
    rng = np.random.default_rng(seed)
    found = np.empty((n_boot, n), dtype=np.int64)
    for row in found:
        start = rng.integers(n, size=n)
        new = rng.random(n) <= 1 / length
        new[0] = True
        # Since the last start the position goes up by one a period.
        last = np.maximum.accumulate(np.where(new, np.arange(n), 0))
        row[:] = (start[last] + np.arange(n) - last) % n
    return found


def family_block_length(family: Sequence[Array]) -> float | None:
    """Return the mean block length over a family, each at least 1."""
    found = [max(length, 1.0) for d in family if (length := block_length_of(d)) is not None]
    return math.fsum(found) / len(found) if found else None


def bootstrap(
    rows: Sequence[Row],
    benchmark: float = BENCHMARK,
    n_boot: int = N_BOOT,
    block_length: float | str = BLOCK_LENGTH,
    seed: int = SEED,
) -> tuple[dict[str, float] | None, list[float | None]]:
    """Return the p-values of a family, and those of Romano and Wolf for every row."""
    places, family = matrix_of(rows, check("benchmark", benchmark))
    n_boot, seed = check("n_boot:family", n_boot), check("seed", seed)
    given = check("block_length:family", block_length)
    wolf: list[float | None] = [None] * len(rows)
    length = family_block_length(family) if given == "auto" else given
    if not family or length is None:
        return None, wolf
    d = np.array(family)
    n, root = d.shape[1], math.sqrt(d.shape[1])
    means = d.mean(axis=1)
    e = d - means[:, None]
    variance = np.array([long_run_variance(x, length) for x in e])
    part = variance > 0
    if not part.any():
        return None, wolf
    e, means, omega = e[part], means[part], np.sqrt(variance[part])
    places = [place for place, is_part in zip(places, part, strict=True) if is_part]
    t = root * means / omega
    # Resamples by the number of times each period is drawn: one product for all of them.
    counts = np.array([np.bincount(p, minlength=n) for p in positions(n, length, n_boot, seed)])
    centred = (counts @ e.T) / root
    z = centred / omega
    far = -math.sqrt(max(2 * math.log(math.log(n)), 0.0))
    shifts = {"lower": np.minimum(t, 0), "consistent": np.where(t >= far, 0.0, t), "upper": 0.0 * t}
    observed = max(0.0, t.max())
    spa = {
        name: float(np.mean(np.maximum((z + shift).max(axis=1), 0) >= observed))
        for name, shift in shifts.items()
    }
    highest = 0.0
    for i in np.argsort(-t, kind="stable"):
        share = float(np.mean(z[:, t <= t[i]].max(axis=1) >= t[i]))
        highest = max(highest, share)
        wolf[places[i]] = highest
    p = spa["consistent"]
    found = {
        "reality_check": float(np.mean(centred.max(axis=1) >= (root * means).max())),
        **{f"spa_{name}": share for name, share in spa.items()},
        "block_length": float(length),
        "std_error": math.sqrt(p * (1 - p) / n_boot),
    }
    return found, wolf


def snooping(
    rows: Sequence[Row],
    *,
    benchmark: float = BENCHMARK,
    n_boot: int = N_BOOT,
    block_length: float | str = BLOCK_LENGTH,
    seed: int = SEED,
) -> dict[str, float] | None:
    """Return White's and Hansen's p-values of a family."""
    return bootstrap(rows, benchmark, n_boot, block_length, seed)[0]


def reality_check(
    rows: Sequence[Row],
    *,
    benchmark: float = BENCHMARK,
    n_boot: int = N_BOOT,
    block_length: float | str = BLOCK_LENGTH,
    seed: int = SEED,
) -> float | None:
    """Return White's p-value of a family."""
    found = bootstrap(rows, benchmark, n_boot, block_length, seed)[0]
    return None if found is None else found["reality_check"]


def spa(
    rows: Sequence[Row],
    *,
    recentring: str = RECENTRING,
    benchmark: float = BENCHMARK,
    n_boot: int = N_BOOT,
    block_length: float | str = BLOCK_LENGTH,
    seed: int = SEED,
) -> float | None:
    """Return Hansen's p-value of a family."""
    name = check("recentring", recentring)
    found = bootstrap(rows, benchmark, n_boot, block_length, seed)[0]
    return None if found is None else found[f"spa_{name}"]


def romano_wolf(
    rows: Sequence[Row],
    *,
    benchmark: float = BENCHMARK,
    n_boot: int = N_BOOT,
    block_length: float | str = BLOCK_LENGTH,
    seed: int = SEED,
) -> list[float | None]:
    """Return the step-down p-value of every row of a family."""
    return bootstrap(rows, benchmark, n_boot, block_length, seed)[1]
