"""Pairing of fills as a broker would do it by hand: a queue of units, fill after fill."""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import NamedTuple


class Trade(NamedTuple):
    """A lot: bought and sold in one candidate and symbol."""

    pnl: Fraction
    fee: Fraction
    entered: int
    left: int | None


def fifo(fills: list[tuple[Fraction, Fraction, Fraction]]) -> list[Trade]:
    """Pair (quantity, price, fee) first in, first out; times are positions in the list."""
    queue: deque[list[Fraction | int]] = deque()  # quantity, price, fee of a unit, time
    trades = []
    for time, (quantity, price, fee) in enumerate(fills):
        unit_fee = fee / abs(quantity)
        left = quantity
        while left and queue and queue[0][0] * left < 0:
            first = queue[0]
            units = min(abs(first[0]), abs(left))
            side = 1 if first[0] > 0 else -1
            pnl = side * units * (price - first[1])
            trades.append(Trade(pnl, units * (first[2] + unit_fee), int(first[3]), time))
            first[0] -= side * units
            left += side * units
            if not first[0]:
                queue.popleft()
        if left:
            queue.append([left, price, unit_fee, time])
    trades += [Trade(Fraction(0), abs(x[0]) * x[2], int(x[3]), None) for x in queue]
    return trades


def average(fills: list[tuple[Fraction, Fraction, Fraction]]) -> list[Trade]:
    """Pair at the average price of the position."""
    held = cost = paid = Fraction(0)
    entered = 0
    trades = []
    for time, (quantity, price, fee) in enumerate(fills):
        unit_fee = fee / abs(quantity)
        left = quantity
        if held * quantity < 0:
            units = min(abs(held), abs(quantity))
            side = 1 if held > 0 else -1
            pnl = side * units * (price - cost)
            trades.append(Trade(pnl, units * (paid + unit_fee), entered, time))
            held -= side * units
            left += side * units
        if left:
            if not held:
                entered = time
            total = abs(held) + abs(left)
            cost = (abs(held) * cost + abs(left) * price) / total
            paid = (abs(held) * paid + abs(left) * unit_fee) / total
            held += left
    if held:
        trades.append(Trade(Fraction(0), abs(held) * paid, entered, None))
    return trades
