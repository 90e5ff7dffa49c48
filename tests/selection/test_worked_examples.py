"""The worked examples of the specification, section 24: published numbers, to 1e-12."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest

import polars_rating as rating
from tests._engines import engine  # noqa: F401 - a fixture, once per engine
from tests.selection._r_stream import rnorm

pytestmark = pytest.mark.usefixtures("engine")

HEDGE_FUND = {"n": 24, "skewness": -2.448, "kurtosis": 10.164}
SHAPE = {"skewness": -0.72, "kurtosis": 5.78}


def value(expr: pl.Expr) -> Any:
    return pl.select(expr).item()


def close(x: float, tolerance: float = 1e-12) -> Any:
    return pytest.approx(x, rel=tolerance, abs=0)


def test_probabilistic_sharpe_matches_the_paper_of_2012() -> None:
    psr = rating.probabilistic_sharpe(sharpe=1.585, periods_per_year=12, **HEDGE_FUND)
    assert value(psr) == close(0.9132343068848602)
    normal = rating.probabilistic_sharpe(n=24, sharpe=1.585, periods_per_year=12)
    assert value(normal) == close(0.9815912360834967)


def test_probabilistic_sharpe_matches_the_paper_of_2025() -> None:
    of = {"sharpe": 0.036 / 0.079, "variance": "2025", **HEDGE_FUND}
    psr, length = rating.probabilistic_sharpe, rating.min_track_record_length
    assert value(psr(**of)) == close(0.987207261261433)
    assert value(psr(benchmark=0.1, **of)) == close(0.9391476251031433)
    assert value(length(**of)) == close(13.02877831559373)
    assert value(psr(rho=0.2, **of)) == close(0.9658320053889371)
    assert value(psr(benchmark=0.1, rho=0.2, **of)) == close(0.900475917403146)
    assert value(length(rho=0.2, **of)) == close(19.543167473390593)


@pytest.mark.parametrize(
    ("periods", "sharpe", "benchmark", "shape", "years"),
    [
        (250, 2, 1, {}, 2.731187801728176),
        (52, 2, 1, {}, 2.828833586945237),
        (12, 3, 2.5, SHAPE, 27.3529201960403),
        (12, 2, 1, SHAPE, 59.89509868650752 / 12),
    ],
)
def test_min_track_record_length_matches_the_paper(
    periods: int, sharpe: float, benchmark: float, shape: dict[str, float], years: float
) -> None:
    length = rating.min_track_record_length(
        n=100, sharpe=sharpe, benchmark=benchmark, periods_per_year=periods, **shape
    )
    assert value(length) == close(years)


def test_expected_maximum_and_backtest_length_match_the_papers() -> None:
    luck = rating.expected_max_sharpe
    assert value(luck(100, 1)) == close(2.530602893201685)
    assert value(luck(100, 1, expected_max="exact")) == close(2.507593636441686)
    assert value(luck(2, 1)) == close(0.5197553442805939)
    assert value(luck(2, 1, expected_max="exact")) == close(1 / math.sqrt(math.pi))
    assert value(luck(1.2, 1)) == 0
    assert value(luck(100, 0.25, mean=-0.5)) == close(2.530602893201685 / 2 - 0.5)
    assert value(rating.min_backtest_length(1.0, 45)) == close(4.998087004443404)


def test_deflated_sharpe_matches_the_paper() -> None:
    of = {"n": 1250, "sharpe": 2.5, "sharpe_var": 0.5, "periods_per_year": 250}
    fat = {"skewness": -3, "kurtosis": 10}
    dsr = rating.deflated_sharpe
    assert value(dsr(n_trials=100, **fat, **of)) == close(0.9003968344493909)
    exact = dsr(n_trials=100, expected_max="exact", **fat, **of)
    assert value(exact) == close(0.905444027635158)
    assert value(dsr(n_trials=46, **fat, **of)) == close(0.9505017068755786)
    assert value(dsr(n_trials=88, **of)) == close(0.950490816676014)
    luck = rating.expected_max_sharpe(100, 0.5 / 250)
    assert value(luck) == close(0.113172001865132)
    psr = rating.probabilistic_sharpe(n=1250, sharpe=2.5, periods_per_year=250, **fat)
    assert value(psr) == close(0.9999968595078976)


@pytest.mark.parametrize(
    ("method", "annual"), [("sidak", 0.324062317793873), ("bonferroni", 0.3147515820925304)]
)
def test_haircut_matches_the_paper(method: str, annual: float) -> None:
    cut = rating.haircut_sharpe(method, n=240, sharpe=0.75, periods_per_year=12, n_trials=200)
    found = pl.select(cut).unnest("haircut").to_dicts()[0]
    assert found["p_value"] == close(0.0007962301575908)
    assert found["sharpe"] * math.sqrt(12) == close(annual)
    assert found["haircut"] == close(1 - annual / 0.75)
    if method == "sidak":
        assert found["p_value_adjusted"] == close(0.14726757137597654)
        assert found["haircut"] == close(0.5679169096081693)


@pytest.mark.parametrize(
    ("method", "adjusted"),
    [
        ("holm", [0.03, 0.045, 0.0512, 0.0512, 0.09, 0.09]),
        ("bh", [0.02025, 0.02025, 0.02025, 0.02025, 0.054, 0.06]),
        ("by", [0.0496125, 0.0496125, 0.0496125, 0.0496125, 0.1323, 0.147]),
    ],
)
def test_corrections_match_the_worked_example(method: str, adjusted: list[float]) -> None:
    p = pl.DataFrame({"p": [0.005, 0.009, 0.0128, 0.0135, 0.045, 0.06]})
    found = p.select(rating.adjusted_p_values("p", method)).to_series().to_list()
    assert found == [close(x) for x in adjusted]


# The family of the specification.


@cache
def family() -> pl.DataFrame:
    """Return 50 candidates with a common factor, 1,003 periods; the last has the best edge."""
    rng = np.random.default_rng(2014)
    returns = rng.normal(0, 0.01, (1003, 50)) + rng.normal(0, 0.005, (1003, 1))
    returns += np.linspace(-5e-4, 5e-4, 50)
    return pl.DataFrame({"candidate": range(50), "returns": returns.T.tolist()})


def test_family_matches_the_worked_example_of_the_sharpe_ratios() -> None:
    frame = family()
    sharpe = frame.select(rating.sharpe_moments().struct.field("sharpe")).to_series()
    assert sharpe.arg_max() == 48
    assert sharpe.max() == close(0.08539860543820994)
    assert sharpe.mean() == close(0.010786162886317532)
    assert frame.select(rating.sharpe_var()).item() == close(0.0013556455852933393)
    luck = rating.expected_max_sharpe(50, rating.sharpe_var())
    assert frame.select(luck).item() == close(0.0838114145494194)
    best = frame.select(
        rating.probabilistic_sharpe(),
        rating.deflated_sharpe(),
        rating.min_track_record_length(),
        rating.min_backtest_length(pl.lit(sharpe.max()), 50),
    ).row(48)
    assert best == tuple(
        close(x)
        for x in (0.9965732628850246, 0.5200397973444658, 371.8061709568306, 710.4910634648646)
    )
    p = rating.adjusted_p_values(rating.sharpe_p_value(), "holm")
    adjusted = frame.select(p).to_series()
    assert adjusted[48] == close(0.17133685574876975)
    assert (adjusted <= 0.05).sum() == 0
    cut = frame.select(rating.haircut_sharpe().struct.unnest()).row(48, named=True)
    assert cut["haircut"] == close(0.6486233581519587)
    assert cut["sharpe"] == close(0.03000707519738409)


def test_family_matches_the_worked_example_of_cross_validation() -> None:
    found = family().select(rating.cscv(n_blocks=10)).item()
    assert found == {
        "pbo": close(0.3134920634920635),
        "prob_oos_loss": close(0.25793650793650796),
        "logit_mean": close(0.582511974491734),
        "slope": close(-0.7834898759330811),
        "intercept": close(0.10864161817229412),
        "r2": close(0.14971285599718961),
        "n_splits": 252,
    }


@pytest.mark.parametrize(
    ("method", "count"),
    [
        ("entropy", 33.797490326523075),
        ("average", 39.5831030306894),
        ("participation", 15.352965728131588),
        ("li_ji", 40),
    ],
)
def test_family_matches_the_worked_example_of_effective_trials(method: str, count: float) -> None:
    found = family().select(rating.effective_trials(method=method)).item()
    assert found == close(count, 1e-9)  # what the specification promises of it


def test_family_matches_the_worked_example_of_data_snooping() -> None:
    frame = family()
    found = frame.select(rating.snooping(n_boot=500)).item()
    assert found["block_length"] == close(1.4629077891649123)
    assert found["reality_check"] == 0.154
    assert [found[f"spa_{name}"] for name in ("lower", "consistent", "upper")] == [
        0.102,
        0.122,
        0.124,
    ]
    wolf = frame.select(rating.romano_wolf(n_boot=500)).to_series()
    assert sorted(wolf)[:2] == [0.124, 0.26]
    assert wolf.arg_sort()[1] == 49
    assert frame.select(rating.reality_check(n_boot=500)).item() == 0.154
    assert frame.select(rating.spa(n_boot=500, recentring="lower")).item() == 0.102


def test_block_length_matches_arch() -> None:
    rng = np.random.RandomState(0)
    noise = rng.standard_normal(10_100)
    x = np.zeros(10_100)
    for t in range(1, 10_100):
        x[t] = 0.3 * x[t - 1] + noise[t]
    frame = pl.DataFrame({"returns": [x[100:].tolist()]})
    assert frame.select(rating.optimal_block_length()).item() == close(13.6356651303182)


# Path and tail ratios, year profile.

BACON = [0.3, 2.6, 1.1, -1.0, 1.5, 2.5, 1.6, 6.7, -1.4, 4.0, -0.5, 8.1, 4.0, -3.7, -6.1, 1.7, -4.9]
BACON += [-2.2, 7.0, 5.8, -6.5, 2.4, -0.5, -0.9]
"""Monthly returns of C. Bacon, "Practical Portfolio Performance Measurement", in percent."""


def test_ratios_match_the_worked_example_of_the_book() -> None:
    frame = pl.DataFrame({"returns": [[x / 100 for x in BACON]]})
    for expr, wanted in (
        (rating.ulcer_index(), 6.118428726189615),
        (rating.upi(periods_per_year=12), 1.694524760679485),
        (rating.calmar(periods_per_year=12), 0.716639051162375),
        (rating.omega_ratio(threshold=0.005), 1.29179331306991),
        (rating.tail_ratio(), 1.174831081081081),
        (rating.equity_r2(), 0.587911729665036),
        (rating.probabilistic_sharpe(), 0.858041202554803),
    ):
        assert frame.select(expr).item() == close(wanted), expr


def test_sortino_and_tail_ratio_match_published_numbers() -> None:
    annual = pl.DataFrame({"returns": [[0.17, 0.15, 0.23, -0.05, 0.12, 0.09, 0.13, -0.04]]})
    assert annual.select(rating.sortino()).item() == close(4.417261042993862)
    daily = pl.DataFrame({"returns": [[0.01, 0.1, -0.04, 0.02, 0.03, 0.02, 0.01, -0.1]]})
    assert daily.select(rating.sortino(periods_per_year=252)).item() == close(2.605531251673692)
    assert daily.select(rating.tail_ratio()).item() == close(0.955696202531645)


def test_year_profile_matches_the_worked_examples() -> None:
    frame = pl.DataFrame({"yearly_profits": [[2000.0, 3000.0, 5000.0], [3.0, 3.0, 0.0, -2.0]]})
    even, uneven = frame.select(rating.year_profile()).to_series().to_list()
    assert (even["profit_hhi"], even["worst_year_share"]) == (close(0.07), close(0.2))
    assert uneven["profit_hhi"] == close(1 / 3)
    assert (uneven["positive_year_share"], uneven["worst_year_share"]) == (0.5, -0.25)


def test_cscv_of_the_test_of_the_r_package_pbo() -> None:
    returns = rnorm(852, 200 * 40).reshape(200, 40) - 0.03 / 252
    found = pl.DataFrame({"returns": returns.T.tolist()}).select(rating.cscv(n_blocks=4)).item()
    assert (found["pbo"], found["prob_oos_loss"]) == (0.5, 0.5)
    assert found["slope"] == pytest.approx(-0.219893057862736, rel=1e-12)
