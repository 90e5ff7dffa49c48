"""What is drawn of one candidate: equity with the dropout fan, costs, years, reruns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from polars_rating.catalog import RUN_FIELDS
from polars_rating.parameters import SEED
from polars_rating.report.candidates import Candidates

POINTS: Final = 120
"""Points of a curve at most; of more trades as many are taken, evenly, the last one among them."""
SPARK: Final = 40
COSTS: Final = tuple(k / 2 for k in range(9))
"""Multiples of the fees at which the profit is drawn."""

Floats = npt.NDArray[np.float64]
Trade = Mapping[str, Any]


def _number(value: Any) -> float:
    return float(value) if value is not None and math.isfinite(value) else 0.0


def chronological(trades: Sequence[Trade | None] | None) -> list[Trade]:
    """Return the trades in their order: by exit, else by entry, else as given; null times last."""
    kept = [trade for trade in trades or () if trade is not None]
    by = next((name for name in ("exit_time", "entry_time") if kept and name in kept[0]), None)
    if by is None:
        return kept
    known = [trade for trade in kept if trade[by] is not None]
    unknown = [trade for trade in kept if trade[by] is None]
    return sorted(known, key=lambda trade: _instant(trade[by])) + unknown


def _instant(time: date) -> float:
    if isinstance(time, datetime):
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    return datetime(time.year, time.month, time.day, tzinfo=UTC).timestamp()


def net_of(trades: Sequence[Trade]) -> Floats:
    """Return the results after fees."""
    return np.array([_number(t["pnl"]) - _number(t.get("fee")) for t in trades], dtype=np.float64)


def places(n: int, most: int) -> npt.NDArray[np.int64]:
    """Return which of n points are drawn."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(np.int64))


def dropout_fan(net: Floats, fraction: float, n_runs: int, seed: int) -> Floats | None:
    """Return the 5, 50 and 95 % of the equity over the runs of the trade dropout, after each trade.

    The runs are those of the score: the same draws of the same seeds (specification, section 6).
    """
    n = len(net)
    n_drop = min(max(math.ceil(n * fraction), 1), n) if fraction > 0 else 0
    if not n or not n_drop or not n_runs:
        return None
    kept = np.repeat(net[np.newaxis, :], n_runs, axis=0)
    for run in range(n_runs):
        dropped = np.random.default_rng(seed + run).choice(n, n_drop, replace=False)
        kept[run, dropped] = 0.0
    quantiles: Floats = np.quantile(kept.cumsum(axis=1), [0.05, 0.5, 0.95], axis=0)
    return quantiles


def equity(trades: Sequence[Trade], candidates: Candidates) -> list[dict[str, Any]]:
    """Return the equity curve with its fan, from 0, as rows t, equity, low, mid, high."""
    net = net_of(trades)
    if not len(net):
        return []
    dropout = candidates.config.dropout
    seed = SEED if dropout.seed is None else dropout.seed
    fan = dropout_fan(net, dropout.fraction, dropout.n_runs, seed)
    curve = net.cumsum()
    dated = all(trade.get("exit_time") is not None for trade in trades)
    start = trades[0].get("entry_time") or trades[0].get("exit_time") if dated else 0
    rows: list[dict[str, Any]] = [_point(start, 0.0, fan is not None and (0.0, 0.0, 0.0))]
    for i in places(len(net), POINTS).tolist():
        time = trades[i]["exit_time"] if dated else i + 1
        rows.append(_point(time, curve[i], fan is not None and fan[:, i]))
    return rows


def _point(time: Any, equity: float, fan: Any) -> dict[str, Any]:
    text = time if isinstance(time, int) else time.strftime("%Y-%m-%dT%H:%M:%S")
    row = {"t": text, "equity": _rounded(equity)}
    if fan is not False:
        row |= zip(("low", "mid", "high"), map(_rounded, fan), strict=True)
    return row


def costs(trades: Sequence[Trade], candidates: Candidates) -> list[dict[str, Any]]:
    """Return the profit at k times the fees, as rows k, profit, kind; none without fees.

    Rebates, which are fees below 0, stay as they are, as in the cost shock.
    """
    paid = [_number(trade.get("fee")) for trade in trades]
    fees = sum(fee for fee in paid if fee > 0)
    if not fees:
        return []
    rebates = sum(fee for fee in paid if fee < 0)
    gross = sum(_number(trade["pnl"]) for trade in trades) - rebates
    multiples = {1.0: "as paid", **dict.fromkeys(candidates.config.cost_multipliers, "shock")}
    ks = sorted({*COSTS, *multiples})
    return [
        {"k": k, "profit": _rounded(gross - k * fees), "kind": multiples.get(k, "")}
        for k in ks
        if k <= max(COSTS[-1], *multiples)
    ]


def years(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the profit by year, as rows year, profit."""
    profits, names = row.get("yearly_profits"), row.get("years")
    if not profits:
        return []
    if not names or len(names) != len(profits):
        names = range(1, len(profits) + 1)
    return [
        {"year": str(year), "profit": _rounded(_number(profit))}
        for year, profit in zip(names, profits, strict=True)
    ]


def reruns(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the profit of each rerun as a share of the candidate's own, as rows kind, share."""
    base = row.get("profit")
    if base is None or not math.isfinite(base) or base <= 0:
        return []
    found = []
    for column, fields in RUN_FIELDS.items():
        runs = row.get(column)
        if isinstance(runs, dict):  # a struct of lists
            profits = runs.get("profit") or []
        else:
            profits = [run["profit"] for run in runs or () if run is not None]
        if "profit" in fields:
            kind = column.removesuffix("_runs").replace("_", " ")
            found += [
                {"kind": kind, "share": round(_number(profit) / base, 4)} for profit in profits[:60]
            ]
    return found


def spark(trades: Sequence[Trade], row: Mapping[str, Any]) -> list[float]:
    """Return few points of the equity curve, by trade, else by year; empty without either."""
    net = net_of(trades)
    if len(net) == 0:
        net = np.array([year["profit"] for year in years(row)], dtype=np.float64)
    if len(net) < 2:
        return []
    curve = np.concatenate([[0.0], net.cumsum()])
    return [_rounded(curve[i]) for i in places(len(curve), SPARK).tolist()]


def _rounded(value: float) -> float:
    """Return an amount with six digits, or all of those before the point."""
    if not math.isfinite(value):
        return 0.0
    digits = 6 - 1 - math.floor(math.log10(abs(value))) if value else 0
    return round(float(value), max(0, min(digits, 6)))
