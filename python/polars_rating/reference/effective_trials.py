"""Effective number of candidates of a family that resembles itself.

    l eigenvalues of the correlation matrix of N candidates, p = l / N
    entropy exp(-sum p ln p);  participation N^2 / sum l^2
    average r + (1 - r) N, r the mean correlation of two, in [0, 1]
    li_ji sum of [l >= 1] + l - floor(l); l within 1e-9 of an integer is that integer

In [1, N]; None without candidates. Scoring specification, section 17.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from polars_rating._selection_rules import EFFECTIVE_METHOD
from polars_rating.parameters import check
from polars_rating.reference._values import Array, Row
from polars_rating.reference.family import matrix_of


def effective(series: Sequence[Array], method: str = EFFECTIVE_METHOD) -> float | None:
    """Return the effective number of series.

    Examples
    --------
    >>> same = np.array([1.0, -1.0, 0.0])
    >>> round(effective([same, same, np.array([1.0, 1.0, -2.0])], "participation"), 6)
    1.8
    """
    n = len(series)
    if n <= 1:
        return float(n) if n else None
    correlation = np.corrcoef(np.array(series))
    if method == "average":
        r = min(max(float((correlation.sum() - n) / (n * (n - 1))), 0.0), 1.0)
        return r + (1 - r) * n
    values = np.maximum(np.linalg.eigvalsh(correlation), 0.0)
    if method == "participation":
        found = n * n / np.sum(values**2)
    elif method == "entropy":
        p = values[values > 0] / n
        found = np.exp(-np.sum(p * np.log(p)))
    else:
        whole = np.where(np.abs(values - np.round(values)) <= 1e-9, np.round(values), values)
        found = np.sum((whole >= 1) + whole - np.floor(whole))
    return float(min(max(found, 1.0), n))


def effective_trials(rows: Sequence[Row], *, method: str = EFFECTIVE_METHOD) -> float | None:
    """Return the effective number of candidates of a family."""
    return effective(matrix_of(rows)[1], check("method:effective", method))
