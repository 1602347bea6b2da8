"""What an action and a guard are given to work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sheetflow.clock import Clock
from sheetflow.network.door import Door
from sheetflow.tables.table import Table

if TYPE_CHECKING:
    from sheetflow.plugin.connector import Connector


@dataclass(frozen=True)
class Organization:
    """Who the mail is from in the eyes of the law, and where its people live."""

    name: str
    postal_address: str = ""
    zone: str = "UTC"
    language: str = "en"


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
class Tools:
    """The workspace, as far as a plugin may see it. `table` reads each table once."""

    clock: Clock
    door: Door
    folder: Path
    organization: Organization
    table: Callable[[str], Table]
    connection: Callable[[str], Connector]
    sender: Callable[[str], Sender]
