"""The report of a family: equal to its parts, in any order, lazy or not."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import polars_rating as rating
from polars_rating import reference
from polars_rating.data import load_trades
from tests.contracts._bits import assert_same_bits
from tests.engines.test_engines_agree import near
from tests.selection._families import family_frame
from tests.selection.test_worked_examples import close, family

QUICK: dict[str, Any] = {"n_blocks": 6, "n_boot": 100}
COLUMNS = [
    "family",
    "n_candidates",
    "n_trials",
    "n_distinct",
    "n_periods",
    "n_missing",
    "effective_n",
    "sharpe_mean",
    "sharpe_var",
    "expected_max_sharpe",
    "best",
    "best_sharpe",
    "psr",
    "dsr",
    "min_trl",
    "min_btl",
    "p_value_adjusted",
    "haircut",
    "haircut_sharpe",
    "pbo",
    "prob_oos_loss",
    "p_value_reality_check",
    "p_value_spa",
    "block_length",
    "n_significant",
    "n_significant_romano_wolf",
]


def report(frame: Any, **options: Any) -> Any:
    return rating.selection_report(
        frame, **{"family": "family", "name": "name", **QUICK, **options}
    )


def assert_same(left: pl.DataFrame, right: pl.DataFrame) -> None:
    assert left.columns == right.columns
    for name in left.columns:
        if name == "effective_n":  # promised to 1e-9
            assert (left[name] - right[name]).abs().max() < 1e-9
        else:
            assert_same_bits(left[name], right[name])


def test_shipped_trades_match_the_specification() -> None:
    long = load_trades()
    frame = long.group_by("strategy").agg(
        rating.trades("pnl", fee="fee", r_multiple="r", entry_time="entry", exit_time="exit")
    )
    (row,) = rating.selection_report(
        frame, name="strategy", trades="trades", every="1w", n_blocks=10, n_boot=500
    ).to_dicts()
    assert (row["n_periods"], row["best"]) == (992, "sma_008_150_long")
    assert row["n_candidates"] == row["n_trials"] == 352
    assert row["best_sharpe"] == close(0.05908403883769)
    assert row["psr"] == close(0.998505631318384)
    assert row["dsr"] == close(0.151409489544956)
    assert row["sharpe_var"] == close(0.00073017865743994)
    assert row["effective_n"] == close(69.6768952772432, 1e-9)
    assert row["pbo"] == close(0.789682539682540)
    assert row["prob_oos_loss"] == close(0.638888888888889)
    assert (row["p_value_reality_check"], row["p_value_spa"]) == (0.904, 0.976)
    assert row["block_length"] == close(1.26756225601040)
    assert row["p_value_adjusted"] == close(0.526017775928881)
    assert (row["haircut"], row["n_significant"]) == (1, 0)
    (finer,) = rating.selection_report(
        frame, name="strategy", trades="trades", every="1w", n_blocks=16, n_boot=100
    ).to_dicts()
    assert finer["pbo"] == pytest.approx(0.81041181, abs=5e-9)


def test_family_of_the_specification() -> None:
    (row,) = rating.selection_report(
        family(), name="candidate", n_blocks=10, n_boot=500, periods_per_year=252
    ).to_dicts()
    assert row["best"] == 48
    assert row["dsr"] == close(0.5200397973444658)
    assert row["expected_max_sharpe"] == close(0.0838114145494194)
    assert row["sharpe_mean"] == close(0.010786162886317532)
    assert row["haircut"] == close(0.6486233581519587)
    assert row["n_significant_romano_wolf"] == 0
    assert row["best_sharpe_annual"] == row["best_sharpe"] * 252**0.5
    assert row["min_trl_years"] == row["min_trl"] / 252
    assert row["min_btl_years"] == row["min_btl"] / 252


def test_every_field_equals_its_own_expression() -> None:
    frame = family_frame()
    found = report(frame)
    assert found.columns == COLUMNS
    for row in found.to_dicts():
        mine = frame.filter(family=row["family"]).sort("name")
        moments = mine.select(rating.sharpe_moments()).to_series()
        sharpe = moments.struct.field("sharpe")
        assert row["n_candidates"] == row["n_trials"] == sharpe.count()
        assert row["n_distinct"] == sharpe.drop_nulls().n_unique()
        place = sharpe.fill_null(-9).arg_max()
        assert row["best"] == mine["name"][place]
        assert row["best_sharpe"] == sharpe[place]
        for name, expr in {
            "psr": rating.probabilistic_sharpe(),
            "dsr": rating.deflated_sharpe(),
            "min_trl": rating.min_track_record_length(),
            "p_value_adjusted": rating.adjusted_p_values(rating.sharpe_p_value()),
            "haircut": rating.haircut_sharpe().struct.field("haircut"),
            "haircut_sharpe": rating.haircut_sharpe().struct.field("sharpe"),
        }.items():
            assert row[name] == mine.select(expr).to_series()[place], name
        for name, expr in {
            "sharpe_var": rating.sharpe_var(),
            "pbo": rating.pbo(n_blocks=6),
            "p_value_reality_check": rating.reality_check(n_boot=100),
            "p_value_spa": rating.spa(n_boot=100),
            "expected_max_sharpe": rating.expected_max_sharpe(row["n_trials"], rating.sharpe_var()),
            "min_btl": rating.min_backtest_length(row["best_sharpe"], row["n_trials"]),
        }.items():
            assert row[name] == mine.select(expr.alias("x")).item(), name
        effective = mine.select(rating.effective_trials()).item()
        assert row["effective_n"] == close(effective, 1e-9)  # in another order of rows
        wolf = mine.select(rating.romano_wolf(n_boot=100)).to_series()
        assert row["n_significant_romano_wolf"] == (wolf <= 0.05).sum()


def test_lazy_gives_lazy_and_order_plays_no_part() -> None:
    frame = family_frame()
    found = report(frame)
    lazy = report(frame.lazy())
    assert isinstance(found, pl.DataFrame)
    assert isinstance(lazy, pl.LazyFrame)
    assert_same(lazy.collect(), found)
    assert_same(lazy.collect(engine="streaming"), found)
    assert_same(report(frame.reverse()), found)
    assert_same(report(pl.concat([frame[:7], frame[7:]], rechunk=False)), found)
    assert_same(report(frame.filter(family="f1")), found.filter(family="f1"))


def test_the_python_engine_reports_the_same() -> None:
    frame = family_frame()
    with rating.use_engine("python"):
        python = report(frame)
    for name, column in report(frame).to_dict().items():
        if column.dtype == pl.Float64:
            assert ((column - python[name]).abs() <= 1e-9 * column.abs()).all(), name
        else:
            assert column.equals(python[name], null_equal=True), name


@pytest.mark.parametrize("years", [None, 252.0])
def test_report_matches_reference(years: float | None) -> None:
    frame = family_frame().select("family", "name", "returns")
    found = report(frame, periods_per_year=years).to_dicts()
    twin = reference.selection_report(frame.to_dicts(), periods_per_year=years, **QUICK)
    assert len(found) == len(twin)
    for mine, theirs in zip(found, twin, strict=True):
        assert mine.keys() == theirs.keys()
        wrong = {k: (mine[k], theirs[k]) for k in mine if not near(mine[k], theirs[k])}
        assert wrong == {}


def test_missing_values_and_names_are_told() -> None:
    frame = family_frame().sort("name")
    found = report(frame)
    assert found["n_missing"].to_list() == [2, 0, 0]
    nameless = rating.selection_report(frame.drop("name"), family="family", **QUICK)
    assert nameless["best"].to_list() == [None] * 3
    assert nameless["psr"].to_list() == found["psr"].to_list()


def test_several_keys_make_a_struct() -> None:
    frame = family_frame().with_columns(half=pl.col("name").str.slice(-1).str.to_integer() % 2)
    found = rating.selection_report(frame, family=["family", "half"], **QUICK)
    assert found.height == 6
    assert found["family"].struct.fields == ["family", "half"]


def test_more_trials_than_the_frame_holds() -> None:
    frame = family_frame()
    few, many = report(frame), report(frame, n_trials=1000)
    assert many["n_trials"].to_list() == [1000.0] * 3
    assert (many["dsr"] < few["dsr"]).all()
    assert (many["p_value_adjusted"] >= few["p_value_adjusted"]).all()
    below = report(frame, n_trials=2)
    assert below["p_value_adjusted"].null_count() == 3
    assert below["dsr"].null_count() == 0


@pytest.mark.parametrize("rows", [slice(0, 1), slice(9, 11), slice(5, 6), slice(3, 4)])
def test_degenerate_families_have_nulls(rows: slice) -> None:
    frame = family_frame().sort("name")[rows]
    found = report(frame)
    assert found.height == 1
    assert found["pbo"].to_list() == [None]
    all_flat = pl.concat([family_frame().sort("name")[5:6]] * 12)
    assert report(all_flat)["psr"].to_list() == [None]
    assert report(frame.clear()).height == 0


def test_config_groups_the_numbers() -> None:
    frame = family_frame()
    config = rating.SelectionConfig(n_blocks=6, n_boot=100, expected_max="exact", min_trials=2)
    found = rating.selection_report(frame, family="family", name="name", config=config)
    assert (found["dsr"] != report(frame)["dsr"]).all()
    assert rating.SelectionConfig.from_dict(config.to_dict()) == config
    for bad in ({"n_blocks": 5}, {"n_boot": 99}, {"block_length": 0.5}, {"alpha": 1.0}):
        with pytest.raises(rating.RatingError, match=next(iter(bad))):
            rating.SelectionConfig(**bad)


def test_something_else_than_a_frame_is_refused() -> None:
    with pytest.raises(rating.RatingError, match="`frame` must be a DataFrame"):
        rating.selection_report([1])  # type: ignore[type-var]
    with pytest.raises(rating.RatingError, match="`config` must be a SelectionConfig"):
        rating.selection_report(family_frame(), config=3)  # type: ignore[arg-type]


def test_number_beside_a_config_is_refused() -> None:
    config = rating.SelectionConfig(n_blocks=6, n_boot=100)
    with pytest.raises(rating.RatingError, match="`alpha` cannot be given beside `config`"):
        rating.selection_report(family_frame(), config=config, alpha=0.1)
