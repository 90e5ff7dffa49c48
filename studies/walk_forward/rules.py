"""Four families of rules, long or flat, on closes alone. Each has two parameters.

A rule says at the close of a day whether to hold the market; the order is filled at the next
close. So a rule's position on day t, from close t to close t + 1, knows the closes before t only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rule:
    """A family and its two parameters."""

    family: str
    first: int
    second: int

    def positions(self, close: Floats) -> Bools:
        """Return for every day whether the market is held from its close to the next one."""
        wanted = FAMILIES[self.family](close, self.first, self.second)
        return np.concatenate([[False], wanted[:-1]])

    def jittered(self, rng: np.random.Generator, variation: float, count: int) -> list[Rule]:
        """Return `count` rules whose parameters are moved by up to `variation`, by 1 at least."""

        def moved(value: int) -> int:
            reach = max(value * variation, 1.0)
            return max(2, round(value + rng.uniform(-reach, reach)))

        return [
            replace(self, first=moved(self.first), second=moved(self.second)) for _ in range(count)
        ]


def crossover(close: Floats, fast: int, slow: int) -> Bools:
    """Hold while the fast average is above the slow one."""
    return _mean(close, fast) > _mean(close, slow)


def breakout(close: Floats, entry: int, leave: int) -> Bools:
    """Hold from the highest close of `entry` days to the lowest of `leave` days."""
    return _held(close >= _extreme(close, entry, np.max), close <= _extreme(close, leave, np.min))


def momentum(close: Floats, lookback: int, hold: int) -> Bools:
    """Hold for `hold` days whenever the return over `lookback` days is above 0 at their start."""
    rising = np.zeros(len(close), dtype=bool)
    rising[lookback:] = close[lookback:] > close[:-lookback]
    return rising[np.arange(len(close)) // hold * hold]


def reversal(close: Floats, period: int, level: int) -> Bools:
    """Hold from a relative strength index below `level` until it is above 50."""
    change = np.diff(close, prepend=close[0])
    up, down = (_smooth(np.maximum(sign * change, 0.0), period) for sign in (1, -1))
    total = up + down
    strength = np.where(total > 0, 100.0 * up / np.where(total > 0, total, 1.0), 50.0)
    return _held(strength < level, strength > 50.0)


FAMILIES: dict[str, Callable[[Floats, int, int], Bools]] = {
    "crossover": crossover,
    "breakout": breakout,
    "momentum": momentum,
    "reversal": reversal,
}
GRIDS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "crossover": ((5, 10, 15, 20, 30, 40), (50, 75, 100, 150, 200, 250)),
    "breakout": ((20, 40, 60, 80, 120, 160), (5, 10, 15, 20, 30)),
    "momentum": ((20, 40, 60, 90, 120, 180, 250), (5, 10, 20, 40)),
    "reversal": ((2, 3, 5, 7, 10, 14), (10, 15, 20, 25, 30)),
}
WARM_UP = 250
"""Days before the first window: the longest average."""


def grid() -> list[Rule]:
    """Return all rules."""
    return [
        Rule(family, first, second)
        for family, (firsts, seconds) in GRIDS.items()
        for first in firsts
        for second in seconds
    ]


def _mean(values: Floats, days: int) -> Floats:
    total = np.concatenate([[0.0], np.cumsum(values)])
    out = np.full(len(values), np.nan)
    out[days - 1 :] = (total[days:] - total[:-days]) / days
    return out


def _extreme(values: Floats, days: int, of: Callable[..., Floats]) -> Floats:
    out = np.full(len(values), np.nan)
    out[days - 1 :] = of(sliding_window_view(values, days), axis=1)
    return out


def _smooth(values: Floats, period: int) -> Floats:
    """Return Wilder's average, an exponential one with weight 1 / period."""
    from scipy.signal import lfilter

    weight = 1.0 / period
    smoothed: Floats = lfilter([weight], [1.0, weight - 1.0], values)
    return smoothed


def _held(enter: Bools, leave: Bools) -> Bools:
    """Return the state that the last signal left: held after `enter`, not after `leave`."""
    signal = np.where(leave, -1, np.where(enter, 1, 0))
    last = np.maximum.accumulate(np.where(signal != 0, np.arange(len(signal)), 0))
    return signal[last] == 1
