"""The long frame that every adapter returns: one row per trade."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from polars_rating.adapters._source import bad_source
from polars_rating.exceptions import bad_argument, one_line

TIME: Final = pl.Datetime("us", "UTC")
_OFFSET: Final = r"\d\d:?\d\d.*([+-]\d\d:?\d\d|Z)$"
"""A time of day with an offset from UTC."""
CANONICAL: Final = (
    "strategy",
    "symbol",
    "pnl",
    "fee",
    "r_multiple",
    "entry_time",
    "exit_time",
    "is_open",
)


def long_frame(
    source: str,
    frame: pl.DataFrame,
    *,
    strategy: pl.Expr,
    pnl: pl.Expr | None = None,
    net: pl.Expr | None = None,
    fee: pl.Expr | None = None,
    risk: pl.Expr | None = None,
    r_multiple: pl.Expr | None = None,
    symbol: pl.Expr | None = None,
    entry_time: pl.Expr | None = None,
    exit_time: pl.Expr | None = None,
    is_open: pl.Expr | None = None,
    parameters: Mapping[str, pl.Expr] | None = None,
) -> pl.DataFrame:
    """Return the long frame of a source's own table of trades.

    Parameters
    ----------
    source : str
        What errors call the source.
    frame : DataFrame
        Its table, one row per trade.
    strategy : Expr
        The candidate's name.
    pnl, net : Expr
        Profit before fees, or after fees; one of them.
    fee : Expr, optional
        Fees of both sides. A rebate (a fee below 0) becomes part of the pnl.
    risk, r_multiple : Expr, optional
        Initial risk in account currency, or the R-multiple itself. The column is left out unless
        it is known of every trade.
    symbol, entry_time, exit_time : Expr, optional
        Left out of the result where they are not given.
    is_open : Expr, optional
        Whether the position was still open when the data ended; by default False.
    parameters : mapping of str to Expr, optional
        The candidate's parameters by name.
    """
    paid = pl.lit(0.0) if fee is None else fee.cast(pl.Float64)
    before = pnl if net is None else net.cast(pl.Float64) + paid
    if before is None:
        raise TypeError("either pnl or net must be given")
    number = before.cast(pl.Float64)
    columns = {
        "strategy": strategy.cast(pl.String),
        **_parameters(parameters or {}),
        "symbol": symbol if symbol is None else symbol.cast(pl.String),
        "pnl": number if fee is None else number - paid.clip(upper_bound=0),
        "fee": fee if fee is None else paid.clip(lower_bound=0),
        "r_multiple": r_multiple if risk is None else number / pl.when(risk > 0).then(risk),
        "entry_time": entry_time,
        "exit_time": exit_time,
        "is_open": pl.lit(value=False) if is_open is None else is_open,
    }
    try:
        made = frame.select(**{name: x for name, x in columns.items() if x is not None})
    except pl.exceptions.PolarsError as error:
        raise bad_source(f"{source}: {one_line(error)}") from None
    for name in ("strategy", "pnl", "fee", "is_open"):
        if name in made.columns and not _complete(made[name]):
            row = _first_bad(made[name])
            raise bad_source(f"{source}: the {name} of trade {row + 1} is missing or no number")
    return _without_gaps(made)


def concat(source: str, frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the long frames of several candidates of one source as one.

    Candidates of the same name, and no trades at all, are errors. A candidate that never traded is
    left out. A parameter that only some candidates have is null for the others.
    """
    names = Counter(name for frame in frames for name in frame["strategy"].unique())
    for name in sorted(name for name, count in names.items() if count > 1):
        raise bad_argument(
            f"{source}: several candidates are called {name!r}: name them with `strategy`"
        )
    traded = [frame for frame in frames if not frame.is_empty()]
    return filled(source, pl.concat(traded or frames, how="diagonal_relaxed"))


def filled(source: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a long frame that has trades, with its columns in their order."""
    if frame.is_empty():
        raise bad_source(f"{source}: holds no trades (0 rows)")
    parameters = [name for name in frame.columns if name not in CANONICAL]
    order = [CANONICAL[0], *parameters, *CANONICAL[1:]]
    return _without_gaps(frame.select(name for name in order if name in frame.columns))


def _without_gaps(frame: pl.DataFrame) -> pl.DataFrame:
    """Leave out R-multiples that are not known of every trade: a null would count as no risk."""
    if "r_multiple" in frame.columns and not _complete(frame["r_multiple"]):
        return frame.drop("r_multiple")
    return frame


def literals(parameters: Mapping[str, Any]) -> dict[str, pl.Expr]:
    """Return values as literals; what is no number or text is its text."""
    return {str(name): _literal(value) for name, value in parameters.items()}


def _literal(value: Any) -> pl.Expr:
    plain = value.item() if hasattr(value, "item") else value  # NumPy's numbers
    if isinstance(plain, bool | float):
        return pl.lit(plain)
    if isinstance(plain, int) and -(2**63) <= plain < 2**63:
        return pl.lit(plain, pl.Int64)
    return pl.lit(str(plain))


def utc(source: str, frame: pl.DataFrame, column: str, time_zone: str | None) -> pl.Expr | None:
    """Return a column of times as UTC; None for one without times, such as a numbered index.

    A time without a zone is one of `time_zone`. Text, as in CSV, must be in ISO format.
    """
    dtype = frame.schema[column]
    time = pl.col(column)
    if dtype == pl.String:
        first = frame[column].drop_nulls().head(1)
        zone = "UTC" if first.str.contains(_OFFSET).any() else None
        time = time.str.to_datetime(time_unit="us", time_zone=zone)
        try:
            frame.select(time)
        except pl.exceptions.PolarsError:
            found = first.to_list()[0] if first.len() else None
            raise bad_source(
                f"{source}: column {column!r} must hold times in ISO format, found {found!r}"
            ) from None
        dtype = pl.Datetime("us", zone)
    if dtype == pl.Null or frame.is_empty():  # without rows pandas has any dtype
        return pl.lit(None, TIME)
    if dtype == pl.Date:
        time, dtype = time.cast(pl.Datetime("us")), pl.Datetime("us")
    if not isinstance(dtype, pl.Datetime):
        if dtype.is_integer():
            return None
        raise bad_source(f"{source}: column {column!r} must hold times, found {dtype}")
    if dtype.time_zone is None:
        return local_to_utc(source, time, time_zone or "UTC")
    return time.cast(pl.Datetime("us", dtype.time_zone)).dt.convert_time_zone("UTC")


def local_to_utc(source: str, time: pl.Expr, time_zone: str) -> pl.Expr:
    """Return naive times of a time zone as UTC; the first of two where clocks were set back."""
    try:
        pl.select(pl.lit(0).cast(pl.Datetime("us")).dt.replace_time_zone(time_zone or "none"))
    except (pl.exceptions.PolarsError, TypeError):
        raise bad_argument(
            f"{source}: `time_zone` must be a name such as Europe/Berlin, got {time_zone!r}"
        ) from None
    naive = time.cast(pl.Datetime("us"))
    zoned = naive.dt.replace_time_zone(time_zone, ambiguous="earliest")
    return zoned.dt.convert_time_zone("UTC")


def label(name: str, parameters: Mapping[str, Any]) -> str:
    """Return a candidate's name with its parameters.

    >>> label("SmaCross", {"fast": 5, "slow": 20}), label("SmaCross", {})
    ('SmaCross(fast=5,slow=20)', 'SmaCross')
    """
    inside = ",".join(f"{key}={value}" for key, value in parameters.items())
    return f"{name}({inside})" if inside else name


def _parameters(parameters: Mapping[str, pl.Expr]) -> dict[str, pl.Expr]:
    """Keep parameters apart from the columns of the long frame."""
    return {
        f"parameter_{name}" if name in CANONICAL else name: value
        for name, value in parameters.items()
    }


def _complete(values: pl.Series) -> bool:
    finite = not values.dtype.is_float() or values.is_finite().all()
    return values.null_count() == 0 and bool(finite)


def _first_bad(values: pl.Series) -> int:
    good = values.is_finite() if values.dtype.is_float() else values.is_not_null()
    return int((~good.fill_null(value=False)).arg_true()[0])


def number_of(value: Any) -> Any:
    """Return the number that a text is, else the text.

    >>> number_of("10"), number_of("0.5"), number_of("SPY"), number_of("nan")
    (10, 0.5, 'SPY', 'nan')
    """
    for kind in (int, float):
        try:
            number = kind(value)
        except (TypeError, ValueError):
            continue
        return number if math.isfinite(number) else value
    return value
