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
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from polars_rating.parameters import N_BOOT, NO_EVIDENCE, SEED, SEED_OF_NET, SEED_OF_R, check
from polars_rating.reference._values import NoEvidence, Row, number_list
from polars_rating.reference.block_length import block_length as automatic_length
from polars_rating.reference.evidence import seed_of, some_trades, tier_of

if TYPE_CHECKING:
    from polars_rating.reference._values import Array


def p_value_mean_gt_0(
    values: Sequence[float] | Array,
    *,
    n_boot: int = N_BOOT,
    seed: int = SEED_OF_R,
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


def std_error_of(p_value: float, n_boot: int) -> float:
    """Return the Monte Carlo standard error of a p-value.

    Examples
    --------
    >>> std_error_of(0.5, 2500)
    0.01
    """
    return math.sqrt(p_value * (1 - p_value) / n_boot)


PValue = float | dict[str, float | None] | None


def bootstrap_p_value(
    row: Row,
    *,
    n_boot: int = N_BOOT,
    seed: int = SEED,
    block_length: float | str | None = None,
    std_error: bool = False,
    no_evidence: str = NO_EVIDENCE,
) -> PValue:
    """Return the p-value of a row's `returns`.

    Parameters
    ----------
    row : mapping
        Canonical column name to value; ``seed`` in it replaces the keyword.
    n_boot, seed, block_length, no_evidence
        As in the expression of the same name.
    std_error : bool
        Whether to return a dict of ``p_value`` and ``std_error``.

    Returns
    -------
    float, dict or None
        In [0, 1]; None (in a dict) without evidence.
    """
    tier_of(row, "bootstrap_p_value")
    given = (n_boot, seed, block_length, std_error, no_evidence)
    return _of_row(row, lambda: number_list(row["returns"], "returns") or [], *given)


def p_value_mean_r_gt_0(
    row: Row,
    *,
    n_boot: int = N_BOOT,
    seed: int = SEED_OF_R,
    block_length: float | str | None = None,
    std_error: bool = False,
    no_evidence: str = NO_EVIDENCE,
) -> PValue:
    """Return the p-value of the R-multiples of a row's `trades`, in order of exit."""
    tier_of(row, "p_value_mean_r_gt_0")

    def values() -> list[float]:
        trades = some_trades(row)
        return [math.nan] if trades.r_multiple is None else trades.r_multiple.tolist()

    return _of_row(row, values, n_boot, seed, block_length, std_error, no_evidence)


def p_value_net_profit_gt_0(
    row: Row,
    *,
    n_boot: int = N_BOOT,
    seed: int = SEED_OF_NET,
    block_length: float | str | None = None,
    std_error: bool = False,
    no_evidence: str = NO_EVIDENCE,
) -> PValue:
    """Return the p-value of the net results of a row's `trades`, in order of exit."""
    tier_of(row, "p_value_net_profit_gt_0")
    given = (n_boot, seed, block_length, std_error, no_evidence)
    return _of_row(row, lambda: some_trades(row).net().tolist(), *given)


def _of_row(
    row: Row,
    values: Callable[[], list[float]],
    n_boot: int,
    seed: int,
    block_length: float | str | None,
    std_error: bool,
    no_evidence: str,
) -> PValue:
    n_boot, row_seed = check("n_boot", n_boot), seed_of(row, check("seed", seed))
    length, no_evidence = check("block_length", block_length), check("no_evidence", no_evidence)
    p = None
    try:
        given = values()
        if not given:
            raise NoEvidence
        if row_seed is not None:
            p = p_value_mean_gt_0(given, n_boot=n_boot, seed=row_seed, block_length=length)
    except NoEvidence:
        p = 1.0 if no_evidence == "omega" else None
    if not check("std_error", std_error):
        return p
    return {"p_value": p, "std_error": None if p is None else std_error_of(p, n_boot)}
