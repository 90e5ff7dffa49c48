"""The fused expressions give what the reference gives, on every tier and variant of the config."""

from __future__ import annotations

import polars as pl
import pytest

import polars_rating as rating
from polars_rating import reference
from tests.parity.parity_cases import CONFIGS, ROWS, TIERS, config, frame, rows
from tests.parity.parity_check import assert_matches, assert_structs_match, with_reference

pytestmark = with_reference
ALL_TIERS = (*TIERS, "reruns on trades")
SOME = 50
"""Candidates of a variant; the first runs over all of them."""


@pytest.mark.parametrize("variant", CONFIGS)
@pytest.mark.parametrize("tier", ALL_TIERS)
def test_scores_match_reference(tier: str, variant: str) -> None:
    cfg, n = config(variant), ROWS if variant == CONFIGS[0] else SOME
    got = frame(tier).head(n).select(rating.scores(cfg)).to_series()
    expected = [reference.scores(row, cfg) for row in rows(tier)[:n]]
    assert_structs_match(got, expected, rows(tier)[:n], f"{tier}: ")


@pytest.mark.parametrize("tier", TIERS)
def test_default_config_matches_reference(tier: str) -> None:
    got = frame(tier).head(40).select(rating.scores()).to_series()
    expected = [reference.scores(row) for row in rows(tier)[:40]]
    assert_structs_match(got, expected, rows(tier)[:40], f"{tier}: ")


@pytest.mark.parametrize("variant", CONFIGS)
@pytest.mark.parametrize("tier", TIERS)
def test_explain_matches_reference(tier: str, variant: str) -> None:
    cfg, n = config(variant), ROWS if tier != "trades" and variant == CONFIGS[0] else 30
    got = frame(tier).head(n).select(rating.explain(cfg)).to_series()
    expected = [reference.explain(row, cfg) for row in rows(tier)[:n]]
    assert_structs_match(got, expected, rows(tier)[:n], f"explain {tier}: ")


@pytest.mark.parametrize("tier", ALL_TIERS)
def test_evidence_matches_reference(tier: str) -> None:
    got = frame(tier).select(rating.evidence()).to_series().to_list()
    # A row of the reference cannot show the fields of a null or empty list; any other one can.
    full = next(row for row in rows(tier) if any(row.get("trades") or [None]) or tier != "trades")
    assert got == [reference.evidence(full)] * len(got)


@pytest.mark.parametrize("variant", ["few draws", "zero", "skip", "geometric", "min"])
def test_final_with_some_components_passed_in_matches_reference(variant: str) -> None:
    cfg = config(variant)
    given = ("robustness_score", "stress_penalty")
    columns = frame("trades").select(rating.scores(config("few draws"))).unnest("rating_score")
    known = frame("trades").with_columns(columns.select(given)).head(SOME)
    expr = rating.final(robustness=given[0], stress_penalty=pl.col(given[1]), config=cfg)
    as_rows = known.to_dicts()
    expected = [reference.final(row, config=cfg, given=given) for row in as_rows]
    assert_matches("final, partly passed in", known.select(expr).to_series(), expected, as_rows)


@pytest.mark.parametrize("tier", TIERS)
def test_random_candidates_are_not_trivial(tier: str) -> None:
    # Otherwise everything above would compare a cap with a cap.
    found = frame(tier).select(rating.scores(config("few draws"))).unnest("rating_score")
    for name in found.columns:
        assert found[name].n_unique() > ROWS / 4, name
        assert 0 < found[name].null_count() < ROWS / 4, name
