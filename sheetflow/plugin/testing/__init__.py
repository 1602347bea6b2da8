"""The plugin kit: what each kind of plugin keeps, as classes for pytest, and tables in memory.

    from sheetflow.plugin.testing import ActionContract, load_file

    class TestPin(ActionContract):
        plugin = load_file(Path("plugins/noticeboard.py"))
        step = "- pin: Welcome {{ person.name }}"

Every test of the contract is then run by pytest; `docs/plugins.md` shows it from the beginning.
"""

from sheetflow.plugin.registry import load_file
from sheetflow.plugin.testing.actions import PEOPLE, ActionContract
from sheetflow.plugin.testing.calendars import APPOINTMENT, CalendarContract, MeetingRoomContract
from sheetflow.plugin.testing.chats import ChatContract
from sheetflow.plugin.testing.connectors import (
    MAIL,
    ConnectorContract,
    MailerContract,
    MeetingPlaceContract,
)
from sheetflow.plugin.testing.documents import (
    LibraryContract,
    NotebookContract,
    WatcherContract,
)
from sheetflow.plugin.testing.filters import FilterContract
from sheetflow.plugin.testing.guards import GuardContract
from sheetflow.plugin.testing.in_memory import (
    NOON,
    GivenTables,
    MailInMemory,
    NothingRemembered,
    RoomInMemory,
)
from sheetflow.plugin.testing.in_memory_calendar import CalendarInMemory, MeetingRoomInMemory
from sheetflow.plugin.testing.listening import ListenerContract
from sheetflow.plugin.testing.plugins import CANARY, PluginContract
from sheetflow.plugin.testing.sources import ReadOnlyTableContract, TableContract
from sheetflow.plugin.testing.steps import OneStep
from sheetflow.plugin.testing.watching import watched

__all__ = [
    "APPOINTMENT",
    "CANARY",
    "MAIL",
    "NOON",
    "PEOPLE",
    "ActionContract",
    "CalendarContract",
    "CalendarInMemory",
    "ChatContract",
    "ConnectorContract",
    "FilterContract",
    "GivenTables",
    "GuardContract",
    "LibraryContract",
    "ListenerContract",
    "MailInMemory",
    "MailerContract",
    "MeetingPlaceContract",
    "MeetingRoomContract",
    "MeetingRoomInMemory",
    "NotebookContract",
    "NothingRemembered",
    "OneStep",
    "PluginContract",
    "ReadOnlyTableContract",
    "RoomInMemory",
    "TableContract",
    "WatcherContract",
    "load_file",
    "watched",
]
