"""A recipe whose messages stand in Google documents: checked, planned, approved, sent, tested."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from sheetflow.cli import run_cli
from sheetflow.clock import Clock
from sheetflow.errors import ProblemsFound, SetupError, Unreachable
from sheetflow.network.pacing import Pacer, Waiting
from sheetflow.plugin.testing import NOON
from sheetflow.runner.running import plan_recipe, run
from sheetflow.values import Noop, Word
from sheetflow.workspace import Workspace
from tests.emulators.serving import Emulator, serving
from tests.plugins.test_google_docs import ADDRESS, GET, ID, PLANNING, UPDATE, change, lines

DATA = {
    "documents": [
        {
            "id": ID,
            "title": "Welcome letter",
            "paragraphs": ["Subject: Welcome, {{ person.name }}", "Hi {{ person.name }} *"],
        },
        {
            "id": PLANNING.split("/")[5],
            "title": "Planning",
            "paragraphs": [{"text": "Who", "style": "HEADING_1"}],
        },
    ]
}
SETTINGS = """\
organization: {{name: Riverside, postal_address: 1 Bridge Street, time_zone: UTC}}
connections:
  outbox: {{connector: outbox}}
  google_docs: {{connector: google_docs, url: {url}}}
senders:
  us: {{address: us@example.org, by: outbox}}
tables:
  People:
    file: people.csv
    key: [Email]
    person: {{name: Name, email: Email}}
    sheetflow_writes: [Status]
"""
RECIPE = f"""\
recipe: Welcome
for_each: person in People
where: everyone
kind: transactional
steps:
  - email: person
    template: {ADDRESS.partition("?")[0]}
  - write_doc: {PLANNING}
    append: "{{{{ person.name }}}} was welcomed"
    under: Who
"""
TESTS = """\
at: 2026-03-14 09:00
tests:
  - name: Ana is welcomed
    given: {People: [{Name: Ana, Email: ana@example.org}]}
    expect: nothing
"""


@pytest.fixture
def google() -> Iterator[Emulator]:
    """A Google with a letter and a plan."""
    with serving("google", data=DATA) as emulator:
        yield emulator


@pytest.fixture
def folder(tmp_path: Path, google: Emulator) -> Path:
    """A workspace with one recipe and one person."""
    (tmp_path / "recipes/welcome").mkdir(parents=True)
    (tmp_path / "sheetflow.yaml").write_text(SETTINGS.format(url=google.url), "utf-8")
    (tmp_path / "recipes/welcome/recipe.yaml").write_text(RECIPE, "utf-8")
    (tmp_path / "people.csv").write_text("Name,Email\nAna,ana@example.org\n", "utf-8")
    return tmp_path


Call = Callable[..., tuple[int, str]]


@pytest.fixture
def call(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Calls a command in the workspace: its exit code, and all that it says."""
    monkeypatch.chdir(folder)

    def called(*arguments: str) -> tuple[int, str]:
        code = run_cli(arguments)
        said = capsys.readouterr()
        return code, said.out + said.err

    return called


def opened(folder: Path) -> Workspace:
    """The workspace at noon, in which nobody waits."""
    found = Workspace.open(folder, clock=Clock.at(NOON))
    found.pacer = Pacer(Waiting(now=lambda: 0.0, sleep=lambda _seconds: None))
    return found


def edit(google: Emulator, old: str, new: str) -> None:
    """An organizer changes the letter."""
    contains = {"text": old, "matchCase": True}
    change(google, {"replaceAllText": {"containsText": contains, "replaceText": new}})


def test_check_asks_nobody_and_says_what_it_has_not_seen(
    folder: Path, google: Emulator, call: Call
):
    _, output = call("check")
    assert output == (
        "No mistakes in sheetflow.yaml and 1 recipe.\n"
        f"Not looked at: the document {ADDRESS.partition('?')[0]}. sheetflow plan reads it.\n"
    )
    assert google.exchanges == []
    assert opened(folder).checked().unread == (ADDRESS.partition("?")[0],)


def test_explaining_asks_nobody(google: Emulator, call: Call):
    _, output = call("explain", "welcome")
    assert f"the document at {ADDRESS.partition('?')[0]}" in " ".join(output.split())
    assert google.exchanges == []


def test_a_plan_shows_the_letter_and_a_run_sends_it_once(folder: Path, google: Emulator):
    workspace = opened(folder)
    recipe = workspace.recipe("welcome")
    plan = plan_recipe(recipe, workspace)
    mail, note = plan.changes
    assert mail.change
    assert mail.change.summary == "email Welcome letter to Ana"
    assert mail.change.data["letter"]["subject"] == "Welcome, Ana"
    assert mail.change.data["letter"]["text"].startswith("Hi Ana *\n\n-- \nRiverside")
    assert note.change
    assert note.change.summary == 'add to "Planning": Ana was welcomed'
    assert len([one for one in google.asked(GET) if ID in one["path"]]) == 1
    done = run(recipe, workspace, plan=plan)
    assert [outcome.status.word for outcome in done.outcomes] == [Word.SENT, Word.DONE]
    (sent,) = (folder / "outbox").rglob("*.eml")
    message = BytesParser(policy=policy.default).parsebytes(sent.read_bytes())
    assert message["Subject"] == "Welcome, Ana"
    assert lines(google, PLANNING.split("/")[5])[1:] == ["2026-03-14: Ana was welcomed"]
    again = plan_recipe(workspace.recipe("welcome"), workspace)
    assert again.changes == ()
    assert all(isinstance(entry.deed, Noop) for entry in again.entries)


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_line_whose_answer_was_lost_is_settled_by_the_next_run(
    folder: Path, google: Emulator, drop: str
):
    google.faults.add(when={"method": UPDATE}, do={"drop": drop}, times=1)
    workspace = opened(folder)
    first = run(workspace.recipe("welcome"), workspace)
    assert [outcome.status.word for outcome in first.outcomes] == [Word.SENT, Word.NOT_SURE]
    second = run(workspace.recipe("welcome"), workspace)
    assert [outcome.status.word for outcome in second.outcomes if outcome.state] == [Word.DONE]
    assert run(workspace.recipe("welcome"), workspace).plan.changes == ()
    written = lines(google, PLANNING.split("/")[5])
    assert written == ["Who", "2026-03-14: Ana was welcomed"]
    assert len(list((folder / "outbox").rglob("*.eml"))) == 1


def test_a_plan_is_off_when_the_letter_was_changed_since(folder: Path, google: Emulator):
    workspace = opened(folder)
    plan = plan_recipe(workspace.recipe("welcome"), workspace)
    edit(google, "Hi", "Hey")
    with pytest.raises(SetupError, match="made from another version of the recipe"):
        run(workspace.recipe("welcome"), workspace, plan=plan)
    assert not list((folder / "outbox").rglob("*.eml"))


def test_a_plan_holds_when_something_else_was_changed(folder: Path, google: Emulator):
    """Such as a comment, or the same words in another colour: what people read is the same."""
    workspace = opened(folder)
    before = workspace.recipe("welcome").fingerprint
    span = {"startIndex": 1, "endIndex": 5}
    style = {"underline": True}
    asked = {"range": span, "textStyle": style, "fields": "underline"}
    change(google, {"updateTextStyle": asked})
    assert workspace.recipe("welcome").fingerprint == before


def test_a_mistake_in_the_letter_is_told_with_its_paragraph(
    folder: Path, google: Emulator, call: Call
):
    edit(google, "Hi", "Hi {{ persn.name }}")
    code, output = call("plan", "welcome")
    assert code == 2
    assert (
        'the document "Welcome letter", paragraph 2: email: template: there is nothing called '
        '"persn" here. Did you mean "person"?'
    ) in " ".join(output.split())


def test_a_letter_that_is_not_shared_is_told_at_its_place(folder: Path, google: Emulator):
    with google.world.lock:
        google.world.files[ID].permissions.clear()
    with pytest.raises(ProblemsFound) as caught:
        opened(folder).recipe("welcome")
    assert "recipe.yaml:7:15: email: template: the document cannot be read: Google Docs" in str(
        caught.value
    )
    assert "Share it with" in str(caught.value)


def test_without_a_connection_it_says_which_to_add(folder: Path):
    path = folder / "sheetflow.yaml"
    kept = [line for line in path.read_text("utf-8").split("\n") if "google_docs:" not in line]
    path.write_text("\n".join(kept), "utf-8")
    with pytest.raises(ProblemsFound) as caught:
        opened(folder).recipe("welcome")
    assert (
        "the document cannot be read: no connection has documents at this address. Add one to "
        "sheetflow.yaml, such as one with connector: google_docs." in str(caught.value)
    )


def test_a_google_that_is_down_is_no_mistake_of_the_recipe(folder: Path, google: Emulator):
    google.faults.add(when={"method": GET}, do={"status": 503})
    with pytest.raises(Unreachable):
        opened(folder).recipe("welcome")


def test_recipe_tests_ask_nobody_and_say_what_they_lack(folder: Path, google: Emulator, call: Call):
    (folder / "recipes/welcome/tests.yaml").write_text(TESTS, "utf-8")
    code, output = call("test")
    assert code != 0
    assert google.exchanges == []
    assert "was not read" in output


PAGE = (Path(__file__).parents[2] / "docs" / "google.md").read_text("utf-8")
MINE = PAGE.partition("## Messages in Google documents")[2]
PEOPLE = """\
  Groups:
    file: groups.csv
    key: [Email]
    person: {name: Name, email: Email}
    columns: {Kick-off: date and time}
    sheetflow_writes: [Status]
"""


@pytest.mark.parametrize("text", re.findall(r"^```yaml settings\n(.*?)^```", MINE, re.M | re.S))
def test_every_part_of_the_settings_on_the_page_can_be_read(tmp_path: Path, text: str):
    organization = "organization: {name: Riverside, time_zone: UTC}\n"
    (tmp_path / "sheetflow.yaml").write_text(organization + text, "utf-8")
    Workspace.open(tmp_path)


@pytest.mark.parametrize("steps", re.findall(r"^```\n(- .*?)^```", MINE, re.M | re.S))
def test_every_step_on_the_page_can_be_read(folder: Path, google: Emulator, steps: str):
    path = folder / "sheetflow.yaml"
    path.write_text(path.read_text("utf-8") + PEOPLE, "utf-8")
    columns = "Name,First name,Email,Region,Planning document,Kick-off,Status\n"
    (folder / "groups.csv").write_text(columns + "Ana,Ana,a@example.org,North,,,\n", "utf-8")
    recipe = folder / "recipes/welcome/recipe.yaml"
    row = "group" if "group." in steps else "volunteer"
    head = f"recipe: A\nfor_each: {row} in Groups\nwhere: everyone\nsteps:\n"
    recipe.write_text(head + textwrap.indent(steps, "  "), "utf-8")
    assert opened(folder).check() == ()
    assert google.exchanges == []
