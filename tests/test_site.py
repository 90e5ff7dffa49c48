"""The site of the documentation: what is gathered, and that a broken link is found."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

import polars_rating
from polars_rating import adapters
from scripts import build_docs


@pytest.fixture
def gathered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(build_docs, "DOCS", tmp_path / "docs")
    report = tmp_path / "report.html"
    report.write_text("<html></html>", encoding="utf-8")
    build_docs.gather(report)
    return tmp_path / "docs"


def test_every_link_stays_in_the_gathered_tree(gathered: Path) -> None:
    for page in gathered.rglob("*.md"):
        for target in re.findall(r"\]\(([^)\s#]+)", page.read_text(encoding="utf-8")):
            if not target.startswith("https://"):
                found = (page.parent / target).resolve()
                assert found.is_file(), f"{page.name}: {target}"
                assert found.is_relative_to(gathered.resolve()), f"{page.name}: {target}"


def test_every_public_name_is_in_the_api(gathered: Path) -> None:
    for module in (polars_rating, adapters):
        page = gathered / "api" / f"{module.__name__.replace('.', '-')}.md"
        directives = re.findall(r"^::: (\S+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        names = [x for x in module.__all__ if x != "__version__"]
        assert [x.rpartition(".")[2] for x in directives] == names
        for directive, name in zip(directives, names, strict=True):
            home, _, _ = directive.rpartition(".")
            assert getattr(importlib.import_module(home), name) is getattr(module, name)


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ('<a href="other/">x</a><a href="other/#here">x</a><a href="#there">x</a>', None),
        ('<a href="https://example.org/">x</a>', None),
        ('<a href="none/">x</a>', "index.html: none/ leads nowhere"),
        ('<img src="none.png">', "index.html: none.png leads nowhere"),
        ('<a href="other/#none">x</a>', "index.html: there is no place other/#none"),
        ('<script src="https://example.org/x.js"></script>', "loads https://example.org/x.js"),
        ('<link href="//example.org/font.css">', "loads //example.org/font.css"),
    ],
)
def test_broken_links_and_outside_files_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, wrong: str | None
) -> None:
    monkeypatch.setattr(build_docs, "SITE", tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "index.html").write_text('<h1 id="here">x</h1>', encoding="utf-8")
    (tmp_path / "index.html").write_text(f'<h1 id="there">x</h1>{body}', encoding="utf-8")
    found = build_docs.check()
    assert len(found) == (wrong is not None)
    assert wrong is None or wrong in found[0]


def test_empty_site_is_no_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_docs, "SITE", tmp_path)
    assert build_docs.check() == [f"{tmp_path}: there are no pages"]
