"""What every test may use: the helpers `tests._frames` and `tests._registry` are importable."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

# How long an example takes depends on how busy the machine is: that is no property of the code.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")
