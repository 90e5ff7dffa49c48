"""What all configuration objects share: validation on construction and plain dictionaries."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self, TypeVar

from polars_rating.exceptions import ErrorCode, RatingError
from polars_rating.parameters import check, show

T = TypeVar("T")

_MAX_I64 = 2**63 - 1
_INFINITIES = {"inf": math.inf, "-inf": -math.inf}


@dataclass(frozen=True, kw_only=True)
class Config:
    """What all configuration objects share: validation and dictionaries."""

    # What stands before a field's name in the table of rules, and the fields that are configs.
    _prefix: ClassVar[str] = ""
    _nested: ClassVar[Mapping[str, type[Config]]] = {}
    # Field to the name of its rule, where that is another.
    _rules: ClassVar[Mapping[str, str]] = {}

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if value is None and item.name == "seed":
                value = item.default
            nested = self._nested.get(item.name)
            rule = self._rules.get(item.name, self._prefix + item.name)
            if nested is None:
                # `object.__setattr__` is how a frozen dataclass normalises its own fields.
                object.__setattr__(self, item.name, check(rule, value))
            elif not isinstance(value, nested):
                raise RatingError(
                    f"`{item.name}` must be a {nested.__name__}, got {show(value)}",
                    code=ErrorCode.RATING_BAD_ARGUMENT,
                )

    def to_dict(self) -> dict[str, Any]:
        """Return the configuration as plain values for JSON or TOML.

        Returns
        -------
        dict
            Nested dictionaries with lists, strings, integers and floats. A seed above
            2**63 - 1 and an infinite threshold are strings.
        """
        return {item.name: _to_plain(getattr(self, item.name)) for item in fields(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote; keys left out, nested ones too, take their default.

        Parameters
        ----------
        data : mapping
            Plain values, e.g. from ``json.load`` or ``tomllib.load``.

        Returns
        -------
        Self
            The validated configuration.

        Raises
        ------
        RatingError
            ``RATING_BAD_CONFIG`` for an unknown key or something else than a mapping,
            ``RATING_BAD_ARGUMENT`` or ``RATING_BAD_SEED`` for a bad value.
        """
        if not isinstance(data, Mapping):
            raise RatingError(
                f"{cls.__name__} must be read from a mapping, got {show(data)}",
                code=ErrorCode.RATING_BAD_CONFIG,
            )
        known = [item.name for item in fields(cls)]
        unknown = [key for key in data if key not in known]
        if unknown:
            raise RatingError(
                f"{cls.__name__} has no key {', '.join(map(show, unknown))}; "
                f"known keys: {', '.join(known)}",
                code=ErrorCode.RATING_BAD_CONFIG,
            )
        return cls(**{name: cls._read(name, value) for name, value in data.items()})

    @classmethod
    def _read(cls, name: str, value: object) -> object:
        if name in cls._nested:
            nested = cls._nested[name]
            return nested.from_dict(value)  # type: ignore[arg-type] # it refuses what is no mapping
        if name == "seed" and isinstance(value, str) and value.isascii() and value.isdecimal():
            return int(value)
        if isinstance(value, str):
            return _INFINITIES.get(value, value)
        return value


def _to_plain(value: object) -> object:
    if isinstance(value, Config):
        return value.to_dict()
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, int) and value > _MAX_I64:
        return str(value)
    if isinstance(value, float) and math.isinf(value):
        return str(value)
    return value


def instance(name: str, value: T | None, kind: type[T]) -> T:
    """Return `value`, the default of `kind` for None, or raise for anything else."""
    if value is None:
        return kind()
    if not isinstance(value, kind):
        msg = f"`{name}` must be a {kind.__name__}, got {type(value).__name__}"
        raise RatingError(msg, code=ErrorCode.RATING_BAD_ARGUMENT)
    return value
