"""Block length of the stationary bootstrap after Politis and White, corrected in 2009.

    e = x - mean(x);  R_k = sum(e_t e_(t+k)) / n
    r_k = |sum(e_t e_(t+k))| / sqrt(sum of e_t^2 over t > k * sum of e_t^2 over t < n - 1 - k)
    K = max(5, floor(log10 n));  M = ceil(sqrt(n)) + K;  band = 2 sqrt(log10(n) / n)
    j = first lag with r_j .. r_(j+K-1) < band, j + K <= M;  m = min(2 max(j, 1), M), M without one
    G = sum over k = 1 .. m of 2 l_k k R_k;  S = R_0 + sum of 2 l_k R_k;  l_k = min(1, 2 (1 - k/m))
    length = min((G^2 / S^2)^(1/3) n^(1/3), ceil(min(3 sqrt(n), n/3)))

In periods; finite values only. None for fewer than 16 values, for a flat series (standard
deviation <= 8 * 2^-52 * max|x|) and for a length that is no number. As
``arch.bootstrap.optimal_block_length`` of arch 8 computes it. Scoring specification, section 20.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from polars_rating.reference._values import Array


def block_length(values: Sequence[float] | Array) -> float | None:
    """Return the mean block length.

    Examples
    --------
    >>> x = np.sin(np.arange(100) * 0.3)
    >>> round(block_length(x), 6)
    30.0
    """
    x = np.asarray(values, dtype=float)
    x = x[np.isfinite(x)]
    n = len(x)
    if n < 16 or np.std(x, ddof=1) <= 8 * 2.0**-52 * np.max(np.abs(x)):
        return None
    e = x - x.mean()
    run = max(5, int(math.log10(n)))
    most = math.ceil(math.sqrt(n)) + run
    band = 2 * math.sqrt(math.log10(n) / n)

    def covariance(lag: int) -> float:
        return float(e[lag:] @ e[: n - lag]) / n

    def is_small(lag: int) -> bool:
        late, early = e[lag + 1 :], e[: n - lag - 1]
        norm = math.sqrt(float(late @ late) * float(early @ early))
        return norm > 0 and abs(covariance(lag)) * n / norm < band

    small = [is_small(lag) for lag in range(most)]
    starts = (j for j in range(most - run + 1) if all(small[j : j + run]))
    first = next(starts, None)
    m = most if first is None else min(2 * max(first, 1), most)
    terms = [2 * min(1.0, 2 * (1 - k / m)) * covariance(k) for k in range(1, m + 1)]
    weighted = sum(k * term for k, term in enumerate(terms, start=1))
    long_run = covariance(0) + sum(terms)
    if long_run == 0:
        return math.ceil(min(3 * math.sqrt(n), n / 3)) if weighted else None
    length = np.cbrt((weighted / long_run) ** 2) * np.cbrt(n)
    return float(min(length, math.ceil(min(3 * math.sqrt(n), n / 3))))
