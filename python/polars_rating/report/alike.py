"""Near-identical candidates, so that the best of a report are not one candidate many times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from polars_rating.report.candidates import Candidates

CORRELATION: Final = 0.98
"""Least correlation of yearly profits of candidates that count as alike."""
MIN_YEARS: Final = 6
"""With fewer years a correlation says little."""
COMPARED: Final = 10_000
"""How many of the best candidates are compared; the others are on their own."""
_BLOCK: Final = 256

Floats = npt.NDArray[np.float64]


def groups(candidates: Candidates, parameters: Sequence[str]) -> list[int]:
    """Return for each candidate the place of the best one that it is alike; its own if none is.

    Two candidates are alike if all `parameters` are equal; if profit, drawdown and number of trades
    are equal; or if their yearly profits, at least `MIN_YEARS` with a year without an exit as 0,
    correlate by `CORRELATION`. A candidate is compared with the best of each group. Only the best
    `COMPARED` with a rating above 0 are compared.
    """
    leader = list(range(candidates.frame.height))
    compared = int((candidates.ratings.fill_null(0) > 0).sum())
    frame = candidates.frame.head(min(compared, COMPARED))
    if not frame.is_empty():
        _join_equal(leader, frame, list(parameters))
        _join_equal(leader, frame, ["profit", "max_drawdown", "total_trades"])
        _join_correlated(leader, _standardised(frame))
    return leader


def _join_equal(leader: list[int], frame: pl.DataFrame, columns: list[str]) -> None:
    """Join the candidates that are equal in all `columns`, none of them null."""
    if not columns or not set(columns) <= set(frame.columns):
        return
    seen: dict[tuple[Any, ...], int] = {}
    for place, row in enumerate(frame.select(columns).iter_rows()):
        if leader[place] == place and None not in row:
            leader[place] = leader[seen.setdefault(row, place)]


def _standardised(frame: pl.DataFrame) -> Floats | None:
    """Return the yearly profits, one row per candidate, of mean 0 and norm 1; 0 if unknown."""
    if not {"yearly_profits", "years"} <= set(frame.columns):
        return None
    fits = pl.col("yearly_profits").list.len() == pl.col("years").list.len()
    rows = (
        frame.select("yearly_profits", "years")
        .with_row_index("place")
        .filter(fits & (pl.col("years").list.len() >= MIN_YEARS))
        .explode("yearly_profits", "years", empty_as_null=True)
        .drop_nulls()
    )
    if rows.is_empty():
        return None
    first = int(rows["years"].min())  # type: ignore[arg-type] # a column of integers
    width = int(rows["years"].max()) - first + 1  # type: ignore[arg-type] # numbers
    if width > 200:  # years that are no calendar years
        return None
    table = np.zeros((frame.height, width))
    values = rows["yearly_profits"].cast(pl.Float64).to_numpy()
    table[rows["place"].to_numpy(), rows["years"].to_numpy() - first] = np.nan_to_num(values)
    table -= table.mean(axis=1, keepdims=True)
    norms = np.sqrt((table * table).sum(axis=1, keepdims=True))
    found: Floats = np.divide(table, norms, out=np.zeros_like(table), where=norms > 0)
    return found


def _join_correlated(leader: list[int], table: Floats | None) -> None:
    if table is None:
        return
    heads: list[int] = []
    for start in range(0, len(table), _BLOCK):
        block = [i for i in range(start, min(start + _BLOCK, len(table))) if leader[i] == i]
        if not block:
            continue
        known = table[block] @ table[heads].T >= CORRELATION if heads else None
        among = table[block] @ table[block].T >= CORRELATION
        new: list[int] = []
        for at, place in enumerate(block):
            if known is not None and known[at].any():
                leader[place] = heads[int(known[at].argmax())]
                continue
            first = next((i for i in new if among[at, i]), None)
            if first is None:
                new.append(at)
            else:
                leader[place] = block[first]
        heads += [block[at] for at in new]
    for place, head in enumerate(leader):  # those that were equal to one that was joined
        leader[place] = leader[head]
