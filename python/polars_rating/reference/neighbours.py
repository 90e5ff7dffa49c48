"""Neighbours among the trials of an optimiser, by comparing all pairs.

Near, on every parameter: dense ranks that differ by at most k; a relative distance of at most w; or
the k smallest Euclidean distances. Scoring specification, section 27.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from polars_rating.exceptions import ErrorCode, RatingError

FLOOR: Final = 1e-12
Scale = Literal["rank", "range", "log"]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A row: what group it is in, its parameters, and what else orders it."""

    group: tuple[Any, ...] = ()
    equal: tuple[Any, ...] = ()
    """Parameters that must be equal."""
    cells: tuple[Any, ...] = ()
    """Parameters with an order; None for one that the trial does not have."""
    numbers: tuple[float | None, ...] = ()
    """The same as floats, for distances."""
    content: tuple[float | None, ...] = ()


def neighbours(
    trials: Sequence[Trial],
    names: Sequence[str],
    *,
    steps: int | None = None,
    within: float | None = None,
    nearest: int | None = None,
    scale: Scale = "rank",
) -> list[list[int]]:
    """Return the neighbours of every trial as positions, in order.

    Examples
    --------
    >>> line = [Trial(cells=(x,), numbers=(float(x),)) for x in (10, 40, 20)]
    >>> neighbours(line, ["fast"], steps=1)
    [[2], [2], [0, 1]]
    """
    order = sorted(range(len(trials)), key=lambda i: _order(trials[i]))
    axes = [_axis(trials, j, name) for j, name in enumerate(names)]
    if steps is not None:
        return [_pick(trials, i, order, _ranks_near(axes, i, steps)) for i in range(len(trials))]
    if within is not None:
        for axis in axes:
            axis.require_finite(" (within)")
        return [_pick(trials, i, order, _values_near(axes, i, within)) for i in range(len(trials))]
    assert nearest is not None
    units = [axis.units(scale) for axis in axes]
    return [_nearest(trials, i, order, units, nearest) for i in range(len(trials))]


class _Axis:
    """A parameter of all trials."""

    def __init__(self, trials: Sequence[Trial], j: int, name: str) -> None:
        self.name = name
        self.groups = [trial.group for trial in trials]
        self.cells = [trial.cells[j] for trial in trials]
        self.numbers = [trial.numbers[j] for trial in trials]
        self.ranks: list[int | None] = [None] * len(trials)
        self.last: dict[tuple[Any, ...], int] = {}
        for group in set(self.groups):
            mine = [i for i, other in enumerate(self.groups) if other == group]
            distinct = sorted({self.cells[i] for i in mine if self.cells[i] is not None})
            self.last[group] = len(distinct) - 1
            for i in mine:
                if self.cells[i] is not None:
                    self.ranks[i] = distinct.index(self.cells[i])

    def units(self, scale: Scale) -> list[float | None]:
        """Return every value scaled to [0, 1] in its group."""
        if scale == "rank":
            ends = [max(self.last[group], 1) for group in self.groups]
            return [None if r is None else r / n for r, n in zip(self.ranks, ends, strict=True)]
        numbers = self.numbers
        if scale == "log":
            self._require(lambda x: math.isfinite(x) and x > 0, 'finite and > 0 (scale "log")')
            numbers = [None if x is None else math.log(x) for x in numbers]
        bounds: dict[tuple[Any, ...], tuple[float, float]] = {}
        wanted = ', and so their range (scale "range")'
        if scale == "range":
            self.require_finite(wanted)
        for group in set(self.groups):
            mine = [x for x, g in zip(numbers, self.groups, strict=True) if g == group]
            known = [x for x in mine if x is not None]
            if known:
                bounds[group] = (min(known), max(known))
                if not math.isfinite(bounds[group][1] - bounds[group][0]):
                    raise self._bad(bounds[group][1], f"finite{wanted}")
        return [
            None if x is None else _unit(x, *bounds[group])
            for x, group in zip(numbers, self.groups, strict=True)
        ]

    def require_finite(self, why: str) -> None:
        self._require(math.isfinite, f"finite{why}")

    def _require(self, good: Callable[[float], bool], wanted: str) -> None:
        for x in self.numbers:
            if x is not None and not good(x):
                raise self._bad(x, wanted)

    def _bad(self, x: float, wanted: str) -> RatingError:
        return RatingError(
            f"the values of `{self.name}` must be {wanted}, got {x!r}",
            code=ErrorCode.RATING_BAD_VALUE,
        )


def _axis(trials: Sequence[Trial], j: int, name: str) -> _Axis:
    return _Axis(trials, j, name)


def _unit(x: float, low: float, high: float) -> float:
    return (x - low) / (high - low) if high > low else 0.0


def _ranks_near(axes: Sequence[_Axis], i: int, steps: int) -> Callable[[int], bool]:
    def near(other: int) -> bool:
        for axis in axes:
            a, b = axis.ranks[i], axis.ranks[other]
            if a is not None and b is not None and abs(a - b) > steps:
                return False
        return True

    return near


def _values_near(axes: Sequence[_Axis], i: int, within: float) -> Callable[[int], bool]:
    def near(other: int) -> bool:
        for axis in axes:
            x, y = axis.numbers[i], axis.numbers[other]
            if x is not None and y is not None and abs(y - x) > within * max(abs(x), FLOOR):
                return False
        return True

    return near


def _pick(
    trials: Sequence[Trial], i: int, order: Sequence[int], near: Callable[[int], bool]
) -> list[int]:
    return [other for other in order if _comparable(trials, i, other) and near(other)]


def _nearest(
    trials: Sequence[Trial],
    i: int,
    order: Sequence[int],
    units: Sequence[Sequence[float | None]],
    count: int,
) -> list[int]:
    def distance(other: int) -> float:
        total = 0.0
        for axis in units:
            a, b = axis[i], axis[other]
            if a is not None and b is not None:
                total += (b - a) * (b - a)
        return total

    others = [other for other in order if _comparable(trials, i, other)]
    chosen = set(sorted(others, key=distance)[:count])
    return [other for other in others if other in chosen]


def _comparable(trials: Sequence[Trial], i: int, other: int) -> bool:
    a, b = trials[i], trials[other]
    nulls = [(x is None) == (y is None) for x, y in zip(a.cells, b.cells, strict=True)]
    return i != other and (a.group, a.equal) == (b.group, b.equal) and all(nulls)


def _order(trial: Trial) -> tuple[Any, ...]:
    cells = tuple((cell is not None, cell) for cell in trial.cells)
    return (*(_null_first(cell) for cell in cells), *(_content(x) for x in trial.content))


def _null_first(cell: tuple[bool, Any]) -> tuple[Any, ...]:
    return cell if cell[0] else (False,)


def _content(x: float | None) -> tuple[Any, ...]:
    if x is None:
        return (0,)
    return (2,) if math.isnan(x) else (1, x, math.copysign(1.0, x))


def plateau(own: float | None, near: Sequence[float | None]) -> dict[str, float | None]:
    """Return median, minimum and share above 0 of the neighbours, and own value minus median.

    Examples
    --------
    >>> plateau(5.0, [1.0, 2.0, -1.0])
    {'median': 1.0, 'minimum': -1.0, 'share_positive': 0.6666666666666666, 'gap': 4.0}
    """
    values = sorted(x for x in near if x is not None and not math.isnan(x))
    if not values:
        return dict.fromkeys(("median", "minimum", "share_positive", "gap"))
    low, high = values[(len(values) - 1) // 2], values[len(values) // 2]
    median = low if len(values) % 2 else (low + high) / 2
    gap = math.nan if own is None else own - median
    return {
        "median": None if math.isnan(median) else median,
        "minimum": values[0],
        "share_positive": sum(x > 0 for x in values) / len(values),
        "gap": None if math.isnan(gap) else gap,
    }
