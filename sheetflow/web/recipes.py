"""One recipe: what it does, and whether it is on."""

from __future__ import annotations

from starlette.responses import Response

from sheetflow.ledger import browsing
from sheetflow.ledger.records import Switch
from sheetflow.reporting.groups import counted, one_line
from sheetflow.runner.switching import ListChanged, Present, Shown, present, switch_on
from sheetflow.web import pictures
from sheetflow.web.home import told_run
from sheetflow.web.pages import moment, page, recipe_path
from sheetflow.web.sessions import Undo
from sheetflow.web.visit import Refused, Visit
from sheetflow.workspace import CHAPTER, Workspace

RUNS = 5
"""How many of its latest runs a recipe's page tells."""
ON_SCREEN = 500
"""How many of those who match now are named before a recipe is switched on."""
LONGEST = 600
"""Characters in which it is told why a list does not count any more."""
NOT_KNOWN = "The list that you looked at is not known here any more."
WAS_ON = "switched off on the dashboard while it was on"
"""Why a recipe is off that may be switched on again without marking anybody."""


def recipe(visit: Visit) -> Response:
    """What a recipe does, whether it is on, and its latest runs."""
    workspace = visit.site.workspace()
    name = known(visit, workspace)
    aloud = visit.site.aloud.of(workspace, name)
    zone = workspace.clock.zone
    with visit.site.reading(workspace) as (connection, _):
        switch = browsing.all_switches(connection, CHAPTER).get(name)
        runs = browsing.latest_runs(connection, recipe=name, limit=RUNS)
        drawn = pictures.of_recipe(connection, name, workspace.clock)
    return page(
        visit.session,
        "recipe.html",
        title=aloud.name or name,
        visit=visit,
        id=name,
        path=recipe_path(name),
        about=aloud.about,
        sections=aloud.sections,
        problems=aloud.problems,
        switch=switch,
        since=moment(switch.since, zone) if switch else None,
        can_resume=_can_resume(switch),
        runs=[told_run(run, zone) for run in runs],
        **drawn,
    )


def ask_to_switch_on(visit: Visit) -> Response:
    """Who matches now and would be left alone, before anything is switched on."""
    workspace = visit.site.workspace()
    return _list(visit, workspace, known(visit, workspace))


def _list(
    visit: Visit, workspace: Workspace, name: str, *, changed: str = "", status: int = 200
) -> Response:
    """The list of those who match now; `changed` says why an earlier one does not count."""
    found = workspace.recipe(name)
    with visit.site.planning(), workspace.open_session(may_write=False) as session:
        matches = present(found, session)
    people = [one_line(entry.who) or one_line(entry.key.row) for entry in matches.entries]
    before = [one_line(name) for name in matches.marked_names]
    return page(
        visit.session,
        "switch_on.html",
        status=status,
        title=f"Switch on: {one_line(found.name)}",
        visit=visit,
        path=recipe_path(name),
        count=len(people),
        people=people[:ON_SCREEN],
        more=max(len(people) - ON_SCREEN, 0),
        marked=len(before),
        before=before[:ON_SCREEN],
        more_before=max(len(before) - ON_SCREEN, 0),
        going_on=len(matches.going_on),
        under_way=[one_line(name) for name in matches.going_on[:ON_SCREEN]],
        more_under_way=max(len(matches.going_on) - ON_SCREEN, 0),
        shown=visit.session.keep_shown(matches.shown),
        changed=one_line(changed, LONGEST),
    )


def switch_it_on(visit: Visit) -> Response:
    """Switch a recipe on, and mark whoever matches, unless they are to be acted on too."""
    workspace = visit.site.workspace()
    name = known(visit, workspace)
    too: Shown | None = None
    if visit.form.get("present") == "include":
        too = visit.session.shown.get(visit.form.get("shown", ""))
        if too is None:
            return _list(visit, workspace, name, changed=NOT_KNOWN, status=409)
    try:
        with visit.site.planning():
            done = switch_on(workspace.recipe(name), workspace, who=visit.who, too=too)
    except ListChanged as error:
        return _list(visit, workspace, name, changed=error.message, status=409)
    undo = Undo("Switch it off again", f"{recipe_path(name)}/off")
    return visit.done(recipe_path(name), f"{name} is on. {_what_of_them(done, too)}", undo)


def _what_of_them(done: Present, too: Shown | None) -> str:
    """What happens to those who matched when it was switched on."""
    if too is None:
        people = counted(len(done.entries), "person", "people")
        return f"Left alone, having matched before: {people}."
    people = counted(len(too.rows), "person", "people")
    new = len(done.came_after(too))
    came = counted(new, "person", "people")
    since = f" So may {came} who came since, like everybody who comes later." if new else ""
    return f"{people} of the list may be acted on by the next run.{since}"


def switch_it_off(visit: Visit) -> Response:
    """Switch a recipe off, at once; also one with mistakes in it."""
    workspace = visit.site.workspace()
    name = known(visit, workspace)
    with workspace.ledger(read_only=False) as ledger:
        before = ledger.decided(CHAPTER, name).switch
        was_on = before is not None and before.is_on
        if before is not None and not was_on:
            return visit.done(recipe_path(name), f"{name} was off already.")
        off = Switch(False, WAS_ON if was_on else "", visit.who, workspace.clock.now())
        ledger.decisions.switch(CHAPTER, name, off)
    undo = Undo("Switch it on again", f"{recipe_path(name)}/resume") if was_on else None
    text = f"{name} is off. A run under way stops before its next message."
    return visit.done(recipe_path(name), text, undo)


def resume(visit: Visit) -> Response:
    """Take back that a recipe was switched off: it goes on as it was, and nobody is marked."""
    workspace = visit.site.workspace()
    name = known(visit, workspace)
    with workspace.ledger(read_only=False) as ledger:
        if not _can_resume(ledger.decided(CHAPTER, name).switch):
            raise Refused(409, f"{name} was not on before. Switch it on instead.")
        on = Switch(True, "as it was before", visit.who, workspace.clock.now())
        ledger.decisions.switch(CHAPTER, name, on)
    undo = Undo("Switch it off again", f"{recipe_path(name)}/off")
    text = f"{name} is on as it was. Who came meanwhile is looked at by the next run."
    return visit.done(recipe_path(name), text, undo)


def known(visit: Visit, workspace: Workspace) -> str:
    """The recipe's id in the address: only what is in the list, never a path."""
    name = visit.path["recipe"]
    if name not in workspace.recipes:
        raise Refused(404, "There is no such recipe in this workspace.")
    return name


def _can_resume(switch: Switch | None) -> bool:
    return switch is not None and not switch.is_on and switch.why == WAS_ON
