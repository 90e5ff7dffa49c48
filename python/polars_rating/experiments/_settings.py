"""Values inside a user's configuration: nested mappings and dataclasses, addressed by paths."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Hashable, Iterable, Mapping, MutableMapping, Sequence
from typing import Any, Final

from polars_rating.experiments._errors import bad_argument, bad_config, show

Path = str | Sequence[Hashable]
_REQUIRED: Final = object()


def name_of(path: Path) -> str:
    """Return the path as it is shown in messages."""
    return path if isinstance(path, str) else ".".join(map(str, path))


def changed(
    config: Any,
    paths: Iterable[Path],
    change: Callable[[Path, Any], Any],
    missing: Any = _REQUIRED,
) -> Any:
    """Return a copy of `config` in which ``change(path, value)`` stands at each path.

    Only what lies on a path is copied. `missing` is the value where a mapping has no such key;
    without it that is an error.
    """
    if isinstance(paths, str | bytes) or not isinstance(paths, Iterable):
        raise bad_argument(f"`paths` must be a sequence of paths, got {show(paths)}")
    wanted = list(paths)
    if not wanted:
        raise bad_argument("`paths` must name at least one value, got none")
    for path in wanted:
        keys = tuple(path.split(".")) if isinstance(path, str) else tuple(path)
        if not keys or keys == ("",):
            raise bad_argument(f"`paths` must hold keys joined by dots or tuples, got {show(path)}")
        config = _changed(config, keys, path, change, missing)
    return config


def _changed(
    node: Any,
    keys: tuple[Hashable, ...],
    path: Path,
    change: Callable[[Path, Any], Any],
    missing: Any,
) -> Any:
    if not keys:
        return change(path, node)
    key, rest = keys[0], keys[1:]
    if isinstance(node, Mapping):
        if key in node:
            child = node[key]
        elif missing is _REQUIRED:
            raise _not_there(path, key, node)
        else:
            child = {} if rest else missing
        new = copy.copy(node) if isinstance(node, MutableMapping) else dict(node)
        new[key] = _changed(child, rest, path, change, missing)
        return new
    if dataclasses.is_dataclass(node) and not isinstance(node, type):
        fields = [field.name for field in dataclasses.fields(node) if field.init]
        if key not in fields:
            raise _not_there(path, key, fields)
        child = _changed(getattr(node, str(key)), rest, path, change, missing)
        return dataclasses.replace(node, **{str(key): child})
    msg = (
        f"`{name_of(path)}` must lead through mappings and dataclasses, "
        f"got {show(node)} where {key!r} is looked for"
    )
    raise bad_config(msg)


def _not_there(path: Path, key: Hashable, names: Iterable[object]) -> Exception:
    found = ", ".join(str(name) for name in names) or "nothing"
    return bad_config(f"`{name_of(path)}` is not in the configuration: {key!r} not among {found}")
