"""Published table schemas: what a column is called, holds and means, in Polars and in pyarrow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl

from polars_rating.exceptions import ErrorCode, RatingError, one_line
from polars_rating.parameters import show

if TYPE_CHECKING:
    import pyarrow as pa
    from polars._typing import ArrowSchemaExportable

SchemaLike: TypeAlias = "pl.Schema | Mapping[str, Any] | ArrowSchemaExportable"


def pyarrow() -> ModuleType:
    """Import pyarrow, or say how to install it.

    Returns
    -------
    module
        `pyarrow`.

    Raises
    ------
    ModuleNotFoundError
        Without pyarrow.

    Examples
    --------
    >>> pyarrow().__name__
    'pyarrow'
    """
    try:
        return import_module("pyarrow")
    except ModuleNotFoundError as error:
        if error.name != "pyarrow":
            raise
        msg = "this needs pyarrow: pip install 'polars-rating[arrow]'"
        raise ModuleNotFoundError(msg, name="pyarrow") from None


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a schema.

    Parameters
    ----------
    name : str
        Its name.
    dtype : polars.DataType
        The type it is published with; any numeric type fits where it holds numbers.
    unit : str
        What a number in it means.
    required : bool
        Whether a table must have it.
    nullable : bool
        Whether the producer may leave a row null.

    Examples
    --------
    >>> Column(name="win_rate", dtype=pl.Float64(), unit="ratio in [0, 1]").expected
    'a number'
    """

    name: str
    dtype: pl.DataType
    unit: str
    required: bool = True
    nullable: bool = False

    @property
    def expected(self) -> str:
        """What the column must hold, in words.

        Examples
        --------
        >>> Column(name="years", dtype=pl.List(pl.Int32), unit="year").expected
        'a List or Array of numbers'
        """
        if isinstance(self.dtype, pl.List):
            return "a List or Array of numbers"
        return "a number or a Duration" if self.unit == "seconds" else "a number"

    def fits(self, dtype: pl.DataType) -> bool:
        """Tell whether a column of `dtype` can be used.

        Parameters
        ----------
        dtype : polars.DataType
            The type found.

        Returns
        -------
        bool
            True for every numeric type where a number is expected, lists and arrays of them where
            a list is, a Duration where seconds are, and Null where nulls are allowed.

        Examples
        --------
        >>> Column(name="win_rate", dtype=pl.Float64(), unit="ratio").fits(pl.Float32())
        True
        """
        if dtype == pl.Null:
            return self.nullable
        if isinstance(self.dtype, pl.List):
            if not isinstance(dtype, pl.List | pl.Array) or getattr(dtype, "size", 1) == 0:
                return False
            return dtype.inner == pl.Null or dtype.inner.is_numeric()
        return dtype.is_numeric() or (self.unit == "seconds" and dtype == pl.Duration)


@dataclass(frozen=True, kw_only=True)
class TableSchema:
    """A published schema: columns, their units and nullability, and a version.

    Parameters
    ----------
    name : str
        Its name, in the metadata of the Arrow form.
    version : str
        A whole number. It rises when a table that fitted no longer does.
    columns : tuple of Column
        In their order.
    refused : mapping of str to str
        Column that must not be there to the reason, in words.

    Examples
    --------
    >>> from polars_rating.schema import METRICS_INPUT
    >>> METRICS_INPUT.name, METRICS_INPUT.version, METRICS_INPUT.names[:3]
    ('metrics_input', '1', ('total_trades', 'win_rate', 'profit_factor'))
    """

    name: str
    version: str
    columns: tuple[Column, ...]
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in their order, required and optional ones.

        Examples
        --------
        >>> from polars_rating.schema import RATING_SCORE
        >>> RATING_SCORE.names[-1]
        'final_rating'
        """
        return tuple(column.name for column in self.columns)

    def to_polars(self) -> pl.Schema:
        """Return the schema for Polars, which knows neither nullability nor metadata.

        Returns
        -------
        polars.Schema
            Column name to type.

        Examples
        --------
        >>> from polars_rating.schema import METRICS_INPUT
        >>> METRICS_INPUT.to_polars()["yearly_profits"]
        List(Float64)
        """
        return pl.Schema({column.name: column.dtype for column in self.columns})

    def to_pyarrow(self) -> pa.Schema:
        """Return the schema for pyarrow, with nullability and metadata.

        Returns
        -------
        pyarrow.Schema
            Fields carry ``unit`` and ``required`` in their metadata, the schema
            ``polars_rating.schema`` (its name) and ``polars_rating.schema_version``.

        Raises
        ------
        ModuleNotFoundError
            Without pyarrow (the extra ``[arrow]``).

        Examples
        --------
        >>> from polars_rating.schema import METRICS_INPUT
        >>> schema = METRICS_INPUT.to_pyarrow()
        >>> schema.field("win_rate").nullable, schema.field("win_rate").metadata[b"unit"]
        (False, b'ratio in [0, 1]')
        """
        pyarrow()
        return self._arrow

    @cached_property
    def _arrow(self) -> pa.Schema:
        pa = pyarrow()
        fields = []
        bare = pa.table(pl.DataFrame(schema=self.to_polars())).schema
        for column, plain in zip(self.columns, bare, strict=True):
            about = {"unit": column.unit, "required": str(column.required).lower()}
            fields.append(plain.with_nullable(column.nullable).with_metadata(about))
        about = {"schema": self.name, "schema_version": self.version}
        return pa.schema(fields, {f"polars_rating.{key}": text for key, text in about.items()})

    def __arrow_c_schema__(self) -> object:
        """Return the Arrow form as a PyCapsule, for whatever reads one; needs pyarrow."""
        return self.to_pyarrow().__arrow_c_schema__()

    def differences(self, schema: SchemaLike) -> list[str]:
        """Return what keeps a table from being used, one line per column.

        Columns that the schema does not know are ignored, unless `refused`. Nulls are not
        looked for: nullability is the promise of the producer.

        Parameters
        ----------
        schema : polars.Schema, mapping or Arrow schema
            The table's schema: Polars', column names to Polars dtypes, or an object with
            ``__arrow_c_schema__``, such as pyarrow's.

        Returns
        -------
        list of str
            Column, what was expected, what was found; empty if the table fits.

        Raises
        ------
        RatingError
            ``RATING_BAD_ARGUMENT`` for something else, such as the table itself.

        Examples
        --------
        >>> import polars as pl
        >>> from polars_rating.schema import RATING_SCORE
        >>> found = dict.fromkeys(RATING_SCORE.names, pl.Float32)
        >>> RATING_SCORE.differences(pl.Schema(found))
        []
        >>> RATING_SCORE.differences(pl.Schema({**found, "final_rating": pl.String}))
        ['`final_rating`: expected a number, found String']
        """
        found = _as_schema(schema)
        lines = []
        for column in self.columns:
            dtype = found.get(column.name)
            if dtype is None:
                if column.required:
                    lines.append(f"`{column.name}`: expected {column.expected}, found no column")
            elif not column.fits(dtype):
                lines.append(f"`{column.name}`: expected {column.expected}, found {dtype}")
        for name, reason in self.refused.items():
            if name in found:
                lines.append(f"`{name}`: expected no such column, found {found[name]}: {reason}")
        return lines

    def check(self, schema: SchemaLike) -> None:
        """Raise unless a table of `schema` can be used.

        Parameters
        ----------
        schema : polars.Schema, mapping or Arrow schema
            The table's schema: Polars', column names to Polars dtypes, or an object with
            ``__arrow_c_schema__``, such as pyarrow's.

        Raises
        ------
        RatingError
            ``RATING_BAD_SCHEMA`` with all `differences`, one to a line; ``RATING_BAD_ARGUMENT``
            for something that is no schema.

        Examples
        --------
        >>> import polars as pl
        >>> from polars_rating.schema import RATING_SCORE
        >>> found = dict.fromkeys(RATING_SCORE.names, pl.Float64)
        >>> RATING_SCORE.check(pl.Schema({**found, "final_rating": pl.Date}))
        Traceback (most recent call last):
        polars_rating.exceptions.RatingError: [RATING_BAD_SCHEMA] the table does not fit the schema
        rating_score, version 1:
        - `final_rating`: expected a number, found Date
        """
        lines = self.differences(schema)
        if lines:
            listed = "".join(f"\n- {line}" for line in lines)
            raise RatingError(
                f"the table does not fit the schema {self.name}, version {self.version}:{listed}",
                code=ErrorCode.RATING_BAD_SCHEMA,
            )


def _as_schema(schema: Any) -> pl.Schema:
    """Return what is given as a schema for Polars, or say what should be given."""
    if isinstance(schema, pl.Schema):
        return schema
    mapping = isinstance(schema, Mapping)
    found = show(schema) if mapping else type(schema).__name__
    if all(map(_is_column, schema.items())) if mapping else hasattr(schema, "__arrow_c_schema__"):
        try:
            return pl.Schema(schema)
        # An Arrow schema is a foreign one, and Polars panics on types that it does not know.
        except (Exception, pl.exceptions.PanicException) as error:
            found += f": {one_line(error)}"
    elif isinstance(schema, pl.LazyFrame):  # its `schema` warns
        found += " (pass its `.collect_schema()`)"
    elif hasattr(type(schema), "schema"):
        found += " (pass its `.schema`)"
    raise RatingError(
        "`schema` must be a polars.Schema, a mapping of column names to Polars dtypes or an object "
        f"with `__arrow_c_schema__`, got {found}",
        code=ErrorCode.RATING_BAD_ARGUMENT,
    )


def _is_column(item: tuple[object, object]) -> bool:
    name, dtype = item
    return isinstance(name, str) and isinstance(dtype, pl.DataType | type(pl.DataType))
