"""The version stands in one place, and a tag that says another one is refused."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from scripts.check_version import problems

ROOT = Path(__file__).parents[1]
VERSION = tomllib.loads((ROOT / "Cargo.toml").read_text("utf-8"))["package"]["version"]


def test_tag_must_say_the_version() -> None:
    assert problems("branch", "main") == []
    assert problems("tag", f"v{VERSION}") == []
    assert problems("tag", "v99.0.0") == [
        f"the tag must be v{VERSION}, as in Cargo.toml, got v99.0.0"
    ]


def test_version_stands_in_one_place() -> None:
    text = re.compile(rf"(?<![\d.]){re.escape(VERSION)}(?![\d.])")
    for name in ("pyproject.toml", "Makefile", "README.md", "python/polars_rating/_version.py"):
        assert not text.search((ROOT / name).read_text("utf-8")), name


def test_release_tests_the_floor_of_the_makefile() -> None:
    floor = re.search(r"^FLOOR := polars==(\S+)$", (ROOT / "Makefile").read_text("utf-8"), re.M)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert floor is not None
    assert f"polars>={floor[1]}" in project["dependencies"]
