"""Hypothesis strategies for metrics, trades, and frames of candidates.

What they draw is complete and in its domain, and ranges from the empty to the huge. ``missing``
adds the holes that real tables have, ``wild`` adds any other number that fits the column.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence, Sized
from typing import Any, Final

import polars as pl
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from polars_rating.catalog import TRADE_FIELDS
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.parameters import check, show
from polars_rating.testing import _draws
from polars_rating.testing._draws import Row
from polars_rating.testing.frames import TRADE, Tier
from polars_rating.types import MetricsInput

__all__ = ["candidate_frames", "metrics_inputs", "trade_frames", "trades"]

_FIELDS: Final = {item.name: item for item in dataclasses.fields(MetricsInput)}
_OPTIONAL: Final = {
    name for name, item in _FIELDS.items() if item.default is not dataclasses.MISSING
}


def metrics_inputs(*, missing: bool = False, **overrides: Any) -> SearchStrategy[MetricsInput]:
    """Draw the summary metrics of one candidate.

    Edges among them: no trades, win rate 0 and 1, profit factor 0 and +inf, tiny, huge and
    negative profits, negative Sharpe ratios, no year and many years, optional fields left out.

    Parameters
    ----------
    missing : bool
        Whether required numbers may be NaN, that is, unknown.
    **overrides : strategy or value
        What to draw a field of `MetricsInput` from, or its value. Lists that are not given are as
        long as one that is.

    Returns
    -------
    SearchStrategy of MetricsInput
        Units as in `polars_rating.types.MetricsInput`.

    Raises
    ------
    TypeError
        For a keyword that is no field.
    RatingError
        When drawing, for a value that `MetricsInput` refuses.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from hypothesis import strategies as st
    >>> from polars_rating.testing import metrics_inputs
    >>> @settings(max_examples=30, deadline=None)
    ... @given(metrics_inputs(win_rate=st.floats(0.4, 0.6), years=[2022, 2023]))
    ... def check(metrics):
    ...     assert 0.4 <= metrics.win_rate <= 0.6
    ...     assert len(metrics.yearly_profits) == 2
    >>> check()
    """
    for name in overrides:
        if name not in _FIELDS:
            msg = (
                f"metrics_inputs() got an unexpected keyword argument {name!r}; "
                f"the fields are {', '.join(_FIELDS)}"
            )
            raise TypeError(msg)
    given = {
        name: value if isinstance(value, SearchStrategy) else st.just(value)
        for name, value in overrides.items()
    }
    return _metrics_input(missing, given)


@st.composite
def _metrics_input(
    draw: st.DrawFn, missing: bool, given: Mapping[str, SearchStrategy[Any]]
) -> MetricsInput:
    values: Row = {name: draw(strategy) for name, strategy in given.items()}
    lists = [values.get(name) for name in _draws.YEAR_LISTS]
    sizes = [len(items) for items in lists if isinstance(items, Sized)]
    span = (sizes[0], sizes[0]) if sizes else (0, _draws.MANY_YEARS)
    for name, items in draw(_draws.year_lists(span, missing=False, wild=False)).items():
        values.setdefault(name, draw(_draws.sometimes_none(st.just(items), name in _OPTIONAL)))
    for name in _FIELDS:
        if name not in values:
            value = draw(_draws.number(name, missing=False, wild=False))
            if (missing or name in _OPTIONAL) and draw(_draws.RARELY):
                value = None if name in _OPTIONAL else math.nan
            values[name] = value
    return MetricsInput(**values)


def trades(
    min_size: int = 0,
    max_size: int = 20,
    *,
    fields: Sequence[str] = TRADE_FIELDS,
    missing: bool = False,
    wild: bool = False,
) -> SearchStrategy[list[Row]]:
    """Draw the trades of one candidate, as a list of dictionaries.

    A frame needs their dtype, which an empty list does not show: `polars_rating.testing.TRADE` is
    that of one trade with all fields.

    Parameters
    ----------
    min_size, max_size : int
        Least and greatest number of trades.
    fields : sequence of str
        ``"pnl"`` and any of ``"fee"``, ``"r_multiple"``, ``"entry_time"``, ``"exit_time"``.
    missing : bool
        Whether values may be None, and numbers NaN or infinite.
    wild : bool
        Whether numbers may be any finite ones, fees negative, and exits before entries.

    Returns
    -------
    SearchStrategy of list of dict
        Money in account currency, to the cent; times naive, in no order.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for sizes or fields that break their rule.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> from hypothesis import given, settings
    >>> from polars_rating.testing import TRADE, trades
    >>> @settings(max_examples=30, deadline=None)
    ... @given(trades())
    ... def check(trades):
    ...     df = pl.DataFrame({"trades": [trades]}, schema={"trades": pl.List(TRADE)})
    ...     score = df.select(rating.trade_dropout()).item()
    ...     assert (score is None) == (not trades)
    >>> check()
    """
    least, most = _span("size", min_size, max_size)
    names = check("fields", fields)
    return st.lists(_draws.trade(names, missing, wild), min_size=least, max_size=most)


def trade_frames(
    *,
    min_rows: int = 0,
    max_rows: int = 30,
    fields: Sequence[str] = TRADE_FIELDS,
    missing: bool = False,
    wild: bool = False,
) -> SearchStrategy[pl.DataFrame]:
    """Draw tables of trades, one row per trade, of up to four candidates.

    Parameters
    ----------
    min_rows, max_rows : int
        Least and greatest number of trades.
    fields : sequence of str
        ``"pnl"`` and any other fields of a trade.
    missing, wild : bool
        As in `trades`.

    Returns
    -------
    SearchStrategy of pl.DataFrame
        ``strategy`` (String, never null) and the fields, typed as in
        `polars_rating.testing.trade_frame`; the trades of the candidates interleave.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for numbers of rows or fields that break their rule.

    Examples
    --------
    >>> import polars_rating as rating
    >>> from hypothesis import given, settings
    >>> from polars_rating.testing import trade_frames
    >>> @settings(max_examples=30, deadline=None)
    ... @given(trade_frames(fields=["pnl", "fee"]))
    ... def check(long):
    ...     lists = long.group_by("strategy").agg(rating.trades("pnl", fee="fee"))
    ...     assert lists.select(rating.cost_shock()).null_count().item() == 0
    >>> check()
    """
    least, most = _span("rows", min_rows, max_rows)
    names = check("fields", fields)
    dtypes = TRADE.to_schema()
    schema = {"strategy": pl.String(), **{name: dtypes[name] for name in names}}
    candidate = st.sampled_from([f"s{i:06}" for i in range(4)])
    row = _draws.named(candidate, _draws.trade(names, missing, wild))
    rows = st.lists(row, min_size=least, max_size=most)
    # Not mapped, so that a failing example is shown as a call that can be pasted.
    return st.builds(pl.DataFrame, rows, schema=st.just(schema))


def candidate_frames(
    tier: Tier | None = None,
    *,
    min_rows: int = 0,
    max_rows: int = 5,
    max_length: int = 5,
    missing: bool = False,
    wild: bool = False,
) -> SearchStrategy[pl.DataFrame]:
    """Draw frames of candidates with the evidence of a tier.

    Parameters
    ----------
    tier : {'reruns', 'equity', 'returns', 'trades', 'summary'}, optional
        The evidence, see `polars_rating.testing.candidate_frame`. Default: any of the three that
        `polars_rating.final` takes.
    min_rows, max_rows : int
        Least and greatest number of candidates.
    max_length : int
        Greatest number of reruns, trades, returns or points in a list.
    missing : bool
        Whether numbers may be null, NaN or infinite, lists null or empty, and their items null.
    wild : bool
        Whether numbers may be any finite ones: negative drawdowns and fees, a win rate of 55, a
        profit of 1.7e308.

    Returns
    -------
    SearchStrategy of pl.DataFrame
        The schema is that of ``candidate_frame(0, tier=tier)``, whatever is drawn. Unlike there,
        the numbers of a candidate need not agree: its profit may be another than the sum of its
        years.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for a parameter that breaks its rule.

    Examples
    --------
    >>> import polars_rating as rating
    >>> from hypothesis import given, settings
    >>> from polars_rating.testing import candidate_frames
    >>> @settings(max_examples=30, deadline=None)
    ... @given(candidate_frames(missing=True))
    ... def check(df):
    ...     scores = df.select(rating.final()).to_series()
    ...     assert scores.drop_nulls().is_between(0, 1).all()
    >>> check()
    """
    span = _span("rows", min_rows, max_rows)
    length = check("max_length", max_length)
    if tier is None:
        tiers: list[Tier] = ["summary", "trades", "neighbours", "reruns"]
        return st.one_of([_frames(each, span, length, missing, wild) for each in tiers])
    return _frames(check("tier", tier), span, length, missing, wild)


def _frames(
    tier: Tier, span: tuple[int, int], length: int, missing: bool, wild: bool
) -> SearchStrategy[pl.DataFrame]:
    rows = _draws.candidates(tier, span, length, missing, wild)
    return st.builds(pl.DataFrame, rows, schema=st.just(_draws.schema(tier)))


def _span(what: str, least: int, most: int) -> tuple[int, int]:
    low, high = check(f"min_{what}", least), check(f"max_{what}", most)
    if low > high:
        raise RatingError(
            f"`max_{what}` must be at least `min_{what}`, {low}, got {show(most)}",
            code=ErrorCode.RATING_BAD_ARGUMENT,
        )
    return low, high
