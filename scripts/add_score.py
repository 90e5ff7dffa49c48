"""Proof that CONTRIBUTING.md lists every file that a new score touches.

    python scripts/add_score.py

Adds a throw-away score, ``gain_share``, in a copy of the tree: gross profit / (gross profit +
gross loss). It touches the listed files and no other, builds the plugin there, and runs the
contract tests, the engines' comparison, the tests of the documentation and the linters on it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
NAME: Final = "gain_share"
MOST_FILES: Final = 12

NEW: Final[Mapping[str, str]] = {
    "src/kernels/gain_share.rs": """\
//! Gain share (`gain_share_score`): the share of gains in all that was won and lost.
//!
//! ```text
//! score = PF / (1 + PF), 1 for PF = +inf
//! ```

/// Score of a profit factor >= 0.
#[must_use]
pub fn gain_share_score(profit_factor: f64) -> f64 {
    if profit_factor == f64::INFINITY { 1.0 } else { profit_factor / (1.0 + profit_factor) }
}
""",
    "src/plugin/scores/gain_share.rs": """\
//! `gain_share_score`.

use super::prelude::*;
use crate::kernels::gain_share::gain_share_score;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct GainShare {}

impl Formula for GainShare {
    fn over_metrics(&self, basis: Basis) -> Numbers {
        let policy = basis.score.no_evidence;
        let factors = basis.evidence.metric("profit_factor")?;
        let of = |x: &f64| policy.admit_if(*x, *x >= 0.0).map_or(f64::NAN, gain_share_score);
        Ok(factors.iter().map(of).collect())
    }
}

expression!(gain_share, gain_share_output, GainShare);
""",
    "python/polars_rating/scores/gain_share.py": '''\
"""Gain share: the share of gains in all that was won and lost."""

from __future__ import annotations

from typing import Unpack

import polars as pl

from polars_rating import schema
from polars_rating._expr.score import score
from polars_rating.parameters import NO_EVIDENCE


def gain_share(
    *, no_evidence: str = NO_EVIDENCE, **columns: Unpack[schema.MetricColumns]
) -> pl.Expr:
    """Score the share of gains in all that was won and lost.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> pl.DataFrame({"profit_factor": [3.0]}).select(rating.gain_share()).item()
    0.75
    """
    return score("gain_share", columns, no_evidence=no_evidence)
''',
    "python/polars_rating/reference/gain_share.py": '''\
"""Gain share score: PF / (1 + PF), in [0, 1], higher is better."""

from __future__ import annotations

import math

from polars_rating.parameters import NO_EVIDENCE, check
from polars_rating.reference._values import NoEvidence, Row
from polars_rating.reference.evidence import base_metrics, tier_of


def gain_share(row: Row, *, no_evidence: str = NO_EVIDENCE) -> float | None:
    """Return the score of a row."""
    no_evidence = check("no_evidence", no_evidence)
    tier_of(row, "gain_share")
    try:
        factor = base_metrics(row, ("profit_factor",), no_evidence, domain=True)["profit_factor"]
    except NoEvidence:
        return None
    return 1.0 if factor == math.inf else factor / (1 + factor)
''',
    "tests/scores/test_gain_share.py": '''\
"""Gain share against numbers worked out by hand."""

from __future__ import annotations

import polars as pl
import pytest

import polars_rating as rating


@pytest.mark.parametrize(("factor", "expected"), [(3.0, 0.75), (0.0, 0.0), (float("inf"), 1.0)])
def test_profit_factor_by_hand(factor: float, expected: float) -> None:
    assert pl.DataFrame({"profit_factor": [factor]}).select(rating.gain_share()).item() == expected
''',
    "docs/scores/gain_share.md": """\
# gain_share_score

**Question.** How much of what was won and lost was won? `rating.gain_share()`.

## Evidence
<!-- catalog: evidence gain_share -->
| tier | own column | base metrics |
|---|---|---|
| summary | | profit_factor |
<!-- /catalog -->

## Parameters
<!-- catalog: parameters gain_share -->
| parameter | rule | default |
|---|---|---|
| `no_evidence` | one of 'null', 'omega' | `"null"` |
<!-- /catalog -->
""",
}
"""New file to its text."""

CHANGED: Final[Mapping[str, tuple[str, str]]] = {
    "src/kernels/mod.rs": ("pub mod lane_sums;", "pub mod gain_share;\npub mod lane_sums;"),
    "src/plugin/scores/mod.rs": (
        "pub(crate) mod metrics;",
        "pub(crate) mod gain_share;\npub(crate) mod metrics;",
    ),
    "python/polars_rating/__init__.py": (
        "from polars_rating.scores.metric_score import",
        "from polars_rating.scores.gain_share import gain_share\n"
        "from polars_rating.scores.metric_score import",
    ),
    "python/polars_rating/catalog/__init__.py": (
        '    Score(\n        name="deployment",',
        """\
    Score(
        name="gain_share",
        output="gain_share_score",
        tiers=(_summary("profit_factor"),),
        parameters=("no_evidence",),
        omega=0.0,
    ),
    Score(
        name="deployment",""",
    ),
    "docs/specification.md": ("\n## 12.", "\n**Gain share**: PF / (1 + PF).\n\n## 12."),
    "CHANGELOG.md": ("### Added\n", "### Added\n- `gain_share()`.\n"),
}
"""Listed file to a text in it and what takes its place."""


def listed() -> set[str]:
    """Return the files that CONTRIBUTING.md lists for a new score."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    section = text.split("## Add a score\n")[1].split("\n## ")[0]
    paths = re.findall(r"^\d+\. `([^`]+)`", section, re.MULTILINE)
    return {path.replace("<score>", NAME) for path in paths}


def main() -> int:
    """Add the score to a copy of the tree and test it there."""
    touched = {*NEW, *CHANGED}
    if listed() != touched or len(touched) > MOST_FILES:
        print("CONTRIBUTING.md lists", sorted(listed()), "but it takes", sorted(touched))
        return 1
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "polars-rating"
        files = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
        for name in filter(None, files.split("\0")):
            if (ROOT / name).exists():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, copy / name)
        for name, text in NEW.items():
            (copy / name).write_text(text, "utf-8")
        for name, (old, new) in CHANGED.items():
            text = (copy / name).read_text("utf-8")
            if text.count(old) < 1:
                print(f"{name} has no {old!r}")
                return 1
            (copy / name).write_text(text.replace(old, new, 1), "utf-8")
        # Two of the files have a list of names beside.
        _replace(
            copy / "python/polars_rating/__init__.py", '    "haircut_sharpe"', '    "gain_share",'
        )
        _replace(copy / "src/plugin/scores/mod.rs", "    metrics,", "    gain_share,")
        _build(copy)
        _test(copy)
    print(f"a new score touches {len(touched)} files, all of them listed in CONTRIBUTING.md")
    return 0


def _replace(path: Path, line: str, before: str) -> None:
    path.write_text(path.read_text("utf-8").replace(line, f"{before}\n{line}", 1), "utf-8")


def _build(copy: Path) -> None:
    """Build the plugin of the copy; its dependencies are those of the tree, built before."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    environment = {**os.environ, "CARGO_TARGET_DIR": str(target)}
    # Under another description of Python than maturin's all of Polars would be built again.
    for config in target.glob("maturin/pyo3-config-*-abi3.txt"):
        environment["PYO3_CONFIG_FILE"] = str(config)
    build = ["cargo", "build", "--release", "--quiet", "--lib"]
    subprocess.run(build, cwd=copy, env=environment, check=True)
    library = target / "release" / "libpolars_rating.so"
    shutil.copy2(library, copy / "python/polars_rating/_core.abi3.so")


def _test(copy: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{copy / 'python'}:{copy}"}
    run = [sys.executable, "-m"]
    pytest = [*run, "pytest", "--quiet", "-p", "no:cacheprovider"]
    for command in (
        [*pytest, "tests/contracts", "tests/engines", "tests/parity", "-k", NAME],
        [*pytest, "tests/scores/test_gain_share.py", "tests/contracts/test_catalog.py"],
        [*pytest, "tests/test_docs.py", f"python/polars_rating/scores/{NAME}.py"],
        [*run, "ruff", "check", "."],
        [*run, "mypy", "python"],
    ):
        subprocess.run(command, cwd=copy, env=environment, check=True)


if __name__ == "__main__":
    sys.exit(main())
