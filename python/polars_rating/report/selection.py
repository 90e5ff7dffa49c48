"""What the number of tried candidates says of the best one: the box on selection bias."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Final

from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.report.candidates import Candidates

EULER: Final = 0.5772156649015329


@dataclass(frozen=True)
class Fact:
    """One number of the box."""

    label: str
    value: str
    note: str = ""


@dataclass
class Selection:
    """What is known about selection bias."""

    facts: list[Fact]
    verdict: str
    doubtful: bool
    """Whether the best candidate is within what luck gives."""
    missing: list[str] = field(default_factory=list)
    """What could not be judged, and what it needs."""


def expected_max(n: float) -> float:
    """Return the expected maximum of n standard normal numbers; section 17, approximation."""
    if n <= 1:
        return 0.0
    inverse = NormalDist().inv_cdf
    return max(0.0, -(1 - EULER) * inverse(1 / n) - EULER * inverse(1 / (n * math.e)))


def selection(candidates: Candidates, n_trials: int | None = None) -> Selection:
    """Compare the highest Sharpe ratio with that of the best of as many without an edge.

    Parameters
    ----------
    candidates : Candidates
        They count as one family.
    n_trials : int, optional
        How many were tried, if those in the frame are what is left of more.

    References
    ----------
    Bailey and López de Prado, "The Deflated Sharpe Ratio", 2014; scoring specification, section 17:
    sqrt(V) * E_N, V the variance (ddof 1) of the candidates' Sharpe ratios, with a mean of 0.
    """
    there = candidates.frame.height
    tried = there if n_trials is None else n_trials
    if isinstance(tried, bool) or not isinstance(tried, int) or tried < there:
        raise RatingError(
            f"`n_trials` must be an integer of at least the {there} candidates, got {n_trials!r}",
            code=ErrorCode.RATING_BAD_ARGUMENT,
        )
    note = f"{there:,} of them in this report" if tried > there else ""
    facts = [Fact("candidates tried", f"{tried:,}", note)]
    missing = [
        "Deflated Sharpe ratio and probability of overfitting (PBO): they need the candidates' "
        "returns over common periods."
    ]
    if not candidates.has("sharpe_ratio"):
        missing.insert(0, "Expected best without an edge: it needs the column sharpe_ratio.")
        return Selection(facts, _general(tried), doubtful=True, missing=missing)
    sharpe = candidates.frame["sharpe_ratio"].cast(float).fill_nan(None).drop_nulls()
    sharpe = sharpe.filter(sharpe.is_finite())
    if sharpe.len() < 2:
        missing.insert(0, "Expected best without an edge: it needs two Sharpe ratios or more.")
        return Selection(facts, _general(tried), doubtful=True, missing=missing)
    spread, best = float(sharpe.std() or 0.0), float(sharpe.max() or 0.0)  # type: ignore[arg-type]
    luck = spread * expected_max(sharpe.len() if n_trials is None else tried)
    top = candidates.frame["sharpe_ratio"][0]
    facts += [
        Fact("highest Sharpe ratio", f"{best:.3f}", "in the unit of the column sharpe_ratio"),
        Fact("expected best without an edge", f"{luck:.3f}", f"standard deviation {spread:.3f}"),
    ]
    if top is not None and math.isfinite(top):
        facts.append(Fact("Sharpe ratio of rank 1", f"{top:.3f}", candidates.labels[0]))
    above = best > luck
    verdict = (
        f"The highest Sharpe ratio is {'above' if above else 'not above'} what the best of "
        f"{tried:,} candidates without any edge would be expected to show. "
    )
    verdict += (
        "That is necessary, not sufficient: the ranking itself is no evidence of an edge."
        if above
        else "Nothing here tells the best candidate from luck."
    )
    return Selection(facts, verdict, doubtful=not above, missing=missing)


def _general(tried: int) -> str:
    return (
        f"The best of {tried:,} candidates looks good by selection alone. The ranking is no "
        "evidence of an edge."
    )
