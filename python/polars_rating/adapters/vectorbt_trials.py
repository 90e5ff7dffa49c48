"""Statistics of a vectorbt portfolio with one column per parameter set."""

from __future__ import annotations

from typing import Any, Final

from polars_rating.adapters.trials import Stats, Trials, canonical, index_levels, trials
from polars_rating.exceptions import bad_argument

STATS: Final[Stats] = {
    "Win Rate [%]": ("win_rate", 0.01),
    "Max Drawdown [%]": ("max_drawdown", 1.0),
    "Profit Factor": ("profit_factor", 1.0),
    "Sharpe Ratio": ("sharpe_ratio", 1.0),
    "Total Closed Trades": ("total_trades", 1),
}


def from_vectorbt_stats(portfolio: Any) -> Trials:
    """Return the statistics of a vectorbt portfolio as a frame of trials.

    Parameters
    ----------
    portfolio : vectorbt.Portfolio, pandas.DataFrame or pandas.Series
        A portfolio whose columns are a (Multi)Index of parameters, or what its
        ``stats(agg_func=None)`` gives: a row for each of its columns. A Series over the same index,
        as ``portfolio.total_return()``, gives one value.

    Returns
    -------
    Trials
        ``frame``: a column for each level of the index, and one for each number among the
        statistics: ``profit`` (``End Value`` minus ``Start Value``, account currency),
        ``max_drawdown`` (percent), ``win_rate`` (ratio), ``profit_factor``, ``sharpe_ratio``,
        ``total_trades`` (closed ones), others under their own names. ``parameters``: the levels;
        the symbol is one of them if the portfolio has several.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for something else.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.MultiIndex.from_tuples([(5, "EUR"), (9, "EUR")], names=["window", "symbol"])
    >>> stats = pd.DataFrame(
    ...     {"Start Value": 100.0, "End Value": [110.0, 90.0], "Win Rate [%]": 50.0}, index
    ... )
    >>> from_vectorbt_stats(stats).frame.rows(named=True)[0]
    {'window': 5, 'symbol': 'EUR', 'win_rate': 0.5, 'profit': 10.0}
    """
    table = portfolio.stats(agg_func=None) if hasattr(portfolio, "wrapper") else portfolio
    if not hasattr(table, "columns") and not hasattr(table, "to_frame"):
        raise bad_argument(
            f"from_vectorbt_stats() takes a portfolio or its stats, got {type(table).__name__}"
        )
    if not hasattr(table, "columns"):
        table = table.to_frame(name="value" if table.name is None else str(table.name))
    values = {
        str(name): list(table[name])
        for name in table.columns
        if getattr(table[name].dtype, "kind", "O") in "iuf"
    }
    start, end = values.pop("Start Value", None), values.pop("End Value", None)
    found = canonical(STATS, values)
    if start is not None and end is not None:
        found["profit"] = [b - a for a, b in zip(start, end, strict=True)]
    return trials(index_levels("stats", table.index), found)
