"""TP/SL stress: by hand, and equal in every engine, chunking, layout, unit and process."""

from __future__ import annotations

import datetime as dt
import gc
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.exceptions import ComputeError

import polars_rating as rating
from polars_rating import _core
from polars_rating.testing.market import candidates, candles, market
from tests._engines import engine as engine  # a fixture
from tests.contracts._bits import assert_same_bits, column

both_engines = pytest.mark.usefixtures("engine")
DAYS = [dt.date(2024, 1, day) for day in range(1, 10)]
LONG: dict[str, Any] = {
    "direction": "long",
    "entry_time": DAYS[0],
    "exit_time": DAYS[0],
    "exit_reason": "take_profit",
    "take_profit": 1.2,
    "stop_loss": 0.8,
    "spread": 0.01,
}
SHORT = {**LONG, "direction": "short", "take_profit": 0.8, "stop_loss": 1.2}


def to_list(frame: pl.DataFrame, expr: pl.Expr) -> list[Any]:
    return frame.select(expr).to_series().to_list()


def daily(high: list[float], low: list[float]) -> pl.DataFrame:
    prices = {"bid_high": high, "bid_low": low, "ask_high": high, "ask_low": low}
    return pl.DataFrame({"time": DAYS[: len(high)], **prices})


RISING = daily([1.0, 1.1, 1.3], [0.9] * 3)


def score(trades: list[dict[str, Any]], frame: pl.DataFrame = RISING, **keywords: Any) -> Any:
    df = pl.DataFrame({"trades": [trades]}, strict=False)
    return df.select(rating.tp_sl_stress("trades", frame, **keywords)).item()


@both_engines
def test_worked_example() -> None:
    assert score([LONG]) == 0.9


@both_engines
@pytest.mark.parametrize(
    ("high", "low", "trade", "expected"),
    [
        ([2.0, 1.3], [1.0, 1.0], LONG, 1.0),  # the entry candle is not looked at
        ([2.0, 1.0], [1.0, 1.0], LONG, 0.0),  # no hit
        ([1.0, 1.0, 1.3], [1.0, 0.81, 1.0], LONG, 0.0),  # the stop first
        ([1.0, 1.3], [1.0, 0.81], LONG, 0.0),  # both in one candle
        ([1.0, 1.2], [1.0, 1.0], LONG, 0.0),  # short of the spread
        ([1.0, 1.0], [1.0, 0.79], SHORT, 1.0),
        ([1.0, 1.0], [1.0, 0.8], SHORT, 0.0),
        ([1.0] * 8 + [1.3], [1.0] * 9, LONG, 0.5),  # late: 0.1 a candle, up to 0.5
        ([1.0] * 8 + [1.3], [1.0] * 9, {**LONG, "exit_time": DAYS[5]}, 0.8),
        ([1.0, float("nan"), 1.3], [1.0] * 3, LONG, 0.9),  # reaches no level
    ],
)
def test_penalties_by_hand(
    high: list[float], low: list[float], trade: dict[str, Any], expected: float
) -> None:
    assert score([trade], daily(high, low)) == pytest.approx(expected, rel=1e-12)


@both_engines
@pytest.mark.parametrize(
    "change",
    [
        {"exit_reason": "stop_loss"},
        {"exit_reason": None},
        {"direction": None},
        {"take_profit": None},
        {"stop_loss": float("inf")},
        {"spread": 0.0},
        {"spread": float("nan")},
        {"entry_time": None},
        {"exit_time": None},
    ],
    ids=str,
)
def test_trades_that_do_not_count(change: dict[str, Any]) -> None:
    assert score([LONG, {**LONG, **change}]) == 0.9
    only = pl.DataFrame({"trades": [[LONG, {**LONG, **change}]]}, strict=False)
    only = only.with_columns(pl.col("trades").list.slice(1))
    assert to_list(only, rating.tp_sl_stress("trades", RISING)) == [1.0]


@both_engines
def test_no_trades_are_no_evidence() -> None:
    df = pl.DataFrame({"trades": [[LONG], [], None, [None]]})
    expr = rating.tp_sl_stress(candles=RISING)
    assert to_list(df, expr) == [0.9, None, None, None]
    omega = rating.tp_sl_stress(candles=RISING, no_evidence="omega")
    assert to_list(df, omega) == [0.9, 1.0, 1.0, 1.0]


@both_engines
@pytest.mark.parametrize(
    ("change", "keywords"),
    [
        ({"direction": "BUY"}, {}),
        ({"direction": 1}, {}),
        ({"direction": 0.5}, {}),
        ({"exit_reason": True}, {}),
        ({"exit_reason": "tp"}, {"took_profit": "tp"}),
    ],
    ids=str,
)
def test_other_words_for_direction_and_reason(
    change: dict[str, Any], keywords: dict[str, Any]
) -> None:
    assert score([{**LONG, **change}], **keywords) == 0.9


def test_engines_agree_on_drawn_markets() -> None:
    frame = candidates()
    shared = rating.Candles(market())
    fast = to_list(frame, rating.tp_sl_stress(candles=shared))
    by_row = to_list(frame, rating.tp_sl_stress(candles=shared, symbol="symbol_of_row"))
    one = to_list(frame, rating.tp_sl_stress(candles=candles()))
    with rating.use_engine("python"):
        assert fast == pytest.approx(to_list(frame, rating.tp_sl_stress(candles=shared)))
        rows = rating.tp_sl_stress(candles=shared, symbol="symbol_of_row")
        assert by_row == pytest.approx(to_list(frame, rows))
        assert one == pytest.approx(to_list(frame, rating.tp_sl_stress(candles=candles())))
    assert len(set(fast)) > 20
    assert len({tuple(fast), tuple(by_row), tuple(one)}) == 3


def test_a_scan_of_every_window_finds_the_same() -> None:
    market_, frame = candles(), candidates()
    time = market_["time"].to_list()
    columns = {name: market_[name].to_list() for name in market_.columns[1:]}
    expected = []
    for trades in frame["trades"].to_list():
        kept = []
        for t in trades:
            if t["exit_reason"] != "take_profit" or t["spread"] <= 0:
                continue
            start = next((i for i, x in enumerate(time) if x >= t["entry_time"]), len(time))
            close = max(
                [i for i, x in enumerate(time) if start <= i and x <= t["exit_time"]] or [start]
            )
            penalty = 1.0
            for i in range(start + 1, len(time)):
                if t["direction"] == "long":
                    tp = columns["bid_high"][i] >= t["take_profit"] + t["spread"]
                    sl = columns["bid_low"][i] <= t["stop_loss"] + t["spread"]
                else:
                    tp = columns["ask_low"][i] <= t["take_profit"] - t["spread"]
                    sl = columns["ask_high"][i] >= t["stop_loss"] - t["spread"]
                if tp or sl:
                    penalty = 1.0 if sl else min(0.1 * max(i - 1 - close, 0), 0.5)
                    break
            kept.append(1 - penalty)
        expected.append(sum(kept) / len(kept) if kept else 1.0)
    found = to_list(frame, rating.tp_sl_stress(candles=market_))
    assert found == pytest.approx(expected, rel=1e-12)
    assert len(set(expected)) > 20


@both_engines
@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "America/New_York"])
def test_units_and_zones_of_times_play_no_part(unit: Any, zone: str | None) -> None:
    frame, shared = candidates(12), candles()
    plain = column(frame, rating.tp_sl_stress(candles=shared))
    time = pl.col("time").cast(pl.Datetime(unit))
    if zone:
        time = time.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    other = shared.with_columns(time)
    assert_same_bits(column(frame, rating.tp_sl_stress(candles=other)), plain)
    fields = pl.element().struct
    cast = [fields.field(n).cast(pl.Datetime(unit)) for n in ("entry_time", "exit_time")]
    moved = frame.with_columns(pl.col("trades").list.eval(fields.with_fields(*cast)))
    assert_same_bits(column(moved, rating.tp_sl_stress(candles=shared)), plain)


def test_finer_times_of_trades_are_rounded_to_the_right_candle() -> None:
    # A nanosecond after the first candle: the second one is that of the entry.
    trade = {**LONG, "entry_time": dt.datetime(2024, 1, 1), "exit_time": dt.datetime(2024, 1, 1)}
    frame = pl.DataFrame({"trades": [[trade]]})
    entry = pl.element().struct.field("entry_time").cast(pl.Datetime("ns"))
    later = (entry.cast(pl.Int64) + 1).cast(pl.Datetime("ns"))
    eval_ = pl.col("trades").list.eval(pl.element().struct.with_fields(later.alias("entry_time")))
    assert to_list(frame, rating.tp_sl_stress(candles=RISING)) == [0.9]
    assert to_list(frame.with_columns(eval_), rating.tp_sl_stress(candles=RISING)) == [1.0]


def array(frame: pl.DataFrame) -> pl.DataFrame:
    inner = frame.schema["trades"].inner
    return frame.with_columns(pl.col("trades").cast(pl.Array(inner, 12)))


def struct_of_lists(frame: pl.DataFrame) -> pl.DataFrame:
    fields = [field.name for field in frame.schema["trades"].inner.fields]
    item = pl.element().struct
    lists = {name: pl.col("trades").list.eval(item.field(name)) for name in fields}
    return frame.with_columns(pl.struct(**lists).alias("trades"))


def categories(frame: pl.DataFrame) -> pl.DataFrame:
    item = pl.element().struct
    cast = [item.field(n).cast(pl.Categorical) for n in ("direction", "exit_reason", "symbol")]
    return frame.with_columns(pl.col("trades").list.eval(item.with_fields(*cast)))


CHANGES: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "array": array,
    "struct of lists": struct_of_lists,
    "categories": categories,
    "chunks": lambda df: pl.concat([df[:7], df[7:8], df[8:]], rechunk=False),
}


@both_engines
@pytest.mark.parametrize("change", CHANGES)
def test_layouts_and_chunks_give_the_same_bits(change: str) -> None:
    frame, expr = candidates(), rating.tp_sl_stress(candles=market())
    assert_same_bits(column(CHANGES[change](frame), expr), column(frame, expr))


@both_engines
def test_contexts_give_the_same_bits() -> None:
    frame, expr = candidates(), rating.tp_sl_stress(candles=market())
    expected = column(frame, expr)
    for how in ("in-memory", "streaming"):
        lazy = frame.lazy().with_columns(expr).filter(pl.col("row") >= 10)
        assert_same_bits(lazy.collect(engine=how)[expected.name], expected[10:])  # type: ignore[call-overload]
    grouped = frame.group_by("row", maintain_order=True).agg(expr.first())
    assert_same_bits(grouped[expected.name], expected)
    assert_same_bits(frame.reverse().select(expr).to_series().reverse(), expected)
    assert frame.clear().select(expr).to_series().len() == 0


def test_a_plan_names_its_dtype_and_what_is_missing() -> None:
    lazy = candidates(2).lazy()
    expr = rating.tp_sl_stress(candles=RISING)
    assert lazy.select(expr).collect_schema() == {"tp_sl_stress_score": pl.Float64}
    with pytest.raises(ComputeError, match=r"RATING_MISSING_EVIDENCE.*looked for `trades`"):
        pl.LazyFrame({"x": [1]}).select(expr).collect_schema()


def test_candles_live_as_long_as_what_uses_them() -> None:
    frame, expr = candidates(5), rating.tp_sl_stress(candles=candles())
    expected = to_list(frame, expr)
    lazy = frame.lazy().select(expr)
    del expr
    gc.collect()
    assert lazy.collect().to_series().to_list() == expected


def test_a_key_of_other_candles_is_an_error_not_a_number() -> None:
    shared = rating.Candles(candles())
    key = shared.key("rust")
    expr = rating.tp_sl_stress(candles=shared)
    assert _core.RegisteredCandles is not None
    shared._registered = None
    gc.collect()
    assert shared.key("rust") != key  # registered anew
    assert to_list(candidates(2), expr) == to_list(
        candidates(2), rating.tp_sl_stress(candles=candles())
    )


SCRIPT = """
import pickle, sys
sys.path.insert(0, sys.argv[2])
lazy = pickle.load(open(sys.argv[1], "rb"))
print([x.hex() for x in lazy.collect().to_series()])
"""


def test_a_plan_brings_its_candles_to_another_process(tmp_path: Path) -> None:
    pytest.importorskip("cloudpickle", reason="Polars pickles Python functions with it")
    lazy = candidates(6).lazy().select(rating.tp_sl_stress(candles=market()))
    file = tmp_path / "plan"
    file.write_bytes(pickle.dumps(lazy))
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", SCRIPT, str(file), root]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str([x.hex() for x in lazy.collect().to_series()])


def test_candles_survive_pickling() -> None:
    for shared in (rating.Candles(market()), rating.Candles(candles())):
        copy = pickle.loads(pickle.dumps(shared))
        assert copy.key("rust") != shared.key("rust")
        frame = candidates(4)
        expected = column(frame, rating.tp_sl_stress(candles=shared))
        assert_same_bits(column(frame, rating.tp_sl_stress(candles=copy)), expected)


BAD_CANDLES: list[tuple[Any, str, str]] = [
    (
        None,
        "RATING_BAD_ARGUMENT",
        "`candles` must be a Polars DataFrame or a non-empty mapping",
    ),
    ({}, "RATING_BAD_ARGUMENT", "`candles` must be a Polars DataFrame or a non-empty mapping"),
    ({1: RISING}, "RATING_BAD_ARGUMENT", "a symbol of `candles` must be a string, got int"),
    (
        {"A": RISING.lazy()},
        "RATING_BAD_ARGUMENT",
        "`candles['A']` must be a Polars DataFrame, got polars.LazyFrame",
    ),
    (
        RISING.drop("ask_low"),
        "RATING_MISSING_FIELD",
        "must have the column `ask_low`, found `time`",
    ),
    (RISING.cast({"bid_low": pl.String}), "RATING_BAD_DTYPE", "`candles.bid_low` must be a number"),
    (
        RISING.cast({"time": pl.Int32}),
        "RATING_BAD_DTYPE",
        "`candles.time` must be a Datetime or Date",
    ),
    (
        RISING.reverse(),
        "RATING_BAD_VALUE",
        "`candles.time` must ascend, got an earlier time in row 1",
    ),
    (
        {"A": RISING.with_columns(time=pl.lit(None, pl.Date))},
        "RATING_BAD_VALUE",
        "`candles['A'].time` must hold no null, got one in row 0",
    ),
    (
        RISING.with_columns(
            bid_low=pl.col("bid_high")
            + pl.Series([-1.0, 1.0]).extend_constant(-1.0, RISING.height - 2)
        ),
        "RATING_BAD_VALUE",
        "`candles.bid_high` must be >= `bid_low`, got less in row 1",
    ),
]


@pytest.mark.parametrize(("bad", "code", "text"), BAD_CANDLES, ids=range(len(BAD_CANDLES)))
def test_malformed_candles_are_refused_at_once(bad: Any, code: str, text: str) -> None:
    with pytest.raises(rating.RatingError, match=code) as caught:
        rating.tp_sl_stress("trades", bad)
    assert text in str(caught.value)


@both_engines
@pytest.mark.parametrize(
    ("trade", "text"),
    [
        (
            {**LONG, "direction": "up"},
            "RATING_BAD_VALUE.*`trades.direction` must be 'long' or 'short'",
        ),
        ({**LONG, "direction": DAYS[0]}, "`trades.direction` must be a String or a number"),
        ({**LONG, "exit_reason": 1.0}, "`trades.exit_reason` must be a String or a Boolean"),
        ({**LONG, "spread": "0.1"}, "`trades.spread` must be a number"),
        ({**LONG, "entry_time": 1}, "`trades.entry_time` must be a Datetime or Date"),
        ({k: v for k, v in LONG.items() if k != "spread"}, "must have the field `spread`"),
    ],
    ids=lambda x: str(x)[-40:],
)
def test_malformed_trades_are_errors_that_name_the_field(trade: dict[str, Any], text: str) -> None:
    with pytest.raises(ComputeError, match=text):
        score([trade])


@both_engines
def test_symbols_without_candles_are_errors() -> None:
    by_symbol: Any = {"EURUSD": RISING}
    with pytest.raises(ComputeError, match="`trades` must have the field `symbol`"):
        score([LONG], by_symbol)
    with pytest.raises(ComputeError, match="`candles` must have the symbol `X`, found `EURUSD`"):
        score([{**LONG, "symbol": "X"}], by_symbol)
    with pytest.raises(ComputeError, match="`candles` must have the symbol `X`"):
        score([LONG], by_symbol, symbol=pl.lit("X"))
    assert score([LONG], by_symbol, symbol=pl.lit("EURUSD")) == 0.9
    assert score([{**LONG, "symbol": "EURUSD"}, {**LONG, "symbol": None}], by_symbol) == 0.9
