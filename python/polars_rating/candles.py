"""Candles that every row of a query shares."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, Final
from weakref import WeakValueDictionary

import polars as pl

from polars_rating._engines.choice import engine
from polars_rating.catalog.further import CANDLE_FIELDS
from polars_rating.exceptions import ErrorCode, RatingError

_keys: Final = itertools.count(1)
by_key: Final[WeakValueDictionary[int, Candles]] = WeakValueDictionary()
"""The candles that the Python engine finds by their keys."""


class Candles:
    """Candles of one or many symbols, indexed once for all queries that use them.

    `polars_rating.tp_sl_stress` makes one of what it is given. Make it yourself to use the same
    candles in several expressions.

    Parameters
    ----------
    candles : DataFrame, or mapping of symbol to DataFrame
        With the columns ``time`` (Datetime of any unit and zone, or Date; ascending, no nulls; of
        equal times each is a candle) and
        ``bid_high``, ``bid_low``, ``ask_high``, ``ask_low`` (any numeric dtype; a price that is
        null or NaN reaches no level). Further columns are ignored. A time without a zone counts
        as UTC. One DataFrame serves every trade, whatever its symbol.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for anything else, ``RATING_MISSING_FIELD``, ``RATING_BAD_DTYPE``
        or ``RATING_BAD_VALUE`` for a column that is missing, has another dtype or does not ascend,
        and for a high below the low.

    Notes
    -----
    Columns of Float64 and times of 64 bits without nulls, in one chunk, are not copied. The index
    takes 1.03 bytes per candle beyond them. They stay in memory as long as this object or an
    expression or plan that holds it. Pickling it, or a plan with it (Polars needs cloudpickle for
    that), writes the candles too.

    Examples
    --------
    >>> prices = {"bid_high": [1.1], "bid_low": [0.9], "ask_high": [1.2], "ask_low": [1.0]}
    >>> frame = pl.DataFrame({"time": ["2024-01-01"], **prices})
    >>> Candles({"EURUSD": frame.with_columns(pl.col("time").str.to_date())})
    Candles(EURUSD: 1)
    """

    def __init__(self, candles: pl.DataFrame | Mapping[str, pl.DataFrame]) -> None:
        named: dict[str | None, Any] = {None: candles} if isinstance(candles, pl.DataFrame) else {}
        if isinstance(candles, Mapping):
            named.update(candles)
        if not named:
            msg = (
                "`candles` must be a Polars DataFrame or a non-empty mapping of symbol to DataFrame"
            )
            raise _bad(msg, candles)
        self.frames = {symbol: _checked(symbol, frame) for symbol, frame in named.items()}
        """Symbol, None for one DataFrame, to its candles."""
        self._key = next(_keys)
        self._registered: Any = None
        by_key[self._key] = self

    def __repr__(self) -> str:
        """Return the symbols and how many candles they have."""
        parts = (f"{s}: {f.height}" if s else str(f.height) for s, f in self.frames.items())
        return f"Candles({', '.join(parts)})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what another process makes it from."""
        return Candles, (self.frames.get(None, self.frames),)

    def expression(self) -> pl.Expr:
        """Return the key of these candles, which holds on to them, for the engine in use."""
        key = pl.lit(0, pl.UInt64)
        return key.map_batches(_Key(self, engine()), pl.UInt64(), is_elementwise=True)

    def key(self, name: str) -> int:
        """Return the key under which an engine finds these candles."""
        if name == "python":
            return self._key
        if self._registered is None:
            from polars_rating import _core

            columns = [(s, [f[name] for name in CANDLE_FIELDS]) for s, f in self.frames.items()]
            self._registered = _core.RegisteredCandles(columns)
        return int(self._registered.key)


class _Key:
    """Writes the key of candles into a column, in whatever process the plan runs."""

    def __init__(self, candles: Candles, name: str) -> None:
        self.candles, self.name = candles, name

    def __call__(self, column: pl.Series, **_: object) -> pl.Series:
        """Return the key for every row."""
        key = self.candles.key(self.name)
        return pl.repeat(key, len(column), dtype=pl.UInt64, eager=True)


def _checked(symbol: object, frame: object) -> pl.DataFrame:
    of = "" if symbol is None else f"[{symbol!r}]"
    if not (symbol is None or isinstance(symbol, str)):
        raise _bad("a symbol of `candles` must be a string", symbol)
    if not isinstance(frame, pl.DataFrame):
        raise _bad(f"`candles{of}` must be a Polars DataFrame", frame)
    for name in CANDLE_FIELDS:
        if name not in frame.columns:
            found = ", ".join(f"`{column}`" for column in frame.columns) or "none"
            msg = f"`candles{of}` must have the column `{name}`, found {found}"
            raise RatingError(msg, code=ErrorCode.RATING_MISSING_FIELD)
        dtype, is_time = frame.schema[name], name == "time"
        good = isinstance(dtype, pl.Datetime | pl.Date) if is_time else dtype.is_numeric()
        if not good:
            wanted = "a Datetime or Date" if is_time else "a number"
            msg = f"`candles{of}.{name}` must be {wanted}, got {dtype}"
            raise RatingError(msg, code=ErrorCode.RATING_BAD_DTYPE)
    time = frame["time"]
    if time.null_count():
        row = time.is_null().arg_max()
        msg = f"`candles{of}.time` must hold no null, got one in row {row}"
        raise RatingError(msg, code=ErrorCode.RATING_BAD_VALUE)
    if not time.is_sorted():
        row = (time < time.shift(1)).arg_max()
        msg = f"`candles{of}.time` must ascend, got an earlier time in row {row} than before it"
        raise RatingError(msg, code=ErrorCode.RATING_BAD_VALUE)
    for side in ("bid", "ask"):
        high, low = frame[f"{side}_high"], frame[f"{side}_low"]
        if (high < low).any():
            row = (high < low).fill_null(value=False).arg_max()
            msg = f"`candles{of}.{side}_high` must be >= `{side}_low`, got less in row {row}"
            raise RatingError(msg, code=ErrorCode.RATING_BAD_VALUE)
    return frame.select(CANDLE_FIELDS)


def _bad(rule: str, got: object) -> RatingError:
    module = type(got).__module__.partition(".")[0]
    of = "" if module == "builtins" else f"{module}."
    msg = f"{rule}, got {of}{type(got).__name__}"
    return RatingError(msg, code=ErrorCode.RATING_BAD_ARGUMENT)
