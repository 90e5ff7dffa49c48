"""Measure how much of the Python and of the Rust code the tests run.

    python scripts/coverage.py [tests ...]

Builds the plugin with counters (of this crate alone: Polars is not built again), runs the Rust
tests and the Python suite, and prints the share of lines that ran, for every file below the target
and in total. Ends with status 1 if one of the totals is below it. The counters are read with
``cov`` of the crate llvm_profparser, which needs no LLVM tools of the compiler's version; without
it, it is installed into ``target/coverage``. Afterwards ``make build`` makes a plugin without
counters again.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
OUT: Final = ROOT / "target" / "coverage"
READER: Final = "llvm_profparser@0.15.0"
TARGET: Final = 95.0
WRAPPER: Final = '#!/bin/sh\nexec "$@" -C instrument-coverage\n'
LINE: Final = re.compile(r"^ *\d+\| *(\d*)\|(.*)$")

Lines = dict[str, tuple[int, int]]
"""File to the lines that ran and the lines that could."""


def main(tests: Sequence[str]) -> int:
    """Run everything and print the shares."""
    shutil.rmtree(OUT / "profiles", ignore_errors=True)
    (OUT / "profiles").mkdir(parents=True)
    run(tests)
    met = [report("Python", of_python()), report("Rust", of_rust())]
    return 0 if all(met) else 1


def run(tests: Sequence[str]) -> None:
    """Run the Rust tests, then the Python suite on a plugin with counters."""
    wrapper = OUT / "with-counters"
    wrapper.write_text(WRAPPER, "utf-8")
    wrapper.chmod(0o755)
    environment = os.environ | {
        "RUSTC_WORKSPACE_WRAPPER": str(wrapper),
        "LLVM_PROFILE_FILE": str(OUT / "profiles" / "%p-%m.profraw"),
    }
    cargo = ["cargo", "test", "--quiet", "--no-default-features", "--lib"]
    subprocess.run(cargo, check=True, cwd=ROOT, env=environment)
    maturin = [sys.executable, "-m", "maturin", "develop", "--release", "--quiet"]
    subprocess.run(maturin, check=True, cwd=ROOT, env=environment)
    pytest = [sys.executable, "-m", "pytest", "--quiet", "--numprocesses", "auto"]
    counted = ["--cov", "polars_rating", "--cov-report", f"json:{OUT / 'python.json'}"]
    chosen = tests or ["README.md", "docs", "tests", "python"]
    subprocess.run([*pytest, *counted, *chosen], check=True, cwd=ROOT, env=environment)


def of_python() -> Lines:
    """Read what the Python suite ran."""
    files = json.loads((OUT / "python.json").read_text("utf-8"))["files"]
    return {
        name: (found["summary"]["covered_lines"], found["summary"]["num_statements"])
        for name, found in files.items()
    }


def of_rust() -> Lines:
    """Read the counters of the Rust tests and of the plugin."""
    profiles = [f"--instr-profile={path}" for path in whole_profiles()]
    text = ""
    for built in objects():
        reader = [reader_path(), "show", *profiles, "--object", str(built)]
        text += subprocess.run(reader, check=True, capture_output=True, text=True).stdout
    found: dict[str, dict[int, bool]] = {}
    for name, number, ran in counted_lines(text):
        lines = found.setdefault(name, {})
        lines[number] = lines.get(number, False) or ran
    return {name: (sum(lines.values()), len(lines)) for name, lines in found.items()}


def whole_profiles() -> list[Path]:
    """Return the profiles, without those of processes that a test killed while they wrote."""
    profiles = sorted((OUT / "profiles").glob("*.profraw"))
    sizes = {path: (path.stem.partition("-")[2], path.stat().st_size) for path in profiles}
    whole = dict(sorted(sizes.values()))  # of each binary the largest, which comes last
    return [path for path, (binary, size) in sizes.items() if size == whole[binary]]


def objects() -> Iterator[Path]:
    """Yield the newest test binary of the crate and the plugin."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    binaries = [
        path
        for path in (target / "debug" / "deps").glob("polars_rating-*")
        if not path.suffix and os.access(path, os.X_OK)
    ]
    yield max(binaries, key=lambda path: path.stat().st_mtime)
    yield from (ROOT / "python" / "polars_rating").glob("_core*.so")


def counted_lines(text: str) -> Iterator[tuple[str, int, bool]]:
    """Yield file, line number and whether it ran, for lines with a counter outside of tests."""
    name, tests = "", False
    for line in text.splitlines():
        found = LINE.match(line)
        if found is None:
            if line.endswith(".rs"):
                path = Path(line)
                name = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT / "src") else ""
                tests = False
            continue
        tests = tests or found[2].startswith("#[cfg(test)]")
        if name and found[1] and not tests:
            yield name, int(line.split("|")[0]), int(found[1]) > 0


def reader_path() -> str:
    """Return the reader of counters, installed if it is not there."""
    if not shutil.which("cov", path=str(OUT / "bin")):
        install = ["cargo", "install", "--quiet", READER, "--root", str(OUT)]
        subprocess.run(install, check=True)
    return str(OUT / "bin" / "cov")


def report(name: str, lines: Lines) -> bool:
    """Print files below the target and the total; tell whether the total meets it."""
    for file, (ran, there) in sorted(lines.items()):
        if there and 100 * ran / there < TARGET:
            print(f"  {100 * ran / there:5.1f} %  {file}: {there - ran} lines did not run")
    ran, there = (sum(column) for column in zip(*lines.values(), strict=True))
    share: float = 100 * ran / there
    print(f"{name}: {ran} of {there} lines ran, {share:.1f} % (target {TARGET:g} %)")
    return bool(share >= TARGET)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
