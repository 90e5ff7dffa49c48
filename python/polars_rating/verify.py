"""Rate the same candidates with both engines and tell how far apart the scores are.

This is what ``polars-rating verify`` computes, as a function for deployment checks of one's own.
The reference shares no code with the Rust kernels, so that a broken build, a foreign CPU or
another version of Polars shows up as a divergence.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

import polars_rating as rating
from polars_rating import catalog
from polars_rating._engines.choice import use_engine
from polars_rating.catalog import RATING_OUTPUTS
from polars_rating.config import RatingConfig
from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.parameters import check, show

TOLERANCE: Final = 1e-4
"""Largest absolute divergence that counts as agreement, unless another one is given."""
_RUST_REPEATS: Final = 3
"""Timed runs of the Rust engine: they take milliseconds, which one hiccup would double."""
_PYTHON_ROWS: Final = 100
"""Candidates that the Python engine rates between two reports of its progress: under a second."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreComparison:
    """One score of all candidates, as both engines gave it.

    Parameters
    ----------
    compared : int
        Candidates for which both engines gave a finite number.
    nulls : int
        Candidates for which both gave null.
    mismatches : int
        Candidates for which one gave a number and the other none, or either gave a number that is
        not finite.
    max_divergence : float or None
        Largest absolute difference; ``inf`` with any mismatch, None if both gave null throughout.
    worst_row : int or None
        Number of the row, from 0, in which the divergence is largest; of the first mismatch if
        there is one. None where nothing was compared.
    worst_rust, worst_python : float or None
        What the engines gave in that row.

    Examples
    --------
    >>> score = ScoreComparison(compared=9, nulls=1, mismatches=0, max_divergence=2e-16)
    >>> score.compared + score.nulls + score.mismatches
    10
    """

    compared: int
    nulls: int
    mismatches: int
    max_divergence: float | None
    worst_row: int | None = None
    worst_rust: float | None = None
    worst_python: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What `compare_engines` found.

    Parameters
    ----------
    candidates : int
        Rows of the frame.
    scores : mapping of str to ScoreComparison
        The six fields of `polars_rating.scores`, in their order.
    rust_seconds, python_seconds : float or None
        Wall-clock time of each engine over all candidates; None for an engine that refused them.
    refusal : str or None
        The error of the one engine that refused the frame while the other rated it. Then every
        candidate counts as a mismatch.

    Examples
    --------
    >>> score = ScoreComparison(compared=9, nulls=1, mismatches=0, max_divergence=2e-16)
    >>> found = Comparison(
    ...     candidates=10, scores={"final_rating": score}, rust_seconds=0.01, python_seconds=2.0
    ... )
    >>> found.max_divergence, found.speed_up, found.within(1e-12)
    (2e-16, 200.0, True)
    """

    candidates: int
    scores: Mapping[str, ScoreComparison]
    rust_seconds: float | None
    python_seconds: float | None
    refusal: str | None = None

    @property
    def max_divergence(self) -> float | None:
        """Largest absolute divergence over all scores; None if nothing was compared."""
        return max(
            (s.max_divergence for s in self.scores.values() if s.max_divergence is not None),
            default=None,
        )

    @property
    def speed_up(self) -> float | None:
        """How many times faster Rust was; None if an engine refused the frame."""
        if self.rust_seconds is None or self.python_seconds is None:
            return None
        return self.python_seconds / self.rust_seconds

    def within(self, tolerance: float = TOLERANCE) -> bool:
        """Return whether the engines agree.

        Parameters
        ----------
        tolerance : float
            Largest absolute divergence to accept, finite and >= 0.

        Returns
        -------
        bool
            False also if nothing was compared: an empty frame proves nothing.

        Raises
        ------
        RatingError
            ``RATING_BAD_ARGUMENT`` for a tolerance that is negative or not finite.
        """
        limit = check("tolerance", tolerance)
        found = self.max_divergence
        return found is not None and found <= limit


def compare_engines(
    frame: pl.DataFrame | pl.LazyFrame,
    config: RatingConfig | None = None,
    *,
    progress: Callable[[int], object] | None = None,
) -> Comparison:
    """Rate every candidate with the Rust engine and with the Python engine.

    Whichever engine is chosen for the process plays no part and is the same afterwards. Rust is
    warmed up by one run over the frame; its time is the median of three more. Python runs once
    over all candidates, after one to load its modules: count on 0.5 to 10 ms for each.

    Parameters
    ----------
    frame : DataFrame or LazyFrame
        One row per candidate, with canonical evidence columns of any tier
        (`polars_rating.schema.CANONICAL`). A lazy frame is collected first, so that reading it is
        not timed; only the evidence columns are read.
    config : RatingConfig, optional
        Parameters of the scores.
    progress : callable, optional
        Called with the number of candidates that the Python engine has rated since the last call,
        for a progress bar of one's own. The calls are not timed.

    Returns
    -------
    Comparison
        Divergences and times of `polars_rating.scores`.

    Raises
    ------
    RatingError
        ``RATING_ENGINE_UNAVAILABLE`` if the compiled library cannot be loaded;
        ``RATING_BAD_ARGUMENT`` for something that is no frame or no config.
    polars.exceptions.ComputeError
        If both engines refuse the frame, e.g. ``RATING_MISSING_EVIDENCE``.

    Examples
    --------
    >>> import polars as pl
    >>> from polars_rating.verify import compare_engines
    >>> candidates = pl.DataFrame(
    ...     {
    ...         "total_trades": [120, 80, 60],
    ...         "win_rate": [0.55, 0.48, None],
    ...         "profit_factor": [1.6, 1.2, 1.4],
    ...         "sharpe_ratio": [0.2, 0.1, 0.3],
    ...         "max_drawdown": [900.0, 700.0, 800.0],
    ...         "yearly_profits": [[900.0, 1_100.0], [700.0, 200.0], [300.0]],
    ...         "cost_per_trade": [1.0, 1.0, 1.0],
    ...     }
    ... )
    >>> found = compare_engines(candidates)
    >>> found.within(1e-12)
    True
    >>> final = found.scores["final_rating"]
    >>> final.compared, final.nulls, final.mismatches
    (2, 1, 0)
    """
    rows = _collected(frame)

    return _compare(rows, lambda: [rating.scores(config).struct.unnest()], RATING_OUTPUTS, progress)


def compare_expressions(
    frame: pl.DataFrame,
    write: Callable[[], Mapping[str, pl.Expr]],
    *,
    progress: Callable[[int], object] | None = None,
) -> Comparison:
    """Compute expressions of your own choice with both engines, as `compare_engines` does.

    Parameters
    ----------
    frame : DataFrame
        One row per candidate.
    write : callable
        Returns expressions by name, of numbers. It is called once for each engine.
    progress : callable, optional
        As in `compare_engines`.

    Returns
    -------
    Comparison
        Divergences and times, under the names of the expressions.

    Raises
    ------
    RatingError
        ``RATING_ENGINE_UNAVAILABLE`` if the compiled library cannot be loaded.
    polars.exceptions.ComputeError
        If both engines refuse the frame.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"equity": [[100.0, 90.0, 110.0]]})
    >>> found = compare_expressions(df, lambda: {"ulcer": rating.ulcer_index()})
    >>> found.within(1e-12), found.scores["ulcer"].compared
    (True, 1)
    """

    def named() -> list[pl.Expr]:
        return [expression.alias(name) for name, expression in write().items()]

    return _compare(frame, named, tuple(write()), progress)


def _compare(
    rows: pl.DataFrame,
    write: Callable[[], Sequence[pl.Expr]],
    names: Sequence[str],
    progress: Callable[[int], object] | None,
) -> Comparison:
    # The engine is chosen where an expression is built: nothing runs inside these blocks.
    with use_engine("rust"):
        by_rust = write()
    with use_engine("python"):
        by_python = write()
    rust = _run([rows], by_rust, rows, _RUST_REPEATS)
    slices = list(rows.iter_slices(_PYTHON_ROWS)) or [rows]
    python = _run(slices, by_python, rows.head(1), 1, progress)
    if rust.error is not None and python.error is not None:
        raise rust.error
    if rust.scores is None or python.scores is None:
        refused = "rust" if rust.scores is None else "python"
        return Comparison(
            candidates=rows.height,
            scores=dict.fromkeys(names, _mismatched(rows.height)),
            rust_seconds=rust.seconds,
            python_seconds=python.seconds,
            refusal=f"only the {refused} engine refuses the frame: {rust.error or python.error}",
        )
    return Comparison(
        candidates=rows.height,
        scores={name: _compared(rust.scores[name], python.scores[name]) for name in names},
        rust_seconds=rust.seconds,
        python_seconds=python.seconds,
    )


@dataclass(frozen=True, slots=True)
class _Run:
    scores: pl.DataFrame | None
    seconds: float | None
    error: pl.exceptions.PolarsError | None = None


def _run(
    parts: Sequence[pl.DataFrame],
    scores: Sequence[pl.Expr],
    warm_up: pl.DataFrame,
    repeats: int,
    progress: Callable[[int], object] | None = None,
) -> _Run:
    times = []
    try:
        warm_up.select(scores)
        for _ in range(repeats):
            found, seconds = [], 0.0
            for part in parts:
                start = time.perf_counter()
                found.append(part.select(scores))
                seconds += time.perf_counter() - start
                if progress is not None:
                    progress(part.height)
            times.append(seconds)
    except pl.exceptions.PolarsError as error:
        return _Run(None, None, error)
    return _Run(pl.concat(found), statistics.median(times))


def _collected(frame: object) -> pl.DataFrame:
    if isinstance(frame, pl.LazyFrame):
        there = frame.collect_schema()
        wanted = [name for name in catalog.RATING_COLUMNS if name in there]
        # Without any evidence column the engines say what they looked for.
        return (frame.select(wanted) if wanted else frame).collect()
    if isinstance(frame, pl.DataFrame):
        return frame
    raise RatingError(
        f"`frame` must be a DataFrame or LazyFrame, got {show(frame)}",
        code=ErrorCode.RATING_BAD_ARGUMENT,
    )


def _mismatched(candidates: int) -> ScoreComparison:
    return ScoreComparison(compared=0, nulls=0, mismatches=candidates, max_divergence=math.inf)


def _compared(rust: pl.Series, python: pl.Series) -> ScoreComparison:
    null = rust.is_null() & python.is_null()
    number = (rust.is_finite() & python.is_finite()).fill_null(value=False)
    mismatch = ~(null | number)
    compared, nulls, mismatches = int(number.sum()), int(null.sum()), int(mismatch.sum())
    if not compared and not mismatches:
        return ScoreComparison(compared=0, nulls=nulls, mismatches=0, max_divergence=None)
    gap = (rust - python).abs()
    worst = int(mismatch.arg_true()[0]) if mismatches else int(gap.arg_max() or 0)
    return ScoreComparison(
        compared=compared,
        nulls=nulls,
        mismatches=mismatches,
        max_divergence=math.inf if mismatches else float(gap[worst]),
        worst_row=worst,
        worst_rust=rust[worst],
        worst_python=python[worst],
    )
