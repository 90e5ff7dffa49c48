"""Medians of a run, kept as JSON, and what changed since.

Machines differ and are never equally busy. So our time is shown as a ratio to the other ways of the
same table, which ran interleaved with it: a ratio that moves is a change of this package.
"""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any, Final

Medians = dict[str, dict[str, float]]

NOISE: Final = 1.15
"""Two runs of the same code were seen to differ by up to this factor, on a machine of two cores."""
LINE: Final = "  {:<64}{:>12}{:>12}{:>9}{:>12}   {}"


def save(path: Path, medians: Medians, machine: str) -> None:
    """Write the medians, in seconds, with the machine they were measured on."""
    data = {"machine": machine.splitlines(), "seconds": medians}
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def show_changes(path: Path, medians: Medians) -> None:
    """Print ours now and then for every table that both runs have."""
    then: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    print(f"\nSince {path}\n  " + "\n  ".join(then["machine"]))
    print(LINE.format("", "then", "now", "now/then", "others", "").rstrip())
    for title, before, now in common(then["seconds"], medians):
        ratio, others = change(before, now)
        relative = ratio / others
        verdict = "slower" if relative > NOISE else "faster" if relative < 1 / NOISE else ""
        name = next(iter(now))
        times = (f"{1e3 * seconds[name]:,.3f} ms" for seconds in (before, now))
        print(LINE.format(title, *times, f"{ratio:.2f}", f"{others:.2f}", verdict).rstrip())


def common(then: Medians, now: Medians) -> list[tuple[str, dict[str, float], dict[str, float]]]:
    """Return the tables of both runs whose first way, ours, is the same."""
    return [
        (title, then[title], figures)
        for title, figures in now.items()
        if title in then and next(iter(figures)) in then[title]
    ]


def change(before: dict[str, float], now: dict[str, float]) -> tuple[float, float]:
    """Return now / then for our way, and the median of the same for the others; 1 without any."""
    ratios = {name: now[name] / before[name] for name in now if name in before}
    ours, *others = ratios.values()
    return ours, statistics.median(others) if others else 1.0
