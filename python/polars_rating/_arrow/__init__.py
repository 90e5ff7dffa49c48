"""Tables of any kind in and out: what `polars_rating.batch` stands on.

`io` opens what is given; `kinds`, `ipc` and `rows` read and write one form each; `tables` and
`types` are pyarrow's side; `source` is what they share. The schemas are `polars_rating.schema`.
"""
