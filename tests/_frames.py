"""Taking the lists of a frame apart."""

from __future__ import annotations

import polars as pl


def items_of(lists: pl.Series) -> pl.Series:
    """Return the items of all lists; the defaults of Polars' explode differ between versions."""
    return pl.concat([items for items in lists if items is not None]).rename(lists.name)
