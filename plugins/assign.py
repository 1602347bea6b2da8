"""assign: gives each row somebody from another table, fairly, and says why it is them.

    - assign: coach from Coaches
      same: Region
      prefer: fewest volunteers
      room: Max volunteers
      save_in: Coach
      if_none: Waiting for a coach with room in {{ volunteer.region }}

"Fewest" counts every row of the recipe's table whose *Coach* is that person, chosen by this recipe
or not, and adds what this run has given so far. Whoever has a coach keeps them. Rows take their
turn by id, so sorting the sheet changes nothing; equals are told apart by a digest of their ids.
Somebody whose *Away until* is today or later gets nobody new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sheetflow import (
    Action,
    Cell,
    Change,
    Column,
    Gift,
    Load,
    Noop,
    OtherColumn,
    Pick,
    Receipt,
    RowRef,
    RowStopped,
    Status,
    Table,
    Template,
    Tools,
    Word,
    Work,
    hookimpl,
    main,
    option,
    statuses,
)

from ._assigning import Cost, Placing, fewest, first, place
from ._pool import Member, Pool, normal

AWAY = "Away until"


class Assign(Action["Assign.Options"]):
    """Gives the row somebody from another table who matches, has room, and has the fewest."""

    name = "assign"
    idempotent = True

    @dataclass(frozen=True, kw_only=True)
    class Options:
        pick: Pick = main(
            "Who is wanted, and from which table: coach from Coaches.",
            says="Gives the row {}.",
        )
        same: tuple[Column, ...] = option(
            "Columns that must say the same in both tables, such as Region. "
            "In the other table a cell may list several: North, East.",
            default=(),
            says="It must be somebody with the same {}.",
        )
        prefer: str = option(
            'Who comes first: "fewest volunteers", whoever has the fewest; '
            'or "first", whoever is listed first.',
            default="fewest",
            says="Who comes first: {}.",
        )
        room: OtherColumn = option(
            "The other table's column that says how many each may have.",
            default=OtherColumn(""),
            says="How many each may have stands in {}.",
        )
        away: OtherColumn = option(
            'The other table\'s column with the last day away; "Away until" if there is one.',
            default=OtherColumn(""),
            says="Nobody is given to them before the day in {} is over.",
        )
        save_in: Column = option(
            "The row's column that the name is written in.", says="The name is written into {}."
        )
        if_none: Template | None = option(
            "What the row says when nobody is free.",
            default=None,
            says="When nobody is free, the row waits and says {}.",
        )

        def __post_init__(self) -> None:
            if normal(self.prefer).partition(" ")[0] not in ("fewest", "first"):
                raise ValueError(
                    f'prefer: "{self.prefer}" is none of the orders there are. '
                    "Write fewest volunteers, or first."
                )

    def __init__(self, options: Options, tools: Tools) -> None:
        super().__init__(options, tools)
        self._placed: dict[str, Placing | None] = {}
        self._loads: Counter[str] | None = None

    @classmethod
    def also_reads(cls, options: Mapping[str, Any]) -> Collection[str]:
        """Who is away, and columns that list several: `Regions` for `Region`."""
        return (AWAY, *(f"{column}s" for column in options["same"]))

    @classmethod
    def gives(cls, options: Mapping[str, Any]) -> Mapping[str, Gift]:
        """Whoever is chosen, under the name the recipe gives them."""
        pick = options["pick"]
        return {pick.name: Gift(table=pick.table)}

    @property
    def notices(self) -> Sequence[str]:
        """Who was left out because a cell of theirs cannot be read."""
        return self._pool.notices

    @classmethod
    def reaches(cls, options: Mapping[str, Any]) -> Collection[str]:  # noqa: ARG003 - never anybody
        """Nobody: whoever is chosen is only written down."""
        return ()

    @classmethod
    def writes(cls, options: Mapping[str, Any]) -> Collection[str]:
        """The column that the name is written in."""
        return (options["save_in"],)

    def loads(self, table: Table, done: Iterable[Change]) -> Sequence[Load]:
        """How many rows each of the other table has, also who is away."""
        loads = self._loads_in(table) + Counter(change.data["to"] for change in done)
        return [Load(name, loads[who], room) for who, name, room in self._pool.everybody]

    def prepare(self, works: Sequence[Work]) -> None:
        """Choose for all rows at once, so that the order of rows is unfair to nobody."""
        wanting = {work.row.id: work for work in works if self._saved(work).is_empty}
        if not wanting:
            return
        loads = self._loads_in(works[0].table)
        takers = {row_id: member.taker(loads[row_id]) for row_id, member in self._members.items()}
        placed = place(self._groups(wanting), takers, self._cost)
        self._placed.update({row_id: placed.get(row_id) for row_id in wanting})
        loads.update(placing.taker for placing in placed.values())

    def plan(self, work: Work) -> Change | Noop:
        """Somebody for the row, or whoever it has. Raises RowStopped when nobody is free."""
        saved = self._saved(work)
        if saved.problem is not None:
            raise RowStopped(saved.problem)
        if saved.value is not None:
            return self._kept(work, saved.value)
        for column in self.options.same:
            if work.value(column) is None:
                raise RowStopped(Status(Word.NEEDS_YOU, f'"{column}" is empty here'))
        if work.row.id not in self._placed:
            self.prepare([work])
        placing = self._placed[work.row.id]
        if placing is None:
            raise RowStopped(self._nobody(work))
        return self._given(work, placing)

    def apply(self, change: Change) -> Receipt:
        """Hand nothing over; but the plan may be old, so see that it still holds.

        Raises RowStopped when somebody else was written there meanwhile, or there is no room left.
        """
        row_id, to = change.data["row"], change.data["to"]
        table = self.tools.table(change.data["table"])
        loads = self._loads_in(table)
        row = table.row(row_id)
        if row is None or not table.cell(row, self.options.save_in).is_empty:
            column = self.options.save_in
            raise RowStopped(Status(Word.WAITING, f'"{column}" was filled in meanwhile'))
        member = self._members.get(to)
        if member is None or not member.taker(loads[to]).has_room(loads[to]):
            raise RowStopped(statuses.nobody_free(self._pool.table.spec.name))
        loads[to] += 1
        return Receipt()

    def reconcile(self, change: Change) -> bool:  # noqa: ARG002 - true of every assignment
        """Certainly not done: an assignment is only what the row says."""
        return False

    def _kept(self, work: Work, saved: object) -> Noop:
        row_id = self._who(work.table, saved)
        row = self._pool.table.row(row_id) if row_id else None
        if row is None:
            raise RowStopped(statuses.not_in_table(str(saved), self._pool.table.spec.name))
        name = self._pool.table.name_for(row.id)
        return Noop(f"already with {name}", Word.DONE, gives=self._gift(row.id))

    def _given(self, work: Work, placing: Placing) -> Change:
        member = self._members[placing.taker]
        work.reads.add(RowRef(self._pool.table.spec.name, member.row.id))
        wanted = self.options.pick.name
        return Change(
            f"{member.name} is {wanted}: {self._reason(work, member, placing)}",
            data={"row": work.row.id, "to": member.row.id, "table": work.table.spec.name},
            cells={self.options.save_in: member.name},
            gives=self._gift(member.row.id),
            done=Status(Word.DONE, f"{member.name} is {wanted}"),
        )

    def _reason(self, work: Work, member: Member, placing: Placing) -> str:
        count = str(placing.load) if member.room is None else f"{placing.load} of {member.room}"
        where = ", ".join(str(work.value(column)) for column in self.options.same)
        reasons = {
            "only": "the only one with room",
            "best": "the first with room" if self._cost is first else "the fewest",
            "for others": "so that there is room for others",
        }
        return f"{count}, {reasons[placing.why]}" + (f" in {where}" if where else "")

    def _nobody(self, work: Work) -> Status:
        if self.options.if_none is None:
            return statuses.nobody_free(self._pool.table.spec.name)
        return Status(Word.WAITING, work.render(self.options.if_none))

    def _gift(self, row_id: str) -> Mapping[str, RowRef]:
        return {self.options.pick.name: RowRef(self._pool.table.spec.name, row_id)}

    def _saved(self, work: Work) -> Cell:
        return work.cell(self.options.save_in)

    @property
    def _cost(self) -> Cost:
        return first if normal(self.options.prefer) == "first" else fewest

    @cached_property
    def _pool(self) -> Pool:
        table = self.tools.table(self.options.pick.table)
        listed = {normal(column) for column in table.columns}
        away = self.options.away or (AWAY if normal(AWAY) in listed else "")
        return Pool(table, self.options.room, away, self.tools.clock.today())

    @property
    def _members(self) -> Mapping[str, Member]:
        return self._pool.members

    def _groups(self, wanting: Mapping[str, Work]) -> dict[str, tuple[str, ...]]:
        """Whom each row may go to, by id: whoever matches, and never to itself."""
        return {row_id: tuple(sorted(self._matching(work))) for row_id, work in wanting.items()}

    def _matching(self, work: Work) -> set[str]:
        itself = {work.row.id} if work.table is self._pool.table else set()
        matching = set(self._members) - itself
        for column in self.options.same:
            cell = work.cell(column)
            sound = cell.problem is None and cell.value is not None
            matching &= self._pool.matching(column, normal(cell.value)) if sound else set()
        return matching

    def _loads_in(self, table: Table) -> Counter[str]:
        """How many rows each has, by id: as the table says, and then as this step goes on."""
        if self._loads is None:
            cells = (table.cell(row, self.options.save_in).value for row in table.rows)
            found = (self._who(table, saved) for saved in cells if saved is not None)
            self._loads = Counter(taker for taker in found if taker)
        return self._loads

    def _who(self, table: Table, saved: object) -> str | None:
        """Whom a cell means: an id where the column is declared a row, else found by name."""
        declared = table.spec.columns.get(self.options.save_in)
        if declared is not None and declared.kind == "row":
            return str(saved)
        found = self._pool.table.named(saved)
        return found[0] if len(found) == 1 else None


@hookimpl
def actions() -> list[type[Action[Assign.Options]]]:
    """The action `assign`."""
    return [Assign]
