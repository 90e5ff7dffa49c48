"""What one candidate is in Python: its metrics going in, its scores coming out.

Both are frozen dataclasses that hash, compare and pickle, and `MetricsDict` and `ScoreDict` are
the same in the form of dictionaries. The configuration objects can be imported from here as well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Any, Self, TypedDict

from polars_rating.config import (
    DropoutConfig,
    JitterConfig,
    RatingConfig,
    SelectionConfig,
    StressConfig,
    Thresholds,
    Weights,
)
from polars_rating.exceptions import ErrorCode, RatingError, bad_argument
from polars_rating.parameters import check, show

__all__ = [
    "DropoutConfig",
    "JitterConfig",
    "MetricsDict",
    "MetricsInput",
    "RatingConfig",
    "RatingScore",
    "ScoreDict",
    "SelectionConfig",
    "StressConfig",
    "Thresholds",
    "Weights",
]


class _Required(TypedDict):
    total_trades: float
    win_rate: float
    profit_factor: float
    sharpe_ratio: float
    max_drawdown: float
    avg_trade_duration: float | dt.timedelta
    yearly_profits: Sequence[float]
    cost_per_trade: float


# Two classes, as NotRequired cannot be seen at run time in annotations that are text.
class MetricsDict(_Required, total=False):
    """`MetricsInput` as a dictionary; the units are those of its fields.

    Examples
    --------
    >>> sorted(MetricsDict.__optional_keys__)
    ['avg_r', 'profit', 'year_days', 'years']
    """

    profit: float | None
    avg_r: float | None
    years: Sequence[int] | None
    year_days: Sequence[float] | None


class ScoreDict(TypedDict):
    """`RatingScore` as a dictionary; None where the evidence is missing.

    Examples
    --------
    >>> RatingScore(final_rating=0.8).to_dict()["final_rating"]
    0.8
    """

    robustness_score: float | None
    stability_score: float | None
    cost_shock_score: float | None
    trade_dropout_score: float | None
    stress_penalty: float | None
    final_rating: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class MetricsInput:
    """The summary metrics of one candidate, validated on construction.

    Numbers may be Python's, NumPy's or ``Decimal``, and become plain Python. A required number
    that is not known is NaN; the scores that need it are None. None stands only for an optional
    field that is not given.

    Parameters
    ----------
    total_trades : float
        Number of trades, a count >= 0. A whole number becomes an int.
    win_rate : float
        Share of trades with a profit, a ratio in [0, 1], not a percentage.
    profit_factor : float
        Gross profit / gross loss, a ratio >= 0; +inf for a candidate without losses.
    sharpe_ratio : float
        Sharpe ratio, any number; of any period, as only its relative changes matter.
    max_drawdown : float
        Maximum drawdown, >= 0, in account currency or any other unit.
    avg_trade_duration : float or datetime.timedelta
        Mean holding time in seconds, >= 0; a timedelta becomes seconds. No score uses it.
    yearly_profits : iterable of float
        Net profit of each year, account currency; becomes a tuple. NaN and infinities in it
        count as 0. Empty is no evidence: the stability is None.
    cost_per_trade : float
        Mean cost of a trade, account currency, >= 0.
    profit : float, optional
        Net profit, account currency. Default: the sum of `yearly_profits`.
    avg_r : float, optional
        Mean R-multiple, a ratio. Only ``gate="deployment"`` uses it.
    years : iterable of int, optional
        Calendar years of `yearly_profits`, in [1, 9999]; becomes a tuple.
    year_days : iterable of float, optional
        Days covered in each year of `yearly_profits`; becomes a tuple. What is not finite and
        > 0 is taken from `years`, or is 365.25 without them.

    Raises
    ------
    RatingError
        ``RATING_BAD_VALUE`` for a field outside its domain, ``RATING_LENGTH_MISMATCH`` for
        `years` or `year_days` that are not as long as `yearly_profits`.

    Notes
    -----
    Fields are compared as Python compares numbers, so that metrics with a NaN need not equal
    their copy.

    Examples
    --------
    >>> import datetime as dt
    >>> metrics = MetricsInput(
    ...     total_trades=120,
    ...     win_rate=0.55,
    ...     profit_factor=1.8,
    ...     sharpe_ratio=1.5,
    ...     max_drawdown=2000.0,
    ...     avg_trade_duration=dt.timedelta(hours=1),
    ...     yearly_profits=[4000.0, 6000.0],
    ...     cost_per_trade=2.5,
    ... )
    >>> metrics.avg_trade_duration, metrics.yearly_profits, metrics.profit
    (3600.0, (4000.0, 6000.0), None)
    >>> from dataclasses import replace
    >>> replace(metrics, win_rate=55)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    polars_rating.exceptions.RatingError: ... `win_rate` must be in [0, 1], got 55
    """

    total_trades: float
    win_rate: float
    profit_factor: float
    sharpe_ratio: float
    max_drawdown: float
    avg_trade_duration: float
    yearly_profits: tuple[float, ...]
    cost_per_trade: float
    profit: float | None = None
    avg_r: float | None = None
    years: tuple[int, ...] | None = None
    year_days: tuple[float, ...] | None = None

    if TYPE_CHECKING:
        # What may be passed is wider than what the fields hold.
        def __init__(
            self,
            *,
            total_trades: float,
            win_rate: float,
            profit_factor: float,
            sharpe_ratio: float,
            max_drawdown: float,
            avg_trade_duration: float | dt.timedelta,
            yearly_profits: Iterable[float],
            cost_per_trade: float,
            profit: float | None = None,
            avg_r: float | None = None,
            years: Iterable[int] | None = None,
            year_days: Iterable[float] | None = None,
        ) -> None: ...

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if value is not None or item.default is MISSING:
                # `object.__setattr__` is how a frozen dataclass normalises its own fields.
                object.__setattr__(self, item.name, check(item.name, value))
        for name, items in (("years", self.years), ("year_days", self.year_days)):
            if items is not None and len(items) != len(self.yearly_profits):
                raise RatingError(
                    f"`{name}` must have as many items as `yearly_profits`, "
                    f"got {len(items)} and {len(self.yearly_profits)}",
                    code=ErrorCode.RATING_LENGTH_MISMATCH,
                )

    def to_dict(self) -> MetricsDict:
        """Return the fields that are given, as plain numbers and lists.

        An optional field that is None is left out: in a frame a null `profit` would mean that
        the profit is unknown, not that it is the sum of `yearly_profits`.

        Returns
        -------
        MetricsDict
            Field to int, float or list.

        Examples
        --------
        >>> metrics = MetricsInput(
        ...     total_trades=3,
        ...     win_rate=1,
        ...     profit_factor=float("inf"),
        ...     sharpe_ratio=2.0,
        ...     max_drawdown=0,
        ...     avg_trade_duration=60,
        ...     yearly_profits=(1.0,),
        ...     cost_per_trade=0,
        ...     years=[2024],
        ... )
        >>> metrics.to_dict()
        {'total_trades': 3, 'win_rate': 1.0, 'profit_factor': inf, 'sharpe_ratio': 2.0,
         'max_drawdown': 0.0, 'avg_trade_duration': 60.0, 'yearly_profits': [1.0],
         'cost_per_trade': 0.0, 'years': [2024]}
        """
        given = ((item.name, getattr(self, item.name)) for item in fields(self))
        return {  # type: ignore[return-value] # the keys are those of the fields
            name: list(value) if isinstance(value, tuple) else value
            for name, value in given
            if value is not None
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote, or a row of a frame (``df.to_dicts()``).

        Parameters
        ----------
        data : mapping
            Field to value; an optional field may be None or left out.

        Returns
        -------
        MetricsInput
            The validated metrics.

        Raises
        ------
        RatingError
            ``RATING_BAD_ARGUMENT`` for something else than a mapping, for unknown keys and for
            missing required ones; otherwise as the constructor.

        Examples
        --------
        >>> MetricsInput.from_dict({"winrate": 0.5})  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        polars_rating.exceptions.RatingError: ... MetricsInput has no key 'winrate'; known keys: ...
        """
        known = {item.name: item.default is MISSING for item in fields(cls)}
        if not isinstance(data, Mapping):
            raise bad_argument(f"{cls.__name__} must be read from a mapping, got {show(data)}")
        unknown = [key for key in data if key not in known]
        if unknown:
            raise bad_argument(
                f"{cls.__name__} has no key {', '.join(map(show, unknown))}; "
                f"known keys: {', '.join(known)}"
            )
        missing = [name for name, required in known.items() if required and name not in data]
        if missing:
            raise bad_argument(
                f"{cls.__name__} must have the keys {', '.join(missing)}, which are missing"
            )
        return cls(**data)


@dataclass(frozen=True, kw_only=True, slots=True)
class RatingScore:
    """The scores of one candidate: each in [0, 1], or None where its evidence is missing.

    So it is as the package computes it; the constructor does not check.

    Parameters
    ----------
    robustness_score : float, optional
        Score in [0, 1], higher is better: win rate and payoff somewhat worse.
    stability_score : float, optional
        Score in [0, 1], higher is better: how evenly the profit came over the years.
    cost_shock_score : float, optional
        Score in [0, 1], higher is better: higher costs.
    trade_dropout_score : float, optional
        Score in [0, 1], higher is better: some trades missed.
    stress_penalty : float, optional
        Penalty in [0, cap], lower is better: all of it at once.
    final_rating : float, optional
        Score in [0, 1], higher is better: the weighted aggregate after the gate.

    Examples
    --------
    >>> RatingScore(stress_penalty=0.2)
    RatingScore(robustness_score=None, stability_score=None, cost_shock_score=None,
                trade_dropout_score=None, stress_penalty=0.2, final_rating=None)
    """

    robustness_score: float | None = None
    stability_score: float | None = None
    cost_shock_score: float | None = None
    trade_dropout_score: float | None = None
    stress_penalty: float | None = None
    final_rating: float | None = None

    def to_dict(self) -> ScoreDict:
        """Return the scores in the order of the fields of `rating.scores()`.

        Returns
        -------
        ScoreDict
            Score to float or None; all six are there.

        Examples
        --------
        >>> RatingScore(**{**RatingScore().to_dict(), "final_rating": 0.5}).final_rating
        0.5
        """
        return {  # type: ignore[return-value] # the keys are those of the fields
            item.name: getattr(self, item.name) for item in fields(self)
        }
