"""Charts of all candidates at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from polars_rating.config import RatingConfig
from polars_rating.report import charts, field
from polars_rating.report import parameters as of_parameters
from polars_rating.report._extra import need
from polars_rating.report.candidates import median_of, prepare
from polars_rating.report.plot._chart import NOTEBOOK, Frame, Name, finished, missing
from polars_rating.report.style import positive

if TYPE_CHECKING:
    import altair as alt


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
