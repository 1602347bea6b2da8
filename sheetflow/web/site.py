"""What every page stands on: the workspace, who may come in, and who is here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sheetflow.clock import Clock
from sheetflow.errors import SheetflowError
from sheetflow.web.access import Access, host_name, is_own_name
from sheetflow.web.aloud import Readings
from sheetflow.web.attempts import Attempts
from sheetflow.web.books import Books
from sheetflow.web.keeping import Keeper
from sheetflow.web.naming import Names
from sheetflow.web.sessions import Sessions
from sheetflow.web.users import Users
from sheetflow.workspace import Workspace
from sheetflow.workspace.settings import FILE

if TYPE_CHECKING:
    from sqlalchemy import Connection

PATIENCE = timedelta(seconds=20)
"""How long a page waits for another plan that is being made."""

_TITLE = re.compile(r"^recipe:[ \t]*(\S.*?)[ \t]*$", re.MULTILINE)
_SCHEDULE = re.compile(r"^schedule:[ \t]*(\S.*?)[ \t]*$", re.MULTILINE)
_READ = 4_000
"""Characters of a recipe in which its title and schedule are looked for."""


class Busy(SheetflowError):
    """Other plans are being made just now."""

    exit_code = 1


@dataclass(frozen=True)
class Card:
    """A recipe as a list shows it, read without checking the rest of it."""

    id: str
    name: str
    schedule: str


@dataclass
class Site:
    """The dashboard of one workspace."""

    folder: Path
    access: Access
    clock: Clock
    users: Users = field(init=False)
    sessions: Sessions = field(init=False)
    attempts: Attempts = field(init=False)
    names: Names = field(default_factory=Names)
    books: Books = field(default_factory=Books)
    aloud: Readings = field(default_factory=Readings)
    hurry: Callable[[], None] = lambda: None
    _kept: tuple[tuple[int, int], Workspace] | None = None
    _cards: dict[Path, tuple[tuple[int, int], Card]] = field(default_factory=dict)
    _planning: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.users = Users(self.folder)
        keeper = Keeper(self.workspace, self.books)
        self.sessions = Sessions(self.clock, keeper)
        self.attempts = Attempts(self.clock, keeper)

    def workspace(self) -> Workspace:
        """The workspace as its settings say now. Raises ProblemsFound for what is wrong in them."""
        stamp = _stamp(self.folder / FILE)
        kept = self._kept
        if kept is None or kept[0] != stamp:
            kept = (stamp, Workspace.open(self.folder, clock=self.clock))
            self._kept = kept
        return replace(kept[1])  # what it remembers of recipes and columns is not kept

    def cards(self, workspace: Workspace) -> list[Card]:
        """Every recipe, by its id; those with mistakes, too."""
        return [self._card(name, path) for name, path in sorted(workspace.recipes.items())]

    @property
    def public_name(self) -> str:
        """The name under which the world reaches public pages, "" for none; as it is known now.

        While the settings cannot be read, it is what it was.
        """
        try:
            known: Workspace | None = self.workspace()
        except (SheetflowError, OSError):
            known = self._kept[1] if self._kept else None
        return host_name(urlsplit(known.settings.hosting.public_url).netloc) if known else ""

    @property
    def is_public(self) -> bool:
        """Whether anybody outside this machine is meant to reach it."""
        name = self.public_name
        return bool(name) and not is_own_name(name)

    @contextmanager
    def reading(self, workspace: Workspace) -> Iterator[tuple[Connection, str]]:
        """The ledger at one moment, and its salt."""
        ledger, salt = self.books.opened(workspace)
        with ledger.database.reading() as connection:
            yield connection, salt

    @contextmanager
    def planning(self) -> Iterator[None]:
        """Plans are made one after the other: each may take much memory. Raises Busy."""
        if not self._planning.acquire(timeout=PATIENCE.total_seconds()):
            raise Busy("Another plan is being made.", hint="Try again in a minute.")
        try:
            yield
        finally:
            self._planning.release()

    def _card(self, name: str, path: Path) -> Card:
        stamp = _stamp(path)
        kept = self._cards.get(path)
        if kept is None or kept[0] != stamp:
            text = path.read_text(encoding="utf-8", errors="replace")[:_READ]
            title, schedule = _TITLE.search(text), _SCHEDULE.search(text)
            card = Card(name, _plain(title) or name, _plain(schedule))
            kept = self._cards[path] = (stamp, card)
        return kept[1]


def _plain(found: re.Match[str] | None) -> str:
    text = found[1].partition(" #")[0].strip() if found else ""
    return text[1:-1] if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0] else text


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size
