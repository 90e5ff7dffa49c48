"""The report of a search: every number of a family and of its best candidate.

One dictionary per family, sorted by family; the best has the highest Sharpe ratio, of equal ones
the smallest name. Scoring specification, section 22.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from polars_rating._selection_rules import (
    ALPHA,
    BENCHMARK,
    BLOCK_LENGTH,
    CORRECTION,
    EVERY,
    N_BLOCKS,
    N_BOOT,
)
from polars_rating.parameters import SEED, check
from polars_rating.reference._values import Row, number_list, utc
from polars_rating.reference.adjusted_p_values import adjusted_p_values, haircut_sharpe
from polars_rating.reference.cscv import cscv
from polars_rating.reference.deflated_sharpe import deflated_sharpe
from polars_rating.reference.effective_trials import effective_trials
from polars_rating.reference.luck import expected_max_of, mean_of, min_length, variance_of
from polars_rating.reference.metrics import read_trades
from polars_rating.reference.period_returns import period_returns
from polars_rating.reference.probabilistic_sharpe import (
    min_track_record_length,
    moments_of,
    probabilistic_sharpe,
    sharpe_p_value,
)
from polars_rating.reference.snooping import bootstrap


def selection_report(
    rows: Sequence[Row],
    *,
    every: str = EVERY,
    benchmark: float = BENCHMARK,
    n_trials: float | None = None,
    sharpe_var: float | None = None,
    correction: str = CORRECTION,
    alpha: float = ALPHA,
    n_blocks: int = N_BLOCKS,
    n_boot: int = N_BOOT,
    block_length: float | str = BLOCK_LENGTH,
    seed: int = SEED,
    periods_per_year: float | None = None,
) -> list[dict[str, Any]]:
    """Return the report of rows with ``family``, ``name`` and ``returns`` or ``trades``."""
    years = check("periods_per_year", periods_per_year)
    families: dict[Any, list[Row]] = {}
    for row in rows:
        families.setdefault(row.get("family"), []).append(row)
    reports = []
    for family in sorted(families, key=lambda key: (key is None, key)):
        members = _with_returns(families[family], every)
        report = _of_family(
            members,
            benchmark,
            n_trials,
            sharpe_var,
            correction,
            alpha,
            n_blocks,
            n_boot,
            block_length,
            seed,
        )
        if years is not None:
            annual = {"best_sharpe_annual": report["best_sharpe"] * math.sqrt(years)}
            lengths = {f"{name}_years": report[name] / years for name in ("min_trl", "min_btl")}
            report |= annual | lengths
        reports.append({"family": family, **report})
    return reports


def _with_returns(rows: Sequence[Row], every: str) -> list[Row]:
    if all("returns" in row for row in rows):
        return list(rows)
    read = [read_trades(row["trades"]) for row in rows]
    first = [utc(t, "entry_time") for x in read if x for t in x.entry or x.exit or [] if t]
    last = [utc(t, "exit_time") for x in read if x for t in x.exit or [] if t]
    start, end = min(t for t in first if t), max(t for t in last if t)
    return [
        {**row, "returns": period_returns(row, start=start, end=end, every=every)} for row in rows
    ]


def _of_family(
    rows: Sequence[Row],
    benchmark: float,
    n_trials: float | None,
    sharpe_var: float | None,
    correction: str,
    alpha: float,
    n_blocks: int,
    n_boot: int,
    block_length: float | str,
    seed: int,
) -> dict[str, Any]:
    values = [number_list(row["returns"], "returns") for row in rows]
    rows = [
        {"returns": row["returns"], "name": row.get("name"), "family": row.get("family")}
        for row in rows
    ]
    moments = [moments_of(row) for row in rows]
    sharpes = [m.sharpe for m in moments if m is not None]
    tried = float(len(sharpes)) if n_trials is None else n_trials
    spread = variance_of(sharpes) if sharpe_var is None else sharpe_var
    p = adjusted_p_values([sharpe_p_value(row) for row in rows], correction, n_trials=n_trials)
    cuts = haircut_sharpe(rows, correction, n_trials=n_trials)
    dsr = deflated_sharpe(rows, n_trials=n_trials, sharpe_var=sharpe_var)
    overfit = cscv(rows, n_blocks=n_blocks) or {}
    tests, wolf = bootstrap(rows, benchmark, n_boot, block_length, seed)
    known = [i for i, m in enumerate(moments) if m is not None]
    best = min(known, key=lambda i: _order(moments[i], rows[i]["name"]), default=None)
    row = None if best is None else rows[best]
    ratio = None if best is None else sharpes[known.index(best)]
    return {
        "n_candidates": len(sharpes),
        "n_trials": tried,
        "n_distinct": len(set(sharpes)),
        "n_periods": max((len(v) for v in values if v is not None), default=None),
        "n_missing": sum(not math.isfinite(x) for v in values for x in v or []),
        "effective_n": effective_trials(rows),
        "sharpe_mean": mean_of(sharpes) if sharpes else None,
        "sharpe_var": spread,
        "expected_max_sharpe": expected_max_of(
            tried, math.nan if spread is None else spread, 0.0, "approx"
        ),
        "best": None if row is None else row["name"],
        "best_sharpe": ratio,
        "psr": None if row is None else probabilistic_sharpe(row),
        "dsr": None if best is None else dsr[best],
        "min_trl": None if row is None else min_track_record_length(row),
        "min_btl": None if ratio is None else min_length(ratio, tried, "approx"),
        "p_value_adjusted": None if best is None else p[best],
        "haircut": None if best is None else cuts[best]["haircut"],
        "haircut_sharpe": None if best is None else cuts[best]["sharpe"],
        "pbo": overfit.get("pbo"),
        "prob_oos_loss": overfit.get("prob_oos_loss"),
        "p_value_reality_check": tests and tests["reality_check"],
        "p_value_spa": tests and tests["spa_consistent"],
        "block_length": tests and tests["block_length"],
        "n_significant": sum(x is not None and x <= alpha for x in p),
        "n_significant_romano_wolf": sum(x is not None and x <= alpha for x in wolf),
    }


def _order(moments: Any, name: Any) -> tuple[Any, ...]:
    return (-moments.sharpe, *([] if name is None else [name]))
