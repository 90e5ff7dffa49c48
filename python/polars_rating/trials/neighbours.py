"""Neighbours among an optimiser's trials: evidence of robustness without any rerun."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import polars as pl

from polars_rating.catalog import JITTER
from polars_rating.trials._input import (
    Frame,
    Names,
    names_of,
    over_trials,
    require_numbers,
    schema_of,
    way,
)

Scale = Literal["rank", "range", "log"]


def neighbour_runs(
    frame: Frame,
    parameters: Names,
    *,
    by: Names | None = None,
    steps: int = 1,
    within: float | None = None,
    nearest: int | None = None,
    scale: Scale = "rank",
    metrics: Sequence[str] | None = None,
) -> Frame:
    """Add to every trial of an optimiser the metrics of the trials next to it.

    What an optimiser has tried around a candidate stands in for reruns under jittered parameters:
    `robustness`, `final` and `scores` read the column ``neighbour_runs`` where the frame has no
    ``jitter_runs``.

    Parameters
    ----------
    frame : DataFrame or LazyFrame
        One row per trial.
    parameters : str or sequence of str
        Columns of the parameters: numbers, times, Boolean, String, Enum or Categorical. The last
        four must be equal. A null, or a NaN, is a parameter that the trial does not have; it equals
        null only.
    by : str or sequence of str, optional
        Columns of groups that are never compared: asset, timeframe, strategy. Null is a group.
    steps : int
        Near are trials whose parameters all lie at most so many distinct values of the group apart,
        in [1, 1000000]. For grids, also log-scaled ones. Other ways replace it.
    within : float, optional
        Near are trials with ``|x - x0| <= within * max(|x0|, 1e-12)`` on every parameter, x0 the
        trial's own value; >= 0. For random search.
    nearest : int, optional
        Near are so many trials of the smallest Euclidean distance after `scale`, in [1, 1000000].
    scale : {'rank', 'range', 'log'}
        How `nearest` scales each parameter of a group to [0, 1]: by dense rank, between its least
        and greatest value, or between their logarithms.
    metrics : sequence of str, optional
        Columns of numbers to list. Default: ``profit``, ``avg_r``, ``win_rate``,
        ``max_drawdown``, without ``avg_r`` where the frame has none.

    Returns
    -------
    DataFrame or LazyFrame
        The frame, in its order, with ``neighbour_runs``, List(Struct) of Float64, never null and
        empty without a neighbour, ordered by the parameters, then by the metrics; and
        ``n_neighbours``, UInt32: a trial at the edge of a grid has fewer. Columns of these names
        are replaced.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for an argument that breaks its rule, ``RATING_MISSING_EVIDENCE``
        for a column that is not there, ``RATING_BAD_DTYPE`` for one of another type.
    polars.exceptions.ComputeError
        When the query runs: ``RATING_BAD_VALUE`` for an infinite parameter (`within`, `scale`
        ``"range"`` and ``"log"``), one <= 0 (``"log"``), or more than 2**28 neighbours in all.

    Notes
    -----
    A trial is never its own neighbour; another one with the same parameters is. The order of the
    rows plays no part. Trials are found with a k-d tree for each group.

    References
    ----------
    Scoring specification, section 27.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> trials = pl.DataFrame(
    ...     {
    ...         "fast": [5, 10, 20],
    ...         "profit": [900.0, 1000.0, 400.0],
    ...         "win_rate": [0.5, 0.5, 0.4],
    ...         "max_drawdown": [100.0, 100.0, 150.0],
    ...     }
    ... )
    >>> near = rating.neighbour_runs(trials, "fast")
    >>> near["n_neighbours"].to_list()
    [1, 2, 1]
    >>> near.select("fast", rating.robustness(avg_r=None).round(4)).rows()
    [(5, 1.0), (10, 0.7667), (20, 1.0)]
    """
    schema = schema_of(frame)
    near = way(steps, within, nearest, scale)
    if metrics is None:
        metrics = [name for name in JITTER if name != "avg_r" or name in schema]
    listed = names_of("metrics", metrics)
    expr = over_trials("neighbour_runs", schema, parameters, by, listed, near)
    count = pl.col("neighbour_runs").list.len().cast(pl.UInt32).alias("n_neighbours")
    return frame.with_columns(expr).with_columns(count)


def plateau(
    frame: Frame,
    parameters: Names,
    value: str,
    *,
    by: Names | None = None,
    steps: int = 1,
    within: float | None = None,
    nearest: int | None = None,
    scale: Scale = "rank",
) -> Frame:
    """Add to every trial what its neighbours are worth, so that a lonely peak shows.

    Parameters
    ----------
    frame, parameters, by, steps, within, nearest, scale
        As in `neighbour_runs`.
    value : str
        Column of the number to look at, e.g. ``"profit"`` or ``"final_rating"``.

    Returns
    -------
    DataFrame or LazyFrame
        The frame with the struct ``plateau``: Float64 ``median`` and ``minimum`` of the neighbours,
        ``share_positive`` (share above 0, in [0, 1]), ``gap`` (own value minus median, large for a
        lonely peak), in the unit of `value`; and UInt32 ``n_neighbours``. Neighbours whose value is
        null or NaN are left out of all but the count; without any the numbers are null. The gap is
        null where the own value is.

    Raises
    ------
    RatingError, polars.exceptions.ComputeError
        As in `neighbour_runs`.

    References
    ----------
    Scoring specification, section 27.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> trials = pl.DataFrame({"n": [10, 20, 30, 40], "profit": [5.0, -10.0, 90.0, 5.0]})
    >>> rating.plateau(trials, "n", "profit").unnest("plateau").select("n", "median", "gap").rows()
    [(10, -10.0, 15.0), (20, 47.5, -57.5), (30, -2.5, 92.5), (40, 90.0, -85.0)]
    """
    schema = schema_of(frame)
    near = way(steps, within, nearest, scale)
    require_numbers(schema, names_of("value", value))
    return frame.with_columns(over_trials("plateau", schema, parameters, by, [value], near))
