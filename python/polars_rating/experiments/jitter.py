"""Reruns of a backtest with other parameters near the candidate's own.

For a value x, `variation` v and the scale s (|x| unless given):

    linear          [x - v·s, x + v·s]
    log             [x / (1 + v), x · (1 + v)], even on the logarithmic scale
    step, integers  x + k·step in that range, but one step to each side at least
    choices         numbers: those in that range, but the next one on each side at least;
                    strings and booleans: all of them

always inside [low, high]. Each value of the range is equally likely.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from polars_rating.experiments._errors import PARAM_VARIATION, SEED, bad_argument, check, show
from polars_rating.experiments._parameter import MAX_INTEGER, Parameter, is_number, read
from polars_rating.experiments.seeds import stable_seed

_ROUNDING = 1e-9
"""Tolerance in steps: 0.1 · 30 is 3.0000000000000004 there and 2.9999999999999996 elsewhere."""


def jitter_parameters(
    params: Mapping[str, Any],
    variation: float = PARAM_VARIATION,
    n: int = 50,
    seed: int = SEED,
) -> pl.DataFrame:
    """Return `n` parameter sets near the given one, one row per rerun.

    Parameters
    ----------
    params : mapping of str to value or `Parameter`
        The candidate's parameters. A number is jittered; a string, a boolean and None stay as
        they are. A `Parameter`, or a mapping with the same keys, states bounds, choices, a step
        or a logarithmic scale.
    variation : float
        How far a value moves, relative to its scale, in [0, 1]. With 0 all rows equal `params`.
    n : int
        Number of reruns, at least 0.
    seed : int
        The base seed. Each parameter has a stream of its own,
        ``default_rng(stable_seed(seed, "jitter_parameters", name))``: neither the order of the
        parameters nor a further one changes the draws, and a larger `n` only adds rows.

    Returns
    -------
    pl.DataFrame
        ``run`` (UInt32, from 0), then a column for each parameter in the order of `params`:
        Int64 for an integer, Float64 for a float, String or Boolean. Null only for None.

        An integer moves by one at least (0 to 10 by `variation` 0.1 would never move), but 0
        stays 0 without a `scale`, and one above 0 stays above 0 without a `low`. A rerun may
        repeat the given values.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT``, naming the parameter and what is wrong with it, e.g.
        ``fast.low``; ``RATING_BAD_SEED``.

    Examples
    --------
    >>> params = {"fast": Parameter(value=10, low=5), "stop": 2.0, "side": "long"}
    >>> jitter_parameters(params, variation=0.2, n=3, seed=1)
    shape: (3, 4)
    ┌─────┬──────┬──────────┬──────┐
    │ run ┆ fast ┆ stop     ┆ side │
    │ --- ┆ ---  ┆ ---      ┆ ---  │
    │ u32 ┆ i64  ┆ f64      ┆ str  │
    ╞═════╪══════╪══════════╪══════╡
    │ 0   ┆ 9    ┆ 2.053174 ┆ long │
    │ 1   ┆ 9    ┆ 1.614938 ┆ long │
    │ 2   ┆ 12   ┆ 2.084937 ┆ long │
    └─────┴──────┴──────────┴──────┘
    """
    width, count, base = check("variation", variation), check("n", n), check("seed", seed)
    if not isinstance(params, Mapping):
        raise bad_argument(f"`params` must be a mapping of names to values, got {show(params)}")
    columns = [pl.int_range(count, dtype=pl.UInt32, eager=True).alias("run")]
    for name, value in params.items():
        if not isinstance(name, str) or name in ("", "run"):
            raise bad_argument(f"`params` must have strings other than 'run', got {show(name)}")
        rng = np.random.default_rng(stable_seed(base, "jitter_parameters", name))
        columns.append(_column(name, read(name, value), width, count, rng))
    return pl.DataFrame(columns)


def _column(
    name: str, parameter: Parameter, width: float, n: int, rng: np.random.Generator
) -> pl.Series:
    value = parameter.value
    if parameter.choices is not None:
        first, last = _chosen(parameter, width)
        picked = rng.integers(first, last, size=n, endpoint=True)
        return pl.Series(name, parameter.choices).gather(picked)
    if isinstance(value, bool | str) or value is None:
        return pl.repeat(value, n, eager=True).alias(name)
    if isinstance(value, float) and parameter.step is None:
        return pl.Series(name, _floats(parameter, width, n, rng), dtype=pl.Float64)
    steps = _steps(parameter, width, n, rng)
    if isinstance(value, int):
        return pl.Series(name, value + steps * int(parameter.step or 1), dtype=pl.Int64)
    # Decimal steps, so that 0.1 + 2 · 0.1 is 0.3; each distinct one is computed once.
    distinct, where = np.unique(steps, return_inverse=True)
    start, step = Decimal(repr(value)), Decimal(repr(parameter.step))
    grid = np.array([float(start + int(k) * step) for k in distinct], dtype=np.float64)
    return pl.Series(name, grid[where], dtype=pl.Float64)


def _range(parameter: Parameter, width: float) -> tuple[float, float]:
    """Return the range of a number, before bounds."""
    value = parameter.value
    if parameter.log:
        return value / (1.0 + width), value * (1.0 + width)
    reach = width * (abs(value) if parameter.scale is None else parameter.scale)
    return value - reach, value + reach


def _floats(
    parameter: Parameter, width: float, n: int, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    least, most = _range(parameter, width)
    least = least if parameter.low is None else max(least, parameter.low)
    most = most if parameter.high is None else min(most, parameter.high)
    if parameter.log:
        drawn = np.exp(rng.uniform(math.log(least), math.log(most), size=n))
    else:
        drawn = rng.uniform(least, most, size=n)
    return np.clip(drawn, least, most)


def _steps(
    parameter: Parameter, width: float, n: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Return how many steps each rerun is away from the value."""
    value, step = parameter.value, parameter.step or 1
    first, last = _ends(parameter, width, step)
    if not parameter.log:
        return rng.integers(first, last, size=n, endpoint=True)
    least, most = math.log(value + first * step), math.log(value + last * step)
    drawn = np.rint((np.exp(rng.uniform(least, most, size=n)) - value) / step)
    steps: npt.NDArray[np.int64] = np.clip(drawn, first, last).astype(np.int64)
    return steps


def _ends(parameter: Parameter, width: float, step: float) -> tuple[int, int]:
    """Return the most steps down (<= 0) and up (>= 0)."""
    value, low, high = parameter.value, parameter.low, parameter.high
    if isinstance(value, int):
        low = -MAX_INTEGER if low is None else low
        high = MAX_INTEGER if high is None else high
    least, most = _range(parameter, width)
    if least >= most:
        return 0, 0
    first = min(math.ceil((least - value) / step - _ROUNDING), -1)
    last = max(math.floor((most - value) / step + _ROUNDING), 1)
    if low is not None:
        first = max(first, math.ceil((low - value) / step - _ROUNDING))
    if high is not None:
        last = min(last, math.floor((high - value) / step + _ROUNDING))
    if parameter.scale is None:
        # A size of its own keeps its sign: a period of 1 does not become 0.
        to_zero = math.ceil(abs(value) / step - _ROUNDING) - 1
        if value > 0 and parameter.low is None:
            first = max(first, -to_zero)
        if value < 0 and parameter.high is None:
            last = min(last, to_zero)
    return first, last


def _chosen(parameter: Parameter, width: float) -> tuple[int, int]:
    """Return the positions of the first and the last choice within reach."""
    choices: list[Any] = parameter.choices
    if not is_number(parameter.value):
        if width > 0:
            return 0, len(choices) - 1
        own = choices.index(parameter.value)
        return own, own
    least, most = _range(parameter, width)
    own = choices.index(parameter.value)
    if least >= most:
        return own, own
    slack = _ROUNDING * (most - least)
    first = bisect_left(choices, least - slack)
    last = bisect_right(choices, most + slack) - 1
    return max(min(first, own - 1), 0), min(max(last, own + 1), len(choices) - 1)
