"""Run the command line as ``python -m polars_rating``."""

from polars_rating.cli import run

if __name__ == "__main__":
    run()
