"""The command behind ``python -m benches``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benches import stored
from benches.cases import CASES
from benches.cases.robustness import one_thread
from benches.harness import Tally
from benches.machine import facts

ROUNDS = 15
QUICK_ROUNDS = 2


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    options = argparse.ArgumentParser(
        prog="python -m benches",
        description="Measure polars_rating against other ways to compute the same scores.",
    )
    options.add_argument("--quick", action="store_true", help="small frames and two rounds")
    options.add_argument("--rounds", type=int, help=f"interleaved rounds (default {ROUNDS})")
    options.add_argument("--save", type=Path, metavar="FILE", help="keep the medians as JSON")
    options.add_argument(
        "--against", type=Path, metavar="FILE", help="print what changed since a saved run"
    )
    options.add_argument("--case", action="append", choices=list(CASES), help="only this case")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases and print the verdicts; status 1 only where results differ (an exception)."""
    options = parser()
    options.add_argument("--one-thread-part", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args(arguments)
    rounds = given.rounds or (QUICK_ROUNDS if given.quick else ROUNDS)
    tally = Tally(judge=not given.quick)
    if given.one_thread_part:
        one_thread(rounds, given.quick, tally)
        tally.write()
        return 0
    machine = facts()
    print(machine)
    for name in given.case or CASES:
        CASES[name](rounds, given.quick, tally)
    tally.show()
    if given.save:
        stored.save(given.save, tally.medians, machine)
    if given.against:
        stored.show_changes(given.against, tally.medians)
    return 0
