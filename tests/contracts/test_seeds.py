"""Seeds: what is one, what a column of them does, and that they are NumPy's."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import polars_rating as rating
from polars_rating import RatingError, reference
from tests._engines import plan
from tests._registry import REGISTRY, Row
from tests.contracts._bits import assert_same_bits, column

SEEDED: list[tuple[Row, str]] = [
    (REGISTRY["robustness"], "summary"),
    (REGISTRY["trade_dropout"], "trades"),
]
IDS = [row.name for row, _ in SEEDED]
INTEGERS = ["Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64"]
INTEGERS += [name for name in ("Int128", "UInt128") if hasattr(pl, name)]
LARGEST = 2**64 - 1
seeded = pytest.mark.parametrize(("row", "tier"), SEEDED, ids=IDS)


@pytest.mark.parametrize("dtype", INTEGERS)
@seeded
def test_seed_column_of_any_integer_dtype_equals_the_plain_seed(row, tier, dtype) -> None:
    frame = row.frame(tier, 5)
    seeds = pl.Series("draw", [0, 1, 2, 100, 127], dtype=getattr(pl, dtype))
    got = column(frame.with_columns(seeds), row.build(seed="draw"))
    one_by_one = [column(frame[i], row.build(seed=seed)) for i, seed in enumerate(seeds)]
    assert_same_bits(got, pl.concat(one_by_one))
    assert_same_bits(column(frame, row.build(seed=seeds)), got)
    assert_same_bits(column(frame.with_columns(seeds), row.build(seed=pl.col("draw"))), got)


@seeded
def test_seed_changes_the_score(row: Row, tier: str) -> None:
    frame = row.frame(tier, 30)
    assert not column(frame, row.build(seed=1)).equals(column(frame, row.build(seed=2)))


@seeded
def test_null_seed_gives_null_and_touches_no_other_row(row: Row, tier: str) -> None:
    frame = row.frame(tier, 4)
    expected = column(frame, row.build(seed=7)).to_list()
    got = column(frame.with_columns(s=pl.Series([7, None, 7, 7])), row.build(seed="s")).to_list()
    assert got == [expected[0], None, *expected[2:]]
    untyped = column(frame.with_columns(s=pl.lit(None)), row.build(seed="s"))
    assert untyped.to_list() == [None] * 4


@pytest.mark.parametrize("bad", [-1, -(2**63)])
@seeded
def test_negative_seed_in_a_column_is_an_error_with_the_value(row, tier, bad) -> None:
    frame = row.frame(tier, 3).with_columns(s=pl.Series([1, bad, 2]))
    text = rf"RATING_BAD_SEED.*`seed` must be an integer in \[0, 2\*\*64 - 1\], got {bad}"
    with pytest.raises(pl.exceptions.ComputeError, match=text):
        frame.select(row.build(seed="s"))


@pytest.mark.skipif(not hasattr(pl, "Int128"), reason="this Polars has no Int128")
@seeded
def test_seed_beyond_64_bits_in_a_column_is_an_error(row: Row, tier: str) -> None:
    seeds = pl.Series([1, 2**64, 2], dtype=pl.Int128)
    with pytest.raises(pl.exceptions.ComputeError, match=f"RATING_BAD_SEED.*got {2**64}"):
        row.frame(tier, 3).with_columns(s=seeds).select(row.build(seed="s"))


@pytest.mark.parametrize("seed", [0, 2**32 - 1, 2**32, 2**63 - 1, 2**63, LARGEST])
@seeded
def test_large_seeds_match_numpy_in_the_reference(row: Row, tier: str, seed: int) -> None:
    frame = row.frame(tier, 4)
    expected = [getattr(reference, row.name)(one, seed=seed) for one in frame.to_dicts()]
    plain = column(frame, row.build(seed=seed))
    assert plain.to_list() == pytest.approx(expected, rel=1e-12)
    seeds = pl.Series("s", [seed] * 4, dtype=pl.UInt64)
    assert_same_bits(column(frame.with_columns(seeds), row.build(seed="s")), plain)


@pytest.mark.parametrize("bad", [-1, 2**64, 2**200, True, False, 1.0, 1.5, None, b"1", [1]])
@seeded
def test_bad_plain_seed_is_a_rating_error(row: Row, tier: str, bad: object) -> None:
    with pytest.raises(RatingError, match=r"`seed` must be an integer in \[0, 2\*\*64 - 1\], got"):
        row.build(seed=bad)
    if bad is not None:  # which is the default seed there
        with pytest.raises(RatingError, match="seed"):
            rating.DropoutConfig(seed=bad)


@pytest.mark.parametrize("kind", [np.int8, np.int64, np.uint8, np.uint32, np.uint64])
@seeded
def test_numpy_integers_equal_plain_integers(row: Row, tier: str, kind: type) -> None:
    frame = row.frame(tier, 4)
    got = column(frame, row.build(seed=kind(99)))
    assert_same_bits(got, column(frame, row.build(seed=99)))


@seeded
def test_numpy_bool_is_no_seed(row: Row, tier: str) -> None:
    with pytest.raises(RatingError, match="seed"):
        row.build(seed=np.bool_(True))


@pytest.mark.parametrize(
    "dtype", [pl.Float64, pl.String, pl.Boolean, pl.List(pl.Int64), pl.Decimal(10, 0)], ids=str
)
@pytest.mark.parametrize(
    ("row", "tier"),
    [(row, tier) for row, _ in SEEDED for tier in row.tiers],
    ids=lambda part: getattr(part, "name", part),
)
def test_seed_column_of_another_dtype_is_an_error_on_every_tier(row, tier, dtype) -> None:
    frame = row.frame(tier, 2).with_columns(pl.lit(None, dtype).alias("s"))
    with pytest.raises(pl.exceptions.ComputeError, match=r"BAD_DTYPE.*`seed` must be an integer"):
        plan(frame.lazy().select(row.build(seed="s")))


@seeded
def test_seed_column_is_not_picked_up_by_its_name(row: Row, tier: str) -> None:
    frame = row.frame(tier, 4)
    assert_same_bits(
        column(frame.with_columns(seed=pl.lit("text")), row.build()), column(frame, row.build())
    )


@seeded
def test_missing_seed_column_is_an_error_that_names_it(row: Row, tier: str) -> None:
    with pytest.raises(pl.exceptions.ColumnNotFoundError, match="draws"):
        plan(row.frame(tier, 2).lazy().select(row.build(seed="draws")))
