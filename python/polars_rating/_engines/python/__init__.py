"""The plugin's functions in plain Python: rows of evidence through `polars_rating.reference`.

Nothing is computed here: `schema_check` raises what the plugin raises when a query is planned,
`rows` turns a struct of evidence into rows, `functions` hands rows to the reference with the
values that the plugin would have got.
"""

from polars_rating._engines.python.expression import expression

__all__ = ["expression"]
