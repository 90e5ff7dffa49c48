"""Tables of candidates: how each kind is read, and how scores become a table of its kind.

No kind is imported here: an object of a module that was never imported cannot be given.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import uuid4

import polars as pl

from polars_rating._arrow.rows import open_rows
from polars_rating._arrow.source import Source, Write, filled, readable, slices, to_polars
from polars_rating.exceptions import ErrorCode, RatingError, one_line
from polars_rating.schema import METRICS_INPUT
from polars_rating.schema.table import TableSchema, pyarrow
from polars_rating.types import MetricsInput

_KNOWN: Final = (*METRICS_INPUT.names, *METRICS_INPUT.refused)


def open_source(name: str, metrics: Any) -> Source:
    """Open candidates: Arrow IPC bytes, an object that holds a table, or a list of candidates.

    Parameters
    ----------
    name : str
        The argument, for messages.
    metrics : object
        What it holds. Its schema is checked here; rows are read by the frames of the result.

    Raises
    ------
    RatingError
        ``RATING_BAD_ARGUMENT`` for something else, ``RATING_BAD_SCHEMA`` for a table that does
        not fit, ``RATING_BAD_ARROW`` for what cannot be read; for lists as `MetricsInput`.
    ModuleNotFoundError
        For bytes and pandas frames without pyarrow.
    """
    what = f"`{name}`, a {type(metrics).__module__}.{type(metrics).__qualname__},"
    if isinstance(metrics, bytes | bytearray | memoryview):
        return _bytes(name, metrics)
    if isinstance(metrics, pl.DataFrame):
        METRICS_INPUT.check(metrics.schema)
        return Source(slices(metrics), _polars)
    if isinstance(metrics, pl.LazyFrame):
        METRICS_INPUT.check(metrics.collect_schema())
        return Source([metrics], lambda scores, _: next(scores))
    if _is(metrics, "pandas", "DataFrame"):
        return Source(_pandas_frames(what, metrics), partial(_pandas, metrics))
    if _is(metrics, "duckdb", "DuckDBPyRelation"):
        return Source(_duckdb_frames(what, metrics), partial(_duckdb, metrics))
    has_arrow = hasattr(metrics, "__arrow_c_stream__") or hasattr(metrics, "__arrow_c_array__")
    if has_arrow and not isinstance(metrics, type):
        return Source(_frames(what, metrics), _writer(metrics))
    if isinstance(metrics, Sequence) and not isinstance(metrics, str):
        return open_rows(name, metrics)
    one = isinstance(metrics, MetricsInput | Mapping)
    raise RatingError(
        f"`{name}` must be Arrow IPC bytes, an object with `__arrow_c_stream__` or "
        f"`__arrow_c_array__`, or a list of MetricsInput, got {type(metrics).__name__}"
        + (" (`calculate_rating` takes one candidate)" if one else ""),
        code=ErrorCode.RATING_BAD_ARGUMENT,
    )


def _bytes(name: str, data: bytes | bytearray | memoryview) -> Source:
    pyarrow()
    from polars_rating._arrow import ipc

    with readable(f"`{name}`"):
        flat = memoryview(data).cast("B")  # refuses what is not contiguous or was released
    return Source(ipc.read(name, flat), partial(ipc.write, file=ipc.is_file(flat)))


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
        with readable(what):
            frame = to_polars(obj)
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


def _like(kind: Any, scores: Iterable[pl.DataFrame], _: TableSchema) -> Any:
    """Return scores as a `kind` if it can be made of Arrow data, else as a Polars frame."""
    frame = _polars(scores)
    try:
        made = kind.from_arrow(frame)
    except Exception:  # there is no such method, or it does not mean tables by that name
        return frame
    return made if isinstance(made, kind) else frame


def _pandas_frames(what: str, obj: Any) -> Iterator[pl.DataFrame]:
    """Read a pandas frame; columns of objects that are not needed are not even looked at."""
    pa = pyarrow()
    types = {field.name: field.type for field in METRICS_INPUT.to_pyarrow()}
    # A label may be any object, and several columns may have the same.
    known = [i for i, label in enumerate(obj.columns) if isinstance(label, str) and label in _KNOWN]
    arrays = []
    with readable(what):
        for i in known:
            array = pa.array(obj.iloc[:, i], from_pandas=True)
            # A column of objects has no type without a value, as in a frame without rows.
            if pa.types.is_null(array.type):
                array = pa.nulls(len(obj), types.get(obj.columns[i]))
            arrays.append(array)
    return _frames(what, pa.Table.from_arrays(arrays, [obj.columns[i] for i in known]))


def _pandas(obj: Any, scores: Iterable[pl.DataFrame], schema: TableSchema) -> Any:
    """Return scores as a pandas frame of float64 with the index of `obj`; null is NaN there."""
    columns = filled(scores, schema.names, len(obj))
    return sys.modules["pandas"].DataFrame(columns, index=obj.index, copy=False)


def _duckdb_frames(what: str, relation: Any) -> Iterator[pl.DataFrame]:
    """Run a relation for the columns that are needed."""
    with readable(what):
        known = [f'"{column}"' for column in _KNOWN if column in relation.columns]
        needed = relation.select(*known) if known else relation
    return _frames(what, needed)


def _duckdb(relation: Any, scores: Iterable[pl.DataFrame], schema: TableSchema) -> Any:
    """Return scores as a relation of the same connection that holds its rows itself."""
    frame = _polars(scores)
    # DuckDB finds the frame as a variable of its caller, unless a table has that name. So the name
    # is a new one each time, for which the variable must be a global.
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
