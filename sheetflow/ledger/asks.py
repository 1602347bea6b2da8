"""What people are asked to let go out, a row at a time, and whether they have: ticks in the sheet.

An ask is kept once the sheet shows it, so that a tick that was there before is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from sheetflow.ledger.encoding import as_text, from_text
from sheetflow.ledger.sheet_schema import asks
from sheetflow.ledger.troubles import legible
from sheetflow.values import digest


@dataclass(frozen=True, slots=True)
class Ask:
    """What a row says it waits for: `sentence` stands in its status.

    `changes` tell by the digest of each key what would be done. `given_at` is when the tick was
    seen.
    """

    recipe: str
    row: str
    sentence: str
    changes: Mapping[str, str]
    asked_at: datetime
    given_at: datetime | None = None


Asks = Mapping[str, Mapping[str, Ask]]
"""By row id, then by recipe."""


def read_asks(connection: Connection, chapter: str, table: str) -> dict[str, dict[str, Ask]]:
    """All that is asked in a table."""
    a = asks.c
    query = select(a.recipe, a.row_id, a.sentence, a.changes, a.asked_at, a.given_at)
    found: dict[str, dict[str, Ask]] = {}
    with legible():
        for recipe, row, sentence, changes, asked_at, given_at in connection.execute(
            query.where(a.chapter == chapter, a.table_name == table)
        ):
            ask = Ask(recipe, row, sentence, from_text(changes), asked_at, given_at)
            found.setdefault(row, {})[recipe] = ask
    return found


def replace_asks(
    connection: Connection,
    chapter: str,
    table: str,
    recipe: str,
    new: Mapping[str, Ask | None],
) -> None:
    """Keep these asks of a recipe, by row id, in the place of those before; None for no more."""
    names = {row: digest(chapter, table, recipe, row) for row in new}
    if names:
        away = [{"this": name} for name in names.values()]
        connection.execute(delete(asks).where(asks.c.digest == bindparam("this")), away)
    lines = [
        {
            "digest": names[row],
            "chapter": chapter,
            "recipe": recipe,
            "table_name": table,
            "row_id": row,
            "sentence": ask.sentence,
            "changes": as_text(ask.changes),
            "asked_at": ask.asked_at,
            "given_at": ask.given_at,
        }
        for row, ask in new.items()
        if ask is not None
    ]
    if lines:
        connection.execute(insert(asks), lines)


def note_given(
    connection: Connection,
    chapter: str,
    table: str,
    recipe: str,
    rows: Iterable[str],
    *,
    at: datetime,
) -> None:
    """Note that the ticks of these rows were seen."""
    names = [{"this": digest(chapter, table, recipe, row), "at": at} for row in rows]
    if names:
        seen = update(asks).where(asks.c.digest == bindparam("this"))
        connection.execute(seen.values(given_at=bindparam("at")), names)
