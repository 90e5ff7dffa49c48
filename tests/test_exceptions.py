"""RatingError: its code, its text, and that every code is raised by something."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import polars as pl
import pytest
from polars.plugins import register_plugin_function

from polars_rating import set_engine
from polars_rating._engines.choice import library
from polars_rating._expr.kwargs import of_score
from polars_rating.adapters import read_freqtrade
from polars_rating.batch import calculate_ratings_batch
from polars_rating.catalog import SCORES
from polars_rating.config import RatingConfig, Thresholds
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.files import rate_files
from polars_rating.reference import final, pbo, robustness, stability
from polars_rating.schema import METRICS_INPUT


def rust_without_its_library() -> None:
    with mock.patch.dict(sys.modules, {"polars_rating._core": None}):
        set_engine("rust")


def tier_without_a_formula() -> None:
    """Ask the plugin for a stability without years, which no call of the package does."""
    row = SCORES["stability"]
    kwargs = of_score(row, {"min_scale": 100.0, "min_years": 1}, {})
    kwargs["score"]["tiers"][0]["holds"] = "metrics"
    wrong = register_plugin_function(
        plugin_path=library(),
        function_name="stability",
        args=pl.struct("yearly_profits"),
        kwargs=kwargs,
    )
    try:
        pl.DataFrame({"yearly_profits": [[1.0]]}).select(wrong)
    except pl.exceptions.ComputeError as error:
        code = str(error).partition("[")[2].partition("]")[0]
        raise RatingError(str(error), code=code) from error


def rate_two_trades(*, other_file: bool) -> None:
    """Rate a candidate without a name, into a folder that may hold another file."""
    trades = {"strategy": ["a", None], "pnl": [1.0, 2.0], "exit": [date(2020, 1, 1)] * 2}
    with TemporaryDirectory() as root:
        pl.DataFrame(trades).write_parquet(f"{root}/trades.parquet")
        out = Path(root, "out")
        out.mkdir()
        if other_file:
            (out / "notes.txt").touch()
        rate_files(f"{root}/trades.parquet", out)


RUN = {"profit": 1.0, "avg_r": 1.0, "win_rate": 0.5, "max_drawdown": 1.0}
RAISERS: dict[str, Callable[[], object]] = {
    "RATING_BAD_ARGUMENT": lambda: Thresholds(profit=float("nan")),
    "RATING_BAD_SEED": lambda: robustness({}, seed=-1),
    "RATING_MISSING_EVIDENCE": lambda: robustness({}),
    "RATING_MISSING_FIELD": lambda: robustness(RUN | {"jitter_runs": [{"profit": 1.0}]}),
    "RATING_BAD_DTYPE": lambda: robustness(RUN | {"profit": "1", "jitter_runs": [RUN]}),
    "RATING_BAD_VALUE": lambda: final(
        {"robustness_score": 1.5, "profit": 1.0, "yearly_profits": [1.0]},
        config=RatingConfig.from_dict(
            {"weights": {"cost_shock": 0, "trade_dropout": 0, "stress_penalty": 0}}
        ),
        given=["robustness_score"],
    ),
    "RATING_LENGTH_MISMATCH": lambda: stability({"yearly_profits": [1.0], "years": [1, 2]}),
    "RATING_UNEQUAL_LENGTHS": lambda: pbo([{"returns": [1.0, 2.0]}, {"returns": [1.0]}]),
    "RATING_BAD_CONFIG": lambda: RatingConfig.from_dict({"penalty": 0.4}),
    "RATING_BAD_SCHEMA": lambda: METRICS_INPUT.check(pl.Schema()),
    "RATING_BAD_ARROW": lambda: calculate_ratings_batch(b"nonsense"),
    "RATING_BAD_SOURCE": lambda: read_freqtrade(__file__),
    "RATING_FILES_FAILED": lambda: rate_two_trades(other_file=False),
    "RATING_OUTPUT_REFUSED": lambda: rate_two_trades(other_file=True),
    "RATING_ENGINE_UNAVAILABLE": rust_without_its_library,
    "RATING_INTERNAL": tier_without_a_formula,
}


def test_error_is_a_value_error_whose_text_carries_the_code() -> None:
    error = RatingError("what is wrong", code=ErrorCode.RATING_BAD_VALUE)
    assert isinstance(error, ValueError)
    assert str(error) == "[RATING_BAD_VALUE] what is wrong"
    assert error.message == "what is wrong"
    assert error.code == "RATING_BAD_VALUE"


def test_error_code_is_required_and_must_be_known() -> None:
    with pytest.raises(TypeError):
        RatingError("what is wrong")
    with pytest.raises(ValueError, match="RATING_NO_SUCH"):
        RatingError("what is wrong", code="RATING_NO_SUCH")


def test_error_survives_pickle_with_its_code() -> None:
    copy = pickle.loads(pickle.dumps(RatingError("text", code="RATING_BAD_SEED")))
    assert (str(copy), copy.code) == ("[RATING_BAD_SEED] text", ErrorCode.RATING_BAD_SEED)


def test_every_code_equals_its_name_and_has_a_raiser() -> None:
    assert [code.value for code in ErrorCode] == [code.name for code in ErrorCode]
    assert set(RAISERS) == set(ErrorCode)


@pytest.mark.parametrize("code", RAISERS)
def test_code_is_the_one_raised(code: str) -> None:
    with pytest.raises(RatingError) as caught:
        RAISERS[code]()
    assert caught.value.code == code
