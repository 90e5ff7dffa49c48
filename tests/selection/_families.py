"""Families of candidates, and the expressions about them as tests use them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import polars as pl

import polars_rating as rating
from polars_rating import catalog
from polars_rating.testing import candidate_frame

FAMILIES: Final = 3
PERIODS: Final = 48
PER_FAMILY: Final = 14


def family_frame(
    families: int = FAMILIES, candidates: int = PER_FAMILY, periods: int = PERIODS, seed: int = 0
) -> pl.DataFrame:
    """Return candidates with returns, in families, shuffled; some flat, null, or with gaps."""
    rng = np.random.default_rng(seed)
    rows = families * candidates
    common = np.repeat(rng.normal(0, 0.004, (families, periods)), candidates, axis=0)
    edge = np.linspace(-0.002, 0.003, rows)[:, None]
    returns: list[Any] = (rng.normal(0, 0.01, (rows, periods)) + common + edge).tolist()
    returns[3] = None
    returns[5] = [0.001] * periods
    returns[8][4] = None
    returns[9] = list(returns[10])
    returns[11][2] = float("nan")
    frame = pl.DataFrame(
        {
            "family": [f"f{i // candidates}" for i in range(rows)],
            "name": [f"c{i:03}" for i in range(rows)],
            "returns": pl.Series(returns, dtype=pl.List(pl.Float64)),
            "p": rng.uniform(0, 0.2, rows),
            "n_tried": pl.Series([100.0 + i // candidates for i in range(rows)]),
            "var": rng.uniform(0.001, 0.01, rows),
        }
    )
    trades = candidate_frame(rows, tier="trades", seed=seed)["trades"]
    years = candidate_frame(rows, tier="summary", seed=seed)["yearly_profits"]
    frame = frame.with_columns(trades, years, rating.sharpe_moments(returns="returns"))
    return frame.sample(fraction=1.0, shuffle=True, seed=seed)


Build = Callable[[], pl.Expr]
EVIDENCE: Final[Mapping[str, tuple[str, ...]]] = {
    "summary": ("yearly_profits",),
    "moments": ("sharpe_moments",),
    "returns": ("returns",),
    "trades": ("trades",),
    "none": (),
}
ARGUMENTS: Final[Mapping[str, tuple[Any, ...]]] = {
    "expected_max_sharpe": ("n_tried", "var"),
    "min_backtest_length": ("var", "n_tried"),
    "adjusted_p_values": ("p",),
}
"""What an expression is called with beside its evidence."""
_BOOT: Final = {"n_boot": 100}
_YEARLY: Final = {"periods_per_year": 52, "capital": 10_000.0}
KEYWORDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "pbo": {"n_blocks": 6},
    "cscv": {"n_blocks": 6},
    **dict.fromkeys(("reality_check", "spa", "snooping", "romano_wolf"), _BOOT),
    **dict.fromkeys(("upi", "calmar"), _YEARLY),
    "period_returns": {"start": dt.date(2000, 1, 1), "end": dt.date(2030, 12, 31), "every": "1mo"},
}
"""Keywords without which an expression cannot be called, or takes long."""


class Case:
    """An expression of the catalogue on one kind of evidence."""

    def __init__(self, name: str, tier: str) -> None:
        self.score = catalog.SELECTION[name]
        self.name, self.tier, self.kind = name, tier, self.score.kind
        needed = [a for a in ARGUMENTS.get(name, ()) if isinstance(a, str)]
        self.columns = ("family", "name", *EVIDENCE[tier], *needed)

    def __repr__(self) -> str:
        return f"{self.name}-{self.tier}"

    def build(self, *, family: str | None = None, **given: Any) -> pl.Expr:
        """Return the expression, per family if `family` is given, whatever its kind."""
        keywords = {**KEYWORDS.get(self.name, {}), **given}
        if self.kind in ("C", "V"):
            keywords["family"] = family
        made: pl.Expr = getattr(rating, self.name)(*ARGUMENTS.get(self.name, ()), **keywords)
        return made.over(family) if self.kind == "A" and family is not None else made

    def frame(self, **options: Any) -> pl.DataFrame:
        """Return candidates with the columns that the expression needs."""
        return family_frame(**options).select(self.columns)


CASES: Final = [
    Case(name, tier)
    for name, row in catalog.SELECTION.items()
    if row.kind != "F"
    for tier in ([t.tier for t in row.tiers] or ["none"])
]
ELEMENTWISE: Final = [case for case in CASES if case.kind == "E"]
ALIGNED: Final = [case for case in CASES if case.kind in ("C", "V")]
AGGREGATED: Final = [case for case in CASES if case.kind == "A"]
OF_FAMILY: Final = [*ALIGNED, *AGGREGATED]
