"""Lets the property tests import their strategies."""

from __future__ import annotations

import sys
from pathlib import Path

# Tests are imported without their folder on the path (import mode importlib).
sys.path.insert(0, str(Path(__file__).parent))
