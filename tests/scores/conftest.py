"""Every test of a score by hand runs on both engines."""

from __future__ import annotations

import pytest

from tests._engines import engine

__all__ = ["engine"]


@pytest.fixture(autouse=True)
def on_both_engines(engine: str) -> None:
    """Write the expressions of a test under one engine after the other."""
