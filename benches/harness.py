"""Timing in interleaved rounds, checking results against ours, and printing the table.

Every contender of a table is timed in every round, in an order that rotates, so that noise on the
machine hits all alike. In a round a contender is called in a burst: one call that is not timed
(it brings its own data and threads back after the contender before it), then a few that are. The
figure is the median of all timed calls. Python's garbage collector is off while timing.
"""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

Result: TypeAlias = "pl.Series | npt.NDArray[np.float64] | list[float] | None"

MAX_RELATIVE_DIFFERENCE = 1e-9
# A burst takes about this long, whatever one call takes, so that fast contenders get more calls.
BURST_SECONDS = 0.02
MAX_BURST = 20
# Calls longer than this are not repeated within a round.
LONG_CALL_SECONDS = 0.2
LINE = "  {:<44}{:>12}{:>12}{:>11}{:>10}   {}"


@dataclass(frozen=True, kw_only=True)
class Target:
    """A bound on the ratio contender / ours: ``at least`` (speed-up) or ``at most`` (floor).

    For the floor the printed ratio is ours / floor, so that 1.0 means "as fast as reading".
    """

    bound: float
    floor: bool = False

    def judge(self, ours: float, other: float) -> tuple[bool, str]:
        """Whether the target is met, and the words for it."""
        ratio = ours / other if self.floor else other / ours
        met = ratio <= self.bound if self.floor else ratio >= self.bound
        sign, what = ("<=", "ours / floor") if self.floor else (">=", "speed-up")
        verdict = "ok" if met else "MISS"
        return met, f"{what} {ratio:,.2f}, target {sign} {self.bound:,g}: {verdict}"


@dataclass(frozen=True, kw_only=True)
class Contender:
    """One way to compute the scores.

    ``scale`` is the number of times the measured work goes into the whole (20 when only a 20th of
    the candidates was computed); its result is then compared with the first rows of ours.
    ``compare=False`` is for what computes something else on purpose, the floor.
    """

    name: str
    run: Callable[[], Result]
    scale: float = 1.0
    target: Target | None = None
    compare: bool = True


@dataclass
class Tally:
    """The verdicts and medians of a run.

    Without ``judge`` (small frames) nothing is held against the targets.
    """

    judge: bool = True
    MARK: ClassVar[str] = "tally\t"
    verdicts: list[tuple[bool, str]] = field(default_factory=list)
    medians: dict[str, dict[str, float]] = field(default_factory=dict)
    """Table to contender to the median of its calls, in seconds."""

    def add(self, *, met: bool, text: str) -> None:
        """Keep one verdict."""
        if self.judge:
            self.verdicts.append((met, text))

    def write(self) -> None:
        """Print the verdicts and medians for the process that started this one."""
        print(self.MARK + json.dumps([self.verdicts, self.medians]))

    def read(self, line: str) -> None:
        """Keep what a child process has written."""
        verdicts, medians = json.loads(line.removeprefix(self.MARK))
        for met, text in verdicts:
            self.add(met=met, text=text)
        self.medians |= medians

    def show(self) -> None:
        """Print all verdicts."""
        if not self.verdicts:
            return
        print("\nTargets")
        for _, text in self.verdicts:
            print(f"  {text}")
        met = sum(ok for ok, _ in self.verdicts)
        print(f"  {met} of {len(self.verdicts)} met")


def as_array(values: Result) -> npt.NDArray[np.float64]:
    """A result as a NumPy array; a null is NaN."""
    if isinstance(values, pl.Series):
        return values.cast(pl.Float64).to_numpy()
    return np.asarray(values, dtype=np.float64)


def difference(ours: Result, other: Result, name: str) -> float:
    """Largest relative difference over the rows ``other`` has; more than 1e-9 is an error."""
    b = as_array(other)
    a = as_array(ours)[: len(b)]
    if a.shape != b.shape or len(b) == 0 or not np.array_equal(np.isnan(a), np.isnan(b)):
        raise AssertionError(f"{name}: other rows or other nulls than ours")
    both = ~np.isnan(a)
    scale = np.maximum(np.abs(a[both]), np.finfo(np.float64).tiny)
    worst = float(np.max(np.abs(a[both] - b[both]) / scale, initial=0.0))
    if worst > MAX_RELATIVE_DIFFERENCE:
        raise AssertionError(f"{name} differs from ours by {worst:.1e}, more than 1e-9")
    return worst


def timed(run: Callable[[], Result]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def measure(contenders: list[Contender], rounds: int) -> list[tuple[float, float]]:
    """Median and best seconds per contender, scaled, over interleaved rounds of bursts."""
    calls = [max(1, min(MAX_BURST, int(BURST_SECONDS / timed(c.run)))) for c in contenders]
    times: list[list[float]] = [[] for _ in contenders]
    was_enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        for number in range(rounds):
            for step in range(len(contenders)):
                k = (number + step) % len(contenders)
                run = contenders[k].run
                if not times[k] or times[k][-1] < LONG_CALL_SECONDS:
                    run()
                times[k].extend(timed(run) for _ in range(calls[k]))
            gc.collect()
    finally:
        if was_enabled:
            gc.enable()
    return [
        (c.scale * statistics.median(t), c.scale * min(t))
        for c, t in zip(contenders, times, strict=True)
    ]


def milliseconds(seconds: float) -> str:
    """Seconds as milliseconds, with digits that suit the size."""
    return f"{1e3 * seconds:,.3f} ms" if seconds < 1 else f"{1e3 * seconds:,.0f} ms"


def compare(title: str, contenders: list[Contender], rounds: int, tally: Tally) -> list[float]:
    """Check, measure and print; the first contender is ours."""
    ours = contenders[0]
    expected = ours.run()
    differences = [
        difference(expected, c.run(), c.name) if c.compare and c is not ours else None
        for c in contenders
    ]
    figures = measure(contenders, rounds)
    seconds = [median for median, _ in figures]
    tally.medians[title] = {c.name: s for c, s in zip(contenders, seconds, strict=True)}
    print(f"\n{title}")
    print(LINE.format("", "median", "best", "x ours", "max diff", "").rstrip())
    for c, (s, best), d in zip(contenders, figures, differences, strict=True):
        verdict = ""
        if c.target is not None and tally.judge:
            met, verdict = c.target.judge(seconds[0], s)
            tally.add(met=met, text=f"{title.partition(':')[0]}, against {c.name}: {verdict}")
        name = c.name if c.scale == 1 else f"{c.name} *"
        shown = "" if d is None else f"{d:.0e}" if d else "0"
        row = LINE.format(
            name, milliseconds(s), milliseconds(best), f"{s / seconds[0]:,.2f}", shown, verdict
        )
        print(row.rstrip())
    if any(c.scale != 1 for c in contenders):
        print("  * measured on the first candidates only, and scaled to all")
    return seconds


def limit(title: str, seconds: float, at_most: float, tally: Tally) -> None:
    """Print and keep a verdict on a time of ours that has an absolute bound."""
    if not tally.judge:
        return
    met = seconds <= at_most
    text = f"{milliseconds(seconds)}, target <= {1e3 * at_most:g} ms: {'ok' if met else 'MISS'}"
    tally.add(met=met, text=f"{title}: {text}")
    print(f"  {text}")
