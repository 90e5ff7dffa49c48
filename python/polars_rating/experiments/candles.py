"""Reruns of a backtest on jittered candles, and the average true range that scales the jitter.

    TR_t    = max(high - low, |high - close_{t-1}|, |low - close_{t-1}|);  TR_0 = high - low
    ATR_t   = mean of the last `period` TR, of fewer at the beginning
    delta_t = ±sigma_atr · scale · ATR_t, the sign alternating from candle to candle
    shift_t = delta_0 + … + delta_t
    open + shift_{t-1};  high, low, close + shift_t

Then high = max(high, open, close), low = min(low, open, close), and all four prices of all candles
move up by what is missing to `min_price`. ATR and shifts are those of Omega's data-jitter module,
which takes the simple mean; Wilder's own smoothing differs from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from polars_rating._expr.columns import as_expr
from polars_rating.experiments._errors import SEED, check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polars._typing import IntoExpr

_PERIOD = 14


class Candles(NamedTuple):
    """Expressions of the four prices, in the order in which candles are written."""

    open: pl.Expr
    high: pl.Expr
    low: pl.Expr
    close: pl.Expr


def atr(
    high: IntoExpr = "high",
    low: IntoExpr = "low",
    close: IntoExpr = "close",
    period: int = _PERIOD,
    *,
    by: str | Sequence[str] | None = None,
) -> pl.Expr:
    """Return the average true range: the simple mean of the last `period` true ranges.

    Parameters
    ----------
    high, low, close : expression or column name
        Prices of candles in the order of time, any numeric type.
    period : int
        Number of candles, at least 1. The first candles are averaged over as many as there are.
    by : str or sequence of str, optional
        Columns that tell symbols apart: none sees the prices of another.

    Returns
    -------
    pl.Expr
        ``atr`` (Float64, >= 0, in the unit of the prices), one value per candle. Without a finite
        high and low a candle has no true range and is left out of the means; without a finite
        close the next one has high - low. Null where the last `period` candles have none.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT``.

    References
    ----------
    Wilder, J. W. (1978), New Concepts in Technical Trading Systems, for the true range.

    Examples
    --------
    >>> candles = pl.DataFrame({"high": [1.0, 3.0, 5.0], "low": [0.0] * 3, "close": [0.5] * 3})
    >>> candles.with_columns(atr(period=2))
    shape: (3, 4)
    ┌──────┬─────┬───────┬─────┐
    │ high ┆ low ┆ close ┆ atr │
    │ ---  ┆ --- ┆ ---   ┆ --- │
    │ f64  ┆ f64 ┆ f64   ┆ f64 │
    ╞══════╪═════╪═══════╪═════╡
    │ 1.0  ┆ 0.0 ┆ 0.5   ┆ 1.0 │
    │ 3.0  ┆ 0.0 ┆ 0.5   ┆ 2.0 │
    │ 5.0  ┆ 0.0 ┆ 0.5   ┆ 4.0 │
    └──────┴─────┴───────┴─────┘
    """
    length = check("period", period)
    mean = _mean_range(_price("high", high), _price("low", low), _price("close", close), length)
    known = pl.when(mean.is_finite()).then(mean)
    return _over(known, by).alias("atr")


def jitter_ohlc(
    open: IntoExpr = "open",
    high: IntoExpr = "high",
    low: IntoExpr = "low",
    close: IntoExpr = "close",
    *,
    atr_period: int = _PERIOD,
    sigma_atr: float = 0.10,
    scale_variation: float = 0.15,
    seed: int = SEED,
    min_price: float = 1e-9,
    atr: IntoExpr | None = None,
    by: str | Sequence[str] | None = None,
) -> Candles:
    """Return expressions of candles whose prices are moved by a part of the average true range.

    Every candle is moved up or down, the next one the other way, so that the path stays near the
    real one. All that the seed draws is the first sign and a factor on the size of the shifts:
    NumPy's ``rng.uniform(1 - s, 1 + s)`` twice, their product, then ``rng.choice([1, -1])``.

    Parameters
    ----------
    open, high, low, close : expression or column name
        Prices of candles in the order of time, any numeric type.
    atr_period : int
        Number of candles in the mean true range.
    sigma_atr : float
        Size of a step in average true ranges, >= 0.
    scale_variation : float
        s above, in [0, 1]. With 0 nothing but the sign is drawn: all seeds give one of two paths.
    seed : int
        Take `stable_seed` of your base seed and the number of the rerun. Candles of several
        symbols get the same sign and factor.
    min_price : float
        No price is below it afterwards, >= 0. It moves all candles by the same amount.
    atr : expression or column name, optional
        Used in place of the average true range of these prices: bid and ask candles are moved
        alike when both get that of the bid. Null and non-finite values count as 0.
    by : str or sequence of str, optional
        Columns that tell symbols apart: each is moved on its own.

    Returns
    -------
    Candles
        Four expressions (Float64) under the names of the columns that went in, for
        ``with_columns``. High is the highest and low the lowest of the four. A price that is null
        or not finite stays as it is.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT``, ``RATING_BAD_SEED``.

    Examples
    --------
    >>> candles = pl.DataFrame({
    ...     "open": [10.0, 11.0, 12.0], "high": [11.0, 12.0, 13.0],
    ...     "low": [9.0, 10.0, 11.0], "close": [10.5, 11.5, 12.5],
    ... })
    >>> candles.with_columns(jitter_ohlc(seed=1, scale_variation=0.0))
    shape: (3, 4)
    ┌──────┬──────┬──────┬───────┐
    │ open ┆ high ┆ low  ┆ close │
    │ ---  ┆ ---  ┆ ---  ┆ ---   │
    │ f64  ┆ f64  ┆ f64  ┆ f64   │
    ╞══════╪══════╪══════╪═══════╡
    │ 10.0 ┆ 11.2 ┆ 9.2  ┆ 10.7  │
    │ 11.2 ┆ 12.0 ┆ 10.0 ┆ 11.5  │
    │ 12.0 ┆ 13.2 ┆ 11.2 ┆ 12.7  │
    └──────┴──────┴──────┴───────┘
    """
    step = _step(seed, check("sigma_atr", sigma_atr), check("scale_variation", scale_variation))
    floor, period = check("min_price", min_price), check("atr_period", atr_period)
    given = {"open": open, "high": high, "low": low, "close": close}
    o, h, lo, c = (_price(name, value) for name, value in given.items())
    size = _mean_range(h, lo, c, period) if atr is None else _price("atr", atr)
    sign = 1 - 2 * (pl.int_range(pl.len(), dtype=pl.Int64) % 2)
    shift = (size.fill_nan(0.0).fill_null(0.0) * step * sign).cum_sum()

    opened = o + shift.shift(1, fill_value=0.0)
    # Horizontal extremes pass over NaN and null, and so over unknown prices.
    moved = {
        "open": opened,
        "high": pl.max_horizontal(pl.max_horizontal(h, c) + shift, opened),
        "low": pl.min_horizontal(pl.min_horizontal(lo, c) + shift, opened),
        "close": c + shift,
    }
    lowest = pl.min_horizontal(pl.min_horizontal(h, lo, c) + shift, opened).min()
    lift = (floor - lowest).clip(lower_bound=0.0)
    found = {}
    for name, expr in moved.items():
        raw = as_expr(name, given[name]).cast(pl.Float64)
        # The clip is for a sum that rounds to the wrong side of the floor.
        lifted = (expr + lift).clip(lower_bound=floor)
        price = pl.when(raw.is_finite()).then(lifted).otherwise(raw)
        found[name] = _over(price, by).alias(_name(name, given[name]))
    return Candles(**found)


def _step(seed: int, sigma: float, variation: float) -> float:
    """Return the first shift in average true ranges, drawn in Omega's order."""
    rng = np.random.default_rng(check("seed", seed))
    scale = 1.0
    if variation > 0:
        scale_atr = rng.uniform(1.0 - variation, 1.0 + variation)
        scale = scale_atr * rng.uniform(1.0 - variation, 1.0 + variation)
    return float(rng.choice([1.0, -1.0]) * sigma * scale)


def _mean_range(high: pl.Expr, low: pl.Expr, close: pl.Expr, period: int) -> pl.Expr:
    """Return the average true range of prices, NaN where there is none.

    No null is written in it (`when` without `otherwise` writes one): Polars does not share such a
    subexpression, and the jitter needs this one in all four prices.
    """
    before = close.shift(1)
    # The horizontal maximum passes over what is NaN or null: a candle without a close before it.
    ranges = pl.max_horizontal(high - low, (high - before).abs(), (low - before).abs())
    is_known = (high - low).is_finite().fill_null(False)
    total = pl.when(is_known).then(ranges).otherwise(0.0).rolling_sum(period, min_samples=1)
    count = is_known.cast(pl.Float64).rolling_sum(period, min_samples=1)
    # A running sum that has seen a large range may end a little below zero.
    return total.clip(lower_bound=0.0) / count


def _price(name: str, value: IntoExpr) -> pl.Expr:
    """Return prices as floats, NaN in place of the infinities."""
    price = as_expr(name, value).cast(pl.Float64)
    return price + (price - price)


def _over(expr: pl.Expr, by: str | Sequence[str] | None) -> pl.Expr:
    return expr if by is None else expr.over(by)


def _name(name: str, value: IntoExpr) -> str:
    if isinstance(value, str):
        return value
    return value.meta.output_name() if isinstance(value, pl.Expr) else name
