"""A recipe over the responses of a form: planned, and told why it cannot leave statuses there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sheetflow.clock import Clock
from sheetflow.errors import TableBusy
from sheetflow.network.pacing import Pacer, Waiting
from sheetflow.plugin.connector import Finding
from sheetflow.plugin.testing import NOON
from sheetflow.runner.running import plan_recipe, run
from sheetflow.workspace import Workspace
from sheetflow.workspace.examining import examine
from tests.emulators.serving import Emulator, serving
from tests.files import write_files
from tests.plugins.test_google_forms import ADDRESS, GET, ID, LIST

SETTINGS = """\
organization: {{name: Riverside, postal_address: 1 Bridge Street, time_zone: UTC}}
connections:
  outbox: {{connector: outbox}}
  forms: {{connector: google_forms, url: {url}}}
senders:
  us: {{address: us@example.org, by: outbox}}
tables:
  Sign-ups:
    connector: forms
    form: {form}
    person: {{name: Your name, email: Email}}
    columns: {{Submitted: date and time, How sure: number}}
"""
RECIPE = """\
recipe: Thanks
for_each: person in Sign-ups
where:
  How sure: is more than 2
kind: transactional
steps:
  - email: person
    template: thanks
"""
MESSAGE = "---\nsubject: Thank you\n---\nHi {{ person.your_name }}, thank you.\n"
RESPONSES = [
    {
        "responseId": name,
        "createTime": "2026-03-01T10:00:00Z",
        "respondentEmail": f"{name}@example.org",
        "answers": {"a1": name, "a2": sure},
    }
    for name, sure in (("ana", "5"), ("bo", "1"))
]
SCALE = {"questionId": "a2", "scaleQuestion": {"low": 1, "high": 5}}
ITEMS = [
    {
        "title": "Your name",
        "questionItem": {"question": {"questionId": "a1", "textQuestion": {}}},
    },
    {"title": "How sure", "questionItem": {"question": SCALE}},
]


@pytest.fixture
def google() -> Iterator[Emulator]:
    """A Google with a form that two people answered."""
    form = {"id": ID, "title": "Sign-up", "items": ITEMS, "responses": RESPONSES}
    with serving("google", data={"forms": [form]}) as emulator:
        yield emulator


@pytest.fixture
def workspace(tmp_path: Path, google: Emulator) -> Workspace:
    """A workspace whose only table is the form."""
    write_files(
        tmp_path,
        {
            "sheetflow.yaml": SETTINGS.format(url=google.url, form=ADDRESS),
            "recipes/thanks/recipe.yaml": RECIPE,
            "recipes/thanks/templates/thanks.md": MESSAGE,
        },
    )
    found = Workspace.open(tmp_path, clock=Clock.at(NOON))
    found.pacer = Pacer(Waiting(now=lambda: 0.0, sleep=lambda _seconds: None))
    return found


def test_checking_asks_nobody(workspace: Workspace, google: Emulator):
    assert workspace.check() == ()
    assert google.exchanges == []


def test_a_plan_goes_through_the_responses_with_two_requests(
    workspace: Workspace, google: Emulator
):
    plan = plan_recipe(workspace.recipe("thanks"), workspace)
    (entry,) = plan.changes
    assert entry.change
    assert (entry.key.row, entry.change.to) == ("ana", ("ana@example.org",))
    assert [left.row.row for left in plan.left_out] == ["bo"]
    assert [one["id"] for one in google.exchanges] == [GET, LIST]


def test_a_run_says_where_it_could_leave_its_statuses(workspace: Workspace, tmp_path: Path):
    with pytest.raises(TableBusy) as caught:
        run(workspace.recipe("thanks"), workspace)
    assert str(caught.value) == (
        'the form "Sign-up" can only be read, so there is no place for statuses. Let the recipe '
        "go through the sheet that collects its responses. In the form, open Responses and choose "
        '"Link to Sheets".'
    )
    assert not list(tmp_path.rglob("*.eml"))


def test_for_the_doctor_a_table_to_look_things_up_in_is_well(workspace: Workspace):
    (found,) = examine(workspace, "Sign-ups")
    assert found.ok
    assert Finding("writing", True, "can only be read, to look things up in it") in found.findings


def test_a_question_with_a_new_wording_is_the_column_it_was(
    workspace: Workspace, google: Emulator, tmp_path: Path
):
    path = tmp_path / "sheetflow.yaml"
    also = 'How sure: {is: number, also: ["How sure are you?"]}'
    path.write_text(path.read_text("utf-8").replace("How sure: number", also), "utf-8")
    with google.world.lock:
        google.world.files[ID].document.items[1]["title"] = "How sure are you?"
    found = Workspace.open(tmp_path, clock=Clock.at(NOON))
    assert [entry.key.row for entry in plan_recipe(found.recipe("thanks"), found).changes] == [
        "ana"
    ]
