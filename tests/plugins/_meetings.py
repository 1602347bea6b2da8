"""What the tests of invitations share: two small tables, and a row on its way through a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sheetflow_plugins.meet import Meet
from sheetflow_plugins.room import Room

from sheetflow import Mail, Mailer, Past, Receipt, Sheet, SheetRow, Table, Template, Work
from sheetflow.clock import Clock
from sheetflow.language.position import Position
from sheetflow.language.templating import Environment
from sheetflow.language.vocabulary import Column, Connection, People
from sheetflow.network.door import Door
from sheetflow.plugin.tools import Organization, Sender, Tools
from sheetflow.tables.spec import ColumnSpec, PersonColumns, TableSpec
from sheetflow.values import Change, Key, Noop, State

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 14, 12, tzinfo=BERLIN)
HEADERS = ("Id", "Name", "Email", "Zone", "Language", "First call", "Coach", "Off", "Where")


def template(text: str) -> Template:
    """A template as a recipe has it."""
    return Environment().template(text, Position(Path("recipe.yaml"), 1, 1), "meet")


class Rows:
    """A table that stands in memory."""

    def __init__(self, name: str, rows: Sequence[Mapping[str, object]]) -> None:
        self.name = name
        self._rows = rows

    def read(self) -> Sheet:
        """The header and the rows."""
        cells = [HEADERS, *(tuple(row.get(name) for name in HEADERS) for row in self._rows)]
        rows = tuple(SheetRow(each, number) for number, each in enumerate(cells, start=1))
        return Sheet(rows, version="1")

    def ready(self) -> None:
        """It can always be written."""


def spec(name: str, **more: Any) -> TableSpec:
    """A table of people, by their id."""
    columns = {
        "First call": ColumnSpec("First call", "date and time"),
        "Off": ColumnSpec("Off", "yes/no"),
        **more,
    }
    person = PersonColumns("Name", "Email", time_zone="Zone", language="Language")
    return TableSpec(
        name, "rows", {}, key=("Id",), person=person, columns=columns, zone="Europe/Berlin"
    )


class Kept(Mailer):
    """A mailer that keeps what it is given."""

    name = "kept"

    def __init__(self, door: Door, folder: Path) -> None:
        super().__init__(None, door=door, folder=folder)
        self.mails: list[Mail] = []
        self.lines = 1

    @property
    def parallel(self) -> int:
        """As many as a test says."""
        return self.lines

    def deliver(self, mail: Mail) -> Receipt:
        """Keep it."""
        self.mails.append(mail)
        return Receipt(mail.id)

    def find(self, mail: Mail) -> Receipt | bool:
        """Whether it was kept."""
        return Receipt(mail.id) if mail.id in [each.id for each in self.mails] else False


@dataclass
class Office:
    """A workspace with volunteers, coaches, a room and a mailer."""

    folder: Path = Path("/nowhere")
    now: datetime = NOON
    volunteer: dict[str, object] = field(
        default_factory=lambda: {
            "Id": "7",
            "Name": "Ana Ruiz",
            "Email": "ana@example.org",
            "First call": datetime(2026, 3, 17, 18),
            "Coach": "Lee",
        }
    )
    coach: dict[str, object] = field(
        default_factory=lambda: {"Id": "c1", "Name": "Lee", "Email": "lee@example.org"}
    )
    others: list[dict[str, object]] = field(default_factory=list)
    language: str = "en"
    before: list[Past] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.door = Door(may_write=True)
        self.mailer = Kept(self.door, self.folder)
        room = Room.Settings(link="https://meet.example.org/our-room")
        self.connections = {
            "room": Room(room, door=self.door, folder=self.folder),
            "kept": self.mailer,
        }

    def tools(self) -> Tools:
        """The workspace as plugins see it, its tables read anew."""
        tables: dict[str, Table] = {}
        pointing = {"Coach": ColumnSpec("Coach", "row", table="Coaches")}
        tables["Coaches"] = Table(spec("Coaches"), Rows("Coaches", [self.coach, *self.others]))
        tables["People"] = Table(
            spec("People", **pointing),
            Rows("People", [self.volunteer]),
            resolve=tables.__getitem__,
        )
        return Tools(
            clock=Clock.at(self.now, BERLIN),
            door=self.door,
            folder=self.folder,
            organization=Organization("Riverside", zone="Europe/Berlin", language=self.language),
            table=tables.__getitem__,
            connection=self.connections.__getitem__,
            sender=lambda _name: Sender("Riverside", "hello@riverside.example", "kept"),
        )

    def work(self, tools: Tools) -> Work:
        """The volunteer's row on its way."""
        table = tools.table("People")
        key = Key("", "welcome", "meet", "People", "7")
        return Work(table.rows[0], table, "volunteer", key, tools, before=list(self.before))

    def meet(self, action: Any = Meet, **options: Any) -> Any:
        """The action, with options that differ from the usual ones."""
        usual = {
            "title": template("Welcome call with {{ volunteer.name }}"),
            "with_": People(("volunteer", "coach")),
            "at": Column("First call"),
            "by": Connection("room"),
        }
        given = {name: value for name, value in {**usual, **options}.items() if value is not None}
        return action(action.Options(**given), self.tools())

    def plan(self, **options: Any) -> list[Change | Noop]:
        """What the step says for the volunteer's row."""
        action = self.meet(**options)
        found = action.plan(self.work(action.tools))
        return [found] if isinstance(found, Change | Noop) else list(found)

    def happened(self, *changes: Change | Noop, state: State = State.DONE) -> None:
        """Remember what was done, as the ledger does."""
        for change in changes:
            if isinstance(change, Change):
                data = {"meeting": change.data["meeting"]}
                self.before.append(Past(f"1/{change.part}", state, self.now, data))

    def moves(self, hours: float) -> None:
        """Somebody types another time."""
        self.volunteer["First call"] += timedelta(hours=hours)
