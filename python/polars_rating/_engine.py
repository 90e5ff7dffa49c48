"""Which engine computes: the compiled library, or plain Python for a rollback.

The environment variable ``OMEGA_USE_RUST_RATING`` decides at first use, `set_engine` at any time.
An expression keeps the engine it was written under.
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
from threading import Lock
from typing import ClassVar, Final, Literal

from polars_rating._validate import check, show
from polars_rating.exceptions import ErrorCode, RatingError

Engine = Literal["rust", "python"]

VARIABLE: Final = "OMEGA_USE_RUST_RATING"
_ON: Final = ("", "true", "1", "on")
_OFF: Final = ("false", "0", "off")
_log: Final = logging.getLogger("polars_rating")


_in_context: Final[ContextVar[Engine | None]] = ContextVar("polars_rating_engine", default=None)
"""The engine of the `with` statements around the running code."""


class _Process:
    """What holds outside of `with` statements."""

    lock: Final = Lock()
    scopes: ClassVar[list[EngineScope]] = []
    """Calls of `set_engine`, the last one at the end."""
    default: ClassVar[Engine | None] = None
    """What the environment says; None until somebody asks."""
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
    found = _in_context.get()
    if found is not None:
        return found
    with _Process.lock:
        if _Process.scopes:
            return _Process.scopes[-1].engine
        if _Process.default is None:
            _Process.default, reason = _from_environment()
            _tell(_Process.default, reason)
        return _Process.default


class EngineScope:
    """What `set_engine` returns: in a ``with`` statement the choice holds for its body alone."""

    def __init__(self, name: Engine) -> None:
        self.engine = name
        self._before = _in_context.get()

    def __enter__(self) -> Engine:
        """Return the engine that was set; for other threads the one from before is back."""
        _in_context.set(self.engine)
        with _Process.lock:
            if self in _Process.scopes:
                _Process.scopes.remove(self)
        return self.engine

    def __exit__(self, *_: object) -> None:
        """Bring back the engine from before."""
        _in_context.set(self._before)


@contextmanager
def on_engine(name: Engine) -> Iterator[None]:
    """Run the body on an engine, as ``with set_engine(name)``, and never seen by other threads.

    Raises
    ------
    RatingError
        ``RATING_ENGINE_UNAVAILABLE`` if it cannot be loaded.
    """
    _require(name)
    token = _in_context.set(name)
    try:
        yield
    finally:
        _in_context.reset(token)


def set_engine(name: Engine) -> EngineScope:
    """Choose the engine for the expressions that are written from now on.

    Parameters
    ----------
    name : {'rust', 'python'}
        The compiled library, or the plain-Python reference: the same numbers to 1e-12, slower by
        orders of magnitude.

    Returns
    -------
    context manager
        The choice holds at once, for all threads. Used in a ``with`` statement it holds for the
        body alone, in the thread or task that runs it, and the engine from before is back after;
        so does a call inside of such a body.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for another name, ``RATING_ENGINE_UNAVAILABLE`` if ``"rust"`` is
        asked for and cannot be loaded.

    Notes
    -----
    An expression that was written before keeps its engine, and so does a query that holds it.

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
    _require(wanted)
    scope = EngineScope(wanted)
    with _Process.lock:
        _tell(wanted, "set_engine")
        if _in_context.get() is None:
            _Process.scopes.append(scope)
        else:
            _in_context.set(wanted)
    return scope


def _require(name: Engine) -> None:
    if name == "rust":
        try:
            library()
        except ImportError as error:
            raise RatingError(
                f"the rust engine cannot be loaded: {error}",
                code=ErrorCode.RATING_ENGINE_UNAVAILABLE,
            ) from error


def _tell(name: Engine, reason: str) -> None:
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
