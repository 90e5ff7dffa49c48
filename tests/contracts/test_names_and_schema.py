"""Names, promised dtypes, the choice of evidence, and errors before anything is read."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import polars as pl
import pytest

import polars_rating as rating
from polars_rating.catalog import TRADE_FIELDS
from polars_rating.testing import candidate_frame, trade_frame
from tests._engines import plan
from tests._registry import CASES, IDS, REGISTRY, SCORE_IDS, SCORES, TIERS, Row
from tests.contracts._bits import assert_same_bits, column

ROWS = list(REGISTRY.values())
rows = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
cases = pytest.mark.parametrize(("row", "tier"), CASES, ids=IDS)
REPLAYED = ["cost_shock", "trade_dropout", "stress_penalty"]
ComputeError = pl.exceptions.ComputeError
ColumnNotFoundError = pl.exceptions.ColumnNotFoundError


@cases
def test_name_and_dtype_equal_what_collect_schema_promises(row: Row, tier: str) -> None:
    lazy = row.frame(tier, 5).lazy().select(row.build())
    schema = lazy.collect_schema()
    assert dict(schema) == {row.output: row.dtype}
    assert dict(lazy.collect().schema) == dict(schema)
    assert dict(lazy.collect(engine="streaming").schema) == dict(schema)
    assert row.build().meta.output_name() == row.output


@cases
def test_name_can_be_changed(row: Row, tier: str) -> None:
    out = row.frame(tier, 5).select(row.build().alias("mine"), row.build().name.suffix("_x"))
    assert out.columns == ["mine", f"{row.output}_x"]


@rows
def test_frame_without_evidence_fails_early_listing_what_was_looked_for(row: Row) -> None:
    if row.name in ("evidence", "metrics", "win_rate_score"):
        return  # evidence() answers with nulls, metrics() names its column, the last has evidence
    lazy = pl.LazyFrame({"other": [1.0], "win_rate": [0.5]}).select(row.build())
    with pytest.raises(ComputeError, match=r"\[RATING_MISSING_EVIDENCE\]") as caught:
        plan(lazy)
    message = str(caught.value).split("\n")[0]
    looked_for, _, found = message.partition("found ")
    assert "looked for" in looked_for
    assert "polars_rating" not in found  # an inner name
    if row.name not in ("final", "scores", "explain"):
        every = {name for tier in row.tiers for name in row.tiers[tier]}
        sources = {n for n in every if n.endswith("_runs") or n in ("trades", "yearly_profits")}
        assert all(f"`{name}`" in looked_for for name in sources)
    if "win_rate" in {name for names in row.tiers.values() for name in names}:
        assert "`win_rate`" in found


@pytest.mark.parametrize(("row", "tier"), SCORES, ids=SCORE_IDS)
def test_message_without_evidence_names_the_expression_and_only_its_own_tiers(row, tier) -> None:
    with pytest.raises(ComputeError) as caught:
        plan(pl.LazyFrame({"other": [1.0]}).select(row.build()))
    message = str(caught.value).split("\n")[0]
    assert f"no evidence for `{row.output}`" in message
    assert set(re.findall(rf"\(({'|'.join(TIERS)})\)", message)) == set(row.tiers)


def test_evidence_of_a_frame_without_any_is_null() -> None:
    out = pl.DataFrame({"other": [1, 2]}).with_columns(rating.evidence())["evidence"]
    assert out.to_list() == [dict.fromkeys(REGISTRY["evidence"].dtype.to_schema())] * 2


@pytest.mark.parametrize("tier", ["reruns", "neighbours", "trades", "summary"])
def test_evidence_tells_the_tier_by_hand(tier: str) -> None:
    out = column(REGISTRY["evidence"].frame(tier, 2), rating.evidence())
    others = "summary" if tier == "neighbours" else tier
    expected = dict.fromkeys(REGISTRY["evidence"].dtype.to_schema(), others)
    expected["stability_score"] = "trades" if tier == "trades" else "summary"
    expected["robustness_score"] = "summary" if tier == "trades" else tier
    assert out.to_list() == [expected] * 2


@cases
def test_override_that_names_a_missing_column_is_an_error(row: Row, tier: str) -> None:
    frame = row.frame(tier, 3)
    for name in row.tiers[tier]:
        with pytest.raises(ColumnNotFoundError, match="nowhere"):
            frame.lazy().select(row.build(**{name: "nowhere"})).collect_schema()
        with pytest.raises(ColumnNotFoundError, match="nowhere"):
            frame.select(row.build(**{name: pl.col("nowhere")}))


@pytest.mark.parametrize("keyword", ["runs", "trades"])
@pytest.mark.parametrize("name", REPLAYED)
def test_runs_and_trades_that_are_missing_do_not_fall_back(name: str, keyword: str) -> None:
    trades = candidate_frame(3, tier="trades").select("trades")
    frame = candidate_frame(3, tier="reruns").hstack(trades)
    with pytest.raises(ColumnNotFoundError, match="nowhere"):
        frame.select(getattr(rating, name)(**{keyword: "nowhere"}))


@cases
def test_override_equals_a_renamed_column(row: Row, tier: str) -> None:
    frame = row.frame(tier).select(row.tiers[tier])
    for name in frame.columns:
        renamed = frame.rename({name: "my column"})
        expected = column(frame, row.build())
        for value in ("my column", pl.col("my column")):
            assert_same_bits(column(renamed, row.build(**{name: value})), expected)


@pytest.mark.parametrize("name", REPLAYED)
def test_explicit_trades_override_reruns(name: str) -> None:
    row = REGISTRY[name]
    trades = candidate_frame(9, tier="trades").select("trades")
    reruns = candidate_frame(9, tier="reruns")
    both = reruns.hstack(trades)
    replayed, rerun = column(trades, row.build()), column(reruns, row.build())
    assert not replayed.equals(rerun)
    assert_same_bits(column(both, row.build()), rerun)
    assert_same_bits(column(both, row.build(trades="trades")), replayed)
    runs = pl.col(row.reruns or "")
    assert_same_bits(column(both, getattr(rating, name)(runs=runs)), rerun)


def test_explicit_trades_override_yearly_profits() -> None:
    trades = candidate_frame(9, tier="trades").select("trades")
    years = candidate_frame(9)
    both = years.hstack(trades)
    of_trades = column(trades, rating.stability())
    assert_same_bits(column(both, rating.stability()), column(years, rating.stability()))
    assert_same_bits(column(both, rating.stability(trades="trades")), of_trades)
    expected = column(both, rating.final(stability=rating.stability(trades="trades")))
    assert not expected.equals(column(both, rating.final()))


def test_explicit_profits_go_without_the_years_of_the_frame() -> None:
    frame = candidate_frame(9)
    alone = frame.select("yearly_profits")
    got = column(frame, rating.stability("yearly_profits"))
    assert_same_bits(got, column(alone, rating.stability()))
    assert not got.equals(column(frame, rating.stability()))


@rows
def test_misspelt_keyword_is_a_type_error_that_lists_the_columns(row: Row) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'proffit'") as caught:
        row.build(proffit="x")
    made = inspect.signature(getattr(rating, row.name)).parameters.values()
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in made):
        assert "trades" in str(caught.value)


@rows
def test_wrongly_typed_overrides_are_refused(row: Row) -> None:
    name = next(iter(row.tiers.values()))[0]
    for bad in (object(), True, [1.0], {"a": 1}, b"profit"):
        with pytest.raises(rating.RatingError, match=r"must be an expression or a column name"):
            row.build(**{name: bad})


def projected(query: pl.LazyFrame) -> list[str]:
    """Return 'k/n' of every scan in the plan that projects k of its n columns."""
    return re.findall(r"(\d+/\d+) COLUMNS", query.explain())


@cases
def test_scan_reads_only_the_canonical_columns(row: Row, tier: str, tmp_path: Path) -> None:
    canonical = row.frame(tier, 3)
    others = {f"other_{i}": [i] * 3 for i in range(5)}
    frame = canonical.with_columns(**{name: pl.Series(v) for name, v in others.items()})
    expected = [f"{canonical.width}/{frame.width}"]
    assert projected(frame.lazy().select(row.build())) == expected
    path = tmp_path / "frame.parquet"
    frame.write_parquet(path)
    assert projected(pl.scan_parquet(path).select(row.build())) == expected


@cases
def test_filter_is_pushed_past_it(row: Row, tier: str) -> None:
    frame = row.frame(tier, 6).with_row_index("id")
    plan = frame.lazy().with_columns(row.build()).filter(pl.col("id") < 2).explain()
    assert plan.index("WITH_COLUMNS") < max(plan.rfind("FILTER"), plan.rfind("SELECTION"))


def test_trades_names_and_fields_equal_the_promise() -> None:
    long = trade_frame(3)
    every = {name: name for name in TRADE_FIELDS[1:]}
    for fields in ({}, {"fee": "fee"}, {"exit_time": "exit_time"}, every):
        lazy = long.lazy().group_by("strategy").agg(rating.trades("pnl", **fields))
        dtype = lazy.collect_schema()["trades"]
        assert dtype == lazy.collect().schema["trades"]
        assert list(dtype.inner.to_schema()) == ["pnl", *fields]
