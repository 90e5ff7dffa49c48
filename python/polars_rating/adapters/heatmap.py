"""Heatmaps of backtesting.py."""

from __future__ import annotations

from typing import Any, Final

from polars_rating.adapters.trials import Stats, Trials, canonical, index_levels, trials
from polars_rating.exceptions import bad_argument

STATS: Final[Stats] = {
    "Return [%]": ("profit", 1.0),
    "Win Rate [%]": ("win_rate", 0.01),
    "Max. Drawdown [%]": ("max_drawdown", -1.0),
    "Profit Factor": ("profit_factor", 1.0),
    "Sharpe Ratio": ("sharpe_ratio", 1.0),
    "# Trades": ("total_trades", 1),
}


def from_heatmap(*heatmaps: Any) -> Trials:
    """Return heatmaps of backtesting.py's ``optimize(return_heatmap=True)`` as a frame of trials.

    Parameters
    ----------
    *heatmaps : pandas.Series
        Series over the same MultiIndex of parameters, named after what each one holds. One heatmap
        is enough for `plateau`; robustness needs ``Return [%]``, ``Win Rate [%]`` and
        ``Max. Drawdown [%]``.

    Returns
    -------
    Trials
        ``frame``: a column for each level of the index, and one for each heatmap: statistics of
        backtesting.py under their canonical names (profit and max_drawdown in percent of the
        initial equity, drawdown >= 0, win_rate as a ratio), others under their own. Combinations
        without a value in all heatmaps (those that ``constraint`` rules out) are left out.
        ``parameters``: the levels.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for something else, or heatmaps over different parameters.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_product([[5, 10], [20, 40]], names=["fast", "slow"])
    >>> heatmap = pd.Series([1.0, 2.0, 3.0, float("nan")], index, name="Return [%]")
    >>> from_heatmap(heatmap).frame.rows()
    [(5, 20, 1.0), (5, 40, 2.0), (10, 20, 3.0)]
    """
    if not heatmaps:
        raise bad_argument("from_heatmap() takes one or more heatmaps, got none")
    first = heatmaps[0]
    for heatmap in heatmaps:
        if not hasattr(heatmap, "index") or not hasattr(heatmap, "name"):
            raise bad_argument(
                f"from_heatmap() takes pandas Series over parameters, got {type(heatmap).__name__}"
            )
        if list(heatmap.index.names) != list(first.index.names) or len(heatmap) != len(first):
            raise bad_argument("the heatmaps must be over the same parameters")
    values = {
        str("value" if heatmap.name is None else heatmap.name): list(heatmap.reindex(first.index))
        for heatmap in heatmaps
    }
    found = trials(index_levels("heatmap", first.index), canonical(STATS, values))
    kept = found.frame.drop_nulls([c for c in found.frame.columns if c not in found.parameters])
    return Trials(kept, found.parameters)
