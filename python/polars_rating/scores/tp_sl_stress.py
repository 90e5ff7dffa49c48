"""TP/SL stress: take-profits whose levels are worse by the spread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from polars_rating._expr.columns import as_expr
from polars_rating._expr.score import score
from polars_rating.candles import Candles
from polars_rating.catalog.further import TP_SL_STRESS
from polars_rating.parameters import NO_EVIDENCE, TOOK_PROFIT

if TYPE_CHECKING:
    from polars._typing import IntoExpr


def tp_sl_stress(
    trades: IntoExpr | None = None,
    candles: Candles | pl.DataFrame | Mapping[str, pl.DataFrame] | None = None,
    *,
    symbol: IntoExpr | None = None,
    took_profit: str = TOOK_PROFIT,
    no_evidence: str = NO_EVIDENCE,
) -> pl.Expr:
    """Score whether take-profits would still have been hit, were the levels worse by the spread.

    For each trade that its take-profit closed, take-profit and stop-loss are moved by the spread
    against the trade. The candles after the one of the entry are searched for the first that
    reaches either. The take-profit no later than the exit costs nothing, later 0.1 per candle up to
    0.5; the stop-loss, both in one candle or neither costs 1. The score is the mean of what is
    left.

    Parameters
    ----------
    trades : expression or column name, optional
        ``List(Struct{...})``, also ``Array(Struct)`` or ``Struct`` of lists, with the fields
        ``direction`` ('long' or 'buy', 'short' or 'sell', or a number above or below 0),
        ``entry_time``, ``exit_time`` (Datetime or Date), ``exit_reason`` (String, or a Boolean that
        is true for a take-profit), ``take_profit``, ``stop_loss`` and ``spread`` (prices, ask minus
        bid), and with candles of several symbols ``symbol``. Default: the column ``trades``.
    candles : Candles, DataFrame, or mapping of symbol to DataFrame
        See `Candles`. All rows share them; nothing of them is copied per row or per query.
    symbol : expression or column name, optional
        The symbol of all trades of a row, in place of the field ``symbol``.
    took_profit : str
        The ``exit_reason`` of a trade that its take-profit closed.
    no_evidence : {'null', 'omega'}
        ``"omega"`` scores a row without trades 1.

    Returns
    -------
    pl.Expr
        Float64 ``tp_sl_stress_score`` in [0, 1], higher is better. A trade counts if its
        take-profit closed it and direction, prices and times are there and finite, the spread > 0;
        1 where none counts. Null for a null or empty list.

    Raises
    ------
    RatingError
        For candles that are malformed or do not ascend, and a parameter that breaks its rule.
    polars.exceptions.ComputeError
        For trades without these fields or with wrong dtypes, a direction that is neither, and a
        symbol without candles.

    References
    ----------
    Omega; scoring specification, section 11.

    Examples
    --------
    >>> import datetime as dt
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> days = [dt.date(2024, 1, day) for day in (1, 2, 3)]
    >>> highs, lows = [1.0, 1.1, 1.3], [0.9, 0.9, 0.9]
    >>> candles = pl.DataFrame({
    ...     "time": days, "bid_high": highs, "bid_low": lows, "ask_high": highs, "ask_low": lows
    ... })
    >>> trade = {
    ...     "direction": "long", "entry_time": days[0], "exit_time": days[0],
    ...     "exit_reason": "take_profit", "take_profit": 1.2, "stop_loss": 0.8, "spread": 0.01,
    ... }
    >>> df = pl.DataFrame({"trades": [[trade]]})
    >>> df.select(rating.tp_sl_stress("trades", candles)).item()
    0.9
    """
    shared = candles if isinstance(candles, Candles) else Candles(candles)  # type: ignore[arg-type] # it refuses others
    beside = {"candles": shared.expression()}
    if symbol is not None:
        beside["symbol"] = as_expr("symbol", symbol)
    return score(
        TP_SL_STRESS,
        {},
        beside=beside,
        trades=trades,
        took_profit=took_profit,
        no_evidence=no_evidence,
    )
