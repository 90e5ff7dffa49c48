"""One candidate in, its scores out: the scalar call over the expression `scores`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from polars_rating._config_base import instance
from polars_rating.config import RatingConfig
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.scalar import ScalarScore
from polars_rating.types import MetricsDict, MetricsInput, RatingScore


def calculate_rating(
    metrics: MetricsInput | MetricsDict | Mapping[str, Any],
    *,
    seed: int | None = None,
    config: RatingConfig | None = None,
) -> RatingScore:
    """Rate one candidate on its summary metrics.

    The same numbers as ``df.select(rating.scores(config))`` on a frame of one row, without the
    query. For many candidates use that, or a batch call.

    Parameters
    ----------
    metrics : MetricsInput or mapping
        The metrics; a mapping is read with `MetricsInput.from_dict`.
    seed : int, optional
        Seed of the draws, in [0, 2**64 - 1], in place of ``config.jitter.seed`` and
        ``config.dropout.seed``. Summary metrics have one score that draws: robustness.
    config : RatingConfig, optional
        Weights, aggregation, gate, and the components' parameters.

    Returns
    -------
    RatingScore
        Every score is in [0, 1], the stress penalty in [0, cap], never NaN. A score is None only
        where a metric that it needs is NaN or infinite (an infinite profit factor is a number) or
        ``yearly_profits`` is empty. The final rating is None where a component with weight is,
        unless ``on_missing`` says otherwise, and with ``gate="profit"`` where the profit is not
        known. With ``no_evidence="omega"`` nothing is None: such a metric counts as 0, and the
        stability without years is 1.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for metrics or a config of another type and for wrong keys,
        ``RATING_BAD_VALUE`` and ``RATING_LENGTH_MISMATCH`` for metrics outside their domain,
        ``RATING_BAD_SEED`` for a seed.

    Notes
    -----
    Which metrics a score needs, P being `profit` or else the sum of `yearly_profits`: robustness
    P, profit_factor, win_rate; trade dropout also total_trades, sharpe_ratio, max_drawdown; cost
    shock and stress penalty also cost_per_trade; stability yearly_profits.

    References
    ----------
    Scoring specification, sections 7 to 9.

    Examples
    --------
    >>> metrics = {
    ...     "total_trades": 120,
    ...     "win_rate": 0.55,
    ...     "profit_factor": 1.8,
    ...     "sharpe_ratio": 1.5,
    ...     "max_drawdown": 2000.0,
    ...     "avg_trade_duration": 3600.0,
    ...     "yearly_profits": [4000.0, 6000.0],
    ...     "cost_per_trade": 2.5,
    ... }
    >>> score = calculate_rating(metrics, seed=7)
    >>> round(score.final_rating, 4), round(score.stability_score, 4)
    (0.7925, 0.8333)
    >>> calculate_rating({**metrics, "yearly_profits": []}).final_rating is None
    True
    """
    if not isinstance(metrics, MetricsInput):
        if not isinstance(metrics, Mapping):
            msg = f"`metrics` must be a MetricsInput or a mapping, got {type(metrics).__name__}"
            raise RatingError(msg, code=ErrorCode.RATING_BAD_ARGUMENT)
        metrics = MetricsInput.from_dict(metrics)
    keywords = {} if config is None else {"config": instance("config", config, RatingConfig)}
    if seed is not None:
        config = config or RatingConfig()
        jitter, dropout = replace(config.jitter, seed=seed), replace(config.dropout, seed=seed)
        keywords = {"config": replace(config, jitter=jitter, dropout=dropout)}
    # The deployment gate asks for a column of R-multiples; a null one fails it. Without a profit
    # there is no such column, so that the years give it.
    return RatingScore(**_scores({"avg_r": None, **metrics.to_dict()}, **keywords))


_scores: Final = ScalarScore("scores")
