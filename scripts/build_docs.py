"""Gather the documentation in one tree, and check the links of the site that was built of it.

``gather`` fills ``build/docs``: the pages of ``docs/``, pages that stand elsewhere in the
repository, a page of the API per module with ``__all__``, and the report of the gallery. ``check``
reads the HTML of ``build/site``: every link within the site must lead to a file and a place in it,
and no page may load anything from elsewhere.
"""

from __future__ import annotations

import argparse
import ast
import shutil
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = ROOT / "python" / "polars_rating"
DOCS: Final = ROOT / "build" / "docs"
SITE: Final = ROOT / "build" / "site"
REPORT: Final = Path("gallery", "report.html")
ELSEWHERE: Final = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "python/polars_rating/data/README.md": "shipped-trades.md",
}
"""Pages outside of ``docs/``, and their names in the site."""
LOADED: Final = {"script": "src", "img": "src", "iframe": "src", "link": "href", "source": "src"}
"""What a page loads when it is opened, by element."""


def gather(report: Path | None) -> None:
    """Fill ``build/docs``; the report is made unless one is given."""
    shutil.rmtree(DOCS, ignore_errors=True)
    shutil.copytree(ROOT / "docs", DOCS)
    for source, name in ELSEWHERE.items():
        shutil.copy(ROOT / source, DOCS / name)
    for page in DOCS.rglob("*.md"):
        page.write_text(_relinked(page), encoding="utf-8")
    (DOCS / "api").mkdir()
    for module, names in sorted(_modules()):
        text = f"# {module}\n\n" + "".join(f"::: {name}\n\n" for name in names)
        (DOCS / "api" / f"{module.replace('.', '-')}.md").write_text(text, encoding="utf-8")
    target = DOCS / REPORT
    target.parent.mkdir(exist_ok=True)
    if report is not None:
        shutil.copy(report, target)
    else:
        from polars_rating.cli import main

        if main(["demo", "--top", "0", "--report", str(target)]):
            sys.exit("the report of the gallery could not be made")


def _relinked(page: Path) -> str:
    """Return the text of a page whose links to pages outside of ``docs/`` lead into the site."""
    text = page.read_text(encoding="utf-8")
    up = "../" * (len(page.relative_to(DOCS).parts) - 1)
    for source, name in ELSEWHERE.items():
        text = text.replace(f"]({up}../{source})", f"]({up}{name})")
    if page.name in ELSEWHERE.values() and page.parent == DOCS:
        text = text.replace("](docs/", "](")
    return text


def _modules() -> Iterator[tuple[str, list[str]]]:
    """Yield the public modules that have ``__all__``, with where the names in it are defined.

    A function may be called like a folder, so that its name in the module would not tell which.
    """
    for path in PACKAGE.rglob("*.py"):
        parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        if any(part.startswith("_") for part in parts):
            continue
        module = ".".join(["polars_rating", *parts])
        origin: dict[str, str] = {}
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom):
                origin |= {name.name: node.module or "" for name in node.names}
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                names = [name for name in ast.literal_eval(node.value) if name != "__version__"]
                yield module, [f"{origin.get(name, module)}.{name}" for name in names]


class _Page(HTMLParser):
    """The places, links and loaded files of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.places |= {value for key in ("id", "name") if (value := found.get(key))}
        link = found.get("href" if tag in ("a", "link") else "src")
        if link and found.get("rel") != "canonical":
            (self.loaded if tag in LOADED else self.links).append(link)


def check() -> list[str]:
    """Return what is wrong with the links of the site."""
    # The report makes its places when it is opened; its own tests look at it.
    others = {"404.html", REPORT.name}
    pages = {path: _Page(path) for path in SITE.rglob("*.html") if path.name not in others}
    if not pages:
        return [f"{SITE}: there are no pages"]
    wrong = []
    for path, page in pages.items():
        name = path.relative_to(SITE)
        for link in page.links + page.loaded:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                if link in page.loaded and parts.scheme != "data":
                    wrong.append(f"{name}: loads {link}")
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file():
                wrong.append(f"{name}: {link} leads nowhere")
            elif unquote(parts.fragment) not in {"", *pages.get(target, page).places}:
                wrong.append(f"{name}: there is no place {link}")
    return wrong


def main() -> None:
    """Run the command that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    made = commands.add_parser("gather", help="fill build/docs")
    made.add_argument("--report", type=Path, metavar="FILE", help="a report that was made before")
    commands.add_parser("check", help="check the links of build/site")
    arguments = parser.parse_args()
    if arguments.command == "gather":
        gather(arguments.report)
    elif wrong := check():
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
