"""Noticing that a ledger is older than it was, because an old copy was put back or it was lost.

Such a ledger has forgotten whom it wrote to, and is refused until a person says what is right.
Three things tell it: a small file beside an SQLite ledger, in which each turn leaves its number; a
mark in every copy that Sheetflow makes; and in PostgreSQL the number that the database gave to our
table, which is another one after a dump was put back.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, inspect, text

from sheetflow.errors import LedgerError
from sheetflow.ledger.databases import Database
from sheetflow.ledger.facts import read_epoch, read_meta, write_meta
from sheetflow.ledger.schema import meta, records
from sheetflow.ledger.troubles import legible
from sheetflow.values import digest

COPIED = "copied"
"""Since when this ledger is a copy of which nobody has said yet that it is to be used."""

HOME = "home"
"""The number of our table in the PostgreSQL database to which this ledger belongs."""

CURE = "Put the right one back. If this is the latest there is: sheetflow restored"


def remember(database: Database) -> None:
    """Leave the turn that the ledger is at beside it, or in PostgreSQL, where it is at home."""
    if database.path is None:
        with database.writing() as connection:
            home = _number_here(connection)
            if read_meta(connection, HOME) != home:
                write_meta(connection, HOME, home)
        return
    ledger, turn = _state_of(database)
    file = _beside(database.path)
    draft = file.with_name(f"{file.name}.new")
    with draft.open("w", encoding="ascii") as out:
        json.dump({"ledger": ledger, "turn": turn}, out)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)


def refuse_older(database: Database) -> None:
    """Raise LedgerError when the ledger is behind its last turn, or another, or a copy."""
    found = in_question(database)
    if found:
        raise LedgerError(found, hint=CURE)


def refuse_lost(path: Path) -> None:
    """Raise LedgerError when there is no ledger at `path`, but a turn was left beside it."""
    if found := lost(path):
        raise LedgerError(found, hint=CURE)


def lost(path: Path) -> str:
    """That there is no ledger at `path`, although a turn was left beside it; or ""."""
    return _older(str(path)) if not path.exists() and _left_beside(path) else ""


def in_question(database: Database) -> str:
    """Why this ledger may have forgotten something, or "". Raises LedgerError if it fails."""
    left = _left_beside(database.path) if database.path else None
    # first: a turn is written there after the ledger has it
    ledger, turn = _state_of(database)
    if left is not None and (left[0] != ledger or left[1] > turn):
        return _older(database.name)
    with database.reading() as connection:
        if not ledger:
            return ""
        with legible():
            copied = read_meta(connection, COPIED)
            made = datetime.fromisoformat(copied) if copied else None
        if made is not None:
            when = f"{made:%Y-%m-%d %H:%M} {made.tzname()}"
            return f"The ledger {database.name} is a copy of {when}. {_FORGOTTEN}"
        home = read_meta(connection, HOME) if database.path is None else ""
        if home and home != _number_here(connection):
            return f"The ledger {database.name} was put back from a dump. {_FORGOTTEN}"
    return ""


def mark_as_copy(connection: Connection, at: datetime) -> None:
    """Have whoever opens this ledger refuse it, until somebody says that it is to be used."""
    if not read_meta(connection, COPIED):
        write_meta(connection, COPIED, at.isoformat(timespec="seconds"))


def accept(database: Database, connection: Connection, *, was_in_question: bool) -> None:
    """Take the ledger as the right one from now on; `remember` has to follow the transaction.

    One that was itself in question gets a turn of its own, later than all that there may have been.
    Where only a table was, others may be applying to other tables now, and keep theirs.
    """
    left = _left_beside(database.path) if database.path else None
    connection.execute(delete(meta).where(meta.c.name.in_((COPIED, HOME))))
    if was_in_question:
        latest = max(read_epoch(connection), left[1] if left else 0)
        write_meta(connection, "epoch", str(latest + 1))


_FORGOTTEN = "It does not know whom Sheetflow has written to since."


def _older(name: str) -> str:
    return f"The ledger {name} is not the one of the last run, or an older copy of it. {_FORGOTTEN}"


def _number_here(connection: Connection) -> str:
    """The number of our table: it stays through an upgrade of PostgreSQL, and no dump has it."""
    return str(connection.scalar(text(f"SELECT '{records.name}'::regclass::oid")))


def _state_of(database: Database) -> tuple[str, int]:
    with database.reading() as connection:
        if not inspect(connection).has_table(meta.name):
            return "", 0
        return digest("ledger", read_meta(connection, "salt")), read_epoch(connection)


def _left_beside(path: Path) -> tuple[str, int] | None:
    try:
        found = json.loads(_beside(path).read_text(encoding="ascii"))
        return str(found["ledger"]), int(found["turn"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise LedgerError(
            f"{_beside(path)} cannot be read.",
            hint="Check that the ledger beside it is the right one, then delete that file.",
        ) from None


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.turn")
