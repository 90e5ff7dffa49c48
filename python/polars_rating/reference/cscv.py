"""Overfitting of a family by combinatorially symmetric cross-validation.

    T periods in S blocks of L = T // S, the last T mod S dropped; for each half c of the blocks:
    SR of each candidate on c and on the other half; the winner is the highest on c, r its rank on
    the other (1 = worst, ties average); tied winners share the split
    pbo = share of splits with 2 r <= N + 1;  prob_oos_loss = share with SR < 0 on the other
    logit_mean = mean ln(r / (N + 1 - r));  slope, intercept, r2 of SR on the other over SR on c

A Sharpe ratio is 0 where the variance on a half is at most 1e-12 of the whole. Scoring
specification, section 19.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from polars_rating._selection_rules import CSCV_METRIC, MIN_TRIALS, N_BLOCKS, RISK_FREE
from polars_rating.parameters import check
from polars_rating.reference._values import Row, fin, number_list
from polars_rating.reference.family import check_lengths, is_candidate


def blocks_of(values: Sequence[float], n_blocks: int, risk_free: float) -> list[float] | None:
    """Return mean, length and the sums of every block; None for no candidate."""
    length = len(values) // n_blocks
    if length < 2 or not is_candidate(values):
        return None
    x = np.array([fin(v) for v in values[: length * n_blocks]])
    deviations = (x - x.mean()).reshape(n_blocks, length)
    sums, squares = deviations.sum(axis=1), (deviations**2).sum(axis=1)
    return [float(x.mean()) - risk_free, float(length), *sums.tolist(), *squares.tolist()]


def cscv_blocks(
    row: Row,
    *,
    n_blocks: int = N_BLOCKS,
    risk_free: float = RISK_FREE,
    with_length: bool = False,
) -> list[float] | None:
    """Return the blocks of a row; with the number of periods at the end if `with_length`."""
    values = number_list(row["returns"], "returns") or []
    found = blocks_of(values, check("n_blocks", n_blocks), check("risk_free", risk_free))
    if not with_length or not values:
        return found
    return [*(found or [math.nan] * (2 * n_blocks + 2)), float(len(values))]


def cross_validate(
    family: Sequence[Sequence[float]], metric: str = CSCV_METRIC
) -> dict[str, float]:
    """Return everything that cross-validation tells of the blocks of a family."""
    table = np.array(family)
    n, n_blocks = len(table), (table.shape[1] - 2) // 2
    means, length = table[:, 0], table[0, 1]
    sums, squares = table[:, 2 : 2 + n_blocks], table[:, 2 + n_blocks :]
    least = 1e-12 * squares.sum(axis=1) / (length * n_blocks)
    periods = n_blocks // 2 * length

    def metric_on(blocks: Sequence[int]) -> Any:
        total = sums[:, blocks].sum(axis=1)
        if metric == "mean":
            return means + total / periods
        variance = (squares[:, blocks].sum(axis=1) - total * total / periods) / (periods - 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = (means + total / periods) / np.sqrt(variance)
        return np.where(variance > least, ratio, 0.0)

    points: list[tuple[float, float, float]] = []
    pbo = loss = logit = 0.0
    splits = list(combinations(range(n_blocks), n_blocks // 2))
    for chosen in splits:
        inside = metric_on(list(chosen))
        outside = metric_on([b for b in range(n_blocks) if b not in chosen])
        winners = np.flatnonzero(inside == inside.max())
        for winner in winners:
            part, y = 1 / len(winners), outside[winner]
            twice = 2 * int((outside < y).sum()) + int((outside == y).sum()) + 1
            pbo += part * (twice <= n + 1)
            loss += part * bool(y < 0)
            logit += part * math.log(twice / (2 * (n + 1) - twice))
            points.append((float(inside[winner]), float(y), part))
    x, y, w = np.array(points).T
    count = len(splits)
    x, y = x - (w @ x) / count, y - (w @ y) / count
    xx, xy, yy = (float(w @ product) for product in (x * x, x * y, y * y))
    raw_x, raw_y, _ = np.array(points).T
    slope = xy / xx if xx else math.nan
    return {
        "pbo": pbo / count,
        "prob_oos_loss": loss / count,
        "logit_mean": logit / count,
        "slope": slope,
        "intercept": float(w @ raw_y) / count - slope * float(w @ raw_x) / count,
        "r2": xy * xy / (xx * yy) if xx * yy else math.nan,
        "n_splits": count,
    }


def of_blocks(
    rows: Sequence[Sequence[float] | None], metric: str, min_trials: int
) -> dict[str, float] | None:
    """Return the cross-validation of rows of blocks, None for fewer than `min_trials`."""
    found = [list(row) for row in rows if row]
    check_lengths(found)
    with_length = bool(found) and len(found[0]) % 2 == 1
    check_lengths([[0.0] * int(r[-1] if with_length else r[1]) for r in found])
    table = [r[:-1] if with_length else r for r in found]
    table = [r for r in table if all(map(math.isfinite, r))]
    if not table or len(table) < min_trials:
        return None
    return cross_validate(table, metric)


def cscv(
    rows: Sequence[Row],
    *,
    n_blocks: int = N_BLOCKS,
    metric: str = CSCV_METRIC,
    min_trials: int = MIN_TRIALS,
    risk_free: float = RISK_FREE,
) -> dict[str, float] | None:
    """Return the cross-validation of a family, None for too few candidates."""
    blocks = [
        cscv_blocks(row, n_blocks=n_blocks, risk_free=risk_free, with_length=True) for row in rows
    ]
    return of_blocks(blocks, check("metric", metric), check("min_trials", min_trials))


def pbo(
    rows: Sequence[Row],
    *,
    n_blocks: int = N_BLOCKS,
    metric: str = CSCV_METRIC,
    min_trials: int = MIN_TRIALS,
    risk_free: float = RISK_FREE,
) -> float | None:
    """Return the probability of backtest overfitting of a family."""
    found = cscv(rows, n_blocks=n_blocks, metric=metric, min_trials=min_trials, risk_free=risk_free)
    return None if found is None else found["pbo"]
