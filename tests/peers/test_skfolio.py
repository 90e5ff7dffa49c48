"""Probabilistic and deflated Sharpe ratios, against skfolio."""

from __future__ import annotations

import pytest

import polars_rating as rating
from tests.peers._matrix import close, frame, matrix

measures = pytest.importorskip("skfolio.measures")
pytestmark = pytest.mark.filterwarnings("default")


@pytest.mark.parametrize("benchmark", [0.0, 0.05])
def test_probabilistic_sharpe_matches_skfolio(benchmark: float) -> None:
    returns = matrix()
    wanted = measures.probabilistic_sharpe_ratio(returns, benchmark_sharpe_ratio=benchmark)
    found = frame(returns).select(rating.probabilistic_sharpe(benchmark=benchmark)).to_series()
    assert found.to_list() == close(list(wanted))


def test_probabilistic_sharpe_less_a_risk_free_rate_matches_skfolio() -> None:
    returns = matrix()
    wanted = measures.probabilistic_sharpe_ratio(returns, risk_free_rate=1e-4)
    found = frame(returns).select(rating.probabilistic_sharpe(risk_free=1e-4)).to_series()
    assert found.to_list() == close(list(wanted))


def test_deflated_sharpe_matches_skfolio() -> None:
    returns = matrix()
    df = frame(returns)
    sharpes = df.select(rating.sharpe_moments().struct.field("sharpe")).to_series()
    wanted = measures.deflated_sharpe_ratio(returns, trial_sharpe_ratios=sharpes.to_numpy())
    assert df.select(rating.deflated_sharpe()).to_series().to_list() == close(list(wanted))
