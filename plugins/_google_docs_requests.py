"""What is to stand in a Google document -> the requests that put it there.

They are made for the document as it was just read, and sent for that revision alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheetflow import Refused, Writing

from ._google_docs_page import Page, rank_of, text_of, width

Request = Mapping[str, Any]
_PLAIN = "bold,italic,underline,strikethrough,link"
"""The looks that a line would else take over from the text before it."""


def requests_for(page: Page, writing: Writing) -> list[Request]:
    """What is to be asked; nothing when it stands there already.

    Raises Refused when the document has no such heading or place, or has it twice.
    """
    if writing.place:
        return _filling(page, writing.place, writing.text)
    if page.named(writing.mark):
        return []
    return list(_adding(page, _gap(_section(page, writing.under)), [writing]))


def requests_for_lines(
    page: Page, writings: Sequence[Writing]
) -> tuple[list[Request], Mapping[int, Refused]]:
    """What is to be asked so that all of these lines stand there, and which ones cannot, and why.

    The last place comes first, so that those before it are still where they were read.
    """
    gaps: dict[_Gap, list[Writing]] = {}
    refused: dict[int, Refused] = {}
    for number, writing in enumerate(writings):
        if page.named(writing.mark):
            continue
        try:
            gaps.setdefault(_gap(_section(page, writing.under)), []).append(writing)
        except Refused as error:
            refused[number] = error
    last_first = sorted(gaps, key=lambda gap: gap.at, reverse=True)
    return [one for gap in last_first for one in _adding(page, gap, gaps[gap])], refused


# A line


@dataclass(frozen=True)
class _Gap:
    """Where a line goes: into an empty paragraph at `at`, or as a `new` one after it."""

    at: int
    new: bool
    after_heading: bool


def _adding(page: Page, gap: _Gap, writings: Sequence[Writing]) -> Iterator[Request]:
    start = gap.at + gap.new
    lines = "\n".join(writing.line for writing in writings)
    span = _range(page, start, start + width(lines))
    text = f"\n{lines}" if gap.new else lines
    yield {"insertText": {"location": _location(page, gap.at), "text": text}}
    if gap.after_heading:
        plain = {"namedStyleType": "NORMAL_TEXT"}
        asked = {"range": span, "paragraphStyle": plain, "fields": "namedStyleType"}
        yield {"updateParagraphStyle": asked}
    yield {"updateTextStyle": {"range": span, "textStyle": {}, "fields": _PLAIN}}
    for writing in writings:
        end = start + width(writing.line)
        named = {"name": writing.mark, "range": _range(page, start, end)}
        yield {"createNamedRange": named}
        start = end + 1


def _section(page: Page, heading: str) -> Sequence[Mapping[str, Any]]:
    """A heading and what stands under it before the next one; without one, the whole document."""
    if not heading:
        return page.content
    headings = [n for n, element in enumerate(page.content) if rank_of(element) is not None]
    found = [n for n in headings if _same(text_of(page.content[n]), heading)]
    if not found:
        raise Refused(
            f'"{page.title}" has no heading "{heading}".',
            hint="Write the heading there, or correct under: in the recipe.",
        )
    if len(found) > 1:
        raise Refused(f'"{page.title}" has the heading "{heading}" twice.', hint="Rename one.")
    (first,) = found
    end = next((n for n in headings if n > first), len(page.content))
    return page.content[first:end]


def _gap(section: Sequence[Mapping[str, Any]]) -> _Gap:
    """Below the last thing in a section that says something."""
    last = max((n for n, one in enumerate(section) if _says_something(one)), default=-1)
    if last < 0:  # nothing but the break before the first paragraph
        section, last = [one for one in section if "paragraph" in one], -1
    after = section[last + 1] if last + 1 < len(section) else None
    if after is not None and "paragraph" in after:
        return _Gap(after.get("startIndex", 0), False, rank_of(after) is not None)
    end = section[last]["endIndex"] - 1
    return _Gap(end, True, rank_of(section[last]) is not None)


def _says_something(element: Mapping[str, Any]) -> bool:
    return "table" in element or ("paragraph" in element and bool(text_of(element).strip()))


# A place


def _filling(page: Page, name: str, text: str) -> list[Request]:
    marks, ranges = _placeholders(page, name), page.named(name)
    if not marks and not ranges:
        raise Refused(
            f'"{page.title}" has no place "{name}".',
            hint=f"Write {{{{{name}}}}} where it is to stand.",
        )
    filling = [
        one for start, end in reversed(marks) for one in _filled(page, start, end, name, text)
    ]
    replacing: list[Request] = [
        {"replaceNamedRangeContent": {"namedRangeId": found.id, "text": text}}
        for found in ranges
        if page.text(found) != text
    ]
    return [*filling, *replacing]


def _placeholders(page: Page, name: str) -> list[tuple[int, int]]:
    """Where {{NAME}} stands, the first one first: never in what was written by a step."""
    wanted = re.compile(rf"\{{\{{\s*{re.escape(name)}\s*\}}\}}", re.IGNORECASE)
    taken = [place for found in page.all_named() for place in found.places]
    places = []
    for line in page.signs():
        for match in wanted.finditer("".join(sign for _, sign in line)):
            start, end = line[match.start()][0], line[match.end() - 1][0] + 1
            if not any(a < end and start < b for a, b in taken):
                places.append((start, end))
    return places


def _filled(page: Page, start: int, end: int, name: str, text: str) -> Iterator[Request]:
    """In place of {{NAME}}: the text, with the look of its first brace, and the name as a range."""
    long = width(text)
    yield {"insertText": {"location": _location(page, start + 1), "text": text}}
    yield {"deleteContentRange": {"range": _range(page, start + 1 + long, end + long)}}
    yield {"deleteContentRange": {"range": _range(page, start, start + 1)}}
    yield {"createNamedRange": {"name": name, "range": _range(page, start, start + long)}}


def _location(page: Page, index: int) -> Mapping[str, Any]:
    return {"index": index, "tabId": page.tab}


def _range(page: Page, start: int, end: int) -> Mapping[str, Any]:
    return {"startIndex": start, "endIndex": end, "tabId": page.tab}


def _same(text: str, other: str) -> bool:
    return " ".join(text.split()).casefold() == " ".join(other.split()).casefold()
