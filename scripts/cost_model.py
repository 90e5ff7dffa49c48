"""What a run over many files costs: a model fitted to measured runs, checked on a larger one.

    python scripts/cost_model.py --dollars-per-core-hour 0.05

Seconds of a core = fixed + a * candidates + b * trades, fitted to runs of `rate_files` on the
default rating with one worker per core. The fit is to relative errors, so that small runs count
too. The last run is larger than all that were fitted; the error on it is printed with the table.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np

from polars_rating.files import rate_files
from scripts.make_big_trades import make

FITTED: Final = ((10_000, 20), (10_000, 100), (10_000, 400), (50_000, 20), (50_000, 100))
"""Candidates, and trades of each."""
CHECKED: Final = (100_000, 100)
TABLE: Final = (20, 50, 100, 200, 500, 1_000)
N_FILES: Final = 24
MILLION: Final = 1_000_000


def seconds_of_cores(candidates: int, per_candidate: int, layout: str, cores: int) -> float:
    """Return the seconds of all cores that a run takes, from files to the ranking."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "trades")
        make(source, candidates * per_candidate, N_FILES, layout, per_candidate, seed=1)
        start = time.perf_counter()
        rate_files(source, Path(folder, "rated"), partitioned=layout == "whole")
        return cores * (time.perf_counter() - start)


def terms(candidates: float, per_candidate: float) -> list[float]:
    """Return what the model's three coefficients are multiplied by."""
    return [1.0, candidates, candidates * per_candidate]


def main() -> None:
    """Measure, fit, check and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--dollars-per-core-hour", type=float, default=0.05)
    price = parser.parse_args().dollars_per_core_hour / 3600
    cores = len(os.sched_getaffinity(0))
    columns = {}
    for layout in ("whole", "spread"):
        measured = [seconds_of_cores(*size, layout, cores) for size in FITTED]
        design = np.array([terms(*size) for size in FITTED]) / np.array(measured)[:, None]
        fitted = np.linalg.lstsq(design, np.ones(len(FITTED)))[0]
        truth = seconds_of_cores(*CHECKED, layout, cores)
        guess = float(np.dot(terms(*CHECKED), fitted))
        print(f"{layout}: fixed {fitted[0]:.2f} s, {1e6 * fitted[1]:.1f} us per candidate,")
        print(f"  {1e6 * fitted[2]:.2f} us per trade; of the fitted runs, seconds of cores:")
        for size, found in zip(FITTED, measured, strict=True):
            print(
                f"  {size[0]:>9,} x {size[1]:<5}{found:>8.2f}{np.dot(terms(*size), fitted):>8.2f}"
            )
        print(
            f"  not fitted: {CHECKED[0]:,} x {CHECKED[1]}: {truth:.2f}, model {guess:.2f}, ", end=""
        )
        print(f"error {guess / truth - 1:+.0%}\n")
        columns[layout] = [float(np.dot(terms(MILLION, n), fitted)) for n in TABLE]
    print(
        "| trades per candidate | whole: core-seconds | dollars | spread: core-seconds | dollars |"
    )
    print("|---|---|---|---|---|")
    for row, whole, spread in zip(TABLE, columns["whole"], columns["spread"], strict=True):
        figures = [f"{s:,.0f} | {s * price:.4f}" for s in (whole, spread)]
        print(f"| {row:,} | {' | '.join(figures)} |")


if __name__ == "__main__":
    main()
