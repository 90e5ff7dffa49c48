"""Compare the scores of two builds of the package bit by bit on random candidates.

    python scripts/compare_bits.py BEFORE AFTER [--rows 100000] [--config-before FILE.json]

BEFORE and AFTER are folders that hold a built ``polars_rating``, e.g. ``python`` of a checkout.
The candidates, a frame for each tier of evidence with a null in every tenth row, are made once. A
table tells for every score how many rows have other bits and how far apart they are. Exit status
1 if any differ.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl

from polars_rating.testing import candidate_frame
from polars_rating.testing.frames import Tier

TIERS: tuple[Tier, ...] = ("reruns", "trades", "summary")
SCORE = """
import json, sys
import polars as pl
import polars_rating as rating
frame, out, config = sys.argv[1:]
config = rating.RatingConfig.from_dict(json.loads(config))
frame = pl.read_ipc(frame)
single = [
    rating.robustness(),
    rating.stability(),
    rating.cost_shock(),
    rating.trade_dropout(confidence=config.dropout.confidence),
    rating.stress_penalty(),
    rating.final(config=config),
]
structs = {"scores": rating.scores(config), "explain": rating.explain(config)}
# The same with nothing at its default, evidence by keyword, and without R-multiples.
other = rating.RatingConfig(
    weights=rating.Weights(stability=2.0, cost_shock=0.0),
    jitter=rating.JitterConfig(param_variation=0.2, n_iterations=9, seed=5),
    dropout=rating.DropoutConfig(
        fraction=0.2, n_runs=3, seed=6, confidence=config.dropout.confidence
    ),
    stress=rating.StressConfig(variation=0.2, cost_multiplier=1.5),
    penalty_cap=0.7,
    cost_multipliers=(1.1, 3.0),
    aggregation="geometric",
    on_missing="skip",
    no_evidence="omega",
)
given = {"trades": "trades"} if "trades" in frame.columns else {"profit": pl.lit(250.0)}
structs |= {
    "other": rating.scores(other, avg_r=None, **given),
    "parts": rating.explain(other, avg_r=None, **given),
}
final = rating.final(config=other, avg_r=None, **given)
passed = rating.final(robustness=pl.lit(0.5), config=config)
single += [final.alias("final other"), passed.alias("final passed")]
if "data_jitter_runs" in frame.columns:
    single += [rating.data_jitter(), rating.timing_jitter()]
if "trades" in frame.columns:
    structs |= {"metrics": rating.metrics(), "deployment": rating.deployment()}
made = [expr.name.prefix_fields(f"{name}.").alias(name) for name, expr in structs.items()]
frame.select(single + made).unnest(*structs).write_ipc(out)
"""


def candidates(rows: int, tier: Tier) -> pl.DataFrame:
    """Return random candidates, every tenth with a null in one column."""
    frame = candidate_frame(rows, seed=2026, tier=tier)
    index = pl.int_range(pl.len())
    return frame.with_columns(
        pl.when(index % (10 * frame.width) == 10 * i).then(None).otherwise(pl.col(name)).alias(name)
        for i, name in enumerate(frame.columns)
        if name != "strategy"
    )


def scores(package: Path, frame: Path, out: Path, config: str) -> pl.DataFrame:
    """Return what the build in `package` makes of the candidates."""
    environment = {**os.environ, "PYTHONPATH": str(package.resolve())}
    command = [sys.executable, "-c", SCORE, str(frame), str(out), config]
    subprocess.run(command, env=environment, cwd=frame.parent, check=True)
    return pl.read_ipc(out)


def compared(before: pl.Series, after: pl.Series) -> tuple[int, int, float]:
    """Return (values that are there, values with other bits, largest difference)."""
    if before.dtype != pl.Float64:
        return before.len() - before.null_count(), int((before.ne_missing(after)).sum()), 0.0
    bits = [series.reinterpret(signed=True) for series in (before, after)]
    gap = max((x for x in (before - after).abs().fill_nan(0.0) if x is not None), default=0.0)
    return before.len() - before.null_count(), int(bits[0].ne_missing(bits[1]).sum()), gap


def main() -> int:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description="Compare the bits of two builds.")
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--config-before", type=Path, help="a RatingConfig as JSON")
    options = parser.parse_args()
    config = options.config_before.read_text() if options.config_before else json.dumps({})
    differ = 0
    with tempfile.TemporaryDirectory() as folder:
        for tier in TIERS:
            frame = Path(folder) / f"{tier}.arrow"
            candidates(options.rows, tier).write_ipc(frame)
            before = scores(options.before, frame, frame.with_suffix(".before"), config)
            after = scores(options.after, frame, frame.with_suffix(".after"), json.dumps({}))
            print(f"{tier}: {options.rows:,} candidates")
            for name in after.columns:
                there, other, gap = compared(before[name], after[name])
                differ += other
                print(f"  {name:<34} {there:>9,} values  {other:>7,} differ  by {gap:.1e} at most")
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main())
