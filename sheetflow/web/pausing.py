"""The brake: switch every recipe off at once, and later on again exactly those that were on."""

from __future__ import annotations

from starlette.responses import Response

from sheetflow.reporting.groups import listed
from sheetflow.runner.pausing import pause_all, paused as paused, resume_all
from sheetflow.web.sessions import Undo
from sheetflow.web.visit import Visit
from sheetflow.workspace import CHAPTER


def pause(visit: Visit) -> Response:
    """Switch off every recipe that is on. What is under way stops before its next message."""
    workspace = visit.site.workspace()
    with workspace.ledger(read_only=False) as ledger:
        on = pause_all(ledger, CHAPTER, who=visit.who, at=workspace.clock.now())
    if not on:
        return visit.done("/", "No recipe was on, so nothing was paused.")
    undo = Undo("Switch these on again", "/resume")
    return visit.done("/", f"Everything is paused. Switched off: {listed(on)}.", undo)


def resume(visit: Visit) -> Response:
    """Switch on again what `pause` switched off, and nothing else."""
    workspace = visit.site.workspace()
    with workspace.ledger(read_only=False) as ledger:
        names = resume_all(ledger, CHAPTER, who=visit.who, at=workspace.clock.now())
    if not names:
        return visit.done("/", "Nothing is paused.")
    return visit.done(
        "/",
        f"Switched on again: {listed(names)}. Who came meanwhile is looked at by the next run.",
        Undo("Pause everything", "/pause"),
    )
