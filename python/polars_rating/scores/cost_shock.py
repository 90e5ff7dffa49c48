"""Cost shock: how well a candidate bears higher trading costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

import polars as pl

from polars_rating import schema
from polars_rating._expr.score import score
from polars_rating.parameters import MULTIPLIERS, NO_EVIDENCE, PENALTY_CAP

if TYPE_CHECKING:
    from polars._typing import IntoExpr


def cost_shock(
    *,
    runs: IntoExpr | None = None,
    trades: IntoExpr | None = None,
    multipliers: Sequence[float] = MULTIPLIERS,
    penalty_cap: float = PENALTY_CAP,
    no_evidence: str = NO_EVIDENCE,
    **columns: Unpack[schema.MetricColumns],
) -> pl.Expr:
    """Score how well profit, drawdown and Sharpe ratio hold when costs rise.

    .. math:: score = mean_k(1 - clip(pen_k, 0, cap))

    with pen_k the mean of the relative falls of profit and Sharpe ratio and the relative rise of
    max_drawdown at cost multiplier k.

    Parameters
    ----------
    runs : expression or column name, optional
        Reruns at higher costs, ``List(Struct{profit, max_drawdown, sharpe_ratio})``, also
        ``Array(Struct)`` or ``Struct`` of lists. Default: the column ``cost_runs``.
    trades : expression or column name, optional
        Trades, ``List(Struct{pnl, fee, ...})``, replayed at each multiplier. Default: the column
        ``trades``. Without either, the summary model: costs rise by (k - 1) * cost_per_trade *
        total_trades (each trade is one of two outcomes, an average win or an average loss).
    multipliers : sequence of float
        Multiples of the fees; each finite and > 0. Not used for reruns.
    penalty_cap : float
        Largest penalty of one run, in [0, 1].
    no_evidence : {'null', 'omega'}
        ``"omega"`` scores a row without evidence 1.
    **columns
        Stand-ins for ``profit``, ``max_drawdown``, ``sharpe_ratio``, ``win_rate``,
        ``profit_factor``, ``total_trades``, ``cost_per_trade``, ``yearly_profits``.

    Returns
    -------
    pl.Expr
        Float64 ``cost_shock_score`` in [0, 1], higher is better. Null where a base metric is null
        or not finite, or the list of reruns or trades is null or empty. Inside lists null, NaN
        and infinite numbers count as 0; a null item is skipped.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        At ``collect_schema()``, for a frame without evidence or with a wrong dtype.

    References
    ----------
    Omega's cost shock module; scoring specification, sections 5 and 9.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> trades = [{"pnl": pnl, "fee": 1.0} for pnl in (30.0, -10.0, 20.0)]
    >>> df = pl.DataFrame({"trades": [trades]})
    >>> df.select(rating.cost_shock())
    shape: (1, 1)
    ┌──────────────────┐
    │ cost_shock_score │
    │ ---              │
    │ f64              │
    ╞══════════════════╡
    │ 0.950792         │
    └──────────────────┘
    """
    return score(
        "cost_shock",
        columns,
        runs=runs,
        trades=trades,
        multipliers=multipliers,
        penalty_cap=penalty_cap,
        no_evidence=no_evidence,
    )
