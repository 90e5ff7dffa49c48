"""The plugin's functions in plain Python: rows of evidence through `polars_rating.reference`.

Nothing is computed here: `rows` turns a struct of evidence into rows, `stand_ins` makes one row
out of dtypes alone, `functions` hands rows to the reference with the values that the plugin would
have got.
"""

from polars_rating._python_engine.expression import expression

__all__ = ["expression"]
