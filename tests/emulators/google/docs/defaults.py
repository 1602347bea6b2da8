"""What a new document looks like: page, section and the named styles, as Docs gives them to an
empty document.
"""

from typing import Any

Json = dict[str, Any]


def points(magnitude: float) -> Json:
    """A length in points."""
    return {"magnitude": magnitude, "unit": "PT"} if magnitude else {"unit": "PT"}


def grey(shade: float) -> Json:
    """An opaque grey; 0 is black."""
    return {"color": {"rgbColor": {"red": shade, "green": shade, "blue": shade} if shade else {}}}


# A letter page with margins of an inch.
DOCUMENT_STYLE: Json = {
    "background": {"color": {}},
    "pageNumberStart": 1,
    "marginTop": points(72),
    "marginBottom": points(72),
    "marginRight": points(72),
    "marginLeft": points(72),
    "pageSize": {"height": points(792), "width": points(612)},
    "marginHeader": points(36),
    "marginFooter": points(36),
    "useCustomHeaderFooterMargins": True,
}
SECTION_STYLE: Json = {
    "columnSeparatorStyle": "NONE",
    "contentDirection": "LEFT_TO_RIGHT",
    "sectionType": "CONTINUOUS",
}
_BORDER: Json = {"color": {}, "width": points(0), "padding": points(0), "dashStyle": "SOLID"}
_NORMAL_TEXT: Json = {
    "bold": False,
    "italic": False,
    "underline": False,
    "strikethrough": False,
    "smallCaps": False,
    "backgroundColor": {},
    "foregroundColor": grey(0),
    "fontSize": points(11),
    "weightedFontFamily": {"fontFamily": "Arial", "weight": 400},
    "baselineOffset": "NONE",
}
_NORMAL_PARAGRAPH: Json = {
    "namedStyleType": "NORMAL_TEXT",
    "alignment": "START",
    "lineSpacing": 115,
    "direction": "LEFT_TO_RIGHT",
    "spacingMode": "COLLAPSE_LISTS",
    "spaceAbove": points(0),
    "spaceBelow": points(0),
    **{f"border{side}": _BORDER for side in ("Between", "Top", "Bottom", "Left", "Right")},
    "indentFirstLine": points(0),
    "indentStart": points(0),
    "indentEnd": points(0),
    "keepLinesTogether": False,
    "keepWithNext": False,
    "avoidWidowAndOrphan": True,
    "shading": {"backgroundColor": {}},
    "pageBreakBefore": False,
}


def _named(
    kind: str, size: float, above: float, below: float, shade: float = 0, **text: bool
) -> Json:
    colour = {"foregroundColor": grey(shade)} if shade else {}
    return {
        "namedStyleType": kind,
        "textStyle": {"fontSize": points(size), **colour, **text},
        "paragraphStyle": {
            "namedStyleType": "NORMAL_TEXT",
            "direction": "LEFT_TO_RIGHT",
            "spaceAbove": points(above),
            "spaceBelow": points(below),
            "keepLinesTogether": True,
            "keepWithNext": True,
            "pageBreakBefore": False,
        },
    }


NAMED_STYLES: list[Json] = [
    {
        "namedStyleType": "NORMAL_TEXT",
        "textStyle": _NORMAL_TEXT,
        "paragraphStyle": _NORMAL_PARAGRAPH,
    },
    _named("HEADING_1", 20, 20, 6),
    _named("HEADING_2", 16, 18, 6, bold=False),
    _named("HEADING_3", 14, 16, 4, 0.2627451, bold=False),
    _named("HEADING_4", 12, 14, 4, 0.4),
    _named("HEADING_5", 11, 12, 4, 0.4),
    _named("HEADING_6", 11, 12, 4, 0.4, italic=True),
    _named("TITLE", 26, 0, 3),
    _named("SUBTITLE", 15, 0, 16, 0.4, italic=False),
]
