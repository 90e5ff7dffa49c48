"""How a column lies in memory does not change a bit of its score."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from tests._frames import items_of
from tests._registry import CASES, IDS, Row
from tests.contracts._bits import assert_same_bits, column

ROWS = 23


def gaps(frame: pl.DataFrame) -> pl.DataFrame:
    """Return `frame` with a null in every column, each in another row."""
    row = pl.int_range(pl.len())
    cut = [
        pl.when(row == 3 * i + 1).then(None).otherwise(name).alias(name)
        for i, name in enumerate(frame.columns)
        if name not in ("years", "year_days")
    ]
    return frame.with_columns(cut)


def sliced(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame[5:11], frame, frame[2:4]], rechunk=True).slice(6, ROWS)


def chunked(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame[:1], frame[1:9], frame[9:9], frame[9:]], rechunk=False)


def chunked_slices(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame[-3:], chunked(frame), frame[:4]], rechunk=False).slice(3, ROWS)


def each_column_otherwise(frame: pl.DataFrame) -> pl.DataFrame:
    """Return `frame` with its columns cut at different rows."""
    columns = []
    for i, series in enumerate(frame):
        parts = series[: i + 1].clone()
        columns.append(parts.append(series[i + 1 :]) if i % 3 else series)
    return pl.DataFrame(columns)


def gathered(frame: pl.DataFrame) -> pl.DataFrame:
    order = np.random.default_rng(1).permutation(ROWS)
    return frame[order.tolist()][np.argsort(order).tolist()]


def filtered(frame: pl.DataFrame) -> pl.DataFrame:
    junk = pl.concat([frame.with_columns(pl.lit(True).alias("keep"))] * 2)
    keep = pl.Series("keep", [i >= ROWS for i in range(2 * ROWS)])
    shuffled = junk.with_columns(keep).with_row_index("i").sort(pl.col("i") % ROWS)
    return shuffled.filter("keep").drop("keep", "i")


def list_slices(frame: pl.DataFrame) -> pl.DataFrame:
    """Return `frame` with every list cut out of a longer one by an expression."""
    return frame.with_columns(
        pl.concat_list(name, name).list.head(pl.col(name).list.len())
        for name, dtype in frame.schema.items()
        if isinstance(dtype, pl.List)
    )


def views_of_lists(frame: pl.DataFrame) -> pl.DataFrame:
    """Return `frame` with the lists of the middle rows of a longer column, not copied."""
    longer = pl.concat([frame.reverse(), frame], rechunk=True)
    return longer.with_columns(pl.int_range(pl.len()).alias("i"))[ROWS:].drop("i")


LAYOUTS: list[Callable[[pl.DataFrame], pl.DataFrame]] = [
    sliced,
    chunked,
    chunked_slices,
    each_column_otherwise,
    gathered,
    filtered,
    list_slices,
    views_of_lists,
]


@pytest.mark.parametrize("with_nulls", [False, True], ids=["full", "nulls"])
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda f: f.__name__)
@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_layout_equals_contiguous_frame(row: Row, tier: str, layout, with_nulls: bool) -> None:
    frame = row.frame(tier, ROWS).rechunk()
    if with_nulls:
        frame = gaps(frame).rechunk()
    other = layout(frame)
    assert other.equals(frame)
    assert_same_bits(column(other, row.build()), column(frame, row.build()))


def test_layouts_differ_from_the_contiguous_frame() -> None:
    row, tier = CASES[0]
    frame = row.frame(tier, ROWS)
    assert chunked(frame).n_chunks() > 1
    chunks = each_column_otherwise(frame).n_chunks("all")
    assert len(set(chunks)) > 1


def hide(series: pl.Series, rows: list[bool]) -> pl.Series:
    """Return `series` with nulls in `rows` whose values Arrow still holds."""
    array = series.to_arrow()
    mask = pa.array(rows)
    if isinstance(array, pa.LargeListArray):
        array = pa.LargeListArray.from_arrays(array.offsets, array.values, mask=mask)
    elif isinstance(array, pa.StructArray):
        parts = [array.field(i) for i in range(array.type.num_fields)]
        array = pa.StructArray.from_arrays(parts, fields=list(array.type), mask=mask)
    else:
        array = pa.FixedSizeListArray.from_arrays(array.values, type=array.type, mask=mask)
    return pl.Series(series.name, pl.from_arrow(array), dtype=series.dtype)


@pytest.mark.parametrize("form", ["list", "struct", "array"])
@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_values_behind_null_rows_are_not_read(row: Row, tier: str, form: str) -> None:
    frame = row.frame(tier, ROWS, length=3)
    rows = [i % 4 == 2 for i in range(ROWS)]
    for name, dtype in frame.schema.items():
        if name in ("years", "year_days") or not isinstance(dtype, pl.List):
            continue
        series = frame[name]
        if not isinstance(dtype.inner, pl.Struct):
            pass
        elif form == "array":
            series = series.cast(pl.Array(dtype.inner, 3))
        elif form == "struct":
            fields = [field.name for field in dtype.inner.fields]
            items = [pl.col(name).list.eval(pl.element().struct.field(f)).alias(f) for f in fields]
            series = frame.select(pl.struct(items).alias(name)).to_series()
        kept = [None if gone else value for gone, value in zip(rows, frame[name], strict=True)]
        clean = frame.with_columns(pl.Series(name, kept, dtype=dtype))
        hidden = frame.with_columns(hide(series, rows))
        assert hidden[name].null_count() == sum(rows)
        assert_same_bits(column(hidden, row.build()), column(clean, row.build()))


@pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
def test_values_behind_null_items_are_not_read(row: Row, tier: str) -> None:
    frame = row.frame(tier, ROWS)
    for name, dtype in frame.schema.items():
        if not (isinstance(dtype, pl.List) and isinstance(dtype.inner, pl.Struct)):
            continue
        array = frame[name].to_arrow()
        items = pl.Series("", pl.from_arrow(array.values))
        gone = [i % 3 == 1 for i in range(len(items))]
        hidden = pa.LargeListArray.from_arrays(array.offsets, hide(items, gone).to_arrow())
        series = pl.Series(name, pl.from_arrow(hidden), dtype=dtype)
        assert items_of(series).null_count() == sum(gone)
        clean = pl.Series(name, [lst.drop_nulls() for lst in series], dtype=dtype)
        assert_same_bits(
            column(frame.with_columns(series), row.build()),
            column(frame.with_columns(clean), row.build()),
        )
