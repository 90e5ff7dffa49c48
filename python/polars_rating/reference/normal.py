"""The standard normal distribution: probabilities with exact tails, and quantiles."""

from __future__ import annotations

import math
from statistics import NormalDist


def cdf(x: float) -> float:
    """Return the probability of a value below x.

    Examples
    --------
    >>> cdf(0.0), cdf(-40.0) < 1e-300
    (0.5, True)
    """
    return 0.5 * math.erfc(-x / math.sqrt(2))


def ppf(p: float) -> float:
    """Return the x below which a value lies with probability p; -inf and +inf at 0 and 1.

    Examples
    --------
    >>> round(ppf(0.975), 6), ppf(0.0)
    (1.959964, -inf)
    """
    if p in (0.0, 1.0):
        return math.inf if p else -math.inf
    return NormalDist().inv_cdf(p)
