"""A Google document as the API gives it: where its texts, headings and named places stand.

Places are counted in UTF-16 units from the beginning of the body, as the API counts them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sheetflow import SetupError

FIELDS = "title,revisionId,tabs(tabProperties,childTabs,documentTab(body,lists,namedRanges))"
"""All that is asked for of a document: not its styles, headers and pictures."""
OBJECT = "\ufffc"
"""Stands for what is no text, such as a picture."""

_ADDRESS = re.compile(r"https://docs\.google\.com/(?:a/[^/]+/)?document/(?:u/\d+/)?d/([\w-]+)")
_ID = re.compile(r"[\w-]{20,200}")
_HTTPS = "https://"
_RANKS = {"TITLE": 0, "SUBTITLE": 1, **{f"HEADING_{n}": n for n in range(1, 7)}}


@dataclass(frozen=True)
class Address:
    """A document, and the tab in it that is meant, "" for the first one."""

    id: str
    tab: str = ""


def address_of(text: str) -> Address | None:
    """What an address, or an id alone, leads to; None when it is neither of a Google document.

    >>> address_of("https://docs.google.com/document/d/1a-b/edit?tab=t.0#heading=h.x")
    Address(id='1a-b', tab='t.0')
    """
    text = text.strip()
    if _ID.fullmatch(text):
        return Address(text)
    found = _ADDRESS.match(text)
    if not found or text[found.end() : found.end() + 1] not in ("", "/", "?", "#"):
        return None
    return Address(found[1], parse_qs(urlsplit(text).query).get("tab", [""])[0])


def is_address(text: str) -> bool:
    """Whether it is the whole address of a Google document, and not only its id."""
    return text.startswith(_HTTPS) and address_of(text) is not None


@dataclass(frozen=True)
class Named:
    """A named range: its id, and where it stands in the body; nowhere if it stands elsewhere."""

    id: str
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Page:
    """One tab of a document at one moment. Without a `revision`, it may only be read."""

    title: str
    revision: str
    tab: str
    content: Sequence[Mapping[str, Any]]
    lists: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, found: Mapping[str, Any], tab: str = "") -> Page:
        """From the answer of documents.get. Raises SetupError when there is no such tab."""
        tabs = list(_all_tabs(found.get("tabs", ())))
        chosen = [one for one in tabs if tab in ("", one["tabProperties"]["tabId"])]
        if not chosen:
            raise SetupError(
                f'the document "{found.get("title", "")}" has no such tab.',
                hint="Take the address from the browser while that tab is open.",
            )
        inside = chosen[0].get("documentTab", {})
        return cls(
            str(found.get("title", "")),
            str(found.get("revisionId", "")),
            str(chosen[0]["tabProperties"]["tabId"]),
            inside.get("body", {}).get("content", ()),
            inside.get("lists", {}),
            inside.get("namedRanges", {}),
        )

    def named(self, name: str) -> list[Named]:
        """The ranges of this name, in no order."""
        return [_named(one) for one in self.names.get(name, {}).get("namedRanges", ())]

    def all_named(self) -> Iterator[Named]:
        """The ranges of every name."""
        for name in self.names:
            yield from self.named(name)

    def signs(self) -> Iterator[list[tuple[int, str]]]:
        """For each paragraph, also of tables, its signs, each with its place."""
        for paragraph in _paragraphs(self.content):
            yield list(signs_of(paragraph))

    def text(self, named: Named) -> str | None:
        """What stands in a named range; None when it is in several pieces, or not in the body."""
        if len(named.places) != 1:
            return None
        ((start, end),) = named.places
        return "".join(sign for line in self.signs() for at, sign in line if start <= at < end)


def signs_of(element: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """The signs of a paragraph, each with its place; OBJECT for what is no text."""
    for part in element["paragraph"].get("elements", ()):
        at = part.get("startIndex", 0)
        for sign in part["textRun"]["content"] if "textRun" in part else OBJECT:
            yield at, sign
            at += width(sign)


def text_of(element: Mapping[str, Any]) -> str:
    """The text of a paragraph, with its end."""
    return "".join(sign for _, sign in signs_of(element))


def rank_of(element: Mapping[str, Any]) -> int | None:
    """How high a heading stands: 0 for a title, 1 to 6 for others, None for what is no heading."""
    style = element.get("paragraph", {}).get("paragraphStyle", {})
    return _RANKS.get(style.get("namedStyleType", ""))


def width(text: str) -> int:
    """How many UTF-16 units a text takes."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _named(one: Mapping[str, Any]) -> Named:
    ranges = one.get("ranges", ())
    inside = all(not place.get("segmentId") for place in ranges)
    places = tuple((place.get("startIndex", 0), place["endIndex"]) for place in ranges)
    return Named(str(one["namedRangeId"]), places if inside else ())


def _paragraphs(content: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for element in content:
        if "paragraph" in element:
            yield element
        for row in element.get("table", {}).get("tableRows", ()):
            for cell in row.get("tableCells", ()):
                yield from _paragraphs(cell.get("content", ()))


def _all_tabs(tabs: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for tab in tabs:
        yield tab
        yield from _all_tabs(tab.get("childTabs", ()))
