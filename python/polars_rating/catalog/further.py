"""The rows of the scores beside the rating."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from polars_rating.catalog.row import Score, Tier
from polars_rating.catalog.tiers import PATH, PATH_KEYWORDS, RETURNS, TRADES


def _p_value(name: str, question: str, **other: Any) -> Score:
    return Score(
        name=name,
        output=name,
        file="bootstrap_p_value",
        question=question,
        parameters=("n_boot", "seed", "block_length", "std_error", "no_evidence"),
        direction="lower",
        omega=1.0,
        **other,
    )


FURTHER: Final = (
    Score(
        name="ulcer_index",
        output="ulcer_index",
        question="How deep and how long are the drawdowns?",
        tiers=PATH,
        parameters=("capital", "compound"),
        direction="lower",
        range=(0.0, float("inf")),
        keywords=PATH_KEYWORDS,
    ),
    Score(
        name="ulcer_index_score",
        output="ulcer_index_score",
        file="ulcer_index",
        tiers=PATH,
        component="further",
        parameters=("ulcer_cap", "capital", "compound"),
        keywords=PATH_KEYWORDS,
    ),
    _p_value(
        "bootstrap_p_value",
        "May a mean above 0 be chance?",
        tiers=(RETURNS,),
        keywords={"values": "returns"},
    ),
    _p_value(
        "p_value_mean_r_gt_0",
        "May a mean R-multiple above 0 be chance?",
        tiers=(replace(TRADES, fields=("r_multiple",)),),
        keywords={"trades": "trades"},
        defaults={"seed": 123},
        component="further",
    ),
    _p_value(
        "p_value_net_profit_gt_0",
        "May a net profit above 0 be chance?",
        tiers=(TRADES,),
        keywords={"trades": "trades"},
        defaults={"seed": 456},
    ),
    Score(
        name="dropout_runs",
        output="dropout_runs",
        file="trade_dropout",
        tiers=(TRADES,),
        parameters=("fraction", "n_runs", "seed", "sharpe_of"),
        direction=None,
        range=None,
        dtype="List(Struct{profit, max_drawdown, sharpe_ratio})",
        keywords={"trades": "trades"},
    ),
)

LEVEL_FIELDS: Final = (
    "direction",
    "entry_time",
    "exit_time",
    "exit_reason",
    "take_profit",
    "stop_loss",
    "spread",
)
"""The fields of a trade that the TP/SL stress reads."""
CANDLE_FIELDS: Final = ("time", "bid_high", "bid_low", "ask_high", "ask_low")
"""The columns of candles."""
TP_SL_STRESS: Final = Score(
    name="tp_sl_stress",
    output="tp_sl_stress_score",
    question="Would the take-profits have been hit, had the levels been worse by the spread?",
    tiers=(Tier(tier="trades", holds="levels", column="trades", fields=LEVEL_FIELDS),),
    parameters=("took_profit", "no_evidence"),
    omega=1.0,
    component="further",
    passed_in=True,
    keywords={"trades": "trades"},
)
"""Not in `SCORES`: candles come beside the row."""
