"""backtesting.py: ``stats._trades`` of one run or of many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl

from polars_rating.adapters._frame import concat, literals, long_frame, utc
from polars_rating.adapters._source import bad_source, need, to_polars
from polars_rating.exceptions import bad_argument

_SOURCE: Final = "backtesting.py"
COLUMNS: Final = ("PnL", "Commission", "EntryTime", "ExitTime")
"""What is read of ``stats._trades``."""


def from_backtesting(
    stats: Any, *, strategy: str | Iterable[str] | None = None, time_zone: str = "UTC"
) -> pl.DataFrame:
    """Take the trades of runs of backtesting.py.

    Parameters
    ----------
    stats : Series, table, or iterable of these
        What ``Backtest.run()`` returned, or its ``_trades``; several for several candidates. A
        table may have a column ``strategy``.
    strategy : str or iterable of str, optional
        Name of each candidate; by default that of the strategy's class with its parameters, such
        as ``SmaCross(n1=5,n2=20)``, and ``backtest`` for a table.
    time_zone : str, optional
        Of an index without a time zone.

    Returns
    -------
    DataFrame
        One row per trade: ``strategy``; a column per parameter that was given to ``run()``;
        ``pnl`` (before commission) and ``fee`` (commission of both sides) in account currency;
        ``entry_time`` and ``exit_time``, UTC, unless the index is a range; ``is_open``, False.
        There is no R-multiple: ``SL`` is the last stop, not the first.

    Raises
    ------
    RatingError
        ``RATING_BAD_SOURCE`` for anything else, or no trades; ``RATING_BAD_ARGUMENT`` for two runs
        of one name.

    Notes
    -----
    A position that is open at the end is in no trade, unless the backtest has
    ``finalize_trades=True``. Spread is in the prices, where a cost shock does not see it. With a
    fixed commission per order, partial closes count the entry's commission once per part.

    Examples
    --------
    >>> import datetime as dt
    >>> import polars as pl
    >>> from polars_rating import adapters
    >>> day = [dt.datetime(2024, 1, 2), dt.datetime(2024, 2, 1)]
    >>> trades = pl.DataFrame({"PnL": [9.0, -6.0], "Commission": 1.0, "EntryTime": day,
    ...                        "ExitTime": day})
    >>> adapters.from_backtesting(trades, strategy="a").select("strategy", "pnl", "fee").rows()
    [('a', 10.0, 1.0), ('a', -5.0, 1.0)]
    """
    one = _is_run(stats) or _is_table(stats)
    runs = [stats] if one else list(_each(stats))
    given = [strategy] if isinstance(strategy, str) else strategy
    names = [None] * len(runs) if given is None else list(given)
    if len(names) != len(runs):
        raise bad_argument(f"`strategy` must name each run: {len(runs)} runs, {len(names)} names")
    return concat(
        _SOURCE, [_run(run, name, time_zone) for run, name in zip(runs, names, strict=True)]
    )


def _run(run: Any, name: str | None, time_zone: str) -> pl.DataFrame:
    trades, parameters = run, {}
    if _is_run(run):
        made = run.get("_strategy", "backtest")
        trades, parameters = run["_trades"], dict(getattr(made, "_params", {}))
        name = name or str(made)
    frame = to_polars(_SOURCE, trades, ("strategy", *COLUMNS))
    need(_SOURCE, frame.columns, COLUMNS, " (backtesting.py has it since 0.6)")
    own = name is None and "strategy" in frame.columns
    return long_frame(
        _SOURCE,
        frame,
        strategy=pl.col("strategy") if own else pl.lit(name or "backtest"),
        net=pl.col("PnL"),
        fee=pl.col("Commission"),
        entry_time=utc(_SOURCE, frame, "EntryTime", time_zone),
        exit_time=utc(_SOURCE, frame, "ExitTime", time_zone),
        parameters=literals(parameters),
    )


def _is_run(stats: Any) -> bool:
    """Return whether this is what ``run()`` returned: a Series of statistics."""
    return hasattr(stats, "keys") and not hasattr(stats, "columns") and "_trades" in stats


def _is_table(stats: Any) -> bool:
    return hasattr(stats, "columns") or hasattr(stats, "__arrow_c_stream__")


def _each(stats: Any) -> Iterable[Any]:
    if isinstance(stats, Iterable) and not isinstance(stats, str | bytes | Mapping):
        runs = list(stats)
        if runs and all(_is_run(run) or _is_table(run) for run in runs):
            return runs
    raise bad_source(
        f"{_SOURCE}: expected what Backtest.run() returned, its _trades, or several of these, "
        f"found {type(stats).__name__}"
    )
