"""Check that a tag says the version of the package: ``check_version.py tag v0.1.0``.

The version stands in ``Cargo.toml``; maturin and the installed metadata take it from there. The
changelog must have a section of it.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]


def problems(kind: str, name: str) -> list[str]:
    """Return what is wrong with releasing under a git reference of a kind, branch or tag."""
    version = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["package"]["version"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = []
    if "version" in project or "version" not in project["dynamic"]:
        found.append("pyproject.toml: the version must be dynamic, Cargo.toml has it")
    if kind == "tag":
        if name != f"v{version}":
            found.append(f"the tag must be v{version}, as in Cargo.toml, got {name}")
        if f"## [{version}]\n" not in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"):
            found.append(f"CHANGELOG.md: there is no section [{version}]")
    return found


if __name__ == "__main__":
    if wrong := problems(*sys.argv[1:3]):
        sys.exit("\n".join(wrong))
