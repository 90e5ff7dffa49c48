"""Maximum drawdown of a list of results, in the unit of the results.

    max_drawdown = max(peak - cumulative), the curve starts at 0

Scoring specification, section 6. The curve is summed one by one in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from polars_rating.reference._values import Array


def max_drawdown(results: Sequence[float] | Array) -> float:
    """Return the largest fall of the cumulated results below their running peak, >= 0.

    Examples
    --------
    >>> max_drawdown([5.0, -3.0, -4.0, 10.0])
    7.0
    """
    with np.errstate(over="ignore", invalid="ignore"):
        curve = np.concatenate([[0.0], np.cumsum(results)])
        # A fall from an overflow to an overflow is none.
        return float(np.fmax.reduce(np.maximum.accumulate(curve) - curve))
