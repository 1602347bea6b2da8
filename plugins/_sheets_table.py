"""One tab as a table that is read, held by anchors, and written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sheetflow import (
    Edit,
    LeftAlone,
    LogLine,
    NewColumn,
    NewRow,
    NotKnown,
    Refused,
    Row,
    Sheet,
    TableBusy,
    TableChanged,
    Word,
)

from ._sheets_anchors import held, tried
from ._sheets_batch import Batch, Found, sent
from ._sheets_client import Book, Tab
from ._sheets_colours import rules
from ._sheets_growth import body
from ._sheets_log import longer, made, put
from ._sheets_making import with_boxes
from ._sheets_tab import LogPlace, Mark, Reading, changed
from ._sheets_undoing import take_back
from ._sheets_writing import batch_of, new_row, protected, verify

FAR = 50
"""Empty rows below a table beyond which what follows is something else (as reading has it)."""


@dataclass
class SheetsTable:
    """A tab; its marks are anchors, and last."""

    book: Book
    tab: Tab
    colours: bool = False
    tries: bool = True
    _lines: Sequence[LogLine] = field(default_factory=tuple)
    _room: int = 0
    _sent: LogPlace | None = None
    """Where the log ends when the lines that were sent arrived."""
    _lost: int = 0
    """How many answers were lost, one after the other."""
    _claims: bool = False
    """Whether the next rows are held before anything is done for them."""

    @property
    def name(self) -> str:
        """The tab."""
        return f"{self.tab} in Google Sheets"

    def read(self) -> Sheet:
        """Everything that stands there now, in one request for all tabs that were opened."""
        return self.book.read(self.tab)

    def link(self, row: Row) -> str:
        """The row in a browser."""
        return self.book.link(self.tab, row.number or 1)

    def make(self, headers: Sequence[str], rows: Sequence[Sequence[object]], *, ticks: int) -> bool:
        """Make the tab, unless there is one of its name, or it is not called by one."""
        return self.book.made(self.tab, headers, rows, ticks)

    def ready(self) -> None:
        """Nothing that is not in what was read: see `must_be_writable`."""

    def must_be_writable(
        self, sheet: Sheet, columns: Sequence[int], rows: Sequence[object]
    ) -> None:
        """Raise TableBusy for a protected cell, by what was read."""
        reading = _reading(sheet)
        for one in reading.protections:
            for row in rows:
                for column in columns:
                    if one.covers(_mark(row).index, column):
                        raise protected(reading, one.named, _mark(row).index, column)

    def make_room(self, lines: int) -> None:
        """So many lines will come: the log is made, or made longer, with the next anchors.

        It is said before rows are claimed, and at no other time.
        """
        self._claims = True
        self._room = lines if self.book.with_log else 0

    def log(self, lines: Iterable[LogLine]) -> None:
        """Keep the lines for the next write."""
        self._lines = tuple(lines) if self.book.with_log else ()

    def hold(
        self,
        sheet: Sheet,
        marks: Sequence[object],
        *,
        header: object,
        who: Sequence[int],
        new_columns: Sequence[NewColumn] = (),
        fresh: bool = False,
    ) -> Sheet:
        """The reading with an anchor on each row: from the answer to setting them, if any was.

        Where all had theirs and `fresh` is wanted, it is read once more. Where they are claimed, it
        is tried whether they may be written.
        """
        reading, rows = _reading(sheet), [_mark(mark) for mark in marks]
        found = self._held(reading, rows, _mark(header), who, new_columns)
        claims, self._claims = self._claims, False
        if claims and self.tries and rows and found.rows is reading.rows:
            tried(self.book, rows[0].anchor)
        if not fresh or found.rows is not reading.rows:
            return found
        now = self.book.read(self.tab)
        assert found.header is not None  # it was held just now
        if found.header.anchor not in now.anchors:
            raise changed(reading)
        place = now.anchors[found.header.anchor]
        return replace(now, header=Mark(found.header.anchor, place), who=tuple(who))

    def write(
        self,
        sheet: Sheet,
        edits: Sequence[Edit],
        *,
        new_columns: Sequence[NewColumn] = (),
        new_rows: Sequence[NewRow] = (),
    ) -> Sequence[LeftAlone]:
        """Write all cells at once, each into its row; see `_sheets_writing.py`."""
        reading = _reading(sheet)
        asked = {Edit(edit.mark, edit.column, edit.value): edit for edit in edits}
        if self._is_loose(reading, edits, new_columns):
            reading, asked = self._anchored(reading, edits, new_columns)
        log = self._log_with_room(reading) if asked else None
        batch, left = batch_of(reading, list(asked), new_columns)
        if batch.rows or batch.headers:
            lines = self._lines if log is not None else ()
            self._sent = replace(log, free=log.free + len(lines)) if log and lines else None
            answer = self._answered(batch, put(log, lines) if log and lines else None)
            self._logged(log, lines)
            verify(self.book, self.tab, batch, answer)
            self._colour(batch)
        for row in new_rows:
            self._append(reading, row)
        return [LeftAlone(asked[one.edit], one.why) for one in left]

    def _answered(self, batch: Batch, log: Mapping[str, Any] | None) -> Mapping[int, Found]:
        """What came back of a write. It is not sent twice: people may have written there since."""
        try:
            found = sent(self.book, batch, log)
        except TableChanged as error:
            if isinstance(error.__cause__, NotKnown):
                self._lost += 1
                self.book.client.pause(self._lost)
                take_back(self.book, self.tab, batch)
            raise
        self._lost = 0
        return found

    def _held(
        self,
        reading: Reading,
        rows: Sequence[Mark],
        header: Mark | None,
        who: Sequence[int] | None,
        new_columns: Sequence[NewColumn],
    ) -> Reading:
        columns = [new.column for new in new_columns]
        more, log = self._room_in_log(reading)
        try:
            found = held(
                self.book, reading, rows, header=header, who=who, columns=columns, more=more
            )
        except TableChanged as error:
            if more and isinstance(error.__cause__, Refused):
                self.book.with_log = False  # perhaps there is a tab of that name already
            raise
        if found.rows is not reading.rows and log is not None:
            self.book.log, self._room = log, 0
        return found

    def _is_loose(
        self, reading: Reading, edits: Sequence[Edit], new_columns: Sequence[NewColumn]
    ) -> bool:
        """Whether something is missing that `hold` would have seen to."""
        if any(not _mark(edit.mark).anchor for edit in edits):
            return True
        width = max((new.column + 1 for new in new_columns), default=0)
        headed = reading.header is not None and reading.header.anchor
        return bool(new_columns) and (not headed or width > reading.size[1])

    def _anchored(
        self, reading: Reading, edits: Sequence[Edit], new_columns: Sequence[NewColumn]
    ) -> tuple[Reading, dict[Edit, Edit]]:
        """The reading with what was missing, and the edits by their new marks."""
        first = reading.rows[0].mark if reading.rows else Mark(0, 0)
        header = reading.header or _mark(new_columns[0].mark if new_columns else first)
        marks = [_mark(edit.mark) for edit in edits]
        found = self._held(reading, marks, header, reading.who, new_columns)
        return found, {
            Edit(found.now.get(_mark(edit.mark), edit.mark), edit.column, edit.value): edit
            for edit in edits
        }

    def _room_in_log(self, reading: Reading) -> tuple[list[dict[str, Any]], LogPlace | None]:
        """What has to be done before the lines can be put into the log, and where it is then."""
        count = max(len(self._lines), self._room)
        if not count or not self.book.with_log:
            return [], None
        log = self.book.log or reading.log
        return longer(log, count) if log else made(count)

    def _log_with_room(self, reading: Reading) -> LogPlace | None:
        log = self.book.log or reading.log
        if log and self._sent and log.sheet == self._sent.sheet and log.free >= self._sent.free:
            self._lines, self._sent = (), None  # they arrived, though nobody had told us so
        requests, log = self._room_in_log(reading)
        if requests:
            self.book.change(requests)
            self.book.log = log
        return log

    def _logged(self, log: LogPlace | None, lines: Sequence[LogLine]) -> None:
        if log is not None:
            self.book.log = replace(log, free=log.free + len(lines))
        self._lines, self._sent = (), None

    def _colour(self, batch: Batch) -> None:
        """Colours for the status column, once."""
        reading = batch.reading
        if self.colours and not reading.coloured and reading.header is not None:
            column = _status_column(batch)
            if column is not None:
                self.colours = False  # tried once: a sheet without colours is no harm
                self.book.change(rules(reading.tab, column, reading.header.index))

    def _append(self, reading: Reading, row: NewRow) -> None:
        """Add a row below everything: Sheets itself finds where that is when it writes."""
        last = max((one.number for one in reading.rows), default=1)
        if last > _mark(row.after).index + 1 + FAR:
            raise TableBusy(
                f'Far below the last row of "{reading.title}", row {last} holds something else.',
                hint="Move it to another tab, so that a new row comes right below the others.",
            )
        place, first = body(reading, _mark(row.after), row.cells)
        width = max(row.cells, default=-1) + 1
        cells = new_row(row.cells, width)[first:]
        fields = "userEnteredValue"
        if any(isinstance(value, bool) for value in row.cells.values()):
            cells, fields = with_boxes(cells), f"{fields},dataValidation"
        request = {**place, "rows": [{"values": cells}], "fields": fields}
        self.book.change([{"appendCells": request}])


def _reading(sheet: Sheet) -> Reading:
    assert isinstance(sheet, Reading)  # it is one that we gave
    return sheet


def _mark(mark: object) -> Mark:
    assert isinstance(mark, Mark)  # as above
    return mark


def _status_column(batch: Batch) -> int | None:
    """The column that gets a status, told by the words that every status begins with."""
    words = tuple(map(str, Word))
    for cells in batch.rows.values():
        for column, value in cells.items():
            if isinstance(value, str) and value.startswith(words):
                return column
    return None
