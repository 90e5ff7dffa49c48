"""``python -m studies.walk_forward``: run the study and write what its page shows."""

from __future__ import annotations

import argparse
import sys

from studies.walk_forward import page
from studies.walk_forward.run import run


def main() -> int:
    """Run everything; with ``--check`` status 1 if the page was not what came out."""
    options = argparse.ArgumentParser(prog="python -m studies.walk_forward")
    options.add_argument("--check", action="store_true", help="status 1 if the page changes")
    check = options.parse_args().check
    before = page.PAGE.read_text("utf-8")
    page.write(run())
    changed = page.PAGE.read_text("utf-8") != before
    print(f"{page.PAGE.relative_to(page.ROOT)}: {'written' if changed else 'as it was'}")
    return int(check and changed)


if __name__ == "__main__":
    sys.exit(main())
