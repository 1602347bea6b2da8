"""What every guard keeps: it can hold a change back, and do nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

from sheetflow.language.policies import Purpose
from sheetflow.language.recipe import Recipe
from sheetflow.language.vocabulary import People
from sheetflow.plugin.action import Action, Work
from sheetflow.plugin.guard import Guard, Held, Memory, RunGuard
from sheetflow.plugin.options import main
from sheetflow.plugin.testing.actions import PEOPLE
from sheetflow.plugin.testing.in_memory import NOON, GivenTables, NothingRemembered
from sheetflow.plugin.testing.steps import OneStep
from sheetflow.plugin.testing.watching import watched
from sheetflow.values import Change, Entry, RowRef


class Tell(Action["Tell.Options"]):
    """Tells somebody something, and forgets it."""

    name = "tell"

    @dataclass(frozen=True, kw_only=True)
    class Options:
        who: People = main("Who is told.")

    def plan(self, work: Work) -> Change:
        """One message to the person."""
        person = work.person(self.options.who[0])
        address = str(person.email.value)
        return Change(
            f"tell {person.name}",
            data={"letter": {"to": address, "subject": "Hi", "text": "Hello."}},
            to=(address,),
            whom=(work.ref,),
            channel="email",
        )


class GuardContract:
    """What a guard keeps. In a test: a class with the `guard`.

    It is asked about messages of each kind and about a change that reaches nobody, around the
    clock. `entries` can be given instead, and `memory` for what the ledger should remember.
    """

    guard: type[Guard]
    tables: Mapping[str, Sequence[Mapping[str, object]]] = PEOPLE
    memory: Memory = NothingRemembered()

    def entries(self, step: OneStep) -> list[Entry]:
        """What the guard is asked about."""
        return [entry for work in step.works() for entry in _entries(work, step)]

    def test_it_has_a_name(self) -> None:
        """It is told with whatever it holds."""
        assert self.guard.name.strip()

    def test_it_says_held_or_nothing(self, tmp_path: Path) -> None:
        """With a word that waits, a sentence, and a time to come, if it names one."""
        for now, entry, said in self._answers(tmp_path):
            assert said is None or isinstance(said, Held), f"it said {said!r}"
            if said is not None:
                assert said.status.word.stops, f"{said.status.word} would end it: {entry.key}"
                assert said.status.text.strip(), "say why, in words for whoever reads the row"
                assert said.until is None or said.until.tzinfo is not None, "until has no zone"
                assert said.until is None or said.until > now, "until is over already"

    def test_it_leaves_every_change_as_it_is(self, tmp_path: Path) -> None:
        """It can never change what is said or whom it reaches."""
        step = self._step(tmp_path, NOON)
        entries = self.entries(step)
        before = repr(entries)
        _ask_all(self._made(step), entries)
        assert repr(entries) == before

    def test_asking_changes_nothing(self, tmp_path: Path) -> None:
        """It reads what it is given; nothing in the world is different afterwards."""
        step = self._step(tmp_path, NOON)
        entries = self.entries(step)
        _ask_all(self._made(step), entries)  # so that what it loads late is loaded
        with watched() as done:
            _ask_all(self._made(step), entries)
        assert done == [], f"asking did: {done}"

    def test_the_same_question_has_the_same_answer(self, tmp_path: Path) -> None:
        """It is asked when planning, and again just before handing over."""
        step = self._step(tmp_path, NOON)
        entries = self.entries(step)
        assert _ask_all(self._made(step), entries) == _ask_all(self._made(step), entries)

    def _answers(self, folder: Path) -> Iterator[tuple[datetime, Entry, Any]]:
        for hours in range(0, 7 * 24, 5):
            now = NOON + timedelta(hours=hours)
            step = self._step(folder, now)
            entries = self.entries(step)
            answers = _ask_all(self._made(step), entries)
            for entry, said in zip(entries, answers, strict=True):
                yield now, entry, said

    def _step(self, folder: Path, now: datetime) -> OneStep:
        tables = GivenTables()
        for name, rows in self.tables.items():
            tables.add(name, rows)
        tools = tables.tools(now, folder=folder)
        return OneStep.read("- tell: person", _telling(), tables, tools)

    def _made(self, step: OneStep) -> Guard:
        recipe: Recipe = step.recipe
        return self.guard(recipe, step.tools, self.memory)


def _ask_all(guard: Guard, entries: Sequence[Entry]) -> list[Any]:
    guard.prepare(entries)
    if isinstance(guard, RunGuard):
        guard.weigh(entries)
    answers = []
    for entry in entries:
        said = guard.ask(entry)
        if said is None:
            guard.passed(entry)
        answers.append(said)
    return answers


def _entries(work: Work, step: OneStep) -> Iterator[Entry]:
    """A message of each kind, and a change of the row itself."""
    told = step.action().plan(work)
    assert isinstance(told, Change)
    who = work.table.label(work.row)
    for kind in get_args(Purpose):
        yield Entry(work.key, "tell", who, told, reads={work.ref: ""}, kind=kind)
    ref = RowRef(work.ref.table, work.ref.row)
    yield Entry(work.key, "set", who, Change("set Stage", cells={"Stage": "New"}), reads={ref: ""})


def _telling() -> ModuleType:
    module = ModuleType("telling")
    module.actions = lambda: [Tell]  # type: ignore[attr-defined]  # a hook, as a plugin has it
    return module
