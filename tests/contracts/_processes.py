"""Python processes that may die without taking the tests with them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polars_rating

HERE = Path(__file__).resolve().parent


def run_script(name: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script `name` of this folder with the package and the tests on its path."""
    paths = [HERE.parent.parent, Path(polars_rating.__file__).resolve().parent.parent]
    path = os.pathsep.join([*map(str, paths), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, str(HERE / name), *arguments],
        env={**os.environ, "PYTHONPATH": path.rstrip(os.pathsep), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
