"""Files in the layouts of LEAN, MetaTrader 5, TradingView and NinjaTrader, of five made-up trades.

They test how a file is read, not what the programs mean by a column.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple


class Trade(NamedTuple):
    """One trade: units > 0 are long; a fee per side."""

    entered: dt.datetime
    left: dt.datetime
    units: int
    bought: float
    sold: float
    fee: float

    @property
    def gross(self) -> float:
        return abs(self.units) * (self.sold - self.bought)

    @property
    def net(self) -> float:
        return round(self.gross - 2 * self.fee, 2)

    @property
    def prices(self) -> tuple[float, float]:
        """Return the prices of entry and exit."""
        return (self.bought, self.sold) if self.units > 0 else (self.sold, self.bought)


def _day(day: int, hour: int = 10) -> dt.datetime:
    return dt.datetime(2024, 1, day, hour)


TRADES = [
    Trade(_day(2), _day(3), 10, 100.0, 110.0, 1.25),
    Trade(_day(3, 12), _day(15), -20, 112.0, 90.0, 2.5),
    Trade(_day(15, 15), _day(16), 500, 91.0, 95.5, 7.0),
    Trade(_day(17), _day(18), -5, 99.25, 101.75, 1.0),
    Trade(_day(22), _day(31), 10, 102.0, 101.0, 1.0),
]


def lean(path: Path, *, pascal: bool = False) -> Path:
    def key(name: str) -> str:
        return name[0].upper() + name[1:] if pascal else name

    trades = [
        {
            key("symbols"): [{"value": "SPY"}],
            key("entryTime"): f"{x.entered.isoformat()}Z",
            key("exitTime"): f"{x.left.isoformat()}Z",
            key("profitLoss"): str(x.gross),
            key("totalFees"): 2 * x.fee,
        }
        for x in TRADES
    ]
    result = {
        key("totalPerformance"): {key("closedTrades"): trades},
        key("algorithmConfiguration"): {key("parameters"): {"fast": "10", "mode": "slow"}},
    }
    path.write_text(json.dumps(result), encoding="utf-8")
    return path


_GENERATIONS: dict[int, tuple[str, Callable[[Trade, int, bool], list[Any]]]] = {
    2021: (
        "Trade #,Type,Signal,Date/Time,Price USD,Contracts,Profit USD,Profit %",
        lambda x, i, out: [
            i,
            f"{'Exit' if out else 'Entry'} {'Long' if x.units > 0 else 'Short'}",
            "x",
            f"{x.left if out else x.entered:%Y-%m-%d %H:%M}",
            x.prices[out],
            abs(x.units),
            x.net if out else "",
            1 if out else "",
        ],
    ),
    2025: (
        "Trade #,Type,Date and time,Signal,Price USD,Position size (qty),Net P&L USD,Net P&L %",
        lambda x, i, out: [
            i,
            f"{'Exit' if out else 'Entry'} {'long' if x.units > 0 else 'short'}",
            f"{x.left if out else x.entered:%Y-%m-%d %H:%M}",
            "x",
            x.prices[out],
            abs(x.units),
            x.net,
            1,
        ],
    ),
}
_GENERATIONS[2026] = (
    "Trade number,Type,Date and time,Signal,Price USD,Size (qty),Net PnL USD,Net PnL %",
    _GENERATIONS[2025][1],
)


def tradingview(path: Path, year: int = 2026, *, bom: bool = True) -> Path:
    """Write a list of trades, the newest first, each with its exit before its entry."""
    head, row = _GENERATIONS[year]
    order = (True, False) if year > 2021 else (False, True)
    lines = [
        ",".join(map(str, row(trade, i, out)))
        for i, trade in reversed(list(enumerate(TRADES, 1)))
        for out in order
    ]
    path.write_text("\n".join([head, *lines, ""]), encoding="utf-8-sig" if bom else "utf-8")
    return path


def ninjatrader(path: Path, language: str = "en") -> Path:
    def money(value: float) -> str:
        text = f"{abs(value):,.2f}"
        if language == "de":
            text = text.translate(str.maketrans(",.", ".,"))
            return f"{'-' if value < 0 else ''}{text} $"
        return f'"(${text})"' if value < 0 else f'"${text}"'

    separator = ";" if language == "de" else ","
    form = "%d.%m.%Y %H:%M:%S" if language == "de" else "%m/%d/%Y %I:%M:%S %p"
    head = (
        "Trade number,Instrument,Account,Strategy,Market pos.,Qty,Entry time,Exit time,Profit,"
        "Commission,Clearing Fee,Bars,"
    )
    lines = [head.replace(",", separator)]
    for i, x in enumerate(TRADES, 1):
        cells = [
            str(i),
            "ES 03-24",
            "Sim101",
            "Cross",
            "Long" if x.units > 0 else "Short",
            str(abs(x.units)),
            x.entered.strftime(form),
            x.left.strftime(form),
            money(x.net),
            money(x.fee),
            money(x.fee),
            "3",
            "",
        ]
        lines.append(separator.join(cells))
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


_DEALS = "Time Deal Symbol Type Direction Volume Price Order Commission Swap Profit Balance Comment"


def metatrader(path: Path, *, turns: bool = False, swap: float = 0.0) -> Path:
    """Write a report; `turns` makes the exit of one trade and the entry of the next one deal."""
    deals: list[list[Any]] = []
    for x in TRADES:
        kinds = ("buy", "sell") if x.units > 0 else ("sell", "buy")
        volume = abs(x.units)
        entered, left = x.prices
        profit = f"{x.gross:,.2f}".replace(",", " ")
        deals.append([x.entered, kinds[0], "in", volume, entered, -x.fee, 0, "0.00"])
        deals.append([x.left, kinds[1], "out", volume, left, -x.fee, swap, profit])
    if turns:  # the exit of the first, long, and the entry of the second, short
        out, into = deals[1], deals[2]
        both = [out[0], "sell", "in/out", out[3] + into[3], out[4], out[5] + into[5], *out[6:]]
        deals[1:3] = [both]
    rows = [["Strategy Tester Report"], ["Expert:", "Cross"], ["Inputs:", "fast=10"], ["", "q=x"]]
    rows += [["Deals"], _DEALS.split()]
    rows.append(
        [_time(_day(1)), "1", "", "balance", "", "", "", "", "0.00", "0.00", "10 000.00", "", ""]
    )
    for i, (time, kind, direction, volume, price, fee, held, profit) in enumerate(deals, 2):
        amounts = [f"{fee:.2f}", f"{held:.2f}", profit]
        rows.append([_time(time), i, "EURUSD", kind, direction, volume, price, i, *amounts, "", ""])
    rows.append(["", "", "", "", "", "", "", "", "-25.50", "0.00", "1.00", "1.00", ""])
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in rows)
    path.write_text(f"<html><body><table>{body}</table></body></html>", encoding="utf-16")
    return path


def _time(time: dt.datetime) -> str:
    return f"{time:%Y.%m.%d %H:%M:%S}"
