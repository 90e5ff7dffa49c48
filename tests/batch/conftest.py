"""Slices so short that small tables have several."""

from __future__ import annotations

import pytest

from polars_rating._arrow import source, tables


@pytest.fixture
def slices_of_100(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (source, tables):
        monkeypatch.setattr(module, "SLICE_ROWS", 100)
