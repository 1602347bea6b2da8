"""Sheetflow: the right person, once, rehearsed, and explained in the sheet.

This is the public face, for plugins. Each name is imported when it is first asked for, so that
`sheetflow --help` does not pay for what it does not use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sheetflow.errors import (
        NotAllowed as NotAllowed,
        NotFound as NotFound,
        NotKnown as NotKnown,
        Refused as Refused,
        RowStopped as RowStopped,
        ServiceError as ServiceError,
        SetupError as SetupError,
        SheetflowError as SheetflowError,
        TableBusy as TableBusy,
        TableChanged as TableChanged,
        TableError as TableError,
        TableReadOnly as TableReadOnly,
        ThereAlready as ThereAlready,
        TooFast as TooFast,
        Unreachable as Unreachable,
        UsedUp as UsedUp,
    )
    from sheetflow.language.messages import MessageTemplate as MessageTemplate
    from sheetflow.language.messages.drafts import (
        Draft as Draft,
        Paragraph as Paragraph,
        Run as Run,
    )
    from sheetflow.language.messages.languages import (
        code_of as code_of,
        direction_of as direction_of,
    )
    from sheetflow.language.messages.letters import Message as Message
    from sheetflow.language.templating import Template as Template
    from sheetflow.language.vocabulary import (
        Cells as Cells,
        Column as Column,
        Conditions as Conditions,
        Connection as Connection,
        Gift as Gift,
        OtherColumn as OtherColumn,
        People as People,
        Pick as Pick,
        TableName as TableName,
    )
    from sheetflow.language.written import day_and_time as day_and_time
    from sheetflow.ledger.records import Load as Load
    from sheetflow.network.door import Door as Door
    from sheetflow.network.services import (
        Answer as Answer,
        Bearer as Bearer,
        Call as Call,
        Charge as Charge,
        Fault as Fault,
        Identity as Identity,
        Limit as Limit,
        Meaning as Meaning,
        Nature as Nature,
        Service as Service,
    )
    from sheetflow.plugin.action import Action as Action, Past as Past, Work as Work
    from sheetflow.plugin.asking import message_for as message_for
    from sheetflow.plugin.chat import (
        Chat as Chat,
        ChatMessage as ChatMessage,
        ChatPlace as ChatPlace,
    )
    from sheetflow.plugin.connector import (
        Connector as Connector,
        Finding as Finding,
        action as action,
        table as table,
    )
    from sheetflow.plugin.connector_table import (
        ReadOnlyTable as ReadOnlyTable,
        in_words as in_words,
    )
    from sheetflow.plugin.guard import (
        Guard as Guard,
        Held as Held,
        Memory as Memory,
        RunGuard as RunGuard,
    )
    from sheetflow.plugin.hookspecs import hookimpl as hookimpl
    from sheetflow.plugin.library import (
        Library as Library,
        Notebook as Notebook,
        Writing as Writing,
    )
    from sheetflow.plugin.links import Choice as Choice, Links as Links, as_data as as_data
    from sheetflow.plugin.listener import (
        Heard as Heard,
        Hook as Hook,
        Listener as Listener,
        Subscriber as Subscriber,
        Subscription as Subscription,
        is_same as is_same,
        sha256_mac as sha256_mac,
    )
    from sheetflow.plugin.mailer import (
        Mail as Mail,
        Mailer as Mailer,
    )
    from sheetflow.plugin.meetings import (
        Appointment as Appointment,
        Calendar as Calendar,
        Invitee as Invitee,
        MeetingPlace as MeetingPlace,
        MeetingRoom as MeetingRoom,
    )
    from sheetflow.plugin.options import main as main, option as option
    from sheetflow.plugin.tools import Sender as Sender, Tools as Tools
    from sheetflow.plugin.watcher import (
        Changed as Changed,
        Changes as Changes,
        Watcher as Watcher,
    )
    from sheetflow.secrets import Secret as Secret
    from sheetflow.spool import Spool as Spool
    from sheetflow.tables import statuses as statuses
    from sheetflow.tables.source import (
        Edit as Edit,
        LeftAlone as LeftAlone,
        LogLine as LogLine,
        Merge as Merge,
        NewColumn as NewColumn,
        NewRow as NewRow,
        Sheet as Sheet,
        SheetColumn as SheetColumn,
        SheetRow as SheetRow,
        TableSource as TableSource,
    )
    from sheetflow.tables.table import Table as Table
    from sheetflow.values import (
        Blank as Blank,
        Cell as Cell,
        CellError as CellError,
        Change as Change,
        Entry as Entry,
        Letter as Letter,
        Meeting as Meeting,
        Noop as Noop,
        Outcome as Outcome,
        Person as Person,
        Receipt as Receipt,
        Row as Row,
        RowRef as RowRef,
        State as State,
        Status as Status,
        Word as Word,
        digest as digest,
    )

_HOME = {
    "errors": "NotAllowed NotFound NotKnown Refused RowStopped ServiceError SetupError"
    " SheetflowError TableBusy TableChanged TableError TableReadOnly ThereAlready"
    " TooFast Unreachable UsedUp",
    "language.messages.drafts": "Draft Paragraph Run",
    "language.messages.languages": "code_of direction_of",
    "language.messages.letters": "Message",
    "language.messages": "MessageTemplate",
    "language.templating": "Template",
    "language.vocabulary": "Cells Column Conditions Connection Gift OtherColumn People Pick"
    " TableName",
    "language.written": "day_and_time",
    "ledger.records": "Load",
    "network.door": "Door",
    "network.services": "Answer Bearer Call Charge Fault Identity Limit Meaning Nature Service",
    "plugin.action": "Action Past Work",
    "plugin.asking": "message_for",
    "plugin.chat": "Chat ChatMessage ChatPlace",
    "plugin.connector": "Connector Finding action table",
    "plugin.connector_table": "ReadOnlyTable in_words",
    "plugin.guard": "Guard Held Memory RunGuard",
    "plugin.hookspecs": "hookimpl",
    "plugin.library": "Library Notebook Writing",
    "plugin.listener": "Heard Hook Listener Subscriber Subscription is_same sha256_mac",
    "plugin.mailer": "Mail Mailer",
    "plugin.meetings": "Appointment Calendar Invitee MeetingPlace MeetingRoom",
    "plugin.links": "Choice Links as_data",
    "plugin.options": "main option",
    "plugin.tools": "Sender Tools",
    "plugin.watcher": "Changed Changes Watcher",
    "secrets": "Secret",
    "spool": "Spool",
    "tables": "statuses",
    "tables.source": "Edit LeftAlone LogLine Merge NewColumn NewRow Sheet SheetColumn SheetRow"
    " TableSource",
    "tables.table": "Table",
    "values": "Blank Cell CellError Change Entry Letter Meeting Noop Outcome Person Receipt Row"
    " RowRef State Status Word digest",
}
_HOME_OF = {name: home for home, names in _HOME.items() for name in names.split()}

__version__ = "0.1.0"
__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'sheetflow' has no attribute {name!r}")
    home = f"{__name__}.{_HOME_OF[name]}"
    found = (
        import_module(f"{home}.{name}")
        if name == "statuses"
        else getattr(import_module(home), name)
    )
    globals()[name] = found
    return found
