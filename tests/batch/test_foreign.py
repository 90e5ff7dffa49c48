"""Code of other libraries that runs during a call: its errors get a code, its names are kept."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from polars_rating._arrow import kinds
from polars_rating.batch import calculate_ratings_batch, robustness_score_batch
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.schema import RATING_SCORE
from tests.batch._forms import FORMS, candidates, expected, to_polars

DF = candidates(12)


class Stream:
    """A table whose method does what it is told to."""

    def __init__(self, result: object) -> None:
        self.result = result

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result


class Array(Stream):
    __arrow_c_array__ = Stream.__arrow_c_stream__
    __arrow_c_stream__ = property()  # type: ignore[assignment] # so that `hasattr` says no


@pytest.fixture(params=["pyarrow", "polars"])
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read with pyarrow, and with Polars alone."""
    if request.param == "polars":
        monkeypatch.setitem(sys.modules, "pyarrow", None)


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("kind", [Stream, Array])
@pytest.mark.parametrize(
    "error", [RuntimeError("gone\naway"), KeyError("x"), AssertionError()], ids=repr
)
def test_whatever_a_foreign_method_raises_gets_a_code(kind: Any, error: Exception) -> None:
    with pytest.raises(RatingError) as caught:
        calculate_ratings_batch(kind(error))
    assert caught.value.code == ErrorCode.RATING_BAD_ARROW
    reason = " ".join((str(error) or type(error).__name__).split())
    assert caught.value.message == (
        f"`metrics`, a tests.batch.test_foreign.{kind.__name__}, "
        f"cannot be read as Arrow data: {reason}"
    )
    assert caught.value.__cause__ is error


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("kind", [Stream, Array])
@pytest.mark.parametrize("result", [None, 3, "capsule", (1, 2)], ids=repr)
def test_what_is_no_capsule_is_refused(kind: Any, result: object) -> None:
    with pytest.raises(RatingError) as caught:
        calculate_ratings_batch(kind(result))
    assert caught.value.code == ErrorCode.RATING_BAD_ARROW


@pytest.mark.usefixtures("reader")
def test_interrupt_inside_a_foreign_method_is_left_alone() -> None:
    with pytest.raises(KeyboardInterrupt):
        calculate_ratings_batch(Stream(KeyboardInterrupt()))


def test_reader_that_fails_on_the_way_gets_a_code() -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        yield from DF.to_arrow().to_batches()
        raise RuntimeError("the line is dead")

    given = pa.RecordBatchReader.from_batches(DF.to_arrow().schema, batches())
    with pytest.raises(RatingError, match="the line is dead") as caught:
        calculate_ratings_batch(given).read_all()
    assert caught.value.code == ErrorCode.RATING_BAD_ARROW


def test_pandas_columns_that_are_not_needed_may_share_a_name_or_have_none() -> None:
    frame = FORMS["pandas"](DF)
    further = pd.DataFrame([[object()] * 4] * len(frame), index=frame.index)
    further.columns = pd.Index(
        ["x", "x", pd.NA, ("win_rate", 1)], dtype=object, tupleize_cols=False
    )
    result = calculate_ratings_batch(pd.concat([further, frame], axis=1))
    pd.testing.assert_index_equal(result.index, frame.index)
    assert to_polars(result).equals(expected(DF))


def test_pandas_index_may_repeat() -> None:
    frame = FORMS["pandas"](DF).set_axis([7] * len(DF))
    result = calculate_ratings_batch(frame)
    pd.testing.assert_index_equal(result.index, frame.index)
    assert to_polars(result).equals(expected(DF))


def names_of(connection: Any) -> list[tuple[str]]:
    rows: list[tuple[str]] = connection.execute(
        "SELECT table_name FROM information_schema.tables ORDER BY ALL"
    ).fetchall()
    return rows


@pytest.mark.parametrize("kind", ["TABLE", "VIEW", "TEMP TABLE"])
def test_duckdb_names_of_the_connection_are_neither_read_nor_replaced(kind: str) -> None:
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    connection.register("candidates", DF.to_arrow())
    zeros = ", ".join(f"0.0::DOUBLE AS {name}" for name in RATING_SCORE.names)
    for name in ("polars_rating_scores", "polars_rating_candidates", "scores", "frame"):
        connection.execute(f"CREATE {kind} {name} AS SELECT {zeros}")
    before, variables = names_of(connection), set(vars(kinds))
    result = calculate_ratings_batch(connection.table("candidates"))
    assert pl.DataFrame(result).equals(expected(DF))
    assert names_of(connection) == before
    assert set(vars(kinds)) == variables
    assert connection.table("polars_rating_candidates").fetchall() == [(0.0,) * 6]


def test_duckdb_result_has_the_columns_of_the_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    relation = FORMS["duckdb"](DF)
    monkeypatch.setattr(kinds, "uuid4", lambda: SimpleNamespace(hex="0"))
    relation.query("r", "CREATE TABLE polars_rating_0 AS SELECT 1 AS one")
    with pytest.raises(RatingError, match="it has the columns one instead") as caught:
        robustness_score_batch(relation)
    assert caught.value.code == ErrorCode.RATING_BAD_ARROW


def test_duckdb_that_may_not_look_at_variables_says_so() -> None:
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect(config={"python_enable_replacements": False})
    connection.register("rows", DF.to_arrow())
    variables = set(vars(kinds))
    with pytest.raises(RatingError) as caught:
        calculate_ratings_batch(connection.table("rows"))
    assert caught.value.code == ErrorCode.RATING_BAD_ARROW
    head = "the scores cannot be made a DuckDB relation: Catalog Error: "
    assert caught.value.message.startswith(head)
    assert "\n" not in caught.value.message
    assert isinstance(caught.value.__cause__, duckdb.Error)
    assert set(vars(kinds)) == variables


def test_duckdb_connection_that_is_closed_gets_a_code() -> None:
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    connection.register("candidates", DF.to_arrow())
    relation = connection.table("candidates")
    connection.close()
    with pytest.raises(RatingError) as caught:
        calculate_ratings_batch(relation)
    assert caught.value.code == ErrorCode.RATING_BAD_ARROW
