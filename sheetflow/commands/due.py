"""`sheetflow run --due`: everything that is due now, for cron and the like."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sheetflow.commands import terminal
from sheetflow.commands.interrupts import stopping_in_order
from sheetflow.commands.invocation import Invocation

if TYPE_CHECKING:
    from sheetflow.hosting.rounds import Rounds, Survey
    from sheetflow.hosting.unattended import Ended

DONE = 0
NEEDS_A_LOOK = 1
INTERRUPTED = 130


def run_due(invocation: Invocation) -> int:
    """Run what is due, a line for each recipe; gives the exit code."""
    from sheetflow.organizing.attending import attending

    rounds = _rounds(invocation)
    beside = attending(rounds.roster, rounds.clock, rounds.journal)
    beside.look()
    try:
        with stopping_in_order() as stop, beside.going_on():
            found = rounds.go(stop)
        beside.look()
    finally:
        rounds.close()
        beside.close()
    if found.elsewhere:
        terminal.tell("Another Sheetflow is running what is due: this one leaves it to that.")
        return DONE
    for ended in found.ended:
        terminal.tell(_line(ended))
    if not found.ended:
        terminal.tell(f"Nothing is due. {_next(found.survey)}".rstrip())
    if stop.is_set():
        return INTERRUPTED
    return NEEDS_A_LOOK if any(ended.needs_a_look for ended in found.ended) else DONE


def list_due(invocation: Invocation) -> int:
    """Show what is due when, and run nothing; gives the exit code."""
    rounds = _rounds(invocation)
    survey = rounds.survey(read_only=True)
    without = []
    for name, listed in survey.roll.recipes.items():
        if listed.schedule is not None or listed.problem:
            terminal.tell(_standing(name, survey))
        else:
            without.append(name)
    if without:
        terminal.tell(f"Without a schedule: {', '.join(without)}.")
    return DONE


def _rounds(invocation: Invocation) -> Rounds:
    from sheetflow.clock import Clock
    from sheetflow.hosting.journal import Journal
    from sheetflow.hosting.roster import Roster
    from sheetflow.hosting.rounds import Rounds

    clock = Clock()
    roster = Roster(invocation.workspace_folder(), clock)
    return Rounds(roster, clock, Journal(None, clock))


def _line(ended: Ended) -> str:
    from sheetflow.reporting.groups import one_line

    says = {"done": "", "not finished": "not finished: ", "in use": "later: ", "stopped": ""}
    more = ". It waits for somebody's Go." if ended.needs_go else ""
    return f"{ended.recipe}: {says[ended.how]}{one_line(ended.says, 500)}{more}"


def _standing(name: str, survey: Survey) -> str:
    """One recipe: its schedule, whether it is on, when it is due, what came of it last."""
    from sheetflow.reporting.groups import one_line

    listed, tick = survey.roll.recipes[name], survey.wanted.get(name)
    parts = [str(listed.schedule) if listed.schedule else "cannot be read"]
    if name not in survey.on:
        parts.append("not switched on")
    elif tick is not None and tick.taken_at:
        parts.append("running")
    elif tick is not None and tick.due_at:
        word = "due since" if tick.due_at <= survey.at else "due"
        parts.append(f"{word} {_moment(tick.due_at, survey)}")
    if tick is not None and tick.last_at:
        parts.append(f"last {_moment(tick.last_at, survey)}, {one_line(tick.outcome, 200)}")
    return f"{name}: {'; '.join(parts)}"


def _next(survey: Survey) -> str:
    return f"Next: {_moment(survey.next_at, survey)}." if survey.next_at else ""


def _moment(at: datetime, survey: Survey) -> str:
    return f"{at.astimezone(survey.roll.zone):%a %Y-%m-%d %H:%M}"
