"""The plain Python and NumPy twin of the scores: the test oracle and the fallback engine.

Every file holds one concept in two layers: the formulas of the scoring specification on plain
numbers, and a row function with the name and the keywords of the public expression. A row maps
canonical column names to Python values, as Polars' ``df.to_dicts()`` gives them; a missing key
is a missing column. Short and obvious, never optimised; it does not import Polars.

Its functions are those of the catalogue's rows: ``polars_rating.reference.robustness`` and so on.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from polars_rating.catalog import SCORES

if TYPE_CHECKING:

    def __getattr__(name: str) -> Any: ...


for _score in SCORES.values():
    # A function takes the place of the file of its name.
    globals()[_score.name] = getattr(import_module(f"{__name__}.{_score.file}"), _score.name)
