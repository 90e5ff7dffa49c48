"""Numbers and times that a text format left as text."""

from __future__ import annotations

from typing import Final

import polars as pl

from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.pipeline import TradeColumns

_ISO: Final = r"^\d{4}-\d\d-\d\d([T ]|$)"
"""Other dates are refused: 01/02/2020 is January to some and February to others."""
_TIME: Final = "a date or time like 2020-12-31 or 2020-12-31 23:59:00"


def parse_text(lazy: pl.LazyFrame, columns: TradeColumns) -> pl.LazyFrame:
    """Turn the text columns of a text format into numbers and times, or say which value is bad."""
    schema = lazy.collect_schema()
    for name in dict.fromkeys((columns.pnl, columns.fee, columns.r_multiple)):
        if name is not None and schema[name] == pl.String:
            number = pl.col(name).str.strip_chars().cast(pl.Float64, strict=False)
            lazy = _parsed(lazy, name, number, "a number", pl.Float64())
    for name in dict.fromkeys((columns.entry_time, columns.exit_time)):
        if name is not None and schema[name] == pl.String:
            text = pl.col(name)
            iso = pl.when(text.str.contains(_ISO)).then(text)
            time = iso.str.to_datetime(strict=False, time_zone="UTC", time_unit="us")
            lazy = _parsed(lazy, name, time, _TIME, pl.Datetime("us", "UTC"))
    return lazy


def _parsed(
    lazy: pl.LazyFrame, name: str, value: pl.Expr, expected: str, dtype: pl.DataType
) -> pl.LazyFrame:
    if lazy.select(pl.col(name).is_null().all()).collect().item():
        return lazy.with_columns(pl.lit(None, dtype).alias(name))
    bad = (
        lazy.select(pl.col(name).alias("text"), value.alias("value"))
        .with_row_index("row", offset=1)
        .filter(pl.col("text").is_not_null() & pl.col("value").is_null())
        .head(1)
        .collect()
    )
    if bad.height:
        row, text, _ = bad.row(0)
        raise RatingError(
            f"column {name!r} must hold {expected}, found {text!r} in data row {row}",
            code=ErrorCode.RATING_BAD_VALUE,
        )
    return lazy.with_columns(value.alias(name))
