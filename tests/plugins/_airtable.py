"""A base in the emulator, a workspace over it, and what a person sees there afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sheetflow_plugins.airtable import Airtable

from sheetflow.network.door import Door
from sheetflow.secrets import Secret
from sheetflow.tables.text import shown
from sheetflow.workspace import Workspace
from tests.emulators.serving import serving
from tests.plugins._welcoming import RECIPE, Welcoming

BASE = "appRiversideBase1"
TOKEN = "patRiverside00001." + "0123456789abcdef" * 4
LINE = "singleLineText"

PEOPLE = {
    "name": "People",
    "fields": [
        {"name": "Name", "type": LINE},
        {"name": "Email", "type": "email"},
        {"name": "Region", "type": LINE},
        {"name": "Stage", "type": LINE},
    ],
    "records": [
        {"fields": {"Name": "Ana Reyes", "Email": "ana@example.org", "Region": "North"}},
        {"fields": {"Name": "Bo Tran", "Email": "bo@example.org", "Region": "South"}},
        {"fields": {"Name": "Cy Ono", "Email": "cy@example.org", "Region": "East"}},
        {"fields": {"Name": "Di Sol", "Email": "di@example.org", "Region": "West"}},
    ],
}
OURS = [
    {"name": name, "type": LINE}
    for name in ("Sheetflow status", "Sheetflow when", "Send again?", "Sheetflow ID")
]
READY = {**PEOPLE, "fields": [*PEOPLE["fields"], *OURS]}
"""The same with the fields that Sheetflow writes."""

SETTINGS = """\
organization: {{name: Riverside Volunteers, time_zone: Europe/Berlin}}
contact: {{relationship: none}}
quiet_hours: none
connections:
  post: {{connector: outbox}}
  base: {{connector: airtable, url: "{url}", token: {{file: token}}{more}}}
senders:
  us: {{address: Riverside <hello@example.org>, by: post}}
tables:
  People:
    connector: base
    base: {base}
    table: People
    person: {{name: Name, email: Email}}
    sheetflow_writes: [Stage]
{tables}"""


class World(Welcoming):
    """The emulator with one base, and workspaces over it."""

    def workspace(
        self, *, recipe: str = RECIPE, more: str = "", tables: str = "", name: str = "ws"
    ) -> Workspace:
        """A workspace with the recipe `welcome`."""
        text = SETTINGS.format(url=self.emulator.url, base=BASE, more=more, tables=tables)
        workspace = self.opened(name, {"sheetflow.yaml": text, "token": TOKEN}, recipe)
        (workspace.folder / "token").chmod(0o600)
        return workspace

    def connector(self, *, may_write: bool = False, **settings: Any) -> Airtable:
        """The connector as a run makes it."""
        given = {"token": Secret(TOKEN), "url": self.emulator.url, **settings}
        door = Door(may_write=may_write, pacer=self.pacer())
        return Airtable(Airtable.Settings(**given), door=door, folder=self.folder)

    def table(self, *, may_write: bool = False, **place: str) -> Any:
        """The table People, or another one, as a source."""
        place = {"base": BASE, "table": "People", **place}
        return self.connector(may_write=may_write).open_table(place)

    def asked(self) -> list[str]:
        """The methods that were asked for, in order."""
        return [str(one["id"]) for one in self.emulator.exchanges]

    def in_table(self, name: str = "People") -> dict[str, Any]:
        """A table as the data file has it."""
        tables = self.emulator.state()["bases"][0]["tables"]
        return next(one for one in tables if one["name"] == name)

    def records(self, name: str = "People") -> list[dict[str, Any]]:
        """The cells of each record by the names of the fields, without asking through the API."""
        table = self.in_table(name)
        names = {one["id"]: one["name"] for one in table["fields"]}
        return [
            {names.get(key, key): value for key, value in record["fields"].items()}
            for record in table["records"]
        ]

    def by_name(self, table: str = "People") -> dict[Any, dict[str, Any]]:
        """The same by what stands in Name."""
        return {one.get("Name"): one for one in self.records(table)}

    def id_of(self, name: str, table: str = "People") -> str:
        """The id of the record of that name."""
        there = self.in_table(table)
        of = {one["name"]: one["id"] for one in there["fields"]}["Name"]
        return next(
            str(record["id"])
            for record in there["records"]
            if name in (record["fields"].get("Name"), record["fields"].get(of))
        )

    def edit(self, table: str = "People", **edit: Any) -> None:
        """What somebody else does in Airtable's own pages."""
        self.emulator.service.edit({"base": BASE, "table": table, **edit})

    def edit_before(self, nth: int, method: str = "*", table: str = "People", **edit: Any) -> None:
        """The same, just before the `nth` request from now on."""
        do = {"edit": {"base": BASE, "table": table, **edit}}
        self.emulator.faults.add(when={"method": method, "nth": nth}, do=do, times=1)


def people(count: int, fields: Sequence[Mapping[str, Any]] = READY["fields"]) -> dict[str, Any]:
    """So many people."""
    cells = [
        {"Name": f"P{n} Q{n}", "Email": f"p{n}@example.org", "Region": "North"}
        for n in range(count)
    ]
    return {"name": "People", "fields": fields, "records": [{"fields": one} for one in cells]}


@contextmanager
def world(folder: Path, *tables: Mapping[str, Any], **more: Any) -> Iterator[World]:
    """The emulator with these tables; People alone when none is said."""
    options = {name: more.pop(name) for name in ("faults", "quotas") if name in more}
    base = {"id": BASE, "name": "Riverside", "tables": list(tables or (PEOPLE,))}
    token = {"token": TOKEN, **more.pop("token", {})}
    data = {"auth": "strict", "tokens": [token], "bases": [base], **more}
    with serving("airtable", data=data, **options) as emulator:
        yield World(emulator, folder)


def typed(title: str, rows: Sequence[Sequence[Any]], zone: ZoneInfo) -> dict[str, Any]:
    """The rows of a sheet as a table whose fields have the types that all their cells agree on."""
    head, *below = rows
    columns = [[row[c] for row in below if c < len(row)] for c in range(len(head))]
    fields = [_field(name, cells) for name, cells in zip(head, columns, strict=True)]
    records = [
        {
            "fields": {
                field["name"]: _cell(value, field["type"], zone)
                for field, value in zip(fields, row, strict=False)
                if value is not None
            }
        }
        for row in below
    ]
    return {"name": title, "fields": fields, "records": records}


def _field(name: str, cells: Sequence[Any]) -> dict[str, Any]:
    kinds = {bool: "checkbox", int: "number", float: "number", date: "date", datetime: "dateTime"}
    found = {kinds.get(type(cell), "multilineText") for cell in cells if cell is not None}
    if any(isinstance(cell, datetime) and cell.time() == time() for cell in cells):
        found.add("multilineText")  # elsewhere, midnight is a day without a time
    return {"name": name, "type": found.pop() if len(found) == 1 else "multilineText"}


def _cell(value: Any, kind: str, zone: ZoneInfo) -> Any:
    match kind:
        case "dateTime":
            return value.replace(tzinfo=zone).isoformat()
        case "date":
            return value.isoformat()
        case "multilineText":
            return shown(value)
    return value
