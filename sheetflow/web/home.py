"""The first page: who needs you, what waits, what each recipe did last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from sheetflow.ledger import browsing
from sheetflow.ledger.records import Run, Switch
from sheetflow.ledger.replies import open_replies
from sheetflow.reporting.groups import one_line
from sheetflow.web.pages import asked_in, moment, page, recipe_path
from sheetflow.web.pausing import paused
from sheetflow.web.site import Card
from sheetflow.web.stopping import Teller, groups
from sheetflow.web.visit import Visit
from sheetflow.workspace import CHAPTER

CAUSES = 10
"""How many causes the first page tells; the page of all that waits tells the others."""


LONGEST = 600
"""Characters in which it is told why a recipe could not run."""


def home(visit: Visit) -> Response:
    """Who needs somebody first, then what waits, then the recipes."""
    workspace = visit.site.workspace()
    cards, zone = visit.site.cards(workspace), workspace.clock.zone
    with visit.site.reading(workspace) as (connection, salt):
        teller = Teller(visit, connection, salt, zone)
        found = groups(connection, [card.id for card in cards])
        needs = [group for group in found if group.needs_somebody]
        waits = [group for group in found if not group.needs_somebody]
        switches = browsing.all_switches(connection, CHAPTER)
        latest = browsing.latest_run_of_each(connection)
        due = browsing.next_due(connection, CHAPTER)
        unfinished = browsing.unfinished(connection, CHAPTER)
        told_needs = teller.told(needs[:CAUSES])
        told_waits = teller.told(waits[:CAUSES])
        answers = len(open_replies(connection, CHAPTER))
    return page(
        visit.session,
        "home.html",
        title=one_line(workspace.settings.organization.name),
        visit=visit,
        needing=sum(group.count for group in needs),
        waiting=sum(group.count for group in waits),
        answers=answers,
        needs=told_needs,
        stuck=_stuck(cards, unfinished, switches, zone),
        waits=told_waits,
        more=max(len(needs) - CAUSES, 0) + max(len(waits) - CAUSES, 0),
        recipes=_recipes(cards, switches, latest, due, zone),
        paused=paused(switches),
        on=sum(_is_on(switches.get(card.id)) for card in cards),
    )


def _recipes(
    cards: Sequence[Card],
    switches: Mapping[str, Switch],
    latest: Mapping[str, Run],
    due: Mapping[str, datetime],
    zone: tzinfo,
) -> list[dict[str, Any]]:
    return [
        {
            "id": card.id,
            "path": recipe_path(card.id),
            "name": one_line(card.name),
            "is_on": _is_on(switches.get(card.id)),
            "was_off": card.id in switches,
            "schedule": one_line(card.schedule),
            "next": _next(due.get(card.id), switches.get(card.id), zone),
            "last": told_run(latest[card.id], zone) if card.id in latest else None,
        }
        for card in cards
    ]


def _stuck(
    cards: Sequence[Card],
    unfinished: Mapping[str, tuple[datetime, str]],
    switches: Mapping[str, Switch],
    zone: tzinfo,
) -> list[dict[str, Any]]:
    """The recipes that are on, were due and could not do anything: since when, and why."""
    found = []
    for card in cards:
        if card.id in unfinished and _is_on(switches.get(card.id)):
            at, why = unfinished[card.id]
            said = asked_in(one_line(why, LONGEST))
            path, name = recipe_path(card.id), one_line(card.name)
            found.append({"path": path, "name": name, "at": moment(at, zone), "why": said})
    return found


def _next(due: datetime | None, switch: Switch | None, zone: tzinfo) -> Mapping[str, str] | None:
    """When it runs next by itself: only what is on does."""
    return moment(due, zone) if due is not None and _is_on(switch) else None


def _is_on(switch: Switch | None) -> bool:
    return switch is not None and switch.is_on


def told_run(run: Run, zone: tzinfo) -> dict[str, Any]:
    """A run in a list: when, of which recipe, and what it came to."""
    return {
        "path": f"/runs/{quote(run.id, safe='')}",
        "recipe": run.recipe,
        "at": moment(run.begun_at, zone),
        "words": in_words(run),
    }


def in_words(run: Run) -> str:
    """What a run came to, in one sentence."""
    if run.ended_at is None:
        return "Has not ended"
    said = [
        f"{word.value}: {count:,}"
        for word in browsing.PRESSING
        if (count := run.summary.get(word.value, 0))
    ]
    return ", ".join(said) or "Nothing to do"
