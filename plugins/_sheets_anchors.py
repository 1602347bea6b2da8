"""Anchors: marks on rows that go where the row goes, so that a write finds its row again.

Google resolves developer metadata when it writes: after a sort, an insert or a move, the anchor's
row is still the same row, and a deleted row is found no more. An anchor is set where a row was
read, and is good for whichever row it came to be on; so what the same request gives back is
compared with what was read, and where another row has got the anchor, everything is read anew.
Columns with a header get anchors, too: no write can name both a row and a column, but they tell
afterwards where each column went.

Ids are chosen by us, so that they cost nothing: the keys of a tab share 30,000 characters, and two
of them are 15,000 rows. What is left over from earlier runs is taken away when that comes near.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sheetflow import Refused, SheetRow, TableBusy, TableChanged

from ._sheets_client import Book
from ._sheets_growth import grown, must_still_be, put_right
from ._sheets_merging import runs_of
from ._sheets_reading import ANCHOR, MADE
from ._sheets_tab import Mark, Reading, changed

ROOM = 29_000
"""Characters of metadata on a tab that are used; 30,000 are allowed."""

TRIES = 2
"""How often a table or filter is made wider in a request that Google turns down."""

_IDS = 2**31 - 1


def held(
    book: Book,
    reading: Reading,
    marks: Sequence[Mark],
    *,
    header: Mark | None,
    who: Sequence[int] | None,
    columns: Sequence[int],
    more: Sequence[Mapping[str, Any]] = (),
) -> Reading:
    """The reading with an anchor on each of these rows, and with room for new columns.

    One request, and none where all is there already. `columns` are those that are to come, `more`
    goes along with it. Raises TableChanged when a row is another one now.
    """
    rows = list(dict.fromkeys([*marks, *([header] if header else [])]))
    known = tuple(who) if who is not None else None
    new_ids = _numbers(reading, [mark for mark in rows if not mark.anchor])
    removals = _room(reading, new_ids, rows)
    width = max(columns, default=-1) + 1
    growth = grown(reading, header, columns) if book.turned_down < TRIES else []
    requests = [*_wider(reading, width), *growth, *removals]
    requests += [_anchor(reading.tab, "ROWS", m.index, number) for m, number in new_ids.items()]
    loose = [] if removals else _loose_columns(reading, header, width, len(new_ids))
    if not requests and not (width and loose):
        return replace(reading, header=header, who=known)
    for column in loose:
        value = MADE if column in columns else ""
        requests.append(_anchor(reading.tab, "COLUMNS", column, _number(reading), value))
    runs = [] if removals else runs_of((mark.index for mark in rows), reading)
    if growth:
        must_still_be(book, reading)
    new = _asked(book, [*requests, *more], reading, runs, is_growing=bool(growth))
    if growth and header and new.size != (reading.size[0], max(reading.size[1], width)):
        put_right(book, reading, header)
        raise changed(reading)
    if runs:
        set_ = len(ANCHOR) * (len(new_ids) + len(loose))
        set_ += len(MADE) * len(set(loose) & set(columns))
        new = replace(new, weight=reading.weight + set_)
    return _checked(reading, replace(new, log=reading.log, who=known), rows, new_ids, header)


def _asked(
    book: Book,
    requests: Sequence[Mapping[str, Any]],
    reading: Reading,
    runs: Sequence[range],
    *,
    is_growing: bool,
) -> Reading:
    """The tab after these requests. It is noted when ones that make a table wider are refused."""
    try:
        return book.changed(requests, reading, runs)
    except TableChanged as error:
        book.turned_down += is_growing and isinstance(error.__cause__, Refused)
        raise


def tried(book: Book, anchor: int) -> None:
    """Raise TableBusy unless the tab may be written: an anchor is told to be what it is.

    No reading tells it: whoever may only look is given the same cells.
    """
    lookup = {"developerMetadataLookup": {"metadataId": anchor}}
    same = {"dataFilters": [lookup], "developerMetadata": {"metadataKey": ANCHOR}}
    book.change([{"updateDeveloperMetadata": {**same, "fields": "metadataKey"}}])


def same_row(was: SheetRow | None, now: SheetRow | None, who: Sequence[int] | None) -> bool:
    """Whether two readings of a row say the same of who it is; without `who`, the same of all."""
    before = was.cells if was else ()
    after = now.cells if now else ()
    columns = range(max(len(before), len(after))) if who is None else who
    return all(at(before, column) == at(after, column) for column in columns)


def _checked(
    old: Reading,
    new: Reading,
    rows: Sequence[Mark],
    given: Mapping[Mark, int],
    header: Mark | None,
) -> Reading:
    """The new reading, when each row is the one that it was."""
    before, after = old.by_index, new.by_index
    now: dict[Mark, Mark] = {}
    for mark in rows:
        index = new.anchors.get(given.get(mark, mark.anchor))
        who = None if mark == header else new.who
        if index is None or not same_row(before.get(mark.index), after.get(index), who):
            raise changed(new)
        now[mark] = Mark(given.get(mark, mark.anchor), index)
    return replace(new, header=now[header] if header else None, now=now)


def _wider(reading: Reading, width: int) -> list[dict[str, Any]]:
    missing = width - reading.size[1]
    if missing <= 0:
        return []
    return [
        {"appendDimension": {"sheetId": reading.tab, "dimension": "COLUMNS", "length": missing}}
    ]


def _room(
    reading: Reading, new: Mapping[Mark, int], needed: Sequence[Mark]
) -> list[dict[str, Any]]:
    """Take anchors away that no row needs now, when there is no room for the new ones.

    Raises TableBusy when there is none all the same.
    """
    over = reading.weight + len(ANCHOR) * len(new) - ROOM
    if not new or over <= 0:
        return []
    kept = {mark.anchor for mark in needed}
    left = [anchor for anchor in reading.anchors if anchor not in kept]
    if over > len(ANCHOR) * len(left):
        raise TableBusy(
            f'"{reading.title}" has no room for the marks that Sheetflow puts on rows.',
            hint="Another program has filled it with developer metadata: let it clean up.",
        )
    return [_removed(anchor) for anchor in left]


def _removed(anchor: int) -> dict[str, Any]:
    lookup = {"developerMetadataLookup": {"metadataId": anchor}}
    return {"deleteDeveloperMetadata": {"dataFilter": lookup}}


def _loose_columns(reading: Reading, header: Mark | None, width: int, rows: int) -> list[int]:
    """The columns with a header, up to `width`, that have no anchor yet; none without room."""
    heads = len(reading.row(header).cells) if header else 0
    there = set(reading.column_anchors.values())
    loose = [column for column in range(max(heads, width)) if column not in there]
    weight = reading.weight + len(ANCHOR) * (rows + len(loose)) + len(MADE) * len(loose)
    return loose if weight <= ROOM else []


def _numbers(reading: Reading, loose: Sequence[Mark]) -> dict[Mark, int]:
    """An id for each row."""
    return {mark: _number(reading) for mark in loose}


def _number(reading: Reading) -> int:
    """An id that none on this tab has."""
    number = random.randrange(1, _IDS)
    while number in reading.anchors or number in reading.column_anchors:
        number = random.randrange(1, _IDS)
    return number


def _anchor(tab: int, dimension: str, index: int, number: int, value: str = "") -> dict[str, Any]:
    place = {"sheetId": tab, "dimension": dimension, "startIndex": index, "endIndex": index + 1}
    metadata: dict[str, Any] = {
        "metadataId": number,
        "metadataKey": ANCHOR,
        "location": {"dimensionRange": place},
        "visibility": "DOCUMENT",
    }
    if value:
        metadata["metadataValue"] = value
    return {"createDeveloperMetadata": {"developerMetadata": metadata}}


def at(cells: Sequence[object], column: int) -> object:
    return cells[column] if column < len(cells) else None
