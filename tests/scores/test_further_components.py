"""Further components of the rating: any score of the catalogue that may be given a weight."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import polars_rating as rating
from polars_rating import scalar
from polars_rating.catalog import COMPONENTS, FURTHER_COMPONENTS, SCORES
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.testing import candidate_frame
from tests._engines import engine as engine  # a fixture
from tests.scores._by_hand import near

pytestmark = pytest.mark.usefixtures("engine")

ONLY = dict.fromkeys(COMPONENTS, 0.0)
JUDGED = [name for name, row in FURTHER_COMPONENTS.items() if not row.passed_in]


def frame() -> pl.DataFrame:
    tiers = ("reruns", "trades", "equity", "returns")
    frames = [candidate_frame(12, seed=5, tier=tier) for tier in tiers]
    columns = {column.name: column for part in frames for column in part.get_columns()}
    return pl.DataFrame(list(columns.values()))


def weighted(**weights: float) -> rating.RatingConfig:
    return rating.RatingConfig(weights=rating.Weights(**weights), gate="none")


@pytest.mark.parametrize("name", JUDGED)
def test_component_with_a_weight_is_its_own_expression(name: str) -> None:
    row = SCORES[name]
    config = weighted(**{name: 2.0})
    found = frame().select(
        getattr(rating, name)(), rating.scores(config), rating.explain(config).alias("parts")
    )
    own, scores = found[row.output].to_list(), found["rating_score"].to_list()
    assert [score[row.output] for score in scores] == own
    assert list(scores[0]) == [*(r.output for r in COMPONENTS.values()), row.output, "final_rating"]
    for score, value, parts in zip(scores, own, found["parts"].to_list(), strict=True):
        upward = [*(score[r.output] for r in COMPONENTS.values()), value, value]
        upward[4] = 1 - upward[4]
        if row.counts_as == "p_value":
            upward[5:] = [1 / (1 + (1.0 if value is None else value))] * 2
        if None in upward:
            assert score["final_rating"] is None
        else:
            assert score["final_rating"] == near(sum(upward) / 7)
            assert parts[row.output] == near(2 * upward[5] / 7)


@pytest.mark.parametrize("name", JUDGED)
def test_component_that_is_passed_in_counts_as_given(name: str) -> None:
    config = weighted(**ONLY, **{name: 1.0})
    df, given = frame().with_columns(quarter=0.25), {name: "quarter"}
    expected = 0.8 if FURTHER_COMPONENTS[name].counts_as == "p_value" else 0.25
    assert df.select(rating.final(config=config, **given)).to_series().to_list() == near(
        [expected] * 12
    )
    assert scalar.final(config=config, **{name: 0.25}) == near(expected)


def test_default_has_the_five_components_alone() -> None:
    scores = frame().select(rating.scores()).to_series()
    outputs = [row.output for row in COMPONENTS.values()]
    assert scores.struct.fields == [*outputs, "final_rating"]


def test_missing_evidence_of_a_component_is_as_the_config_says() -> None:
    bare = frame().select("trades", "win_rate", "profit_factor", "avg_r")
    config = weighted(data_jitter=1.0)
    with pytest.raises(pl.exceptions.ComputeError, match=r"RATING_MISSING_EVIDENCE.*data_jitter"):
        bare.select(rating.final(config=config))
    five = bare.select(rating.final(config=weighted())).to_series()
    for on_missing, share in (("skip", 1.0), ("zero", 5 / 6)):
        settings = rating.RatingConfig(
            weights=rating.Weights(data_jitter=1.0), gate="none", on_missing=on_missing
        )
        found = bare.select(rating.final(config=settings)).to_series()
        assert found.to_list() == near([x * share for x in five])


def test_component_passed_in_without_a_weight_is_an_error() -> None:
    with pytest.raises(RatingError, match=r"`weights.data_jitter` is 0") as caught:
        rating.final(data_jitter=pl.lit(1.0))
    assert caught.value.code == ErrorCode.RATING_BAD_ARGUMENT


def test_metrics_are_scores_by_hand() -> None:
    row: dict[str, Any] = {
        "win_rate": 0.55,
        "avg_r": 0.25,
        "profit": 300.0,
        "max_drawdown": 100.0,
        "trades": [{"pnl": 3.0, "r_multiple": None}, {"pnl": -1.0, "r_multiple": None}],
    }
    df = pl.DataFrame([row], schema_overrides={"trades": pl.List(pl.Struct({"pnl": pl.Float64}))})
    found = df.select(
        rating.win_rate_score(),
        rating.avg_r_score(),
        rating.recovery_factor_score(),
        rating.sortino_score(),
    ).row(0)
    ratio = 1 / 0.5**0.5  # mean 1 by root mean square loss √(1/2)
    assert found == near((0.55, 0.2, 0.75, ratio / (1 + ratio)))


def test_omegas_ranking_is_the_mean_of_twelve_by_hand() -> None:
    row: dict[str, Any] = {
        "profit": 300.0,
        "max_drawdown": 100.0,
        "sharpe_ratio": 0.2,
        "win_rate": 0.5,
        "avg_r": 1.0,
        "profit_factor": 2.0,
        "yearly_profits": [100.0, 100.0],
        "jitter_runs": [{"profit": 300.0, "avg_r": 1.0, "win_rate": 0.5, "max_drawdown": 100.0}],
        "cost_runs": [{"profit": 270.0, "max_drawdown": 100.0, "sharpe_ratio": 0.2}],
        "dropout_runs": [{"profit": 300.0, "max_drawdown": 130.0, "sharpe_ratio": 0.2}],
    }
    omega = rating.RatingConfig.preset("omega")
    # Recovery factor 3/4, mean R 1/2, win rate 1/2, robustness 1, costs 1 - 0.1/3, dropout
    # 1 - 0.3/3, stability 1, the p-value that is missing 1/2; all else counts 0.
    parts = [0.75, 0.5, 0.5, 1.0, 1 - 0.1 / 3, 0.9, 1.0, 0.5]
    found = pl.DataFrame([row]).select(rating.final(config=omega)).item()
    assert found == near(sum(parts) / 12)
    passed = pl.DataFrame([{**row, "hit": 0.6}])
    found = passed.select(rating.final(config=omega, tp_sl_stress="hit")).item()
    assert found == near((sum(parts) + 0.6) / 12)
    assert scalar.final(row, config=omega, tp_sl_stress=0.6) == near((sum(parts) + 0.6) / 12)


@pytest.mark.parametrize("name", ["final", "scores", "explain"])
def test_omegas_ranking_of_python_values_is_that_of_a_frame(name: str) -> None:
    row = {"profit": 3.0, "max_drawdown": 1.0, "avg_r": 1.0, "win_rate": 0.5}
    omega = rating.RatingConfig.preset("omega")
    expected = pl.DataFrame([row]).select(getattr(rating, name)(config=omega)).item()
    function = getattr(scalar, name)
    assert function(row, config=omega) == expected
    assert function([row, row], config=omega) == [expected, expected]
    # A component counts where it is passed in, not where a key has its name.
    assert function({**row, "tp_sl_stress_score": 0.5}, config=omega) == expected


def test_component_that_needs_candles_must_be_passed_in() -> None:
    with pytest.raises(RatingError, match=r"`tp_sl_stress` has a weight and must be passed in"):
        rating.final(config=weighted(tp_sl_stress=1.0))
