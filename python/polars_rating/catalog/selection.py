"""The rows of what says how much of the best candidate is luck."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from polars_rating.catalog.row import Score, Tier
from polars_rating.catalog.tiers import RETURNS, SHARPE, TRADES, TRADES_ON_CAPITAL

_SHARPE_KEYWORDS: Final = {
    "sharpe_moments": "sharpe_moments",
    "returns": "returns",
    "trades": "trades",
}
_AGAINST: Final = ("benchmark", "variance", "rho", "periods_per_year", "risk_free")
_NO_TRADES: Final = SHARPE[:2]
_NO_TRADE_KEYWORDS: Final = {"sharpe_moments": "sharpe_moments", "returns": "returns"}
_ANY: Final = (0.0, float("inf"))

_CANDIDATE: Final = (
    Score(
        name="sharpe_moments",
        output="sharpe_moments",
        file="probabilistic_sharpe",
        tiers=(RETURNS, TRADES),
        parameters=("risk_free",),
        keywords={"returns": "returns", "trades": "trades"},
        direction=None,
        range=None,
        dtype={"n": "UInt32", "sharpe": "Float64", "skewness": "Float64", "kurtosis": "Float64"},
    ),
    Score(
        name="probabilistic_sharpe",
        output="psr",
        component="further",
        passed_in=True,
        tiers=SHARPE,
        parameters=_AGAINST,
        keywords=_SHARPE_KEYWORDS,
    ),
    Score(
        name="sharpe_p_value",
        output="p_value_sharpe",
        file="probabilistic_sharpe",
        tiers=SHARPE,
        parameters=(*_AGAINST, "method", "two_sided"),
        rules={"method": "method:p_value"},
        direction="lower",
        keywords=_SHARPE_KEYWORDS,
    ),
    Score(
        name="min_track_record_length",
        output="min_trl",
        file="probabilistic_sharpe",
        tiers=SHARPE,
        parameters=(*_AGAINST, "confidence"),
        rules={"confidence": "confidence:length"},
        direction="lower",
        range=_ANY,
        keywords=_SHARPE_KEYWORDS,
    ),
    Score(
        name="expected_max_sharpe",
        output="expected_max_sharpe",
        file="deflated_sharpe",
        tiers=(),
        parameters=("mean", "expected_max"),
        direction=None,
        range=None,
    ),
    Score(
        name="min_backtest_length",
        output="min_btl",
        file="deflated_sharpe",
        tiers=(),
        parameters=("expected_max",),
        direction=None,
        range=_ANY,
    ),
)

_BLOCKS: Final = ("n_blocks", "metric", "min_trials", "risk_free")
_BOOTSTRAP: Final = ("benchmark", "n_boot", "block_length", "seed")
_FAMILY_RULES: Final = {"n_boot": "n_boot:family", "block_length": "block_length:family"}
_RETURNS: Final[dict[str, Any]] = {"tiers": (RETURNS,), "keywords": {"returns": "returns"}}

_SERIES: Final = (
    Score(
        name="cscv_blocks",
        output="cscv_blocks",
        file="cscv",
        parameters=("n_blocks", "risk_free"),
        direction=None,
        range=None,
        dtype="Array(Float64)",
        **_RETURNS,
    ),
    Score(
        name="optimal_block_length",
        output="block_length",
        file="snooping",
        direction=None,
        range=_ANY,
        **_RETURNS,
    ),
    Score(
        name="period_returns",
        output="returns",
        tiers=(replace(TRADES, fields=("exit_time",)),),
        parameters=("every", "capital"),
        keywords={"trades": "trades"},
        direction=None,
        range=None,
        dtype="List(Float64)",
    ),
)

_PATH: Final[dict[str, Any]] = {
    "tiers": (RETURNS, TRADES_ON_CAPITAL),
    "keywords": {"returns": "returns", "trades": "trades"},
    "file": "path_ratios",
    "range": None,
}
_REQUIRED: Final = {"periods_per_year": "periods_per_year:required"}
_VALUES: Final = _PATH | {"tiers": (RETURNS, TRADES)}

_RATIOS: Final = (
    Score(
        name="upi",
        output="upi",
        parameters=("annual_risk_free", "capital", "compound"),
        rules=_REQUIRED,
        **_PATH,
    ),
    Score(
        name="calmar",
        output="calmar",
        parameters=("capital", "compound"),
        rules=_REQUIRED,
        **_PATH,
    ),
    Score(
        name="sortino",
        output="sortino",
        parameters=("mar", "periods_per_year"),
        **_VALUES,
    ),
    Score(name="omega_ratio", output="omega_ratio", parameters=("threshold",), **_VALUES),
    Score(name="tail_ratio", output="tail_ratio", parameters=("tail",), **_VALUES),
    Score(name="equity_r2", output="equity_r2", parameters=("compound",), **_VALUES),
    Score(
        name="year_profile",
        output="year_profile",
        tiers=(
            Tier(tier="summary", holds="numbers", column="yearly_profits"),
            replace(TRADES, fields=("exit_time",)),
        ),
        keywords={"profits": "yearly_profits", "trades": "trades"},
        direction=None,
        range=None,
        dtype={
            "n_years": "UInt32",
            **dict.fromkeys(
                (
                    "positive_year_share",
                    "worst_year",
                    "best_year",
                    "worst_year_share",
                    "profit_hhi",
                ),
                "Float64",
            ),
        },
    ),
)

_MATRIX: Final = (
    Score(
        name="pbo",
        output="pbo",
        kind="A",
        file="cscv",
        parameters=_BLOCKS,
        direction="lower",
        **_RETURNS,
    ),
    Score(
        name="cscv",
        output="cscv",
        kind="A",
        parameters=_BLOCKS,
        direction=None,
        range=None,
        dtype={
            **dict.fromkeys(
                ("pbo", "prob_oos_loss", "logit_mean", "slope", "intercept", "r2"), "Float64"
            ),
            "n_splits": "UInt32",
        },
        **_RETURNS,
    ),
    Score(
        name="effective_trials",
        output="effective_n",
        kind="A",
        parameters=("method",),
        rules={"method": "method:effective"},
        direction=None,
        range=(1.0, float("inf")),
        **_RETURNS,
    ),
    Score(
        name="reality_check",
        output="p_value_reality_check",
        kind="A",
        file="snooping",
        parameters=_BOOTSTRAP,
        rules=_FAMILY_RULES,
        direction="lower",
        **_RETURNS,
    ),
    Score(
        name="spa",
        output="p_value_spa",
        kind="A",
        file="snooping",
        parameters=("recentring", *_BOOTSTRAP),
        rules=_FAMILY_RULES,
        direction="lower",
        **_RETURNS,
    ),
    Score(
        name="snooping",
        output="snooping",
        kind="A",
        parameters=_BOOTSTRAP,
        rules=_FAMILY_RULES,
        direction=None,
        range=None,
        dtype=dict.fromkeys(
            (
                "reality_check",
                "spa_lower",
                "spa_consistent",
                "spa_upper",
                "block_length",
                "std_error",
            ),
            "Float64",
        ),
        **_RETURNS,
    ),
    Score(
        name="romano_wolf",
        output="p_value_romano_wolf",
        kind="V",
        file="snooping",
        parameters=_BOOTSTRAP,
        rules=_FAMILY_RULES,
        direction="lower",
        **_RETURNS,
    ),
)

_FAMILY: Final = (
    Score(
        name="sharpe_var",
        output="sharpe_var",
        kind="A",
        file="deflated_sharpe",
        tiers=_NO_TRADES,
        parameters=("periods_per_year", "risk_free"),
        keywords=_NO_TRADE_KEYWORDS,
        direction=None,
        range=_ANY,
    ),
    Score(
        name="deflated_sharpe",
        output="dsr",
        component="further",
        passed_in=True,
        kind="C",
        tiers=_NO_TRADES,
        parameters=(
            "n_trials",
            "sharpe_var",
            "expected_max",
            "variance",
            "rho",
            "periods_per_year",
            "risk_free",
        ),
        keywords=_NO_TRADE_KEYWORDS,
    ),
    Score(
        name="adjusted_p_values",
        output="p_value_adjusted",
        kind="C",
        tiers=(),
        parameters=("method", "n_trials"),
        rules={"method": "method:correction"},
        direction="lower",
    ),
    Score(
        name="haircut_sharpe",
        output="haircut",
        kind="C",
        file="adjusted_p_values",
        tiers=SHARPE,
        parameters=("method", "n_trials", "periods_per_year", "risk_free"),
        rules={"method": "method:correction"},
        direction=None,
        range=None,
        keywords=_SHARPE_KEYWORDS,
        dtype=dict.fromkeys(("p_value", "p_value_adjusted", "sharpe", "haircut"), "Float64"),
    ),
)

_REPORT: Final = Score(
    name="selection_report",
    output="report",
    kind="F",
    tiers=(),
    parameters=(
        "every",
        "benchmark",
        "n_trials",
        "sharpe_var",
        "correction",
        "alpha",
        "n_blocks",
        "n_boot",
        "block_length",
        "seed",
        "periods_per_year",
    ),
    rules=_FAMILY_RULES,
    direction=None,
    range=None,
)

SELECTION_ROWS: Final = (*_CANDIDATE, *_SERIES, *_RATIOS, *_FAMILY, *_MATRIX, _REPORT)
