"""Which engine computes: the compiled library, or plain Python for a rollback.

The environment variable ``OMEGA_USE_RUST_RATING`` decides at first use. `set_engine` sets another
default for the process, `use_engine` an engine for one thread or task. An expression keeps the
engine it was written under.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from pathlib import Path
from threading import RLock
from typing import ClassVar, Final, Literal

from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.parameters import check, show

Engine = Literal["rust", "python"]

VARIABLE: Final = "OMEGA_USE_RUST_RATING"
_ON: Final = ("", "true", "1", "on")
_OFF: Final = ("false", "0", "off")
_log: Final = logging.getLogger("polars_rating")

_in_use: Final[ContextVar[Engine | None]] = ContextVar("polars_rating_engine", default=None)
"""The engine of the innermost `use_engine` around the running code."""


class _Process:
    """What holds outside of `use_engine`."""

    lock: Final = RLock()
    default: ClassVar[Engine | None] = None
    """What `set_engine` or the environment says; None until somebody asks."""
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
        ``OMEGA_USE_RUST_RATING`` is ``false``, ``0`` or ``off`` (in any case), `set_engine` or
        `use_engine` said otherwise, or the library cannot be loaded. In the last case there is one
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
    >>> with rating.use_engine("python"):
    ...     rating.engine()
    'python'
    """
    in_use = _in_use.get()
    if in_use is not None:
        return in_use
    with _Process.lock:
        if _Process.default is None:
            _Process.default, reason = _from_environment()
            _log_once(_Process.default, reason)
        return _Process.default


def set_engine(name: Engine) -> None:
    """Set the engine of the process, for the expressions that are written from now on.

    Parameters
    ----------
    name : {'rust', 'python'}
        The compiled library, or the plain-Python reference: the same numbers to 1e-12, slower by
        orders of magnitude.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for another name, ``RATING_ENGINE_UNAVAILABLE`` if ``"rust"`` is
        asked for and cannot be loaded.

    Notes
    -----
    It holds for all threads, but not inside of `use_engine`. An expression that was written
    before keeps its engine, and so does a query that holds it.

    Examples
    --------
    >>> import polars_rating as rating
    >>> before = rating.engine()
    >>> rating.set_engine("python")
    >>> rating.engine()
    'python'
    >>> rating.set_engine(before)
    """
    wanted = _loadable(name)
    with _Process.lock:
        _log_once(wanted, "set_engine")
        _Process.default = wanted


@contextmanager
def use_engine(name: Engine) -> Iterator[Engine]:
    """Use an engine for the expressions written inside of a ``with`` statement.

    It holds for the thread or task that runs the body; the engine from before is back after.

    Parameters
    ----------
    name : {'rust', 'python'}
        As in `set_engine`.

    Yields
    ------
    {'rust', 'python'}
        The engine.

    Raises
    ------
    RatingError
        As in `set_engine`.

    Examples
    --------
    >>> import polars as pl
    >>> import polars_rating as rating
    >>> df = pl.DataFrame({"yearly_profits": [[2000.0, 3000.0, 5000.0]]})
    >>> fast = df.select(rating.stability()).item()
    >>> with rating.use_engine("python"):
    ...     slow = df.select(rating.stability()).item()
    >>> abs(fast - slow) <= 1e-12
    True
    """
    wanted = _loadable(name)
    with _Process.lock:
        _log_once(wanted, "use_engine")
    token = _in_use.set(wanted)
    try:
        yield wanted
    finally:
        _in_use.reset(token)


def _loadable(name: object) -> Engine:
    """Return the engine of that name, or raise if there is none or it cannot be loaded."""
    wanted: Engine = check("engine", name)
    if wanted == "rust":
        try:
            library()
        except ImportError as error:
            raise RatingError(
                f"the rust engine cannot be loaded: {error}",
                code=ErrorCode.RATING_ENGINE_UNAVAILABLE,
            ) from error
    return wanted


def _log_once(name: Engine, reason: str) -> None:
    if name not in _Process.logged:
        _Process.logged.add(name)
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
            stacklevel=3,
        )
        return "python", f"the compiled library cannot be loaded: {error}"
    return "rust", f"{VARIABLE}={text}" if text else "default"
