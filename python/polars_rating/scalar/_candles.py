"""The TP/SL stress of Python values: candles come beside the trades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from polars_rating.exceptions import ErrorCode, RatingError, from_text
from polars_rating.parameters import NO_EVIDENCE, TOOK_PROFIT, show
from polars_rating.scores.tp_sl_stress import tp_sl_stress as expression

if TYPE_CHECKING:
    from polars_rating.candles import Candles


def tp_sl_stress(
    trades: Sequence[Mapping[str, Any]],
    candles: Candles | pl.DataFrame | Mapping[str, pl.DataFrame],
    *,
    took_profit: str = TOOK_PROFIT,
    no_evidence: str = NO_EVIDENCE,
) -> float | None:
    """Score the trades of one candidate, as `polars_rating.tp_sl_stress` scores a row.

    Parameters
    ----------
    trades : sequence of mappings
        The trades, with the fields that the expression reads.
    candles : Candles, DataFrame, or mapping of symbol to DataFrame
        For many calls make a `polars_rating.candles.Candles` once: they are indexed then.
    took_profit, no_evidence
        As in the expression.

    Returns
    -------
    float or None
        In [0, 1]; None without trades.

    Raises
    ------
    RatingError
        As the expression, at once.

    Examples
    --------
    >>> import datetime as dt
    >>> from polars_rating.scalar import tp_sl_stress
    >>> days = [dt.date(2024, 1, day) for day in (1, 2, 3)]
    >>> prices = {"bid_high": [1.0, 1.1, 1.3], "bid_low": [0.9] * 3}
    >>> prices |= {"ask_high": prices["bid_high"], "ask_low": prices["bid_low"]}
    >>> candles = pl.DataFrame({"time": days, **prices})
    >>> trade = {
    ...     "direction": "long", "entry_time": days[0], "exit_time": days[0],
    ...     "exit_reason": "take_profit", "take_profit": 1.2, "stop_loss": 0.8, "spread": 0.01,
    ... }
    >>> tp_sl_stress([trade], candles)
    0.9
    """
    if isinstance(trades, str | Mapping) or not isinstance(trades, Sequence):
        msg = f"`trades` must be a sequence of mappings, got {show(trades)}"
        raise RatingError(msg, code=ErrorCode.RATING_BAD_ARGUMENT)
    row = pl.DataFrame({"trades": [list(trades)]}, schema_overrides={} if trades else _EMPTY)
    keywords = {"took_profit": took_profit, "no_evidence": no_evidence}
    try:
        value: float | None = row.select(expression("trades", candles, **keywords)).item()
    except pl.exceptions.ComputeError as error:
        raise from_text(str(error)) or error from None
    return value


_EMPTY = {"trades": pl.List(pl.Null)}
