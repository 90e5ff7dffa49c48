"""What the report shows, against other ways to the same numbers."""

from __future__ import annotations

import builtins
import datetime as dt
import math
from statistics import NormalDist
from typing import Any

import numpy as np
import polars as pl
import pytest

import polars_rating as rating
from polars_rating.data import load_trades
from polars_rating.exceptions import RatingError
from polars_rating.pipeline import rate_trades
from polars_rating.reference.trade_dropout import replay_dropout
from polars_rating.report import alike, curves, field, selection
from polars_rating.report import parameters as of_parameters
from polars_rating.report.candidates import GIVEN, prepare


def test_fan_ends_where_the_runs_of_the_dropout_end(rated: pl.DataFrame) -> None:
    candidates = prepare(rated)
    trades = curves.chronological(candidates.frame["trades"][0].to_list())
    fan = curves.dropout_fan(curves.net_of(trades), 0.1, 50, 987654321)
    profits = [replay_dropout(trades, 0.1, 987654321 + run)[0] for run in range(50)]
    assert fan is not None
    np.testing.assert_allclose(fan[:, -1], np.quantile(profits, [0.05, 0.5, 0.95]), rtol=1e-12)


def test_fan_without_dropout_is_none() -> None:
    net = np.array([1.0, 2.0])
    assert curves.dropout_fan(net, 0.0, 50, 1) is None
    assert curves.dropout_fan(net, 0.1, 0, 1) is None
    assert curves.dropout_fan(net[:0], 0.1, 50, 1) is None


def test_equity_starts_at_0_and_ends_at_the_profit(rated: pl.DataFrame) -> None:
    candidates = prepare(rated)
    for row in candidates.frame.head(20).iter_rows(named=True):
        trades = curves.chronological(row["trades"])
        points = curves.equity(trades, candidates)
        assert points[0]["equity"] == 0
        assert points[-1]["equity"] == pytest.approx(row["profit"], rel=1e-5)
        assert len(points) <= curves.POINTS + 1
        assert [point["t"] for point in points] == sorted(point["t"] for point in points)


def test_trades_without_exit_are_counted() -> None:
    trades = [{"pnl": 1.0}, {"pnl": -3.0}]
    points = curves.equity(trades, prepare(pl.DataFrame({"final_rating": [0.5]})))
    assert [(point["t"], point["equity"]) for point in points] == [(0, 0.0), (1, 1.0), (2, -2.0)]


def test_trades_are_in_the_order_of_their_exits() -> None:
    day = dt.date(2024, 1, 1)
    trades = [
        {"pnl": 1.0, "exit_time": None},
        {"pnl": 2.0, "exit_time": day + dt.timedelta(2)},
        None,
        {"pnl": 3.0, "exit_time": day},
        {"pnl": 4.0, "exit_time": day},
    ]
    assert [trade["pnl"] for trade in curves.chronological(trades)] == [3.0, 4.0, 2.0, 1.0]


def test_costs_are_the_profits_of_the_shock() -> None:
    trades = [{"pnl": 10.0, "fee": 2.0}, {"pnl": -1.0, "fee": 1.0}, {"pnl": 4.0, "fee": -0.5}]
    candidates = prepare(pl.DataFrame({"final_rating": [0.5]}))
    by = {row["k"]: row["profit"] for row in curves.costs(trades, candidates)}
    # 13 before fees, a rebate of 0.5 that stays, and 3 of fees
    assert (by[0.0], by[1.0], by[1.25], by[2.0]) == (13.5, 10.5, 9.75, 7.5)
    assert curves.costs([{"pnl": 1.0}], candidates) == []


def test_contributions_match_explain(rated: pl.DataFrame) -> None:
    for config in (
        rating.RatingConfig(),
        rating.RatingConfig(weights=rating.Weights(stability=3, cost_shock=0)),
    ):
        scored = rated.drop("final_rating", *[c for c in rated.columns if c.endswith("_score")])
        candidates = prepare(scored.drop("stress_penalty"), config=config)
        expected = candidates.frame.select(rating.explain(config)).to_series().struct.unnest()
        found = candidates.contributions()
        for row in candidates.components:
            np.testing.assert_allclose(found[row.name], expected[row.output], rtol=1e-12)


@pytest.mark.parametrize("on_missing", ["null", "skip", "zero"])
def test_contributions_of_missing_components_match_explain(on_missing: Any) -> None:
    config = rating.RatingConfig(on_missing=on_missing)
    frame = pl.DataFrame(
        {
            "strategy": ["a", "b"],
            "trades": [[{"pnl": 3.0, "fee": 0.1}, {"pnl": -1.0, "fee": 0.1}], None],
            "yearly_profits": [[1.0, 2.0], [3.0, 1.0]],
        }
    )
    candidates = prepare(frame, config=config)
    expected = candidates.frame.select(rating.explain(config)).to_series().struct.unnest()
    found = candidates.contributions()
    for row in candidates.components:
        assert found[row.name].to_list() == pytest.approx(expected[row.output].to_list())


def test_points_lost_and_kept_are_the_weight(rated: pl.DataFrame) -> None:
    candidates = prepare(rated)
    lost = {row["component"]: row for row in field.points_lost(candidates, 10)}
    kept = candidates.contributions().filter(candidates.ratings > 0)
    for row in candidates.components:
        found = lost[row.name.replace("_", " ")]
        assert found["mean"] == pytest.approx(0.2 - kept[row.name].mean(), abs=1e-5)  # type: ignore[operator]
        assert found["p5"] <= found["p50"] <= found["p95"]


def test_histogram_counts_everybody_once() -> None:
    ratings = [0.0, 0.0, None, float("nan"), 0.01, 0.5, 0.99, 1.0]
    rows = field.distribution(prepare(pl.DataFrame({"final_rating": ratings})))
    kinds = {kind: sum(r["n"] for r in rows if r["kind"] == kind) for kind in ("gated", "null")}
    assert kinds == {"gated": 2, "null": 2}
    assert sum(row["n"] for row in rows) == len(ratings)
    assert max(row["to"] for row in rows) == 1.0


def test_profit_cells_hold_every_candidate() -> None:
    n = 4_000
    rng = np.random.default_rng(5)
    frame = pl.DataFrame({"profit": rng.normal(0, 1e4, n), "final_rating": rng.random(n)})
    cells, points = field.against_profit(prepare(frame), top=7)
    assert sum(cell["n"] for cell in cells) == n
    assert [point["rank"] for point in points] == list(range(1, 8))
    for cell in cells:
        assert cell["x"] < cell["x2"]


def alike_frame(**columns: Any) -> list[int]:
    n = len(next(iter(columns.values())))
    frame = pl.DataFrame({"final_rating": [0.9 - 0.1 * i for i in range(n)], **columns})
    return alike.groups(prepare(frame), [name for name in columns if name == "fast"])


def test_alike_are_equal_parameters() -> None:
    assert alike_frame(fast=[5, 10, 5, None, None, 10]) == [0, 1, 0, 3, 4, 1]


def test_alike_are_equal_results() -> None:
    found = alike_frame(
        profit=[10.0, 20.0, 10.0], max_drawdown=[1.0, 1.0, 1.0], total_trades=[5, 5, 5]
    )
    assert found == [0, 1, 0]


def test_alike_are_correlated_years() -> None:
    base = np.array([3.0, -1.0, 4.0, 1.0, -5.0, 9.0])
    other = np.array([1.0, 2.0, -4.0, 6.0, 3.0, -2.0])
    near = 2 * base + np.array([0.1, -0.1, 0.0, 0.1, 0.0, -0.1])
    assert np.corrcoef(base, near)[0, 1] > alike.CORRELATION > np.corrcoef(base, other)[0, 1]
    years = [list(range(2000, 2006))] * 3
    rows = [list(base), list(other), list(near)]
    assert alike_frame(yearly_profits=rows, years=years) == [0, 1, 0]
    short = [row[:5] for row in rows]
    assert alike_frame(yearly_profits=short, years=[list(range(5))] * 3) == [0, 1, 2]


def test_gated_candidates_are_not_compared() -> None:
    frame = pl.DataFrame({"final_rating": [0.0, 0.0, 0.5], "fast": [5, 5, 5]})
    assert alike.groups(prepare(frame), ["fast"]) == [0, 1, 2]


def test_parameters_are_given_columns_or_numbers_in_names(rated: pl.DataFrame) -> None:
    found = of_parameters.find(prepare(rated), None)
    assert (found.source, found.names) == ("columns", ["fast", "slow", "rules"])
    found = of_parameters.find(prepare(rated), ["slow"])
    assert (found.source, found.names) == ("given", ["slow"])
    found = of_parameters.find(prepare(rated.drop("fast", "slow", "rules")), None)
    assert (found.source, found.names) == ("names", ["number 1", "number 2", "variant"])
    names = ["SmaCross(n1=5,n2=20)", "SmaCross(n1=8,n2=20)", "SmaCross(n1=8,n2=50)"]
    frame = pl.DataFrame({"strategy": names, "final_rating": [0.1, 0.2, 0.3]})
    assert of_parameters.find(prepare(frame), None).table.to_dict(as_series=False) == {
        "n1": [8.0, 8.0, 5.0],
        "n2": [50.0, 20.0, 20.0],
    }


def test_plateau_is_the_median_of_each_cell(rated: pl.DataFrame) -> None:
    twice = pl.concat([rated, rated.with_columns(final_rating=pl.lit(0.0))])
    candidates = prepare(twice)
    found = of_parameters.plateau(candidates, of_parameters.find(candidates, None))
    assert found is not None
    assert (found.y, found.x, found.by) == ("fast", "slow", "rules")
    expected = twice.group_by("rules", "fast", "slow").agg(
        rating=pl.col("final_rating").median(),
        n=pl.len(),
        gated=(pl.col("final_rating") == 0).sum(),
    )
    text = pl.col("fast", "slow").cast(pl.String)
    joined = expected.with_columns(text).join(
        found.cells, left_on=["rules", "fast", "slow"], right_on=["by", "y", "x"]
    )
    assert joined.height == expected.height == found.cells.height
    assert joined["rating"].to_list() == pytest.approx(joined["rating_right"].to_list())
    assert joined["gated"].to_list() == joined["gated_right"].to_list()


def test_parameter_of_many_values_is_put_into_bins() -> None:
    n = 600
    frame = pl.DataFrame({"x": np.linspace(0, 6, n), "final_rating": np.linspace(0.1, 0.9, n)})
    candidates = prepare(frame)
    found = of_parameters.plateau(candidates, of_parameters.find(candidates, "x"))
    assert found is not None
    assert found.cells["n"].to_list() == [n // of_parameters.BINS] * of_parameters.BINS
    assert found.y_values[0] == "0.25"


def test_selection_of_the_shipped_trades_is_the_published_one() -> None:
    found = selection.selection(prepare(rate_trades(load_trades(), by="strategy").collect()))
    facts = {fact.label: (fact.value, fact.note) for fact in found.facts}
    # Specification, section 24: dsr 0.151409489544956, pbo 0.789682539682540, at 10 blocks.
    assert facts["highest weekly Sharpe ratio"] == ("0.059", "sma_008_150_long")
    assert facts["deflated Sharpe ratio"][0] == "0.151"
    assert facts["probability of overfitting"][0] == "0.790"
    assert (found.doubtful, found.missing) == (True, [])


def expected_max(n: int) -> float:
    """Return the expected maximum of n standard normal numbers, by the formula of 2014."""
    inverse, euler = NormalDist().inv_cdf, 0.5772156649015329
    return -(1 - euler) * inverse(1 / n) - euler * inverse(1 / (n * math.e))


def test_selection_compares_the_highest_sharpe_ratio_with_luck() -> None:
    sharpe = [0.1, 0.4, -0.2, 0.3]
    candidates = prepare(pl.DataFrame({"sharpe_ratio": sharpe, "final_rating": [0.9, 0.8, 0.7, 0]}))
    found = {fact.label: fact.value for fact in selection.selection(candidates).facts}
    luck = float(np.std(sharpe, ddof=1)) * expected_max(4)
    assert found["candidates tried"] == "4"
    assert found["highest Sharpe ratio"] == "0.400"
    assert found["Sharpe ratio of rank 1"] == "0.100"
    assert found["expected best without an edge"] == f"{luck:.3f}"
    assert not selection.selection(candidates).doubtful
    more = selection.selection(candidates, 1_000)
    assert more.doubtful == (luck / expected_max(4) * expected_max(1_000) >= 0.4)
    with pytest.raises(RatingError, match="at least the 4 candidates, got 3"):
        selection.selection(candidates, 3)


def test_tiers_are_those_of_evidence(rated: pl.DataFrame, reruns: pl.DataFrame) -> None:
    for frame in (rated, reruns):
        candidates = prepare(frame)
        expected = frame.select(rating.evidence()).row(0)[0]
        assert list(candidates.tiers.values()) == list(expected.values())
    scores = rated.select("strategy", "stability_score", "final_rating")
    assert prepare(scores).tiers == {"stability": GIVEN}


def test_frame_is_rated_unless_it_is(rated: pl.DataFrame) -> None:
    bare = rated.select("strategy", "trades")
    found = prepare(bare).frame
    expected = rated.sort("final_rating", "strategy", descending=[True, False], nulls_last=True)
    assert found["strategy"].equals(expected["strategy"])
    assert found["final_rating"].equals(expected["final_rating"])
    assert found["profit"].equals(expected["profit"])
    given = prepare(bare.with_columns(final_rating=pl.lit(0.5)))
    assert given.frame["final_rating"].unique().to_list() == [0.5]


@pytest.mark.parametrize(
    ("frame", "options", "message"),
    [
        ([1], {}, "`frame` must be a DataFrame or LazyFrame, got list"),
        (pl.DataFrame({"final_rating": []}), {}, "at least one candidate, got 0 rows"),
        (pl.DataFrame({"final_rating": ["a"]}), {}, "`final_rating` must be numeric, found String"),
        (pl.DataFrame({"final_rating": [0.5]}), {"name": "x"}, "there is no column 'x'"),
        (pl.DataFrame({"final_rating": [0.5]}), {"parameters": "x"}, "no column 'x' (parameters)"),
        (pl.DataFrame({"final_rating": [0.5]}), {"top": 0}, "`top` must be an integer >= 1, got 0"),
        (pl.DataFrame({"final_rating": [0.5]}), {"drill": True}, "`drill` must be an integer"),
        (pl.DataFrame({"final_rating": [0.5]}), {"title": 1}, "`title` must be text, got 1"),
        (pl.DataFrame({"final_rating": [0.5]}), {"config": {}}, "`config` must be a RatingConfig"),
    ],
)
def test_bad_input_is_named(
    frame: Any, options: dict[str, Any], message: str, tmp_path: Any
) -> None:
    out = tmp_path / "report.html"
    with pytest.raises(RatingError) as caught:
        rating.report(frame, out, **options)
    assert message in caught.value.message
    assert not out.exists()


@pytest.mark.parametrize("missing", ["altair", "great_tables", "jinja2"])
def test_missing_package_names_the_extra(
    rated: pl.DataFrame, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    from polars_rating.report import _extra

    def importing(name: str) -> Any:
        if name == missing:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return builtins.__import__(name, fromlist=["x"])

    monkeypatch.setattr(_extra, "import_module", importing)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'polars-rating\[report\]'"):
        rating.report(rated, tmp_path / "report.html")
    assert not list(tmp_path.iterdir())


def test_numbers_of_the_table_are_those_of_the_frame(rated: pl.DataFrame) -> None:
    html = rating.style(rated, top=3, parameters=[]).as_raw_html()
    best = rated.sort("final_rating", descending=True).row(0, named=True)
    assert f">{best['final_rating']:.3f}</span>" in html
    assert f">{best['profit']:,.0f}</td>" in html
    assert math.isclose(best["win_rate"], best["win_rate"])
    assert html.count('class="pr-spark"') == 3
