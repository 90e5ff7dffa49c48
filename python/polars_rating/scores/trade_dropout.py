"""Trade dropout: the trade list with a random share missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Unpack

import polars as pl

from polars_rating import schema
from polars_rating._expr.score import score
from polars_rating.parameters import (
    CONFIDENCE,
    FRACTION,
    N_RUNS,
    NO_EVIDENCE,
    PENALTY_CAP,
    SEED,
    SHARPE_OF,
)

if TYPE_CHECKING:
    from polars._typing import IntoExpr


def trade_dropout(
    *,
    runs: IntoExpr | None = None,
    trades: IntoExpr | None = None,
    fraction: float = FRACTION,
    n_runs: int = N_RUNS,
    seed: int | str | pl.Expr = SEED,
    sharpe_of: Literal["auto", "r_multiple", "pnl"] = SHARPE_OF,
    confidence: float = CONFIDENCE,
    penalty_cap: float = PENALTY_CAP,
    no_evidence: str = NO_EVIDENCE,
    **columns: Unpack[schema.MetricColumns],
) -> pl.Expr:
    """Score how well profit, drawdown and Sharpe ratio hold when random trades are missing.

    .. math:: score = mean_i(1 - clip(pen_i, 0, cap))

    Run i drops the set ``numpy.random.default_rng(seed + i).choice(n, n_drop, replace=False)``
    with ``n_drop = min(max(ceil(n * fraction), 1), n)``; the draws are NumPy's, bit for bit.

    Parameters
    ----------
    runs : expression or column name, optional
        Reruns, ``List(Struct{profit, max_drawdown, sharpe_ratio})``. Default: the column
        ``dropout_runs``.
    trades : expression or column name, optional
        Trades, ``List(Struct{pnl, fee?, r_multiple?, entry_time?, exit_time?})``; put in
        chronological order (exit, else entry, else as given). Default: the column ``trades``.
        Without either, the summary model in closed form (each trade is one of two outcomes, an
        average win or an average loss).
    fraction : float
        Share of trades dropped, in [0, 1]; 0 drops nothing and scores 1.
    n_runs : int
        Number of replays; 0 scores 1.
    seed : int, column name or expression
        Seed of the first replay, in [0, 2**64 - 1]; replay i uses ``seed + i``. A null seed in a
        column gives null.
    sharpe_of : {'auto', 'r_multiple', 'pnl'}
        What the Sharpe ratio of the trades is of: ``"auto"`` R-multiples where a trade of the list
        has a finite one, else net results; ``"r_multiple"`` 0 without them, as in Omega, which
        costs a third of every run's penalty; ``"pnl"`` net results, so that candidates with and
        without R-multiples compare.
    confidence : float
        Summary model: one-sided level, in [0.5, 1), at which the loss is no worse than assumed;
        0.95 takes it 1.645 standard deviations above the expected one.
    penalty_cap : float
        Largest penalty of one run, in [0, 1].
    no_evidence : {'null', 'omega'}
        ``"omega"`` scores a row without evidence 1.
    **columns
        Stand-ins for canonical columns. ``profit``, ``max_drawdown`` and ``sharpe_ratio`` given
        here replace the base computed from the full trade list.

    Returns
    -------
    pl.Expr
        Float64 ``trade_dropout_score`` in [0, 1], higher is better. Null where the list of reruns
        or trades is null or empty, or a base metric that is used is null or not finite. Inside
        lists null, NaN and infinite numbers count as 0 (R-multiples are left out); a null item is
        skipped.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without evidence, a wrong dtype, or a negative seed in a column.

    References
    ----------
    Omega's trade dropout module; scoring specification, sections 6 and 9.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> pnl = [12.0, -4.0, 9.0, 3.0, -6.0, 15.0, 2.0, -1.0, 8.0, 5.0]
    >>> df = pl.DataFrame({"trades": [[{"pnl": p, "r_multiple": p / 10} for p in pnl]]})
    >>> df.select(rating.trade_dropout(n_runs=3, seed=1))
    shape: (1, 1)
    ┌─────────────────────┐
    │ trade_dropout_score │
    │ ---                 │
    │ f64                 │
    ╞═════════════════════╡
    │ 0.929443            │
    └─────────────────────┘
    """
    return score(
        "trade_dropout",
        columns,
        runs=runs,
        trades=trades,
        fraction=fraction,
        n_runs=n_runs,
        seed=seed,
        sharpe_of=sharpe_of,
        confidence=confidence,
        penalty_cap=penalty_cap,
        no_evidence=no_evidence,
    )


def dropout_runs(
    *,
    trades: IntoExpr | None = None,
    fraction: float = FRACTION,
    n_runs: int = N_RUNS,
    seed: int | str | pl.Expr = SEED,
    sharpe_of: Literal["auto", "r_multiple", "pnl"] = SHARPE_OF,
) -> pl.Expr:
    """Compute the replays that `trade_dropout` compares with the full list of trades.

    Parameters
    ----------
    trades : expression or column name, optional
        As in `trade_dropout`. Default: the column ``trades``.
    fraction : float
        Share of trades dropped, in [0, 1]; 0 drops nothing.
    n_runs : int
        Number of replays.
    seed : int, column name or expression
        Seed of the first replay, in [0, 2**64 - 1]; replay i uses ``seed + i``.
    sharpe_of : {'auto', 'r_multiple', 'pnl'}
        As in `trade_dropout`.

    Returns
    -------
    pl.Expr
        ``dropout_runs``, ``List(Struct{profit, max_drawdown, sharpe_ratio})``, one item per replay,
        in the account's currency and per trade: what `trade_dropout` takes as ``runs=``. Null where
        the list of trades is null or empty, and for a null seed.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For a frame without trades, a wrong dtype, or a negative seed in a column.

    References
    ----------
    Omega's ``simulate_trade_dropout_metrics``; scoring specification, section 6.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"trades": [[{"pnl": x} for x in (5.0, 5.0, 5.0)]]})
    >>> df.select(rating.dropout_runs(n_runs=1)).item().to_list()
    [{'profit': 10.0, 'max_drawdown': 0.0, 'sharpe_ratio': 0.0}]
    """
    return score(
        "dropout_runs",
        {},
        trades=trades,
        fraction=fraction,
        n_runs=n_runs,
        seed=seed,
        sharpe_of=sharpe_of,
    )
