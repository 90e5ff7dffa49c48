"""What goes in comes out as the same kind, with the scores of the expressions, bit for bit."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import polars_rating as rating
from polars_rating.batch import (
    calculate_ratings_batch,
    cost_shock_score_batch,
    robustness_score_batch,
)
from polars_rating.config import JitterConfig, RatingConfig, Weights
from polars_rating.schema import RATING_SCORE
from tests.batch._forms import FORMS, KINDS, ForeignArray, candidates, expected, from_ipc, to_polars

DF = candidates(40)
CONFIG = RatingConfig(weights=Weights(stability=3), aggregation="geometric", gate="none")


@pytest.mark.parametrize("form", FORMS)
def test_ratings_of_every_form_equal_the_expression(form: str) -> None:
    given = FORMS[form](DF)
    result = calculate_ratings_batch(given)
    assert isinstance(result, KINDS.get(form, type(given)))
    assert to_polars(result).equals(expected(DF))


@pytest.mark.parametrize("form", FORMS)
def test_config_reaches_the_expression_in_every_form(form: str) -> None:
    result = to_polars(calculate_ratings_batch(FORMS[form](DF), CONFIG))
    assert result.equals(expected(DF, CONFIG))
    assert not result.equals(expected(DF))


@pytest.mark.parametrize("form", FORMS)
def test_robustness_of_every_form_equals_the_expression(form: str) -> None:
    config = JitterConfig(param_variation=0.3, n_iterations=7, seed=5)
    given = FORMS[form](DF)
    result = robustness_score_batch(given, config)
    assert isinstance(result, KINDS.get(form, type(given)))
    oracle = DF.select(rating.robustness(param_variation=0.3, n_iterations=7, seed=5))
    assert to_polars(result).equals(oracle)


@pytest.mark.parametrize("form", FORMS)
def test_cost_shock_of_every_form_equals_the_expression(form: str) -> None:
    given = FORMS[form](DF)
    result = cost_shock_score_batch(given, [3, 1.1])
    assert isinstance(result, KINDS.get(form, type(given)))
    oracle = DF.select(
        rating.cost_shock(multipliers=[3]).alias("cost_shock_score_3.0"),
        rating.cost_shock(multipliers=[1.1]).alias("cost_shock_score_1.1"),
        rating.cost_shock(multipliers=[3, 1.1]),
    )
    assert to_polars(result).equals(oracle)


def test_cost_shock_is_the_mean_of_its_multipliers() -> None:
    result = cost_shock_score_batch(DF).drop_nulls()
    assert result.columns == [
        "cost_shock_score_1.25",
        "cost_shock_score_1.5",
        "cost_shock_score_2.0",
        "cost_shock_score",
    ]
    mean = result.select(pl.mean_horizontal(pl.exclude("cost_shock_score"))).to_series()
    # Another order of the same three additions.
    assert (mean - result["cost_shock_score"]).abs().max() <= 1e-15


@pytest.mark.parametrize("form", FORMS)
def test_table_without_rows_gives_the_columns(form: str) -> None:
    none = DF.clear()
    result = to_polars(calculate_ratings_batch(FORMS[form](none)))
    assert result.shape == (0, 6)
    assert tuple(result.columns) == RATING_SCORE.names


@pytest.mark.parametrize("file", [False, True])
def test_ipc_without_batches_gives_the_columns(file: bool) -> None:
    data = FORMS["ipc_file" if file else "ipc_stream"](DF.clear())
    result = from_ipc(calculate_ratings_batch(data))
    assert (result.num_rows, result.schema) == (0, RATING_SCORE.to_pyarrow())


def test_object_with_a_single_record_batch_gives_a_polars_frame() -> None:
    result = calculate_ratings_batch(ForeignArray(DF.to_arrow()))
    assert isinstance(result, pl.DataFrame)
    assert result.equals(expected(DF))


@pytest.mark.parametrize("form", ["ipc_stream", "ipc_file", "pyarrow_table", "pyarrow_batch"])
def test_arrow_results_carry_the_published_schema(form: str) -> None:
    result = calculate_ratings_batch(FORMS[form](DF))
    schema = from_ipc(result).schema if isinstance(result, bytes) else result.schema
    assert schema.equals(RATING_SCORE.to_pyarrow(), check_metadata=True)


def test_cost_shock_carries_units_and_version() -> None:
    schema = cost_shock_score_batch(DF.to_arrow(), [2]).schema
    assert schema.metadata[b"polars_rating.schema_version"] == b"1"
    for field in schema:
        assert field.metadata[b"unit"] == b"score in [0, 1], higher is better"


@pytest.mark.parametrize("form", ["ipc_stream", "ipc_file"])
def test_bytes_come_out_in_the_format_they_went_in(form: str) -> None:
    given = FORMS[form](DF)
    assert calculate_ratings_batch(given).startswith(b"ARROW1") == given.startswith(b"ARROW1")


def test_pandas_keeps_its_index_and_ignores_objects_it_does_not_need() -> None:
    frame = FORMS["pandas"](DF)
    frame["anything"] = [object()] * len(frame)
    result = calculate_ratings_batch(frame)
    pd.testing.assert_index_equal(result.index, frame.index)
    assert set(result.dtypes) == {pd.Series([0.0]).dtype}
    result.loc[frame.index[0], "final_rating"] = 0.5  # its own memory, not a view of Arrow's
    assert result["final_rating"].iloc[0] == 0.5


def test_lazy_frame_stays_lazy_and_reads_what_it_needs() -> None:
    lazy = DF.lazy().with_columns(strategy=pl.col("strategy").map_batches(_fail, pl.String))
    result = calculate_ratings_batch(lazy)
    assert tuple(result.collect_schema()) == RATING_SCORE.names
    assert result.collect().equals(expected(DF))


def _fail(_: pl.Series) -> pl.Series:
    raise AssertionError("a column that no score needs was computed")


def test_reader_is_read_as_its_result_is_read() -> None:
    table = DF.to_arrow()
    asked = []

    def batches():
        for batch in table.to_batches(max_chunksize=10):
            asked.append(len(batch))
            yield batch

    reader = pa.RecordBatchReader.from_batches(table.schema, batches())
    result = calculate_ratings_batch(reader)
    assert asked == []
    assert pl.DataFrame(result).equals(expected(DF))
    assert sum(asked) == len(DF)


def test_duckdb_result_is_of_the_same_connection_and_holds_its_rows() -> None:
    pytest.importorskip("duckdb")
    relation = FORMS["duckdb"](DF)
    result = calculate_ratings_batch(relation)
    relation.query("candidates_", "DROP TABLE candidates")
    assert pl.DataFrame(result.filter("final_rating > 0")).equals(
        expected(DF).filter(pl.col("final_rating") > 0)
    )
    joined = result.query("r", "SELECT count(*) FROM r JOIN (SELECT 1) ON true").fetchall()
    assert joined == [(40,)]
