"""The final rating as the objective of an Optuna study."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from polars_rating._config_base import instance
from polars_rating.config import RatingConfig
from polars_rating.exceptions import bad_argument

if TYPE_CHECKING:
    from polars_rating.pipeline import TradeColumns

_KEY = "__candidate__"


def optuna_objective(
    backtest: Callable[[Any], Any],
    *,
    config: RatingConfig | None = None,
    columns: TradeColumns | None = None,
) -> Callable[[Any], float]:
    """Return an Optuna objective: the final rating of what a backtest trades.

    Parameters
    ----------
    backtest : callable
        Gets the trial, asks it for its parameters, and returns the trades, one row per trade: a
        Polars frame, eager or lazy, or anything that ``pl.DataFrame`` takes.
    config : RatingConfig, optional
        Parameters of the rating. Its seeds are fixed, so that equal trades have equal ratings.
    columns : TradeColumns, optional
        Names of the trades' columns; by default `polars_rating.pipeline.TradeColumns.find`.

    Returns
    -------
    callable
        The objective, to be maximised: ``study.optimize(objective)``. Every metric and score of
        the trial becomes a user attribute, also of a pruned one, so that `neighbour_runs` can read
        them all with `polars_rating.adapters.from_optuna`.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for an argument of another type or if optuna is not installed. When
        a trial runs: as `polars_rating.pipeline.rate_trades`.
    optuna.TrialPruned
        When a trial runs that the gate of `config` sets to 0, that has no trade or no rating.

    Notes
    -----
    Optuna's samplers are seeded where they are made: ``TPESampler(seed=0)``. The rating of a single
    trial cannot see its neighbours: robustness is the summary model until the study is done.

    Examples
    --------
    >>> import optuna
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> from polars_rating.data import load_trades
    >>> optuna.logging.set_verbosity(optuna.logging.ERROR)
    >>> shipped = load_trades()
    >>> def backtest(trial):
    ...     fast = trial.suggest_categorical("fast", [10, 20, 50])
    ...     return shipped.filter(strategy=f"sma_{fast:03}_200_long").drop("strategy")
    >>> study = optuna.create_study(
    ...     direction="maximize", sampler=optuna.samplers.TPESampler(seed=0)
    ... )
    >>> study.optimize(rating.optuna_objective(backtest), n_trials=8)
    >>> study.best_params, round(study.best_value, 4)
    ({'fast': 20}, 0.7601)
    """
    if not callable(backtest):
        raise bad_argument(f"`backtest` must be callable, got {type(backtest).__name__}")
    settings = instance("config", config, RatingConfig)
    try:
        from optuna import TrialPruned
    except ImportError:
        extra = "pip install 'polars-rating[optuna]'"
        raise bad_argument(f"`optuna_objective` needs optuna: {extra}") from None

    def objective(trial: Any) -> float:
        from polars_rating.pipeline import rate_trades

        trades = backtest(trial)
        if not isinstance(trades, pl.DataFrame | pl.LazyFrame):
            trades = pl.DataFrame(trades)
        keyed = trades.lazy().with_columns(pl.lit(0).alias(_KEY))
        rated = rate_trades(keyed, _KEY, columns, settings).drop(_KEY, "trades").collect()
        if rated.is_empty():
            raise TrialPruned("no trade")
        row = rated.row(0, named=True)
        for name, value in row.items():
            if isinstance(value, timedelta):
                value = value.total_seconds()
            if isinstance(value, int | float):
                trial.set_user_attr(name, value)
        final = row["final_rating"]
        if final is None:
            raise TrialPruned("no rating: a component has no evidence")
        if final == 0 and settings.gate != "none":
            raise TrialPruned(f"the gate {settings.gate!r} is not passed")
        return float(final)

    return objective
