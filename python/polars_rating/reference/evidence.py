"""Evidence: which tier a score is judged on, and the metrics a tier starts from.

The tier follows from the keys of the row (the schema), never from its values. A tier is used
when its own column is there. Scoring specification, section 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from polars_rating.catalog import COMPONENTS, OUTCOME, SCORES
from polars_rating.catalog.row import Tier, looked_for, quoted
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.parameters import check
from polars_rating.reference._values import (
    NoEvidence,
    Row,
    field_names,
    fin,
    number,
    number_list,
    records,
    require_fields,
    total,
)
from polars_rating.reference.metrics import Trades, metrics_of, read_trades

_DOMAIN: Mapping[str, Callable[[float], bool]] = {
    "win_rate": lambda x: 0 <= x <= 1,
    "profit_factor": lambda x: x >= 0,
    "total_trades": lambda x: x >= 0,
    "cost_per_trade": lambda x: x >= 0,
    "max_drawdown": lambda x: x >= 0,
}


def evidence(row: Row) -> dict[str, str | None]:
    """Return per component the tier that is used, None where there is none.

    Examples
    --------
    >>> found = evidence({"jitter_runs": [], "trades": []})
    >>> found["robustness_score"], found["stress_penalty"], found["stability_score"]
    ('reruns', 'trades', 'trades')
    """
    return {score.output: tier_or_none(row, name) for name, score in COMPONENTS.items()}


def tier_of(row: Row, name: str, has: Collection[str] = ()) -> str:
    """Return the tier of a score; without any, an error lists what was looked for.

    `has` are the parameters that were given, of those without which a tier is no evidence.
    """
    tier = tier_or_none(row, name, has)
    if tier is None:
        score = SCORES[name]
        metrics = score.tiers[-1].metrics if score.tiers[-1].holds == "metrics" else ()
        missing = _missing(row, metrics)
        some = f"{quoted(missing)} missing; " if 0 < len(missing) < len(metrics) else ""
        raise RatingError(
            f"no evidence for `{score.output}`: looked for {looked_for(score.tiers)}; "
            f"{some}found {quoted(row)}",
            code=ErrorCode.RATING_MISSING_EVIDENCE,
        )
    return tier


def tier_or_none(row: Row, name: str, has: Collection[str] = ()) -> str | None:
    """Return the tier of a score, None if the row's columns hold none."""
    tiers = SCORES[name].tiers
    there = (t.tier for t in tiers if {*row, *has}.issuperset(t.needs) and _is_there(row, t))
    return next(there, None)


def summary_metrics(name: str) -> tuple[str, ...]:
    """Return the metrics that the summary model of a score needs."""
    return SCORES[name].tiers[-1].metrics


def _is_there(row: Row, tier: Tier) -> bool:
    if tier.holds == "metrics":
        return all(_has(row, metric) for metric in tier.metrics)
    if tier.holds == "trades":
        return "trades" in row and all(_trades_have(row, field) for field in tier.fields)
    return tier.column in row


def _trades_have(row: Row, field: str) -> bool:
    fields = field_names(row.get("trades"))
    if fields is not None:
        require_fields(("pnl",), fields, "trades")
    # The fields of a null or empty list cannot be seen in a row: the row is null either way.
    return "trades" in row and (fields is None or field in fields)


def _has(row: Row, name: str) -> bool:
    if name in row or (name == "profit" and "yearly_profits" in row):
        return True
    return _trades_have(row, "r_multiple") if name == "avg_r" else "trades" in row


def some_trades(row: Row) -> Trades:
    """Return the trades of the row, at least one."""
    trades = read_trades(row["trades"])
    if trades is None or len(trades) == 0:
        raise NoEvidence
    return trades


def some_numbers(row: Row, column: str) -> list[float]:
    """Return a list of plain numbers, at least one, each through fin."""
    items = number_list(row[column], column)
    if not items:
        raise NoEvidence
    return [fin(item) for item in items]


def some_returns(row: Row) -> list[float]:
    """Return the finite returns of the row, at least one."""
    returns = [r for r in number_list(row["returns"], "returns") or [] if math.isfinite(r)]
    if not returns:
        raise NoEvidence
    return returns


def parameter_of(row: Row, name: str, given: float | None) -> float:
    """Return a parameter, from the row if it is a column there; NaN if that is null."""
    return number(row.get(name, given), name)


def some_runs(row: Row, column: str, metrics: Sequence[str]) -> list[list[float]]:
    """Return the runs that are not null, at least one, as lists in the order of `metrics`.

    The base metrics that they are compared with must be there too.
    """
    runs = records(row[column], column, metrics)
    require(row, metrics, column)
    if not runs:
        raise NoEvidence
    return [[fin(number(run.get(m), f"{column}.{m}")) for m in metrics] for run in runs]


def metric(row: Row, name: str) -> float:
    """Return a metric from its column, else from yearly profits or trades; NaN for null.

    What would come from a null or empty list is null.
    """
    try:
        if name in row:
            return number(row[name], name)
        if name == "profit" and "yearly_profits" in row:
            return total(some_numbers(row, "yearly_profits"))
        return number(metrics_of(some_trades(row))[name], name)
    except NoEvidence:
        return math.nan


def require(row: Row, names: Sequence[str], runs: str) -> None:
    """Raise if a metric that reruns are compared with can be had from nothing."""
    if missing := _missing(row, names):
        leave = "; `avg_r=None` leaves R-multiples out of robustness" if "avg_r" in missing else ""
        raise RatingError(
            f"`{runs}` is there, but not the base metrics it is compared with: "
            f"{quoted(missing)} missing, found {quoted(row)}{leave}",
            code=ErrorCode.RATING_MISSING_EVIDENCE,
        )


def require_for_gate(row: Row, gate: str, names: Sequence[str]) -> None:
    """Raise if a metric that a gate of the final rating judges can be had from nothing."""
    if missing := _missing(row, names):
        raise RatingError(
            f'no evidence for the gate "{gate}" of `final_rating`: {_missing_text(missing)}; '
            f'found {quoted(row)}; `gate="none"` rates without it',
            code=ErrorCode.RATING_MISSING_EVIDENCE,
        )


def _missing(row: Row, names: Sequence[str]) -> list[str]:
    return [name for name in names if not _has(row, name)]


def _missing_text(missing: Sequence[str]) -> str:
    r = " with the field `r_multiple`" if "avg_r" in missing else ""
    return f"{quoted(missing)} missing, nor `trades`{r} to compute from"


def base_metrics(
    row: Row, names: Sequence[str], no_evidence: str, *, domain: bool = False
) -> dict[str, float]:
    """Return the base metrics a score needs.

    A null or non-finite one, with `domain` also one outside its domain, is no evidence, or 0
    with ``no_evidence="omega"``.
    """
    metrics = {name: metric(row, name) for name in names}
    for name, value in metrics.items():
        good = math.isfinite(value) or (name == "profit_factor" and value == math.inf)
        if domain and name in _DOMAIN:
            good = good and _DOMAIN[name](value)
        if not good:
            if no_evidence == "null":
                raise NoEvidence
            metrics[name] = 0.0
    return metrics


def base_and_runs(row: Row, column: str, no_evidence: str) -> tuple[list[float], list[list[float]]]:
    """Return base and reruns as (profit, max_drawdown, sharpe_ratio)."""
    runs = some_runs(row, column, OUTCOME)
    base = base_metrics(row, OUTCOME, no_evidence)
    return [base[name] for name in OUTCOME], runs


def settled(values: Sequence[float], no_evidence: str) -> list[float]:
    """Return the base metrics of a replay; a non-finite one as in `base_metrics`."""
    if no_evidence == "null" and not all(map(math.isfinite, values)):
        raise NoEvidence
    return [fin(x) for x in values]


def seed_of(row: Row, seed: int) -> int | None:
    """Return the seed, from the row if it is a column there; None if that is null."""
    value: Any = row.get("seed", seed)
    return None if value is None else int(check("seed", value))
