"""Reruns of a backtest with higher costs."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import polars as pl

from polars_rating.experiments._errors import MULTIPLIERS, bad_config, check, show
from polars_rating.experiments._settings import Path, changed, name_of


def cost_factors(multipliers: Iterable[float] = MULTIPLIERS) -> pl.DataFrame:
    """Return the multipliers of the cost shock, one row per rerun.

    Parameters
    ----------
    multipliers : iterable of float
        Finite and > 0. The defaults are those of `polars_rating.cost_shock`: costs up by 25, 50
        and 100 %.

    Returns
    -------
    pl.DataFrame
        ``run`` (UInt32, from 0) and ``cost_multiplier`` (Float64), no nulls.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT``.

    Examples
    --------
    >>> cost_factors()
    shape: (3, 2)
    ┌─────┬─────────────────┐
    │ run ┆ cost_multiplier │
    │ --- ┆ ---             │
    │ u32 ┆ f64             │
    ╞═════╪═════════════════╡
    │ 0   ┆ 1.25            │
    │ 1   ┆ 1.5             │
    │ 2   ┆ 2.0             │
    └─────┴─────────────────┘
    """
    factors = check("multipliers", multipliers)
    return pl.DataFrame(
        {
            "run": pl.Series(range(len(factors)), dtype=pl.UInt32),
            "cost_multiplier": pl.Series(factors, dtype=pl.Float64),
        }
    )


def shock_costs(
    config: Any, multiplier: float, paths: Iterable[Path], *, missing: float | None = None
) -> Any:
    """Return a configuration with higher costs; the given one stays as it is.

    Parameters
    ----------
    config : mapping or dataclass instance
        Mappings and dataclasses, nested as deep as you like. What is not on a path is shared with
        the result, not copied.
    multiplier : float
        What the costs are multiplied by, finite and > 0.
    paths : iterable of str or of tuple
        Where the costs are: keys or field names joined by dots, or a tuple of them where a key
        has a dot or is not a string. Name each cost once: a cost and the multiplier that your
        backtester applies to it would raise it twice.
    missing : float, optional
        The value of a cost whose key a mapping does not have, e.g. 1.0 for multipliers that
        default to 1. Without it a missing key is an error, as a rerun without the shock would
        look perfectly robust.

    Returns
    -------
    same type as config
        A mapping that cannot be changed becomes a dict. Numbers become floats, a Decimal stays
        one.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for `multiplier`, `paths` and `missing`; ``RATING_BAD_CONFIG`` for
        a path that is not there and a value that is no finite number, naming the path.

    Examples
    --------
    >>> config = {"symbol": "SPX", "costs": {"fee_bp": 5, "spread": 0.5}}
    >>> shock_costs(config, 1.5, ["costs.fee_bp", "costs.spread"])
    {'symbol': 'SPX', 'costs': {'fee_bp': 7.5, 'spread': 0.75}}
    >>> shock_costs({}, 2, ["execution.fee_multiplier"], missing=1.0)
    {'execution': {'fee_multiplier': 2.0}}
    """
    factor = check("multiplier", multiplier)

    def raised(path: Path, value: object) -> object:
        if isinstance(value, Decimal) and value.is_finite():
            return value * Decimal(repr(factor))
        if isinstance(value, numbers.Real) and not isinstance(value, bool):
            cost = float(value) * factor
            if math.isfinite(cost):
                return cost
        msg = f"`{name_of(path)}` must be a number that is finite times {factor}, got {show(value)}"
        raise bad_config(msg)

    if missing is None:
        return changed(config, paths, raised)
    return changed(config, paths, raised, check("missing", missing))
