"""ATR against pandas and by hand, jittered candles against Omega's definition in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
import pytest
from arch.data import sp500
from hypothesis import given, settings
from hypothesis import strategies as st

from polars_rating import RatingError
from polars_rating.experiments import atr, jitter_ohlc

STABLE = settings(deadline=None, derandomize=True)
OHLC = ("open", "high", "low", "close")
PRICES = pl.DataFrame({name: sp500.load()[name.title()].to_numpy() for name in OHLC})
THREE = pl.DataFrame(
    {
        "open": [10.0, 11.0, 12.0],
        "high": [11.0, 12.0, 13.0],
        "low": [9.0, 10.0, 11.0],
        "close": [10.5, 11.5, 12.5],
    }
)


def pandas_atr(prices: pl.DataFrame, period: int) -> npt.NDArray[np.float64]:
    high, low, close = (pd.Series(prices[name].to_numpy()) for name in OHLC[1:])
    before = close.shift(1)
    ranges = pd.concat([high - low, (high - before).abs(), (low - before).abs()], axis=1)
    return ranges.max(axis=1).rolling(period, min_periods=1).mean().to_numpy()


@pytest.mark.parametrize("period", [1, 2, 14, 100, 6000])
def test_atr_matches_pandas_on_real_prices(period: int) -> None:
    found = PRICES.select(atr(period=period))["atr"].to_numpy()
    # Running sums over 5,031 days: both carry rounding errors of the sums.
    np.testing.assert_allclose(found, pandas_atr(PRICES, period), rtol=1e-10)


def test_atr_by_hand() -> None:
    # True ranges 2, then |12 - 9| = 3 upward and |8 - 11| = 3 downward gaps, then 1.
    candles = pl.DataFrame({"high": [10, 12, 9, 9], "low": [8, 11, 8, 8], "close": [9, 11, 8, 8]})
    assert candles.select(atr(period=2))["atr"].to_list() == [2.0, 2.5, 3.0, 2.0]
    assert candles.select(atr())["atr"].to_list() == [2.0, 2.5, 8 / 3, 2.25]


def test_atr_leaves_out_unknown_prices_by_hand() -> None:
    candles = pl.DataFrame(
        {
            "high": [2.0, None, float("nan"), 9.0, 9.0],
            "low": [1.0, 1.0, 0.0, 6.0, 5.0],
            "close": [1.5, 1.5, float("inf"), None, 7.0],
        }
    )
    # True ranges 1, null, null, 3 (no close before), 4.
    assert candles.select(atr(period=2))["atr"].to_list() == [1.0, 1.0, None, 3.0, 3.5]


def test_symbols_do_not_see_each_other() -> None:
    two = pl.concat([THREE.with_columns(s=pl.lit("a")), (THREE * 3).with_columns(s=pl.lit("b"))])
    mixed = two.gather([3, 0, 4, 1, 5, 2])
    found = mixed.with_columns(atr(period=2, by="s"), *jitter_ohlc(seed=5, by=["s"]))
    for name, prices in (("a", THREE), ("b", THREE * 3)):
        own = found.filter(s=name)
        alone = prices.with_columns(atr(period=2), *jitter_ohlc(seed=5))
        assert own.drop("s").equals(alone)


def omega(
    prices: pl.DataFrame, ranges: Any, seed: int, sigma: float, s: float, floor: float
) -> Any:
    """Return jittered candles as Omega's module defines them, on arrays."""
    rng = np.random.default_rng(seed)
    scale = rng.uniform(1 - s, 1 + s) * rng.uniform(1 - s, 1 + s) if s > 0 else 1.0
    signs = rng.choice([1.0, -1.0]) * np.where(np.arange(len(prices)) % 2 == 0, 1.0, -1.0)
    shift = np.cumsum(signs * sigma * scale * ranges)
    before = np.concatenate([[0.0], shift[:-1]])
    o, h, low, c = (prices[name].to_numpy() for name in OHLC)
    o, h, low, c = o + before, h + shift, low + shift, c + shift
    found = np.stack([o, np.max([h, o, c], axis=0), np.min([low, o, c], axis=0), c])
    return found + max(0.0, floor - found.min())


@pytest.mark.parametrize("variation", [0.0, 0.15, 1.0])
@pytest.mark.parametrize("seed", [0, 1, 2, 2**64 - 1])
def test_jitter_matches_omegas_definition_on_real_prices(seed: int, variation: float) -> None:
    found = PRICES.select(jitter_ohlc(seed=seed, scale_variation=variation, sigma_atr=0.3))
    expected = omega(PRICES, pandas_atr(PRICES, 14), seed, 0.3, variation, 1e-9)
    # The shifts add up the rounding errors of 5,031 average true ranges.
    np.testing.assert_allclose(found.to_numpy().T, expected, rtol=1e-10)


def test_floor_moves_all_prices_alike_by_hand() -> None:
    found = THREE.select(jitter_ohlc(seed=1, scale_variation=0.0, min_price=10.0))
    # The lowest jittered price is 9.2 (docstring), so that all rise by 0.8.
    assert found["low"].to_list() == pytest.approx([10.0, 10.8, 12.0])
    assert found["open"].to_list() == pytest.approx([10.8, 12.0, 12.8])


def test_ask_moves_as_the_bid_does() -> None:
    both = THREE.with_columns(pl.col(name).add(0.5).alias(f"ask_{name}") for name in OHLC)
    ask = [f"ask_{name}" for name in OHLC]
    found = both.with_columns(*jitter_ohlc(seed=3), *jitter_ohlc(*ask, seed=3, atr=atr()))
    for name in OHLC:
        assert (found[f"ask_{name}"] - found[name]).to_list() == pytest.approx([0.5] * 3)


def test_unknown_prices_stay_and_others_keep_their_order() -> None:
    nan, inf = float("nan"), float("inf")
    candles = THREE.with_columns(
        open=pl.Series([None, 11.0, 12.0]),
        high=pl.Series([11.0, None, inf]),
        low=pl.Series([9.0, nan, 11.0]),
    )
    found = candles.select(jitter_ohlc(seed=1, scale_variation=0.0, atr=pl.lit(2.0)))
    assert found["open"].to_list() == pytest.approx([None, 11.2, 12.0])
    assert found["high"].to_list() == pytest.approx([11.2, None, inf])
    assert found["low"].to_list() == pytest.approx([9.2, nan, 11.2], nan_ok=True)
    assert found["close"].to_list() == pytest.approx([10.7, 11.5, 12.7])


def test_types_names_and_empty_frames() -> None:
    whole = THREE.select(pl.col("*").cast(pl.Int32).name.prefix("p_"))
    names = [f"p_{name}" for name in OHLC]
    found = whole.lazy().select(jitter_ohlc(pl.col("p_open"), *names[1:]))
    assert found.collect_schema() == dict.fromkeys(names, pl.Float64())
    assert found.collect(engine="streaming").equals(found.collect())
    assert THREE.clear().with_columns(atr(), *jitter_ohlc()).height == 0


@st.composite
def candles(draw: st.DrawFn) -> pl.DataFrame:
    price = st.none() | st.floats(-1e4, 1e4) | st.sampled_from([float("nan"), float("inf")])
    four = draw(st.lists(st.tuples(*[st.floats(0, 1e4) | price] * 4), min_size=1, max_size=30))
    frame = pl.DataFrame(four, schema=dict.fromkeys(OHLC, pl.Float64), orient="row")
    return frame.with_columns(
        high=pl.max_horizontal("high", "low"), low=pl.min_horizontal("high", "low")
    )


@STABLE
@given(
    candles(),
    st.integers(0, 2**64 - 1),
    st.floats(0, 5),
    st.floats(0, 1),
    st.integers(1, 20),
    st.floats(0, 100),
)
def test_jittered_candles_are_candles(
    frame: pl.DataFrame, seed: int, sigma: float, variation: float, period: int, floor: float
) -> None:
    made = jitter_ohlc(
        seed=seed, sigma_atr=sigma, scale_variation=variation, atr_period=period, min_price=floor
    )
    found = frame.select(made)
    assert found.equals(frame.select(made))
    for name in OHLC:
        known = frame[name].is_finite().fill_null(False)
        assert found[name].filter(~known).equals(frame[name].filter(~known), null_equal=True)
        assert (found[name].filter(known) >= floor).all()
    finite = found.select(pl.when(pl.all().is_finite()).then(pl.all()))
    body_high, body_low = pl.max_horizontal("open", "close"), pl.min_horizontal("open", "close")
    held = finite.select(
        (pl.col("high") >= body_high) & (pl.col("high") >= pl.col("low")),
        pl.col("low") <= body_low,
    )
    # A comparison with an unknown price is null, which counts as held.
    assert held.select(pl.all().all()).row(0) == (True, True)


@STABLE
@given(candles(), st.integers(1, 20))
def test_atr_is_never_negative_nor_nan(frame: pl.DataFrame, period: int) -> None:
    found = frame.select(atr(period=period))["atr"].drop_nulls()
    assert found.is_finite().all()
    assert (found >= 0).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"atr_period": 0}, "`atr_period` must be an integer in"),
        ({"sigma_atr": -0.1}, "`sigma_atr` must be finite and >= 0, got -0.1"),
        ({"scale_variation": 1.1}, "`scale_variation` must be in"),
        ({"min_price": -1}, "`min_price` must be finite and >= 0"),
        ({"seed": None}, "`seed` must be an integer"),
        ({"high": None}, "`high` must be an expression or a column name, got None"),
        ({"atr": [1.0]}, "`atr` must be an expression or a column name"),
    ],
)
def test_bad_argument_is_named(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(RatingError, match=message):
        jitter_ohlc(**arguments)


def test_bad_period_of_the_atr_is_named() -> None:
    with pytest.raises(RatingError, match="`period` must be an integer in") as error:
        atr(period=1.5)
    assert error.value.code == "RATING_BAD_ARGUMENT"
