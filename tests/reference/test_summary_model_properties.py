"""What must hold for the summary model: range, and no fall when profit_factor rises."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from polars_rating.config import RatingConfig
from polars_rating.reference import scores

FEW = RatingConfig.from_dict({"jitter": {"n_iterations": 5}, "gate": "none"})
rows = st.fixed_dictionaries(
    {
        "profit": st.floats(-1e6, 1e9),
        "profit_factor": st.floats(0, 100) | st.just(float("inf")),
        "win_rate": st.floats(0, 1),
        "total_trades": st.integers(0, 100_000),
        "sharpe_ratio": st.floats(-5, 10),
        "max_drawdown": st.floats(0, 1e6),
        "cost_per_trade": st.floats(0, 100),
        "yearly_profits": st.lists(st.floats(-1e5, 1e6), min_size=1, max_size=5),
    }
)


@settings(deadline=None, max_examples=200)
@given(rows, st.floats(0, 10))
def test_scores_stay_in_range_and_do_not_fall_when_profit_factor_rises(
    row: dict[str, Any], delta: float
) -> None:
    before = scores(row, FEW)
    after = scores(row | {"profit_factor": row["profit_factor"] + delta}, FEW)
    for name, value in before.items():
        assert value is not None
        assert 0 <= value <= (0.5 if name == "stress_penalty" else 1)
    first, second = before["final_rating"], after["final_rating"]
    assert first is not None
    assert second is not None
    # Only the last digits of the mean may differ downwards.
    assert second >= first - 1e-12
