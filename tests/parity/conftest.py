"""Prints the largest divergences of the parity tests at the end."""

from __future__ import annotations

from typing import Any

from tests.parity.parity_check import WORST


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if WORST:
        terminalreporter.section("largest divergence from the reference", "-")
        for name, (worst, count) in sorted(WORST.items()):
            terminalreporter.line(f"{name:45} {worst:8.1e} over {count} rows")
