"""Trials of the optimisers themselves, and the rating as an objective."""

from __future__ import annotations

from typing import Any

import numpy as np
import optuna
import pandas as pd
import polars as pl
import pytest
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV

import polars_rating as rating
from polars_rating.adapters import (
    from_cv_results,
    from_heatmap,
    from_optuna,
    from_vectorbt_stats,
)
from polars_rating.data import load_trades
from polars_rating.pipeline import rate_trades

optuna.logging.set_verbosity(optuna.logging.ERROR)
SHIPPED = load_trades()


def conditional(trial: optuna.Trial) -> float:
    kind = trial.suggest_categorical("kind", ["a", "b"])
    size = trial.suggest_float("size", 1e-3, 1.0, log=True) if kind == "a" else 0.0
    trial.set_user_attr("profit", size * 10)
    if size > 0.5:
        raise optuna.TrialPruned
    return size


@pytest.fixture(scope="module")
def study() -> optuna.Study:
    made = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=3))
    made.optimize(conditional, n_trials=30)
    made.enqueue_trial({"kind": "a"})  # waits: it is in no frame
    return made


def test_study_and_its_frame_give_the_same_trials(study: optuna.Study) -> None:
    frame, parameters = from_optuna(study)
    assert set(parameters) == {"kind", "size"}
    assert frame.height == 30
    assert frame["size"].null_count() == (frame["kind"] == "b").sum() > 0
    assert frame.filter(state="PRUNED")["value"].null_count() == (frame["size"] > 0.5).sum() > 0
    other, names = from_optuna(study.trials_dataframe())
    assert set(names) == set(parameters)
    assert other.select(frame.columns).equals(frame)
    assert from_optuna(study, states=["COMPLETE"]).frame["state"].unique().to_list() == ["COMPLETE"]


def test_conditional_parameters_are_compared_with_their_like(study: optuna.Study) -> None:
    frame, parameters = from_optuna(study)
    near = rating.plateau(frame, parameters, "profit", steps=1_000)["plateau"].struct
    of_kind = frame.select(pl.len().over("kind") - 1).to_series()
    assert near["n_neighbours"].to_list() == of_kind.to_list()


def test_heatmaps_of_backtesting_get_canonical_names_and_units() -> None:
    index = pd.MultiIndex.from_product([[5, 10], [20, 40]], names=["fast", "slow"])
    columns = {
        "Return [%]": [1.0, 2.0, np.nan, 4.0],
        "Win Rate [%]": [50.0, 40.0, np.nan, 25.0],
        "Max. Drawdown [%]": [-5.0, -4.0, np.nan, -2.0],
    }
    heatmaps = [pd.Series(values, index, name=name) for name, values in columns.items()]
    frame, parameters = from_heatmap(*heatmaps)
    assert parameters == ("fast", "slow")
    assert frame.rows() == [
        (5, 20, 1.0, 0.5, 5.0),
        (5, 40, 2.0, 0.4, 4.0),
        (10, 40, 4.0, 0.25, 2.0),
    ]
    near = rating.neighbour_runs(frame, parameters)
    assert near.select(rating.robustness(avg_r=None)).null_count().item() == 0


def test_columns_of_vectorbt_become_trials() -> None:
    index = pd.MultiIndex.from_product([[5, 10], ["EUR", "USD"]], names=["window", "symbol"])
    stats = pd.DataFrame({
        "Start": pd.Timestamp("2024-01-01"), "Start Value": 100.0,
        "End Value": [110.0, 90.0, 100.0, 105.0], "Max Drawdown [%]": [1.0, 2.0, 3.0, np.nan],
        "Win Rate [%]": [50.0, 25.0, 0.0, 100.0], "Total Closed Trades": [4, 4, 1, 1],
    }, index)  # fmt: skip
    frame, parameters = from_vectorbt_stats(stats)
    assert parameters == ("window", "symbol")
    assert frame["profit"].to_list() == [10.0, -10.0, 0.0, 5.0]
    assert frame["win_rate"].to_list() == [0.5, 0.25, 0.0, 1.0]
    assert frame["max_drawdown"].to_list() == [1.0, 2.0, 3.0, None]
    assert "Start" not in frame.columns
    near = rating.neighbour_runs(frame, "window", by="symbol")
    assert near["n_neighbours"].to_list() == [1, 1, 1, 1]
    series = from_vectorbt_stats(pd.Series([0.1, 0.2, 0.3, 0.4], index, name="total_return"))
    assert series.frame["total_return"].to_list() == [0.1, 0.2, 0.3, 0.4]


def test_search_of_scikit_learn_becomes_trials() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, 3)), rng.normal(size=60)
    grid = {"alpha": [0.1, 1.0, 10.0], "fit_intercept": [True, False]}
    search = GridSearchCV(Ridge(), grid, scoring=["r2", "neg_mean_absolute_error"], refit="r2")
    frame, parameters = from_cv_results(search.fit(x, y))
    assert frame["r2"].to_list() == search.cv_results_["mean_test_r2"].tolist()
    assert frame.schema["fit_intercept"] == pl.Boolean
    scores = {"r2", "r2_std", "neg_mean_absolute_error", "neg_mean_absolute_error_std"}
    assert set(frame.columns) == {"alpha", "fit_intercept", *scores}
    near = rating.plateau(frame, parameters, "r2", nearest=2, scale="log")["plateau"].struct
    assert near["n_neighbours"].to_list() == [2] * 6


@pytest.mark.parametrize(
    "adapter", [from_optuna, from_heatmap, from_vectorbt_stats, from_cv_results]
)
@pytest.mark.parametrize("bad", [None, 3, "x", {}])
def test_other_objects_are_refused_with_a_code(adapter: Any, bad: object) -> None:
    with pytest.raises(rating.RatingError) as caught:
        adapter(bad)
    assert caught.value.code == "RATING_BAD_ARGUMENT"


def backtest(trial: optuna.Trial) -> pl.DataFrame:
    fast = trial.suggest_categorical("fast", [5, 10, 20])
    slow = trial.suggest_categorical("slow", [40, 100, 250])
    rules = trial.suggest_categorical("rules", ["long", "both"])
    return SHIPPED.filter(strategy=f"sma_{fast:03}_{slow:03}_{rules}")


def optimised(**keywords: Any) -> optuna.Study:
    study = optuna.create_study(
        direction="maximize", sampler=optuna.samplers.RandomSampler(seed=11)
    )
    study.optimize(rating.optuna_objective(backtest, **keywords), n_trials=40)
    return study


def test_objective_is_the_final_rating_and_the_gate_prunes() -> None:
    study = optimised()
    rated = rate_trades(SHIPPED).collect()
    states = set()
    for trial in study.trials:
        p = trial.params
        name = f"sma_{p['fast']:03}_{p['slow']:03}_{p['rules']}"
        row = rated.filter(strategy=name).row(0, named=True)
        states.add(trial.state.name)
        assert trial.user_attrs["profit"] == row["profit"]
        assert trial.user_attrs["stress_penalty"] == row["stress_penalty"]
        assert trial.user_attrs["final_rating"] == row["final_rating"]
        assert (trial.state.name == "PRUNED") == (row["profit"] <= 0)
        assert trial.value == (None if row["profit"] <= 0 else row["final_rating"])
    assert states == {"COMPLETE", "PRUNED"}
    assert optimised().best_trial.params == study.best_trial.params


def test_trials_of_the_objective_are_neighbours_of_each_other() -> None:
    frame, parameters = from_optuna(optimised(config=rating.RatingConfig(gate="none")))
    assert frame["state"].unique().to_list() == ["COMPLETE"]
    near = rating.neighbour_runs(frame.unique("final_rating"), parameters)
    assert near.select(rating.robustness()).null_count().item() == 0


def test_no_trade_and_no_rating_are_pruned() -> None:
    study = optuna.create_study()
    study.optimize(rating.optuna_objective(lambda _: SHIPPED.head(0)), n_trials=1)
    skipped = SHIPPED.head(3).with_columns(exit=pl.lit(None, dtype=pl.Date))
    study.optimize(rating.optuna_objective(lambda _: skipped), n_trials=1)
    assert [trial.state.name for trial in study.trials] == ["PRUNED", "PRUNED"]


@pytest.mark.parametrize("bad", [{"backtest": 3}, {"backtest": backtest, "config": {}}])
def test_objective_refuses_other_arguments(bad: dict[str, Any]) -> None:
    with pytest.raises(rating.RatingError):
        rating.optuna_objective(**bad)
