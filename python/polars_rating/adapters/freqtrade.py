"""freqtrade: results of ``backtesting`` (zip, json) and of ``hyperopt`` (fthypt)."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from polars_rating.adapters._frame import TIME, filled, long_frame
from polars_rating.adapters._source import bad_source, read_bytes, read_json
from polars_rating.exceptions import bad_argument

_NO_STOP: Final = -0.99
"""freqtrade's way to say that a strategy has no stop."""
_FORCED: Final = "force_exit"
"""Why a backtest left a trade that was open when the data ended."""
_NEEDED: Final = (
    "pair",
    "profit_abs",
    "amount",
    "open_rate",
    "close_rate",
    "fee_open",
    "fee_close",
    "open_timestamp",
    "close_timestamp",
)
_SCHEMA: Final = {
    "strategy": pl.String,
    "symbol": pl.String,
    "net": pl.Float64,
    "fee": pl.Float64,
    "risk": pl.Float64,
    "entry": pl.Int64,
    "exit": pl.Int64,
    "is_open": pl.Boolean,
}


def read_freqtrade(
    path: str | Path, *, strategy: str | Sequence[str] | None = None
) -> pl.DataFrame:
    """Read the trades of a freqtrade backtest or of every epoch of a hyperopt.

    Parameters
    ----------
    path : str or Path
        ``backtest-result-*.zip`` or ``.json``, with one strategy or several, or
        ``strategy_*.fthypt``.
    strategy : str or sequence of str, optional
        The strategies to read; by default all.

    Returns
    -------
    DataFrame
        One row per trade: ``strategy`` (the class, in a hyperopt followed by its epoch, such as
        ``Sma epoch 7``); in a hyperopt ``epoch`` and a column per parameter; ``symbol`` (the
        pair); ``pnl`` (before fees, with funding) and ``fee`` (both sides of every order) in
        stake currency; ``r_multiple`` (``pnl`` over the loss at the initial stop) if every trade
        has a stop and a single entry; ``entry_time``, ``exit_time``, UTC; ``is_open``, true of
        trades that freqtrade closed because the data ended.

    Raises
    ------
    RatingError
        ``RATING_BAD_SOURCE`` for a file that is not one of these, is cut off, holds no trades or
        several stake currencies; ``RATING_BAD_ARGUMENT`` for a strategy that is not in it.

    Notes
    -----
    freqtrade's ``profit_abs`` is net of both fees and of funding. The fees are rebuilt from the
    orders, and from the amount of the trade in results too old to have them.

    Examples
    --------
    >>> from polars_rating import adapters
    >>> trades = adapters.read_freqtrade("tests/data/adapters/freqtrade.zip")
    >>> trades.group_by("strategy").len().sort("strategy").rows()
    [('SmaA', 47), ('SmaB', 36)]
    """
    wanted = [strategy] if isinstance(strategy, str) else strategy
    data = read_bytes(path)
    runs = list(_runs(path, data))
    if wanted is not None:
        runs = _chosen(path, runs, wanted)
    currencies = sorted({str(result.get("stake_currency")) for _, _, result in runs})
    if len(currencies) > 1:
        raise bad_source(f"{path}: holds several stake currencies: {', '.join(currencies)}")
    parameters = dict.fromkeys(key for _, found, _ in runs for key in found)
    rows: list[tuple[Any, ...]] = []
    repeats: list[int] = []
    for name, _, result in runs:
        trades = result.get("trades")
        if not isinstance(trades, list):
            raise bad_source(f"{path}: the result of {name!r} has no list of trades")
        stop = _number(result.get("stoploss"), 0.0)
        rows += (_row(path, name, trade, stop) for trade in trades)
        repeats.append(len(trades))
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    taken = pl.Series([i for i, n in enumerate(repeats) for _ in range(n)], dtype=pl.UInt32)
    values = {
        key: pl.Series(key, [found.get(key) for _, found, _ in runs], strict=False).gather(taken)
        for key in parameters
    }
    made = long_frame(
        str(path),
        frame,
        strategy=pl.col("strategy"),
        net=pl.col("net"),
        fee=pl.col("fee"),
        risk=pl.col("risk"),
        symbol=pl.col("symbol"),
        entry_time=pl.from_epoch("entry", "ms").dt.replace_time_zone("UTC").cast(TIME),
        exit_time=pl.from_epoch("exit", "ms").dt.replace_time_zone("UTC").cast(TIME),
        is_open=pl.col("is_open"),
        parameters={key: pl.lit(series) for key, series in values.items()},
    )
    return filled(str(path), made)


_Run = tuple[str, dict[str, Any], Mapping[str, Any]]
"""Name of the candidate, its parameters, freqtrade's result."""


def _runs(path: str | Path, data: bytes) -> Iterator[_Run]:
    if data[:2] == b"PK":
        data = _unzipped(path, data)
    elif b"results_metrics" in data.split(b"\n", 1)[0]:
        yield from _epochs(path, data)
        return
    found = read_json(path, data)
    results = found.get("strategy")
    if not isinstance(results, dict):
        raise bad_source(
            f"{path}: is no backtest result of freqtrade: there is no object 'strategy' in it"
        )
    for name, result in results.items():
        yield name, {}, result


def _epochs(path: str | Path, data: bytes) -> Iterator[_Run]:
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        try:
            epoch = json.loads(line)
            result = epoch["results_metrics"]
            count = int(epoch.get("current_epoch", number))
            parameters = {"epoch": count, **epoch.get("params_dict", {})}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise bad_source(f"{path}: line {number} is no complete epoch of a hyperopt") from None
        name = result.get("strategy_name") or Path(path).stem
        yield f"{name} epoch {count}", parameters, result


def _is_result(name: str) -> bool:
    return name.endswith(".json") and not name.endswith(("_config.json", ".meta.json"))


def _unzipped(path: str | Path, data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # freqtrade puts parameter files of the strategies beside the result.
            names = sorted(filter(_is_result, archive.namelist()), key=len)
            for name in names:
                content = archive.read(name)
                if b'"strategy"' in content:
                    return content
    except (zipfile.BadZipFile, OSError, EOFError, ValueError) as error:
        raise bad_source(f"{path}: is no complete zip file: {error}") from None
    raise bad_source(f"{path}: there is no backtest result of freqtrade (.json) in the zip file")


def _chosen(path: str | Path, runs: list[_Run], wanted: Sequence[str]) -> list[_Run]:
    def base(name: str) -> str:
        return name.partition(" epoch ")[0]

    known = sorted({base(name) for name, _, _ in runs} | {name for name, _, _ in runs})
    for name in wanted:
        if name not in known:
            raise bad_argument(f"`strategy` must be one of {', '.join(known[:12])}, got {name!r}")
    return [run for run in runs if run[0] in wanted or base(run[0]) in wanted]


def _row(path: str | Path, name: str, trade: Mapping[str, Any], stop: float) -> tuple[Any, ...]:
    try:
        pair, net, amount, entry, exit_, fee_open, fee_close, opened, closed = (
            trade[field] for field in _NEEDED
        )
        fee = _fee(trade, amount * entry, amount * exit_, fee_open, fee_close)
        lost = abs(entry - trade["initial_stop_loss_abs"]) * amount if _one_stop(trade, stop) else 0
        is_open = bool(trade.get("is_open")) or trade.get("exit_reason") == _FORCED
        return name, pair, net, fee, lost, opened, closed, is_open
    except KeyError as error:
        raise bad_source(f"{path}: a trade of {name!r} has no field {error}") from None
    except TypeError as error:
        raise bad_source(f"{path}: a trade of {name!r} cannot be read: {error}") from None


def _fee(
    trade: Mapping[str, Any], bought: float, sold: float, fee_open: float, fee_close: float
) -> float:
    """Return the fees of both sides; `fee_open` and `fee_close` are rates.

    After partial exits the amount of the trade is no longer what was traded: the orders know.
    """
    orders = trade.get("orders")
    if not orders:
        return bought * fee_open + sold * fee_close
    return math.fsum(
        order["amount"] * order["safe_price"] * (fee_open if order["ft_is_entry"] else fee_close)
        for order in orders
    )


def _one_stop(trade: Mapping[str, Any], stop: float) -> bool:
    """Return whether the initial stop says what the trade risked: there is one, and one entry."""
    first = _number(trade.get("initial_stop_loss_ratio"), 0.0)
    entries = sum(bool(order.get("ft_is_entry")) for order in trade.get("orders") or ())
    known = trade.get("initial_stop_loss_abs") is not None
    return known and entries <= 1 and stop > _NO_STOP and first > _NO_STOP


def _number(value: Any, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default
