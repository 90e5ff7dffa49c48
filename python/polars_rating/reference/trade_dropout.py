"""Trade dropout score: what is left when a share of the trades never happened.

    n_drop = min(max(ceil(n * f), 1), n)
    run i: numpy.random.default_rng(seed + i).choice(n, n_drop, replace=False) are dropped;
           the kept trades give profit, max_drawdown and the Sharpe ratio of their R-multiples
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
from polars_rating.reference.metrics import Trades, read_trades, sharpe_ratio
from polars_rating.reference.outcome import mean_run_score
from polars_rating.reference.summary_model import n_dropped, summary_trade_dropout


def metrics_of_kept(net: Array, r_multiple: Array | None) -> tuple[float, float, float]:
    """Return (profit, max_drawdown, sharpe_ratio); the Sharpe ratio is that of R-multiples."""
    sharpe = 0.0 if r_multiple is None else sharpe_ratio(r_multiple)
    return total(net), max_drawdown(net), sharpe


def replay_dropout(trades: object, fraction: float, seed: int) -> tuple[float, float, float]:
    """Return (profit, max_drawdown, sharpe_ratio) of the trades one draw keeps.

    Parameters
    ----------
    trades : list of dict, dict of lists or Trades
        At least one trade that is not null.
    fraction : float
        Share to drop, in [0, 1]; 0 drops nothing.
    seed : int
        Seed of NumPy's generator, >= 0.

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
    r = all_trades.r_multiple
    return metrics_of_kept(all_trades.net()[keep], None if r is None else r[keep])


def trade_dropout(
    row: Row,
    *,
    fraction: float = FRACTION,
    n_runs: int = N_RUNS,
    seed: int = SEED,
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
    fraction, n_runs, seed, confidence, penalty_cap, no_evidence
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
            full = metrics_of_kept(trades.net(), trades.r_multiple)
            own = zip(OUTCOME, full, strict=True)
            base = settled(
                [number(row[m], m) if m in passed else value for m, value in own], no_evidence
            )
            if row_seed is None:
                return None
            if f == 0 or n == 0:
                return 1.0
            replays = [replay_dropout(trades, f, row_seed + i) for i in range(n)]
            return mean_run_score(base, replays, cap)
        names = summary_metrics("trade_dropout")
        summary = base_metrics(row, names, no_evidence, domain=True)
        return summary_trade_dropout(summary, fraction=f, confidence=confidence, penalty_cap=cap)
    except NoEvidence:
        return 1.0 if no_evidence == "omega" else None
