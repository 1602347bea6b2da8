"""What a database complains of, in words, so that nothing is handed over on a ledger that fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from sheetflow.errors import LedgerError

_NO_ROOM = (
    "cannot be written to.",
    "Is the disk full, or a limit on file sizes reached? Make room and start again.",
)
_SHUT = ("cannot be written to: it is protected.", "Let this user write to it and to its folder.")
_LOCKED = (
    "is locked by another program.",
    "Close what has it open, such as a database viewer, and start again.",
)
_DAMAGED = (
    "is damaged.",
    "Put back the last good copy. Without it, Sheetflow cannot know whom it has written to.",
)
_AWAY = ("does not answer.", "See that the database is running and that its address is right.")
_UNKNOWN = ("cannot be used now.", "See that the database is running, whole, and may be written.")

_SQLITE = {
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_FULL": _NO_ROOM,
    "SQLITE_IOERR": _NO_ROOM,
    "SQLITE_READONLY": _SHUT,
    "SQLITE_PERM": _SHUT,
    "SQLITE_CANTOPEN": _SHUT,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
}
"""By the name of SQLite's result code, or the longest beginning of it."""

_POSTGRES = {
    "08": _AWAY,
    "57P": _AWAY,
    "53100": _NO_ROOM,
    "25006": _SHUT,
    "42501": _SHUT,
    "28": ("does not let us in.", "See that the user and the password are right."),
    "3D": ("does not exist.", "Create the database, or correct its name."),
    "55P03": _LOCKED,
    "XX00": _DAMAGED,
}
"""By SQLSTATE, or the beginning of it (PostgreSQL's manual, appendix A)."""


@contextmanager
def told_in_words(name: str) -> Iterator[None]:
    """Whatever the database called `name` complains of in here becomes a LedgerError."""
    try:
        yield
    except DBAPIError as error:
        raise in_words(error.orig, name) from None
    except (sqlite3.Error, OSError) as error:
        raise in_words(error, name) from None


@contextmanager
def legible() -> Iterator[None]:
    """What is read in here was written by us, or the ledger is damaged: then LedgerError."""
    try:
        yield
    except (KeyError, TypeError, ValueError):
        raise LedgerError(
            "The ledger holds a line that Sheetflow never wrote: it is damaged.", hint=_DAMAGED[1]
        ) from None


def in_words(error: BaseException | None, name: str) -> LedgerError:
    """What a driver's `error` means for whoever runs Sheetflow. It repeats no data."""
    what, hint = _found(error)
    return LedgerError(f"The ledger {name} {what} Nothing more is handed over.", hint=hint)


def damaged(name: str) -> LedgerError:
    """The error for a ledger that reads, but not as it was written."""
    what, hint = _DAMAGED
    return LedgerError(f"The ledger {name} {what} Nothing is handed over.", hint=hint)


def _found(error: BaseException | None) -> tuple[str, str]:
    if isinstance(error, PermissionError):
        return _SHUT
    if isinstance(error, OSError):
        return _NO_ROOM
    if isinstance(error, sqlite3.Error):
        return _by_beginning(_SQLITE, getattr(error, "sqlite_errorname", ""), _UNKNOWN)
    code = getattr(error, "sqlstate", None) or ("08" if _lost(error) else "")
    return _by_beginning(_POSTGRES, code, _UNKNOWN)


def _lost(error: BaseException | None) -> bool:
    return type(error).__name__ == "OperationalError"


def _by_beginning(
    table: dict[str, tuple[str, str]], code: str, otherwise: tuple[str, str]
) -> tuple[str, str]:
    return next((words for start, words in table.items() if code.startswith(start)), otherwise)
