"""Corrections of p-values, against statsmodels."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import polars_rating as rating
from tests.peers._matrix import close

multitest = pytest.importorskip("statsmodels.stats.multitest")
NAMES = {
    "bonferroni": "bonferroni",
    "sidak": "sidak",
    "holm": "holm",
    "bh": "fdr_bh",
    "by": "fdr_by",
}


@pytest.mark.parametrize("method", NAMES)
@pytest.mark.parametrize("size", [1, 2, 300])
def test_corrections_match_statsmodels(method: str, size: int) -> None:
    rng = np.random.default_rng(size)
    p = rng.uniform(0, 1, size) ** 3
    p[-1] = p[0]  # a tie
    wanted = multitest.multipletests(p, method=NAMES[method])[1]
    found = pl.DataFrame({"p": p}).select(rating.adjusted_p_values("p", method)).to_series()
    assert found.to_list() == close(list(wanted), 1e-14)
