"""The rows of what says how much of the best candidate is luck."""

from __future__ import annotations

from typing import Final

from polars_rating.catalog.row import Score
from polars_rating.catalog.tiers import RETURNS, SHARPE, TRADES

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

SELECTION_ROWS: Final = (*_CANDIDATE, *_FAMILY)
