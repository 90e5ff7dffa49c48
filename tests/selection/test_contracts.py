"""What the kind of an expression promises: where it runs, and that nothing else changes a bit.

E: everywhere, row by row. C and V: one value a row, A: one value, per family, in `select`,
`with_columns`, `group_by().agg()` and `.over`, in any order of rows, chunking and engine.
"""

from __future__ import annotations

import re

import polars as pl
import pytest

import polars_rating as rating
from polars_rating import catalog, reference
from tests._engines import plan
from tests.contracts._bits import assert_same_bits
from tests.engines.test_engines_agree import near
from tests.selection._families import AGGREGATED, ALIGNED, CASES, ELEMENTWISE, OF_FAMILY, Case

cases = pytest.mark.parametrize("case", CASES, ids=repr)
elementwise = pytest.mark.parametrize("case", ELEMENTWISE, ids=repr)
aligned = pytest.mark.parametrize("case", ALIGNED, ids=repr)
aggregated = pytest.mark.parametrize("case", AGGREGATED, ids=repr)
of_family = pytest.mark.parametrize("case", OF_FAMILY, ids=repr)


def per_row(frame: pl.DataFrame, case: Case) -> pl.Series:
    """Return the value of every row, in the order of the names."""
    expr = case.build(family="family")
    return frame.select("name", expr.alias("x")).sort("name")["x"]


def per_group(frame: pl.DataFrame, case: Case, *, lazy: bool) -> pl.DataFrame:
    """Return the result of `group_by().agg()` by family."""
    if lazy:
        query = frame.lazy().group_by("family").agg("name", case.build().alias("x"))
        return query.collect().sort("family")
    return frame.group_by("family").agg("name", case.build().alias("x")).sort("family")


@cases
def test_name_and_dtype_are_known_when_the_query_is_planned(case: Case) -> None:
    lazy = case.frame().lazy().select(case.build())
    schema = lazy.collect_schema()
    assert schema.names() == [case.score.output]
    assert dict(lazy.collect().schema) == dict(schema)
    assert dict(lazy.collect(engine="streaming").schema) == dict(schema)


@cases
def test_values_are_there_and_inside_the_range(case: Case) -> None:
    found = per_row(case.frame(), case)
    parts = found.struct.unnest().get_columns() if found.dtype == pl.Struct else [found]
    assert any(part.drop_nulls().len() > 0 for part in parts)
    if case.score.range is not None:
        low, high = case.score.range
        for part in parts:
            if part.dtype == pl.Float64:
                assert part.drop_nulls().is_between(low, high).all()


@cases
def test_order_of_rows_and_chunks_change_no_bit(case: Case) -> None:
    frame = case.frame()
    expected = per_row(frame, case)
    turned = frame.reverse()
    chunked = pl.concat([frame[:5], frame[5:6], frame[6:]], rechunk=False)
    sliced = pl.concat([frame[:9], frame]).slice(9)
    for other in (turned, chunked, sliced, frame.sort("name")):
        found = per_row(other, case)
        if case.name == "effective_trials":  # sums over candidates: promised to 1e-9
            assert ((found / expected) - 1).abs().max() < 1e-9
        else:
            assert_same_bits(found, expected)


@cases
def test_engines_and_lazy_equal_eager(case: Case) -> None:
    frame = case.frame()
    expected = per_row(frame, case)
    query = frame.lazy().with_columns(case.build(family="family").alias("x"))
    for engine in ("in-memory", "streaming"):
        got = query.collect(engine=engine).sort("name")["x"]
        assert_same_bits(got, expected)


@cases
def test_a_filter_after_it_changes_nothing(case: Case) -> None:
    frame = case.frame()
    kept = pl.col("name") < "c020"
    expected = frame.with_columns(case.build(family="family").alias("x")).filter(kept)
    got = frame.lazy().with_columns(case.build(family="family").alias("x")).filter(kept).collect()
    assert_same_bits(got.sort("name")["x"], expected.sort("name")["x"])
    one = frame.lazy().with_columns(case.build(family="family").alias("x"))
    assert_same_bits(
        one.filter(pl.col("family") == "f1").collect().sort("name")["x"],
        one.collect().filter(pl.col("family") == "f1").sort("name")["x"],
    )


@cases
def test_twin_engine_agrees(case: Case) -> None:
    frame = case.frame()
    with rating.use_engine("rust"):
        rust = per_row(frame, case)
    with rating.use_engine("python"):
        python = per_row(frame, case)
    assert rust.dtype == python.dtype
    pairs = list(zip(rust.to_list(), python.to_list(), strict=True))
    assert [pair for pair in pairs if not near(*pair)] == []


@cases
def test_no_rows_and_empty_lists_are_no_evidence(case: Case) -> None:
    frame = case.frame()
    empty = frame.clear().select(case.build().alias("x"))["x"]
    assert empty.len() == (1 if case.kind == "A" else 0)
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    if lists:
        nothing = frame.with_columns(pl.lit(None).alias(name) for name in lists)
        for bare in (frame.with_columns(pl.col(lists).list.head(0)), nothing):
            found = per_row(bare, case)
            parts = found.struct.unnest().get_columns() if found.dtype == pl.Struct else [found]
            # A candidate that never traded earned nothing, period by period.
            zeros = case.name == "period_returns" and bare is not nothing
            assert zeros or all(part.null_count() == part.len() for part in parts)


@cases
def test_frame_without_evidence_says_what_was_looked_for(case: Case) -> None:
    if not case.score.tiers:
        return
    frame = case.frame().drop(*(t.column for t in case.score.tiers), strict=False)
    with pytest.raises(pl.exceptions.ComputeError, match="RATING_MISSING_EVIDENCE") as caught:
        plan(frame.lazy().select(case.build()))
    for tier in case.score.tiers:
        assert f"`{tier.column}`" in str(caught.value)


@elementwise
def test_elementwise_streams(case: Case) -> None:
    query = case.frame().lazy().with_columns(case.build().alias("x"))
    graph = query.show_graph(engine="streaming", plan_stage="physical", raw_output=True)
    nodes = set(re.findall(r'\[label="([a-z-]+)', graph or ""))
    assert nodes - {"select"} == {"in-memory-source", "with-columns"}


@elementwise
def test_elementwise_groups_like_rows(case: Case) -> None:
    frame = case.frame()
    expected = per_row(frame, case)
    for lazy in (False, True):
        groups = per_group(frame, case, lazy=lazy)
        rows = [
            pl.DataFrame({"name": names, "x": values})
            for names, values in zip(groups["name"], groups["x"], strict=True)
        ]
        assert_same_bits(pl.concat(rows).sort("name")["x"], expected)


@aligned
@pytest.mark.parametrize("lazy", [False, True], ids=["eager", "lazy"])
def test_aligned_gives_a_list_per_group(case: Case, lazy: bool) -> None:
    frame = case.frame()
    groups = per_group(frame, case, lazy=lazy)
    rows = [
        pl.DataFrame({"name": names, "x": values})
        for names, values in zip(groups["name"], groups["x"], strict=True)
    ]
    assert_same_bits(pl.concat(rows).sort("name")["x"], per_row(frame, case))


@aggregated
@pytest.mark.parametrize("lazy", [False, True], ids=["eager", "lazy"])
def test_aggregation_gives_one_value_per_group(case: Case, lazy: bool) -> None:
    frame = case.frame()
    groups = per_group(frame, case, lazy=lazy)
    whole = frame.select("family", case.build(family="family").alias("x"))
    over = whole.unique("family").sort("family")
    assert_same_bits(groups["x"], over["x"])


@of_family
def test_a_family_does_not_know_of_the_others(case: Case) -> None:
    frame = case.frame()
    together = frame.with_columns(case.build(family="family").alias("x"))
    for (name,), alone in frame.group_by("family"):
        got = alone.with_columns(case.build().alias("x"))
        assert_same_bits(got["x"], together.filter(family=name)["x"])


@of_family
def test_several_keys_and_expressions_make_a_family(case: Case) -> None:
    frame = case.frame().with_columns(half=pl.lit(1))
    expected = per_row(frame, case)
    key = pl.concat_str("family", pl.lit("!"))
    if case.kind == "A":
        made = [case.build().over(["family", "half"]), case.build().over(key)]
    else:
        made = [case.build(family=["family", "half"]), case.build(family=key)]  # type: ignore[arg-type] # more than a name
    for expr in made:
        assert_same_bits(frame.select("name", expr.alias("x")).sort("name")["x"], expected)


@of_family
def test_families_of_one_of_equals_and_of_nothing_do_not_fail(case: Case) -> None:
    frame = case.frame().sort("name")
    for rows in (frame[:1], frame[9:11], frame[3:4], frame[5:6], pl.concat([frame[5:6]] * 4)):
        out = rows.with_columns(case.build(family="family").alias("x"))
        assert out.height == rows.height


@pytest.mark.parametrize("score", catalog.SELECTION.values(), ids=lambda score: score.name)
def test_every_expression_has_a_twin(score: catalog.Score) -> None:
    assert callable(getattr(reference, score.name))


@pytest.mark.parametrize("family", [[], 3, [1.0]])
def test_family_must_be_columns(family: object) -> None:
    with pytest.raises(rating.RatingError, match="`family` must be column names"):
        rating.deflated_sharpe(family=family)  # type: ignore[arg-type]


def test_psr_and_dsr_are_components_of_the_rating_where_they_are_passed_in() -> None:
    weights = rating.Weights(probabilistic_sharpe=1.0, deflated_sharpe=2.0)
    config = rating.RatingConfig(weights=weights, gate="none")
    given = dict.fromkeys(catalog.COMPONENTS, 0.5)
    passed = {"probabilistic_sharpe": pl.lit(0.9), "deflated_sharpe": pl.lit(0.2)}
    final = pl.select(rating.final(config=config, **given, **passed)).item()
    assert final == pytest.approx((5 * 0.5 + 0.9 + 2 * 0.2) / 8, rel=1e-15)
    with pytest.raises(rating.RatingError, match="must be passed in"):
        rating.final(config=config, **given)
