"""A score as a function of Python values."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Protocol, overload

import polars_rating
from polars_rating._engines.choice import Engine, engine
from polars_rating._expr.register import Call, calls_of
from polars_rating.catalog import (
    ALL_COMPONENTS,
    CRITERIA,
    RATING_COLUMNS,
    SCORES,
    fields_of,
)
from polars_rating.exceptions import ErrorCode, RatingError, from_text
from polars_rating.parameters import show

_CACHED: Final = 256
"""Different calls whose keyword values are kept ready."""


class ScalarScore:
    """A score as a function: a candidate in, a number out.

    Call it with the candidate as a mapping, as keywords, or both; a keyword comes first. Evidence
    has the names of the canonical columns (`polars_rating.catalog.CANONICAL`) or the keywords of
    the expression (``runs=``, ``trades=``); all else are the expression's parameters.

    Values are numbers, lists of numbers, and lists of mappings for runs, trades and equity; also
    mappings of lists, tuples, and NumPy's numbers and arrays. None is null. A time is a datetime
    or a date; without a zone it counts as UTC. A key that the score does not look for is left
    alone, a missing one is a missing column.

    Parameters
    ----------
    name : str
        The score's name in `polars_rating.catalog.SCORES`.

    Examples
    --------
    >>> from polars_rating import scalar
    >>> scalar.stability(yearly_profits=[2_000.0, 3_000.0, 5_000.0])
    0.75
    >>> scalar.stability({"yearly_profits": [2_000.0]}, min_years=2) is None
    True
    >>> candidates = [{"yearly_profits": [100.0, 100.0]}, {"yearly_profits": []}]
    >>> scalar.stability(candidates)
    [1.0, None]
    """

    def __init__(self, name: str) -> None:
        self.name = name
        row = SCORES[name]
        rated = row.tiers == ()
        self._can_leave_out = "avg_r" if rated else row.can_leave_out
        self._components = {c: r.output for c, r in ALL_COMPONENTS.items()} if rated else {}
        columns = (*RATING_COLUMNS, *CRITERIA) if rated else row.columns()
        self.columns = tuple(dict.fromkeys((*columns, *self._components.values())))
        """The columns that it looks for."""
        self._evidence = {column: column for column in columns} | dict(row.keywords)
        self._evidence |= self._components
        self._word_of = {column: word for word, column in row.keywords.items()}

    def __repr__(self) -> str:
        """Return the name that it is imported by."""
        return f"polars_rating.scalar.{self.name}"

    @overload
    def __call__(self, row: Sequence[Mapping[str, Any]], /, **keywords: Any) -> list[Any]: ...
    @overload
    def __call__(self, row: Mapping[str, Any] | None = None, /, **keywords: Any) -> Any: ...
    def __call__(
        self, row: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None, /, **keywords: Any
    ) -> Any:
        """Return the score of a candidate, or the scores of a list of candidates.

        Parameters
        ----------
        row : mapping or sequence of mappings, optional
            The candidate, or candidates; a column is there if one of them has it.
        **keywords
            Evidence of the one candidate, and the parameters of the expression.

        Returns
        -------
        float or None
            What the expression gives: a float, None for null, a dictionary for a struct. A list
            of them for candidates in a list.

        Raises
        ------
        RatingError
            As the expression, at once.
        TypeError
            For a keyword that the expression does not have.
        """
        try:
            if not keywords and type(row) is dict:
                return _made(self, engine()).of_row(row)
            return self._of_any(row, keywords)
        except ValueError as error:
            raise from_text(str(error)) or error from None

    def _of_any(self, row: Any, keywords: Mapping[str, Any]) -> Any:
        values, given, parameters = self._split(keywords)
        function = _ready(self, given, parameters)
        if row is None or isinstance(row, Mapping):
            return function.of_row({**(row or {}), **values})
        rows = [{**_mapping(i, item), **values} for i, item in enumerate(row)]
        return function.of_rows(rows) if rows else []

    def _split(
        self, keywords: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, str | None], dict[str, Any]]:
        """Return evidence by column, what the expression is told of it, and parameters."""
        values: dict[str, Any] = {}
        given: dict[str, str | None] = {}
        parameters: dict[str, Any] = {}
        for keyword, value in keywords.items():
            column = self._evidence.get(keyword)
            if column is None or (keyword in self._components and value is None):
                parameters[keyword] = tuple(value) if isinstance(value, list) else value
            elif value is None and column == self._can_leave_out:
                given[keyword] = None
            else:
                values[column], given[self._word_of.get(column, keyword)] = value, column
        return values, given, parameters


def _mapping(i: int, item: object) -> dict[str, Any]:
    if isinstance(item, Mapping):
        return dict(item)
    raise RatingError(
        f"`row[{i}]` must be a mapping, got {show(item)}", code=ErrorCode.RATING_BAD_ARGUMENT
    )


class RowFunction(Protocol):
    """What a call comes to, once its keywords are known."""

    def of_row(self, row: dict[str, Any], /) -> Any:
        """Return the result of one row."""

    def of_rows(self, rows: list[dict[str, Any]], /) -> list[Any]:
        """Return the result of each row."""


def _ready(
    score: ScalarScore, given: Mapping[str, str | None], parameters: Mapping[str, Any]
) -> RowFunction:
    """Return the function of a call, made once for each different one."""
    # With the types: True equals 1, but is no number.
    keywords = tuple((k, type(v), v) for part in (given, parameters) for k, v in part.items())
    try:
        hash(keywords)
    except TypeError:
        return _make(score, engine(), keywords)
    return _made(score, engine(), keywords)


def _make(
    score: ScalarScore, name: Engine, keywords: tuple[tuple[str, type, Any], ...] = ()
) -> RowFunction:
    *before, call = calls_of(
        lambda: getattr(polars_rating, score.name)(**{key: value for key, _, value in keywords})
    )
    columns = (*score.columns, *(part.output for part in before))
    function = _function(name, call, columns)
    handed = {part["output"] for part in call.kwargs.get("components", ()) if "score" not in part}
    # What is neither passed in nor computed is missing, whatever the candidate's key says.
    computed = {c.output: _function(name, c, _columns(c, columns)) for c in before}
    missing = handed - computed.keys() - {value for _, _, value in keywords if value in handed}
    return _Composed(computed, missing, function) if computed or missing else function


def _function(name: Engine, call: Call, columns: Iterable[str]) -> RowFunction:
    if name == "python":
        from polars_rating._engines.python.one_row import RowTwin

        return RowTwin(call)
    from polars_rating import _core

    fields = [(column, list(fields_of(column))) for column in columns]
    return _core.RowFunction(call.function, fields, pickle.dumps(call.kwargs, protocol=5))


def _columns(call: Call, others: Iterable[str]) -> tuple[str, ...]:
    own = next(row for row in SCORES.values() if row.output == call.output).columns()
    return tuple(dict.fromkeys((*own, *others)))


class _Composed:
    """A rating with further components, which are computed before it, or missing."""

    def __init__(
        self, before: Mapping[str, RowFunction], missing: Iterable[str], function: RowFunction
    ) -> None:
        self._before, self._function = before, function
        self._missing = dict.fromkeys(missing)

    def of_row(self, row: dict[str, Any]) -> Any:
        computed = {name: f.of_row(row) for name, f in self._before.items()}
        return self._function.of_row(row | self._missing | computed)

    def of_rows(self, rows: list[dict[str, Any]]) -> list[Any]:
        columns = {name: f.of_rows(rows) for name, f in self._before.items()}
        return self._function.of_rows(
            [
                row | self._missing | {name: c[i] for name, c in columns.items()}
                for i, row in enumerate(rows)
            ]
        )


_made = lru_cache(maxsize=_CACHED)(_make)
