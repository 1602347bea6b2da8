"""Who said what was right after an old copy of the ledger was put back, and when."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from sheetflow.ledger.facts import read_meta, write_meta
from sheetflow.ledger.troubles import legible

RESTORED = "restored"
"""What the answers are called among the facts that the ledger keeps about itself."""

KEPT = 50
"""How many answers are kept: the latest."""


@dataclass(frozen=True)
class Restoring:
    """What somebody said was right: `ran` are the recipes that may have run, none for all.

    `rows` are those for which something was in doubt then.
    """

    right: str
    ran: tuple[str, ...]
    rows: int
    who: str
    at: datetime


def keep_restoring(connection: Connection, said: Restoring) -> None:
    """Keep an answer beside those before it."""
    line = {**asdict(said), "at": said.at.isoformat()}
    lines = [*_lines(connection), line]
    write_meta(connection, RESTORED, json.dumps(lines[-KEPT:]))


def read_restorings(connection: Connection) -> Sequence[Restoring]:
    """All answers, the latest first. Raises LedgerError when they are not legible."""
    with legible():
        found = [
            Restoring(
                line["right"],
                tuple(line["ran"]),
                int(line["rows"]),
                line["who"],
                datetime.fromisoformat(line["at"]),
            )
            for line in _lines(connection)
        ]
    return found[::-1]


def _lines(connection: Connection) -> list[dict[str, Any]]:
    with legible():
        found: list[dict[str, Any]] = json.loads(read_meta(connection, RESTORED) or "[]")
    return found
