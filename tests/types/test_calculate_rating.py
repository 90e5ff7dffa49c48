"""calculate_rating: one candidate gives what the expression and the reference give."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

import polars_rating as rating
from polars_rating import reference
from polars_rating._engines.python.one_row import RowTwin
from polars_rating.config import DropoutConfig, JitterConfig, RatingConfig, Thresholds, Weights
from polars_rating.exceptions import RatingError
from polars_rating.rate_one import calculate_rating
from polars_rating.schema import METRICS_INPUT
from polars_rating.testing import candidate_frame
from polars_rating.types import MetricsDict, MetricsInput, RatingScore

NAN, INF = float("nan"), float("inf")
METRICS: MetricsDict = {
    "total_trades": 120,
    "win_rate": 0.55,
    "profit_factor": 1.8,
    "sharpe_ratio": 1.5,
    "max_drawdown": 2000.0,
    "avg_trade_duration": 3600.0,
    "yearly_profits": [2000.0, 3000.0, 5000.0],
    "cost_per_trade": 2.5,
}
CANDIDATES = [
    {name: row[name] for name in METRICS_INPUT.names if row.get(name) is not None}
    for row in candidate_frame(40, seed=5).to_dicts()
]
OMEGA = RatingConfig(no_evidence="omega")
CONFIGS = {
    "default": RatingConfig(),
    "weights": RatingConfig(weights=Weights(robustness=3, stability=0, cost_shock=0.5)),
    "cap": RatingConfig(penalty_cap=1.0, cost_multipliers=(1.1, 4.0)),
    "geometric": RatingConfig(aggregation="geometric", gate="none"),
    "min": RatingConfig(aggregation="min", jitter=JitterConfig(param_variation=0.3)),
    "deployment": RatingConfig(gate="deployment", thresholds=Thresholds(profit=0, avg_r=0.2)),
    "skip": RatingConfig(on_missing="skip", dropout=DropoutConfig(fraction=0.5, confidence=0.98)),
    "omega": OMEGA,
}


def made(**other: object) -> MetricsInput:
    return MetricsInput.from_dict({**METRICS, **other})


def near(expected: dict[str, float | None]) -> dict[str, object]:
    # 1e-13 is for a penalty near 0, a difference of numbers of order 1.
    return {
        name: None if x is None else pytest.approx(x, rel=1e-12, abs=1e-13)
        for name, x in expected.items()
    }


def frame_of(metrics: dict[str, Any]) -> pl.DataFrame:
    """Return the frame somebody would write, with the dtypes Polars infers."""
    return pl.DataFrame({name: [value] for name, value in metrics.items()})


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_scores_match_reference(config: RatingConfig) -> None:
    for row in CANDIDATES:
        found = calculate_rating(row, config=config).to_dict()
        assert found == near(reference.scores({"avg_r": None, **row}, config))


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_scores_equal_the_expression(config: RatingConfig) -> None:
    for row in CANDIDATES:
        found = calculate_rating(MetricsInput.from_dict(row), config=config).to_dict()
        assert found == frame_of(row).select(rating.scores(config)).item()


def test_scores_are_those_worked_out_by_hand() -> None:
    score = calculate_rating(METRICS)
    assert score.stability_score == 0.75  # scoring specification, section 13
    # k - 1 = 0.25, 0.5 and 1 times 300 of costs: profit and Sharpe ratio fall by that share of
    # 10000, the drawdown grows by 1 / (1 - share) - 1.
    shares = [300 * k / 10000 for k in (0.25, 0.5, 1.0)]
    penalties = [(2 * s + 1 / (1 - s) - 1) / 3 for s in shares]
    assert score.cost_shock_score == pytest.approx(1 - sum(penalties) / 3, rel=1e-12)
    parts = (0.75, score.robustness_score, score.cost_shock_score, score.trade_dropout_score)
    total = sum(part for part in parts if part is not None) + 1 - (score.stress_penalty or 0)
    assert score.final_rating == pytest.approx(total / 5, rel=1e-12)


def test_mapping_and_metrics_input_are_the_same() -> None:
    assert calculate_rating(METRICS) == calculate_rating(made())
    assert isinstance(calculate_rating(METRICS), RatingScore)


def test_profit_is_the_sum_of_the_years_unless_given() -> None:
    assert calculate_rating(made()) == calculate_rating(made(profit=10000.0))
    assert calculate_rating(made(profit=-1.0)).final_rating == 0.0
    assert calculate_rating(made(yearly_profits=[-2000.0, 1000.0])).final_rating == 0.0


def test_years_and_days_count_in_the_stability() -> None:
    even = made(yearly_profits=[1000.0, 1000.0, 500.0], year_days=[360.0, 360.0, 180.0])
    assert calculate_rating(even).stability_score == 1.0
    assert calculate_rating(replace(even, year_days=None)).stability_score < 0.9
    leap = replace(even, year_days=None, years=(2022, 2023, 2024))
    row = {**METRICS, "yearly_profits": [1000.0, 1000.0, 500.0], "years": [2022, 2023, 2024]}
    assert calculate_rating(leap).stability_score == pytest.approx(
        reference.stability(row), rel=1e-12
    )


@pytest.mark.parametrize("name", [n for n in METRICS if n not in ("yearly_profits", "win_rate")])
def test_numbers_of_any_size_are_rated(name: str) -> None:
    for value in (0, 1e-300, 12.5, 2**53 + 1, 2**70, 1.7e308, INF, NAN):
        found = calculate_rating(made(**{name: value}))
        assert all(x is None or 0 <= x <= 1 for x in found.to_dict().values())


@pytest.mark.parametrize("seed", [0, 7, 2**64 - 1])
def test_seed_stands_in_for_both_seeds_of_the_config(seed: int) -> None:
    config = RatingConfig(jitter=JitterConfig(n_iterations=9), penalty_cap=0.4)
    seeded = replace(
        config,
        jitter=JitterConfig(n_iterations=9, seed=seed),
        dropout=DropoutConfig(seed=seed),
    )
    found = calculate_rating(METRICS, seed=seed, config=config)
    assert found == calculate_rating(METRICS, config=seeded)
    assert found != calculate_rating(METRICS, config=config)


@pytest.mark.parametrize("seed", [-1, 2**64, 1.0, "7", True])
def test_bad_seed_is_refused(seed: Any) -> None:
    with pytest.raises(RatingError, match="`seed` must be") as caught:
        calculate_rating(METRICS, seed=seed)
    assert caught.value.code == "RATING_BAD_SEED"


@pytest.mark.parametrize(
    ("metrics", "message"),
    [
        ([0.5], "`metrics` must be a MetricsInput or a mapping, got list"),
        (None, "`metrics` must be a MetricsInput or a mapping, got NoneType"),
        (RatingScore(), "`metrics` must be a MetricsInput or a mapping, got RatingScore"),
        (pl.DataFrame(), "`metrics` must be a MetricsInput or a mapping, got DataFrame"),
    ],
)
def test_metrics_of_another_type_are_refused(metrics: Any, message: str) -> None:
    with pytest.raises(RatingError) as caught:
        calculate_rating(metrics)
    assert (caught.value.code, caught.value.message) == ("RATING_BAD_ARGUMENT", message)


def test_bad_mapping_and_config_are_refused_as_elsewhere() -> None:
    for call, code in (
        (lambda: calculate_rating({**METRICS, "win_rate": 55}), "RATING_BAD_VALUE"),
        (lambda: calculate_rating({**METRICS, "years": [1]}), "RATING_LENGTH_MISMATCH"),
        (lambda: calculate_rating({**METRICS, "trades": []}), "RATING_BAD_ARGUMENT"),
        (lambda: calculate_rating(METRICS, config={}), "RATING_BAD_ARGUMENT"),
    ):
        with pytest.raises(RatingError) as caught:
            call()
        assert caught.value.code == code


def test_candidate_without_evidence_has_no_scores() -> None:
    nothing = MetricsInput(**dict.fromkeys(METRICS, NAN) | {"yearly_profits": []})
    assert calculate_rating(nothing) == RatingScore()
    # Omega's defaults: metrics count as 0, which is no edge and no profit; no years are stable.
    assert calculate_rating(nothing, config=OMEGA) == RatingScore(
        robustness_score=0.5,
        stability_score=1.0,
        cost_shock_score=0.5,
        trade_dropout_score=0.5,
        stress_penalty=0.5,
        final_rating=0.0,
    )


def test_unknown_metric_takes_only_the_scores_that_need_it() -> None:
    full = calculate_rating(METRICS)
    found = calculate_rating(made(cost_per_trade=NAN))
    assert found == replace(full, cost_shock_score=None, stress_penalty=None, final_rating=None)
    skipped = calculate_rating(made(cost_per_trade=NAN), config=CONFIGS["skip"])
    assert skipped.final_rating is not None
    assert calculate_rating(made(avg_trade_duration=NAN)) == full


def test_deployment_gate_fails_closed_without_r_multiples() -> None:
    config = RatingConfig(gate="deployment", thresholds=Thresholds(max_drawdown=INF))
    assert calculate_rating(made(avg_r=0.8), config=config).final_rating > 0.5
    assert calculate_rating(made(), config=config).final_rating == 0.0


def test_engine_is_the_one_chosen_at_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    config = RatingConfig(penalty_cap=0.123)
    with rating.use_engine("python"):
        slow = calculate_rating(METRICS, config=config)
    assert slow.to_dict() == near(reference.scores(METRICS, config))

    def refuse(*_: object) -> None:
        raise AssertionError("the Python engine was asked")

    monkeypatch.setattr(RowTwin, "of_row", refuse)
    if rating.engine() == "rust":
        assert calculate_rating(METRICS, config=config).to_dict() == near(slow.to_dict())
    with rating.use_engine("python"), pytest.raises(AssertionError, match="Python engine"):
        calculate_rating(METRICS, config=config)


def test_metrics_of_trades_are_metrics_of_a_candidate() -> None:
    metrics = candidate_frame(20, seed=3, tier="trades").select(rating.metrics()).unnest("metrics")
    expected = metrics.select(rating.scores()).to_series().to_list()
    assert [calculate_rating(row).to_dict() for row in metrics.to_dicts()] == expected
    assert METRICS_INPUT.differences(metrics.schema) == []


def test_threads_get_the_scores_of_their_own_candidate() -> None:
    alone = [calculate_rating(row) for row in CANDIDATES]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(calculate_rating, CANDIDATES * 5)) == alone * 5
