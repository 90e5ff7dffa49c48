"""Which engine computes: the compiled library, or plain Python for a rollback.

The environment variable ``OMEGA_USE_RUST_RATING`` decides at first use, `set_engine` at any time.
An expression keeps the engine it was written under.
"""

from __future__ import annotations

import logging
import os
import warnings
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Final, Literal

from polars_rating._validate import check, show
from polars_rating.exceptions import ErrorCode, RatingError

Engine = Literal["rust", "python"]

VARIABLE: Final = "OMEGA_USE_RUST_RATING"
_ON: Final = ("", "true", "1", "on")
_OFF: Final = ("false", "0", "off")
_log: Final = logging.getLogger("polars_rating")


class _Choice:
    """The process's choice; None until somebody asks."""

    engine: Engine | None = None
    logged: Final[set[Engine]] = set()


def library() -> Path:
    """Return the path of the compiled library, loading it.

    Raises
    ------
    ImportError
        If it is not there or cannot be loaded.
    """
    return Path(str(import_module("polars_rating._core").__file__))


def engine() -> Engine:
    """Return the engine that expressions written now will run on.

    Returns
    -------
    {'rust', 'python'}
        ``"rust"``, the compiled library, unless the environment variable
        ``OMEGA_USE_RUST_RATING`` is ``false``, ``0`` or ``off`` (in any case), `set_engine` said
        otherwise, or the library cannot be loaded. In the last case there is one
        `RuntimeWarning`. The variable is read once, at first use.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` if the variable holds anything else than those, ``true``, ``1``,
        ``on`` or nothing: a misspelt rollback must not go unnoticed.

    Notes
    -----
    The logger ``polars_rating`` tells an engine at level INFO when it is first chosen.

    Examples
    --------
    >>> import polars_rating as rating
    >>> with rating.set_engine("python"):
    ...     rating.engine()
    'python'
    """
    if _Choice.engine is None:
        _choose(*_from_environment())
    assert _Choice.engine is not None
    return _Choice.engine


class EngineScope:
    """What `set_engine` returns: on leaving ``with`` the engine from before is back."""

    def __init__(self, before: Engine | None) -> None:
        self._before = before

    def __enter__(self) -> Engine:
        """Return the engine that was set."""
        return engine()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Set the engine from before `set_engine`."""
        _Choice.engine = self._before


def set_engine(name: Engine) -> EngineScope:
    """Choose the engine for all expressions that the process writes from now on.

    Parameters
    ----------
    name : {'rust', 'python'}
        The compiled library, or the plain-Python reference: the same numbers to 1e-12, slower by
        orders of magnitude.

    Returns
    -------
    context manager
        The choice holds at once; used in a ``with`` statement, the engine from before is back
        afterwards.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for another name, ``RATING_ENGINE_UNAVAILABLE`` if ``"rust"`` is
        asked for and cannot be loaded.

    Notes
    -----
    The choice is the process's, not the thread's. An expression that was written before keeps its
    engine, and so does a query that holds it.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"yearly_profits": [[2000.0, 3000.0, 5000.0]]})
    >>> fast = df.select(rating.stability()).item()
    >>> with rating.set_engine("python"):
    ...     slow = df.select(rating.stability()).item()
    >>> abs(fast - slow) <= 1e-12
    True
    """
    wanted: Engine = check("engine", name)
    if wanted == "rust":
        try:
            library()
        except ImportError as error:
            raise RatingError(
                f"the rust engine cannot be loaded: {error}",
                code=ErrorCode.RATING_ENGINE_UNAVAILABLE,
            ) from error
    scope = EngineScope(_Choice.engine)
    _choose(wanted, "set_engine")
    return scope


def _choose(name: Engine, reason: str) -> None:
    _Choice.engine = name
    if name not in _Choice.logged:
        _Choice.logged.add(name)
        _log.info("engine: %s (%s)", name, reason)


def _from_environment() -> tuple[Engine, str]:
    """Return the engine and why."""
    text = os.environ.get(VARIABLE, "")
    word = text.strip().lower()
    if word in _OFF:
        return "python", f"{VARIABLE}={text}"
    if word not in _ON:
        known = ", ".join(word for word in (*_ON, *_OFF) if word)
        raise RatingError(
            f"`{VARIABLE}` must be one of {known}, got {show(text)}",
            code=ErrorCode.RATING_BAD_ARGUMENT,
        )
    try:
        library()
    except ImportError as error:
        warnings.warn(
            f"the compiled library of polars_rating cannot be loaded ({error}); "
            "scores are computed in Python, slower by orders of magnitude",
            RuntimeWarning,
            stacklevel=2,
        )
        return "python", f"the compiled library cannot be loaded: {error}"
    return "rust", f"{VARIABLE}={text}" if text else "default"
