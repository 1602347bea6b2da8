"""A Google document -> the paragraphs of a message: its texts, and those looks a message can have.

Comments are no part of what the API gives, and suggestions are left out by how it is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sheetflow import Draft, Paragraph, Run

from ._google_docs_page import Page, rank_of

_NUMBERED = frozenset(("DECIMAL", "ZERO_DECIMAL", "UPPER_ALPHA", "ALPHA", "UPPER_ROMAN", "ROMAN"))
NO_TEXT = "\ue907"
"""What Google gives for a part of a text that it has no other word for."""

_LEFT_OUT = {
    "inlineObjectElement": "a picture",
    "footnoteReference": "a footnote",
    "equation": "an equation",
}


def draft_of(page: Page) -> Draft:
    """The document as a message: each paragraph with its number, as a person counts them."""
    counted: Counter[tuple[str, int]] = Counter()
    found = []
    elements = (one for one in page.content if "paragraph" in one or "table" in one)
    for number, element in enumerate(elements, start=1):
        if "table" in element:
            found.append(Paragraph((), number, left_out=("a table",)))
        else:
            found += _paragraphs(element, number, page, counted)
    return Draft(page.title, tuple(found))


def _paragraphs(
    element: Mapping[str, Any], number: int, page: Page, counted: Counter[tuple[str, int]]
) -> Iterator[Paragraph]:
    """The paragraph, and before it the line across the page that may stand in it."""
    if any("horizontalRule" in part for part in element["paragraph"].get("elements", ())):
        yield Paragraph((), number, "rule")
    yield _paragraph(element, number, page, counted)


def _paragraph(
    element: Mapping[str, Any], number: int, page: Page, counted: Counter[tuple[str, int]]
) -> Paragraph:
    inside = element["paragraph"]
    parts = inside.get("elements", ())
    left_out = tuple(dict.fromkeys(_left_out(inside)))
    runs = tuple(_ended(list(_runs(parts))))
    rank = rank_of(element)
    if rank is not None:
        return Paragraph(runs, number, "heading", max(rank, 1), left_out=left_out)
    if "bullet" in inside:
        level = int(inside["bullet"].get("nestingLevel", 0))
        ordinal = _ordinal(inside["bullet"], level, page, counted)
        return Paragraph(runs, number, "item", level, ordinal, left_out)
    return Paragraph(runs, number, left_out=left_out)


def _left_out(inside: Mapping[str, Any]) -> Iterator[str]:
    """What of a paragraph no message can hold."""
    for part in inside.get("elements", ()):
        yield from (what for key, what in _LEFT_OUT.items() if key in part)
        if NO_TEXT in part.get("textRun", {}).get("content", ""):
            yield "something that is no text, such as a drop-down,"
    if inside.get("positionedObjectIds"):
        yield "a picture"


def _runs(parts: Any) -> Iterator[Run]:
    for part in parts:
        if "textRun" in part:
            yield _run(part["textRun"]["content"], part["textRun"].get("textStyle", {}))
        elif "person" in part:
            person = part["person"].get("personProperties", {})
            address = str(person.get("email", ""))
            yield Run(person.get("name") or address, link=f"mailto:{address}" if address else "")
        elif "richLink" in part:
            link = part["richLink"].get("richLinkProperties", {})
            yield Run(link.get("title") or link.get("uri", ""), link=str(link.get("uri", "")))
        elif "dateElement" in part:
            shown = part["dateElement"].get("dateElementProperties", {})
            yield Run(str(shown.get("displayText", "")))


def _run(text: str, style: Mapping[str, Any]) -> Run:
    """Text and its look; a link within the document leads nowhere in a mail, and is none."""
    link = str(style.get("link", {}).get("url", ""))
    return Run(text, bool(style.get("bold")), bool(style.get("italic")), link)


def _ended(runs: list[Run]) -> list[Run]:
    """The runs without the paragraph's own end."""
    if runs and runs[-1].text.endswith("\n"):
        last = runs.pop()
        runs.append(Run(last.text.removesuffix("\n"), last.bold, last.italic, last.link))
    return [run for run in runs if run.text]


def _ordinal(
    bullet: Mapping[str, Any], level: int, page: Page, counted: Counter[tuple[str, int]]
) -> int | None:
    """The number of an item, as the document counts its list; None for one with a dot."""
    list_id = str(bullet.get("listId", ""))
    levels = page.lists.get(list_id, {}).get("listProperties", {}).get("nestingLevels", ())
    shape = levels[level] if level < len(levels) else {}
    for known in [key for key in counted if key[0] == list_id and key[1] > level]:
        del counted[known]
    if shape.get("glyphType") not in _NUMBERED:
        return None
    counted[list_id, level] += 1
    first = max(int(shape.get("startNumber", 1)), 0)
    return first + counted[list_id, level] - 1
