"""Every example of the pages works: recipes are loaded, a plugin is tried, settings are read.

A fenced block says what it is in its first line: `yaml recipe`, `yaml where` (its conditions),
`yaml steps`, `yaml tests` (of the first recipe), `yaml tests of the recipe above`,
`yaml settings` (a part of sheetflow.yaml),
`markdown message NAME`, `python plugin`, `sh a signed call`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import textwrap
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sheetflow_plugins.hook import SignedHook

from sheetflow import Hook, Secret
from sheetflow.errors import ProblemsFound
from sheetflow.network.door import Door
from sheetflow.runner.running import plan_recipe
from sheetflow.testing.loading import check_tests
from sheetflow.testing.suite import load_suite
from sheetflow.workspace import Workspace

ROOT = Path(__file__).parent.parent
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/recipes.md",
    "docs/google.md",
    "docs/zoom.md",
    "docs/airtable.md",
    "docs/webhooks.md",
    "docs/trust.md",
    "docs/sheet.md",
)

SETTINGS = """\
organization: {name: Riverside Volunteers, time_zone: Europe/Berlin, country: DE}
public_url: https://flow.example.org
connections:
  outbox: {connector: outbox}
  room: {connector: room, link: "https://meet.example.org/us"}
  calendar: {connector: google_calendar}
  zoom:
    connector: zoom
    account_id: a
    client_id: b
    client_secret: {file: zoom-secret.txt}
    hosts: [calls@example.org]
senders:
  us: {address: Riverside <hello@example.org>, by: outbox}
tables:
  Volunteers:
    file: volunteers.csv
    person: {name: Name, email: Email}
    columns:
      Birthday: date
      Signed up: date
      First call: date and time
      Shifts: number
      Email OK?: yes/no
      Coach: row of Coaches
    sheetflow_writes: [Status, Confirmed, Coach, Next step, Next step due, Owner]
  Coaches:
    file: coaches.csv
    person: {name: Name, email: Email}
    columns: {Max volunteers: number}
    key: [Name]
  People:
    file: people.csv
    person: {name: First name, email: Email}
    columns: {Owner: row of Team, Next step due: date and time}
    sheetflow_writes: [Owner, Next step, Next step due]
  Team:
    file: team.csv
    person: {name: Name, email: Email}
    columns: {Max open: number}
    key: [Name]
"""

TABLES = {
    "volunteers.csv": "Name,First name,Email,Phone,Region,Postcode,Status,Stage,Notes,Birthday,"
    "Signed up,First call,Shifts,Email OK?,Coach,Next step,Next step due,Owner\n"
    "Ana Reyes,Ana,ana@example.org,,North,10115,,Prospect,,,,2999-03-14 18:00,3,yes,,,,\n",
    "coaches.csv": "Name,Email,Region,Max volunteers\nLee Park,lee@example.org,North,5\n",
    "people.csv": "First name,Email,Region,Stage,Owner,Next step,Next step due\n"
    "Ana,ana@example.org,North,Prospect,,,\n",
    "team.csv": "Name,Email,Region,Max open\nLee Park,lee@example.org,North,5\n",
}

NEW_PERSON = "---\nsubject: New\n---\nCall {{ person.first_name }}, {{ buddy.name }}.\n"


@dataclass(frozen=True)
class Example:
    """A fenced block of a page."""

    page: str
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def _examples() -> list[Example]:
    return [
        Example(
            page, text[: found.start()].count("\n") + 1, found[1].strip(), textwrap.dedent(found[2])
        )
        for page in PAGES
        for text in [(ROOT / page).read_text("utf-8")]
        for found in re.finditer(r"^```(.*)\n((?s:.*?))^```$", text, re.M)
    ]


EXAMPLES = _examples()
TESTS = ("yaml tests", "yaml tests of the recipe above")
RECIPE = "recipe: An example\nfor_each: volunteer in Volunteers\n"
STEPS = "steps:\n  - email: volunteer\n    template: welcome\n"
ASSIGN = "\n  - assign: coach from Coaches\n    save_in: Coach"


def _as_recipe(example: Example) -> str:
    match example.kind:
        case "yaml where":
            return f"{RECIPE}where:\n{textwrap.indent(example.text, '  ')}{STEPS}"
        case "yaml steps":
            return f"{RECIPE}where: everyone\nsteps:\n{textwrap.indent(example.text, '  ')}"
        case _:
            return example.text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with the tables and messages that the pages speak of."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "recipes").mkdir()
    (tmp_path / "sheetflow.yaml").write_text(SETTINGS, "utf-8")
    (tmp_path / "zoom-secret.txt").write_text("none in tests", "utf-8")
    (tmp_path / "zoom-secret.txt").chmod(0o600)
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "templates" / "new-person.md").write_text(NEW_PERSON, "utf-8")
    for example in EXAMPLES:
        if example.kind.startswith("markdown message "):
            name = example.kind.removeprefix("markdown message ")
            (tmp_path / "templates" / f"{name}.md").write_text(example.text, "utf-8")
    return tmp_path


def test_every_block_of_yaml_and_python_says_what_it_is():
    of_yaml = {f"yaml {kind}" for kind in ("recipe", "where", "steps", "settings")}
    known = {"", "python plugin", "sh a signed call", *of_yaml, *TESTS}
    kinds = {(str(example), example.kind) for example in EXAMPLES}
    odd = {(at, kind) for at, kind in kinds if kind not in known}
    assert {(at, kind) for at, kind in odd if not kind.startswith("markdown message ")} == set()


@pytest.mark.parametrize(
    "example",
    [found for found in EXAMPLES if found.kind in ("yaml recipe", "yaml where", "yaml steps")],
    ids=str,
)
def test_every_recipe_is_one_and_can_be_planned(folder: Path, example: Example):
    (folder / "recipes" / "example.yaml").write_text(_as_recipe(example), "utf-8")
    workspace = Workspace.open(folder)
    assert workspace.check() == ()
    plan = plan_recipe(workspace.recipe("example"), workspace)
    assert len(plan.entries) + len(plan.left_out) > 0


@pytest.mark.parametrize("example", [found for found in EXAMPLES if found.kind in TESTS], ids=str)
def test_every_example_of_tests_passes(folder: Path, example: Example):
    of_page = [each for each in EXAMPLES if (each.page, each.kind) == (example.page, "yaml recipe")]
    above = [each for each in of_page if each.line < example.line]
    recipe = of_page[0] if example.kind == "yaml tests" else above[-1]
    place = folder / "recipes" / "match-volunteers"
    place.mkdir()
    (place / "recipe.yaml").write_text(recipe.text, "utf-8")
    (place / "tests.yaml").write_text(example.text, "utf-8")
    workspace = Workspace.open(folder)
    assert check_tests(workspace, place / "recipe.yaml") == ()
    results = [result for _, result in load_suite(folder).try_all()]
    assert len(results) > 1
    assert [result for result in results if not result.passed] == []


@pytest.mark.parametrize(
    "example", [found for found in EXAMPLES if found.kind == "yaml settings"], ids=str
)
def test_every_part_of_the_settings_can_be_read(tmp_path: Path, example: Example):
    (tmp_path / "sheetflow.yaml").write_text(_whole(example.text), "utf-8")
    Workspace.open(tmp_path)


def _whole(part: str) -> str:
    """The settings that a page shows a part of."""
    whole = {
        "organization:": "organization: {name: Riverside Volunteers, time_zone: Europe/Berlin}\n",
        "connections:": "connections: {sheets: {connector: google_sheets}, zoom: {connector: zoom,"
        " account_id: a, client_id: b, client_secret: {file: c}, hosts: [d@example.org]}}\n",
    }
    return "".join(line for key, line in whole.items() if key not in part) + part


@pytest.mark.parametrize(
    "example", [found for found in EXAMPLES if found.kind == "python plugin"], ids=str
)
def test_the_example_of_a_plugin_works(folder: Path, example: Example):
    (folder / "plugins").mkdir()
    (folder / "plugins" / "shout.py").write_text(example.text, "utf-8")
    (folder / "recipes" / "loud.yaml").write_text(
        f"{RECIPE}where: everyone\nsteps:\n  - shout: Status\n", "utf-8"
    )
    volunteers = folder / "volunteers.csv"
    volunteers.write_text(volunteers.read_text("utf-8").replace("10115,,", "10115,new,"), "utf-8")
    workspace = Workspace.open(folder)
    (entry,) = plan_recipe(workspace.recipe("loud"), workspace).entries
    assert entry.change is not None
    assert (entry.change.summary, entry.change.cells) == ("write Status loudly", {"Status": "NEW"})


CURL = """#!/bin/sh
printf '%s\\n' "$@"
"""


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the script signs with openssl")
def test_a_script_that_calls_is_heard_as_its_page_shows_it(tmp_path: Path):
    """In the place of curl stands a program that prints what it was given."""
    (script,) = [found.text for found in EXAMPLES if found.kind == "sh a signed call"]
    secret = "f3a9" * 16
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "sign-ups-secret").write_text(f"{secret}\n", "utf-8")
    (tmp_path / "curl").write_text(CURL, "utf-8")
    (tmp_path / "curl").chmod(0o755)
    done = subprocess.run(
        ["sh", "-euc", script],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    given = done.stdout.splitlines()
    headers = [tuple(text.split(": ")) for at, text in enumerate(given) if given[at - 1] == "-H"]
    body = given[given.index("--data") + 1].encode()
    settings = SignedHook.Settings(secret=Secret(secret), tables=("Volunteers",))
    form = SignedHook(settings, door=Door(may_write=False), folder=tmp_path)
    moment = datetime.fromtimestamp(int(dict(headers)["webhook-timestamp"]), UTC)
    heard = form.heard(Hook("POST", headers, {}, body, moment))
    assert heard.tables == {"Volunteers"}


def test_a_filter_that_would_vanish_as_a_comment_is_a_mistake(folder: Path):
    """docs/recipes.md says so."""
    text = f"{RECIPE}where:\n  Coach: is empty\n  # of shifts: is more than 2\n{STEPS}"
    (folder / "recipes" / "example.yaml").write_text(text, "utf-8")
    with pytest.raises(ProblemsFound, match="# of shifts"):
        Workspace.open(folder).recipe("example")


def _section(title: str) -> str:
    page = (ROOT / "docs" / "recipes.md").read_text("utf-8")
    return page.partition(f"\n## {title}")[2].partition("\n## ")[0]


def _said_in(text: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`]+)`", text)


def _phrases() -> list[str]:
    rows = [line.split("|")[1] for line in _section("Who").splitlines() if line.startswith("| `")]
    return [phrase for cell in rows for phrase in _said_in(cell)]


COLUMN_OF = (
    ("ticked", "Email OK?"),
    ("more|less", "Shifts"),
    (r"\d{4}-|past|future|today", "Birthday"),
)


@pytest.mark.parametrize("phrase", _phrases())
def test_every_phrase_of_the_table_is_one(folder: Path, phrase: str):
    column = next((name for words, name in COLUMN_OF if re.search(words, phrase)), "First call")
    text = f"{RECIPE}where:\n  {column}: {phrase}\n{STEPS}"
    (folder / "recipes" / "example.yaml").write_text(text, "utf-8")
    assert len(Workspace.open(folder).recipe("example").where) == 1


@pytest.mark.parametrize(
    "schedule", [said for said in _said_in(_section("When")) if said.startswith("every ")]
)
def test_every_schedule_of_the_page_is_one(folder: Path, schedule: str):
    text = f"{RECIPE}schedule: {schedule}\nwhere: everyone\n{STEPS}"
    (folder / "recipes" / "example.yaml").write_text(text, "utf-8")
    assert Workspace.open(folder).recipe("example").schedule is not None


@pytest.mark.parametrize(
    "key", [row.split("`")[1] for row in _section("What").splitlines() if row.startswith("| `")]
)
def test_every_key_of_a_step_is_one(folder: Path, key: str):
    text = f"{RECIPE}where: everyone\n{STEPS}    {key}\n"
    (folder / "recipes" / "example.yaml").write_text(text, "utf-8")
    Workspace.open(folder).recipe("example")


@pytest.mark.parametrize("text", re.findall(r"`([^`]*\{\{ \w[^`]*)`", _section("Texts with")))
def test_every_text_of_the_page_is_a_template(folder: Path, text: str):
    written = text.removeprefix("status: ").strip('"')
    recipe = (
        f"{RECIPE}where: everyone\n{STEPS.replace('steps:', 'steps:' + ASSIGN)}"
        f"status: '{written}'\n"
    )
    (folder / "recipes" / "example.yaml").write_text(recipe, "utf-8")
    Workspace.open(folder).recipe("example")
