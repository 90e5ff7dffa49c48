"""Deployment gate: five criteria, each inclusive, each failed by null and NaN.

    win_rate >= 0.45, avg_r >= 0.6, profit >= 500, profit_factor >= 1.2, max_drawdown <= 1000
    score = 1 - failed / 5;   deployable = none failed

Scoring specification, section 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from polars_rating.catalog import CRITERIA
from polars_rating.config import Thresholds
from polars_rating.reference.evidence import metric, tier_of

if TYPE_CHECKING:
    from polars_rating.reference._values import Row


def failed_criteria(values: Mapping[str, float], thresholds: Thresholds) -> list[str]:
    """Return the names of the failed criteria, in the order of the criteria.

    Examples
    --------
    >>> good = dict(win_rate=0.5, avg_r=0.7, profit=900.0, profit_factor=1.5, max_drawdown=100.0)
    >>> failed_criteria(good | {"profit": float("nan")}, Thresholds())
    ['profit']
    """
    failed = []
    for name in CRITERIA:
        value, threshold = values[name], getattr(thresholds, name)
        if not (value <= threshold if name == "max_drawdown" else value >= threshold):
            failed.append(name)
    return failed


def deployment(row: Row, thresholds: Thresholds | None = None) -> dict[str, Any]:
    """Return ``score``, ``deployable`` and ``failed`` of a row.

    Parameters
    ----------
    row : mapping
        Canonical column name to value; a metric without a column is computed from `trades`.
    thresholds : Thresholds, optional
        Default ``Thresholds()``.
    """
    tier_of(row, "deployment")
    values = {name: metric(row, name) for name in CRITERIA}
    failed = failed_criteria(values, thresholds or Thresholds())
    return {"score": 1 - len(failed) / len(CRITERIA), "deployable": not failed, "failed": failed}
