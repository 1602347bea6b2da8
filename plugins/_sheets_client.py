"""gspread through the door, and one reading for all tabs of a spreadsheet that a run needs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sheetflow import (
    Door,
    NotAllowed,
    NotFound,
    NotKnown,
    Refused,
    ServiceError,
    TableBusy,
    TableChanged,
    TableError,
    TooFast,
)

from ._google import GoogleService
from ._sheets_making import new_tab
from ._sheets_merging import merged, named, without_made_up
from ._sheets_reading import FIELDS, LOG, readings
from ._sheets_tab import LogPlace, Reading, changed, quoted

if TYPE_CHECKING:
    from gspread.http_client import HTTPClient

GOOGLE = "https://sheets.googleapis.com"

LONGEST = timedelta(minutes=1)
"""How long a tab that was read with another one waits until it is asked for."""


@dataclass(frozen=True)
class Tab:
    """One tab: by its title, or where that is not said by its numeric id."""

    title: str = ""
    number: int = 0

    @property
    def filter(self) -> Mapping[str, Any]:
        """The DataFilter that selects all of it."""
        if self.title:
            return {"a1Range": quoted(self.title)}
        return {"gridRange": {"sheetId": self.number}}

    def among(self, found: Mapping[int, Reading]) -> Reading | None:
        """This tab's reading."""
        if not self.title:
            return found.get(self.number)
        return next((one for one in found.values() if one.title == self.title), None)

    def __str__(self) -> str:
        return f'the tab "{self.title}"' if self.title else f"the tab with gid={self.number}"


@dataclass(frozen=True)
class Said:
    """An answer, and a name for exactly this one."""

    body: Mapping[str, Any]
    version: str


class Client:
    """gspread's HTTP client on a session of the door; no library knows all of the calls we need."""

    def __init__(self, door: Door, service: Callable[[], GoogleService], url: str) -> None:
        self._door = door
        self.clock = door.clock
        self._service = service
        self._url = url.rstrip("/")

    def ask(self, path: str, body: Mapping[str, Any], *, fields: str = "") -> Said:
        """POST to `/v4/spreadsheets/…`. Raises TableError, TableBusy or TableChanged in words."""
        params: dict[str, Any] = {"prettyPrint": "false"}
        if fields:
            params["fields"] = fields
        address = f"{GOOGLE}/v4/spreadsheets/{path}"
        with in_words(self._door):
            answer = self._http.request("post", address, params=params, json=body)
        return Said(answer.json(), hashlib.blake2b(answer.content, digest_size=16).hexdigest())

    def pause(self, attempt: int) -> None:
        """Wait a little, after so many answers in a row were lost."""
        self._door.pacer.waiting.sleep(self._door.retrying.pause(attempt))

    def close(self) -> None:
        """Let the connections go, if there are any."""
        if "_http" in self.__dict__:
            self._http.session.close()

    @cached_property
    def _http(self) -> HTTPClient:
        import gspread

        url = self._url

        class Placed(gspread.HTTPClient):
            """gspread's constants are Google's own addresses; requests go where they should."""

            def request(self, method: str, endpoint: str, *args: Any, **more: Any) -> Any:
                if url and endpoint.startswith("https://"):
                    endpoint = url + "/" + endpoint.split("/", 3)[3]
                return super().request(method, endpoint, *args, **more)

        session = self._door.session(self._service())
        client = gspread.Client(auth=None, session=session, http_client=Placed)  # type: ignore[arg-type]  # gspread takes None beside a session
        return client.http_client


@dataclass
class Book:
    """One spreadsheet, and its tabs that were opened: what is read at once is handed out once."""

    id: str
    client: Client
    with_log: bool = True
    tabs: list[Tab] = field(default_factory=list)
    log: LogPlace | None = None
    turned_down: int = 0
    """How often a request was turned down in which a table or filter was to become wider."""
    _waiting: dict[Tab, tuple[Reading, datetime]] = field(default_factory=dict)
    _seen: set[Tab] = field(default_factory=set)
    _numbers: dict[Tab, int] = field(default_factory=dict)
    """The ids of tabs that were read: one that is renamed in between is still found."""

    def expect(self, tab: Tab) -> None:
        """Read this tab, too, when another one is."""
        if tab not in self.tabs:
            self.tabs.append(tab)

    def read(self, tab: Tab) -> Reading:
        """The tab as it is now; and with it all others that were opened and not read yet."""
        now = self.client.clock.now()
        reading, at = self._waiting.pop(tab, (None, now))
        if reading is not None and now - at <= LONGEST:
            return reading
        wanted = [tab, *(one for one in self.tabs if one != tab and one not in self._seen)]
        found = self._ask(wanted)
        self._seen.update(wanted)
        for one in wanted:
            if (there := self._known(one).among(found)) is not None:
                reading = without_made_up(there)
                self._waiting[one] = reading, now
                self._numbers[one] = reading.tab
                self.log = reading.log
        if tab not in self._waiting:
            raise _missing(tab)
        return self._waiting.pop(tab)[0]

    def again(self, tab: Tab) -> Reading:
        """The tab as it is at this moment."""
        self._waiting.pop(tab, None)
        return self.read(tab)

    def look(self, reading: Reading) -> Reading:
        """The tab of this reading, and no other, as it is at this moment, with all its headers.

        Nothing that was read before is handed out any more.
        """
        self._waiting.clear()
        tab = Tab(number=reading.tab)
        found = tab.among(self._filtered([tab.filter]))
        if found is None:
            raise changed(reading)
        return found

    def keep(self, tab: Tab, reading: Reading) -> None:
        """Hand this reading on to whoever reads the tab next."""
        self._waiting[tab] = reading, self.client.clock.now()

    def _known(self, tab: Tab) -> Tab:
        return Tab(number=self._numbers[tab]) if tab in self._numbers else tab

    def link(self, tab: Tab, row: int) -> str:
        """A row of a tab that was read, in a browser."""
        gid = self._numbers.get(tab, tab.number)
        return f"https://docs.google.com/spreadsheets/d/{self.id}/edit#gid={gid}&range=A{row}"

    def made(
        self, tab: Tab, headers: Sequence[str], rows: Sequence[Sequence[object]], ticks: int
    ) -> bool:
        """Make a tab, unless there is one of its name already, or it has none; whether it was."""
        if not tab.title:
            return False
        try:
            self.change(new_tab(tab.title, headers, rows, ticks))
        except TableChanged as error:
            if isinstance(error.__cause__, Refused):
                return False  # there is one already, which could not be read for another reason
            raise
        return True

    def change(self, requests: Sequence[Mapping[str, Any]]) -> None:
        """One atomic `batchUpdate`."""
        path = f"{self.id}:batchUpdate"
        self.client.ask(path, {"requests": requests}, fields="spreadsheetId")

    def changed(
        self, requests: Sequence[Mapping[str, Any]], tab: Reading, runs: Sequence[range] = ()
    ) -> Reading:
        """One atomic `batchUpdate`, and the tab as it is right after it.

        With `runs`, only these rows are read anew, and the others are as they were.
        """
        body = {
            "requests": requests,
            "includeSpreadsheetInResponse": True,
            "responseRanges": named(tab, runs),
            "responseIncludeGridData": True,
        }
        fields = f"updatedSpreadsheet({FIELDS})"
        answer = self.client.ask(f"{self.id}:batchUpdate", body, fields=fields)
        found = readings(answer.body.get("updatedSpreadsheet", {}), answer.version).get(tab.tab)
        if found is None:
            raise changed(tab)
        return without_made_up(merged(tab, found, runs))

    def put(self, data: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """Values by data filters, as they are; what stands there then comes back."""
        body = {
            "valueInputOption": "RAW",
            "data": data,
            "includeValuesInResponse": True,
            "responseValueRenderOption": "UNFORMATTED_VALUE",
            "responseDateTimeRenderOption": "SERIAL_NUMBER",
        }
        path = f"{self.id}/values:batchUpdateByDataFilter"
        found: Sequence[Mapping[str, Any]] = self.client.ask(path, body).body.get("responses", ())
        return found

    def _ask(self, tabs: Sequence[Tab]) -> Mapping[int, Reading]:
        filters = [self._known(tab).filter for tab in tabs]
        log = {"developerMetadataLookup": {"metadataKey": LOG, "locationType": "COLUMN"}}
        try:
            return self._filtered([*filters, log] if self.with_log else filters)
        except TableChanged:
            if not self.with_log:
                raise _missing(*tabs) from None
        try:  # it is documented nowhere whether a lookup that finds nothing is an error
            return self._filtered(filters)
        except TableChanged:
            raise _missing(*tabs) from None

    def _filtered(self, filters: Sequence[Mapping[str, Any]]) -> Mapping[int, Reading]:
        path, body = f"{self.id}:getByDataFilter", {"dataFilters": filters}
        answer = self.client.ask(path, body, fields=FIELDS)
        return readings(answer.body, answer.version)


def _missing(*tabs: Tab) -> TableError:
    return TableError(
        f"I can't find {' or '.join(map(str, tabs))} in the spreadsheet.",
        hint="Has it been renamed or deleted? Say its name as sheet: in sheetflow.yaml.",
    )


@contextmanager
def in_words(door: Door) -> Iterator[None]:
    """Errors of the service as errors of a table.

    What Google turned down, or did not answer, is TableChanged: the table is read again, which
    tells whether it was taken, and why not.
    """
    try:
        yield
    except NotKnown as error:
        raise TableChanged(error.message, hint=error.hint) from error
    except Refused as error:
        raise TableChanged(error.message, hint=error.hint or "Look at the tab.") from error
    except NotFound as error:
        raise TableError(f"{error.message}", hint=error.hint) from error
    except NotAllowed as error:
        raise TableBusy(error.message, hint=error.hint) from error
    except TooFast as error:
        raise TableBusy(error.message, hint=_until(error.retry_after, door)) from error
    except ServiceError as error:
        raise TableBusy(error.message, hint=error.hint) from error


def _until(later: timedelta | None, door: Door) -> str:
    if not later:
        return "It goes on with the next run."
    moment = door.clock.now() + later
    day = f"{moment:%A} " if later > timedelta(hours=12) else ""
    return f"It can go on after {day}{moment:%H:%M}; the next run does the rest."
