"""A write aimed at an earlier revision: its indexes, moved by what others have edited since."""

from typing import Any

from tests.emulators.google.docs.document import BODY, Document, Edit

Json = dict[str, Any]
_PLACES = ("index", "startIndex", "endIndex")


def edits_since(document: Document, revision_id: str) -> tuple[Document, list[Edit]] | None:
    """The state of a revision and all edits after it; None when the revision is not remembered."""
    if revision_id == document.revision_id:
        return document, []
    edits: list[Edit] = []
    for state, after in reversed(document.past):
        edits = [*after, *edits]
        if state.revision_id == revision_id:
            return state, edits
    return None


def moved_request(request: Json, edits: list[Edit], first_tab: str) -> Json:
    """A request with each of its indexes where that place is after the edits."""
    place = (request.get("tabId") or first_tab, request.get("segmentId", BODY))
    moved: Json = {}
    for key, value in request.items():
        if key in _PLACES and isinstance(value, int):
            moved[key] = _index_after(value, place, edits, stays=key == "endIndex")
        elif isinstance(value, dict):
            moved[key] = moved_request(value, edits, first_tab)
        else:
            moved[key] = value
    return moved


def _index_after(index: int, place: tuple[str, str], edits: list[Edit], *, stays: bool) -> int:
    for edit in edits:
        if (edit.tab, edit.segment) == place:
            index = _shifted(index, edit, stays=stays)
    return index


def _shifted(index: int, edit: Edit, *, stays: bool = False) -> int:
    """An index after an edit; one within what was taken out goes to its start, one at its start
    behind what was put there unless it stays.
    """
    if index < edit.index or (stays and index == edit.index):
        return index
    if index >= edit.index + edit.removed:
        return index + edit.added - edit.removed
    return edit.index + edit.added


def edits_after(edits: list[Edit], own: list[Edit]) -> list[Edit]:
    """The others' edits as they would have been made after one's own."""
    for mine in own:
        moved, current = [], mine
        for edit in edits:
            same = (edit.tab, edit.segment) == (current.tab, current.segment)
            moved.append(_moved(edit, current, first=True) if same else edit)
            current = _moved(current, edit, first=False) if same else current
        edits = moved
    return edits


def _moved(edit: Edit, by: Edit, *, first: bool) -> Edit:
    """One edit after another one; of two at the same index, the one that is `first` stays."""
    index = _shifted(edit.index, by, stays=first)
    return Edit(edit.tab, edit.segment, index, edit.removed, edit.added)
