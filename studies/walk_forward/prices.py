"""Daily closes of 23 markets, as packages under permissive licences ship them.

- skfolio (BSD 3-Clause): 20 US stocks and the S&P 500 index, 1990 to 2022, adjusted closes.
- arch (NCSA): Nasdaq Composite, 1999 to 2018; crude oil WTI, spot, 1986 to 2019.

The stocks are names that were still large in 2022: their level of profit is too good to be true.
What is compared here are rules on the same stock, which is less touched by that.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Prices:
    """One market: days without gaps in the data, oldest first."""

    name: str
    days: npt.NDArray[np.datetime64]
    close: Floats


def load() -> list[Prices]:
    """Return all markets, by name."""
    found = [*_skfolio(), *_arch()]
    return sorted(found, key=lambda prices: prices.name)


def halves(names: list[str]) -> tuple[list[str], list[str]]:
    """Return the assets to choose on and those to report on: every other one by name."""
    ordered = sorted(names)
    return ordered[::2], ordered[1::2]


def _skfolio() -> list[Prices]:
    spec = find_spec("skfolio")  # its data without its solvers
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the study needs skfolio: pip install --group study")
    folder = Path(spec.origin).parent / "datasets" / "data"
    markets = []
    for file in ("sp500_dataset.csv.gz", "sp500_index.csv.gz"):
        table = pl.read_csv(folder / file, try_parse_dates=True).sort("Date")
        markets += [_prices(name, table["Date"], table[name]) for name in table.columns[1:]]
    return markets


def _arch() -> list[Prices]:
    from arch.data import nasdaq, wti

    frames: list[tuple[str, Any]] = [
        ("NASDAQ", nasdaq.load()["Adj Close"]),
        ("WTI", wti.load()["DCOILWTICO"]),
    ]
    return [
        _prices(
            name, pl.Series(s.index.to_numpy().astype("datetime64[D]")), pl.Series(s.to_numpy())
        )
        for name, s in frames
    ]


def _prices(name: str, days: pl.Series, close: pl.Series) -> Prices:
    table = pl.DataFrame({"day": days.cast(pl.Date), "close": close.cast(pl.Float64)})
    table = table.with_columns(pl.col("close").fill_nan(None)).drop_nulls()
    return Prices(name, table["day"].to_numpy(), table["close"].to_numpy())
