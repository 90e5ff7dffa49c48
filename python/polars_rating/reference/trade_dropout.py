"""Trade dropout score: what is left when a share of the trades never happened.

    n_drop = min(max(ceil(n * f), 1), n)
    run i: numpy.random.default_rng(seed + i).choice(n, n_drop, replace=False) are dropped;
           the kept trades give profit, max_drawdown and the Sharpe ratio of their R-multiples,
           of their net results where the list has no R-multiple
    score = mean over runs of 1 - clip(pen_i, 0, cap), pen_i as in `outcome`

In [0, 1], higher is better. f = 0 or no runs: nothing is dropped, 1. Scoring specification,
section 6.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from polars_rating.catalog import OUTCOME
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.parameters import (
    CONFIDENCE,
    FRACTION,
    N_RUNS,
    NO_EVIDENCE,
    PENALTY_CAP,
    SEED,
    SHARPE_OF,
    check,
)
from polars_rating.reference._values import Array, NoEvidence, Row, number, total
from polars_rating.reference.drawdown import max_drawdown
from polars_rating.reference.evidence import (
    base_and_runs,
    base_metrics,
    seed_of,
    settled,
    some_trades,
    summary_metrics,
    tier_of,
)
from polars_rating.reference.metrics import Trades, read_trades, sharpe_ratio, sharpe_values
from polars_rating.reference.outcome import mean_run_score
from polars_rating.reference.summary_model import n_dropped, summary_trade_dropout


def metrics_of_kept(net: Array, sharpe_values: Array) -> tuple[float, float, float]:
    """Return (profit, max_drawdown, sharpe_ratio)."""
    return total(net), max_drawdown(net), sharpe_ratio(sharpe_values)


def replay_dropout(
    trades: object, fraction: float, seed: int, sharpe_of: str = SHARPE_OF
) -> tuple[float, float, float]:
    """Return (profit, max_drawdown, sharpe_ratio) of the trades one draw keeps.

    Parameters
    ----------
    trades : list of dict, dict of lists or Trades
        At least one trade that is not null.
    fraction : float
        Share to drop, in [0, 1]; 0 drops nothing.
    seed : int
        Seed of NumPy's generator, >= 0.
    sharpe_of : {'auto', 'r_multiple', 'pnl'}
        What the Sharpe ratio is of; "auto" looks at the full list.

    Examples
    --------
    >>> replay_dropout([{"pnl": 5.0}, {"pnl": 5.0}, {"pnl": 5.0}], 0.3, seed=1)
    (10.0, 0.0, 0.0)
    """
    all_trades = trades if isinstance(trades, Trades) else read_trades(trades)
    if all_trades is None or len(all_trades) == 0:
        raise NoEvidence
    n = len(all_trades)
    keep = np.ones(n, dtype=bool)
    if fraction > 0:
        keep[np.random.default_rng(seed).choice(n, int(n_dropped(n, fraction)), replace=False)] = (
            False
        )
    values = sharpe_values(all_trades, sharpe_of)
    return metrics_of_kept(all_trades.net()[keep], values[keep] if len(values) else values)


def dropout_runs(
    row: Row,
    *,
    fraction: float = FRACTION,
    n_runs: int = N_RUNS,
    seed: int = SEED,
    sharpe_of: str = SHARPE_OF,
) -> list[dict[str, float]] | None:
    """Return the outcome of every replay of a row's `trades`, None without trades or seed."""
    f, n = check("fraction", fraction), check("n_runs", n_runs)
    row_seed, of = seed_of(row, check("seed", seed)), check("sharpe_of", sharpe_of)
    tier_of(row, "dropout_runs")
    try:
        trades = some_trades(row)
    except NoEvidence:
        return None
    if row_seed is None:
        return None
    runs = (replay_dropout(trades, f, row_seed + i, of) for i in range(n))
    return [dict(zip(OUTCOME, run, strict=True)) for run in runs]


def trade_dropout(
    row: Row,
    *,
    fraction: float = FRACTION,
    n_runs: int = N_RUNS,
    seed: int = SEED,
    sharpe_of: str = SHARPE_OF,
    confidence: float = CONFIDENCE,
    penalty_cap: float = PENALTY_CAP,
    no_evidence: str = NO_EVIDENCE,
    passed: Sequence[str] = (),
) -> float | None:
    """Return the trade dropout score of a row: `dropout_runs`, else `trades`, else the model.

    Parameters
    ----------
    row : mapping
        Canonical column name to value; ``seed`` in it replaces the keyword.
    fraction, n_runs, seed, sharpe_of, confidence, penalty_cap, no_evidence
        As in the expression of the same name.
    passed : sequence of str
        Names of base metrics that were given by keyword: in the trades tier only they replace
        the metrics of the full trade list.

    Returns
    -------
    float or None
        In [0, 1]; None without evidence.
    """
    f, n = check("fraction", fraction), check("n_runs", n_runs)
    seed, confidence = check("seed", seed), check("confidence", confidence)
    sharpe_of = check("sharpe_of", sharpe_of)
    cap, no_evidence = check("penalty_cap", penalty_cap), check("no_evidence", no_evidence)
    if not set(passed) <= set(OUTCOME):
        raise RatingError(
            f"`passed` must name base metrics out of {OUTCOME}, got {tuple(passed)}",
            code=ErrorCode.RATING_BAD_ARGUMENT,
        )
    try:
        tier = tier_of(row, "trade_dropout")
        if tier == "reruns":
            return mean_run_score(*base_and_runs(row, "dropout_runs", no_evidence), cap)
        if tier == "trades":
            row_seed = seed_of(row, seed)
            trades = some_trades(row)
            full = metrics_of_kept(trades.net(), sharpe_values(trades, sharpe_of))
            own = zip(OUTCOME, full, strict=True)
            base = settled(
                [number(row[m], m) if m in passed else value for m, value in own], no_evidence
            )
            if row_seed is None:
                return None
            if f == 0 or n == 0:
                return 1.0
            replays = [replay_dropout(trades, f, row_seed + i, sharpe_of) for i in range(n)]
            return mean_run_score(base, replays, cap)
        names = summary_metrics("trade_dropout")
        summary = base_metrics(row, names, no_evidence, domain=True)
        return summary_trade_dropout(summary, fraction=f, confidence=confidence, penalty_cap=cap)
    except NoEvidence:
        return 1.0 if no_evidence == "omega" else None
