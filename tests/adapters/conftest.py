"""Prices and samples that the tests of several adapters share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).parents[1] / "data" / "adapters"


@pytest.fixture(scope="session")
def samples() -> Path:
    return SAMPLES


@pytest.fixture(scope="session")
def prices() -> Any:
    """Daily bars of the S&P 500, 2012 to 2018, as pandas."""
    from arch.data import sp500

    bars = sp500.load().loc["2012":"2018", ["Open", "High", "Low", "Close", "Volume"]]
    return bars.astype(float)
