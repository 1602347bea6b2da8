"""Text as people type and paste it, cleaned before anything is made of it.

Lengths are bounded before Unicode is normalised: ten thousand combining marks on one letter would
take minutes otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time

from sheetflow.values import CellError

LONGEST = 32_767
"""Characters in the longest text that is used; what a cell of Excel holds."""

MOST_MARKS = 30
"""Combining marks in a row beyond which it is no writing (Unicode's Stream-Safe Text Format)."""

_COMPARED = 500
_ERROR = re.compile(r"#[¡¿]?[A-ZÄÉÖÜ0-9/_]{2,20}[!?]|#N/[AD]|#N/?V|Err:\d{3}|Loading(…|\.\.\.)")
_SPACES = re.compile(r"\s+")
_INVISIBLE = ("Cf", "Cc", "Cs")
_SHY = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
_HIDDEN = re.compile(f"[{_SHY}\u3164\ufe00-\ufe0f\ufeff\uffa0]")


def shown(raw: object) -> str:
    """A raw cell as a person sees it; numbers without the `.0` that a program added."""
    match raw:
        case None:
            return ""
        case str():
            return raw
        case bool():
            return "TRUE" if raw else "FALSE"
        case float() if raw.is_integer() and abs(raw) < 1e15:
            return str(int(raw))
        case datetime():
            return raw.isoformat(" ", "minutes" if not raw.second else "seconds")
        case date():
            return raw.isoformat()
        case time():
            return raw.strftime("%H:%M")
        case _:
            return str(raw)


def error_in(raw: object) -> str:
    """The error that a cell shows instead of a value, `#REF!`, `#N/A` or `Loading…`, or ""."""
    if isinstance(raw, CellError):
        return raw.text
    if isinstance(raw, str) and len(raw) < 30 and raw[:1] in "#EL \t":
        text = raw.strip()
        return text if _ERROR.fullmatch(text) else ""
    return ""


def without_hidden(text: str) -> str:
    """One line without invisible characters; each run of spaces of any kind is one space."""
    if text.isprintable():  # no control characters, and no spaces but the usual one
        return " ".join((text if text.isascii() else _HIDDEN.sub("", text)).split())
    kept = _SPACES.sub(" ", _HIDDEN.sub("", text))
    return "".join(c for c in kept if unicodedata.category(c) not in _INVISIBLE).strip()


def trimmed(text: str) -> str:
    """The same text without space and invisible characters around it, and nothing broken in it.

    What is inside stays: joiners make up emoji and are letters' glue in Persian or Hindi.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    if not text.isprintable():
        text = "".join(c for c in text if c in "\n\t" or not _is_control(c))
    start, end = 0, len(text)
    while start < end and _is_around(text[start]):
        start += 1
    while end > start and _is_around(text[end - 1]):
        end -= 1
    return text[start:end]


def is_overlong(text: str) -> bool:
    """Whether the text is too long, or too overgrown with marks, to make anything of it."""
    if len(text) > LONGEST:
        return True
    if text.isascii() or len(text) <= MOST_MARKS:
        return False
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks > MOST_MARKS:
            return True
    return False


def normal(text: object) -> str:
    """A text as it is compared: no case, no invisible characters, one spelling for each letter."""
    found = shown(text)[:_COMPARED]
    if found.isascii():
        return " ".join(found.casefold().split())
    if is_overlong(found):
        found = "".join(c for c in found if not unicodedata.combining(c))
    return without_hidden(unicodedata.normalize("NFKC", found)).casefold()


def _is_around(char: str) -> bool:
    return char.isspace() or _HIDDEN.match(char) is not None


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs")
