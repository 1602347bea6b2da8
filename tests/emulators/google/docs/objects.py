"""The kinds of `documents.batchUpdate` that put more than text into a document: breaks, images,
headers, tables, tabs.
"""

from collections.abc import Callable
from typing import Any

from tests.emulators.google.docs import editing, styling, tables
from tests.emulators.google.docs.document import Document, EditError, Tab
from tests.emulators.google.docs.requests import Kind, fields_of, place
from tests.emulators.google.docs.tape import (
    OBJECT,
    SECTION,
    Atom,
    depth,
    new_footnote,
    new_segment,
    new_table,
)

Json = dict[str, Any]
KINDS: dict[str, Kind] = {}


def kind(name: str) -> Callable[[Kind], Kind]:
    """Registers what handles a kind of request."""

    def register(function: Kind) -> Kind:
        KINDS[name] = function
        return function

    return register


def _insert_object(document: Document, request: Json, facts: Json, *, body_only: str = "") -> None:
    tab, segment, index = place(document, request)
    if body_only:
        editing.body_only(segment, body_only)
    tape = tab.segment(segment)
    editing.check_index(tape, index)
    style = editing.neighbouring_style(tape, index)
    editing.splice(tab, segment, index, [Atom(OBJECT, "", style, facts)])


@kind("insertPageBreak")
def insert_page_break(document: Document, request: Json) -> Json:
    """A page break and a line end behind it; in the body only, outside of tables."""
    tab, segment, index = place(document, request)
    if depth(tab.segment(segment), index):
        raise EditError("Cannot insert a page break inside a table.")
    _insert_object(document, request, {"pageBreak": {}}, body_only="page break")
    editing.insert_text(tab, segment, index + 1, "\n")
    return {}


@kind("insertSectionBreak")
def insert_section_break(document: Document, request: Json) -> Json:
    """A line end and a section break behind it."""
    tab, segment, index = place(document, request)
    editing.body_only(segment, "section break")
    editing.insert_text(tab, segment, index, "\n")
    section = {"sectionType": request.get("sectionType", "CONTINUOUS")}
    editing.splice(tab, segment, index + 1, [Atom(SECTION, facts=section)])
    return {}


@kind("insertPerson")
def insert_person(document: Document, request: Json) -> Json:
    """A person, as a smart chip."""
    person = {"personId": document.new_id("kix."), "personProperties": request["personProperties"]}
    _insert_object(document, request, {"person": person})
    return {}


@kind("insertRichLink")
def insert_rich_link(document: Document, request: Json) -> Json:
    """A link to a file, as a smart chip."""
    link = {
        "richLinkId": document.new_id("kix."),
        "richLinkProperties": request["richLinkProperties"],
    }
    _insert_object(document, request, {"richLink": link})
    return {}


@kind("insertInlineImage")
def insert_image(document: Document, request: Json) -> Json:
    """An image by its address, which is not fetched here."""
    tab, _, _ = place(document, request)
    object_id, uri = document.new_id("kix."), request.get("uri", "")
    if not uri.startswith(("http://", "https://")):
        raise EditError("Invalid image URI. Only HTTP and HTTPS URIs are allowed.")
    size = request.get("objectSize") or {
        side: {"magnitude": 100, "unit": "PT"} for side in ("height", "width")
    }
    held = {"imageProperties": {"contentUri": uri, "sourceUri": uri}, "size": size}
    _insert_object(document, request, {"inlineObjectElement": {"inlineObjectId": object_id}})
    properties = {"embeddedObject": held}
    tab.objects[object_id] = {"objectId": object_id, "inlineObjectProperties": properties}
    return {"insertInlineImage": {"objectId": object_id}}


def _segment_kind(name: str, plural: str) -> Kind:
    """Makes the handler for headers, or for footers: one each of the default type."""

    def create(document: Document, request: Json) -> Json:
        tab = document.tab(request.get("sectionBreakLocation", {}).get("tabId"))
        style_key = f"default{name}Id"
        if style_key in tab.style:
            raise EditError(f"Default {name.lower()} already exists.")
        segment = document.new_id("kix.")
        tab.segments[segment] = new_segment()
        tab.kinds[segment] = plural
        tab.style[style_key] = segment
        return {f"create{name}": {f"{name.lower()}Id": segment}}

    return create


def _without_segment(name: str) -> Kind:
    def delete(document: Document, request: Json) -> Json:
        tab, segment = document.tab(request.get("tabId")), request.get(f"{name.lower()}Id", "")
        if tab.style.get(f"default{name}Id") != segment:
            raise EditError(f"The {name.lower()} with ID {segment} was not found.")
        del tab.segments[segment], tab.kinds[segment], tab.style[f"default{name}Id"]
        return {}

    return delete


kind("createHeader")(_segment_kind("Header", "headers"))
kind("createFooter")(_segment_kind("Footer", "footers"))
kind("deleteHeader")(_without_segment("Header"))
kind("deleteFooter")(_without_segment("Footer"))


@kind("createFootnote")
def create_footnote(document: Document, request: Json) -> Json:
    """A reference at a place in the body, and the footnote it refers to."""
    tab, _, _ = place(document, request)
    segment = document.new_id("kix.")
    number = list(tab.kinds.values()).count("footnotes") + 1
    reference = {"footnoteId": segment, "footnoteNumber": str(number)}
    _insert_object(document, request, {"footnoteReference": reference}, body_only="footnote")
    tab.segments[segment] = new_footnote()
    tab.kinds[segment] = "footnotes"
    return {"createFootnote": {"footnoteId": segment}}


@kind("insertTable")
def insert_table(document: Document, request: Json) -> Json:
    """A line end and an empty table behind it."""
    tab, segment, index = place(document, request)
    rows, columns = request.get("rows", 0), request.get("columns", 0)
    if rows < 1 or columns < 1:
        raise EditError("The number of rows and columns must be at least 1.")
    if tab.kinds.get(segment) == "footnotes":
        raise EditError("Cannot insert a table in a footnote.")
    editing.insert_text(tab, segment, index, "\n")
    editing.splice(tab, segment, index + 1, new_table(rows, columns))
    return {}


def _table_edit(name: str, edit: Callable[[Tab, Json], None]) -> None:
    def handle(document: Document, request: Json) -> Json:
        start = request["tableCellLocation"].get("tableStartLocation", {})
        edit(document.tab(start.get("tabId")), request)
        return {}

    KINDS[name] = handle


_table_edit("insertTableRow", tables.insert_row)
_table_edit("insertTableColumn", tables.insert_column)
_table_edit("deleteTableRow", tables.delete_row)
_table_edit("deleteTableColumn", tables.delete_column)


@kind("addDocumentTab")
def add_tab(document: Document, request: Json) -> Json:
    """A tab, empty, at the end or at an index."""
    properties = request.get("tabProperties", {})
    at = properties.get("index", len(document.tabs))
    title = properties.get("title") or f"Tab {len(document.tabs) + 1}"
    tab = Tab(properties.get("tabId") or document.new_id("t."), title)
    document.tabs.insert(at, tab)
    shown = {"tabId": tab.id, "title": tab.title, "index": document.tabs.index(tab)}
    return {"addDocumentTab": {"tabProperties": shown}}


@kind("deleteTab")
def delete_tab(document: Document, request: Json) -> Json:
    """A tab and all in it; never the last one."""
    if len(document.tabs) == 1:
        raise EditError("The last tab of a document cannot be deleted.")
    document.tabs.remove(document.tab(request.get("tabId")))
    return {}


@kind("updateDocumentTabProperties")
def update_tab(document: Document, request: Json) -> Json:
    """A tab's title."""
    properties = request.get("tabProperties", {})
    tab = document.tab(properties.get("tabId"))
    names = styling.masked(
        {"title": tab.title}, properties, request.get("fields", ""), fields_of("TabProperties")
    )
    tab.title = names.get("title", "")
    return {}
