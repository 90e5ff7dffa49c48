"""Records that a program of yours collects, trade by trade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl

from polars_rating.adapters._frame import CANONICAL, filled, long_frame, utc
from polars_rating.adapters._source import bad_source, need, to_polars

_SOURCE: Final = "records"


def from_records(
    records: Any,
    *,
    strategy: str = "records",
    net: bool = False,
    time_zone: str = "UTC",
) -> pl.DataFrame:
    """Take trades that were collected one by one, as by an analyser of backtrader.

    Parameters
    ----------
    records : iterable of mapping, or table
        One per trade. ``pnl`` must be there; ``strategy``, ``symbol``, ``fee``, ``r_multiple``,
        ``entry_time``, ``exit_time`` (datetimes) and ``is_open`` may. Everything else is a
        parameter of the candidate.
    strategy : str, optional
        Name of the candidate, where the records have none.
    net : bool, optional
        Whether ``pnl`` is after fees.
    time_zone : str, optional
        Of times without a time zone.

    Returns
    -------
    DataFrame
        One row per trade: ``strategy``, the parameters, then those of the columns above that the
        records have, times in UTC, and ``is_open``.

    Raises
    ------
    RatingError
        ``RATING_BAD_SOURCE`` for records that cannot be read, none at all, or without a ``pnl``.

    Examples
    --------
    >>> from polars_rating import adapters
    >>> adapters.from_records([
    ...     {"strategy": "a", "fast": 5, "pnl": 4.0, "fee": 1.0},
    ...     {"strategy": "a", "fast": 5, "pnl": -2.0, "fee": 1.0},
    ... ])
    shape: (2, 5)
    ┌──────────┬──────┬──────┬─────┬─────────┐
    │ strategy ┆ fast ┆ pnl  ┆ fee ┆ is_open │
    │ ---      ┆ ---  ┆ ---  ┆ --- ┆ ---     │
    │ str      ┆ i64  ┆ f64  ┆ f64 ┆ bool    │
    ╞══════════╪══════╪══════╪═════╪═════════╡
    │ a        ┆ 5    ┆ 4.0  ┆ 1.0 ┆ false   │
    │ a        ┆ 5    ┆ -2.0 ┆ 1.0 ┆ false   │
    └──────────┴──────┴──────┴─────┴─────────┘
    """
    frame = _frame(records)
    need(_SOURCE, frame.columns, ("pnl",))
    there = {name: pl.col(name) for name in frame.columns}
    profit = {"net" if net else "pnl": there["pnl"]}
    times = {
        name: utc(_SOURCE, frame, name, time_zone)
        for name in ("entry_time", "exit_time")
        if name in there
    }
    others = {
        name: there[name] for name in ("symbol", "fee", "r_multiple", "is_open") if name in there
    }
    made = long_frame(
        _SOURCE,
        frame,
        strategy=there.get("strategy", pl.lit(strategy)),
        parameters={name: there[name] for name in frame.columns if name not in CANONICAL},
        **profit,
        **others,
        **times,
    )
    return filled(_SOURCE, made)


def _frame(records: Any) -> pl.DataFrame:
    if hasattr(records, "columns") or hasattr(records, "__arrow_c_stream__"):
        return to_polars(_SOURCE, records)
    rows = list(records) if isinstance(records, Iterable) else None
    if rows is None or not all(isinstance(row, Mapping) for row in rows):
        raise bad_source(
            f"{_SOURCE}: expected mappings, one per trade, or a table, "
            f"found {type(records).__name__}"
        )
    if not rows:
        raise bad_source(f"{_SOURCE}: holds no trades (0 rows)")
    try:
        # The first rows do not tell which types and keys come later.
        return pl.DataFrame(rows, infer_schema_length=None)
    except (pl.exceptions.PolarsError, TypeError) as error:
        raise bad_source(f"{_SOURCE}: cannot be read as a table: {error}") from None
