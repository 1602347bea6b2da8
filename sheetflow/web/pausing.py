"""The brake: switch every recipe off at once, and later on again exactly those that were on."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from sheetflow.ledger import browsing
from sheetflow.ledger.records import Switch
from sheetflow.reporting.groups import listed
from sheetflow.web.sessions import Undo
from sheetflow.web.visit import Visit
from sheetflow.workspace import CHAPTER

PAUSED = "everything was paused on the dashboard"
"""Why a recipe was switched off; those and no others are switched on again together."""


def pause(visit: Visit) -> Response:
    """Switch off every recipe that is on. What is under way stops before its next message."""
    workspace = visit.site.workspace()
    with workspace.ledger(read_only=False) as ledger:
        with ledger.database.reading() as connection:
            switches = browsing.all_switches(connection, CHAPTER)
        on = sorted(name for name, switch in switches.items() if switch.is_on)
        for name in on:
            off = Switch(False, PAUSED, visit.who, workspace.clock.now())
            ledger.decisions.switch(CHAPTER, name, off)
    if not on:
        return visit.done("/", "No recipe was on, so nothing was paused.")
    undo = Undo("Switch these on again", "/resume")
    return visit.done("/", f"Everything is paused. Switched off: {listed(on)}.", undo)


def resume(visit: Visit) -> Response:
    """Switch on again what `pause` switched off, and nothing else."""
    workspace = visit.site.workspace()
    with workspace.ledger(read_only=False) as ledger:
        with ledger.database.reading() as connection:
            names = paused(browsing.all_switches(connection, CHAPTER))
        for name in names:
            on = Switch(True, "as before the pause", visit.who, workspace.clock.now())
            ledger.decisions.switch(CHAPTER, name, on)
    if not names:
        return visit.done("/", "Nothing is paused.")
    return visit.done(
        "/",
        f"Switched on again: {listed(names)}. Who came meanwhile is looked at by the next run.",
        Undo("Pause everything", "/pause"),
    )


def paused(switches: Mapping[str, Switch]) -> list[str]:
    """The recipes that stand still because everything was paused."""
    return sorted(name for name, each in switches.items() if not each.is_on and each.why == PAUSED)
