"""Altair charts of candidates, one function each, the way ``df.plot`` makes them.

Every function takes a frame of one row per candidate, rated or with evidence of any tier, and
returns a chart that a notebook shows and that can be changed further. They need the extra
``[report]``. Charts of one candidate take ``candidate``: its name, or its rank (1, the best).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from polars_rating.config import RatingConfig
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.report import charts, curves, field, theme
from polars_rating.report import parameters as of_parameters
from polars_rating.report._extra import need
from polars_rating.report.candidates import Candidates, prepare
from polars_rating.report.detail import bars, trades_of
from polars_rating.report.style import positive

if TYPE_CHECKING:
    import altair as alt

    Frame = pl.DataFrame | pl.LazyFrame
    Name = str | Sequence[str] | None

__all__ = [
    "against_profit",
    "contributions",
    "costs",
    "distribution",
    "equity",
    "plateau",
    "points_lost",
    "reruns",
    "years",
]

WIDTH: Final = 480
HEIGHT: Final = 260
NOTEBOOK: Final = {**theme.CONFIG, "background": "white"}


def distribution(frame: Frame, *, config: RatingConfig | None = None) -> alt.LayerChart:
    """Draw the histogram of the final rating; gated and null candidates have bars of their own.

    Parameters
    ----------
    frame : DataFrame or LazyFrame
        One row per candidate.
    config : RatingConfig, optional
        How to rate; for a rated frame, how it was.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    RatingError
        For what is no frame or has no rows.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> chart = rating.plot.distribution(pl.DataFrame({"final_rating": [0.0, 0.61, 0.7, None]}))
    >>> chart.to_dict()["title"]["text"]
    'Final rating'
    """
    candidates = prepare(frame, config=config)
    chart = charts.distribution(field.distribution(candidates), median_of(candidates))
    return finished(chart, "Final rating", "dashed: median of the candidates above 0")


def against_profit(
    frame: Frame, *, name: Name = None, config: RatingConfig | None = None, top: int = 25
) -> alt.LayerChart:
    """Draw the final rating against the net profit; the best `top` in vermilion.

    More than 1,500 candidates are counted in cells, stronger where there are more of them.

    Parameters
    ----------
    frame : DataFrame or LazyFrame
        One row per candidate.
    name : str or sequence of str, optional
        The columns that name the candidate, for the tooltip.
    config : RatingConfig, optional
        How to rate; for a rated frame, how it was.
    top : int
        How many of the best are told apart, at least 1.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    RatingError
        For what is no frame or has no rows or no profit.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> frame = pl.DataFrame({"profit": [10.0, -3.0], "final_rating": [0.7, 0.0]})
    >>> rating.plot.against_profit(frame).to_dict()["title"]["text"]
    'Rating against profit'
    """
    candidates = prepare(frame, name=name, config=config)
    if not candidates.has("profit"):
        raise missing("profit")
    cells, points = field.against_profit(candidates, positive("top", top))
    return finished(
        charts.against_profit(cells, points), "Rating against profit", f"vermilion: the best {top}"
    )


def points_lost(
    frame: Frame, *, config: RatingConfig | None = None, top: int = 25
) -> alt.LayerChart:
    """Draw where points are lost: what each component takes from the rating.

    Points lost are w * (1 - s) / sum(w). Candidates with a rating of 0 are left out.

    Parameters
    ----------
    frame : DataFrame or LazyFrame
        One row per candidate, with or without the scores of the components.
    config : RatingConfig, optional
        How to rate; for a rated frame, how it was.
    top : int
        The diamond is the mean of the best `top`, at least 1.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    RatingError
        For what is no frame or has no rows, or no candidate with a rating above 0.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> frame = pl.DataFrame({"stability_score": [0.5, 0.9], "final_rating": [0.6, 0.8]})
    >>> rating.plot.points_lost(frame).to_dict()["title"]["text"]
    'Where points are lost'
    """
    candidates = prepare(frame, config=config)
    rows = field.points_lost(candidates, positive("top", top))
    if not rows:
        raise missing("scores of the components")
    words = f"line 5 to 95 %, bar the middle half, tick the median, diamond the best {top}"
    return finished(charts.points_lost(rows), "Where points are lost", words)


def plateau(
    frame: Frame,
    parameters: str | Sequence[str] | None = None,
    *,
    name: Name = None,
    config: RatingConfig | None = None,
) -> alt.HConcatChart:
    """Draw the median rating over two parameters; gated cells are grey with a cross.

    Parameters
    ----------
    frame : DataFrame or LazyFrame
        One row per candidate.
    parameters : str or sequence of str, optional
        Columns: the first two numbers are the axes, the first that is no number makes panels. By
        default other columns with few values, else the numbers in the names.
    name : str or sequence of str, optional
        The columns that name the candidate.
    config : RatingConfig, optional
        How to rate; for a rated frame, how it was.

    Returns
    -------
    altair.HConcatChart

    Raises
    ------
    RatingError
        ``RATING_MISSING_EVIDENCE`` if there are no parameters.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> frame = pl.DataFrame(
    ...     {"fast": [5, 5, 10], "slow": [20, 50, 50], "final_rating": [0.0, 0.7, 0.6]}
    ... )
    >>> len(rating.plot.plateau(frame).to_dict()["hconcat"])
    1
    """
    candidates = prepare(frame, name=name, config=config)
    found = of_parameters.plateau(candidates, of_parameters.find(candidates, parameters))
    if found is None:
        raise missing("parameters")
    domain = found.domain
    panels = [
        charts.plateau(found, panel, domain, legend=panel == found.panels[-1]).properties(
            title=panel, width=26 * len(found.x_values), height=22 * len(found.y_values)
        )
        for panel in found.panels
    ]
    title = "Parameter plateau"
    return need("altair").hconcat(*panels).properties(title=title).configure(**NOTEBOOK)


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
    candidates, at, row = _one(frame, candidate, name, config)
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
    candidates, at, row = _one(frame, candidate, name, config)
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
    candidates, at, row = _one(frame, candidate, name, config)
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
    candidates, at, _ = _one(frame, candidate, name, config)
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
    candidates, at, row = _one(frame, candidate, name, config)
    rows = curves.reruns(row)
    if not rows:
        raise missing("reruns and a profit above 0")
    return finished(charts.reruns(rows), f"Reruns of {candidates.labels[at]}")


def median_of(candidates: Candidates) -> float | None:
    """Return the median rating of those above 0; None if there are none."""
    rated = candidates.ratings.filter(candidates.ratings > 0)
    return float(rated.median()) if rated.len() else None  # type: ignore[arg-type]


def finished(chart: Any, title: str, words: str = "") -> Any:
    """Return a chart with title, size and the look of the package."""
    alt = need("altair")
    text = alt.TitleParams(title, subtitle=words) if words else alt.TitleParams(title)
    sized = chart.properties(title=text, width=WIDTH, height=HEIGHT)
    return sized.configure(**NOTEBOOK)


def missing(what: str) -> RatingError:
    """Return the error for a chart without its evidence."""
    return RatingError(f"the frame has no {what}", code=ErrorCode.RATING_MISSING_EVIDENCE)


def _one(
    frame: Frame, candidate: str | int, name: Name, config: RatingConfig | None
) -> tuple[Candidates, int, dict[str, Any]]:
    candidates = prepare(frame, name=name, config=config)
    labels = candidates.labels
    if isinstance(candidate, str) and candidate in labels:
        at = labels.index(candidate)
    elif (
        isinstance(candidate, int)
        and not isinstance(candidate, bool)
        and 1 <= candidate <= len(labels)
    ):
        at = candidate - 1
    else:
        raise RatingError(
            f"`candidate` must be a name or a rank in [1, {len(labels)}], got {candidate!r}",
            code=ErrorCode.RATING_MISSING_EVIDENCE,
        )
    return candidates, at, candidates.frame.row(at, named=True)
