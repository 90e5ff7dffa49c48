"""Rule and default of every parameter, and the one shape of the errors about them.

The only place where the domain of a parameter is written down. Which score has which parameters
is in `polars_rating.catalog`.
"""

from __future__ import annotations

import numbers
import operator
import reprlib
from collections.abc import Mapping
from typing import Any, Final

from polars_rating import _rules as rules
from polars_rating._selection_rules import SELECTION_DEFAULTS, SELECTION_RULES
from polars_rating.catalog import ALL_COMPONENTS, CRITERIA
from polars_rating.catalog.row import Score
from polars_rating.exceptions import RatingError

PENALTY_CAP: Final = 0.5
PARAM_VARIATION: Final = 0.1
N_ITERATIONS: Final = 50
SEED: Final = 987654321
FRACTION: Final = 0.1
N_RUNS: Final = 50
TOOK_PROFIT: Final = "take_profit"
SHARPE_OF: Final = "auto"
CONFIDENCE: Final = 0.95
VARIATION: Final = 0.1
COST_MULTIPLIER: Final = 2.0
MULTIPLIERS: Final = (1.25, 1.5, 2.0)
MIN_SCALE: Final = 100.0
MIN_YEARS: Final = 1
MIN_NEIGHBOURS: Final = 1
BINS: Final = 10
NO_EVIDENCE: Final = "null"
COMPOUND: Final = True
ULCER_CAP: Final = 10.0
N_BOOT: Final = 2000
SEED_OF_R: Final = 123
"""Omega's seed of the p-value of R-multiples."""
SEED_OF_NET: Final = 456
"""Omega's seed of the p-value of net results."""

DEFAULTS: Final[Mapping[str, Any]] = {
    "penalty_cap": PENALTY_CAP,
    "param_variation": PARAM_VARIATION,
    "n_iterations": N_ITERATIONS,
    "seed": SEED,
    "fraction": FRACTION,
    "n_runs": N_RUNS,
    "sharpe_of": SHARPE_OF,
    "confidence": CONFIDENCE,
    "variation": VARIATION,
    "cost_multiplier": COST_MULTIPLIER,
    "multipliers": MULTIPLIERS,
    "min_scale": MIN_SCALE,
    "min_years": MIN_YEARS,
    "min_neighbours": MIN_NEIGHBOURS,
    "no_evidence": NO_EVIDENCE,
    "capital": None,
    "compound": COMPOUND,
    "ulcer_cap": ULCER_CAP,
    **SELECTION_DEFAULTS,
    "n_boot": N_BOOT,
    "block_length": None,
    "std_error": False,
    "took_profit": TOOK_PROFIT,
    "fields:metrics": None,
}
"""Parameter of a score to its default."""


def default(score: Score, parameter: str) -> Any:
    """Return the default of a parameter of a score."""
    return score.defaults.get(parameter, DEFAULTS.get(score.rule(parameter)))


RULES: Final[Mapping[str, rules.Rule]] = {
    "penalty_cap": rules.RATIO,
    "param_variation": rules.RATIO,
    "variation": rules.RATIO,
    "fraction": rules.RATIO,
    "n_iterations": rules.count(0),
    "n_runs": rules.count(0),
    "min_years": rules.count(1),
    "sharpe_of": rules.choice("auto", "r_multiple", "pnl"),
    "min_neighbours": rules.count(1),
    "confidence": rules.CONFIDENCE,
    "seed": rules.SEED,
    "cost_multiplier": rules.POSITIVE,
    "multipliers": rules.MULTIPLIERS,
    "cost_multipliers": rules.MULTIPLIERS,
    "min_scale": rules.POSITIVE,
    "no_evidence": rules.choice("null", "omega"),
    "capital": rules.or_none(rules.POSITIVE),
    **dict.fromkeys(("compound", "std_error"), rules.FLAG),
    "n_boot": rules.count(100),
    "block_length": rules.BLOCK_LENGTH,
    "took_profit": rules.TEXT,
    "ulcer_cap": rules.POSITIVE,
    **SELECTION_RULES,
    # Of the rating.
    "weights": rules.WEIGHTS,
    **{f"weights.{name}": rules.AT_LEAST_ZERO for name in ALL_COMPONENTS},
    **{f"thresholds.{name}": rules.NUMBER for name in CRITERIA},
    "aggregation": rules.choice("mean", "min", "geometric"),
    "gate": rules.choice("profit", "deployment", "none"),
    "on_missing": rules.choice("null", "skip", "zero"),
    "preset": rules.choice("default", "omega", "v2"),
    # Of experiments.
    **dict.fromkeys(("atr_period", "period", "min_months"), rules.count(1)),
    "months": rules.count(0),
    "base": rules.SEED,
    "divisors": rules.DIVISORS,
    **dict.fromkeys(("min_price", "missing", "sigma_atr"), rules.AT_LEAST_ZERO),
    "multiplier": rules.POSITIVE,
    "scale_variation": rules.RATIO,
    # Of an optimiser's trials.
    "steps": rules.count(1),
    "nearest": rules.count(1),
    "within": rules.AT_LEAST_ZERO,
    "scale": rules.choice("rank", "range", "log"),
    "bins": rules.count(2),
    # Of engines, frames for tests, and the command line.
    "engine": rules.choice("rust", "python"),
    "tolerance": rules.AT_LEAST_ZERO,
    "candidates": rules.count(1),
    "n": rules.count(0),
    "length": rules.LENGTHS,
    **{f"{end}_{what}": rules.count(0) for end in ("min", "max") for what in ("rows", "size")},
    "max_length": rules.count(1),
    "fields": rules.FIELDS,
    "fields:metrics": rules.METRIC_FIELDS,
    "tier": rules.choice("reruns", "neighbours", "equity", "returns", "trades", "summary"),
    # The fields of `types.MetricsInput`.
    "total_trades": rules.TRADE_COUNT,
    "win_rate": rules.METRIC_RATIO,
    "avg_trade_duration": rules.DURATION,
    **dict.fromkeys(("profit_factor", "max_drawdown", "cost_per_trade"), rules.METRIC_FROM_ZERO),
    **dict.fromkeys(("sharpe_ratio", "profit", "avg_r"), rules.ANY_METRIC),
    **dict.fromkeys(("yearly_profits", "year_days"), rules.METRICS),
    "years": rules.YEARS,
}
"""Name of a parameter or metric to its rule."""


def check(name: str, value: object) -> Any:
    """Return `value` as plain Python if it follows the rule of parameter `name`.

    Parameters
    ----------
    name : str
        A key of `RULES`. What follows a colon tells parameters of one name apart.
    value : object
        A Python or NumPy scalar, a string, or a sequence of numbers. ``bool`` is no number.

    Returns
    -------
    int, float, str or tuple of float
        The normalised value.

    Raises
    ------
    RatingError
        With the code of the rule: ``RATING_BAD_SEED`` for a seed, ``RATING_BAD_VALUE`` for a
        metric, ``RATING_BAD_ARGUMENT`` otherwise.

    Examples
    --------
    >>> check("penalty_cap", 1)
    1.0
    >>> check("penalty_cap", 1.5)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    polars_rating.exceptions.RatingError: ... `penalty_cap` must be in [0, 1], got 1.5
    """
    rule = RULES[name]
    try:
        return rule.read(value)
    except (TypeError, ValueError, OverflowError):
        raise RatingError(
            f"`{name.split(':')[0]}` must be {rule.text}, got {show(value)}", code=rule.code
        ) from None


def show(value: object) -> str:
    """Return a short text of `value` for an error message, NumPy scalars as plain numbers."""
    try:
        if isinstance(value, numbers.Integral) and not isinstance(value, bool):
            value = operator.index(value)
        elif isinstance(value, numbers.Real) and not isinstance(value, bool):
            value = float(value)
    except (OverflowError, TypeError):
        pass  # too large a number, or NumPy's timedelta64, which counts as an integer
    return reprlib.repr(value)
