"""Trade dropout against numbers worked out by hand and NumPy's own draws."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.exceptions import ComputeError

import polars_rating as rating
from tests.scores._by_hand import BASE, MILD, NAN, column, frame, list_of, near, value

PNL = [5.0, -2.0, 9.0, 4.0, -3.0, 7.0]


def score(row: dict[str, Any], **keywords: Any) -> Any:
    return value(rating.trade_dropout(**keywords), row)


def trades(pnl: list[float], r: list[float | None] | None = None) -> dict[str, Any]:
    return {"trades": [{"pnl": x, "r_multiple": y} for x, y in zip(pnl, r or pnl, strict=True)]}


def test_reruns_by_hand() -> None:
    # Better reruns lose nothing: (0.8 + 1) / 2. Reruns come before trades.
    better = {"profit": 120.0, "max_drawdown": 9.0, "sharpe_ratio": 3.0}
    row = {**BASE, **trades(PNL), "dropout_runs": [MILD, None, better]}
    assert score(row) == near(0.9)


def test_reruns_without_their_base_metrics_are_an_error_and_no_weaker_tier() -> None:
    row = {"profit": 1.0, "max_drawdown": 1.0, "dropout_runs": [MILD]}
    text = r"RATING_MISSING_EVIDENCE.*`dropout_runs` is there.*`sharpe_ratio` missing"
    with pytest.raises(ComputeError, match=text):
        score(row)


@pytest.mark.parametrize("seed", [0, 1, 2**64 - 1])
def test_equal_trades_lose_the_share_that_is_dropped_by_hand(seed: int) -> None:
    # 4 trades of 10: profit 40 -> 30. No drawdown. Equal R-multiples have no spread: Sharpe 0,
    # which counts as a full fall from the floor. (0.25 + 0 + 1) / 3.
    row = trades([10.0] * 4)
    assert score(row, fraction=0.25, seed=seed, penalty_cap=1) == near(1 - 1.25 / 3)
    # At least one is dropped.
    assert score(row, fraction=1e-9, seed=seed, penalty_cap=1) == near(1 - 1.25 / 3)


def figures(pnl: list[float], r: list[float | None]) -> tuple[float, float, float]:
    """Profit, drawdown and Sharpe ratio of the R-multiples that are there, in NumPy."""
    curve = np.cumsum([0.0, *pnl])
    known = [x for x in r if x is not None]
    fall = float((np.maximum.accumulate(curve) - curve).max())
    return sum(pnl), fall, float(np.mean(known) / np.std(known, ddof=1))


@pytest.mark.parametrize("runs", [1, 3])
@pytest.mark.parametrize("seed", [5, 2**32 - 1, 2**64 - 1])
def test_run_drops_what_numpy_draws_from_seed_plus_i_by_hand(seed: int, runs: int) -> None:
    pnl = [30.0, -20.0, 45.0, -8.0, 16.0, 32.0]
    r = [1.0, -0.5, None, -0.25, 2.0, 1.5]
    profit, fall, sharpe = figures(pnl, r)
    expected = []
    for i in range(runs):
        gone = np.random.default_rng(seed + i).choice(6, 2, replace=False)
        kept = [j for j in range(6) if j not in gone]
        run = figures([pnl[j] for j in kept], [r[j] for j in kept])
        p = max(0.0, (profit - run[0]) / profit)
        d = max(0.0, (run[1] - fall) / fall)
        s = max(0.0, (sharpe - run[2]) / sharpe)
        expected.append(1 - min(1, (p + d + s) / 3))
    found = score(trades(pnl, r), fraction=0.3, n_runs=runs, seed=seed, penalty_cap=1)
    assert found == near(sum(expected) / runs)
    assert 0 < found < 1


def test_nothing_dropped_scores_one() -> None:
    row = trades([5.0, -2.0, 9.0])
    assert score(row, fraction=0) == 1.0
    assert score(row, n_runs=0) == 1.0
    assert score(row, penalty_cap=0) == 1.0


@pytest.mark.parametrize("keywords", [{"fraction": 0.5}, {"fraction": 0}, {"n_runs": 0}], ids=str)
def test_missing_evidence_is_null_whatever_is_dropped(keywords: dict[str, Any]) -> None:
    too_large = trades([1.7e308, 1.7e308], [1.0, 2.0])
    assert score(too_large, **keywords) is None
    assert score(too_large, no_evidence="omega", **keywords) is not None
    for items in (None, [], [None]):
        dtypes = {"trades": list_of(["pnl"])}
        expr = rating.trade_dropout(**keywords)
        omega = rating.trade_dropout(no_evidence="omega", **keywords)
        assert value(expr, {"trades": items}, **dtypes) is None
        assert value(omega, {"trades": items}, **dtypes) == 1.0


def test_everything_dropped_by_hand() -> None:
    # Profit 12 -> 0, drawdown 2 -> 0, Sharpe ratio -> 0: (1 + 0 + 1) / 3.
    assert score(trades([5.0, -2.0, 9.0]), fraction=1, penalty_cap=1) == near(1 / 3)


def test_fees_are_taken_off_by_hand() -> None:
    # Net 9 each: the same share of the profit; without R-multiples the Sharpe part is 1.
    row = {"trades": [{"pnl": 10.0, "fee": 1.0}] * 5}
    assert score(row, fraction=0.2, penalty_cap=1) == near(1 - (0.2 + 0 + 1) / 3)


def test_chronological_order_decides_which_trades_are_dropped() -> None:
    days = [3, 1, 6, 2, 5, 4]
    dated = [{"pnl": p, "r_multiple": p, "exit_time": d} for p, d in zip(PNL, days, strict=True)]
    dtype = list_of(["pnl", "r_multiple"], exit_time=pl.Date)
    in_order = [p for _, p in sorted(zip(days, PNL, strict=True))]
    keywords: dict[str, Any] = {"n_runs": 1, "seed": 3, "fraction": 0.4, "penalty_cap": 1}
    found = value(rating.trade_dropout(**keywords), {"trades": dated}, trades=dtype)
    assert found == score(trades(in_order), **keywords)
    assert found != score(trades(PNL), **keywords)


def test_base_by_keyword_replaces_that_of_the_trades_by_hand() -> None:
    # Against a profit of 60 the 30 that are left are a fall of 0.5.
    row = {"trades": [{"pnl": 10.0}] * 4, "net": 60.0, "profit": 999.0, "sharpe_ratio": None}
    keywords: dict[str, Any] = {"fraction": 0.25, "penalty_cap": 1}
    assert score(row, profit="net", **keywords) == near(1 - (0.5 + 0 + 1) / 3)
    # A column of that name alone does not.
    assert score(row, **keywords) == near(1 - 1.25 / 3)
    # One that is null is no evidence; as 0 it is floored, and the Sharpe part is 1 as before.
    assert score(row, sharpe_ratio="sharpe_ratio", **keywords) is None
    omega = score(row, sharpe_ratio="sharpe_ratio", no_evidence="omega", **keywords)
    assert omega == near(1 - 1.25 / 3)


def test_seed_column_gives_each_row_its_own_draws() -> None:
    rows = [{**trades(PNL), "s": seed} for seed in (7, None, 9)]
    found = column(rating.trade_dropout(seed="s", n_runs=2), *rows)
    assert found == [score(rows[0], seed=7, n_runs=2), None, score(rows[2], seed=9, n_runs=2)]


def by_numpy(pnl: list[float], values: list[float], seed: int) -> dict[str, Any]:
    """Return the outcome of one run that drops a quarter, with the Sharpe ratio of `values`."""
    n = len(pnl)
    keep = np.ones(n, dtype=bool)
    keep[np.random.default_rng(seed).choice(n, n // 4, replace=False)] = False
    curve = np.concatenate([[0.0], np.cumsum(np.array(pnl)[keep])])
    x = np.array(values)[keep]
    x = x[np.isfinite(x)]
    return {
        "profit": near(curve[-1]),
        "max_drawdown": near(float(np.max(np.maximum.accumulate(curve) - curve))),
        "sharpe_ratio": near(float(x.mean() / x.std(ddof=1))) if len(x) > 1 else 0.0,
    }


LONG = [12.0, -4.0, 9.0, 3.0, -6.0, 15.0, 2.0, -1.0]
SOME_R: list[Any] = [1.5, None, 0.5, NAN, -1.0, 2.0, 0.25, -0.5]
NO_R: list[Any] = [None, NAN] * 4


@pytest.mark.parametrize(
    ("r", "sharpe_of", "of"),
    [
        (SOME_R, "auto", "r"),
        (SOME_R, "r_multiple", "r"),
        (SOME_R, "pnl", "net"),
        (NO_R, "auto", "net"),  # a list of null R counts as none
        (NO_R, "r_multiple", "none"),
        (None, "auto", "net"),
        (None, "r_multiple", "none"),
        (None, "pnl", "net"),
    ],
)
def test_sharpe_ratio_of_the_runs_is_of_r_multiples_or_net(
    r: list[Any] | None, sharpe_of: str, of: str
) -> None:
    rs = r or [None] * len(LONG)
    items = [{"pnl": x, **({"r_multiple": y} if r else {})} for x, y in zip(LONG, rs, strict=True)]
    dtype = list_of(["pnl", "r_multiple"] if r else ["pnl"])
    values = {"r": [NAN if y is None else y for y in rs], "net": LONG, "none": [NAN] * 8}[of]
    keywords: dict[str, Any] = {"fraction": 0.25, "n_runs": 5, "seed": 3, "sharpe_of": sharpe_of}
    runs = value(rating.dropout_runs(**keywords), {"trades": items}, trades=dtype)
    assert runs == [by_numpy(LONG, values, 3 + i) for i in range(5)]


def test_dropout_runs_are_what_the_score_is_the_mean_of() -> None:
    row = {"trades": [{"pnl": x, "r_multiple": x / 3} for x in LONG]}
    keywords: dict[str, Any] = {"fraction": 0.25, "n_runs": 9, "seed": 3}
    full = frame(row).with_columns(rating.dropout_runs(**keywords), rating.metrics())
    base = {name: pl.col("metrics").struct.field(name) for name in BASE}
    found = full.select(rating.trade_dropout(runs="dropout_runs", **base)).item()
    assert found == near(score(row, **keywords))


def test_dropout_runs_without_trades_runs_or_seed() -> None:
    dtype = pl.List(pl.Struct({"pnl": pl.Float64}))
    rows = [{"trades": x, "s": s} for x, s in ((None, 1), ([], 1), ([{"pnl": 1.0}], None))]
    assert column(rating.dropout_runs(seed="s"), *rows, trades=dtype) == [None] * 3
    one = {"trades": [{"pnl": 1.0}, {"pnl": 2.0}]}
    assert value(rating.dropout_runs(n_runs=0), one) == []
    full = {"profit": 3.0, "max_drawdown": 0.0, "sharpe_ratio": near(1.5 / math.sqrt(0.5))}
    assert value(rating.dropout_runs(fraction=0, n_runs=2), one) == [full, full]


def test_bad_sharpe_of_is_an_error() -> None:
    with pytest.raises(rating.RatingError, match="`sharpe_of` must be one of 'auto', "):
        rating.dropout_runs(sharpe_of="r")  # type: ignore[arg-type]
