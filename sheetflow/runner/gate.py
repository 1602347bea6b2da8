"""The gate: all guards in one chain. Each can hold a change back; none can let one through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sheetflow.language.recipe import Recipe
from sheetflow.plugin.guard import Guard, Held
from sheetflow.runner.guards import OWN
from sheetflow.runner.session import Session
from sheetflow.values import Entry, Noop


class Gate:
    """The guards of one run, asked when planning and again just before handing over."""

    def __init__(self, recipe: Recipe, session: Session, entries: Sequence[Entry]) -> None:
        classes = [*OWN, *session.registry.guards()]
        self._guards: list[Guard] = [guard(recipe, session.tools) for guard in classes]
        changes = [entry for entry in entries if entry.change]
        for guard in self._guards:
            guard.prepare(changes)

    def ask(self, entry: Entry) -> Held | None:
        """Who holds this change back, the first of them, or None."""
        answers = ((guard, guard.ask(entry)) for guard in self._guards)
        return next((replace(held, guard=guard.name) for guard, held in answers if held), None)


def hold_back(entries: Sequence[Entry], recipe: Recipe, session: Session) -> list[Entry]:
    """The entries with every held change turned into a Noop that says until when.

    What comes after a held step of the same row is held with it, and not shown twice.
    """
    gate = Gate(recipe, session, entries)
    passed: list[Entry] = []
    waiting: set[str] = set()
    for entry in entries:
        if entry.key.row in waiting:
            continue
        held = gate.ask(entry) if entry.change else None
        if held is None:
            passed.append(entry)
            continue
        waiting.add(entry.key.row)
        noop = Noop(
            held.status.text,
            held.status.word,
            part=entry.deed.part,
            guard=held.guard,
            until=held.until,
        )
        passed.append(replace(entry, deed=noop, reads={}, awaits=(), was={}, doubtful=False))
    return passed
