"""Every expression with its own keywords gives what the reference function of that name gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

import polars_rating as rating
from polars_rating import reference
from tests.parity.parity_cases import ROWS, SEED_TOP, frame, rows
from tests.parity.parity_check import assert_matches, with_reference
from tests.parity.parity_frames import RUN_FIELDS

pytestmark = with_reference
SOME = 100


def check(
    tier: str,
    name: str,
    keywords: dict[str, Any],
    *,
    some: int = SOME,
    column: dict[str, Any] | None = None,
    **of_reference: Any,
) -> None:
    """Compare expression and reference; `column` holds keywords of the expression alone."""
    expression: Callable[..., pl.Expr] = getattr(rating, name)
    twin: Callable[..., float | None] = getattr(reference, name)
    got = frame(tier).head(some).select(expression(**keywords, **(column or {}))).to_series()
    used = rows(tier)[:some]
    expected = [twin(row, **keywords, **of_reference) for row in used]
    assert_matches(f"{name}() {tier}", got, expected, used)


CAPS = [{"penalty_cap": cap} for cap in (0, 0.01, 0.3, 1)]
OMEGA = [{"no_evidence": "omega"}, {"no_evidence": "omega", "penalty_cap": 0.3}]
ALL = ("reruns", "trades", "summary", "reruns on trades")


@pytest.mark.parametrize(
    "keywords",
    [
        *CAPS,
        *OMEGA,
        *({"n_iterations": n} for n in (0, 1, 2, 7, 50)),
        *({"param_variation": v, "n_iterations": 9} for v in (0, 0.02, 0.5, 1)),
        *({"seed": seed, "n_iterations": 8} for seed in (0, 2**32, 2**63, SEED_TOP)),
    ],
    ids=str,
)
@pytest.mark.parametrize("tier", ALL)
def test_robustness_matches_reference(tier: str, keywords: dict[str, Any]) -> None:
    check(tier, "robustness", {"n_iterations": 5, **keywords}, some=40 if "trades" in tier else 200)


@pytest.mark.parametrize(
    ("name", "tier"),
    [*(("robustness", tier) for tier in ALL), ("data_jitter", ALL[0]), ("data_jitter", ALL[3])],
)
def test_jitter_without_avg_r_matches_reference(name: str, tier: str) -> None:
    check(tier, name, {"penalty_cap": 0.9}, column={"avg_r": None}, without_avg_r=True)


@pytest.mark.parametrize("keywords", [*CAPS, *OMEGA], ids=str)
@pytest.mark.parametrize("name", ["data_jitter", "timing_jitter"])
def test_further_jitter_matches_reference(name: str, keywords: dict[str, Any]) -> None:
    check("reruns", name, keywords, some=ROWS)
    check("reruns on trades", name, keywords, some=80)


@pytest.mark.parametrize(
    "keywords",
    [
        *({"min_scale": scale} for scale in (1e-6, 1.0, 5_000.0)),
        *({"min_years": n} for n in (2, 3, 9)),
        {"no_evidence": "omega", "min_years": 3},
    ],
    ids=str,
)
@pytest.mark.parametrize("tier", ["summary", "trades"])
def test_stability_matches_reference(tier: str, keywords: dict[str, Any]) -> None:
    check(tier, "stability", keywords, some=ROWS)
    check(tier, "stability_wmape", keywords, some=ROWS)


@pytest.mark.parametrize("kept", [(), ("years",), ("year_days",)], ids=str)
def test_stability_with_fewer_columns_matches_reference(kept: tuple[str, ...]) -> None:
    some = frame("summary").select("yearly_profits", *kept)
    for name in ("stability", "stability_wmape"):
        got = some.select(getattr(rating, name)()).to_series()
        used = some.to_dicts()
        expected = [getattr(reference, name)(row) for row in used]
        assert_matches(f"{name}() few columns", got, expected, used)


@pytest.mark.parametrize(
    "keywords",
    [
        *CAPS,
        *OMEGA,
        {"multipliers": (1.0,)},
        {"multipliers": (0.5, 1e-3)},
        *({"multipliers": tuple(range(1, n + 1)), "penalty_cap": 0.8} for n in range(2, 10)),
    ],
    ids=str,
)
@pytest.mark.parametrize("tier", ALL)
def test_cost_shock_matches_reference(tier: str, keywords: dict[str, Any]) -> None:
    check(tier, "cost_shock", keywords, some=60 if "trades" in tier else 200)


@pytest.mark.parametrize(
    "keywords",
    [
        *CAPS,
        *OMEGA,
        *({"n_runs": n, "penalty_cap": 0.9} for n in range(10)),
        *({"fraction": f, "penalty_cap": 1} for f in (0, 0.01, 0.25, 0.5, 1.0)),
        *({"seed": seed} for seed in (0, 2**32 - 1, 2**63, SEED_TOP - 1, SEED_TOP)),
        *({"confidence": level, "penalty_cap": 1} for level in (0.5, 0.8, 0.999)),
    ],
    ids=str,
)
@pytest.mark.parametrize("tier", ALL)
def test_trade_dropout_matches_reference(tier: str, keywords: dict[str, Any]) -> None:
    keywords = {"n_runs": 2, **keywords}
    check(tier, "trade_dropout", keywords, some=40 if "trades" in tier else 200)


@pytest.mark.parametrize(
    "keywords",
    [
        *CAPS,
        *OMEGA,
        *({"variation": v, "penalty_cap": 0.9} for v in (0, 0.01, 0.3, 1)),
        *({"cost_multiplier": k} for k in (0.5, 1, 9)),
    ],
    ids=str,
)
@pytest.mark.parametrize("tier", ALL)
def test_stress_penalty_matches_reference(tier: str, keywords: dict[str, Any]) -> None:
    check(tier, "stress_penalty", keywords, some=60 if "trades" in tier else 200)


@pytest.mark.parametrize("name", ["robustness", "trade_dropout"])
@pytest.mark.parametrize("tier", ["trades", "summary"])
def test_seed_column_matches_reference(tier: str, name: str) -> None:
    rng = np.random.default_rng(5)
    seeds = rng.integers(0, SEED_TOP, SOME, dtype=np.uint64, endpoint=True).tolist()
    seeds = [SEED_TOP, None, 0, *seeds[3:]]
    own = frame(tier).head(SOME).with_columns(pl.Series("seed", seeds, dtype=pl.UInt64))
    count = {"robustness": "n_iterations", "trade_dropout": "n_runs"}[name]
    used = own.to_dicts()
    for seed in ("seed", pl.col("seed")):
        got = own.select(getattr(rating, name)(seed=seed, **{count: 3})).to_series()
        expected = [getattr(reference, name)(row, **{count: 3}) for row in used]
        assert_matches(f"{name}() {tier}, seed column", got, expected, used)


@pytest.mark.parametrize("no_evidence", ["null", "omega"])
@pytest.mark.parametrize(
    "passed", [("profit",), ("max_drawdown", "sharpe_ratio"), ("profit", "sharpe_ratio")], ids=str
)
def test_trade_dropout_with_base_by_keyword_matches_reference(
    passed: tuple[str, ...], no_evidence: str
) -> None:
    both = frame("trades").with_columns(frame("summary").select(passed)).head(SOME)
    keywords = {"n_runs": 2, "no_evidence": no_evidence}
    given = {name: pl.col(name) for name in passed}
    got = both.select(rating.trade_dropout(**keywords, **given)).to_series()
    used = both.to_dicts()
    expected = [reference.trade_dropout(row, passed=passed, **keywords) for row in used]
    assert_matches("trade_dropout() base by keyword", got, expected, used)
    # Columns of those names that are not passed play no part.
    alone = frame("trades").head(SOME).select(rating.trade_dropout(**keywords)).to_series()
    assert both.select(rating.trade_dropout(**keywords)).to_series().equals(alone)


@pytest.mark.parametrize("name", ["cost_shock", "trade_dropout", "stress_penalty", "stability"])
def test_trades_by_keyword_outrank_other_evidence(name: str) -> None:
    reruns = frame("reruns").head(SOME)
    mixed = reruns.with_columns(frame("trades").head(SOME)["trades"].alias("fills"))
    expected = frame("trades").head(SOME).select(getattr(rating, name)()).to_series()
    assert mixed.select(getattr(rating, name)(trades="fills")).to_series().equals(expected)
    assert set(RUN_FIELDS) < set(mixed.columns)
