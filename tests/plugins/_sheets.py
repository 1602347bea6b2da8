"""A spreadsheet in the emulator, a workspace over it, and what a person sees there afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from sheetflow.workspace import Workspace
from tests.emulators.serving import serving
from tests.plugins._welcoming import RECIPE, Welcoming

KEY = "1" + "Sheet" * 8 + "abc"
OWNER = "owner@example.org"

PEOPLE = (
    ("Name", "Email", "Region", "Stage"),
    ("Ana Reyes", "ana@example.org", "North", None),
    ("Bo Tran", "bo@example.org", "South", None),
    ("Cy Ono", "cy@example.org", "East", None),
    ("Di Sol", "di@example.org", "West", None),
)

SETTINGS = """\
organization: {{name: Riverside Volunteers, time_zone: Europe/Berlin}}
contact: {{relationship: none}}
quiet_hours: none
connections:
  post: {{connector: outbox}}
  sheets: {{connector: google_sheets, url: "{url}"{more}}}
senders:
  us: {{address: Riverside <hello@example.org>, by: post}}
tables:
  People:
    connector: sheets
    spreadsheet: {key}
    sheet: People
    person: {{name: Name, email: Email}}
    sheetflow_writes: [Stage]
{tables}"""

STAGE = """\
  - set: {Stage: Welcomed}
"""


def spreadsheet(
    *tabs: tuple[str, Sequence[Sequence[Any]]], key: str = KEY, **more: Any
) -> dict[str, Any]:
    """A spreadsheet of the data file, its tabs numbered from 7."""
    sheets = [
        {"title": title, "id": 7 + place, "rows": [list(row) for row in rows]}
        for place, (title, rows) in enumerate(tabs)
    ]
    given = {"id": key, "title": "Volunteers 2026", "owner": OWNER, "timeZone": "Europe/Berlin"}
    return {**given, "sheets": sheets, **more}


class World(Welcoming):
    """The emulator with one spreadsheet, and workspaces over it."""

    def workspace(
        self, *, recipe: str = RECIPE, more: str = "", tables: str = "", name: str = "ws"
    ) -> Workspace:
        """A workspace with the recipe `welcome`."""
        text = SETTINGS.format(url=self.emulator.url, key=KEY, more=more, tables=tables)
        return self.opened(name, {"sheetflow.yaml": text}, recipe)

    def asked(self) -> list[str]:
        """The Sheets methods that were asked for, in order, by their last words."""
        return [
            str(one["id"]).removeprefix("sheets.spreadsheets.")
            for one in self.emulator.exchanges
            if one["service"] == "sheets"
        ]

    def rows(self, tab: str = "People") -> list[list[Any]]:
        """What stands in a tab, unformatted, without asking through the API."""
        for sheet in self.emulator.state()["spreadsheets"][0]["sheets"]:
            if sheet["properties"]["title"] == tab:
                rows = [row for data in sheet.get("data", ()) for row in data.get("rowData", ())]
                return [[_value(cell) for cell in row.get("values", ())] for row in rows]
        raise KeyError(tab)

    def by_name(self, tab: str = "People") -> dict[Any, dict[Any, Any]]:
        """The rows of a tab by their first column, cells by header; empty ones left out."""
        head, *below = self.rows(tab)
        found = [
            {h: cell for h, cell in zip(head, row, strict=False) if h and cell not in (None, "")}
            for row in below
        ]
        return {cells.get("Name"): cells for cells in found if cells}


def put(
    url: str,
    range_: str,
    values: Sequence[Sequence[Any]],
    key: str = KEY,
    *,
    typed: bool = False,
) -> None:
    """Write values as another program would, or as a person types them."""
    body = {"values": [["" if cell is None else cell for cell in row] for row in values]}
    answer = requests.put(
        f"{url}/v4/spreadsheets/{key}/values/{range_}",
        params={"valueInputOption": "USER_ENTERED" if typed else "RAW"},
        json=body,
        timeout=5,
    )
    answer.raise_for_status()


@contextmanager
def world(folder: Path, *tabs: tuple[str, Sequence[Sequence[Any]]], **more: Any) -> Iterator[World]:
    """The emulator with these tabs; People alone when none is said."""
    faults, options = more.pop("faults", ()), more.pop("options", {})
    book = spreadsheet(*(tabs or (("People", PEOPLE),)), **more)
    with serving("google", data={"spreadsheets": [book]}, faults=faults, **options) as emulator:
        yield World(emulator, folder)


def _value(cell: Mapping[str, Any]) -> Any:
    found = cell.get("userEnteredValue") or {}
    return next(iter(found.values()), None)
