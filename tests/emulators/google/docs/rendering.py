"""A document as the JSON of the API: structural elements with their indexes, out of the tape."""

from typing import Any

from tests.emulators.google.docs.defaults import DOCUMENT_STYLE, SECTION_STYLE
from tests.emulators.google.docs.document import BODY, Document, NamedRange, Tab
from tests.emulators.google.docs.tape import (
    CELL,
    CHARACTER,
    NEWLINE,
    OBJECT,
    ROW,
    SECTION,
    TABLE,
    TABLE_END,
    Atom,
    Tape,
    joined,
)

Json = dict[str, Any]


def rendered(
    document: Document, title: str, *, with_tabs: bool, may_edit: bool, view: str = ""
) -> Json:
    """The `Document` resource; its content within `tabs` when the caller asked for tabs, else at
    the top.
    """
    shown: Json = {
        "title": title,
        "documentId": document.id,
        "suggestionsViewMode": "SUGGESTIONS_INLINE",
    }
    if may_edit:
        shown["revisionId"] = document.revision_id
    usual = "SUGGESTIONS_INLINE" if may_edit else "PREVIEW_WITHOUT_SUGGESTIONS"
    shown["suggestionsViewMode"] = view or usual
    if with_tabs:
        tabs = enumerate(document.tabs)
        return {**shown, "tabs": [_tab(tab, number) for number, tab in tabs]}
    return {**shown, **content(document.tabs[0])}


def _tab(tab: Tab, number: int) -> Json:
    properties = {"tabId": tab.id, "title": tab.title, "index": number}
    return {"tabProperties": properties, "documentTab": content(tab)}


def content(tab: Tab) -> Json:
    """Body, headers, footers, footnotes, styles, lists and named ranges of one tab."""
    shown: Json = {
        "body": {"content": elements(tab.segments[BODY])},
        "documentStyle": {**DOCUMENT_STYLE, **tab.style},
        "namedStyles": {"styles": list(tab.named_styles().values())},
    }
    for segment, kind in tab.kinds.items():
        name = f"{kind[:-1]}Id"
        held = {name: segment, "content": elements(tab.segments[segment])}
        shown.setdefault(kind, {})[segment] = held
    if tab.lists:
        shown["lists"] = {key: {"listProperties": value} for key, value in tab.lists.items()}
    if tab.objects:
        shown["inlineObjects"] = tab.objects
    if tab.named_ranges:
        shown["namedRanges"] = _named_ranges(tab.named_ranges)
    return shown


def _named_ranges(ranges: list[NamedRange]) -> Json:
    shown: Json = {}
    for named in ranges:
        group = shown.setdefault(named.name, {"name": named.name, "namedRanges": []})
        places = [_place(place) for place in named.places]
        held = {"namedRangeId": named.id, "name": named.name, "ranges": places}
        group["namedRanges"].append(held)
    return shown


def _place(place: tuple[str, int, int]) -> Json:
    segment, start, end = place
    shown: Json = {"startIndex": start, "endIndex": end}
    return {"segmentId": segment, **shown} if segment else shown


def elements(tape: Tape) -> list[Json]:
    """The structural elements of a whole segment."""
    found, _ = _Reader(tape).elements(0)
    return found


def _span(start: int, end: int) -> Json:
    """Start and end; the service leaves out a start of 0."""
    return {**({"startIndex": start} if start else {}), "endIndex": end}


class _Reader:
    """Reads a tape from left to right; each method gives what it read and the index behind it."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape

    def elements(self, at: int) -> tuple[list[Json], int]:
        """Elements up to the end of the segment or of the cell."""
        found: list[Json] = []
        while at < len(self.tape) and self.tape[at].kind not in (ROW, CELL, TABLE_END):
            element, at = self.element(at)
            found.append(element)
        return found, at

    def element(self, at: int) -> tuple[Json, int]:
        """One section break, table or paragraph."""
        kind = self.tape[at].kind
        if kind == SECTION:
            style = {**SECTION_STYLE, **self.tape[at].facts}
            return {**_span(at, at + 1), "sectionBreak": {"sectionStyle": style}}, at + 1
        if kind == TABLE:
            return self.table(at)
        return self.paragraph(at)

    def table(self, at: int) -> tuple[Json, int]:
        """A table with its rows."""
        start, facts, rows = at, self.tape[at].facts, []
        at += 1
        while self.tape[at].kind == ROW:
            row, at = self.row(at)
            rows.append(row)
        columns = [{"widthType": "EVENLY_DISTRIBUTED"} for _ in range(facts["columns"])]
        table = {
            "rows": len(rows),
            "columns": facts["columns"],
            "tableRows": rows,
            "tableStyle": {"tableColumnProperties": facts.get("widths") or columns},
        }
        return {**_span(start, at + 1), "table": table}, at + 1

    def row(self, at: int) -> tuple[Json, int]:
        """A row with its cells."""
        start, facts, cells = at, self.tape[at].facts, []
        at += 1
        while self.tape[at].kind == CELL:
            cell_start, style = at, self.tape[at].facts
            held, at = self.elements(at + 1)
            span = {"rowSpan": 1, "columnSpan": 1, "backgroundColor": {}, "contentAlignment": "TOP"}
            cells.append(
                {**_span(cell_start, at), "content": held, "tableCellStyle": {**span, **style}}
            )
        style = {"minRowHeight": {"unit": "PT"}, **facts}
        return {**_span(start, at), "tableCells": cells, "tableRowStyle": style}, at

    def paragraph(self, at: int) -> tuple[Json, int]:
        """A paragraph with its runs and objects, its style and bullet."""
        start, parts = at, []
        while self.tape[at].kind in (CHARACTER, OBJECT):
            part, at = self.part(at)
            parts.append(part)
        end = self.tape[at]
        _end_line(parts, at, end)
        shown: Json = {
            "elements": parts,
            "paragraphStyle": {"direction": "LEFT_TO_RIGHT", **end.facts["style"]},
        }
        if "bullet" in end.facts:
            shown["bullet"] = {"textStyle": {}, **end.facts["bullet"]}
        return {**_span(start, at + 1), "paragraph": shown}, at + 1

    def part(self, at: int) -> tuple[Json, int]:
        """A run of characters of one style, or one object."""
        atom, start = self.tape[at], at
        if atom.kind == OBJECT:
            (name, body), *_ = atom.facts.items()
            return {**_span(at, at + 1), name: {**body, "textStyle": dict(atom.style)}}, at + 1
        while self.tape[at].kind == CHARACTER and self.tape[at].style == atom.style:
            at += 1
        text = joined(held.text for held in self.tape[start:at])
        return {**_span(start, at), "textRun": {"content": text, "textStyle": dict(atom.style)}}, at


def _end_line(parts: list[Json], at: int, end: Atom) -> None:
    """Adds the line end to the last run when it looks alike, else as a run of its own."""
    assert end.kind == NEWLINE
    last = parts[-1].get("textRun") if parts else None
    if last and last["textStyle"] == end.style:
        last["content"] += "\n"
        parts[-1]["endIndex"] = at + 1
    else:
        run = {"content": "\n", "textStyle": dict(end.style)}
        parts.append({**_span(at, at + 1), "textRun": run})
