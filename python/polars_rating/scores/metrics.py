"""From trades to metrics: the trade list of a candidate, and its summary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from polars_rating._expr.columns import as_expr
from polars_rating._expr.score import score

if TYPE_CHECKING:
    from polars._typing import IntoExpr


def trades(
    pnl: IntoExpr,
    *,
    fee: IntoExpr | None = None,
    r_multiple: IntoExpr | None = None,
    entry_time: IntoExpr | None = None,
    exit_time: IntoExpr | None = None,
) -> pl.Expr:
    """Gather a candidate's trades, inside ``group_by(...).agg(...)``, in chronological order.

    Parameters
    ----------
    pnl : expression or column name
        Profit or loss of each trade before explicit fees, account currency.
    fee : expression or column name, optional
        Fee of each trade, account currency, >= 0.
    r_multiple : expression or column name, optional
        R-multiple of each trade.
    entry_time, exit_time : expression or column name, optional
        Datetime or Date. The trades are sorted by exit, else by entry, else left as they are; the
        sort is stable and null times come last.

    Returns
    -------
    pl.Expr
        ``trades``, ``List(Struct{pnl, fee?, r_multiple?, entry_time?, exit_time?})`` with the
        fields that were given.

    Raises
    ------
    RatingError
        For an argument that is no expression or column name.

    References
    ----------
    Scoring specification, section 10.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"strategy": ["a", "a", "b"], "pnl": [5.0, -2.0, 1.0]})
    >>> df.group_by("strategy", maintain_order=True).agg(rating.trades("pnl"))
    shape: (2, 2)
    ┌──────────┬─────────────────┐
    │ strategy ┆ trades          │
    │ ---      ┆ ---             │
    │ str      ┆ list[struct[1]] │
    ╞══════════╪═════════════════╡
    │ a        ┆ [{5.0}, {-2.0}] │
    │ b        ┆ [{1.0}]         │
    └──────────┴─────────────────┘
    """
    given = {
        "pnl": pnl,
        "fee": fee,
        "r_multiple": r_multiple,
        "entry_time": entry_time,
        "exit_time": exit_time,
    }
    fields = {name: as_expr(name, value) for name, value in given.items() if value is not None}
    packed = pl.struct(*(value.alias(name) for name, value in fields.items()))
    clock = fields.get("exit_time", fields.get("entry_time"))
    if clock is not None:
        packed = packed.sort_by(clock, nulls_last=True, maintain_order=True)
    return packed.alias("trades")


def metrics(trades: IntoExpr = "trades", *, fields: str | Sequence[str] | None = None) -> pl.Expr:
    """Compute every summary metric of a candidate's trades, or those that are asked for.

    Parameters
    ----------
    trades : expression or column name
        ``List(Struct{pnl, fee?, r_multiple?, entry_time?, exit_time?})``, as `trades` builds it.
    fields : str or sequence of str, optional
        Names of the metrics that are wanted: nothing else is computed. Polars does not tell an
        expression which fields of its struct are read, so ``metrics().struct.field("profit")``
        computes them all, and ``metrics(fields="profit").struct.field("profit")`` the one.

    Returns
    -------
    pl.Expr
        Struct ``metrics`` of all of these, or of `fields` in their order: ``total_trades`` UInt32;
        ``win_rate`` (share of trades with net > 0); ``profit_factor`` (+inf without losses, 0
        without wins); ``sharpe_ratio`` (per trade, of finite R-multiples, of net pnl where the
        trades have none); ``max_drawdown`` and ``profit`` (account currency, net of fees);
        ``avg_trade_duration`` Duration; ``yearly_profits``, ``years``, ``year_days`` lists, by UTC
        year of exit; ``cost_per_trade`` (mean fee); ``avg_r``. Null where `trades` is null; inside,
        null, NaN and infinite numbers count as 0 and a null trade is skipped. Without ``exit_time``
        the year lists are empty, so that a stability score over them is null.

    Raises
    ------
    RatingError
        With code ``RATING_BAD_ARGUMENT`` for a name in `fields` that is no metric.
    polars.exceptions.ComputeError
        For a column that is no list of trades.

    References
    ----------
    Scoring specification, section 10.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"trades": [[{"pnl": 5.0, "fee": 1.0}, {"pnl": -2.0, "fee": 0.0}]]})
    >>> df.select(rating.metrics().struct.unnest()).select("profit", "win_rate", "profit_factor")
    shape: (1, 3)
    ┌────────┬──────────┬───────────────┐
    │ profit ┆ win_rate ┆ profit_factor │
    │ ---    ┆ ---      ┆ ---           │
    │ f64    ┆ f64      ┆ f64           │
    ╞════════╪══════════╪═══════════════╡
    │ 2.0    ┆ 0.5      ┆ 2.0           │
    └────────┴──────────┴───────────────┘
    """
    wanted = (fields,) if isinstance(fields, str) else fields
    return score("metrics", {}, trades=as_expr("trades", trades), fields=wanted)
