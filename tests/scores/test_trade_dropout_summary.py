"""The modelled trade dropout against numbers worked out by hand and quantiles from outside."""

from __future__ import annotations

import math
from typing import Any

import pytest

import polars_rating as rating
from polars_rating import DropoutConfig, RatingError
from tests.scores._by_hand import INF, NAN, NO_EDGE, OUTSIDE_DOMAIN, column, near, value
from tests.scores._by_hand import SUMMARY as WITH_COSTS

SUMMARY = {name: x for name, x in WITH_COSTS.items() if name != "cost_per_trade"}
# Quantiles of the standard normal distribution, as any table of them has them (scipy's
# `norm.ppf`, R's `qnorm`).
QUANTILES = {
    0.5: 0.0,
    0.9: 1.2815515655446004,
    0.95: 1.6448536269514722,
    0.975: 1.959963984540054,
    0.99: 2.3263478740408408,
    0.999: 3.090232306167813,
}


def score(change: dict[str, Any], **keywords: Any) -> Any:
    return value(rating.trade_dropout(penalty_cap=1, **keywords), SUMMARY | change)


def test_default_confidence_by_hand() -> None:
    # g = 0.75, l = 0.25: edge 0.5, sigma = sqrt(0.25) * (0.75 / 0.5 + 0.25 / 0.5) = 1.
    # 10 of 100 trades dropped: sqrt(10 * 90 / 99) = 3.0151134457776365, z = 1.6448536269514722,
    # delta = 10 / 100 + z * 3.0151134457776365 * 1 / (100 * 0.5) = 0.19918840573914992,
    # q = (1 - delta) * 100 / 90 = 0.8897906602898333:
    # p = delta, d = 1 / q - 1 = 0.12385985224240037, s = 1 - q = 0.11020933971016666.
    expected = 1 - (0.19918840573914992 + 0.12385985224240037 + 0.11020933971016666) / 3
    assert expected == near(0.8555808007694277)
    assert score({}) == near(0.8555808007694277)
    assert score({}, confidence=0.95) == near(0.8555808007694277)


def test_uneven_wins_and_losses_by_hand() -> None:
    # g = 2/3, l = 1/3: edge 1/3; p = 0.4: sigma = sqrt(0.24) * (2/3 / 0.4 + 1/3 / 0.6)
    # = 1.0886621079036347. 10 of 50 trades dropped: sqrt(10 * 40 / 49) = 20 / 7, over N * edge:
    # 20 / 7 * 1.0886621079036347 * 3 / 50 = 0.1866277899263374; times z, plus 10 / 50:
    # delta = 0.5069753971502735, q = (1 - delta) * 50 / 40 = 0.6162807535621581.
    change = {"win_rate": 0.4, "profit_factor": 2.0, "total_trades": 50}
    delta, q = 0.5069753971502735, 0.6162807535621581
    expected = 1 - (delta + (1 / q - 1) + (1 - q)) / 3
    assert score(change, fraction=0.2, confidence=0.95) == near(expected)


@pytest.mark.parametrize("confidence", QUANTILES)
def test_confidence_is_that_of_the_normal_distribution(confidence: float) -> None:
    delta = 0.1 + QUANTILES[confidence] * 3.0151134457776365 / 50
    q = (1 - delta) / 0.9
    expected = 1 - (delta + (1 / q - 1) + (1 - q)) / 3
    assert score({}, confidence=confidence) == near(expected)


@pytest.mark.parametrize(
    ("change", "keywords", "expected"),
    [
        # z = 0: delta = 10 / 100, q = 0.9 * 100 / 90 = 1: only the profit falls, by a tenth.
        ({}, {"confidence": 0.5}, 1 - 0.1 / 3),
        # How many runs there would be plays no part.
        ({}, {"confidence": 0.5, "n_runs": 0}, 1 - 0.1 / 3),
        # Nothing but wins: sigma = 0, the same whatever the confidence.
        ({"win_rate": 1.0}, {}, 1 - 0.1 / 3),
        ({"win_rate": 1.0}, {"confidence": 0.999}, 1 - 0.1 / 3),
        # Two trades, one dropped: noise = sqrt(1 * 1 / 1) * sigma / (2 * 0.5), sigma = 1, and
        # z = 0.25: delta = 0.5 + 0.25, q = 0.25 * 2 / 1 = 0.5: profit 0.75, drawdown doubled.
        ({"total_trades": 2}, {"confidence": 0.5987063256829237}, 1 - (0.75 + 1 + 0.5) / 3),
        # delta = 0.5 + z > 1 is clipped: nothing is left, drawdown doubled.
        ({"total_trades": 2}, {"confidence": 0.75}, 0.0),
        # All dropped, and none.
        ({}, {"fraction": 1}, 0.0),
        ({}, {"fraction": 0}, 1.0),
        # Fewer than two trades: the cap, whatever is dropped.
        ({"total_trades": 1}, {}, 0.0),
        ({"total_trades": 1}, {"fraction": 0}, 0.0),
    ],
    ids=str,
)
def test_summary_model_by_hand(
    change: dict[str, Any], keywords: dict[str, Any], expected: float
) -> None:
    assert score(change, **keywords) == near(expected)


@pytest.mark.parametrize("fraction", [0.1, 0])
@pytest.mark.parametrize("change", NO_EDGE, ids=str)
def test_summary_model_without_edge_is_the_cap(change: dict[str, Any], fraction: float) -> None:
    assert score(change, fraction=fraction) == 0.0


@pytest.mark.parametrize("bad", OUTSIDE_DOMAIN, ids=str)
def test_summary_value_outside_its_domain_is_no_evidence(bad: dict[str, Any]) -> None:
    assert column(rating.trade_dropout(), SUMMARY, SUMMARY | bad)[1] is None


@pytest.mark.parametrize("bad", [-0.1, 0, 0.25, math.nextafter(0.5, 0), 1, 1.5, 2, NAN, INF])
def test_confidence_outside_its_range_is_refused(bad: float) -> None:
    with pytest.raises(RatingError, match="`confidence` must be"):
        rating.trade_dropout(confidence=bad)
    with pytest.raises(RatingError, match="`confidence` must be"):
        DropoutConfig(confidence=bad)


def test_confidence_just_below_one_is_a_number() -> None:
    # z = 8.2: of 1,000 trades 100 are dropped, sqrt(100 * 900 / 999) / 500 * z + 0.1 = 0.256.
    found = score({"total_trades": 1_000}, confidence=math.nextafter(1, 0))
    delta = 0.1 + 8.209536151601386 * math.sqrt(90_000 / 999) / 500
    q = (1 - delta) / 0.9
    assert found == near(1 - (delta + (1 / q - 1) + (1 - q)) / 3)
