"""The kinds of `documents.batchUpdate`: each takes the document and the request, and gives its
reply.
"""

from collections.abc import Callable
from typing import Any

from tests.emulators.google.discovery import document as discovery
from tests.emulators.google.docs import editing, replacing, styling
from tests.emulators.google.docs.document import BODY, Document, EditError, NamedRange, Tab
from tests.emulators.google.docs.tape import units

Json = dict[str, Any]
Kind = Callable[[Document, Json], Json]
KINDS: dict[str, Kind] = {}
_LONGEST_NAME = 256  # of a named range, in UTF-16 units


def kind(name: str) -> Callable[[Kind], Kind]:
    """Registers what handles a kind of request."""

    def register(function: Kind) -> Kind:
        KINDS[name] = function
        return function

    return register


def fields_of(schema: str) -> frozenset[str]:
    """The fields of a schema of the API, for field masks."""
    described = discovery("docs", "v1")["schemas"][schema]
    return frozenset(described["properties"])


def place(document: Document, request: Json) -> tuple[Tab, str, int]:
    """The tab, segment and index that `location` or `endOfSegmentLocation` names.

    Raises EditError.
    """
    if "location" in request:
        location = request["location"]
        tab, segment = document.tab(location.get("tabId")), location.get("segmentId", BODY)
        tab.segment(segment)
        return tab, segment, location.get("index", 0)
    if "endOfSegmentLocation" not in request:
        raise EditError("An insertion location must be specified.")
    end = request["endOfSegmentLocation"]
    tab, segment = document.tab(end.get("tabId")), end.get("segmentId", BODY)
    return tab, segment, editing.last_index(tab, segment)


def range_of(document: Document, request: Json) -> tuple[Tab, str, int, int]:
    """The tab, segment, start and end that `range` names. Raises EditError."""
    if "range" not in request:
        raise EditError("A range must be specified.")
    span = request["range"]
    tab, segment = document.tab(span.get("tabId")), span.get("segmentId", BODY)
    tab.segment(segment)
    return tab, segment, span.get("startIndex", 0), span.get("endIndex", 0)


@kind("insertText")
def insert_text(document: Document, request: Json) -> Json:
    """Text at an index, or at the end of a segment."""
    tab, segment, index = place(document, request)
    if not request.get("text"):
        raise EditError("The text to insert must not be empty.")
    editing.insert_text(tab, segment, index, request["text"])
    return {}


@kind("deleteContentRange")
def delete_content(document: Document, request: Json) -> Json:
    """The content of a range goes."""
    editing.delete_range(*range_of(document, request))
    return {}


@kind("replaceAllText")
def replace_all(document: Document, request: Json) -> Json:
    """Each occurrence of a text becomes another one, in every segment of the tabs chosen."""
    criteria, text = request.get("containsText", {}), request.get("replaceText", "")
    tabs = document.chosen(request.get("tabsCriteria"))
    changed = sum(replacing.replace_all(tab, criteria, text) for tab in tabs)
    return {"replaceAllText": {"occurrencesChanged": changed} if changed else {}}


@kind("createNamedRange")
def create_named_range(document: Document, request: Json) -> Json:
    """A name for a range; several may have the same."""
    name = request.get("name", "")
    if not 1 <= len(units(name)) <= _LONGEST_NAME:
        raise EditError("The name must be between 1 and 256 characters.")
    tab, segment, start, end = range_of(document, request)
    styling.check_range(tab.segment(segment), start, end)
    named = NamedRange(document.new_id("kix."), name, [(segment, start, end)])
    tab.named_ranges.append(named)
    return {"createNamedRange": {"namedRangeId": named.id}}


def _named(document: Document, request: Json, name: str) -> list[tuple[Tab, NamedRange]]:
    """The named ranges that a request means, by id or by name.

    Raises EditError for an id that is not there.
    """
    by_id, by_name = request.get("namedRangeId"), request.get(name)
    if bool(by_id) == bool(by_name):
        raise EditError("Exactly one of the named range ID and name must be specified.")
    found = [
        (tab, named)
        for tab in document.chosen(request.get("tabsCriteria"))
        for named in tab.named_ranges
        if (named.id == by_id if by_id else named.name == by_name)
    ]
    if by_id and not found:
        raise EditError(f"No named range with ID {by_id} was found.")
    return found


@kind("deleteNamedRange")
def delete_named_range(document: Document, request: Json) -> Json:
    """A named range, or all of a name; the content stays."""
    for tab, named in _named(document, request, "name"):
        tab.named_ranges.remove(named)
    return {}


@kind("replaceNamedRangeContent")
def replace_named_range(document: Document, request: Json) -> Json:
    """Another text in the place of what is named."""
    for tab, named in _named(document, request, "namedRangeName"):
        replacing.replace_named(tab, named, request.get("text", ""))
    return {}


@kind("updateTextStyle")
def update_text_style(document: Document, request: Json) -> Json:
    """The style of the characters of a range."""
    tab, segment, start, end = range_of(document, request)
    tape = tab.segment(segment)
    styling.check_range(tape, start, end)
    wanted, known = request.get("textStyle", {}), fields_of("TextStyle")
    styling.update_text(tape, start, end, wanted, request.get("fields", ""), known)
    return {}


@kind("updateParagraphStyle")
def update_paragraph_style(document: Document, request: Json) -> Json:
    """The style of the paragraphs that a range touches."""
    tab, segment, start, end = range_of(document, request)
    wanted, known = request.get("paragraphStyle", {}), fields_of("ParagraphStyle")
    tape, fields = tab.segment(segment), request.get("fields", "")
    styling.update_paragraphs(document, tape, (start, end), wanted, fields, known)
    return {}


@kind("createParagraphBullets")
def create_bullets(document: Document, request: Json) -> Json:
    """List items of the paragraphs that a range touches."""
    tab, segment, start, end = range_of(document, request)
    styling.add_bullets(document, tab, segment, (start, end), request.get("bulletPreset", ""))
    return {}


@kind("deleteParagraphBullets")
def delete_bullets(document: Document, request: Json) -> Json:
    """No list items any more."""
    tab, segment, start, end = range_of(document, request)
    styling.remove_bullets(tab.segment(segment), start, end)
    return {}
