"""The published schemas: their Polars and pyarrow forms, and which tables fit them."""

from __future__ import annotations

import dataclasses
import importlib
import io
import sys
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import polars_rating as rating
from polars_rating.exceptions import RatingError
from polars_rating.schema import CANONICAL, METRICS_INPUT, METRICS_ROW, RATING_SCORE, table
from polars_rating.testing import candidate_frame
from polars_rating.types import MetricsInput, RatingScore
from tests._registry import REGISTRY

SCHEMAS = [METRICS_INPUT, RATING_SCORE]
IDS = [schema.name for schema in SCHEMAS]
F64, LISTS = pl.Float64(), pl.List(pl.Float64)
OPTIONAL = ("profit", "avg_r", "years", "year_days")
NUMBERS = tuple(c.name for c in METRICS_INPUT.columns if c.dtype.is_numeric())
NESTED = tuple(c.name for c in METRICS_INPUT.columns if c.dtype.is_nested())
INTEGERS = (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.Int128)
UNSIGNED = (pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64)
NUMERIC = (*INTEGERS, *UNSIGNED, pl.Float32, pl.Float64, pl.Decimal(20, 3))
OTHER = (
    *(pl.String, pl.Binary, pl.Boolean, pl.Categorical(), pl.Enum(["a"])),
    *(pl.Date, pl.Datetime("us"), pl.Time, pl.Struct({"a": F64})),
)
STRONGER = {
    **dict.fromkeys(("jitter_runs", "cost_runs", "dropout_runs", "stress_runs"), "scores"),
    "timing_runs": "timing_jitter",
    "data_jitter_runs": "data_jitter",
    "neighbour_runs": "scores",
    "trades": "scores",
}
TIER_OF = {"trades": "trades", "neighbour_runs": "neighbours"}


def dtype_id(dtype: Any) -> str:
    return str(dtype)


def with_dtype(name: str, dtype: Any) -> pl.Schema:
    return pl.Schema({**METRICS_INPUT.to_polars(), name: dtype})


def lists_of(dtype: Any) -> list[Any]:
    return [pl.List(dtype), pl.Array(dtype, 2)]


def test_metrics_columns_are_the_fields_of_metrics_input() -> None:
    fields = dataclasses.fields(MetricsInput)
    assert METRICS_INPUT.names == tuple(field.name for field in fields)
    for column, field in zip(METRICS_INPUT.columns, fields, strict=True):
        assert column.required == (field.default is dataclasses.MISSING) != column.nullable
        assert column.name in CANONICAL


def test_score_columns_are_the_fields_of_rating_score_and_of_the_expression() -> None:
    assert RATING_SCORE.names == tuple(field.name for field in dataclasses.fields(RatingScore))
    assert REGISTRY["scores"].dtype == pl.Struct(RATING_SCORE.to_polars())
    assert all(column.nullable and column.required for column in RATING_SCORE.columns)


def test_polars_form_is_the_published_one() -> None:
    # What stands here is version 1: a change of it is a change for everyone who wrote it down.
    assert METRICS_INPUT.version == RATING_SCORE.version == "1"
    assert list(METRICS_INPUT.to_polars().items()) == [
        ("total_trades", pl.Int64),
        ("win_rate", F64),
        ("profit_factor", F64),
        ("sharpe_ratio", F64),
        ("max_drawdown", F64),
        ("avg_trade_duration", F64),
        ("yearly_profits", LISTS),
        ("cost_per_trade", F64),
        ("profit", F64),
        ("avg_r", F64),
        ("years", pl.List(pl.Int32)),
        ("year_days", LISTS),
    ]
    assert RATING_SCORE.to_polars() == dict.fromkeys(RATING_SCORE.names, F64)


@pytest.mark.parametrize("schema", SCHEMAS, ids=IDS)
def test_pyarrow_form_has_nullability_units_and_version(schema: Any) -> None:
    found = schema.to_pyarrow()
    assert found.metadata == {
        b"polars_rating.schema": schema.name.encode(),
        b"polars_rating.schema_version": b"1",
    }
    assert found.names == list(schema.names)
    for column in schema.columns:
        field = found.field(column.name)
        assert field.nullable == column.nullable
        assert field.metadata == {
            b"unit": column.unit.encode(),
            b"required": b"true" if column.required else b"false",
        }
    # Types as Polars hands them out, so that neither side converts.
    bare = pl.DataFrame(schema=schema.to_polars()).to_arrow().schema
    assert [field.type for field in found] == [field.type for field in bare]


def test_units_are_named() -> None:
    units = {column.name: column.unit for column in METRICS_INPUT.columns}
    assert units["total_trades"] == "count"
    assert units["avg_trade_duration"] == "seconds"
    assert units["profit"] == units["yearly_profits"] == units["cost_per_trade"]
    assert units["profit"] == "account currency"
    scores = {column.name: column.unit for column in RATING_SCORE.columns}
    assert scores.pop("stress_penalty") == "penalty in [0, cap], lower is better"
    assert set(scores.values()) == {"score in [0, 1], higher is better"}


@pytest.mark.parametrize("schema", SCHEMAS, ids=IDS)
def test_c_schema_carries_everything(schema: Any) -> None:
    assert pa.schema(schema).equals(schema.to_pyarrow(), check_metadata=True)
    assert pl.Schema(schema) == schema.to_polars()


@pytest.mark.parametrize("schema", SCHEMAS, ids=IDS)
def test_metadata_survives_ipc_and_parquet(schema: Any) -> None:
    form = schema.to_pyarrow()
    table = form.empty_table()
    stream, file = io.BytesIO(), io.BytesIO()
    with pa.ipc.new_stream(stream, form) as writer:
        writer.write_table(table)
    pq.write_table(table, file)
    assert pa.ipc.open_stream(stream.getvalue()).schema.equals(form, check_metadata=True)
    read = pq.read_table(file).schema
    for field in form:  # Parquet adds a field id of its own
        assert field.metadata.items() <= read.field(field.name).metadata.items()
        assert read.field(field.name).nullable == field.nullable
    assert form.metadata.items() <= read.metadata.items()


def test_both_forms_make_tables_of_metrics() -> None:
    rows = [
        {"total_trades": 1, **dict.fromkeys(NUMBERS[1:], 0.5)}
        | {"yearly_profits": [1.0], "years": [2024], "year_days": None},
        {"total_trades": 2, **dict.fromkeys(NUMBERS[1:6], 0.5), "yearly_profits": []}
        | {"cost_per_trade": 0.0},
    ]
    frame = pl.DataFrame(rows, schema=METRICS_INPUT.to_polars())
    table = pa.Table.from_pylist(rows, schema=METRICS_INPUT.to_pyarrow())
    assert frame.schema == METRICS_INPUT.to_polars()
    assert pl.from_arrow(table).equals(frame)
    assert METRICS_INPUT.differences(frame.schema) == []
    assert METRICS_INPUT.differences(table.schema) == []  # whatever pl.Schema takes


def test_fitting_tables_have_no_differences() -> None:
    full = METRICS_INPUT.to_polars()
    assert METRICS_INPUT.differences(full) == []
    METRICS_INPUT.check(full)
    least = pl.Schema({name: full[name] for name in full if name not in OPTIONAL})
    assert METRICS_INPUT.differences(least) == []
    others = pl.Schema({"id": pl.String, **full, "final_rating": pl.Date, "equity": pl.Object})
    assert METRICS_INPUT.differences(others) == []


@pytest.mark.parametrize("dtype", NUMERIC, ids=dtype_id)
def test_every_numeric_dtype_fits(dtype: Any) -> None:
    for name in NUMBERS:
        assert METRICS_INPUT.differences(with_dtype(name, dtype)) == []
    for name in NESTED:
        for nested in lists_of(dtype):
            assert METRICS_INPUT.differences(with_dtype(name, nested)) == []


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_duration_fits_where_seconds_are_expected(unit: Any) -> None:
    duration = pl.Duration(unit)
    assert METRICS_INPUT.differences(with_dtype("avg_trade_duration", duration)) == []
    for name in (*NUMBERS, *NESTED):
        if name != "avg_trade_duration":
            assert len(METRICS_INPUT.differences(with_dtype(name, duration))) == 1


@pytest.mark.parametrize("name", METRICS_INPUT.names)
def test_null_dtype_fits_optional_columns_only(name: str) -> None:
    found = METRICS_INPUT.differences(with_dtype(name, pl.Null))
    assert bool(found) == (name not in OPTIONAL)
    assert all(line.endswith(", found Null") for line in found)


@pytest.mark.parametrize("name", NESTED)
def test_lists_without_a_type_fit_and_arrays_of_width_zero_do_not(name: str) -> None:
    for nested in lists_of(pl.Null):
        assert METRICS_INPUT.differences(with_dtype(name, nested)) == []
    assert len(METRICS_INPUT.differences(with_dtype(name, pl.Array(F64, 0)))) == 1


@pytest.mark.parametrize("name", METRICS_INPUT.names)
def test_wrong_dtype_is_one_line_of_column_expected_and_found(name: str) -> None:
    wanted = "a List or Array of numbers" if name in NESTED else "a number"
    if name == "avg_trade_duration":
        wanted = "a number or a Duration"
    wrong: list[Any] = [*OTHER, *(F64, pl.Array(F64, (2, 2)), pl.List(LISTS))]
    wrong += [nested for dtype in OTHER for nested in lists_of(dtype)]
    for dtype in wrong if name in NESTED else [*OTHER, *lists_of(F64)]:
        found = METRICS_INPUT.differences(with_dtype(name, dtype))
        assert found == [f"`{name}`: expected {wanted}, found {pl.Schema({name: dtype})[name]}"]


@pytest.mark.parametrize("name", METRICS_INPUT.names)
def test_missing_column_is_a_difference_unless_optional(name: str) -> None:
    rest = METRICS_INPUT.to_polars()
    del rest[name]
    found = METRICS_INPUT.differences(rest)
    if name in OPTIONAL:
        assert found == []
    else:
        (line,) = found
        assert line.startswith(f"`{name}`: expected ")
        assert line.endswith(", found no column")


@pytest.mark.parametrize(("name", "expression"), STRONGER.items())
def test_stronger_evidence_is_refused_with_the_expression_that_takes_it(
    name: str, expression: str
) -> None:
    dtype = candidate_frame(1, tier="trades" if name == "trades" else "reruns")[name].dtype
    (line,) = METRICS_INPUT.differences(with_dtype(name, dtype))
    assert line == (
        f"`{name}`: expected no such column, found {dtype}: batch calls rate summary metrics; "
        f"`df.select(rating.{expression}())` takes it"
    )
    assert name in REGISTRY[expression].columns(TIER_OF.get(name, "reruns"))


def test_stronger_evidence_is_whatever_is_canonical_and_no_metric() -> None:
    no_component_reads = {"equity", "returns"}
    assert set(STRONGER) == set(CANONICAL) - set(METRICS_INPUT.names) - no_component_reads


def test_check_lists_all_differences() -> None:
    schema = with_dtype("win_rate", pl.String)
    del schema["profit_factor"]
    schema["trades"] = LISTS
    with pytest.raises(RatingError) as caught:
        METRICS_INPUT.check(schema)
    assert caught.value.code == "RATING_BAD_SCHEMA"
    first, *lines = caught.value.message.split("\n")
    assert first == "the table does not fit the schema metrics_input, version 1:"
    assert lines == [f"- {line}" for line in METRICS_INPUT.differences(schema)]
    assert [line.split("`")[1] for line in lines] == ["win_rate", "profit_factor", "trades"]


NO_SCHEMAS: dict[str, tuple[Any, str]] = {
    "frame": (candidate_frame(1), "DataFrame (pass its `.schema`)"),
    "lazy_frame": (candidate_frame(1).lazy(), "LazyFrame (pass its `.collect_schema()`)"),
    "table": (pa.table({"a": [1]}), "Table (pass its `.schema`)"),
    "none": (None, "NoneType"),
    "names": (["win_rate"], "list"),
    "values": ({"a": 1}, "{'a': 1}"),
    "python_types": ({"a": float}, "{'a': <class 'float'>}"),
    "keys": ({1: pl.Int64()}, "{1: Int64}"),
    "type_in_parts": ({"a": pl.List}, "{'a': List}: dtypes must be fully-specified, got: List"),
}


@pytest.mark.parametrize("call", [METRICS_INPUT.check, METRICS_INPUT.differences])
@pytest.mark.parametrize("given", NO_SCHEMAS)
def test_what_is_no_schema_is_told_apart_from_one_that_does_not_fit(given: str, call: Any) -> None:
    value, got = NO_SCHEMAS[given]
    with pytest.raises(RatingError) as caught:
        call(value)
    assert caught.value.code == "RATING_BAD_ARGUMENT"
    assert caught.value.message == (
        "`schema` must be a polars.Schema, a mapping of column names to Polars dtypes or an object "
        f"with `__arrow_c_schema__`, got {got}"
    )


@pytest.mark.parametrize("given", [pa.int32(), pa.field("a", pa.int32())], ids=str)
def test_arrow_schema_of_no_table_is_refused_with_the_reason(given: Any) -> None:
    with pytest.raises(RatingError, match="did not return struct dtype") as caught:
        METRICS_INPUT.check(given)
    assert caught.value.code == "RATING_BAD_ARGUMENT"


def test_every_form_of_a_schema_is_read() -> None:
    forms = (METRICS_INPUT.to_polars(), METRICS_INPUT.to_pyarrow(), METRICS_INPUT)
    for form in (*forms, dict(METRICS_INPUT.to_polars())):
        METRICS_INPUT.check(form)
    assert len(METRICS_INPUT.differences({**METRICS_INPUT.to_polars(), "win_rate": pl.Date})) == 1


def test_row_of_an_object_holds_what_a_table_holds_and_an_unknown_count() -> None:
    assert {**METRICS_ROW, "total_trades": pl.Int64} == METRICS_INPUT.to_polars()
    assert METRICS_ROW["total_trades"] == F64
    # The only place that knows of it.
    assert importlib.import_module("polars_rating._arrow.rows").METRICS_ROW is METRICS_ROW


def test_score_schema_takes_what_the_expression_gives() -> None:
    scores = candidate_frame(3).select(rating.scores()).unnest("rating_score")
    assert RATING_SCORE.differences(scores.schema) == []
    assert RATING_SCORE.differences(pl.Schema(dict.fromkeys(RATING_SCORE.names, pl.Null))) == []
    assert len(RATING_SCORE.differences(pl.Schema())) == 6


COLUMNS = [name for name in METRICS_INPUT.names if name != "avg_trade_duration"]


@pytest.mark.parametrize("name", COLUMNS)
def test_what_fits_is_what_the_expression_takes(name: str) -> None:
    # The deployment gate reads avg_r, the only column that no summary score reads.
    expr = rating.scores(rating.RatingConfig(gate="deployment"))
    frame = candidate_frame(2).with_columns(avg_trade_duration=1.0)
    dtypes: list[Any] = [*NUMERIC, *OTHER, pl.Duration("us")]
    dtypes += [nested for dtype in dtypes for nested in lists_of(dtype)]
    dtypes += [*lists_of(pl.Null), pl.Array(F64, 0)]
    for dtype in dtypes:
        tried = frame.with_columns(pl.Series(name, [None, None], dtype=dtype))
        try:
            tried.lazy().select(expr).collect()
        except pl.exceptions.ComputeError:
            taken = False
        else:
            taken = True
        assert taken == (METRICS_INPUT.differences(tried.schema) == []), dtype


@pytest.mark.parametrize("name", [c.name for c in METRICS_INPUT.columns if not c.nullable])
def test_null_in_a_required_column_loses_no_other_row(name: str) -> None:
    frame = candidate_frame(3).drop("profit").with_columns(avg_trade_duration=1.0)
    hole = frame.with_columns(pl.when(pl.int_range(3) != 1).then(name).alias(name))
    METRICS_INPUT.check(hole.schema)
    before = frame.select(rating.scores()).to_series().to_list()
    after = hole.select(rating.scores()).to_series().to_list()
    assert (after[0], after[2]) == (before[0], before[2])
    assert (after[1]["final_rating"] is None) == (name != "avg_trade_duration")


def test_missing_pyarrow_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for call in (METRICS_INPUT.to_pyarrow, RATING_SCORE.__arrow_c_schema__):
        with pytest.raises(ModuleNotFoundError, match=r"pip install 'polars-rating\[arrow\]'"):
            call()
    assert METRICS_INPUT.differences(METRICS_INPUT.to_polars()) == []


def test_broken_pyarrow_tells_its_own_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_name: str) -> None:
        raise ModuleNotFoundError("No module named 'numpy'", name="numpy")

    monkeypatch.setattr(table, "import_module", broken)
    with pytest.raises(ModuleNotFoundError, match="numpy"):
        importlib.import_module("polars_rating.schema").METRICS_INPUT.to_pyarrow()
