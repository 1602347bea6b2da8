"""Who waits for a person or for time, grouped by cause: with who, how many, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import islice
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from sheetflow.ledger import browsing
from sheetflow.ledger.browsing import Stopped
from sheetflow.reporting.causes import Group, groups_of
from sheetflow.reporting.groups import counted, one_line
from sheetflow.values import RowRef, Word
from sheetflow.web import replied
from sheetflow.web.access import Role
from sheetflow.web.naming import read_name
from sheetflow.web.pages import moment, page, recipe_path
from sheetflow.web.visit import Refused, Visit
from sheetflow.workspace import CHAPTER

if TYPE_CHECKING:
    from sqlalchemy import Connection

NAMED = 3
"""How many people of one cause a list names; the cause's own page names all."""
ON_A_PAGE = 50
CAUSES = 20
"""How many causes one page tells."""

_PAGES = {"approve": ("plan", "Look at the plan"), "on": ("on", "Switch it on")}
"""Where somebody can give what a cause asks a host for."""


@dataclass(frozen=True)
class Teller:
    """Tells causes to one visitor from one moment of the ledger."""

    visit: Visit
    connection: Connection
    salt: str
    zone: tzinfo

    def told(self, groups: Sequence[Group], *, named: int = NAMED) -> list[dict[str, Any]]:
        """Causes as pages tell them; who they are about is asked for all of them at once."""
        rows = [list(islice(self._of(group, named), named)) for group in groups]
        recipes = [group.recipe for group in groups]
        known = browsing.people_in(self.connection, {ref for some in rows for ref in some}, recipes)
        return [
            self._told(group, [self.person(ref, group, known) for ref in some])
            for group, some in zip(groups, rows, strict=True)
        ]

    def person(
        self, ref: RowRef, group: Group, known: Mapping[tuple[RowRef, str], Stopped]
    ) -> dict[str, Any]:
        """Somebody who waits."""
        one = known.get((ref, group.recipe), Stopped(ref))
        name = self.visit.site.names.row_name(ref, self.salt)
        return {
            "name": one_line(one.who) or one_line(ref.row),
            "path": f"/people/{name}",
            "until": moment(one.until, self.zone) if one.until else None,
            "unsure": one.unsure if group.word == Word.NOT_SURE.value else (),
        }

    def _told(self, group: Group, people: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        act = _act(group, self.visit)
        return {
            "word": group.word,
            "text": group.says,
            "recipe": group.recipe,
            "act": act,
            "path": f"/waiting/{group.name}",
            "count": counted(group.count, "person", "people"),
            "people": people,
            "others": group.count - len(people),
            "what_to_do": "" if act and group.asks_for else _what_to_do(group),
        }

    def _of(self, group: Group, limit: int) -> Iterable[RowRef]:
        for cause in group.causes[:limit]:
            yield from browsing.stopped(self.connection, CHAPTER, cause, limit=limit)


def groups(connection: Connection, recipes: Iterable[str]) -> Sequence[Group]:
    """Every cause of these recipes: what nobody is sure of first, then the most frequent."""
    return groups_of(connection, CHAPTER, recipes)


def waiting(visit: Visit) -> Response:
    """Every cause for which rows wait for a person or for time."""
    workspace = visit.site.workspace()
    start = _number(visit.asked("from"))
    with visit.site.reading(workspace) as (connection, salt):
        teller = Teller(visit, connection, salt, workspace.clock.zone)
        found = groups(connection, workspace.recipes)
        told = teller.told(found[start : start + CAUSES])
        answers = replied.not_in_the_sheet(visit, connection, salt, workspace.clock.zone)
    more = max(len(found) - start - CAUSES, 0)
    return page(
        visit.session,
        "waiting.html",
        title="What waits",
        visit=visit,
        causes=told,
        start=start,
        next=start + CAUSES,
        more=more,
        answers=answers[: replied.ON_A_PAGE],
        more_answers=max(len(answers) - replied.ON_A_PAGE, 0),
    )


def _number(text: str) -> int:
    """From which cause on a page tells; from the first if that is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def cause(visit: Visit) -> Response:
    """Everybody for whom one sentence stands in the sheet, and until when."""
    workspace = visit.site.workspace()
    with visit.site.reading(workspace) as (connection, salt):
        found = groups(connection, workspace.recipes)
        group = next((each for each in found if each.name == visit.path["cause"]), None)
        if group is None:
            raise Refused(404, "Nobody waits for this any more.")
        teller = Teller(visit, connection, salt, workspace.clock.zone)
        some = _from(teller, group, visit.asked("after"))
        known = browsing.people_in(connection, some, [group.recipe])
        people = [teller.person(ref, group, known) for ref in some[:ON_A_PAGE]]
        (told,) = teller.told([group], named=0)
    return page(
        visit.session,
        "cause.html",
        title=f"{group.word}: {group.says}",
        visit=visit,
        cause=told,
        path=f"/waiting/{group.name}",
        people=people,
        is_unsure=group.word == Word.NOT_SURE.value,
        has_until=any(person["until"] for person in people),
        more=people[-1]["path"].rpartition("/")[2] if len(some) > ON_A_PAGE else "",
    )


def _from(teller: Teller, group: Group, after: str) -> Sequence[RowRef]:
    """The people after the one of that name; where each has a sentence of their own, the first."""
    if len(group.causes) > 1:
        limit = ON_A_PAGE
        return [
            one
            for cause in group.causes[:limit]
            for one in browsing.stopped(teller.connection, CHAPTER, cause, limit=limit)
        ][:limit]
    named = read_name(after)
    names = teller.visit.site.names
    last = names.row(teller.connection, named.digest, teller.salt) if named else None
    start = last.row if last is not None else ""
    (only,) = group.causes
    return browsing.stopped(teller.connection, CHAPTER, only, limit=ON_A_PAGE + 1, after=start)


def _act(group: Group, visit: Visit) -> tuple[str, str] | None:
    """Where to go and what it is called, for what the visitor can look at or settle here."""
    if group.word == Word.NOT_SURE.value:
        return f"/waiting/{group.name}", "Say what became of it"
    if group.waits_for_ticks:
        return f"{recipe_path(group.recipe)}/plan#asked", "See what a tick would let go out"
    if not group.asks_for or (group.asks_for == "on" and not visit.may(Role.ADMIN)):
        return None
    place, label = _PAGES[group.asks_for]
    return f"{recipe_path(group.recipe)}/{place}", label


def _what_to_do(group: Group) -> str:
    if group.word == Word.NOT_SURE.value:
        return f"Ask them whether it came, and say so here; or {group.answer}."
    return group.what_to_do
