"""`scores`, `explain` and `evidence` against numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from polars.exceptions import ComputeError

import polars_rating as rating
from polars_rating import RatingConfig

NAMES = (
    "robustness_score",
    "stability_score",
    "cost_shock_score",
    "trade_dropout_score",
    "stress_penalty",
)
# One of four metrics of the jittered rerun falls by 0.4: 0.1. One of three of the others by 0.3.
CANDIDATE: dict[str, Any] = {
    "profit": 100.0,
    "avg_r": 1.0,
    "win_rate": 0.5,
    "max_drawdown": 10.0,
    "sharpe_ratio": 2.0,
    "jitter_runs": [{"profit": 60.0, "avg_r": 1.0, "win_rate": 0.5, "max_drawdown": 10.0}],
    "cost_runs": [{"profit": 70.0, "max_drawdown": 10.0, "sharpe_ratio": 2.0}],
    "dropout_runs": [{"profit": 100.0, "max_drawdown": 13.0, "sharpe_ratio": 2.0}],
    "stress_runs": [{"profit": 100.0, "max_drawdown": 10.0, "sharpe_ratio": 0.2}],
    "yearly_profits": [50.0, 150.0],
}
# Stability: total 200, expected 100 a year, errors of 50 / 100: wmape 0.5.
EXPECTED = (0.9, 1 / 1.5, 0.9, 0.9, 0.3)


def near(expected: float) -> Any:
    return pytest.approx(expected, rel=1e-12)


def fused(expr: pl.Expr, **change: Any) -> dict[str, Any]:
    found = pl.DataFrame([{**CANDIDATE, **change}]).select(expr).item()
    assert isinstance(found, dict)
    return found


def config(**given: Any) -> RatingConfig:
    return RatingConfig.from_dict(given)


def test_scores_by_hand() -> None:
    found = fused(rating.scores())
    assert [found[name] for name in NAMES] == [near(x) for x in EXPECTED]
    assert found["final_rating"] == near((0.9 + 1 / 1.5 + 0.9 + 0.9 + 0.7) / 5)
    assert list(found) == [*NAMES, "final_rating"]


def test_config_reaches_every_score_by_hand() -> None:
    capped = fused(rating.scores(config(penalty_cap=0.05, weights={"stability": 0})))
    assert [capped[name] for name in NAMES] == [near(x) for x in (0.95, 1 / 1.5, 0.95, 0.95, 0.05)]
    assert capped["final_rating"] == near(0.95)


def test_gate_of_scores_by_hand() -> None:
    losing: dict[str, Any] = {"profit": -100.0}
    assert fused(rating.scores(), **losing)["final_rating"] == 0.0
    # Robustness: a profit of -100 is floored at 1e-9, below the rerun's 60: no fall, 1. The
    # profit part of the others is 0, so that cost_shock is 1 as well.
    ungated = fused(rating.scores(config(gate="none")), **losing)
    assert ungated["final_rating"] == near((1 + 1 / 1.5 + 1 + 0.9 + 0.7) / 5)


def test_null_component_makes_the_rating_null() -> None:
    found = fused(rating.scores(), cost_runs=[])
    assert (found["cost_shock_score"], found["final_rating"]) == (None, None)
    skipped = fused(rating.scores(config(on_missing="skip")), cost_runs=[])
    assert skipped["final_rating"] == near((0.9 + 1 / 1.5 + 0.9 + 0.7) / 4)
    zeroed = fused(rating.scores(config(on_missing="zero")), cost_runs=[])
    assert zeroed["final_rating"] == near((0.9 + 1 / 1.5 + 0 + 0.9 + 0.7) / 5)
    omega = fused(rating.scores(config(no_evidence="omega")), cost_runs=[])
    assert omega["final_rating"] == near((0.9 + 1 / 1.5 + 1 + 0.9 + 0.7) / 5)


def test_column_by_keyword_reaches_every_score_by_hand() -> None:
    found = fused(rating.scores(profit="equity_gain"), equity_gain=50.0)
    # 60 and 70 are no falls from 50.
    assert (found["robustness_score"], found["cost_shock_score"]) == (1.0, 1.0)


def test_explain_by_hand() -> None:
    found = fused(rating.explain())
    assert found == {
        name: near(x / 5) for name, x in zip(NAMES, (0.9, 1 / 1.5, 0.9, 0.9, 0.7), strict=True)
    }
    assert sum(found.values()) == near(fused(rating.scores())["final_rating"])


def test_explain_with_weights_by_hand() -> None:
    weights = {"robustness": 3, "stability": 0, "cost_shock": 1, "trade_dropout": 1}
    found = fused(rating.explain(config(weights=weights)))
    assert [found[name] for name in NAMES] == [
        near(3 * 0.9 / 6),
        0.0,
        near(0.9 / 6),
        near(0.9 / 6),
        near(0.7 / 6),
    ]


def test_explain_is_ungated_and_the_same_for_every_aggregation() -> None:
    losing = fused(rating.explain(), profit=-100.0)
    assert losing["stability_score"] == near(1 / 1.5 / 5)
    assert fused(rating.explain(config(aggregation="min"))) == fused(rating.explain())


@pytest.mark.parametrize(
    ("on_missing", "missing", "total"), [("null", None, 5), ("skip", None, 4), ("zero", 0.0, 5)]
)
def test_explain_of_a_null_component_by_hand(
    on_missing: str, missing: float | None, total: int
) -> None:
    found = fused(rating.explain(config(on_missing=on_missing)), cost_runs=[])
    assert found["cost_shock_score"] == missing
    assert found["robustness_score"] == near(0.9 / total)


def tiers(df: pl.DataFrame, **columns: Any) -> tuple[Any, ...]:
    found = df.select(rating.evidence(**columns)).item()
    return tuple(found[name] for name in NAMES)


def test_evidence_takes_the_best_tier_of_the_frame() -> None:
    df = pl.DataFrame([CANDIDATE])
    assert tiers(df) == ("reruns", "summary", "reruns", "reruns", "reruns")
    trades = pl.DataFrame({"trades": [[{"pnl": 1.0, "exit_time": 1}]]}).select(
        pl.col("trades").list.eval(
            pl.struct(
                pl.element().struct.field("pnl"),
                pl.element().struct.field("exit_time").cast(pl.Date),
            )
        )
    )
    assert tiers(trades) == ("summary", "trades", "trades", "trades", "trades")
    mixed = df.with_columns(trades.to_series())
    assert tiers(mixed) == ("reruns", "summary", "reruns", "reruns", "reruns")
    summary = pl.DataFrame({"profit": [1.0], "win_rate": [0.5], "profit_factor": [2.0]})
    assert tiers(summary) == ("summary", None, None, None, None)
    costs = dict.fromkeys(("total_trades", "sharpe_ratio", "max_drawdown", "cost_per_trade"), 1.0)
    full = summary.with_columns(**{name: pl.lit(value) for name, value in costs.items()})
    assert tiers(full) == ("summary", None, "summary", "summary", "summary")
    assert tiers(pl.DataFrame({"x": [1]})) == (None,) * 5


def test_trades_by_keyword_outrank_the_frames_years_and_reruns() -> None:
    # 2021: 365 days, profit 365 at 3 a day (1,095); 2022: one day, profit 733 (3). The frame's own
    # yearly profits would give 1 / 1.5.
    days = [{"pnl": 365.0, "exit_time": 18_628}, {"pnl": 733.0, "exit_time": 18_993}]
    df = pl.DataFrame([CANDIDATE | {"trades": days}])
    field = pl.element().struct.field
    dated = pl.struct(field("pnl"), field("exit_time").cast(pl.Date))
    df = df.with_columns(pl.col("trades").list.eval(dated))
    wmape = 365 / 366 * (1_095 - 365) / 1_095 + 1 / 366 * (733 - 3) / 100
    skip = config(on_missing="skip", gate="none")
    alone = df.select(rating.stability(trades="trades")).item()
    assert alone == near(1 / (1 + wmape))
    found = df.select(rating.scores(skip, trades="trades")).item()
    assert found["stability_score"] == alone
    assert found["final_rating"] == df.select(rating.final(config=skip, trades="trades")).item()
    assert df.select(rating.explain(skip, trades="trades")).item()["stability_score"] == near(
        alone / 5
    )
    assert tiers(df, trades="trades") == ("reruns", "trades", "trades", "trades", "trades")


def test_evidence_does_not_depend_on_the_rows() -> None:
    df = pl.DataFrame([CANDIDATE, CANDIDATE | {"jitter_runs": None, "cost_runs": []}])
    assert df.select(rating.evidence().alias("e"))["e"].n_unique() == 1
    assert df.clear().select(rating.evidence()).height == 0


def test_evidence_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(ComputeError, match=r"sharpe_ratio"):
        pl.DataFrame([CANDIDATE]).drop("sharpe_ratio").select(rating.evidence())
