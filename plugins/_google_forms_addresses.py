"""Addresses of Google forms, as people copy them from the browser."""

from __future__ import annotations

import re

from sheetflow import SetupError

SHEET = "https://docs.google.com/spreadsheets/d/{}"
"""Where a sheet is that a form's responses go to."""
FILE = "https://drive.google.com/file/d/{}/view"
"""Where a file is that somebody uploaded."""

_ADDRESS = re.compile(r"https://docs\.google\.com/forms/(?:u/\d+/)?d/([\w-]+)(?:[/?#].*)?")
_ID = re.compile(r"[\w-]{10,200}")
_SHORT = "https://forms.gle/"


def form_id(text: str) -> str:
    """The id in a form's address, or the id itself. Raises SetupError when it is neither.

    >>> form_id("https://docs.google.com/forms/d/1a-b/edit#responses")
    '1a-b'
    """
    text = text.strip()
    found = _ADDRESS.fullmatch(text)
    if found and found[1] != "e":
        return found[1]
    if _ID.fullmatch(text):
        return text
    if found or text.startswith(_SHORT):
        raise SetupError(
            "form: has the address for those who answer.",
            hint="Open the form as you edit it, and copy the address that ends in /edit.",
        )
    raise SetupError(
        f"{text[:60]} is not the address of a Google form.",
        hint="Copy it from the browser while you edit the form.",
    )
