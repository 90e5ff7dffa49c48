"""Defects of older Polars versions that no plugin can get around.

Each was seen without this package or before its code is reached; the tests of what they break
are skipped there.
"""

from __future__ import annotations

from typing import Final

import polars as pl

VERSION: Final = tuple(int(part) for part in pl.__version__.split(".")[:2])

SLICED_ARRAYS: Final = VERSION >= (1, 43)
"""Before, a sliced Array column with nulls reaches a plugin with its offset counted twice."""
NESTED_TIMES_FROM_ARROW: Final = VERSION >= (1, 44)
"""Before, ``pl.struct`` panics on List(Struct) with times that came from Arrow."""
