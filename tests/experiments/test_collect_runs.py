"""From a long table of reruns to the lists that scores are judged on."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import polars_rating as rating
from polars_rating import RatingError
from polars_rating.experiments import collect_runs
from polars_rating.testing import candidate_frame

STABLE = settings(deadline=None, derandomize=True)
RUN_COLUMNS = (
    "jitter_runs",
    "data_jitter_runs",
    "cost_runs",
    "dropout_runs",
    "stress_runs",
    "timing_runs",
)
METRICS = ("profit", "avg_r", "win_rate", "max_drawdown", "sharpe_ratio")
LONG = pl.DataFrame(
    {
        "name": ["b", "a", "a", "b", "b"],
        "run": [2, 1, 0, 0, 1],
        "profit": [12, 1, 0, 10, 11],
        "avg_r": [0.12, 0.01, 0.0, 0.1, 0.11],
        "win_rate": [0.5, 0.4, 0.3, 0.6, None],
        "max_drawdown": [2.0, 3.0, 4.0, float("nan"), 6.0],
        "sharpe_ratio": [1.0, 2.0, 3.0, 4.0, 5.0],
        "symbol": ["x", "x", "y", "x", "x"],
    }
)
OUTCOME = pl.List(pl.Struct(dict.fromkeys(("profit", "max_drawdown", "sharpe_ratio"), pl.Float64)))


def test_lists_by_hand() -> None:
    found = collect_runs(LONG, by="name", into="cost_runs")
    assert found.schema == {"name": pl.String(), "cost_runs": OUTCOME}
    assert found["name"].to_list() == ["a", "b"]
    runs = found["cost_runs"].to_list()
    assert runs[0] == [
        {"profit": 0.0, "max_drawdown": 4.0, "sharpe_ratio": 3.0},
        {"profit": 1.0, "max_drawdown": 3.0, "sharpe_ratio": 2.0},
    ]
    assert [run["profit"] for run in runs[1]] == [10.0, 11.0, 12.0]
    assert str(runs[1][0]["max_drawdown"]) == "nan"
    jitter = collect_runs(LONG, by="name")["jitter_runs"].to_list()
    assert jitter[1][1] == {"profit": 11.0, "avg_r": 0.11, "win_rate": None, "max_drawdown": 6.0}


@pytest.mark.parametrize(
    "tier_column",
    ["jitter_runs", "data_jitter_runs", "cost_runs", "dropout_runs", "stress_runs", "timing_runs"],
)
def test_unpacked_runs_are_packed_as_they_were(tier_column: str) -> None:
    frame = candidate_frame(20, seed=3, tier="reruns").select("strategy", tier_column)
    long = (
        frame.with_columns(run=pl.int_ranges(pl.col(tier_column).list.len()))
        .explode(tier_column, "run", empty_as_null=False)
        .unnest(tier_column)
    )
    found = collect_runs(long.reverse(), by="strategy", into=tier_column)
    assert found.equals(frame.sort("strategy"))


@STABLE
@given(st.data(), st.integers(1, 12), st.integers(1, 5))
def test_row_order_plays_no_part(data: st.DataObject, rows: int, names: int) -> None:
    keys = [(f"n{i % names}", i // names) for i in range(rows)]
    number = st.none() | st.floats(allow_nan=True)
    metrics = data.draw(st.lists(st.tuples(*[number] * 5), min_size=rows, max_size=rows))
    schema = {"name": pl.String, "run": pl.Int64, **dict.fromkeys(METRICS, pl.Float64)}
    table = [(*key, *values) for key, values in zip(keys, metrics, strict=True)]
    first = pl.DataFrame(table, schema=schema, orient="row")
    order = data.draw(st.permutations(range(rows)))
    other = first.gather(order)
    for into in ("jitter_runs", "timing_runs"):
        found = collect_runs(first, by="name", into=into)
        assert found.equals(collect_runs(other, by="name", into=into))
        assert found[into].list.len().sum() == rows


def test_lazy_equals_eager_on_both_engines() -> None:
    eager = collect_runs(LONG, by=["name", "symbol"], into="timing_runs")
    lazy = collect_runs(LONG.lazy(), by=["name", "symbol"], into="timing_runs")
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect_schema() == eager.schema
    assert lazy.collect().equals(eager)
    assert lazy.collect(engine="streaming").equals(eager)
    only = lazy.filter(pl.col("name") == "a").select("timing_runs").collect()
    assert only.equals(eager.filter(name="a").select("timing_runs"))
    assert eager.select("name", "symbol").rows() == [("a", "x"), ("a", "y"), ("b", "x")]


def test_metrics_by_other_names_and_without_avg_r() -> None:
    frame = LONG.rename({"profit": "net", "run": "rerun"}).drop("avg_r")
    found = collect_runs(
        frame, by="name", run="rerun", profit=pl.col("net") * 2, win_rate="win_rate", avg_r=None
    )
    runs = found["jitter_runs"].to_list()
    assert list(runs[0][0]) == ["profit", "win_rate", "max_drawdown"]
    assert [run["profit"] for run in runs[1]] == [20.0, 22.0, 24.0]
    base = pl.DataFrame({"name": ["a"], "profit": [2.0], "win_rate": [0.4], "max_drawdown": [4.0]})
    score = base.join(found, on="name").select(rating.robustness(avg_r=None)).item()
    # Drops: run 0 loses profit (1) and a quarter of the win rate; run 1 loses nothing.
    assert score == pytest.approx(1 - (1.25 / 3 + 0) / 2, rel=1e-12)


def test_runs_can_be_numbered_by_anything_that_sorts() -> None:
    for values in (["c", "b", "a", "a", "b"], [2.0, 1.5, 1.25, 1.25, 1.5]):
        frame = LONG.with_columns(run=pl.Series(values))
        found = collect_runs(frame, by="name", into="cost_runs")
        assert found.equals(collect_runs(LONG, by="name", into="cost_runs"))


def test_null_names_a_candidate_of_its_own_and_empty_stays_empty() -> None:
    frame = LONG.with_columns(name=pl.when(pl.col("name") == "a").then("name"))
    assert collect_runs(frame, by="name")["name"].to_list() == ["a", None]
    empty = collect_runs(LONG.clear(), by="name", into="cost_runs")
    assert empty.schema["cost_runs"] == OUTCOME
    assert empty.height == 0


@pytest.mark.parametrize("lazy", [False, True])
def test_rerun_that_is_there_twice_is_named(lazy: bool) -> None:
    frame = pl.concat([LONG, LONG.filter(name="b", run=1)])
    message = "`run` must number each rerun once, got 1 twice for name='b', symbol='x'"
    if not lazy:
        with pytest.raises(RatingError, match=message) as error:
            collect_runs(frame, by=["name", "symbol"])
    else:
        query = collect_runs(frame.lazy(), by=["name", "symbol"]).filter(name="a")
        with pytest.raises(RatingError, match=message) as error:
            query.collect()
    assert error.value.code == "RATING_BAD_VALUE"


def test_rerun_without_a_number_is_an_error() -> None:
    frame = LONG.with_columns(run=pl.Series([2, None, 0, 0, 1]))
    with pytest.raises(RatingError, match="`run` must number each rerun, got null for name='a'"):
        collect_runs(frame, by="name")


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize(
    ("frame", "arguments", "code", "message"),
    [
        (LONG, {"into": "runs"}, "RATING_BAD_ARGUMENT", "`into` must be one of 'jitter_runs'"),
        (LONG, {"by": "nam"}, "RATING_BAD_ARGUMENT", "`by` must name a column, got 'nam'; the fr"),
        (LONG, {"run": "i"}, "RATING_BAD_ARGUMENT", "`run` must name a column, got 'i'"),
        (LONG, {"run": 1}, "RATING_BAD_ARGUMENT", "`run` must be a column name, got 1"),
        (LONG, {"by": []}, "RATING_BAD_ARGUMENT", "`by` must be a column name or a sequence"),
        (LONG, {"by": ["run"]}, "RATING_BAD_ARGUMENT", "`by` must hold other columns than 'run'"),
        (LONG, {"by": ["name"] * 2}, "RATING_BAD_ARGUMENT", "`by` must hold distinct columns"),
        (
            LONG.drop("avg_r"),
            {},
            "RATING_MISSING_FIELD",
            "`jitter_runs` needs the metric `avg_r`; the frame has .*; `avg_r=None` leaves it out",
        ),
        (
            LONG,
            {"profit": "net"},
            "RATING_MISSING_FIELD",
            "needs the metric `profit` .column 'net'.; the frame has name, run",
        ),
        (
            LONG.with_columns(profit=pl.lit("1")),
            {},
            "RATING_BAD_DTYPE",
            "`profit` must be numeric in the reruns, got String",
        ),
        (LONG, {"win_rate": None}, "RATING_BAD_ARGUMENT", "`win_rate` must be an expression or"),
    ],
)
def test_bad_input_is_named_at_once(
    frame: pl.DataFrame, arguments: dict[str, Any], code: str, message: str, lazy: bool
) -> None:
    with pytest.raises(RatingError, match=message) as error:
        collect_runs(frame.lazy() if lazy else frame, **{"by": "name", **arguments})
    assert error.value.code == code


def test_unknown_metric_and_other_frames_are_errors() -> None:
    with pytest.raises(TypeError, match="sharpe_ratio"):
        collect_runs(LONG, by="name", into="jitter_runs", sharpe_ratio="sharpe_ratio")
    with pytest.raises(RatingError, match="`frame` must be a Polars frame"):
        collect_runs({"name": ["a"]}, by="name")
