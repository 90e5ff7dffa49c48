"""Lets the parity tests import their helpers, and prints the largest divergences at the end."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

# Tests are imported without their folder on the path (import mode importlib).
sys.path.insert(0, str(Path(__file__).parent))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    from parity_check import WORST

    if WORST:
        terminalreporter.section("largest divergence from the reference", "-")
        for name, (worst, count) in sorted(WORST.items()):
            terminalreporter.line(f"{name:45} {worst:8.1e} over {count} rows")
