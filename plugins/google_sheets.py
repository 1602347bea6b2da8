"""Google Sheets: tabs of spreadsheets as tables, read at once and written by row.

    connections:
      sheets:
        connector: google_sheets
        credentials: {file: /run/secrets/google-key.json}
    tables:
      Volunteers:
        connector: sheets
        spreadsheet: https://docs.google.com/spreadsheets/d/1AbC…/edit#gid=0
        sheet: Volunteers

In the Google Cloud console, make a project, switch the Google Sheets API on, make a service account
and a JSON key for it; then share the spreadsheet with the account's address, as an editor. It can
see nothing but what is shared with it. The one scope is `spreadsheets`. docs/google.md leads
through it, screen by screen.

Each run reads a spreadsheet once, whatever the number of its tabs, and writes once; before anything
goes out, one request more holds on to new rows, or tries whether the sheet may be written. Rows are
found by anchors (`_sheets_anchors.py`), text is always written as text, and what came back is
compared (`_sheets_writing.py`). Of a row, only cells in Sheetflow's own columns are ever written;
formulas, merged cells and drop-downs stay as they are. Notes on cells are not used: the API writes
them by position only, which is no way to find a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sheetflow import (
    Connector,
    Finding,
    Identity,
    SetupError,
    TableSource,
    hookimpl,
    option,
)

from ._google import GoogleService, GoogleSettings, examined, google_service, identities
from ._google_scopes import SPREADSHEETS
from ._google_signin import SignsIn
from ._sheets_client import Book, Client, Tab
from ._sheets_table import SheetsTable

SCOPES = (SPREADSHEETS,)
"""Reading and writing spreadsheets that are shared with the account."""


class GoogleSheets(SignsIn, Connector):
    """Tables in Google Sheets."""

    name = "google_sheets"
    agreed_to = SCOPES

    @dataclass(frozen=True, kw_only=True)
    class Settings(GoogleSettings):
        """How to sign in, and how it looks."""

        log: bool = option(
            'Whether a tab "Sheetflow log" keeps what happened, in full.', default=True
        )
        try_first: bool = option(
            "Whether it is tried, with one request more, that a sheet may be written, before "
            "anything goes out to rows that were told before.",
            default=True,
        )
        colours: bool = option("Whether the status column gets colours.", default=False)
        reads_per_minute: int = option("Reads a minute, for each account.", default=60)
        writes_per_minute: int = option("Writes a minute, for each account.", default=60)
        project_reads_per_minute: int = option("Reads a minute, for the project.", default=300)
        project_writes_per_minute: int = option("Writes a minute, for the project.", default=300)

    @dataclass(frozen=True, kw_only=True)
    class Place:
        """Which tab of which spreadsheet."""

        spreadsheet: str = option("The spreadsheet's address in the browser, or its id.")
        sheet: str = option(
            "The tab, by its name. Without it, the one that #gid= in the address says.", default=""
        )

    settings: Settings

    def __init__(self, settings: Any, **given: Any) -> None:
        super().__init__(settings, **given)
        self._client = Client(self.door, lambda: self._service, settings.url)
        self._books: dict[str, Book] = {}

    def open_table(self, place: Mapping[str, str]) -> TableSource:
        """The tab; all that are opened of one spreadsheet are read together."""
        spreadsheet, number = _address(place.get("spreadsheet", ""))
        tab = Tab(place.get("sheet", ""), number)
        if spreadsheet not in self._books:
            self._books[spreadsheet] = Book(spreadsheet, self._client, self.settings.log)
        book = self._books[spreadsheet]
        book.expect(tab)
        return SheetsTable(book, tab, self.settings.colours, self.settings.try_first)

    def heard_as(self, place: Mapping[str, str]) -> str:
        """The id of the spreadsheet, which is that of its file in Drive."""
        return _address(place.get("spreadsheet", ""))[0]

    def examine(self) -> Iterable[Finding]:
        """Whether each account is let in, and until when."""
        try:
            known = self._identities
        except SetupError as error:
            return [Finding.amiss("credentials", error)]
        return list(examined(known, SCOPES))

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    @cached_property
    def _identities(self) -> tuple[Identity, ...]:
        return identities(self.settings, SCOPES, self.door)

    @cached_property
    def _service(self) -> GoogleService:
        return google_service("sheets", self.settings, self._identities)


def _address(text: str) -> tuple[str, int]:
    """The id of a spreadsheet and of its tab, from an address or an id. Raises SetupError."""
    match = re.search(r"/spreadsheets/(?:u/\d+/)?d/([\w-]{20,})", text)
    key = match[1] if match else text.strip()
    if not re.fullmatch(r"[\w-]{20,}", key):
        raise SetupError(
            f'"{text[:60]}" is no spreadsheet of Google Sheets.',
            hint="Copy its address from the browser: https://docs.google.com/spreadsheets/d/…",
        )
    number = re.search(r"[#&?]gid=(\d+)", text)
    return key, int(number[1]) if number else 0


@hookimpl
def connectors() -> list[type[Connector]]:
    """The connector of this file."""
    return [GoogleSheets]
