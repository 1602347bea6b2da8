"""write_doc: lines and places in planning documents, each written once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sheetflow_plugins import google_docs, write_doc
from sheetflow_plugins.google_docs import GoogleDocs

from sheetflow.errors import NotAllowed, NotKnown, ProblemsFound, RowStopped
from sheetflow.plugin.action import Past
from sheetflow.plugin.testing import NOON, ActionContract, GivenTables, OneStep
from sheetflow.values import Change, Noop, State, Status, Word
from tests.emulators.serving import Emulator, serving
from tests.plugins._google_doors import connected
from tests.plugins.test_google_docs import DATA, PLAN, PLANNING, UPDATE, lines

BOTH = ModuleType("write_doc", "The action with the connector that it writes by.")
BOTH.__dict__.update(actions=write_doc.actions, connectors=google_docs.connectors)
APPEND = f'- write_doc: {PLANNING}\n  append: "{{{{ person.name }}}} joined"\n'
FILL = (
    f"- write_doc: {PLANNING}\n  fill: KICK-OFF\n"
    '  with: "{{ person.email }}"\n  if: person.name == "Bo Tran"\n'
)


class Contract(ActionContract):
    """The contract, over a Google with a planning document."""

    plugin = BOTH
    again = "noop"
    asks_the_network = True

    @pytest.fixture(autouse=True)
    def _google(self) -> Iterator[None]:
        with serving("google", data=DATA) as google:
            self.settings = {"url": google.url}
            yield


class TestAppend(Contract):
    step = APPEND


class TestFill(Contract):
    step = f'- write_doc: {PLANNING}\n  fill: KICK-OFF\n  with: "{{{{ organization.name }}}}"\n'


@pytest.fixture
def google() -> Iterator[Emulator]:
    """A Google with a planning document."""
    with serving("google", data=DATA) as emulator:
        yield emulator


@pytest.fixture
def docs(google: Emulator) -> GoogleDocs:
    """The connection."""
    return connected(GoogleDocs, google.url, may_write=True)


def one_step(
    tmp_path: Path, step: str, connection: Any, cells: dict[str, object] | None = None
) -> OneStep:
    """A step for Ana alone."""
    tables = GivenTables()
    row = {"id": "p1", "Name": "Ana Reyes", "Email": "ana@example.org", **(cells or {})}
    tables.add("People", [row], writes=[*(cells or {})])
    tools = tables.tools(NOON, folder=tmp_path, connections={"google_docs": connection})
    return OneStep.read(step, BOTH, tables, tools)


def planned(step: OneStep, **more: Any) -> Change | Noop:
    """What the step says for her."""
    (work,) = step.works()
    vars(work).update(more)
    found = step.action().plan(work)
    assert isinstance(found, Change | Noop)
    return found


def test_a_plan_shows_the_line_and_writes_nothing(
    tmp_path: Path, google: Emulator, docs: GoogleDocs
):
    step = one_step(tmp_path, APPEND + "  under: Money\n", docs)
    found = planned(step)
    assert isinstance(found, Change)
    assert found.summary == 'add to "Planning": Ana Reyes joined'
    (work,) = step.works()
    assert found.data == {
        "document": PLANNING,
        "text": "Ana Reyes joined",
        "place": "",
        "under": "Money",
        "mark": f"sf-{work.key.digest}",
        "day": "",
    }
    assert google.asked(UPDATE) == []


def test_a_line_begins_with_the_day_on_which_it_is_written(
    tmp_path: Path, google: Emulator, docs: GoogleDocs
):
    step = one_step(tmp_path, APPEND, docs)
    with step.open():
        step.action().apply(planned(step))
    assert lines(google)[-1] == "2026-03-14: Ana Reyes joined"
    assert planned(step) == Noop("stands in the document already", Word.DONE)


def test_a_line_in_doubt_is_looked_for(tmp_path: Path, google: Emulator, docs: GoogleDocs):
    step = one_step(tmp_path, APPEND, docs)
    change = planned(step)
    google.faults.add(when={"method": UPDATE}, do={"drop": "after"}, times=1)
    with step.open(), pytest.raises(NotKnown):
        step.action().apply(change)
    in_doubt = [Past("", State.NOT_KNOWN, NOON, {})]
    assert planned(step, before=in_doubt) == change, "so that applying finds out"
    assert step.action().reconcile(change).reference == change.data["mark"]


def test_a_line_that_was_surely_not_written_is_told_so(tmp_path: Path, docs: GoogleDocs):
    step = one_step(tmp_path, APPEND, docs)
    assert step.action().reconcile(planned(step)) is False


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ("  append: Hi\n  under: Food\n", '"Planning" has no heading "Food"'),
        ("  fill: BUDGET\n  with: Hi\n", '"Planning" has no place "BUDGET"'),
    ],
)
def test_a_row_says_what_its_document_lacks(
    tmp_path: Path, docs: GoogleDocs, options: str, text: str
):
    step = one_step(tmp_path, f"- write_doc: {PLANNING}\n{options}", docs)
    with pytest.raises(RowStopped) as caught:
        planned(step)
    assert caught.value.status == Status(Word.NEEDS_YOU, text)


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("https://docs.example.org/1", "is not the address of a Google document"),
        ("the plan", "is not the address of a Google document"),
        (f"https://docs.google.com/document/d/{PLAN[::-1]}", "Google Docs cannot find it"),
    ],
)
def test_the_document_may_stand_in_a_cell_and_need_not_be_one(
    tmp_path: Path, docs: GoogleDocs, cell: str, says: str
):
    text = '- write_doc: "{{ person.plan }}"\n  append: Hi\n'
    assert isinstance(planned(one_step(tmp_path, text, docs, {"Plan": PLANNING})), Change)
    with pytest.raises(RowStopped, match=says):
        planned(one_step(tmp_path, text, docs, {"Plan": cell}))


def test_what_cells_hold_is_one_line_of_bounded_text(tmp_path: Path, docs: GoogleDocs):
    text = f'- write_doc: {PLANNING}\n  append: "{{{{ person.note }}}}"\n'
    hostile = "a\x00\ue000\n\n{{KICK-OFF}}\v" + "x" * 3_000
    found = planned(one_step(tmp_path, text, docs, {"Note": hostile}))
    assert isinstance(found, Change)
    assert found.data["text"].startswith("a")
    assert "{{KICK-OFF}}x" in found.data["text"]
    assert "\n" not in found.data["text"]
    assert 1_990 < len(found.data["text"]) <= 2_000
    assert len(found.summary) < 110


def test_nothing_to_write_is_said(tmp_path: Path, docs: GoogleDocs):
    text = f"- write_doc: {PLANNING}\n  append: \"{{{{ person.note | default('') }}}}\"\n"
    found = planned(one_step(tmp_path, text, docs, {"Note": None}))
    assert found == Noop("there is nothing to write into the document")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("", "write either append: or fill:, and not both."),
        ("  append: Hi\n  fill: X\n  with: Hi\n", "write either append: or fill:, and not both."),
        ("  fill: X\n", "fill: needs with: and the text."),
        ("  append: Hi\n  with: Hi\n", "with: goes with fill:, and not with append:."),
        ("  fill: X\n  with: Hi\n  under: Y\n", "under: goes with append:, and not with fill:."),
    ],
)
def test_options_that_do_not_go_together_are_told(
    tmp_path: Path, docs: GoogleDocs, options: str, says: str
):
    with pytest.raises(ProblemsFound, match=says):
        one_step(tmp_path, f"- write_doc: {PLANNING}\n{options}", docs)


def test_a_connection_without_documents_is_told(tmp_path: Path, docs: GoogleDocs):
    step = one_step(tmp_path, f"{APPEND}  by: mail\n", docs)
    with pytest.raises(NotAllowed, match='"mail" has no documents'):
        planned(step)


def test_it_is_read_aloud_and_reaches_nobody(tmp_path: Path, docs: GoogleDocs):
    step = one_step(tmp_path, FILL, docs)
    assert step.kind.reaches(step.options) == ()
    assert "It fills the place KICK-OFF." in step.kind.describe(step.options)
