"""The version of the installed package; it does not take the compiled library to know."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("polars-rating")
except PackageNotFoundError:  # a checkout on the path
    __version__ = "(not installed)"
