"""Path and tail ratios, against empyrical-reloaded."""

from __future__ import annotations

import polars as pl
import pytest

import polars_rating as rating
from tests.peers._matrix import close, frame, matrix

empyrical = pytest.importorskip("empyrical")
pytestmark = pytest.mark.filterwarnings("default")
P = 252


def test_ratios_match_empyrical() -> None:
    returns = matrix()
    df = frame(returns)
    for expr, of in (
        (rating.sortino(periods_per_year=P), empyrical.sortino_ratio),
        (rating.omega_ratio(), empyrical.omega_ratio),
        (rating.tail_ratio(), empyrical.tail_ratio),
        (rating.calmar(periods_per_year=P), empyrical.calmar_ratio),
    ):
        found = df.select(expr).to_series().to_list()
        wanted = [float(of(returns[:, i])) for i in range(returns.shape[1])]
        assert found == close(wanted, 1e-11), of.__name__  # compounded by another route


def test_an_annual_threshold_is_the_one_per_period() -> None:
    returns = matrix()[:, 3]
    annual = 0.05
    wanted = empyrical.omega_ratio(returns, required_return=annual, annualization=P)
    per_period = (1 + annual) ** (1 / P) - 1
    found = pl.DataFrame({"returns": [returns.tolist()]}).select(
        rating.omega_ratio(threshold=per_period)
    )
    assert found.item() == close(float(wanted))
