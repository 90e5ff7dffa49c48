"""Colours and type of the charts, one set for notebooks, pages and files.

The charts are drawn in the light colours. A page that is shown dark maps each of them to another
one in its style sheet, by the attributes of the drawing, so that nothing is drawn again. Blue
against vermilion, and grey for what is out of the race, can be told apart by the colour-blind.
"""

from __future__ import annotations

from typing import Any, Final

INK: Final = "#1c2733"
MUTED: Final = "#5c6b7a"
LINE: Final = "#dde3e9"
SERIES: Final = "#2b6595"
SOFT: Final = "#a9c6de"
LOSS: Final = "#c2552d"
OUT: Final = "#9aa5b1"
DARK: Final = {
    INK: "#e8edf2",
    MUTED: "#9eabb8",
    LINE: "#2b3642",
    SERIES: "#6fb0e0",
    SOFT: "#31597b",
    LOSS: "#ea8a63",
    OUT: "#616e7b",
}
"""Colour of the light page to that of the dark one."""
FONT: Final = 'system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif'
SCHEME: Final = "viridis"
"""Colours of the plateau: even in brightness, and readable by the colour-blind."""

CONFIG: Final[dict[str, Any]] = {
    "background": "transparent",
    "font": FONT,
    "padding": 4,
    "view": {"stroke": None},
    "axis": {
        "domainColor": LINE,
        "gridColor": LINE,
        "labelColor": MUTED,
        "labelFontSize": 11,
        "labelPadding": 5,
        "tickColor": LINE,
        "tickSize": 4,
        "titleColor": MUTED,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "titlePadding": 8,
    },
    "axisX": {"grid": False},
    "axisY": {"domain": False, "ticks": False},
    "legend": {
        "labelColor": MUTED,
        "labelFontSize": 11,
        "titleColor": MUTED,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
    },
    "title": {
        "anchor": "start",
        "color": INK,
        "fontSize": 13,
        "fontWeight": 600,
        "offset": 12,
        "subtitleColor": MUTED,
        "subtitleFontSize": 11,
        "subtitlePadding": 4,
    },
}


def dark_rules() -> str:
    """Return the style rules that give the drawings of a dark page their colours."""
    return "".join(
        f'.chart svg [{attribute}="{light}"]{{{attribute}:{dark}}}'
        for light, dark in DARK.items()
        for attribute in ("fill", "stroke")
    )
