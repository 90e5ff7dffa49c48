"""Charts of one candidate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polars_rating.config import RatingConfig
from polars_rating.report import charts, curves
from polars_rating.report.detail import bars, trades_of
from polars_rating.report.plot._chart import Frame, Name, finished, missing, one

if TYPE_CHECKING:
    import altair as alt


def equity(
    frame: Frame,
    candidate: str | int = 1,
    *,
    name: Name = None,
    config: RatingConfig | None = None,
) -> alt.LayerChart:
    """Draw the equity of a candidate with the fan of its trade dropout, 5 to 95 % of the runs.

    Parameters
    ----------
    frame : DataFrame or LazyFrame
        One row per candidate, with ``trades``.
    candidate : str or int
        Its name or rank.
    name : str or sequence of str, optional
        The columns that name the candidate.
    config : RatingConfig, optional
        How to rate, and the dropout whose runs are drawn.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    RatingError
        ``RATING_MISSING_EVIDENCE`` without trades or such a candidate.

    Examples
    --------
    >>> import polars_rating as rating
    >>> from polars_rating.data import load_trades
    >>> from polars_rating.pipeline import rate_trades
    >>> rated = rate_trades(load_trades(), by="strategy").collect()
    >>> rating.plot.equity(rated).to_dict()["title"]["text"]
    'Equity of sma_040_250_long_trail'
    """
    candidates, at, row = one(frame, candidate, name, config)
    rows = curves.equity(trades_of(candidates, row), candidates)
    if not rows:
        raise missing("trades")
    fan, dated = "low" in rows[0], isinstance(rows[0]["t"], str)
    chart = charts.equity(rows, dated=dated, fan=fan)
    dropout = candidates.config.dropout
    words = f"band 5 to 95 % of {dropout.n_runs} runs without {dropout.fraction:.0%} of the trades"
    return finished(chart, f"Equity of {candidates.labels[at]}", words if fan else "")


def costs(
    frame: Frame,
    candidate: str | int = 1,
    *,
    name: Name = None,
    config: RatingConfig | None = None,
) -> alt.LayerChart:
    """Draw the profit of a candidate at multiples of its fees.

    Parameters
    ----------
    frame : DataFrame or LazyFrame
        One row per candidate, with ``trades`` that have fees.
    candidate : str or int
        Its name or rank.
    name : str or sequence of str, optional
        The columns that name the candidate.
    config : RatingConfig, optional
        How to rate, and the multipliers that are marked.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    RatingError
        ``RATING_MISSING_EVIDENCE`` without trades, fees or such a candidate.

    Examples
    --------
    >>> import polars_rating as rating
    >>> from polars_rating.data import load_trades
    >>> from polars_rating.pipeline import rate_trades
    >>> rated = rate_trades(load_trades(), by="strategy").collect()
    >>> rating.plot.costs(rated, "sma_020_100_long").to_dict()["title"]["text"]
    'Costs of sma_020_100_long'
    """
    candidates, at, row = one(frame, candidate, name, config)
    rows = curves.costs(trades_of(candidates, row), candidates)
    if not rows:
        raise missing("trades with fees")
    return finished(
        charts.costs(rows), f"Costs of {candidates.labels[at]}", "vermilion: the shocks"
    )


def years(
    frame: Frame,
    candidate: str | int = 1,
    *,
    name: Name = None,
    config: RatingConfig | None = None,
) -> alt.Chart:
    """Draw the profit of a candidate by year.

    Parameters
    ----------
    frame : DataFrame or LazyFrame
        One row per candidate, with ``yearly_profits`` or trades that have an exit time.
    candidate : str or int
        Its name or rank.
    name : str or sequence of str, optional
        The columns that name the candidate.
    config : RatingConfig, optional
        How to rate; for a rated frame, how it was.

    Returns
    -------
    altair.Chart

    Raises
    ------
    RatingError
        ``RATING_MISSING_EVIDENCE`` without yearly profits or such a candidate.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> frame = pl.DataFrame({"yearly_profits": [[3.0, -1.0]], "final_rating": [0.7]})
    >>> rating.plot.years(frame).to_dict()["title"]["text"]
    'Years of candidate 1'
    """
    candidates, at, row = one(frame, candidate, name, config)
    rows = curves.years(row)
    if not rows:
        raise missing("yearly profits")
    return finished(charts.years(rows), f"Years of {candidates.labels[at]}")


def contributions(
    frame: Frame,
    candidate: str | int = 1,
    *,
    name: Name = None,
    config: RatingConfig | None = None,
) -> alt.LayerChart:
    """Draw what each component brings to the rating of a candidate, before any gate.

    Parameters
    ----------
    frame : DataFrame or LazyFrame
        One row per candidate, with or without the scores of the components.
    candidate : str or int
        Its name or rank.
    name : str or sequence of str, optional
        The columns that name the candidate.
    config : RatingConfig, optional
        How to rate; for a rated frame, how it was.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    RatingError
        ``RATING_MISSING_EVIDENCE`` without scores or such a candidate.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> frame = pl.DataFrame({"stability_score": [0.5], "final_rating": [0.6]})
    >>> rating.plot.contributions(frame).to_dict()["title"]["text"]
    'Points of candidate 1'
    """
    candidates, at, _ = one(frame, candidate, name, config)
    rows = bars(candidates, at, candidates.contributions())
    if not rows:
        raise missing("scores of the components")
    chart = charts.contributions(rows, [found["component"] for found in rows])
    return finished(chart, f"Points of {candidates.labels[at]}", "grey: what could have been had")


def reruns(
    frame: Frame,
    candidate: str | int = 1,
    *,
    name: Name = None,
    config: RatingConfig | None = None,
) -> alt.LayerChart:
    """Draw the profits of a candidate's reruns as shares of its own.

    Parameters
    ----------
    frame : DataFrame or LazyFrame
        One row per candidate, with reruns such as ``jitter_runs``, and a profit above 0.
    candidate : str or int
        Its name or rank.
    name : str or sequence of str, optional
        The columns that name the candidate.
    config : RatingConfig, optional
        How to rate; for a rated frame, how it was.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    RatingError
        ``RATING_MISSING_EVIDENCE`` without reruns, profit or such a candidate.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> runs = [[{"profit": 80.0, "max_drawdown": 9.0, "sharpe_ratio": 1.0}]]
    >>> frame = pl.DataFrame({"profit": [100.0], "cost_runs": runs, "final_rating": [0.7]})
    >>> rating.plot.reruns(frame).to_dict()["title"]["text"]
    'Reruns of candidate 1'
    """
    candidates, at, row = one(frame, candidate, name, config)
    rows = curves.reruns(row)
    if not rows:
        raise missing("reruns and a profit above 0")
    return finished(charts.reruns(rows), f"Reruns of {candidates.labels[at]}")
