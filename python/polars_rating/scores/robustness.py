"""Robustness under parameter jitter, and its twin over jittered data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import polars as pl

from polars_rating import schema
from polars_rating._expr.score import score
from polars_rating.parameters import (
    MIN_NEIGHBOURS,
    N_ITERATIONS,
    NO_EVIDENCE,
    PARAM_VARIATION,
    PENALTY_CAP,
    SEED,
)

if TYPE_CHECKING:
    from polars._typing import IntoExpr


def robustness(
    *,
    runs: IntoExpr | None = None,
    param_variation: float = PARAM_VARIATION,
    n_iterations: int = N_ITERATIONS,
    seed: int | str | pl.Expr = SEED,
    min_neighbours: int = MIN_NEIGHBOURS,
    penalty_cap: float = PENALTY_CAP,
    no_evidence: str = NO_EVIDENCE,
    **columns: Unpack[schema.Columns],
) -> pl.Expr:
    r"""Score how little the metrics fall when the parameters are jittered.

    .. math:: score = 1 - clip(mean_m(d_m), 0, cap)

    with :math:`d_m` the mean of the relative falls of profit, avg_r and win_rate and the relative
    rise of max_drawdown in rerun m. Without reruns the neighbours among an optimiser's trials stand
    in for them (`neighbour_runs`), and without those the jitter is modelled on win rate and payoff
    (each trade is one of two outcomes, an average win or an average loss).

    Parameters
    ----------
    runs : expression or column name, optional
        Reruns under jittered parameters, ``List(Struct{profit, avg_r, win_rate, max_drawdown})``,
        also ``Array(Struct)`` or ``Struct`` of lists, any numeric dtype. Default: the column
        ``jitter_runs`` if the frame has it, else ``neighbour_runs``, else the summary model.
    param_variation : float
        Summary model: largest relative worsening of win rate and payoff, a ratio in [0, 1].
    n_iterations : int
        Summary model: number of draws.
    seed : int, column name or expression
        Summary model: seed of NumPy's random stream, in [0, 2**64 - 1]. The draws are shared by
        all rows unless the seed is a column.
    min_neighbours : int
        Neighbours: a row with fewer of them has a null score, in [1, 1000000].
    penalty_cap : float
        Largest penalty, in [0, 1].
    no_evidence : {'null', 'omega'}
        ``"omega"`` scores a row without evidence ``1 - penalty_cap``, as Omega does.
    **columns
        Stand-ins for canonical columns: ``profit``, ``avg_r``, ``win_rate``, ``max_drawdown``,
        ``profit_factor``, ``yearly_profits``, ``trades``, ``neighbour_runs``. ``avg_r=None`` leaves
        R-multiples out.

    Returns
    -------
    pl.Expr
        Float64 ``robustness_score`` in [0, 1], higher is better. Null where a base metric is null
        or not finite, or the list of reruns is null or empty. Inside reruns null, NaN and
        infinite numbers count as 0; a null rerun is skipped.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        At ``collect_schema()``, for a frame without evidence or with a wrong dtype.

    References
    ----------
    Omega's robustness module; scoring specification, sections 3 and 9.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame(
    ...     {
    ...         "profit": [10_000.0],
    ...         "avg_r": [0.80],
    ...         "win_rate": [0.55],
    ...         "max_drawdown": [2_000.0],
    ...         "jitter_runs": [
    ...             [
    ...                 {"profit": 9200, "avg_r": 0.72, "win_rate": 0.52, "max_drawdown": 2200},
    ...                 {"profit": 8800, "avg_r": 0.70, "win_rate": 0.50, "max_drawdown": 2350},
    ...             ]
    ...         ],
    ...     }
    ... )
    >>> df.select(rating.robustness())
    shape: (1, 1)
    ┌──────────────────┐
    │ robustness_score │
    │ ---              │
    │ f64              │
    ╞══════════════════╡
    │ 0.894318         │
    └──────────────────┘
    """
    return score(
        "robustness",
        columns,
        runs=runs,
        param_variation=param_variation,
        n_iterations=n_iterations,
        seed=seed,
        min_neighbours=min_neighbours,
        penalty_cap=penalty_cap,
        no_evidence=no_evidence,
    )


def data_jitter(
    *,
    runs: IntoExpr | None = None,
    penalty_cap: float = PENALTY_CAP,
    no_evidence: str = NO_EVIDENCE,
    **columns: Unpack[schema.Columns],
) -> pl.Expr:
    """Score how little the metrics fall when the price data are jittered.

    The formula of `robustness` over reruns on jittered data; nothing stands in for such reruns.

    Parameters
    ----------
    runs : expression or column name, optional
        Reruns, ``List(Struct{profit, avg_r, win_rate, max_drawdown})``. Default: the column
        ``data_jitter_runs``.
    penalty_cap : float
        Largest penalty, in [0, 1].
    no_evidence : {'null', 'omega'}
        ``"omega"`` scores a row without evidence ``1 - penalty_cap``.
    **columns
        Stand-ins for ``profit``, ``avg_r`` (None leaves it out), ``win_rate``, ``max_drawdown``,
        ``yearly_profits``, ``trades``.

    Returns
    -------
    pl.Expr
        Float64 ``data_jitter_score`` in [0, 1], higher is better; nulls as in `robustness`.

    Raises
    ------
    RatingError
        For a parameter that breaks its rule.
    polars.exceptions.ComputeError
        At ``collect_schema()``, for a frame without evidence or with a wrong dtype.

    References
    ----------
    Scoring specification, section 3.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> base = {"profit": 100.0, "avg_r": 1.0, "win_rate": 0.5, "max_drawdown": 10.0}
    >>> run = {"profit": 80.0, "avg_r": 0.9, "win_rate": 0.5, "max_drawdown": 10.0}
    >>> df = pl.DataFrame([{**base, "data_jitter_runs": [run]}])
    >>> df.select(rating.data_jitter()).item()
    0.925
    """
    return score(
        "data_jitter", columns, runs=runs, penalty_cap=penalty_cap, no_evidence=no_evidence
    )
