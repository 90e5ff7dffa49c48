"""Run the command line as ``python -m polars_rating``."""

import sys

from polars_rating.cli import main

if __name__ == "__main__":
    sys.exit(main())
