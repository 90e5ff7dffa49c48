"""nautilus_trader: the report of positions."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from polars_rating.adapters._frame import filled, long_frame, utc
from polars_rating.adapters._source import bad_source, need, to_polars

_SOURCE: Final = "nautilus_trader"
COLUMNS: Final = (
    "strategy_id",
    "instrument_id",
    "ts_opened",
    "ts_closed",
    "commissions",
    "realized_pnl",
)
"""What is read of the report of positions."""
_MONEY: Final = r"(-?[\d.,_]+(?:[eE][-+]?\d+)?) ([A-Z0-9]+)"
"""``-1234.50 USD``"""


def from_nautilus(positions_report: Any, *, strategy: str | None = None) -> pl.DataFrame:
    """Take the positions of a nautilus_trader backtest.

    Parameters
    ----------
    positions_report : table
        ``engine.trader.generate_positions_report()``, in memory or read from a file.
    strategy : str, optional
        Name of the candidate; by default ``strategy_id``, which a strategy's ``order_id_tag`` makes
        different.

    Returns
    -------
    DataFrame
        One row per position from flat to flat: ``strategy``; ``symbol`` (the instrument);
        ``pnl`` (before commissions) and ``fee`` (commissions of all fills) in the currency of the
        account; ``entry_time``, ``exit_time``, UTC; ``is_open``. An open position has no exit time,
        and no result beyond what its partial exits realized.

    Raises
    ------
    RatingError
        ``RATING_BAD_SOURCE`` for another table, no positions, several currencies or an amount that
        cannot be read.

    Notes
    -----
    ``realized_pnl`` is net of commissions and rounded to the currency's precision, fill by fill.
    With netting, ``position_id`` is not unique: every snapshot of a closed position is a trade.

    Examples
    --------
    >>> import polars as pl
    >>> from polars_rating import adapters
    >>> report = pl.read_parquet("tests/data/adapters/nautilus.parquet")
    >>> trades = adapters.from_nautilus(report)
    >>> trades.group_by("strategy").len().sort("strategy").rows()
    [('EMACross-000', 224), ('EMACross-001', 30)]
    """
    frame = to_polars(_SOURCE, positions_report, COLUMNS)
    need(_SOURCE, frame.columns, COLUMNS)
    paid, realized = pl.col("commissions"), pl.col("realized_pnl").cast(pl.String)
    if isinstance(frame.schema["commissions"], pl.List):
        paid = paid.cast(pl.List(pl.String))
    else:  # of a CSV file: ['13.35 USD']
        paid = paid.cast(pl.String).str.extract_all(_MONEY)
    amounts = frame.select(
        "realized_pnl",
        net=_amount(realized),
        unit=realized.str.extract(_MONEY, 2),
        fee=paid.list.eval(_amount(pl.element())).list.sum(),
        units=paid.list.eval(pl.element().str.extract(_MONEY, 2)),
    )
    if (bad := amounts.filter(pl.col("net").is_null())).height:
        raise bad_source(
            f"{_SOURCE}: `realized_pnl` must hold amounts like '448.45 USD', "
            f"found {bad['realized_pnl'][0]!r}"
        )
    units = {unit for row in amounts["units"].to_list() for unit in row or ()} | set(
        amounts["unit"]
    )
    if len(units) > 1:
        raise bad_source(f"{_SOURCE}: several currencies in one report: {', '.join(sorted(units))}")
    made = long_frame(
        _SOURCE,
        frame,
        strategy=pl.col("strategy_id") if strategy is None else pl.lit(strategy),
        net=pl.lit(amounts["net"]),
        fee=pl.lit(amounts["fee"].fill_null(0.0)),
        symbol=pl.col("instrument_id"),
        entry_time=utc(_SOURCE, frame, "ts_opened", "UTC"),
        exit_time=utc(_SOURCE, frame, "ts_closed", "UTC"),
        is_open=pl.col("ts_closed").is_null(),
    )
    return filled(_SOURCE, made)


def _amount(text: pl.Expr) -> pl.Expr:
    number = text.str.extract(_MONEY, 1).str.replace_all("[,_]", "")
    return number.cast(pl.Float64, strict=False)
