"""`rate_files` against `rate_trades` on one table: equal bits, in equal order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import polars_rating as rating
from polars_rating.files import Record, rate_files
from polars_rating.pipeline import rate_trades
from tests.files.conftest import N_FILES, digest

SELECTION = rating.SelectionConfig()
Few = Callable[..., Path]


def assert_equals_one_frame(
    out: pl.LazyFrame, trades: pl.DataFrame, by: Sequence[str] = ("strategy",), **given: object
) -> None:
    one = rate_trades(trades, by, **given).drop("trades").collect()  # type: ignore[arg-type]
    assert_frame_equal(out.collect(), one, check_exact=True)


@pytest.mark.parametrize("selection", [None, SELECTION])
def test_files_of_parts_and_of_whole_candidates_give_the_bits_of_one_frame(
    trades: pl.DataFrame,
    spread: Path,
    whole: Path,
    tmp_path: Path,
    selection: rating.SelectionConfig | None,
) -> None:
    kinds: list[str] = []
    split = rate_files(
        spread / "*.parquet",
        tmp_path / "split",
        workers=2,
        selection=selection,
        progress=lambda record, *_: kinds.append(record.task.kind),
    )
    kept = rate_files(whole, tmp_path / "kept", workers=1, partitioned=True, selection=selection)
    assert_equals_one_frame(split.scan(), trades, selection=selection)
    assert digest(split.ranking) == digest(kept.ranking)
    assert (kinds.count("split"), kinds.count("rate")) == (N_FILES, 2)
    assert (split.trades, split.candidates, split.skipped) == (trades.height, 352, 0)
    assert sorted(path.name for path in split.ranking.parent.iterdir()) == [
        ".lock",
        "manifest.json",
        "parts",
        "ranking.parquet",
    ]


def test_number_of_buckets_and_workers_changes_nothing(
    trades: pl.DataFrame, few: Few, tmp_path: Path
) -> None:
    source = few()
    every = [
        rate_files(source, tmp_path / f"out{workers}", workers=workers) for workers in (1, 3, 7)
    ]
    parts = [len(list((rated.ranking.parent / "parts").iterdir())) for rated in every]
    assert parts == sorted(parts)
    assert parts[0] == 1
    assert len({digest(rated.ranking) for rated in every}) == 1
    assert [rated.skipped for rated in every] == [0, 0, 0]


def test_families_are_judged_over_all_files(trades: pl.DataFrame, tmp_path: Path, few: Few) -> None:
    side = pl.col("strategy").str.extract(r"_(long|short|both)", 1).alias("side")
    some = trades.with_columns(side).filter(pl.col("strategy").rank("dense") % 10 == 0)
    given = {"selection": SELECTION, "family": ["side"], "every": "1mo"}
    rated = rate_files(few(some), tmp_path / "out", by=["side", "strategy"], **given)  # type: ignore[arg-type]
    assert_equals_one_frame(rated.scan(), some, ["side", "strategy"], **given)
    counts = rated.scan().group_by("side").agg(pl.len(), pl.col("n_trials").unique()).collect()
    assert counts.height > 1
    assert counts["len"].to_list() == counts["n_trials"].list.first().to_list()


def test_order_of_files_and_rows_counts_where_times_do_not(tmp_path: Path, few: Few) -> None:
    # All trades of a candidate at one time: the drawdown depends on their order.
    pnl = [float((-1) ** row * (row * 37 % 101)) for row in range(600)]
    frame = pl.DataFrame(
        {
            "strategy": [row % 5 for row in range(600)],
            "pnl": pnl,
            "exit": [f"202{row % 3}-06-01" for row in range(600)],
        }
    ).with_columns(pl.col("exit").str.to_date())
    rated = rate_files(few(frame), tmp_path / "out", workers=3)
    assert_equals_one_frame(rated.scan(), frame)


def test_categories_and_text_formats(trades: pl.DataFrame, tmp_path: Path) -> None:
    some = trades.filter(pl.col("strategy").rank("dense") % 20 == 0)
    halves = some.head(100), some.slice(100)
    for index, half in enumerate(halves):
        half.write_csv(tmp_path / f"{index}.csv")
        half.write_ndjson(tmp_path / f"{index}.jsonl")
        half.write_ipc(tmp_path / f"{index}.arrow")
        half.cast({"strategy": pl.Categorical}).write_parquet(tmp_path / f"{index}.parquet")
    expected = rate_files(tmp_path / "*.arrow", tmp_path / "ipc").scan().collect()
    for kind in ("csv", "jsonl", "parquet"):
        rated = rate_files(tmp_path / f"*.{kind}", tmp_path / kind).scan()
        assert_frame_equal(
            rated.with_columns(pl.col("strategy").cast(pl.String)).collect(),
            expected,
            check_exact=True,
        )


def test_numbers_may_be_of_any_type_and_columns_of_any_name(
    trades: pl.DataFrame, tmp_path: Path, few: Few
) -> None:
    some = trades.filter(pl.col("strategy").rank("dense") % 20 == 0).with_columns(
        pl.col("pnl").round().alias("net")
    )
    source = few(some.drop("pnl"))
    first = source / "trades-00.parquet"
    pl.read_parquet(first).cast({"net": pl.Int32}).write_parquet(first)
    rated = rate_files(source, tmp_path / "out", columns={"pnl": "net", "fee": ""})
    assert_equals_one_frame(
        rated.scan(),
        some,
        columns=rating.pipeline.TradeColumns.find(some.columns, pnl="net", fee=""),  # type: ignore[attr-defined]
    )


@pytest.mark.parametrize(
    "name", ["bucket", "part", "path", "rank", "family_start", "a=b", "ü/ñ", "_", "polars_rating"]
)
def test_column_of_the_candidate_may_have_any_name(
    name: str, few: Few, tmp_path: Path, trades: pl.DataFrame
) -> None:
    odd = pl.format("a/b=c {}\n", pl.col("strategy")).alias(name)
    some = trades.filter(pl.col("strategy").rank("dense") % 60 == 0)
    some = some.with_columns(odd).drop("strategy")
    assert_equals_one_frame(rate_files(few(some), tmp_path / "out", by=name).scan(), some, [name])


def test_a_pattern_of_a_store_is_listed_by_polars(few: Few, tmp_path: Path) -> None:
    source = few()
    local = rate_files(source, tmp_path / "local")
    remote = rate_files(f"file://{source}/*.parquet", tmp_path / "remote")
    assert digest(local.ranking) == digest(remote.ranking)


@pytest.mark.parametrize("engine", ["rust", "python"])
def test_workers_score_on_the_engine_of_the_call(
    engine: str, few: Few, tmp_path: Path, trades: pl.DataFrame
) -> None:
    some = trades.filter(pl.col("strategy").rank("dense") % 60 == 0)
    with rating.use_engine(engine):  # type: ignore[arg-type]
        rated = rate_files(few(some), tmp_path / "out")
        assert f'"scoring": "{engine}"' in (tmp_path / "out" / "manifest.json").read_text()
        assert_equals_one_frame(rated.scan(), some)


def test_second_call_does_nothing_and_gives_the_same(few: Few, tmp_path: Path) -> None:
    source = few()
    first = rate_files(source, tmp_path / "out")
    records: list[Record] = []
    again = rate_files(source, tmp_path / "out", progress=lambda record, *_: records.append(record))
    assert (again.skipped, again.trades, records) == (again.tasks, 0, [])
    assert again.scan().collect().equals(first.scan().collect())


def test_error_of_the_caller_ends_the_run(few: Few, tmp_path: Path) -> None:
    def stop(*_: object) -> None:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        rate_files(few(), tmp_path / "out", progress=stop)
    assert rate_files(tmp_path / "few", tmp_path / "out").skipped >= 1
