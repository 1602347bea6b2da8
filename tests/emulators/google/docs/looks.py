"""The kinds of `documents.batchUpdate` that change the look of tables, sections, images and the
page.
"""

from dataclasses import replace
from typing import Any

from tests.emulators.google.docs import styling, tables
from tests.emulators.google.docs.document import BODY, Document, EditError
from tests.emulators.google.docs.requests import Kind, fields_of, range_of
from tests.emulators.google.docs.tape import SECTION, Tape

Json = dict[str, Any]
KINDS: dict[str, Kind] = {}


def kind(name: str) -> Any:
    """Registers what handles a kind of request."""

    def register(function: Kind) -> Kind:
        KINDS[name] = function
        return function

    return register


def _table(document: Document, start: Json) -> tuple[Tape, tables.Layout]:
    tape = document.tab(start.get("tabId")).segment(start.get("segmentId", BODY))
    return tape, tables.layout(tape, start.get("index", 0))


@kind("updateTableCellStyle")
def update_cell_style(document: Document, request: Json) -> Json:
    """The style of the cells of a range, or of a whole table."""
    tape, places = tables.cells_of(document.tabs[0], request)
    known, wanted = fields_of("TableCellStyle"), request.get("tableCellStyle", {})
    tables.restyle(tape, places, styling.masked({}, wanted, request.get("fields", ""), known))
    return {}


@kind("updateTableRowStyle")
def update_row_style(document: Document, request: Json) -> Json:
    """The style of the rows named, or of all."""
    tape, table = _table(document, request["tableStartLocation"])
    rows = request.get("rowIndices") or range(len(table.rows))
    known, wanted = fields_of("TableRowStyle"), request.get("tableRowStyle", {})
    style = styling.masked({}, wanted, request.get("fields", ""), known)
    tables.restyle(tape, [table.rows[row] for row in rows], style)
    return {}


@kind("updateTableColumnProperties")
def update_columns(document: Document, request: Json) -> Json:
    """Width of the columns named, or of all."""
    tape, table = _table(document, request["tableStartLocation"])
    count = len(table.cells[0])
    widths = tape[table.start].facts.get("widths") or [{"widthType": "EVENLY_DISTRIBUTED"}] * count
    wanted, known = request.get("tableColumnProperties", {}), fields_of("TableColumnProperties")
    chosen = set(request.get("columnIndices") or range(count))
    fields = request.get("fields", "")
    new = [
        styling.masked(held, wanted, fields, known) if at in chosen else held
        for at, held in enumerate(widths)
    ]
    tables.restyle(tape, [table.start], {"widths": new})
    return {}


@kind("updateDocumentStyle")
def update_document_style(document: Document, request: Json) -> Json:
    """Page size, margins and the like."""
    tab, known = document.tab(request.get("tabId")), fields_of("DocumentStyle")
    wanted = request.get("documentStyle", {})
    tab.style = styling.masked(tab.style, wanted, request.get("fields", ""), known)
    return {}


@kind("pinTableHeaderRows")
def pin_rows(document: Document, request: Json) -> Json:
    """The first rows repeat on each page as headers, the others do not."""
    tape, table = _table(document, request["tableStartLocation"])
    count = request.get("pinnedHeaderRowsCount", 0)
    if not 0 <= count <= len(table.rows):
        raise EditError("The number of pinned rows must not be more than the rows of the table.")
    tables.restyle(tape, table.rows[:count], {"tableHeader": True})
    tables.restyle(tape, table.rows[count:], {"tableHeader": False})
    return {}


@kind("updateSectionStyle")
def update_section_style(document: Document, request: Json) -> Json:
    """The sections that a range touches."""
    tab, segment, start, end = range_of(document, request)
    tape, known = tab.segment(segment), fields_of("SectionStyle")
    styling.check_range(tape, start, end)
    wanted, fields = request.get("sectionStyle", {}), request.get("fields", "")
    first = max(at for at in range(start + 1) if tape[at].kind == SECTION)
    for at in [first, *(at for at in range(start + 1, end) if tape[at].kind == SECTION)]:
        facts = styling.masked(tape[at].facts, wanted, fields, known)
        tape[at] = replace(tape[at], facts=facts)
    return {}


@kind("updateNamedStyle")
def update_named_style(document: Document, request: Json) -> Json:
    """What headings, titles and normal text look like."""
    tab, wanted = document.tab(request.get("tabId")), request.get("namedStyle", {})
    name = wanted.get("namedStyleType", "")
    if name not in tab.named_styles():
        raise EditError("A named style type must be specified.")
    held, known = tab.named_styles()[name], fields_of("NamedStyle")
    new = styling.masked(held, wanted, request.get("fields", ""), known)
    tab.restyled = {**tab.restyled, name: {**new, "namedStyleType": name}}
    return {}


@kind("replaceImage")
def replace_image(document: Document, request: Json) -> Json:
    """Another image in the place of one."""
    tab, name = document.tab(request.get("tabId")), request.get("imageObjectId", "")
    if name not in tab.objects:
        raise EditError(f"The image with ID {name} was not found.")
    embedded = tab.objects[name]["inlineObjectProperties"]["embeddedObject"]
    uri = request.get("uri", "")
    embedded["imageProperties"] = {"contentUri": uri, "sourceUri": uri}
    return {}
