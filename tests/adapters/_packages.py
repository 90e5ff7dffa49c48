"""Backtesters that the tests run. The package itself never imports one."""

from __future__ import annotations

import importlib
import os
import warnings
from typing import Any

import pytest

REQUIRED = "POLARS_RATING_TEST_ADAPTERS"
"""Set by ``make test-adapters``: a backtester that is missing is then an error, not a skip."""


def package(name: str) -> Any:
    """Import a backtester, or skip the test where it is not installed and not required."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they warn of is not ours
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if os.environ.get(REQUIRED) or error.name != name:
                raise
            pytest.skip(f"{name} is not installed (make test-adapters)")
