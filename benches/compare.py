"""The command behind ``python -m benches``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

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
    print(facts())
    for name in given.case or CASES:
        CASES[name](rounds, given.quick, tally)
    tally.show()
    return 0
