"""How a value is printed: cleaned, in the reader's language and zone, escaped where it must be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import escape

from sheetflow.language import written
from sheetflow.language.templating.fields import ESCAPE, Empty, NotYet, stop

_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_SPECIAL = re.compile("[&<>\"']").search
"""What HTML has a meaning for; most values have none of it."""

_LEFT_TO_RIGHT = re.compile("[^\\W\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")

SAFE_SCHEMES = frozenset({"https", "http", "mailto", "tel"})
"""Where a link in a message may lead."""


def safe_link(value: Any) -> str:
    """An address that a link may lead to. Raises RowStopped for any other."""
    text = str(value).strip()
    try:
        scheme = urlsplit(text).scheme.lower()
    except ValueError:
        scheme = ""
    if scheme not in SAFE_SCHEMES or not text.isprintable() or any(c in text for c in ' <>"'):
        stop(f'"{written.clean(text, lines=False)[:40]}" is not a link')
    return quote(text, safe="%/:?#[]@!$&'()*+,;=~", errors="replace")


class Ready(str):
    """A text that is printed as it is, apart from escaping: an address, or part of one."""

    __slots__ = ()


def text_of(context: Context, value: Any) -> str:
    """The value as this template prints it, before any escaping."""
    return written.as_text(value, language=language_of(context), zone=zone_of(context))


def language_of(context: Context) -> str:
    """The language the template is rendered in, "" when it does not matter."""
    return str(_given(context, "language") or "")


def zone_of(context: Context) -> Any:
    """The time zone the template is rendered in, or None."""
    return _given(context, "zone")


def _given(context: Context, name: str) -> Any:
    return context.parent.get(name)


def printing(mode: str) -> Any:
    """The function that prints a value: on one line or several, as text or as HTML.

    In a message, a value that runs in the other direction is kept from turning its neighbours.
    """
    html, lines, turned = "html" in mode, mode != "line", _turned(mode)

    @pass_context
    def finish(context: Context, value: Any) -> str:
        if type(value) is Ready:
            return _escaped(str(value)) if html else str(value)
        text = value if type(value) is str else text_of(context, value)
        if not text.isprintable():
            text = written.clean(text, lines=lines)
        if (escaped := context.parent.get(ESCAPE)) is not None:
            text = escaped(text)
        alone = turned is not None and turned(text) is not None
        if html:
            text = _escaped(text).replace("\n", "<br>\n")
            return f"<bdi>{text}</bdi>" if alone else text
        return f"\u2068{text}\u2069" if alone else text

    return finish


def _escaped(text: str) -> str:
    return str(escape(text)) if _SPECIAL(text) else text


def _turned(mode: str) -> Callable[[str], object] | None:
    if mode in ("line", "lines"):
        return None
    return _LEFT_TO_RIGHT.search if mode.endswith("rtl") else _RIGHT_TO_LEFT.search


INNER: Mapping[str, Callable[..., Any]] = {
    "_in_link": lambda context, value: _quoted(context, value, safe=""),
    "_in_mailto": lambda context, value: _quoted(context, value, safe="@+"),
    "_link": lambda _context, value: _printed(value, safe_link),
    "_ready": lambda context, value: _one_line(context, value),
}
"""What messages put around values that stand in a link or an attribute; authors have no use for
them. A value not known yet is printed as its label here too."""


def _quoted(context: Context, value: Any, *, safe: str) -> Any:
    return _printed(value, lambda found: quote(text_of(context, found), safe, errors="replace"))


def _one_line(context: Context, value: Any) -> Any:
    return _printed(value, lambda found: written.clean(text_of(context, found), lines=False))


def _printed(value: Any, of_known: Callable[[Any], str]) -> Any:
    if isinstance(value, Empty):
        return value
    return Ready(value if isinstance(value, NotYet) else of_known(value))
