"""Real trades shipped with the package: crossover candidates on the S&P 500, 1999 to 2018.

Where they come from, their licence and how they are rebuilt: ``README.md`` in this folder.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

import polars as pl

__all__ = ["grid", "load_trades", "trades_path"]

_NAMES: Final = r"^sma_(?<fast>\d+)_(?<slow>\d+)_(?<rules>.+)$"


def trades_path() -> Path:
    """Return the path of the shipped Parquet file of trades.

    Returns
    -------
    pathlib.Path
        The file ``sp500_trades.parquet``, for ``pl.scan_parquet``.

    Examples
    --------
    >>> trades_path().name
    'sp500_trades.parquet'
    """
    return Path(str(files(__name__) / "sp500_trades.parquet"))


def load_trades() -> pl.DataFrame:
    """Read the shipped trades, one row per trade, ordered by strategy and entry.

    Returns
    -------
    pl.DataFrame
        ``strategy`` (String), ``pnl`` (Float64, US dollars, before fees), ``fee`` (Float64, US
        dollars, >= 0), ``r`` (Float64, R-multiple before fees), ``entry`` and ``exit`` (Date);
        no nulls.

    Examples
    --------
    >>> trades = load_trades()
    >>> trades.height, trades["strategy"].n_unique()
    (21740, 352)
    >>> trades.filter(strategy="sma_010_050_long").head(3)
    shape: (3, 6)
    ┌──────────────────┬─────────┬───────┬─────────┬────────────┬────────────┐
    │ strategy         ┆ pnl     ┆ fee   ┆ r       ┆ entry      ┆ exit       │
    │ ---              ┆ ---     ┆ ---   ┆ ---     ┆ ---        ┆ ---        │
    │ str              ┆ f64     ┆ f64   ┆ f64     ┆ date       ┆ date       │
    ╞══════════════════╪═════════╪═══════╪═════════╪════════════╪════════════╡
    │ sma_010_050_long ┆ -434.85 ┆ 9.78  ┆ -1.0    ┆ 2000-03-22 ┆ 2000-04-04 │
    │ sma_010_050_long ┆ -437.26 ┆ 9.78  ┆ -0.8339 ┆ 2000-05-02 ┆ 2000-05-10 │
    │ sma_010_050_long ┆ 45.37   ┆ 10.02 ┆ 0.1208  ┆ 2000-06-12 ┆ 2000-08-03 │
    └──────────────────┴─────────┴───────┴─────────┴────────────┴────────────┘
    """
    return pl.read_parquet(trades_path())


def grid() -> pl.Expr:
    """Return the parameters that the names of the shipped candidates hold.

    Returns
    -------
    pl.Expr
        Struct ``grid`` of ``fast`` and ``slow`` (Int64, days of the averages) and ``rules``
        (String, sides and stop), from the column ``strategy``.

    Examples
    --------
    >>> import polars as pl
    >>> pl.DataFrame({"strategy": ["sma_008_250_long_trail"]}).select(grid().struct.unnest())
    shape: (1, 3)
    ┌──────┬──────┬────────────┐
    │ fast ┆ slow ┆ rules      │
    │ ---  ┆ ---  ┆ ---        │
    │ i64  ┆ i64  ┆ str        │
    ╞══════╪══════╪════════════╡
    │ 8    ┆ 250  ┆ long_trail │
    └──────┴──────┴────────────┘
    """
    names = pl.col("strategy").str.extract_groups(_NAMES)
    return pl.struct(
        *(names.struct.field(name).cast(pl.Int64) for name in ("fast", "slow")),
        names.struct.field("rules"),
    ).alias("grid")
