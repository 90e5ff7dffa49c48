"""``python -m benches``: print every comparison, measured side by side in one run."""

from __future__ import annotations

import sys

from benches.compare import main

if __name__ == "__main__":
    sys.exit(main())
