"""Whether a row was ticked, and for what: a tick is for what the row said when it was set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sheetflow.language.recipe import Recipe
from sheetflow.ledger.asks import Ask
from sheetflow.runner.approving import item_of
from sheetflow.runner.session import Session
from sheetflow.tables.table import Table
from sheetflow.values import Asked, Entry, Row, Status, Word, digest

GO_AHEAD = "go ahead"
"""The guard that waits for a tick in each row."""


def meant(entry: Entry, recipe: Recipe) -> str:
    """One change as a tick is bound to it: exactly, and as it is but for moments that move along.

    "In 24 hours" is another moment in each plan; by the same recipe, for the same rows, it is
    nothing else.
    """
    assert entry.change is not None
    exactly = digest(entry.content, entry.change.to)
    return f"{exactly} {digest(item_of(entry).moving, entry.change.to, recipe.fingerprint)}"


def covers(ask: Ask | Asked, changes: Iterable[Entry], recipe: Recipe) -> bool:
    """Whether each of these changes is one that was asked about."""
    return all(
        are_one(ask.changes.get(entry.key.digest, ""), meant(entry, recipe)) for entry in changes
    )


def are_one(one: str, other: str) -> bool:
    """Whether two changes, as `meant` tells them, are the same for whoever ticks."""
    return any(mine == theirs for mine, theirs in zip(one.split(), other.split(), strict=False))


def is_ticked(table: Table, row: Row) -> bool:
    """Whether the row's tick is set, in whatever words."""
    column = table.spec.go_ahead_column
    if row.cells.get(column) in (None, ""):
        return False
    return table.cell(row, column, "yes/no").value is True


def ticked_ask(table: Table, row: Row, asks: Mapping[str, Ask]) -> Ask | None:
    """What the tick of a row is for: the ask whose sentence stands there."""
    shown = shown_status(table, row)
    found = [ask for _, ask in sorted(asks.items()) if told(ask.sentence) == shown]
    return found[0] if found and is_ticked(table, row) else None


def shown_status(table: Table, row: Row) -> str:
    """What the row says."""
    raw = row.cells.get(table.spec.status_column)
    return "" if raw is None else str(raw).strip()


def told(sentence: str) -> str:
    """A sentence that asks, as it stands in a cell."""
    return str(Status(Word.WAITING, sentence))


def newly_ticked(recipe: Recipe, session: Session) -> list[str]:
    """The rows in which a tick is seen for the first time that answers what this recipe asks."""
    table = session.tools.table(recipe.table)
    found = []
    for row_id, asks in session.ledger.asks(session.chapter, recipe.table).items():
        ask, row = asks.get(recipe.id), table.row(row_id)
        if ask is None or row is None or ask.given_at is not None or row_id in table.stopped:
            continue
        if ticked_ask(table, row, asks) is ask:
            found.append(row_id)
    return found
