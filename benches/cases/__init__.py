"""The comparisons by name, in the order in which they are printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from benches.cases import (
    batch,
    bootstrap,
    dropout,
    fixed_cost,
    many_files,
    neighbours,
    one_candidate,
    robustness,
    selection,
    single_scores,
    six_scores,
    streaming,
    tp_sl,
)
from benches.harness import Tally

# Every case takes the number of rounds, whether to be quick, and the tally of verdicts.
Case: TypeAlias = Callable[[int, bool, Tally], None]

CASES: dict[str, Case] = {
    "robustness": robustness.run,
    "dropout": dropout.run,
    "six_scores": six_scores.run,
    "single_scores": single_scores.run,
    "fixed_cost": fixed_cost.run,
    "one_candidate": one_candidate.run,
    "bootstrap": bootstrap.run,
    "tp_sl": tp_sl.run,
    "selection": selection.run,
    "streaming": streaming.run,
    "batch": batch.run,
    "neighbours": neighbours.run,
    "many_files": many_files.run,
}
