"""Makes `engine` known to the golden tests of the scores."""

from __future__ import annotations

from tests._engines import engine

__all__ = ["engine"]
