"""Every row has one answer to "why?", and mending the cell that it names takes the reason away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from string import ascii_lowercase
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, strategies as st

from sheetflow.clock import Clock
from sheetflow.errors import RowStopped
from sheetflow.language.conditions import AnyOf, Condition, Where
from sheetflow.language.conditions.phrasebook import parse_phrase
from sheetflow.language.recipe import Limits, Position, Recipe, Step
from sheetflow.ledger.store import Ledger
from sheetflow.network.door import Door
from sheetflow.plugin.registry import Registry
from sheetflow.plugin.tools import Organization, Tools
from sheetflow.runner.reasons import Answer, Asked, Standing, answers
from sheetflow.runner.session import Session
from sheetflow.tables.memory_table import MemoryTable, sheet_of
from sheetflow.tables.spec import ColumnSpec, PersonColumns, TableSpec
from sheetflow.tables.table import Table
from sheetflow.values import Status, Word
from tests.runner.campaigns import COACHED, Campaign

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 14, 12, tzinfo=BERLIN)
HERE = Position(Path("recipe.yaml"), 1, 1)

MENDED: Mapping[str, str] = {
    "is empty": "",
    "is not empty": "something",
    "is New": "new",
    "is New or Old": "Old",
    "is not New": "",
    "is empty or New": "",
    "contains choir": "the choir of Ely",
    "starts with +49": "+49 30 1",
    "is more than 5": "6",
    "is less than 2.5": "1",
    "is before 2026-03-14": "2026-03-13",
    "is after 2026-03-14 18:00": "2026-03-15 10:00",
    "is in the past": "2026-03-01",
    "is in the future": "2026-04-01",
    "is today": "2026-03-14",
    "was 3 days ago": "2026-03-11",
    "was more than 3 days ago": "2026-03-10",
    "is within 48 hours": "2026-03-15 10:00",
    "is within the last 7 days": "2026-03-13 10:00",
    "is ticked": "yes",
    "is not ticked": "no",
}
"""Every kind of phrase, with a cell for which it holds at noon on 14 March 2026."""

KINDS = {
    "Text": "text",
    "Number": "number",
    "Date": "date",
    "Moment": "date and time",
    "Tick": "yes/no",
    "Free": "",
}
ODD = (
    """empty|New|old|a choir|+49 30|7|1|1,200|2026-03-14|3/4/2026|2026-03-14 13:00|2026-03-11
2027-01-01|yes|no|perhaps|#REF!|=1+1| """.replace("\n", "|")
    .replace("empty", "")
    .split("|")
)
"""Cells that a phrase holds for, does not hold for, or that need a person first."""

CELLS = st.sampled_from(ODD)


def columns_for(phrase: str) -> list[str]:
    """The columns for which a phrase can hold at all: a date is never a number."""
    kind = parse_phrase(phrase).kind
    if kind is None:
        return ["Text", "Free"]
    return [name for name, own in KINDS.items() if own in ("", "text", kind)]


conditions = st.sampled_from(sorted(MENDED)).flatmap(
    lambda phrase: st.sampled_from(columns_for(phrase)).map(
        lambda column: Condition(column, parse_phrase(phrase), HERE)
    )
)
wheres = st.lists(
    conditions
    | st.lists(st.lists(conditions, min_size=1, max_size=2).map(tuple), min_size=2, max_size=3).map(
        lambda several: AnyOf(tuple(several), HERE)
    ),
    max_size=4,
).map(tuple)
tables = st.lists(st.fixed_dictionaries(dict.fromkeys(KINDS, CELLS)), min_size=1, max_size=6)
codes = st.lists(st.sampled_from("abc"), min_size=6, max_size=6)
hidden = st.lists(st.booleans(), min_size=6, max_size=6)


@cache
def registry() -> Registry:
    return Registry()


@dataclass
class World:
    """A table in memory, and a recipe over it."""

    rows: list[dict[str, str]]
    where: Where
    codes: Sequence[str] = ascii_lowercase
    hidden: Sequence[bool] = (False,) * 26
    visible_only: bool = False

    def answers(self) -> list[Answer]:
        """What the recipe makes of every row, in their order."""
        with Ledger.open(Path("/nonexistent/ledger.db"), read_only=True) as ledger:
            session = self.session(ledger)
            ids = [row.id for row in session.tools.table("People").rows]
            assert len(ids) == len(self.rows)
            found = answers(self.recipe, session, ids)
            return [found[row_id] for row_id in ids]

    def session(self, ledger: Ledger) -> Session:
        kinds = {name: ColumnSpec(name, kind) for name, kind in KINDS.items() if kind}  # type: ignore[arg-type]  # the words of KINDS
        spec = TableSpec(
            "People",
            "memory",
            {},
            key=("Code",),
            person=PersonColumns(name="Code"),
            columns=kinds,
            writes=("Text",),
            zone="Europe/Berlin",
        )
        cells: list[list[object]] = [
            [code, *(row[name] for name in KINDS)]
            for code, row in zip(self.codes, self.rows, strict=False)
        ]
        sheet = sheet_of([["Code", *KINDS], *cells])
        hidden = zip(sheet.rows, (False, *self.hidden), strict=False)
        rows = tuple(replace(row, hidden=away) for row, away in hidden)
        table = Table(spec, MemoryTable(replace(sheet, rows=rows)))
        tools = Tools(
            clock=Clock.at(NOON, BERLIN),
            door=Door(may_write=False),
            folder=Path(),
            organization=Organization("Riverside"),
            table=lambda _name: table,
            connection=_none,
            sender=_none,
        )
        return Session("main", tools, ledger, registry())

    @property
    def recipe(self) -> Recipe:
        step = Step("follow_up", "follow_up", _follow_up(), HERE)
        return Recipe(
            id="calls",
            name="Calls",
            about="",
            row="person",
            table="People",
            where=self.where,
            rows="visible" if self.visible_only else "all",
            steps=(step,),
            status=None,
            limits=Limits(),
            schedule=None,
            path=Path("recipe.yaml"),
            fingerprint="",
        )

    def left_out_by(self, kind: type) -> Iterator[tuple[int, Answer, Asked]]:
        """The rows whose first failed condition is of that kind, with it."""
        for row, answer in enumerate(self.answers()):
            failed = answer.first_failed
            if failed is not None and isinstance(failed.condition, kind):
                yield row, answer, failed

    def with_cell(self, row: int, column: str, value: str) -> World:
        changed = [dict(cells) for cells in self.rows]
        changed[row][column] = value
        return replace(self, rows=changed)


def _none(_name: str) -> Any:
    raise RowStopped(Status(Word.NEEDS_YOU, "there is none"))


def _follow_up() -> dict[str, Any]:
    from sheetflow.language.templating import Environment
    from sheetflow.language.vocabulary import Column

    into = {name: Column("Text") for name in ("next_step_in", "due_in", "owner_in")}
    text = Environment().template("Call", HERE, "step")
    return {"next_step": text, "owner": None, "due": "", **into}


@given(rows=tables, where=wheres, codes=codes, hidden=hidden, visible_only=st.booleans())
def test_every_row_is_chosen_or_has_a_reason_and_never_both(
    rows: list[dict[str, str]],
    where: Where,
    codes: list[str],
    hidden: list[bool],
    visible_only: bool,
) -> None:
    for answer in World(rows, where, codes, hidden, visible_only).answers():
        chosen = answer.standing is Standing.CHOSEN
        assert chosen == (answer.reason == "")
        assert chosen == bool(answer.steps[0].entries)
        assert len(answer.asked) == len(where)
        if chosen:
            assert all(asked.reason is None for asked in answer.asked)
        elif answer.reason != "the row is hidden" and "~" not in answer.row:
            assert answer.first_failed is not None


@pytest.mark.parametrize("phrase", MENDED)
def test_mending_the_cell_of_any_phrase_takes_its_reason_away(phrase: str) -> None:
    for column in columns_for(phrase):
        where: Where = (Condition(column, parse_phrase(phrase), HERE),)
        world = World([{**dict.fromkeys(KINDS, ""), column: cell} for cell in ODD], where)
        before = world.answers()
        assert {answer.standing for answer in before} >= {Standing.LEFT_OUT}
        for row, answer in enumerate(before):
            if answer.standing is not Standing.CHOSEN:
                world = world.with_cell(row, column, MENDED[phrase])
        assert {answer.standing for answer in world.answers()} == {Standing.CHOSEN}


@given(rows=tables, where=wheres)
def test_mending_the_named_cell_takes_that_reason_away(
    rows: list[dict[str, str]], where: Where
) -> None:
    world = World(rows, where)
    for row, answer, failed in world.left_out_by(Condition):
        column, phrase = failed.condition.column, failed.condition.phrase
        mended = world.with_cell(row, column, MENDED[str(phrase)]).answers()[row]
        assert _asked_again(mended, failed).reason is None
        after = mended.first_failed
        assert after is None or after.condition is not failed.condition
        assert mended.reason != answer.reason or mended.reason == ""


@given(rows=tables, where=wheres)
def test_mending_one_cell_of_an_alternative_at_a_time_takes_its_reason_away_in_the_end(
    rows: list[dict[str, str]], where: Where
) -> None:
    world = World(rows, where)
    for row, _, failed in world.left_out_by(AnyOf):
        (first, *_) = failed.condition.alternatives
        assume(len({c.column for c in first if isinstance(c, Condition)}) == len(first))
        mended = world
        for condition in first:
            assert isinstance(condition, Condition)
            cell = MENDED[str(condition.phrase)]
            mended = mended.with_cell(row, condition.column, cell)
        assert _asked_again(mended.answers()[row], failed).reason is None


@pytest.mark.slow
@given(rows=tables, where=wheres)
def test_the_reason_names_the_cell_and_changing_any_other_cell_leaves_it(
    rows: list[dict[str, str]], where: Where
) -> None:
    world = World(rows, where)
    for row, _, failed in world.left_out_by(Condition):
        column = failed.condition.column
        assert failed.reason is not None
        assert failed.reason.column == column
        for other in KINDS.keys() - {column}:
            again = world.with_cell(row, other, "").answers()[row]
            assert _asked_again(again, failed).reason == failed.reason


def _asked_again(answer: Answer, before: Asked) -> Asked:
    return next(asked for asked in answer.asked if asked.condition is before.condition)


# Over a campaign, with a ledger


def answer(campaign: Campaign, row: str, recipe: str = "cards") -> Answer:
    workspace = campaign.open()
    with workspace.open_session(may_write=False) as session:
        return answers(workspace.recipe(recipe), session, [row])[row]


TWO_CARDS = """\
    recipe: Cards
    for_each: person in People
    where:
      Stage: is empty
    steps:
      - post: Hello {{ person.name }}
        id: first
      - post: Again {{ person.region }}
        id: second
    """


def test_what_was_done_is_answered_from_the_ledger(campaign: Campaign) -> None:
    campaign.recipe(TWO_CARDS)
    campaign.run()
    campaign.edit("a", Stage="Left")
    found = answer(campaign, "a")
    assert (found.standing, found.reason) == (Standing.LEFT_OUT, 'Stage is "Left", not empty')
    assert [[str(record.status) for record in step.records] for step in found.steps] == [
        ["Done — 14 Mar 12:00"],
        ["Done — 14 Mar 12:00"],
    ]
    assert found.told is not None
    assert str(found.told.status) == "Done — 14 Mar 12:00"


def test_a_step_behind_one_that_stops_says_which(campaign: Campaign) -> None:
    campaign.recipe(TWO_CARDS)
    campaign.order(curfew="Bo K.")
    found = answer(campaign, "b")
    first, second = found.steps
    (held,) = first.entries
    assert (held.deed.guard, held.deed.reason) == ("curfew", "there is a curfew")  # type: ignore[union-attr]  # it is held
    assert (second.entries, second.behind) == ((), "first")


def test_a_missing_value_stops_its_own_step_and_says_so(campaign: Campaign) -> None:
    campaign.recipe(TWO_CARDS)
    campaign.edit("c", Region="")
    first, second = answer(campaign, "c").steps
    assert first.entries[0].change is not None
    assert second.entries[0].deed.reason == 'the text uses "Region", which is empty here'  # type: ignore[union-attr]  # it is a Noop


def test_a_row_under_way_is_judged_as_the_planner_judges_it(campaign: Campaign) -> None:
    campaign.recipe(COACHED)
    campaign.order(Bo="busy")
    campaign.run()
    found = answer(campaign, "b")
    assert campaign.cell("b", "Coach") == "Lee Park"
    assert found.standing is Standing.CHOSEN
    assert [asked.reason for asked in found.asked] == [None]
    (record,) = found.steps[1].records
    assert record.retry_at is not None
    assert found.steps[1].entries[0].deed.until == record.retry_at  # type: ignore[union-attr]  # it waits
    assert answer(campaign, "a").standing is Standing.LEFT_OUT


def test_a_row_that_is_gone_has_its_past_and_nothing_else(campaign: Campaign) -> None:
    campaign.run()
    campaign.table("people", campaign.rows()[1:])
    found = answer(campaign, "a")
    assert (found.standing, found.first_failed) == (Standing.GONE, None)
    assert len(found.steps[0].records) == 1
