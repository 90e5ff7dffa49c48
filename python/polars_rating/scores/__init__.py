"""The scores as Polars expressions, one file each."""
