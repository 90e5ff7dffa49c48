"""Probability of backtest overfitting, against phacker's C++ kernel and its NumPy twin."""

from __future__ import annotations

import pytest

import polars_rating as rating
from tests.peers._matrix import close, frame, matrix

cscv = pytest.importorskip("phacker.cscv")
pytestmark = pytest.mark.filterwarnings("default")


@pytest.mark.parametrize(("periods", "n_blocks"), [(640, 16), (645, 8), (103, 10)])
def test_pbo_and_logits_match_phacker(periods: int, n_blocks: int) -> None:
    returns = matrix(periods)
    found = frame(returns).select(rating.cscv(n_blocks=n_blocks)).item()
    for of in (cscv.cscv, cscv.cscv_reference):
        pbo, logits = of(returns, n_blocks)
        assert found["pbo"] == pbo
        assert found["logit_mean"] == close(float(logits.mean()))
        assert found["n_splits"] == len(logits)
