"""What every action keeps, tried with a step as an author would write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Literal

from sheetflow.errors import PlanningWrote
from sheetflow.plugin.action import Action
from sheetflow.plugin.connector_action import ConnectorStep
from sheetflow.plugin.testing.in_memory import NOON, GivenTables
from sheetflow.plugin.testing.steps import (
    OneStep,
    carried,
    changes_of,
    connections_of,
    content_of,
)
from sheetflow.plugin.testing.watching import watched
from sheetflow.secrets import Secret
from sheetflow.values import Change, Receipt

PEOPLE: Mapping[str, Sequence[Mapping[str, object]]] = {
    "People": (
        {"id": "p1", "Name": "Ana Reyes", "Email": "ana@example.org", "Stage": None},
        {"id": "p2", "Name": "Bo Tran", "Email": "bo@example.org", "Stage": "Prospect"},
    )
}
"""Two people, as mappings: `id` is the row's id, the others are its cells."""


class ActionContract:
    """What an action keeps. In a test: a class with the `plugin` and a `step`.

    `again` says what keeps a second run from doing it twice: "noop" when plan sees in a table or in
    the service that it was done; "ledger" when the ledger alone remembers, because the plan is the
    same change as before.
    """

    plugin: ModuleType
    step: str
    row: str = "person"
    tables: Mapping[str, Sequence[Mapping[str, object]]] = PEOPLE
    columns: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    files: ClassVar[Mapping[str, str]] = {}
    settings: Mapping[str, Any] = {}
    senders: Sequence[str] = ("us",)
    again: Literal["noop", "ledger"] = "ledger"
    asks_the_network: bool = False
    now: datetime = NOON

    def one_step(self, folder: Path) -> OneStep:
        """The step over tables in memory, with the door shut; `files` are written into `folder`."""
        for name, text in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        tables = GivenTables()
        for name, rows in self.tables.items():
            people = any("Name" in row or "Email" in row for row in rows)
            theirs = {"id", "Name", "Email", "Phone"}
            ours = {column for row in rows for column in row} - theirs if people else ()
            columns = self.columns.get(name, {})
            tables.add(name, rows, columns=columns, writes=sorted(ours), people=people)
        connections = connections_of(self.plugin, self.settings, tables, folder)
        tools = tables.tools(self.now, folder=folder, connections=connections)
        return OneStep.read(
            self.step, self.plugin, tables, tools, row=self.row, senders=self.senders
        )

    def test_there_is_something_to_do(self, tmp_path: Path) -> None:
        """Without a change, the rest of this suite would say nothing."""
        planned = self.one_step(tmp_path).plan()
        assert any(changes_of(deeds) for deeds in planned.values()), f"all are Noops: {planned}"

    def test_planning_changes_nothing(self, tmp_path: Path) -> None:
        """No file is written, no program started, no line opened, no table touched."""
        step = self.one_step(tmp_path)
        step.plan()  # so that what it loads late is loaded
        with watched(network=not self.asks_the_network) as done:
            step.plan()
        assert done == [], f"planning did: {done}"

    def test_the_same_plan_comes_out_twice(self, tmp_path: Path) -> None:
        """A plan depends on rows and the clock alone: no chance, no counting up."""
        step = self.one_step(tmp_path)
        assert step.plan() == step.plan()

    def test_a_change_survives_a_plan_file(self, tmp_path: Path) -> None:
        """Its data is what JSON holds; in cells and gives there may be dates and rows as well."""
        for deeds in self.one_step(tmp_path).plan().values():
            for change in changes_of(deeds):
                back = carried(change)
                assert back.data == change.data, "data: use texts, numbers, lists and mappings"
                assert back == change, "cells and gives: use what a cell holds"

    def test_every_change_says_what_it_is(self, tmp_path: Path) -> None:
        """It has a summary, says how it reaches whom, and keeps to what is declared."""
        step = self.one_step(tmp_path)
        writes = set(step.kind.writes(step.options))
        for deeds in step.plan().values():
            for change in changes_of(deeds):
                assert change.summary.strip(), "say what it does, in a few words"
                assert bool(change.to) == bool(change.channel), "`to` and `channel` go together"
                assert set(change.cells) <= writes, "cells: declare the columns in writes()"
                assert set(step.kind.gives(step.options)) <= set(change.gives), "see gives()"
            parts = [deed.part for deed in deeds]
            assert len(set(parts)) == len(parts), "several changes of one row differ in `part`"
        assert all(line.strip() for line in step.kind.describe(step.options))

    def test_no_deed_is_done_while_the_door_is_shut(self, tmp_path: Path) -> None:
        """Whatever changes the world says so at the door first: `self.door.writing(...)`.

        An action whose deed is all in `cells` may look at them once more, and do nothing else.
        """
        step = self.one_step(tmp_path)
        planned = step.plan()
        for deeds in planned.values():
            for change in changes_of(deeds):
                with watched(network=not self.asks_the_network) as done:
                    refused = _is_refused(step, carried(change))
                assert refused or not has_deed(change, step.kind), "apply went past the door"
                assert done == [], f"past the door, it did: {done}"
        assert step.plan() == planned

    def test_what_was_done_is_not_done_twice(self, tmp_path: Path) -> None:
        """Planned again afterwards, it is a Noop, or the very change that the ledger knows."""
        step = self.one_step(tmp_path)
        planned = step.plan()
        step.apply(planned)
        after = step.plan()
        if self.again == "ledger":
            assert content_of(after) == content_of(planned), "the ledger would not know it again"
            return
        left = [change for deeds in after.values() for change in changes_of(deeds)]
        assert left == [], "plan does not see that it was done"

    def test_an_idempotent_deed_can_be_repeated(self, tmp_path: Path) -> None:
        """If it says so, doing the same change twice is doing it once, with the same receipt."""
        step = self.one_step(tmp_path)
        if step.kind.idempotent:
            planned = step.plan()
            first = step.apply(planned)
            step.tables.read_again()
            for row_id, deeds in planned.items():
                for change, receipt in zip(changes_of(deeds), first[row_id], strict=True):
                    if has_deed(change, step.kind):
                        with step.open():
                            assert step.action().apply(carried(change)) == receipt

    def test_after_a_crash_it_finds_out_the_truth_or_says_that_it_cannot(
        self, tmp_path: Path
    ) -> None:
        """Before the deed reconcile gives no receipt; after it, it does not say "surely not"."""
        step = self.one_step(tmp_path)
        planned = step.plan()
        changes = [change for deeds in planned.values() for change in changes_of(deeds)]
        before = [step.action().reconcile(carried(change)) for change in changes]
        assert not any(isinstance(found, Receipt) for found in before), "it was not done yet"
        step.apply(planned)
        step.tables.read_again()
        after = [step.action().reconcile(carried(change)) for change in changes]
        wrong = [
            change.summary
            for change, found in zip(changes, after, strict=True)
            if found is False and has_deed(change, step.kind)
        ]
        assert wrong == [], "it was done, and reconcile says surely not"

    def test_no_secret_is_printed(self, tmp_path: Path) -> None:
        """Neither in changes, nor in receipts, nor in what the connection shows of itself."""
        secrets = [found.reveal() for found in self.settings.values() if isinstance(found, Secret)]
        step = self.one_step(tmp_path)
        planned = step.plan()
        shown = f"{planned!r} {step.action()!r} {vars(step.action())!r} {step.apply(planned)!r}"
        for secret in secrets:
            assert secret not in shown, "a secret is printed"


def has_deed(change: Change, action: type[Action[Any]]) -> bool:
    """Whether applying does more than write the change's cells, which is done by the run."""
    if issubclass(action, ConnectorStep):
        return action.marked.applier is not None
    return action.apply is not Action.apply and not change.cells


def _is_refused(step: OneStep, change: Any) -> bool:
    try:
        step.action().apply(change)
    except PlanningWrote:
        return True
    return False
