"""Whatever people and crashes do: nobody is written to without a tick that was set after the row
asked, and for exactly what it asked."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings, strategies as st

from sheetflow.ledger.applying import Applying
from sheetflow.tables.writing import Writing
from tests.runner.guards.mailings import Mailing, person

RECIPE = """\
approve: each row
steps:
  - write: person
    id: first
    text: "Hello {{ person.name }}"
  - write: person
    id: second
    text: "And {{ person.group | default('nobody') }}"
"""
CODES = ("ana", "bo", "cem")
ASKS = ("Waiting — tick ", "Waiting — it changed since. ")


class Killed(BaseException):
    """As if the process were gone."""


@dataclass
class World:
    """A sheet, its people, and what a fair judge saw them agree to.

    `agreed` are, for each person, the texts and address that stood there when somebody set a tick
    in a row that asked for one.
    """

    mailing: Mailing
    agreed: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    came: int = 0

    def rows(self) -> list[dict[str, str]]:
        with (self.mailing.folder / "people.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def save(self, rows: list[dict[str, str]]) -> None:
        self.mailing.write_table("people", list(rows[0]), rows)

    def tick(self, code: str, answer: str) -> None:
        """Somebody ticks each row of that code as they see it."""
        rows = self.rows()
        for row in rows:
            if row["Code"] == code and "Go ahead" in row:
                if answer == "yes" and row["Go ahead"] != "yes" and asks(row):
                    self.agreed.setdefault(code, set()).update(meant(row))
                row["Go ahead"] = answer
        self.save(rows)

    def run(self, killed_at: str = "") -> None:
        """A run, which may be killed at a moment."""
        undo = at(killed_at) if killed_at else (lambda: None)
        try:
            self.mailing.run()
        except Killed:
            pass
        finally:
            undo()
        self.judge()

    def judge(self) -> None:
        """Everything that came was agreed to, and nothing came twice."""
        for letter in self.mailing.came[self.came :]:
            code = letter.row.partition("/")[2]
            assert (letter.to, letter.text) in self.agreed.get(code, set()), letter
        self.came = len(self.mailing.came)
        every = [(letter.row, letter.text.partition(" ")[0]) for letter in self.mailing.came]
        assert len(every) == len(set(every))


def asks(row: Mapping[str, str]) -> bool:
    return (row.get("Sheetflow status") or "").startswith(ASKS)


def meant(row: Mapping[str, str]) -> set[tuple[str, str]]:
    group = row["Group"] or "nobody"
    return {(row["Email"], f"Hello {row['Name']}"), (row["Email"], f"And {group}")}


def at(place: str) -> Callable[[], None]:
    """Die once at a place: before or after the sheet is told, or before the ledger knows."""
    owner, name, after = {
        "before the sheet": (Writing, "write", False),
        "after the sheet": (Writing, "write", True),
        "before the ledger": (Applying, "remember_asks", False),
        "after the ticks": (Applying, "remember_ticks", True),
    }[place]
    real = getattr(owner, name)

    def dying(*args: object, **more: object) -> None:
        if after:
            real(*args, **more)
        raise Killed

    setattr(owner, name, dying)
    return lambda: setattr(owner, name, real)


def do(world: World, deed: tuple[str, str, str]) -> None:
    """One thing that happens."""
    kind, code, what = deed
    match kind:
        case "tick":
            world.tick(code, what)
        case "edit":
            column, _, value = what.partition("=")
            world.mailing.edit(code, **{column: value.format(code=code)})
        case "run":
            world.run(what)
        case "shuffle":
            rows = world.rows()
            random.Random(what).shuffle(rows)
            world.save(rows)
        case "copy":
            rows = world.rows()
            row = next(row for row in rows if row["Code"] == code)
            new = {**row, "Code": f"{code}{what}", "Name": "New", "Email": f"{what}@example.org"}
            world.save([*rows, *([new] if what else [dict(row)])])
        case "later":
            world.mailing.later(hours=int(what))


deeds = st.one_of(
    st.tuples(st.just("tick"), st.sampled_from(CODES), st.sampled_from(["yes", "yes", "no", ""])),
    st.tuples(
        st.just("edit"),
        st.sampled_from(CODES),
        st.sampled_from(["Email={code}@other.example", "Name=Lee", "Group=North", "Zone=UTC"]),
    ),
    st.tuples(
        st.just("run"),
        st.just(""),
        st.sampled_from(
            ["", "", "before the sheet", "after the sheet", "before the ledger", "after the ticks"]
        ),
    ),
    st.tuples(st.just("shuffle"), st.just(""), st.sampled_from("123")),
    st.tuples(st.just("copy"), st.sampled_from(CODES), st.sampled_from(["x", ""])),
    st.tuples(st.just("later"), st.just(""), st.sampled_from(["1", "9"])),
)


def kept(happened: list[tuple[str, str, str]]) -> None:
    """The law, over all that happens, and after everybody ticks everything at the end."""
    with TemporaryDirectory() as folder:
        mailing = Mailing(Path(folder))
        mailing.set_up("contact: {relationship: none}\n")
        mailing.people([person(code) for code in CODES])
        mailing.recipe(more=RECIPE)
        world = World(mailing)
        world.run()
        for deed in happened:
            do(world, deed)
        world.run()
        for code in CODES:
            world.tick(code, "yes")
        mailing.later(hours=24 - mailing.now.hour + 12)
        world.run()


@settings(max_examples=6)
@given(st.lists(deeds, min_size=4, max_size=9))
def test_nobody_is_written_to_without_a_tick_for_just_that(happened: list[tuple[str, str, str]]):
    kept(happened)


@pytest.mark.slow
@settings(max_examples=150)
@given(st.lists(deeds, min_size=4, max_size=16))
def test_nobody_is_written_to_without_a_tick_however_much_happens(
    happened: list[tuple[str, str, str]],
):
    kept(happened)


def test_the_law_is_not_kept_by_sending_nothing():
    with TemporaryDirectory() as folder:
        mailing = Mailing(Path(folder))
        mailing.set_up("contact: {relationship: none}\n")
        mailing.people([person(code) for code in CODES])
        mailing.recipe(more=RECIPE)
        world = World(mailing)
        world.run()
        for code in CODES:
            world.tick(code, "yes")
        world.run()
        assert len(mailing.came) == 2 * len(CODES)
