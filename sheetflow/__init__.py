"""Sheetflow: the right person, once, rehearsed, and explained in the sheet.

This is the public face, for plugins. Each name is imported when it is first asked for, so that
`sheetflow --help` does not pay for what it does not use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sheetflow.errors import (
        NotAllowed,
        NotFound,
        NotKnown,
        Refused,
        RowStopped,
        SheetflowError,
        TableBusy,
        TableChanged,
        TooFast,
        Unreachable,
    )
    from sheetflow.language.messages import Message, MessageTemplate
    from sheetflow.language.templating import Template
    from sheetflow.language.vocabulary import (
        Cells,
        Column,
        Conditions,
        Connection,
        Gift,
        People,
        Pick,
        TableName,
    )
    from sheetflow.language.written import day_and_time
    from sheetflow.plugin.action import Action, Past, Work
    from sheetflow.plugin.connector import (
        Connector,
        Limit,
        Mail,
        Mailer,
        MeetingPlace,
        action,
        table,
    )
    from sheetflow.plugin.guard import Guard, Held
    from sheetflow.plugin.hookspecs import hookimpl
    from sheetflow.plugin.options import main, option
    from sheetflow.plugin.tools import Sender, Tools
    from sheetflow.secrets import Secret
    from sheetflow.tables import statuses
    from sheetflow.tables.source import Edit, Sheet, SheetRow, TableSource
    from sheetflow.tables.table import Table
    from sheetflow.values import (
        Blank,
        Cell,
        CellError,
        Change,
        Letter,
        Meeting,
        Noop,
        Person,
        Receipt,
        Row,
        RowRef,
        State,
        Status,
        Word,
        digest,
    )

_HOME = {
    "errors": "NotAllowed NotFound NotKnown Refused RowStopped SheetflowError TableBusy"
    " TableChanged TooFast Unreachable",
    "language.messages": "Message MessageTemplate",
    "language.templating": "Template",
    "language.vocabulary": "Cells Column Conditions Connection Gift People Pick TableName",
    "language.written": "day_and_time",
    "plugin.action": "Action Past Work",
    "plugin.connector": "Connector Limit Mail Mailer MeetingPlace action table",
    "plugin.guard": "Guard Held",
    "plugin.hookspecs": "hookimpl",
    "plugin.options": "main option",
    "plugin.tools": "Sender Tools",
    "secrets": "Secret",
    "tables": "statuses",
    "tables.source": "Edit Sheet SheetRow TableSource",
    "tables.table": "Table",
    "values": "Blank Cell CellError Change Letter Meeting Noop Person Receipt Row RowRef State"
    " Status Word digest",
}
_HOME_OF = {name: home for home, names in _HOME.items() for name in names.split()}

__version__ = "0.1.0"
__all__ = sorted(_HOME_OF)  # noqa: PLE0605 - a list of names, made from the table above


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
