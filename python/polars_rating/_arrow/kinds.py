"""Objects that hold a table: how each kind is read, and how scores become an object of its kind.

No kind is imported here: an object of a module that was never imported cannot be given.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, Final
from uuid import uuid4

import polars as pl

from polars_rating._arrow.source import (
    Source,
    Write,
    bad_arrow,
    filled,
    foreign,
    slices,
    to_polars,
)
from polars_rating.exceptions import ErrorCode, RatingError, one_line
from polars_rating.schema import METRICS_INPUT
from polars_rating.schema.table import TableSchema, pyarrow

_KNOWN: Final = (*METRICS_INPUT.names, *METRICS_INPUT.refused)


def open_object(name: str, obj: Any) -> Source | None:
    """Open an object that holds a table and check its schema; None for anything else."""
    what = f"`{name}`, a {type(obj).__module__}.{type(obj).__qualname__},"
    if isinstance(obj, pl.DataFrame):
        METRICS_INPUT.check(obj.schema)
        return Source(slices(obj), _polars)
    if isinstance(obj, pl.LazyFrame):
        METRICS_INPUT.check(obj.collect_schema())
        return Source([obj], lambda scores, _: next(scores))
    if _is(obj, "pandas", "DataFrame"):
        return Source(_pandas_frames(what, obj), partial(_pandas, obj))
    if _is(obj, "duckdb", "DuckDBPyRelation"):
        return Source(_duckdb_frames(what, obj), partial(_duckdb, obj))
    has_arrow = hasattr(obj, "__arrow_c_stream__") or hasattr(obj, "__arrow_c_array__")
    if has_arrow and not isinstance(obj, type):
        return Source(_frames(what, obj), _writer(obj))
    return None


def _is(obj: object, module: str, kind: str) -> bool:
    cls = getattr(sys.modules.get(module), kind, None)
    return cls is not None and isinstance(obj, cls)


def _polars(scores: Iterable[pl.DataFrame], _: TableSchema | None = None) -> pl.DataFrame:
    return pl.concat(list(scores), rechunk=False)


def _frames(what: str, obj: Any) -> Iterator[pl.DataFrame]:
    """Read an object through the PyCapsule interface, with pyarrow where it is installed.

    pyarrow reads slice by slice and knows more types; Polars alone reads everything at once.
    """
    try:
        pyarrow()
    except ModuleNotFoundError:
        try:
            frame = foreign(what, to_polars, obj)
        except pl.exceptions.PanicException as error:  # not an `Exception`
            raise bad_arrow(what, error) from None
        METRICS_INPUT.check(frame.schema)
        return slices(frame)
    from polars_rating._arrow import tables

    return tables.read(what, obj)


def _writer(obj: Any) -> Write:
    if sys.modules.get("pyarrow") is not None:
        from polars_rating._arrow import tables

        if write := tables.writer(obj):
            return write
    return partial(_like, type(obj))


def _like(kind: type, scores: Iterable[pl.DataFrame], _: TableSchema) -> Any:
    """Return scores as a `kind` if it can be made of Arrow data, else as a Polars frame."""
    frame = _polars(scores)
    make = getattr(kind, "from_arrow", None)
    if make is None:
        return frame
    try:
        made = make(frame)
    except Exception:  # whatever a foreign method raises: it did not mean tables by that name
        return frame
    return made if isinstance(made, kind) else frame


def _pandas_frames(what: str, obj: Any) -> Iterator[pl.DataFrame]:
    """Read a pandas frame; columns of objects that are not needed are not even looked at."""
    pa = pyarrow()
    # A view of each column; a selection of several would be a copy. A label may be any object.
    known: dict[str, Any] = {}
    again = []
    for i, label in enumerate(obj.columns):
        if isinstance(label, str) and label in _KNOWN:
            if label in known:
                again.append(label)
            else:
                known[label] = obj.iloc[:, i]
    frame = sys.modules["pandas"].DataFrame(known, index=obj.index, copy=False)
    try:
        table = pa.Table.from_pandas(frame, preserve_index=False)
    except (pa.ArrowException, ValueError, TypeError) as error:
        raise bad_arrow(what, error) from None
    # A column of objects has no type without a value, as in a frame without rows: it gets one.
    types = {field.name: field.type for field in METRICS_INPUT.to_pyarrow()}
    for i, field in enumerate(table.schema):
        if pa.types.is_null(field.type) and field.name in types:
            table = table.set_column(i, field.name, pa.nulls(len(obj), types[field.name]))
    # pandas' own check of names would say nothing about the schema, and looks at all columns.
    for label in again:
        table = table.append_column(label, table[label])
    return _frames(what, table)


def _pandas(obj: Any, scores: Iterable[pl.DataFrame], schema: TableSchema) -> Any:
    """Return scores as a pandas frame of float64 with the index of `obj`; null is NaN there."""
    columns = filled(scores, schema.names, len(obj))
    return sys.modules["pandas"].DataFrame(columns, index=obj.index, copy=False)


def _duckdb_frames(what: str, relation: Any) -> Iterator[pl.DataFrame]:
    """Run a relation for the columns that are needed."""
    found = foreign(what, getattr, relation, "columns")
    known = [f'"{column}"' for column in _KNOWN if column in found]
    return _frames(what, foreign(what, relation.select, *known) if known else relation)


def _duckdb(relation: Any, scores: Iterable[pl.DataFrame], schema: TableSchema) -> Any:
    """Return scores as a relation of the same connection that holds its rows itself."""
    frame = _polars(scores)
    # DuckDB finds the frame as a variable of its caller, unless a table has that name. So the name
    # is made up on the spot, which only a global can be.
    name = f"polars_rating_{uuid4().hex}"
    globals()[name] = frame
    try:
        result = relation.query(f"{name}_view", f"SELECT * FROM {name}")
        # `execute` keeps the rows before DuckDB 2, where `query` also leaves its view behind.
        result = result.materialize() if hasattr(result, "materialize") else result.execute()
        relation.query(f"{name}_view", f"DROP VIEW IF EXISTS {name}_view")
    except sys.modules["duckdb"].Error as error:
        raise _not_in_duckdb(error) from error
    finally:
        del globals()[name]
    if tuple(result.columns) != schema.names:
        raise _not_in_duckdb(f"it has the columns {', '.join(result.columns)} instead")
    return result


def _not_in_duckdb(reason: BaseException | str) -> RatingError:
    return RatingError(
        f"the scores cannot be made a DuckDB relation: {one_line(reason)}",
        code=ErrorCode.RATING_BAD_ARROW,
    )
