"""Trade dropout: the trade list with a random share missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import polars as pl

from polars_rating import _kwargs, schema
from polars_rating._components import component
from polars_rating._evidence import (
    check_keywords,
    seed_column,
    with_columns,
)
from polars_rating._validate import DEFAULT_SEED

if TYPE_CHECKING:
    from polars._typing import IntoExpr


def trade_dropout(
    *,
    runs: IntoExpr | None = None,
    trades: IntoExpr | None = None,
    fraction: float = 0.1,
    n_runs: int = 50,
    seed: int | str | pl.Expr = DEFAULT_SEED,
    confidence: float = 0.95,
    penalty_cap: float = 0.5,
    no_evidence: str = "null",
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
    confidence : float
        Summary model: standard deviations z that the drop is worse than expected.
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
        lists null, NaN and infinite numbers count as 0; a null item is skipped. The Sharpe ratio
        is of finite R-multiples, 0 without them.

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
    check_keywords("trade_dropout", columns)
    given = with_columns(columns, dropout_runs=runs, trades=trades)
    first_seed, given = seed_column(seed, given)
    kwargs = _kwargs.trade_dropout(
        _kwargs.policy(no_evidence),
        fraction=fraction,
        n_runs=n_runs,
        seed=first_seed,
        confidence=confidence,
        penalty_cap=penalty_cap,
        passed=_kwargs.passed_base(columns),
    )
    return component("trade_dropout", kwargs, given)
