"""A family of returns as a matrix and as a frame, and the programs it is compared with."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest


def matrix(periods: int = 640, candidates: int = 24, seed: int = 3) -> Any:
    """Return periods x candidates, with a common factor, fat tails and some skill."""
    rng = np.random.default_rng(seed)
    returns = rng.standard_t(5, (periods, candidates)) * 0.01
    returns += rng.normal(0, 0.004, (periods, 1)) + np.linspace(-5e-4, 9e-4, candidates)
    return returns


def frame(returns: Any) -> pl.DataFrame:
    """Return one candidate in a row."""
    return pl.DataFrame({"returns": returns.T.tolist()})


def close(x: Any, tolerance: float = 1e-12) -> Any:
    return pytest.approx(x, rel=tolerance, abs=tolerance)
