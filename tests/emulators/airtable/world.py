"""What the emulator holds: people, tokens, bases with tables, fields, records, views.

One lock is held around each request; a test that looks at or changes the world while the emulator
runs takes it, too (`with world.lock`).
"""

from __future__ import annotations

import random
import string
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

ALPHABET = string.ascii_letters + string.digits
LEVELS = ("none", "read", "comment", "edit", "create", "owner")


@dataclass
class User:
    """Somebody with an account."""

    id: str
    email: str
    name: str

    def json(self) -> dict[str, str]:
        """As cells and comments name a person."""
        return {"id": self.id, "email": self.email, "name": self.name}


@dataclass
class Token:
    """A personal access token: who it speaks for, and what it may do where."""

    text: str
    user: str
    scopes: frozenset[str]
    bases: frozenset[str] | None = None
    """Ids of bases; None for all."""
    expired: bool = False


@dataclass
class Field:
    """A field (a column); a renamed one keeps its id."""

    id: str
    name: str
    type: str
    options: dict[str, Any] = field(default_factory=dict)
    description: str = ""


@dataclass
class Comment:
    """A comment on a record."""

    id: str
    author: str
    text: str
    created: datetime
    updated: datetime | None = None
    parent: str = ""


@dataclass
class Record:
    """A record (a row): its cells by field id, in the form they are stored in."""

    id: str
    created: datetime
    created_by: str
    number: int
    cells: dict[str, Any] = field(default_factory=dict)
    touched: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    """When and by whom each cell was changed last."""
    comments: list[Comment] = field(default_factory=list)


@dataclass
class View:
    """A view: which records, in which order."""

    id: str
    name: str
    type: str = "grid"
    filter: str = ""
    """A formula; "" shows all records."""
    sort: list[dict[str, str]] = field(default_factory=list)
    visible: list[str] | None = None
    """Ids of the fields that are shown; None for all."""


@dataclass
class Table:
    """A table: fields, views, and records in the order of its first view."""

    id: str
    name: str
    fields: list[Field] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    records: dict[str, Record] = field(default_factory=dict)
    primary: str = ""
    description: str = ""
    numbered: int = 0
    """The last automatic number that was given."""

    def find(self, name: str) -> Field | None:
        """A field by its id or its name."""
        for one in self.fields:
            if one.id == name:
                return one
        return next((one for one in self.fields if one.name == name), None)

    def by_id(self, field_id: str) -> Field:
        """A field by its id; raises KeyError."""
        for one in self.fields:
            if one.id == field_id:
                return one
        raise KeyError(field_id)

    def view(self, name: str) -> View | None:
        """A view by its id or its name."""
        return next((one for one in self.views if name in (one.id, one.name)), None)


@dataclass
class Base:
    """A base: tables, who may do what, and the count of what was done."""

    id: str
    name: str
    workspace: str
    tables: list[Table] = field(default_factory=list)
    permissions: dict[str, str] = field(default_factory=dict)
    """Permission levels by user id; who is not named may do everything."""
    webhooks: dict[str, Any] = field(default_factory=dict)
    transactions: int = 0

    def find(self, name: str) -> Table | None:
        """A table by its id or its name, for which capitals do not matter."""
        for one in self.tables:
            if one.id == name:
                return one
        wanted = name.casefold()
        return next((one for one in self.tables if one.name.casefold() == wanted), None)

    def table(self, table_id: str) -> Table:
        """A table by its id; raises KeyError."""
        for one in self.tables:
            if one.id == table_id:
                return one
        raise KeyError(table_id)

    def level(self, user: str) -> str:
        """What a person may do here, one of LEVELS."""
        return self.permissions.get(user, "none" if "*" in self.permissions else "create")


def real_time() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


class World:
    """All state of one emulator."""

    def __init__(
        self, *, clock: Callable[[], datetime] = real_time, seed: int | None = None
    ) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.chance = random.Random(seed)
        self.strict = False
        self.users: dict[str, User] = {}
        self.tokens: dict[str, Token] = {}
        self.bases: dict[str, Base] = {}
        self.iterators: dict[str, Any] = {}
        self.files: dict[str, tuple[bytes, str]] = {}
        """Uploaded attachments: content and media type, by attachment id."""
        self.calls_left: dict[str, int] = {}
        """What remains of the monthly calls, by workspace; unlimited where none is named."""

    def now(self) -> datetime:
        """The time in UTC, to the millisecond: Airtable knows no finer one."""
        now = self.clock().astimezone(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def new_id(self, prefix: str) -> str:
        """An id as Airtable makes them: three letters that tell the kind, and 14 more."""
        return prefix + "".join(self.chance.choices(ALPHABET, k=14))

    @property
    def default_user(self) -> User:
        """Who speaks with a token that is not known: the first of the data's users."""
        return next(iter(self.users.values()))

    def person(self, told: str) -> User | None:
        """Somebody by id, e-mail address or name."""
        for one in self.users.values():
            if told in (one.id, one.email):
                return one
        return next((one for one in self.users.values() if one.name == told), None)


def stamp(time: datetime) -> str:
    """A time as Airtable writes it: UTC, with milliseconds and a Z."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
