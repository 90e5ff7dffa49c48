"""Trade dropout against numbers worked out by hand and NumPy's own draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.exceptions import ComputeError

import polars_rating as rating

BASE = {"profit": 100.0, "max_drawdown": 10.0, "sharpe_ratio": 2.0}
# Profit 0.3, drawdown 0.2, Sharpe ratio 0.1: penalty 0.2.
MILD = {"profit": 70.0, "max_drawdown": 12.0, "sharpe_ratio": 1.8}
SUMMARY = {
    "profit": 1_000.0,
    "profit_factor": 3.0,
    "win_rate": 0.5,
    "total_trades": 100,
    "sharpe_ratio": 2.0,
    "max_drawdown": 50.0,
}


def near(expected: float) -> Any:
    return pytest.approx(expected, rel=1e-12, abs=1e-12)


def score(row: dict[str, Any], **keywords: Any) -> float | None:
    return pl.DataFrame([row]).select(rating.trade_dropout(**keywords)).item()


def trades(pnl: list[float], r: list[float] | None = None) -> dict[str, Any]:
    r = r or pnl
    return {"trades": [{"pnl": x, "r_multiple": y} for x, y in zip(pnl, r, strict=True)]}


def test_reruns_by_hand() -> None:
    # Better reruns lose nothing: (0.8 + 1) / 2.
    better = {"profit": 120.0, "max_drawdown": 9.0, "sharpe_ratio": 3.0}
    assert score({**BASE, "dropout_runs": [MILD, better]}) == near(0.9)


def test_equal_trades_lose_the_share_that_is_dropped_by_hand() -> None:
    # 4 trades of 10: profit 40 -> 30. No drawdown. Equal R-multiples have no spread: Sharpe 0,
    # which counts as a full fall from the floor. (0.25 + 0 + 1) / 3.
    row = trades([10.0] * 4)
    for seed in (0, 1, 2**64 - 1):
        assert score(row, fraction=0.25, seed=seed, penalty_cap=1) == near(1 - 1.25 / 3)


def test_run_drops_what_numpy_draws_by_hand() -> None:
    pnl = [1.0, -20.0, 400.0, -8_000.0, 16_000.0, 32.0]
    gone = np.random.default_rng(5).choice(6, 2, replace=False)
    kept = [x for i, x in enumerate(pnl) if i not in gone]
    curve, full = np.cumsum([0.0, *kept]), np.cumsum([0.0, *pnl])
    p = max(0.0, (sum(pnl) - sum(kept)) / sum(pnl))
    fall, base = (float((np.maximum.accumulate(c) - c).max()) for c in (curve, full))
    d = max(0.0, (fall - base) / base)
    sharpe, mean = (np.mean(x) / np.std(x, ddof=1) for x in (kept, pnl))
    s = max(0.0, (mean - sharpe) / mean)
    found = score(trades(pnl), fraction=0.3, n_runs=1, seed=5, penalty_cap=1)
    assert found == near(1 - min(1, (p + d + s) / 3))


def test_run_i_starts_from_seed_plus_i() -> None:
    row = trades([5.0, -2.0, 9.0, 4.0, -3.0, 7.0])
    alone = [score(row, n_runs=1, seed=seed) for seed in (7, 8, 9)]
    assert len(set(alone)) > 1
    assert score(row, n_runs=3, seed=7) == near(sum(x or 0 for x in alone) / 3)


def test_nothing_dropped_scores_one() -> None:
    row = trades([5.0, -2.0, 9.0])
    assert score(row, fraction=0) == 1.0
    assert score(row, n_runs=0) == 1.0
    assert score(row, penalty_cap=0) == 1.0


def test_profit_that_overflows_is_no_evidence_whatever_is_dropped() -> None:
    row = trades([1.7e308, 1.7e308], [1.0, 2.0])
    for keywords in ({"fraction": 0.5}, {"fraction": 0}, {"n_runs": 0}):
        assert score(row, **keywords) is None, keywords
        assert score(row, no_evidence="omega", **keywords) is not None, keywords


def test_everything_dropped_by_hand() -> None:
    # Profit 12 -> 0, drawdown 2 -> 0, Sharpe ratio -> 0: (1 + 0 + 1) / 3.
    assert score(trades([5.0, -2.0, 9.0]), fraction=1, penalty_cap=1) == near(1 / 3)


def test_at_least_one_trade_is_dropped() -> None:
    row = trades([10.0] * 4)
    assert score(row, fraction=1e-9, penalty_cap=1) == near(1 - 1.25 / 3)


def test_fees_are_taken_off_by_hand() -> None:
    # Net 9 each: the same share of the profit; without R-multiples the Sharpe part is 1.
    row = {"trades": [{"pnl": 10.0, "fee": 1.0}] * 5}
    assert score(row, fraction=0.2, penalty_cap=1) == near(1 - (0.2 + 0 + 1) / 3)


def test_chronological_order_decides_which_trades_are_dropped() -> None:
    pnl, days = [5.0, -2.0, 9.0, 4.0, -3.0, 7.0], [3, 1, 6, 2, 5, 4]
    dated = [{"pnl": p, "r_multiple": p, "exit_time": d} for p, d in zip(pnl, days, strict=True)]
    fields = pl.element().struct
    as_date = pl.struct(
        fields.field("pnl"), fields.field("r_multiple"), fields.field("exit_time").cast(pl.Date)
    )
    df = pl.DataFrame({"trades": [dated]}).select(pl.col("trades").list.eval(as_date))
    in_order = [p for _, p in sorted(zip(days, pnl, strict=True))]
    keywords: dict[str, Any] = {"n_runs": 1, "seed": 3, "fraction": 0.4, "penalty_cap": 1}
    found = df.select(rating.trade_dropout(**keywords)).item()
    assert found == score(trades(in_order), **keywords)
    assert found != score(trades(pnl), **keywords)


def test_base_by_keyword_replaces_that_of_the_trades_by_hand() -> None:
    # Against a profit of 60 the 30 that are left are a fall of 0.5.
    row = {**trades([10.0] * 4), "net": 60.0, "profit": 999.0}
    keywords: dict[str, Any] = {"fraction": 0.25, "penalty_cap": 1}
    assert score(row, profit="net", **keywords) == near(1 - (0.5 + 0 + 1) / 3)
    # A column of that name alone does not.
    assert score(row, **keywords) == near(1 - 1.25 / 3)
    assert score({**row, "net": None}, profit=pl.col("net").cast(pl.Float64), **keywords) is None


def test_seed_column_gives_each_row_its_own_draws() -> None:
    row = trades([5.0, -2.0, 9.0, 4.0, -3.0, 7.0])
    df = pl.DataFrame([{**row, "s": seed} for seed in (7, None, 9)])
    found = df.select(rating.trade_dropout(seed="s", n_runs=2)).to_series().to_list()
    assert found == [score(row, seed=7, n_runs=2), None, score(row, seed=9, n_runs=2)]


def test_negative_seed_in_a_column_is_an_error() -> None:
    df = pl.DataFrame([{**trades([1.0, 2.0]), "s": -1}])
    with pytest.raises(ComputeError, match=r"seed.*-1"):
        df.select(rating.trade_dropout(seed="s"))


@pytest.mark.parametrize(
    ("change", "keywords", "expected"),
    [
        # z = 0: delta = 10 / 100, q = 0.9 * 100 / 90 = 1: only the profit falls, by a tenth.
        ({}, {"confidence": 0}, 1 - 0.1 / 3),
        # Two trades, one dropped: noise = sqrt(1 * 1 / 1) * sigma / (2 * 0.5), sigma = 1;
        # delta = 0.5 + 0.25, q = 0.25 * 2 / 1 = 0.5: profit 0.75, drawdown doubled, Sharpe 0.5.
        ({"total_trades": 2}, {"confidence": 0.25}, 1 - (0.75 + 1 + 0.5) / 3),
        # All dropped: nothing is left, drawdown doubled.
        ({}, {"fraction": 1}, 0.0),
        ({}, {"fraction": 0}, 1.0),
        # Fewer than two trades, or no edge: the cap.
        ({"total_trades": 1}, {}, 0.0),
        ({"profit_factor": 1.0}, {}, 0.0),
    ],
)
def test_summary_model_by_hand(
    change: dict[str, Any], keywords: dict[str, Any], expected: float
) -> None:
    assert score(SUMMARY | change, penalty_cap=1, **keywords) == near(expected)
