"""MetaTrader 5: the report of the strategy tester, HTML. Experimental."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import polars as pl

from polars_rating.adapters import _pairing
from polars_rating.adapters._frame import filled, literals, local_to_utc, long_frame, number_of
from polars_rating.adapters._source import bad_source, need, read_text
from polars_rating.adapters._text import checked

_NEEDED: Final = (
    "Time",
    "Deal",
    "Symbol",
    "Type",
    "Direction",
    "Volume",
    "Price",
    "Commission",
    "Swap",
    "Profit",
)
_DIRECTIONS: Final = ("in", "out", "in/out", "out by")
_SIDES: Final = ("buy", "sell")
_TIME: Final = "%Y.%m.%d %H:%M:%S"


def read_metatrader(
    path: str | Path, *, time_zone: str, strategy: str | None = None
) -> pl.DataFrame:
    """Read a report that was saved from MetaTrader 5's strategy tester. Experimental.

    Parameters
    ----------
    path : str or Path
        The report, HTML in English.
    time_zone : str
        Time zone of the broker's server, such as ``"Europe/Athens"``: the file does not say it.
    strategy : str, optional
        Name of the candidate; by default that of the expert, else the file's name.

    Returns
    -------
    DataFrame
        One row per deal that closes: ``strategy``; a column per input of the expert; ``symbol``;
        ``pnl`` (profit and swap) and ``fee`` (commission of the deal and its share of the entries')
        in deposit currency; ``entry_time`` (of the first unit), ``exit_time``, UTC; ``is_open``. A
        position that is open at the end has no exit time and no result.

    Raises
    ------
    RatingError
        ``RATING_BAD_SOURCE`` for another file, another language, or deals whose direction does not
        fit: a hedging account needs the column ``Position``.

    Notes
    -----
    Profits are the report's own: they cannot be had from prices without the contract's size.
    Entries are found first in, first out.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from polars_rating import adapters
    >>> head = "Time,Deal,Symbol,Type,Direction,Volume,Price,Commission,Swap,Profit"
    >>> bought = "2024.01.02 10:00:00,2,EURUSD,buy,in,1.00,1.1,-3.00,0.00,0.00"
    >>> sold = "2024.01.03 10:00:00,3,EURUSD,sell,out,1.00,1.2,-3.00,-1.00,1 000.00"
    >>> rows = ["<tr><td>" + x.replace(",", "<td>") for x in ("Deals", head, bought, sold)]
    >>> path = pathlib.Path(tempfile.mkdtemp(), "report.html")
    >>> _ = path.write_text("<table>" + "".join(rows) + "</table>", encoding="utf-16")
    >>> adapters.read_metatrader(path, time_zone="Europe/Athens").select("pnl", "fee").rows()
    [(999.0, 6.0)]
    """
    rows = _rows(path)
    parts, trades = _paired(path, _deals(path, rows))
    name, inputs = _head(rows)
    ended = pl.col("exit")
    result = pl.lit(parts["result"]).gather(ended)
    made = long_frame(
        str(path),
        trades,
        strategy=pl.lit(strategy or name or Path(path).stem),
        pnl=pl.when(ended.is_null()).then(0.0).otherwise(result),
        fee=pl.col("fee"),
        symbol=pl.col("symbol"),
        entry_time=local_to_utc(str(path), pl.col("entry_time"), time_zone),
        exit_time=local_to_utc(str(path), pl.col("exit_time"), time_zone),
        is_open=pl.col("is_open"),
        parameters=literals(inputs),
    )
    return filled(str(path), made)


def _paired(path: str | Path, deals: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the parts of the deals, and the trades that they make up."""
    apart = ["Symbol", "Position"] if "Position" in deals.columns else ["Symbol"]
    sold = pl.col("Type") == "sell"
    costs = [name for name in ("Commission", "Fee") if name in deals.columns]
    fills = (
        deals.select(
            group=pl.struct(apart).rank("dense"),
            symbol="Symbol",
            direction="Direction",
            deal="Deal",
            time="Time",
            quantity=pl.when(sold).then(-pl.col("Volume")).otherwise("Volume"),
            price="Price",
            fee=-pl.sum_horizontal(costs),
            multiplier=pl.lit(1.0),
            result=pl.col("Profit") + pl.col("Swap"),
        )
        .sort("group", "time", maintain_order=True)
        .with_row_index("row")
    )
    parts = _pairing.positions(fills)
    wrong = parts.filter(
        pl.when("enters")
        .then(~pl.col("direction").is_in(["in", "in/out"]))
        .otherwise(pl.col("direction") == "in")
    )
    if wrong.height:
        deal, direction = wrong.select("deal", "direction").row(0)
        raise bad_source(
            f"{path}: deal {deal} is {direction!r}, which does not fit the position before it: "
            "a hedging account needs the column 'Position'"
        )
    trades = _pairing.results(parts, _pairing.fifo(parts), "exit", None)
    symbols = fills.select("group", "symbol").unique("group")
    return parts, trades.join(symbols, on="group", maintain_order="left")


class _Cells(HTMLParser):
    """Collects the text of the cells of all tables, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tables = 0
        self._in_cell = False

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        self.tables += tag == "table"
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self._in_cell = True
            if not self.rows:
                self.rows.append([])
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.tables -= tag == "table"
        if tag in ("td", "th", "tr", "table"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] = f"{self.rows[-1][-1]}{data}".strip()


def _rows(path: str | Path) -> list[list[str]]:
    parser = _Cells()
    parser.feed(read_text(path))
    parser.close()
    if parser.tables > 0:
        raise bad_source(f"{path}: a table has no end: is the file cut off?")
    return parser.rows


def _deals(path: str | Path, rows: list[list[str]]) -> pl.DataFrame:
    """Return the deals that trade, with numbers and naive times."""
    titles = [i for i, row in enumerate(rows) if row == ["Deals"]]
    if not titles or len(rows) < titles[0] + 2:
        raise bad_source(
            f"{path}: is no report of MetaTrader 5 in English: there is no table 'Deals' in it"
        )
    header, *body = rows[titles[0] + 1 :]
    need(str(path), header, _NEEDED)
    there = [row for row in body if len(row) == len(header)]
    frame = pl.DataFrame(there, schema=dict.fromkeys(header, pl.String), orient="row")
    frame = frame.filter(pl.col("Type").is_in(_SIDES))
    if frame.is_empty():
        raise bad_source(f"{path}: holds no trades (0 deals of type buy or sell)")
    if (bad := frame.filter(~pl.col("Direction").is_in(_DIRECTIONS))).height:
        raise bad_source(
            f"{path}: column 'Direction' must be one of {', '.join(_DIRECTIONS)}, "
            f"found {bad['Direction'][0]!r}"
        )
    fees = ["Fee"] if "Fee" in header else []
    frame = checked(path, frame, ["Volume", "Price", "Commission", "Swap", "Profit", *fees], ".")
    try:
        return frame.with_columns(pl.col("Time").str.to_datetime(_TIME, time_unit="us"))
    except pl.exceptions.PolarsError:
        raise bad_source(f"{path}: times must be like 2026.01.31 10:00:00") from None


def _head(rows: list[list[str]]) -> tuple[str, dict[str, object]]:
    """Return the expert's name and inputs, as far as the head of the report has them."""
    expert, title, inputs = "", "", {}
    for row in rows:
        if row == ["Deals"]:
            break
        cells = [cell for cell in row if cell]
        title = row[0] if row and row[0] else title
        if title == "Expert:" and not expert:
            expert = cells[-1] if len(cells) > 1 else ""
        if title == "Inputs:" and cells and "=" in cells[-1]:
            name, _, value = cells[-1].partition("=")
            inputs[name.strip()] = number_of(value.strip())
    return expert, inputs
