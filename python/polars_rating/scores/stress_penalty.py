"""Stress penalty, and the timing jitter score that is made of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import polars as pl

from polars_rating import schema
from polars_rating._expr.columns import as_expr
from polars_rating._expr.score import score
from polars_rating.parameters import COST_MULTIPLIER, NO_EVIDENCE, PENALTY_CAP, VARIATION, check

if TYPE_CHECKING:
    from polars._typing import IntoExpr


def stress_penalty(
    *,
    runs: IntoExpr | None = None,
    trades: IntoExpr | None = None,
    variation: float = VARIATION,
    cost_multiplier: float = COST_MULTIPLIER,
    penalty_cap: float = PENALTY_CAP,
    no_evidence: str = NO_EVIDENCE,
    **columns: Unpack[schema.MetricColumns],
) -> pl.Expr:
    """Penalise what profit, drawdown and Sharpe ratio lose under stress.

    .. math:: penalty = clip(mean_m(pen_m), 0, cap)

    Over trades, three exact replays: fees times `cost_multiplier`; the best
    ``ceil(variation * n)`` trades missed; every loss larger by `variation`.

    Parameters
    ----------
    runs : expression or column name, optional
        Reruns under stress, ``List(Struct{profit, max_drawdown, sharpe_ratio})``, also
        ``Array(Struct)`` or ``Struct`` of lists. Default: the column ``stress_runs``.
    trades : expression or column name, optional
        Trades, ``List(Struct{pnl, fee?, ...})``, to be replayed. Default: the column ``trades``.
        Without either, the summary model: one joint scenario in which win rate and payoff fall by
        `variation` and costs rise (each trade is one of two outcomes, an average win or an
        average loss).
    variation : float
        Relative size of the stress, in [0, 1].
    cost_multiplier : float
        Multiple of the fees, finite and > 0.
    penalty_cap : float
        Largest penalty, in [0, 1].
    no_evidence : {'null', 'omega'}
        ``"omega"`` gives a row without evidence penalty 0.
    **columns
        Stand-ins for ``profit``, ``max_drawdown``, ``sharpe_ratio``, ``win_rate``,
        ``profit_factor``, ``total_trades``, ``cost_per_trade``, ``yearly_profits``.

    Returns
    -------
    pl.Expr
        Float64 ``stress_penalty`` in [0, cap], lower is better; nulls as in `cost_shock`.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        At ``collect_schema()``, for a frame without evidence or with a wrong dtype.

    References
    ----------
    Omega's stress module; scoring specification, sections 4 and 9.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame(
    ...     {
    ...         "profit": [10_000.0],
    ...         "max_drawdown": [2_000.0],
    ...         "sharpe_ratio": [1.5],
    ...         "stress_runs": [
    ...             [
    ...                 {"profit": 8000, "max_drawdown": 2500, "sharpe_ratio": 1.1},
    ...                 {"profit": 6500, "max_drawdown": 3200, "sharpe_ratio": 0.9},
    ...             ]
    ...         ],
    ...     }
    ... )
    >>> df.select(rating.stress_penalty())
    shape: (1, 1)
    ┌────────────────┐
    │ stress_penalty │
    │ ---            │
    │ f64            │
    ╞════════════════╡
    │ 0.344444       │
    └────────────────┘
    """
    return score(
        "stress_penalty",
        columns,
        runs=runs,
        trades=trades,
        variation=variation,
        cost_multiplier=cost_multiplier,
        penalty_cap=penalty_cap,
        no_evidence=no_evidence,
    )


def timing_jitter(
    *,
    runs: IntoExpr | None = None,
    penalty_cap: float = PENALTY_CAP,
    no_evidence: str = NO_EVIDENCE,
    **columns: Unpack[schema.Columns],
) -> pl.Expr:
    """Score how well profit, drawdown and Sharpe ratio hold when entries come earlier or later.

    ``1 - penalty`` with the penalty of `stress_penalty` over reruns at shifted times; nothing
    stands in for such reruns.

    Parameters
    ----------
    runs : expression or column name, optional
        Reruns, ``List(Struct{profit, max_drawdown, sharpe_ratio})``. Default: the column
        ``timing_runs``.
    penalty_cap : float
        Largest penalty, in [0, 1].
    no_evidence : {'null', 'omega'}
        ``"omega"`` scores a row without evidence 1.
    **columns
        Stand-ins for ``profit``, ``max_drawdown``, ``sharpe_ratio``, ``yearly_profits``,
        ``trades``.

    Returns
    -------
    pl.Expr
        Float64 ``timing_jitter_score`` in [0, 1], higher is better; nulls as in `cost_shock`.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        At ``collect_schema()``, for a frame without evidence or with a wrong dtype.

    References
    ----------
    Scoring specification, section 4.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"profit": [100.0], "max_drawdown": [10.0], "sharpe_ratio": [1.0]})
    >>> runs = pl.Series([[{"profit": 70.0, "max_drawdown": 10.0, "sharpe_ratio": 1.0}]])
    >>> df.select(rating.timing_jitter(runs=pl.lit(runs))).item()
    0.9
    """
    return score(
        "timing_jitter", columns, runs=runs, penalty_cap=penalty_cap, no_evidence=no_evidence
    )


def score_from_penalty(penalty: IntoExpr, *, penalty_cap: float = PENALTY_CAP) -> pl.Expr:
    """Return the score that a penalty leaves.

    .. math:: score = max(0, 1 - clip(penalty, 0, cap))

    Parameters
    ----------
    penalty : expression or column name
        Any numeric dtype; a number is the same for all rows.
    penalty_cap : float
        Largest penalty, in [0, 1].

    Returns
    -------
    pl.Expr
        Float64 ``score_from_penalty`` in [0, 1], higher is better; null where the penalty is null
        or NaN.

    Raises
    ------
    RatingError
        For a `penalty_cap` outside [0, 1], or a penalty that is no expression.

    References
    ----------
    Omega; scoring specification, section 4.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"p": [-0.1, 0.25, 0.9, None]})
    >>> df.select(rating.score_from_penalty("p")).to_series().to_list()
    [1.0, 0.75, 0.5, None]
    """
    cap: float = check("penalty_cap", penalty_cap)
    paid = as_expr("penalty", penalty).cast(pl.Float64).fill_nan(None).clip(0.0, cap)
    return (1.0 - paid).alias("score_from_penalty")
