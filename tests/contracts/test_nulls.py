"""Nulls, empty lists, NaN and infinities: without evidence no score.

The rule by hand: a base metric that is null or not finite, and a list that is null, empty or
holds nothing but null runs, make the row null; ``no_evidence="omega"`` has Omega's defaults.
Everything else is compared with the plain-Python reference.
"""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest

import polars_rating as rating
from tests._registry import CASES, IDS, SCORE_IDS, SCORES, Row
from tests.contracts._bits import assert_same_bits, column

BAD = {"null": None, "NaN": math.nan, "inf": math.inf, "-inf": -math.inf}
GAP = 3
"""The row that is tampered with."""
FINAL = ("final", ["reruns", "trades", "summary"])


def tamper(frame: pl.DataFrame, name: str, value: Any) -> pl.DataFrame:
    """Return `frame` with `value` (an expression or a number) in row `GAP` of column `name`."""
    here = pl.int_range(pl.len()) == GAP
    value = value if isinstance(value, pl.Expr) else pl.lit(value, frame.schema[name])
    return frame.with_columns(pl.when(here).then(value).otherwise(name).alias(name))


def scalars(frame: pl.DataFrame) -> list[str]:
    return [name for name, dtype in frame.schema.items() if not dtype.is_nested()]


def lists(frame: pl.DataFrame) -> list[str]:
    return [name for name, dtype in frame.schema.items() if dtype.is_nested()]


def assert_only_gap_changed(row: Row, before: pl.DataFrame, after: pl.DataFrame, **kw: Any) -> Any:
    """Return the value of the gap after checking that no other row noticed it."""
    old, new = column(before, row.build(**kw)), column(after, row.build(**kw))
    others = pl.Series([i for i in range(before.height) if i != GAP])
    assert_same_bits(new.gather(others), old.gather(others))
    return new[GAP]


def close(got: Any, expected: Any) -> bool:
    """Compare to 1e-12: Rust and NumPy may sum in another order."""
    if isinstance(got, dict):
        return got.keys() == expected.keys() and all(close(got[k], expected[k]) for k in got)
    if isinstance(got, list):
        return len(got) == len(expected) and all(map(close, got, expected))
    if isinstance(got, float) and isinstance(expected, float):
        return got == expected or math.isclose(got, expected, rel_tol=1e-12, abs_tol=1e-15)
    return bool(got == expected)


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize(("row", "tier"), SCORES, ids=SCORE_IDS)
def test_bad_base_metric_makes_the_row_null_by_hand(row: Row, tier: str, bad: str) -> None:
    frame = row.frame(tier)
    for name in scalars(frame):
        frame = frame.with_columns(pl.col(name).cast(pl.Float64))
        if name == "profit_factor" and bad == "inf":
            continue  # a number: no losses
        gap = assert_only_gap_changed(row, frame, tamper(frame, name, BAD[bad]))
        assert gap is None, name


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize(("row", "tier"), SCORES, ids=SCORE_IDS)
def test_bad_base_metric_counts_as_zero_under_omega(row: Row, tier: str, bad: str) -> None:
    frame = row.frame(tier)
    omega = row.build(no_evidence="omega")
    for name in scalars(frame):
        frame = frame.with_columns(pl.col(name).cast(pl.Float64))
        if name == "profit_factor" and bad == "inf":
            continue
        zero = column(tamper(frame, name, 0.0), omega)
        assert_same_bits(column(tamper(frame, name, BAD[bad]), omega), zero)


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_bad_base_metric_matches_reference(row: Row, tier: str, bad: str) -> None:
    frame = row.frame(tier)
    for name in scalars(frame):
        after = tamper(frame.with_columns(pl.col(name).cast(pl.Float64)), name, BAD[bad])
        expected = row.reference(after.row(GAP, named=True))
        assert close(column(after, row.build())[GAP], expected), name


def without_items(dtype: pl.DataType) -> dict[str, pl.Expr]:
    nulls = [None, None] if isinstance(dtype.inner, pl.Struct) else []
    return {
        "null list": pl.lit(None, dtype),
        "empty list": pl.lit(pl.Series([[]], dtype=dtype)),
        "only null items": pl.lit(pl.Series([nulls], dtype=dtype)),
    }


@pytest.mark.parametrize("kind", ["null list", "empty list", "only null items"])
@pytest.mark.parametrize(("row", "tier"), SCORES, ids=SCORE_IDS)
def test_list_without_items_makes_the_row_null_by_hand(row: Row, tier: str, kind: str) -> None:
    frame = row.frame(tier).drop("years", "year_days", strict=False)
    for name in lists(frame):
        after = tamper(frame, name, without_items(frame.schema[name])[kind])
        assert assert_only_gap_changed(row, frame, after) is None
        omega = assert_only_gap_changed(row, frame, after, no_evidence="omega")
        assert omega == row.omega


@pytest.mark.parametrize("kind", ["null list", "empty list", "only null items"])
@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_list_without_items_matches_reference(row: Row, tier: str, kind: str) -> None:
    frame = row.frame(tier).drop("years", "year_days", strict=False)
    for name in lists(frame):
        after = tamper(frame, name, without_items(frame.schema[name])[kind])
        got = assert_only_gap_changed(row, frame, after)
        assert close(got, row.reference(after.row(GAP, named=True))), name


@pytest.mark.parametrize("tier", ["reruns", "trades", "summary"])
def test_every_lost_list_makes_the_rating_null_unless_skipped(tier: str) -> None:
    row = next(row for row, _ in CASES if row.name == "final")
    frame = row.frame(tier).drop("years", "year_days", strict=False)
    if tier != "trades":
        frame = frame.with_columns(pl.col("profit").abs() + 1)
    skip = rating.RatingConfig(on_missing="skip")
    for name in lists(frame):
        after = tamper(frame, name, pl.lit(None, frame.schema[name]))
        assert assert_only_gap_changed(row, frame, after) is None
        skipped = assert_only_gap_changed(row, frame, after, config=skip)
        assert (skipped is None) == (tier == "trades")  # nothing is left of trades


@pytest.mark.parametrize("place", ["first", "middle", "last"])
@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_null_runs_and_trades_are_skipped(row: Row, tier: str, place: str) -> None:
    frame = row.frame(tier)
    names = [n for n in lists(frame) if isinstance(frame.schema[n].inner, pl.Struct)]
    for name in names:
        dtype = frame.schema[name]
        at = {"first": pl.lit(0), "last": pl.col(name).list.len()}.get(place, pl.lit(1))
        gap = pl.lit(pl.Series([[None]], dtype=dtype))
        head, tail = pl.col(name).list.head(at), pl.col(name).list.slice(at)
        after = frame.with_columns(pl.concat_list(head, gap, tail).alias(name))
        assert after[name].list.len().sum() == frame[name].list.len().sum() + frame.height
        assert_same_bits(column(after, row.build()), column(frame, row.build()))


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_bad_numbers_in_runs_and_trades_count_as_zero(row: Row, tier: str, bad: str) -> None:
    if tier == "equity":
        pytest.skip("points without a finite value are dropped")
    frame = row.frame(tier)
    for name, dtype in frame.schema.items():
        if not (dtype.is_nested() and isinstance(dtype.inner, pl.Struct)):
            continue
        for field in dtype.inner.fields:
            if field.dtype != pl.Float64 or field.name == "r_multiple":
                continue

            def second(value: float | None, column: str = name, key: str = field.name) -> pl.Expr:
                here = pl.int_range(pl.len()) == 1
                kept = pl.element().struct.field(key)
                changed = pl.when(here).then(pl.lit(value, pl.Float64)).otherwise(kept).alias(key)
                return pl.col(column).list.eval(pl.element().struct.with_fields(changed))

            bads = column(frame.with_columns(second(BAD[bad])), row.build())
            assert_same_bits(bads, column(frame.with_columns(second(0.0)), row.build()))


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("row", [r for r, t in CASES if t == "trades"], ids=lambda r: r.name)
def test_bad_r_multiples_match_reference(row: Row, bad: str) -> None:
    frame = row.frame("trades")
    r = pl.element().struct.field("r_multiple")
    some = pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.lit(BAD[bad], pl.Float64)).otherwise(r)
    items = pl.element().struct.with_fields(some.alias("r_multiple"))
    after = frame.with_columns(pl.col("trades").list.eval(items))
    expected = [row.reference(one) for one in after.to_dicts()]
    assert close(column(after, row.build()).to_list(), expected)


@pytest.mark.parametrize("field", ["entry_time", "exit_time"])
@pytest.mark.parametrize("row", [r for r, t in CASES if t == "trades"], ids=lambda r: r.name)
def test_null_times_match_reference(row: Row, field: str) -> None:
    frame = row.frame("trades")
    kept = pl.element().struct.field(field)
    some = pl.when(pl.int_range(pl.len()) % 3 == 0).then(None).otherwise(kept).alias(field)
    after = frame.with_columns(pl.col("trades").list.eval(pl.element().struct.with_fields(some)))
    expected = [row.reference(one) for one in after.to_dicts()]
    assert close(column(after, row.build()).to_list(), expected)


def test_yearly_profits_by_hand() -> None:
    profits = [[100.0, None, 300.0], [100.0, math.inf, 300.0], [100.0, 0.0, 300.0], [None], None]
    out = column(pl.DataFrame({"yearly_profits": profits}), rating.stability())
    # mu = 400/3: wmape = (1/3) * (100/3 + 400/3 + 500/3) / (400/3)
    expected = 1 / (1 + (1000 / 3) / 400)
    assert [round(x, 12) for x in out[:3]] == [round(expected, 12)] * 3
    assert out[3:].to_list() == [1.0, None]


@pytest.mark.parametrize("name", ["years", "year_days"])
def test_null_list_of_years_or_days_counts_as_not_given(name: str) -> None:
    frame = pl.DataFrame({"yearly_profits": [[100.0, 700.0]], name: [[2023, 2024]]})
    null = frame.with_columns(pl.lit(None, pl.List(pl.Int64)).alias(name))
    equal = 1 / (1 + 300 / 400)
    assert column(null, rating.stability()).item() == pytest.approx(equal, rel=1e-12)
