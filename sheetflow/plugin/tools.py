"""What an action and a guard are given to work with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sheetflow.clock import Clock
from sheetflow.language.policies import CAPS, QUIET_HOURS, Cap, QuietHours
from sheetflow.plugin.links import Links

if TYPE_CHECKING:  # check and doctor look at actions, and open no table for that
    from sheetflow.language.recipe import NeededColumns
    from sheetflow.network.door import Door
    from sheetflow.plugin.connector import Connector
    from sheetflow.tables.table import Table


@dataclass(frozen=True)
class Organization:
    """Who the mail is from in the eyes of the law, and where its people live."""

    name: str
    postal_address: str = ""
    zone: str = "UTC"
    language: str = "en"
    country: str = ""


@dataclass(frozen=True)
class Sender:
    """A named sender: its address, and the connection that carries its mail.

    `unsubscribe` is an https: or mailto: address for the List-Unsubscribe header, or empty.
    """

    name: str
    address: str
    by: str
    reply_to: str = ""
    unsubscribe: str = ""


@dataclass(frozen=True)
class Policy:
    """What the workspace allows, whatever a recipe says.

    `caps` are the most messages of each kind to one person. Without a zone of their own, somebody
    is in any of `people_are_in`, or in their table's. `do_not_contact` is a table, or "".
    `keep_messages` is how long the ledger keeps what was written to people; zero: not at all.
    """

    caps: Mapping[str, tuple[Cap, ...]] = field(default_factory=lambda: CAPS)
    quiet_hours: QuietHours | None = QUIET_HOURS
    people_are_in: tuple[ZoneInfo, ...] = ()
    do_not_contact: str = ""
    keep_messages: timedelta = timedelta()


@dataclass(frozen=True)
class Tools:
    """The workspace, as far as a plugin may see it. `table` reads each table once.

    `attended` means that a person saw the plan and started the run. `links` says where links in
    mails lead. `expect` says which tables will
    be asked for, so that those of one system can be read at once; `need`, said before, which of
    their columns: of a table that is not in it, those that the settings declare.
    """

    clock: Clock
    door: Door
    folder: Path
    organization: Organization
    table: Callable[[str], Table]
    connection: Callable[[str], Connector]
    sender: Callable[[str], Sender]
    policy: Policy = Policy()
    attended: bool = True
    links: Links = field(default_factory=Links)
    expect: Callable[[Iterable[str]], None] = lambda _tables: None
    need: Callable[[Mapping[str, NeededColumns]], None] = lambda _columns: None
