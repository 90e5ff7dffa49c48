"""`rate_trades` and `TradeColumns`: the query behind the command line."""

from __future__ import annotations

import polars as pl
import pytest

import polars_rating as rating
from polars_rating.catalog import RATING_OUTPUTS
from polars_rating.exceptions import RatingError
from polars_rating.pipeline import TradeColumns, mark_sorted, rate_trades


def test_equals_the_query_of_the_readme(trades: pl.DataFrame) -> None:
    ranked = (
        trades.lazy()
        .group_by("strategy")
        .agg(rating.trades("pnl", fee="fee", r_multiple="r", entry_time="entry", exit_time="exit"))
        .with_columns(rating.metrics().struct.unnest())
        .with_columns(
            rating.robustness(),
            rating.stability(),
            rating.cost_shock(),
            rating.trade_dropout(),
            rating.stress_penalty(),
            rating.final(),
        )
        .top_k(20, by="final_rating")
        .collect()
    )
    rated = rate_trades(trades).collect()
    # `rate_trades` computes the scores in one pass; they equal the separate ones bit for bit.
    best = rated.join(ranked, on="strategy", how="semi")
    expected = ranked.sort("final_rating", "strategy", descending=[True, False])
    assert best.select(RATING_OUTPUTS).equals(expected.select(RATING_OUTPUTS))


def test_nulls_come_last(trades: pl.DataFrame) -> None:
    nothing = pl.DataFrame({"strategy": ["a"]}).join(trades.head(1).drop("strategy"), how="cross")
    null = nothing.with_columns(pl.lit(None, pl.Date).alias("exit"))  # no year, no stability
    rated = rate_trades(pl.concat([null, trades])).collect()
    assert rated["final_rating"].null_count() == 1
    assert rated["strategy"].to_list()[-1] == "a"


@pytest.mark.parametrize(
    ("names", "given", "expected"),
    [
        (["pnl"], {}, TradeColumns()),
        (["r", "pnl", "r_multiple"], {}, TradeColumns(r_multiple="r_multiple")),
        (["pnl", "r", "r_multiple"], {"r_multiple": "r"}, TradeColumns(r_multiple="r")),
        (["pnl", "exit", "entry"], {"entry_time": ""}, TradeColumns(exit_time="exit")),
        (["net", "pnl", "fee"], {"pnl": "net"}, TradeColumns(pnl="net", fee="fee")),
    ],
)
def test_columns_are_found(names: list[str], given: dict[str, str], expected: TradeColumns) -> None:
    assert TradeColumns.find(names, **given) == expected


def test_a_long_list_of_columns_is_cut() -> None:
    with pytest.raises(RatingError, match=r"'c0', .*'c19', \.\.\.$"):
        TradeColumns.find([f"c{i}" for i in range(30)])


def test_explicit_columns_are_checked(trades: pl.DataFrame) -> None:
    with pytest.raises(RatingError, match="no column 'net'") as missing:
        rate_trades(trades, columns=TradeColumns(pnl="net"))
    assert missing.value.code == "RATING_MISSING_EVIDENCE"
    with pytest.raises(RatingError, match=r"'exit' \(fee\) must be numeric") as wrong:
        rate_trades(trades, columns=TradeColumns(fee="exit"))
    assert wrong.value.code == "RATING_BAD_DTYPE"


@pytest.mark.parametrize("by", [[], ["strategy", "strategy"], ["trades"]])
def test_bad_by(trades: pl.DataFrame, by: list[str]) -> None:
    with pytest.raises(RatingError, match="`by` must be") as bad:
        rate_trades(trades, by)
    assert bad.value.code == "RATING_BAD_ARGUMENT"


def test_trades_are_marked_only_where_they_are_sorted(trades: pl.DataFrame) -> None:
    by_candidate = trades.sort("strategy", maintain_order=True)
    named = pl.col("strategy")
    empty = by_candidate.with_columns(pl.when(named.is_first_distinct()).then(named))
    number = by_candidate.with_columns(named.rank("dense"))

    def is_marked(frame: pl.DataFrame, by: tuple[str, ...] = ("strategy",)) -> bool:
        # A frame that knows it already would prove nothing.
        unmarked = pl.from_arrow(frame.to_arrow())
        assert isinstance(unmarked, pl.DataFrame)
        return mark_sorted(unmarked.lazy(), by).collect()[by[0]].flags["SORTED_ASC"]

    assert is_marked(by_candidate)
    assert is_marked(number)
    assert not is_marked(trades.sort("exit"))
    assert not is_marked(by_candidate.reverse())
    assert not is_marked(empty)
    assert not is_marked(by_candidate, ("strategy", "exit"))
    marked = rate_trades(mark_sorted(by_candidate.lazy(), ["strategy"])).collect()
    assert marked.equals(rate_trades(by_candidate.reverse().sort("exit")).collect())
