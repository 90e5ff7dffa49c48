"""Kinds of evidence that more than one score is judged on."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from polars_rating.catalog.row import Tier

TRADES: Final = Tier(tier="trades", holds="trades", column="trades")
TRADES_ON_CAPITAL: Final = replace(TRADES, needs=("capital",))
RETURNS: Final = Tier(tier="returns", holds="numbers", column="returns")
MOMENTS: Final = Tier(tier="moments", holds="moments", column="sharpe_moments")
SHARPE: Final = (MOMENTS, RETURNS, TRADES)
"""What a Sharpe ratio and its error follow from, best first."""
EQUITY: Final = Tier(tier="equity", holds="equity", column="equity")
PATH: Final = (EQUITY, RETURNS, TRADES_ON_CAPITAL)
"""What a curve of wealth is made of, best first."""
PATH_KEYWORDS: Final = {"equity": "equity", "returns": "returns", "trades": "trades"}
