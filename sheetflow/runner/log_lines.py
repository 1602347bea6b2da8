"""What a run tells, a line for each row, for tables that have a place for it."""

from __future__ import annotations

from collections.abc import Iterator

from sheetflow.runner.session import Session
from sheetflow.tables.source import LogLine
from sheetflow.values import Entry, Plan, Status


def log_lines(telling: Plan, session: Session, run: str) -> Iterator[LogLine]:
    """What is told, in full: a status is cut short where it would not fit into its cell."""
    now = session.tools.clock.now().replace(tzinfo=None, microsecond=0)
    for entry in telling.entries:
        if entry.change and entry.change.done:
            what = _in_full(entry.change.done, telling, entry)
            yield LogLine(now, entry.who, what, telling.name, run)


def _in_full(status: Status, telling: Plan, entry: Entry) -> str:
    """The whole sentence; and where it asks for a tick, what exactly the tick is for."""
    text = " ".join(status.text.split())
    asked = telling.asks.get(entry.key.row)
    if asked is not None and asked.sentence == status.text:
        text = f"{text}. It would be: {asked.says}"
    return f"{status.word} — {text}" if text else str(status.word)
