"""QuantConnect LEAN: the closed trades of a backtest's result."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl

from polars_rating.adapters._frame import TIME, filled, literals, long_frame, number_of
from polars_rating.adapters._source import bad_source, read_bytes, read_json

_SCHEMA: Final = {
    "symbol": pl.String,
    "pnl": pl.Float64,
    "fee": pl.Float64,
    "entry": pl.String,
    "exit": pl.String,
}


def read_lean(path: str | Path, *, strategy: str | None = None) -> pl.DataFrame:
    """Read the closed trades of a LEAN backtest.

    Parameters
    ----------
    path : str or Path
        The result of the backtest, JSON, with ``totalPerformance.closedTrades``.
    strategy : str, optional
        Name of the candidate; by default the file's name without its suffix.

    Returns
    -------
    DataFrame
        One row per trade: ``strategy``; a column per parameter of the algorithm's configuration;
        ``symbol`` (of several legs, joined by ``+``); ``pnl`` (before fees) and ``fee`` in account
        currency; ``entry_time``, ``exit_time``, UTC; ``is_open``, False: open positions are not in
        the file.

    Raises
    ------
    RatingError
        ``RATING_BAD_SOURCE`` for a file that is something else, is cut off, or holds no trades.

    Notes
    -----
    Keys are read in camelCase and PascalCase, as versions differ. ``profitLoss`` is gross and
    ``totalFees`` positive (LEAN, ``Common/Statistics/Trade.cs``).

    Examples
    --------
    >>> import json, pathlib, tempfile
    >>> from polars_rating import adapters
    >>> trade = {"symbols": [{"value": "SPY"}], "entryTime": "2024-01-02T14:31:00Z",
    ...          "exitTime": "2024-01-03T21:00:00Z", "profitLoss": "12.5", "totalFees": 2.0}
    >>> path = pathlib.Path(tempfile.mkdtemp(), "run.json")
    >>> _ = path.write_text(json.dumps({"totalPerformance": {"closedTrades": [trade]}}))
    >>> adapters.read_lean(path).select("strategy", "symbol", "pnl", "fee").rows()
    [('run', 'SPY', 12.5, 2.0)]
    """
    result = read_json(path, read_bytes(path))
    trades = _get(_get(result, "totalPerformance", {}), "closedTrades")
    if not isinstance(trades, list):
        raise bad_source(f"{path}: is no result of LEAN: there is no totalPerformance.closedTrades")
    rows = [_row(path, i, trade) for i, trade in enumerate(trades, 1)]
    configuration = _get(result, "algorithmConfiguration", {})
    parameters = _get(configuration, "parameters", {})
    made = long_frame(
        str(path),
        pl.DataFrame(rows, schema=_SCHEMA, orient="row"),
        strategy=pl.lit(strategy or Path(path).stem),
        pnl=pl.col("pnl"),
        fee=pl.col("fee"),
        symbol=pl.col("symbol"),
        entry_time=pl.col("entry").str.to_datetime(time_zone="UTC", time_unit="us").cast(TIME),
        exit_time=pl.col("exit").str.to_datetime(time_zone="UTC", time_unit="us").cast(TIME),
        parameters=literals({name: number_of(value) for name, value in parameters.items()}),
    )
    return filled(str(path), made)


def _get(found: Any, key: str, default: Any = None) -> Any:
    """Return a value by its camelCase or PascalCase key."""
    if not isinstance(found, Mapping):
        return default
    value = found.get(key, found.get(key[0].upper() + key[1:]))
    return default if value is None else value


def _row(path: str | Path, number: int, trade: Any) -> tuple[Any, ...]:
    symbols = _get(trade, "symbols") or [_get(trade, "symbol", "")]
    names = [str(_get(x, "value", "")) if isinstance(x, Mapping) else str(x) for x in symbols]
    try:
        amounts = [float(_get(trade, key)) for key in ("profitLoss", "totalFees")]
        times = [
            str(trade_time) for trade_time in (_get(trade, "entryTime"), _get(trade, "exitTime"))
        ]
        return "+".join(names), *amounts, *times
    except (TypeError, ValueError):
        raise bad_source(
            f"{path}: closed trade {number} must have the numbers profitLoss and totalFees"
        ) from None
