"""Packages that only the report needs: imported when it is made, named when they are missing."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any, Final

PACKAGES: Final = {
    "altair": "altair",
    "great_tables": "great_tables",
    "jinja2": "jinja2",
    "vl_convert": "vl-convert-python",
}
"""Module to the package that holds it."""


def unchecked() -> AbstractContextManager[None]:
    """Return a context in which Altair does not check what it is given: a third of the time.

    The page's own specifications are checked by the tests.
    """
    found: AbstractContextManager[None] = need("altair").utils.schemapi.debug_mode(False)
    return found


def need(module: str) -> Any:
    """Return a module of the extra ``[report]``.

    Raises
    ------
    ModuleNotFoundError
        If it is not installed; the message names the extra.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise ModuleNotFoundError(
            f"reports need {PACKAGES[module]}: pip install 'polars-rating[report]'", name=module
        ) from None
