"""Proof that an adapter reads what the source says: net profit here against net profit there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from polars_rating.adapters._source import to_polars
from polars_rating.exceptions import bad_argument


def reconcile(
    trades: pl.DataFrame, *, profit: float | Mapping[str, float] | pl.DataFrame
) -> pl.DataFrame:
    """Compare each candidate's net profit with what the source says.

    Parameters
    ----------
    trades : DataFrame
        What an adapter returned: ``strategy``, ``pnl``, ``fee`` if known, ``is_open``.
    profit : float, mapping or DataFrame
        Net profit by the source, account currency: final equity less what it started with. By
        strategy, as a mapping or as a frame of the columns ``strategy`` and ``profit``; a number
        where there is one strategy.

    Returns
    -------
    DataFrame
        One row per strategy of either side, by name: ``strategy``; ``trades`` and ``open_trades``,
        counts; ``net``, Σ ``pnl`` - ``fee``; ``profit``; ``difference``, ``net`` - ``profit``, null
        where one side lacks the strategy. A difference that is no rounding is mostly a position
        that was open when the data ended.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for a `profit` that cannot be used.

    Examples
    --------
    >>> import polars as pl
    >>> from polars_rating import adapters
    >>> trades = pl.DataFrame({"strategy": "a", "pnl": [5.0, -2.0], "fee": 0.5, "is_open": False})
    >>> adapters.reconcile(trades, profit={"a": 2.0})
    shape: (1, 6)
    ┌──────────┬────────┬─────────────┬─────┬────────┬────────────┐
    │ strategy ┆ trades ┆ open_trades ┆ net ┆ profit ┆ difference │
    │ ---      ┆ ---    ┆ ---         ┆ --- ┆ ---    ┆ ---        │
    │ str      ┆ u32    ┆ u32         ┆ f64 ┆ f64    ┆ f64        │
    ╞══════════╪════════╪═════════════╪═════╪════════╪════════════╡
    │ a        ┆ 2      ┆ 0           ┆ 2.0 ┆ 2.0    ┆ 0.0        │
    └──────────┴────────┴─────────────┴─────┴────────┴────────────┘
    """
    net = pl.col("pnl") - pl.col("fee") if "fee" in trades.columns else pl.col("pnl")
    here = trades.group_by("strategy").agg(
        pl.len().cast(pl.UInt32).alias("trades"),
        pl.col("is_open").sum().cast(pl.UInt32).alias("open_trades"),
        net.sum().alias("net"),
    )
    return (
        here.join(_there(here, profit), on="strategy", how="full", coalesce=True)
        .with_columns(difference=pl.col("net") - pl.col("profit"))
        .sort("strategy")
    )


def _there(here: pl.DataFrame, profit: Any) -> pl.DataFrame:
    if isinstance(profit, Mapping):
        rows = {"strategy": list(profit), "profit": list(profit.values())}
        there = pl.DataFrame(rows, strict=False)
    elif isinstance(profit, int | float):
        if here.height != 1:
            names = f"{here.height} strategies"
            raise bad_argument(f"`profit` must say whose profit it is: the trades have {names}")
        there = here.select("strategy", profit=pl.lit(float(profit)))
    else:
        there = to_polars("`profit`", profit)
        if not {"strategy", "profit"} <= set(there.columns):
            raise bad_argument(
                f"`profit` must have the columns strategy and profit, got {there.columns}"
            )
    try:
        there = there.select(pl.col("strategy").cast(pl.String), pl.col("profit").cast(pl.Float64))
    except pl.exceptions.PolarsError:
        raise bad_argument("`profit` must hold a number for each strategy") from None
    if there["strategy"].is_duplicated().any():
        raise bad_argument("`profit` must name each strategy once")
    return there
