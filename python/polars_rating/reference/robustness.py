"""Robustness score: how much the metrics worsen when parameters or data are jittered.

    drop(b, x)     = max(0, (B - X) / B),  B = max(b, 1e-9), X = max(fin(x), 0)
    increase(b, x) = max(0, (X - B) / B)
    d_m = mean of drop(profit), drop(avg_r), drop(win_rate), increase(max_drawdown)
    score = 1 - clip(mean of finite d_m, 0, cap);   no finite d_m: 1 - cap

In [0, 1], higher is better. Scoring specification, section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from polars_rating.catalog import JITTER
from polars_rating.parameters import (
    MIN_NEIGHBOURS,
    N_ITERATIONS,
    NO_EVIDENCE,
    PARAM_VARIATION,
    PENALTY_CAP,
    SEED,
    check,
)
from polars_rating.reference._values import NoEvidence, Row, fin
from polars_rating.reference.evidence import (
    base_metrics,
    seed_of,
    some_runs,
    summary_metrics,
    tier_of,
)
from polars_rating.reference.outcome import FLOOR, capped_mean
from polars_rating.reference.summary_model import summary_robustness


def robustness_score(
    base: Sequence[float],
    runs: Iterable[Sequence[float]],
    *,
    penalty_cap: float = PENALTY_CAP,
    metrics: Sequence[str] = JITTER,
) -> float:
    """Return the score of a base against its runs, numbers in the order of `metrics`.

    Examples
    --------
    >>> robustness_score((100.0, 1.0, 0.5, 10.0), [(80.0, 0.9, 0.5, 11.0)])
    0.9
    """
    worsenings = []
    for run in runs:
        parts = [
            increase(b, x) if name == "max_drawdown" else drop(b, x)
            for name, b, x in zip(metrics, base, run, strict=True)
        ]
        worsenings.append(sum(parts) / len(parts))
    return 1 - capped_mean(worsenings, penalty_cap)


def drop(b: float, x: float) -> float:
    """Return the relative fall from b to x, 0 for a rise."""
    floor, value = max(fin(b), FLOOR), max(fin(x), 0.0)
    return max(0.0, (floor - value) / floor)


def increase(b: float, x: float) -> float:
    """Return the relative rise from b to x, 0 for a fall."""
    floor, value = max(fin(b), FLOOR), max(fin(x), 0.0)
    return max(0.0, (value - floor) / floor)


def robustness(
    row: Row,
    *,
    penalty_cap: float = PENALTY_CAP,
    no_evidence: str = NO_EVIDENCE,
    param_variation: float = PARAM_VARIATION,
    n_iterations: int = N_ITERATIONS,
    seed: int = SEED,
    min_neighbours: int = MIN_NEIGHBOURS,
    without_avg_r: bool = False,
) -> float | None:
    """Return the robustness score of a row: `jitter_runs`, `neighbour_runs`, or the summary model.

    Parameters
    ----------
    row : mapping
        Canonical column name to value; ``seed`` in it replaces the keyword.
    penalty_cap, no_evidence, param_variation, n_iterations, seed, min_neighbours
        As in the expression of the same name.
    without_avg_r : bool
        Leave avg_r out (``avg_r=None`` of the expression): the mean over the other metrics.

    Returns
    -------
    float or None
        In [0, 1]; None without evidence.
    """
    cap = check("penalty_cap", penalty_cap)
    variation = check("param_variation", param_variation)
    n = check("n_iterations", n_iterations)
    seed, no_evidence = check("seed", seed), check("no_evidence", no_evidence)
    least = check("min_neighbours", min_neighbours)
    tier = tier_of(row, "robustness")
    if tier == "reruns":
        return _over_runs(row, "jitter_runs", cap, no_evidence, without_avg_r)
    if tier == "neighbours":
        return _over_runs(row, "neighbour_runs", cap, no_evidence, without_avg_r, least)
    row_seed = seed_of(row, seed)
    try:
        found = base_metrics(row, summary_metrics("robustness"), no_evidence, domain=True)
    except NoEvidence:
        return None
    if row_seed is None:
        return None
    return summary_robustness(
        found,
        param_variation=variation,
        n_iterations=n,
        seed=row_seed,
        penalty_cap=cap,
        without_avg_r=without_avg_r,
    )


def data_jitter(
    row: Row,
    *,
    penalty_cap: float = PENALTY_CAP,
    no_evidence: str = NO_EVIDENCE,
    without_avg_r: bool = False,
) -> float | None:
    """Return the same score over `data_jitter_runs`; nothing stands in for such reruns."""
    cap, no_evidence = check("penalty_cap", penalty_cap), check("no_evidence", no_evidence)
    tier_of(row, "data_jitter")
    return _over_runs(row, "data_jitter_runs", cap, no_evidence, without_avg_r)


def _over_runs(
    row: Row, column: str, cap: float, no_evidence: str, without_avg_r: bool, least: int = 1
) -> float | None:
    metrics = [m for m in JITTER if not (without_avg_r and m == "avg_r")]
    try:
        reruns = some_runs(row, column, metrics)
        if len(reruns) < least:
            return None
        base = base_metrics(row, metrics, no_evidence)
    except NoEvidence:
        return float(1 - cap) if no_evidence == "omega" and least == 1 else None
    return robustness_score([base[m] for m in metrics], reruns, penalty_cap=cap, metrics=metrics)
