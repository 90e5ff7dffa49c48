"""Charts as drawings, for a page without scripts."""

from __future__ import annotations

import re
from typing import Any, Final

from polars_rating.report import theme
from polars_rating.report._extra import need

_ID: Final = re.compile(r'(\bid="|url\(#|xlink:href="#)')


def version(spec: dict[str, Any]) -> str:
    """Return the version of Vega-Lite that a specification is written for, such as ``6.4``."""
    return ".".join(spec["$schema"].rsplit("/v", 1)[1].split(".")[:2])


def draw(spec: dict[str, Any], key: str) -> str:
    """Return a specification as SVG that keeps to the width it is given; `key` marks its ids."""
    sized = {**spec, "config": theme.CONFIG}
    found: str = need("vl_convert").vegalite_to_svg(sized, vl_version=version(spec))
    found = _ID.sub(rf"\g<1>{key}-", found)
    # The page has its own ground, and the size follows the column it stands in.
    found = re.sub(r'<rect width="\d+" height="\d+" fill="transparent"/>', "", found, count=1)
    return found.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
