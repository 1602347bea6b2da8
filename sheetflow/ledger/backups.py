"""Noticing that a ledger is older than it was, because an old copy was put back or it was lost.

Such a ledger has forgotten whom it wrote to. So each turn leaves its number in a small file beside
the ledger, and a ledger behind that number is refused until a person says that it will do.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from sqlalchemy import inspect

from sheetflow.errors import LedgerError
from sheetflow.ledger.databases import Database
from sheetflow.ledger.facts import read_epoch, read_meta
from sheetflow.ledger.schema import meta
from sheetflow.values import digest


def remember(database: Database) -> None:
    """Leave the turn that the ledger is at beside it."""
    if database.path is None:
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
    """Raise LedgerError when the ledger is behind what its last turn left beside it, or another."""
    if database.path is None:
        return
    left = _left_beside(database.path)  # first: a turn is written here after the ledger has it
    if left is None:
        return
    ledger, turn = _state_of(database)
    if left[0] != ledger or left[1] > turn:
        raise _older(database.path)


def refuse_lost(path: Path) -> None:
    """Raise LedgerError when there is no ledger at `path`, but a turn was left beside it."""
    if not path.exists() and _left_beside(path):
        raise _older(path)


def _older(path: Path) -> LedgerError:
    file = _beside(path)
    return LedgerError(
        f"The ledger {path} is not the one of the last run, or an older copy of it. It does not "
        "know whom Sheetflow has written to since.",
        hint=f"Put the right one back. If it is lost, check the rows, delete {file.name} "
        "beside it, and look at the plan before you run anything.",
    )


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
