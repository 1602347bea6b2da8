"""What a digest tells: each cause with whom it is about, where they stand, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sheetflow.errors import SheetflowError
from sheetflow.hosting.roster import Roll
from sheetflow.ledger import browsing
from sheetflow.ledger.browsing import Stopped
from sheetflow.ledger.store import Ledger
from sheetflow.network.door import Door
from sheetflow.reporting.causes import Group, groups_of
from sheetflow.reporting.groups import one_line
from sheetflow.values import RowRef
from sheetflow.workspace import CHAPTER

if TYPE_CHECKING:
    from sheetflow.workspace.opened import Opened

NAMED = 20
"""How many people are named for one cause."""
CAUSES = 30
"""How many causes are told."""


@dataclass(frozen=True)
class Somebody:
    """One row that waits: who, where a person finds it, and until when."""

    who: str
    number: int | None = None
    link: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class Told:
    """One cause: how many rows say so, the first of them, and what to do."""

    says: str
    word: str
    recipe: str
    table: str
    count: int
    people: tuple[Somebody, ...]
    what_to_do: str


@dataclass(frozen=True)
class Gathered:
    """All that a digest tells at one moment; `waiting` go on by themselves, `broken` are sentences
    about recipes and tables that cannot be read, and `more` causes are not told."""

    organization: str
    at: datetime
    causes: tuple[Told, ...]
    waiting: tuple[Told, ...] = ()
    broken: tuple[str, ...] = ()
    more: int = 0
    dashboard: str = ""

    @property
    def is_news(self) -> bool:
        """Whether anything waits for a person."""
        return bool(self.causes or self.broken)

    @property
    def count(self) -> int:
        """How many rows wait for a person."""
        return sum(cause.count for cause in self.causes)


def gather(roll: Roll, ledger: Ledger, now: datetime, *, trouble: str = "") -> Gathered:
    """What there is to say now; `trouble` is why the control table is not followed.

    Tables are read for where people stand; one that cannot be read only means that their rows are
    not named.
    """
    settings = roll.workspace.settings
    with ledger.database.reading() as connection:
        groups = groups_of(connection, CHAPTER, roll.recipes)
        refs = {
            id(group): group.rows(connection, CHAPTER, limit=NAMED)
            for group in groups[:CAUSES]
            if group.needs_somebody
        }
        rows = [ref for some in refs.values() for ref in some]
        known = browsing.people_in(connection, rows, {group.recipe for group in groups})
    door = Door(may_write=False, pacer=roll.workspace.pacer, clock=roll.workspace.clock)
    with closing(roll.workspace.opened(None, door)) as opened:
        places = _places(rows, opened)
    told = [_told(group, refs.get(id(group), ()), known, places, now) for group in groups[:CAUSES]]
    needs = [group.needs_somebody for group in groups[:CAUSES]]
    url = settings.hosting.public_url
    return Gathered(
        organization=one_line(settings.organization.name),
        at=now,
        causes=tuple(each for each, is_news in zip(told, needs, strict=True) if is_news),
        waiting=tuple(each for each, is_news in zip(told, needs, strict=True) if not is_news),
        broken=(
            *([f"The ticks in the control table are not followed: {trouble}"] if trouble else []),
            *(
                f"The recipe {name} cannot be read: {one_line(listed.problem)}"
                for name, listed in roll.recipes.items()
                if listed.problem
            ),
        ),
        more=max(len(groups) - CAUSES, 0),
        dashboard=f"{url}/waiting" if url else "",
    )


def _told(
    group: Group,
    refs: Sequence[RowRef],
    known: Mapping[tuple[RowRef, str], Stopped],
    places: Mapping[RowRef, tuple[int | None, str]],
    now: datetime,
) -> Told:
    people = []
    for ref in refs:
        one = known.get((ref, group.recipe), Stopped(ref))
        number, link = places.get(ref, (None, ""))
        until = one.until.astimezone(now.tzinfo) if one.until and one.until > now else None
        people.append(Somebody(one_line(one.who) or one_line(ref.row), number, link, until))
    return Told(
        group.says,
        group.word,
        one_line(group.recipe),
        one_line(group.table),
        group.count,
        tuple(sorted(people, key=lambda one: one.number or 0)),
        group.what_to_do,
    )


def _places(refs: Sequence[RowRef], opened: Opened) -> Mapping[RowRef, tuple[int | None, str]]:
    """Where each row stands: its number, and where it is in a browser."""
    tables = {ref.table for ref in refs}
    opened.expect(tables)
    found: dict[RowRef, tuple[int | None, str]] = {}
    for name in sorted(tables):
        try:
            rows = {row.id: row for row in opened.table(name).rows}
            for ref in refs:
                row = rows.get(ref.row) if ref.table == name else None
                if row is not None:
                    found[ref] = (row.number, opened.link(name, row))
        except (SheetflowError, KeyError):
            continue  # a table that is gone, or away: people are named all the same
    return found
