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
from polars_rating.experiments._rules import SEED, check

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
    top, bottom = _finite("high", high), _finite("low", low)
    before = _finite("close", close).shift(1)
    candle = top - bottom
    widest = pl.max_horizontal(candle, (top - before).abs(), (bottom - before).abs())
    # The horizontal maximum passes over what is null, and so would make a range of a lone price.
    true_range = pl.when(candle.is_not_null()).then(widest)
    mean = true_range.rolling_mean(length, min_samples=1)
    # A running sum that has seen a large range may end a little below zero.
    return _over(mean.clip(lower_bound=0.0), by).alias("atr")


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
    floor = check("min_price", min_price)
    given = {"open": open, "high": high, "low": low, "close": close}
    raw = {name: as_expr(name, value).cast(pl.Float64) for name, value in given.items()}
    price = {name: _known(expr) for name, expr in raw.items()}
    period = check("atr_period", atr_period)
    size = _mean_range(price, period) if atr is None else _known(_float("atr", atr))
    sign = 1 - 2 * (pl.int_range(pl.len(), dtype=pl.Int64) % 2)
    shift = (size.fill_null(0.0) * step * sign).cum_sum()

    opened = price["open"] + shift.shift(1, fill_value=0.0)
    closed = price["close"] + shift
    body = (opened, closed)
    moved = {
        "open": opened,
        "high": pl.max_horizontal(price["high"] + shift, *body),
        "low": pl.min_horizontal(price["low"] + shift, *body),
        "close": closed,
    }
    # A lone close must not become the high of a candle that has none.
    moved = {name: pl.when(price[name].is_not_null()).then(expr) for name, expr in moved.items()}
    missing = (floor - pl.min_horizontal(*moved.values()).min()).clip(lower_bound=0.0)
    lifted = {
        # The clip is for a sum that rounds to the wrong side of the floor.
        name: (expr + missing).clip(lower_bound=floor).fill_null(raw[name])
        for name, expr in moved.items()
    }
    named = {name: _over(expr, by).alias(_name(name, given[name])) for name, expr in lifted.items()}
    return Candles(**named)


def _step(seed: int, sigma: float, variation: float) -> float:
    """Return the first shift in average true ranges, drawn in Omega's order."""
    rng = np.random.default_rng(check("seed", seed))
    scale = 1.0
    if variation > 0:
        scale_atr = rng.uniform(1.0 - variation, 1.0 + variation)
        scale = scale_atr * rng.uniform(1.0 - variation, 1.0 + variation)
    return float(rng.choice([1.0, -1.0]) * sigma * scale)


def _mean_range(price: dict[str, pl.Expr], period: int) -> pl.Expr:
    return atr(price["high"], price["low"], price["close"], period)


def _float(name: str, value: IntoExpr) -> pl.Expr:
    return as_expr(name, value).cast(pl.Float64)


def _known(expr: pl.Expr) -> pl.Expr:
    """Return null in place of NaN and the infinities."""
    return pl.when(expr.is_finite()).then(expr)


def _finite(name: str, value: IntoExpr) -> pl.Expr:
    return _known(_float(name, value))


def _over(expr: pl.Expr, by: str | Sequence[str] | None) -> pl.Expr:
    return expr if by is None else expr.over(by)


def _name(name: str, value: IntoExpr) -> str:
    if isinstance(value, str):
        return value
    return value.meta.output_name() if isinstance(value, pl.Expr) else name
