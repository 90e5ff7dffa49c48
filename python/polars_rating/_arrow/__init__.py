"""Tables of any kind in and out: what `polars_rating.batch` stands on.

`kinds` opens what is given; `ipc` and `rows` read and write bytes and lists; `tables` and `types`
are pyarrow's side; `source` is what they share. The schemas are `polars_rating.schema`.
"""
