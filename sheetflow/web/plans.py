"""A plan made now, to look at; and a Go that is bound to exactly the plan that was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from starlette.responses import HTMLResponse, Response

from sheetflow.ledger.records import Approval
from sheetflow.reporting.groups import counted, one_line
from sheetflow.reporting.page import plan_facts, plan_page, plan_policy
from sheetflow.runner.approving import Changed
from sheetflow.runner.proposing import Asked, propose_a_go
from sheetflow.values import digest
from sheetflow.web.pages import asked_in, moment, page, recipe_path
from sheetflow.web.recipes import known
from sheetflow.web.visit import Visit
from sheetflow.workspace import Workspace

NAMED = 20
"""How many people are named for one kind of change."""
SHOWN = 100
"""How many people's messages a plan shows beside the button; the whole plan is one click away."""


def plan(visit: Visit) -> Response:
    """A plan made now, as it would be carried out with the visitor's Go. Only reads."""
    workspace = visit.site.workspace()
    name = known(visit, workspace)
    return _plan(visit, workspace, name, _proposed(visit, workspace, name))


def whole_plan(visit: Visit) -> Response:
    """The same plan with everybody in it, as a page that stands alone and can be kept."""
    workspace = visit.site.workspace()
    asked = _proposed(visit, workspace, known(visit, workspace))
    policy = f"{plan_policy()}; frame-ancestors 'none'"
    return HTMLResponse(plan_page(asked.plan), headers={"content-security-policy": policy})


def approve(visit: Visit) -> Response:
    """Keep the visitor's Go to the plan they looked at, if it still is the plan."""
    workspace = visit.site.workspace()
    name = known(visit, workspace)
    asked = _proposed(visit, workspace, name)
    if not _is_still(asked.approval, visit.form):
        return _plan(visit, workspace, name, asked, overtaken=True, status=409)
    if not asked.approval.items:
        return visit.done(recipe_path(name), "There is nothing to agree to.")
    with workspace.ledger(read_only=False) as ledger:
        ledger.decisions.approve(asked.plan.chapter, name, asked.approval)
    people = counted(len({item.row for item in asked.approval.items}), "person", "people")
    text = f"You gave your Go to this plan for {people}. The next run carries it out."
    return visit.done(recipe_path(name), text)


def _plan(
    visit: Visit,
    workspace: Workspace,
    name: str,
    asked: Asked,
    *,
    overtaken: bool = False,
    status: int = 200,
) -> Response:
    facts = plan_facts(asked.plan, most=SHOWN)
    zone = workspace.clock.zone
    halted = asked_in(facts["halted"])
    exact, but_for_time = _marks(asked.approval)
    return page(
        visit.session,
        "plan.html",
        status=status,
        title=f"Plan: {facts['title']}",
        visit=visit,
        plan={**facts, "halted": halted.text},
        in_question=halted.asks,
        path=recipe_path(name),
        exact=exact,
        but_for_time=but_for_time,
        overtaken=overtaken,
        can_agree=_can_agree(asked),
        given=_given(asked.given, zone),
        since=_since(asked.changed) if asked.given else [],
    )


def _proposed(visit: Visit, workspace: Workspace, name: str) -> Asked:
    with visit.site.planning():
        found = workspace.recipe(name)
        with workspace.open_session(may_write=False) as session:
            return propose_a_go(found, session, visit.who)


def _marks(approval: Approval) -> tuple[str, str]:
    """What a plan is known again by: all of it; and all but the moments counted from now."""
    moving = digest(approval.fingerprint, [(item.key, item.moving) for item in approval.items])
    return digest(approval.fingerprint, approval.plan), moving


def _is_still(approval: Approval, form: Mapping[str, str]) -> bool:
    exact, but_for_time = _marks(approval)
    return bool(exact == form.get("exact") or but_for_time == form.get("but_for_time"))


def _can_agree(asked: Asked) -> bool:
    """Whether a Go would change anything: not where all that is left are ticks in rows."""
    if asked.plan.asked and not asked.plan.changes:
        return False
    return bool(asked.approval.items) and (asked.given is None or bool(asked.changed))


def _given(given: Approval | None, zone: tzinfo) -> dict[str, Any] | None:
    if given is None:
        return None
    return {"who": one_line(given.who), "at": moment(given.at, zone)}


def _since(changed: Changed) -> list[tuple[str, str]]:
    """What is different from the plan that somebody agreed to before: how, and for whom."""
    found = []
    for what in ("added", "removed", "changed"):
        people: tuple[str, ...] = getattr(changed, what)
        if people:
            more = f" and {len(people) - NAMED:,} more" if people[NAMED:] else ""
            found.append((what.capitalize(), ", ".join(map(one_line, people[:NAMED])) + more))
    return found
