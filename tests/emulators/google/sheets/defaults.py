"""What a new spreadsheet looks like: locale, zone, default format, theme.

As the service answers for a spreadsheet that was just created.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

WHITE = {"red": 1, "green": 1, "blue": 1}
DEFAULT_FORMAT: Json = {
    "backgroundColor": WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": WHITE},
}


def _rgb(red: float, green: float, blue: float) -> Json:
    return {"rgbColor": {"red": red, "green": green, "blue": blue}}


THEME: Json = {
    "primaryFontFamily": "Arial",
    "themeColors": [
        {"colorType": "TEXT", "color": {"rgbColor": {}}},
        {"colorType": "BACKGROUND", "color": {"rgbColor": WHITE}},
        {"colorType": "ACCENT1", "color": _rgb(0.25882354, 0.52156866, 0.95686275)},
        {"colorType": "ACCENT2", "color": _rgb(0.91764706, 0.2627451, 0.20784314)},
        {"colorType": "ACCENT3", "color": _rgb(0.9843137, 0.7372549, 0.015686275)},
        {"colorType": "ACCENT4", "color": _rgb(0.20392157, 0.65882355, 0.3254902)},
        {"colorType": "ACCENT5", "color": _rgb(1, 0.42745098, 0.003921569)},
        {"colorType": "ACCENT6", "color": _rgb(0.27450982, 0.7411765, 0.7764706)},
        {"colorType": "LINK", "color": _rgb(0.06666667, 0.33333334, 0.8)},
    ],
}


def new_properties() -> Json:
    """SpreadsheetProperties of a new spreadsheet, but for its title."""
    return {
        "locale": "en_US",
        "autoRecalc": "ON_CHANGE",
        "timeZone": "Etc/GMT",
        "defaultFormat": DEFAULT_FORMAT,
        "spreadsheetTheme": THEME,
    }
