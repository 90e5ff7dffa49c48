"""Rules and defaults of the parameters of selection bias, path ratios and year profile.

`polars_rating.parameters` puts them beside all others. What follows a colon tells parameters apart
that have one name in several functions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from polars_rating import _rules as rules

BENCHMARK: Final = 0.0
VARIANCE: Final = "2012"
RHO: Final = 0.0
RISK_FREE: Final = 0.0
P_VALUE_METHOD: Final = "psr"
CORRECTION: Final = "holm"
EXPECTED_MAX: Final = "approx"
N_BLOCKS: Final = 16
CSCV_METRIC: Final = "sharpe"
MIN_TRIALS: Final = 10
EFFECTIVE_METHOD: Final = "entropy"
N_BOOT: Final = 1000
BLOCK_LENGTH: Final = "auto"
RECENTRING: Final = "consistent"
ALPHA: Final = 0.05
TAIL: Final = 0.05
EVERY: Final = "1w"
LENGTH_CONFIDENCE: Final = 0.95

_CORRECTIONS: Final = ("bonferroni", "sidak", "holm", "bh", "by")


def _blocks(value: object) -> int:
    number = rules.count(2).read(value)
    if not isinstance(number, int) or number > 24 or number % 2:
        raise ValueError
    return number


def _block_length(value: object) -> object:
    if value == "auto":
        return value
    return _at_least_one(value)


def _at_least_one(value: object) -> float:
    number = rules.POSITIVE.read(value)
    if not isinstance(number, float) or number < 1:
        raise ValueError
    return number


def _between(low: float, high: float) -> rules.Rule:
    """Return the rule of a number inside an open interval."""

    def read(value: object) -> float:
        number = rules.NUMBER.read(value)
        if not isinstance(number, float) or not low < number < high:
            raise ValueError
        return number

    return rules.Rule(f"in ({low:g}, {high:g})", read)


def _finite(value: object) -> float:
    number = rules.NUMBER.read(value)
    if not isinstance(number, float) or math.isinf(number):
        raise ValueError
    return number


_FINITE: Final = rules.Rule("a finite number", _finite)
_AT_LEAST_ONE: Final = rules.Rule("finite and >= 1", _at_least_one)

SELECTION_DEFAULTS: Final[Mapping[str, Any]] = {
    "benchmark": BENCHMARK,
    "variance": VARIANCE,
    "rho": RHO,
    "risk_free": RISK_FREE,
    "periods_per_year": None,
    "method:p_value": P_VALUE_METHOD,
    "two_sided": False,
    "confidence:length": LENGTH_CONFIDENCE,
    "mean": 0.0,
    "expected_max": EXPECTED_MAX,
    "n_trials": None,
    "sharpe_var": None,
    "sharpe": None,
    "p_value": None,
    "p_value_adjusted": None,
    "method:correction": CORRECTION,
    "correction": CORRECTION,
    "alpha": ALPHA,
    "n_blocks": N_BLOCKS,
    "metric": CSCV_METRIC,
    "min_trials": MIN_TRIALS,
    "method:effective": EFFECTIVE_METHOD,
    "n_boot:family": N_BOOT,
    "block_length:family": BLOCK_LENGTH,
    "recentring": RECENTRING,
    "annual_risk_free": 0.0,
    "mar": 0.0,
    "threshold": 0.0,
    "tail": TAIL,
    "every": EVERY,
}
"""Parameter to its default."""

SELECTION_RULES: Final[Mapping[str, rules.Rule]] = {
    **dict.fromkeys(
        ("benchmark", "risk_free", "mean", "mar", "threshold", "annual_risk_free"), _FINITE
    ),
    "sharpe": rules.or_none(_FINITE),
    "variance": rules.choice("2012", "2025"),
    "rho": _between(-1, 1),
    "periods_per_year": rules.or_none(rules.POSITIVE),
    "periods_per_year:required": rules.POSITIVE,
    "method:p_value": rules.choice("psr", "normal"),
    **dict.fromkeys(("two_sided", "with_length"), rules.FLAG),
    "confidence:length": _between(0, 1),
    "expected_max": rules.choice("approx", "exact"),
    "n_trials": rules.or_none(_AT_LEAST_ONE),
    "sharpe_var": rules.or_none(rules.AT_LEAST_ZERO),
    **dict.fromkeys(("p_value", "p_value_adjusted"), rules.or_none(rules.RATIO)),
    **dict.fromkeys(("method:correction", "correction"), rules.choice(*_CORRECTIONS)),
    "alpha": _between(0, 1),
    "n_blocks": rules.Rule("an even integer in [2, 24]", _blocks),
    "metric": rules.choice("sharpe", "mean"),
    "min_trials": rules.count(1),
    "method:effective": rules.choice("entropy", "participation", "average", "li_ji"),
    "n_boot:family": rules.count(100),
    "block_length:family": rules.Rule("'auto' or finite and >= 1", _block_length),
    "recentring": rules.choice("lower", "consistent", "upper"),
    "tail": _between(0, 0.5),
    "every": rules.choice("1d", "1w", "1mo"),
}
"""Name of a parameter to its rule."""
