"""What the number of tried candidates says of the best one: the box on selection bias."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

import polars_rating as rating
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.report.candidates import Candidates

EVERY: Final = "1w"
"""The period of the returns that are built from trades."""
N_BLOCKS: Final = 10
MAX_VALUES: Final = 30_000_000
"""Candidates times periods up to which returns are built: 240 MB."""
LEVEL: Final = 0.95
"""A deflated Sharpe ratio below it does not tell the best candidate from luck."""


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
    Bailey and López de Prado, "The Deflated Sharpe Ratio", 2014; scoring specification, sections 17
    and 19. With dated trades the Sharpe ratios are those of weekly returns, else those of
    the column ``sharpe_ratio``.
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
    found = _of_returns(candidates, n_trials)
    if found is None:
        return _of_column(candidates, n_trials, tried, facts)
    luck, best, dsr, pbo = found["luck"], found["best"], found["dsr"], found["pbo"]
    facts += [
        Fact("highest weekly Sharpe ratio", f"{best:.3f}", candidates.labels[found["at"]]),
        Fact("expected best without an edge", f"{luck:.3f}", f"of {found['n']:,} candidates"),
        Fact("deflated Sharpe ratio", f"{dsr:.3f}", f"{LEVEL} and more would tell it from luck"),
    ]
    missing = []
    if pbo is None:
        missing.append("Probability of overfitting (PBO): it needs 10 candidates and 20 weeks.")
    else:
        facts.append(Fact("probability of overfitting", f"{pbo:.3f}", f"PBO, {N_BLOCKS} blocks"))
    doubtful = dsr < LEVEL or (pbo is not None and pbo > 0.5)
    verdict = (
        f"The best of {tried:,} candidates without any edge would be expected to have a weekly "
        f"Sharpe ratio of {luck:.3f}; the highest here is {best:.3f}. "
    )
    if pbo is not None:
        verdict += (
            f"In {pbo:.0%} of the splits of time, the best in one half is below the median in the "
            "other. "
        )
    verdict += (
        "The ranking does not tell the best candidate from luck."
        if doubtful
        else "The best candidate stands out of the search; that is no forecast."
    )
    return Selection(facts, verdict, doubtful=doubtful, missing=missing)


def _of_returns(candidates: Candidates, n_trials: int | None) -> dict[str, Any] | None:
    """Return what weekly returns from trades say; None without dated trades or a Sharpe ratio."""
    dtype = candidates.frame.schema.get("trades")
    if not isinstance(dtype, pl.List) or not isinstance(dtype.inner, pl.Struct):
        return None
    fields = {f.name: f.dtype for f in dtype.inner.fields}
    first = "entry_time" if "entry_time" in fields else "exit_time"
    if not all(fields.get(name) in (pl.Date, pl.Datetime) for name in (first, "exit_time")):
        return None
    flat = candidates.frame.select(pl.col("trades").explode(empty_as_null=True)).to_series().struct
    start, end = flat.field(first).min(), flat.field("exit_time").max()
    if start is None or end is None or start > end:  # type: ignore[operator] # both are times
        return None
    days = (end - start).days  # type: ignore[operator,union-attr] # dates
    if candidates.frame.height * (days / 7 + 2) > MAX_VALUES:
        return None
    grid: dict[str, Any] = {"start": start, "end": end, "every": EVERY, "trades": "trades"}
    rows = candidates.frame.select(rating.period_returns(**grid).alias("returns")).with_columns(
        rating.sharpe_moments(returns="returns").alias("moments")
    )
    sharpe = rows["moments"].struct.field("sharpe")
    known = sharpe.drop_nulls()
    if known.len() < 2:
        return None
    n = known.len() if n_trials is None else n_trials
    at = sharpe.arg_max()
    dsr = rows.select(rating.deflated_sharpe(sharpe_moments="moments", n_trials=n))
    luck = pl.select(rating.expected_max_sharpe(n, float(known.var() or 0.0)))  # type: ignore[arg-type] # numbers
    if at is None or dsr.to_series()[at] is None:
        return None
    pbo = rows.select(rating.pbo(returns="returns", n_blocks=N_BLOCKS)).item()
    found = {"at": at, "n": n, "best": sharpe[at], "luck": luck.item(), "pbo": pbo}
    return found | {"dsr": dsr.to_series()[at]}


def _of_column(
    candidates: Candidates, n_trials: int | None, tried: int, facts: list[Fact]
) -> Selection:
    """Return what the column of Sharpe ratios says, of whatever period they are."""
    missing = [
        "Deflated Sharpe ratio and probability of overfitting (PBO): they need trades with times."
    ]
    if not candidates.has("sharpe_ratio"):
        missing.insert(0, "Expected best without an edge: it needs the column sharpe_ratio.")
        return Selection(facts, _general(tried), doubtful=True, missing=missing)
    sharpe = candidates.frame["sharpe_ratio"].cast(float).fill_nan(None).drop_nulls()
    sharpe = sharpe.filter(sharpe.is_finite())
    if sharpe.len() < 2:
        missing.insert(0, "Expected best without an edge: it needs two Sharpe ratios or more.")
        return Selection(facts, _general(tried), doubtful=True, missing=missing)
    spread, best = float(sharpe.std() or 0.0), float(sharpe.max() or 0.0)  # type: ignore[arg-type] # numbers
    n = sharpe.len() if n_trials is None else tried
    luck = pl.select(rating.expected_max_sharpe(n, spread**2)).item()
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
