"""Messages in Slack on the whole road: recipe, run, the row; and the next run."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path

import pytest

from sheetflow.clock import Clock
from sheetflow.reporting.explain import explain
from sheetflow.reporting.page import plan_page
from sheetflow.runner.running import plan_recipe, run
from sheetflow.testing.loading import check_tests
from sheetflow.testing.rehearsing import rehearse
from sheetflow.testing.suite import load_suite
from sheetflow.values import Plan
from sheetflow.workspace import Workspace
from tests.emulators.serving import Emulator, serving
from tests.plan_texts import plan_from_json, plan_text, plan_to_json
from tests.plugins._slack import DATA, SCOPES, TOKEN, posted, texts

POST = "chat.postMessage"
SETTINGS = """
organization: {{name: Riverside, postal_address: 1 Mill Lane, time_zone: UTC}}
quiet_hours: none
connections:
  slack: {{connector: slack, token: {{file: token.txt}}, url: "{url}/api",
           messages_per_second: 100}}
tables:
  People:
    file: people.csv
    key: [Id]
    person: {{name: Name, email: Email, consent: OK}}
    sheetflow_writes: [Link]
  Members:
    connector: slack
    table: people
"""
RECIPE = """
recipe: Welcome
for_each: volunteer in People
where: everyone
steps:
  - post: "*{{ volunteer.name }}* joined & <{{ volunteer.site }}|more>"
    to: "#general"
  - post: Say hello
    to: "#general"
    thread: "{{ post.link }}"
    called: reply
    id: reply
  - post: Welcome, {{ volunteer.name }}
    to: volunteer
    called: greeting
    id: greeting
  - set:
      Link: "{{ post.link }}"
"""
TOGETHER = """
recipe: Welcome
for_each: volunteer in People
where: everyone
steps:
  - post: "{{ volunteer.name }} joined"
    to: "#general"
    together: yes
    heading: "*New this week*"
"""
HEAD = "Id,Name,Email,OK,Site,Link,Sheetflow status,Sheetflow when,Send again?"
ANA = "1,Ana <!channel>,ana@example.org,yes,https://example.org/a,,,,"
BO = "2,Bo,bo@example.org,yes,https://example.org/b,,,,"


class Chats:
    """A workspace on files, with messages in Slack."""

    def __init__(self, folder: Path, slack: Emulator) -> None:
        self.folder, self.slack = folder, slack
        self.now = datetime.fromisoformat("2026-03-14T12:00:00+00:00")
        (folder / "recipes/welcome").mkdir(parents=True)
        self.write("token.txt", TOKEN)
        (folder / "token.txt").chmod(0o600)
        self.write("sheetflow.yaml", SETTINGS.format(url=slack.url))
        self.recipe(RECIPE)
        self.write("people.csv", f"{HEAD}\n{ANA}\n")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def recipe(self, text: str) -> None:
        self.write("recipes/welcome/recipe.yaml", text)

    def workspace(self) -> Workspace:
        return Workspace.open(self.folder, clock=Clock.at(self.now))

    def plan(self) -> Plan:
        workspace = self.workspace()
        return plan_recipe(workspace.recipe("welcome"), workspace)

    def run(self, plan: Plan | None = None) -> int:
        """Run the recipe; how many messages Slack was asked to post."""
        before = len(self.slack.asked(POST))
        workspace = self.workspace()
        run(workspace.recipe("welcome"), workspace, plan=plan)
        return len(self.slack.asked(POST)) - before

    def rows(self) -> list[dict[str, str]]:
        with (self.folder / "people.csv").open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    @property
    def statuses(self) -> list[str]:
        return [row["Sheetflow status"] for row in self.rows()]


@pytest.fixture
def chats(tmp_path: Path) -> Iterator[Chats]:
    now = datetime.fromisoformat("2026-03-14T12:00:00+00:00")
    made: list[Chats] = []
    with serving("slack", data=DATA, clock=lambda: made[0].now if made else now) as slack:
        made.append(Chats(tmp_path, slack))
        yield made[0]


def test_a_message_its_thread_and_its_link_once(chats: Chats):
    assert chats.run() == 3
    first, reply = posted(chats.slack)
    assert first["text"] == "*Ana &lt;!channel&gt;* joined &amp; <https://example.org/a|more>"
    ts = reply["thread"]
    assert reply["text"] == "Say hello"
    link = f"https://riverside.slack.com/archives/C0GENERAL/p{ts.replace('.', '')}"
    assert chats.rows()[0]["Link"] == link
    assert chats.statuses[0].startswith(("Done", "Sent"))
    assert chats.run() == 0


def test_a_saved_plan_does_exactly_what_it_shows(chats: Chats):
    plan = plan_from_json(plan_to_json(chats.plan()))
    text = " ".join(plan_text(plan).split())
    assert "post to #general: *Ana <!channel>* joined" in text
    assert "post to Ana Reyes: Welcome, Ana" in text
    assert "Welcome, Ana" in plan_page(plan)
    assert chats.slack.asked(POST) == []
    assert chats.run(plan) == 3
    assert chats.run(plan) == 0


def test_a_short_message_is_all_in_its_summary(chats: Chats):
    assert not any(
        "said" in change.data for entry in chats.plan().entries if (change := entry.change)
    )


def test_who_looks_at_a_plan_sees_a_long_message_whole(chats: Chats):
    more = [f"{n}. < more to say" for n in range(40)]
    long = json.dumps("\n".join(["Joined: {{ volunteer.name }} & all", *more]))
    chats.recipe(TOGETHER.replace('"{{ volunteer.name }} joined"', long))
    plan = chats.plan()
    page = unescape(plan_page(plan))
    assert "Joined: Ana <!channel> & all\n0. < more to say\n1. < more" in page
    assert "39. < more to say</div>" in page
    assert max(map(len, plan_text(plan, width=400).splitlines())) < 300
    assert chats.run(plan) == 1


@pytest.mark.parametrize("recipe", [RECIPE, TOGETHER])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_line_that_drops_is_told_and_settled_by_a_later_run(chats: Chats, recipe: str, when: str):
    chats.recipe(recipe)
    chats.slack.faults.add(when={"method": POST}, do={"drop": when}, times=1)
    assert chats.run() == 1
    assert chats.statuses[0].startswith("Not sure")
    if when == "before":
        assert chats.run() == 0
        assert chats.statuses[0].startswith("Not sure")
        chats.now += timedelta(minutes=20)
    chats.run()
    (first,) = [text for text in texts(chats.slack) if "joined" in text]
    assert "Ana" in first
    assert not chats.statuses[0].startswith("Not sure")
    assert chats.run() == 0


def test_rows_share_one_message_and_new_ones_the_next(chats: Chats):
    chats.recipe(TOGETHER)
    chats.write("people.csv", "\n".join([HEAD, ANA, BO]) + "\n")
    assert chats.run() == 1
    shown = "*New this week*\n• Ana &lt;!channel&gt; joined\n• Bo joined"
    assert texts(chats.slack) == [shown]
    assert [status.split(",")[0] for status in chats.statuses] == ["Done — posted in #general"] * 2
    assert chats.run() == 0
    with (chats.folder / "people.csv").open("a", encoding="utf-8") as file:
        file.write("3,Cy,cy@example.org,yes,,,,,\n")
    assert chats.run() == 1
    assert texts(chats.slack) == [shown, "*New this week*\n• Cy joined"]


def test_a_shared_message_whose_answer_is_lost_is_found_for_all_its_rows(chats: Chats):
    chats.recipe(TOGETHER)
    chats.write("people.csv", "\n".join([HEAD, ANA, BO]) + "\n")
    chats.slack.faults.add(when={"method": POST}, do={"drop": "after"}, times=1)
    assert chats.run() == 1
    assert [status.split(" —")[0] for status in chats.statuses] == ["Not sure", "Not sure"]
    assert chats.run() == 0
    assert [status.split(",")[0] for status in chats.statuses] == ["Done — posted in #general"] * 2


def test_a_token_that_was_taken_back_stops_the_run_before_any_row(chats: Chats):
    plan = chats.plan()
    chats.slack.service.edit({"revoke": TOKEN})
    assert chats.run(plan) == 0
    assert "the token was taken back" in chats.statuses[0]


def test_who_has_not_said_yes_gets_no_message_of_their_own(chats: Chats):
    chats.write("people.csv", f"{HEAD}\n{BO.replace(',yes,', ',no,')}\n")
    chats.run()
    assert len(chats.slack.world.conversations) == len(DATA["channels"])


def test_nothing_leaves_in_tests_and_rehearsals(chats: Chats, tmp_path: Path):
    (tmp_path / "rehearsed").mkdir()
    workspace = chats.workspace()
    rehearsed = rehearse(workspace.recipe("welcome"), workspace, tmp_path / "rehearsed")
    assert [outcome.status.word.name for outcome in rehearsed.run.outcomes][:1] == ["DONE"]
    assert chats.slack.exchanges == []
    tests = """
tests:
  - name: they are welcomed
    at: 2026-03-14 12:00
    given:
      People:
        - {Id: 1, Name: Ana, Email: ana@example.org, OK: yes, Site: "https://example.org"}
    expect:
      deeds:
        - "post to #general: *Ana* joined & <https://example.org|more>"
        - "post to #general: Say hello"
        - "post to ana@example.org: Welcome, Ana"
      cells:
        Ana: {Link: "https://calls.example/slack"}
"""
    chats.write("recipes/welcome/tests.yaml", tests)
    place = chats.folder / "recipes/welcome/recipe.yaml"
    assert check_tests(chats.workspace(), place) == ()
    results = [result for _, result in load_suite(chats.folder).try_all()]
    assert [str(result) for result in results if not result.passed] == []
    assert len(results) == 1
    chats.write("recipes/welcome/tests.yaml", tests.replace("Say hello", "Say goodbye"))
    (result,) = [result for _, result in load_suite(chats.folder).try_all()]
    assert not result.passed
    assert chats.slack.exchanges == []


def test_a_recipe_says_whom_it_writes_to(chats: Chats):
    workspace = chats.workspace()
    said = " ".join(explain(workspace.recipe("welcome"), workspace).split())
    assert 'Posts in Slack: "Welcome, {{ volunteer.name }}". It goes to "volunteer".' in said


PAGE = (Path(__file__).parents[2] / "docs" / "slack.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("steps", [block for block in BLOCKS if block.startswith("- ")])
def test_every_step_on_the_page_can_be_read(chats: Chats, steps: str):
    text = SETTINGS.format(url=chats.slack.url)
    coaches = "  Coaches: {file: coaches.csv, key: [Id], person: {name: Name, email: Email}}\n"
    columns = "    columns: {Coach: row of Coaches, First call: date and time}\n"
    chats.write("sheetflow.yaml", text.replace("  Members:", f"{columns}{coaches}  Members:"))
    chats.write("people.csv", f"{HEAD},Coach,Town,First call,Checklist\n")
    chats.write("coaches.csv", "Id,Name,Email\n")
    head = "recipe: Page\nfor_each: volunteer in People\nwhere: everyone\nsteps:\n"
    chats.recipe(head + textwrap.indent(steps, "  "))
    assert chats.workspace().recipe("welcome").steps[0].action == "post"


def test_the_settings_on_the_page_can_be_read(chats: Chats):
    parts = [block for block in BLOCKS if re.match("connections:|tables:", block)]
    organization = "organization: {name: Us, time_zone: UTC}\n"
    chats.write("sheetflow.yaml", organization + "".join(parts))
    chats.write("slack-token.txt", TOKEN)
    assert list(chats.workspace().settings.tables) == ["Members"]


def test_the_manifest_on_the_page_asks_for_what_the_doctor_wants():
    manifest = PAGE.partition("display_information")[2].partition("```")[0]
    scopes = re.findall(r"[a-z]+(?:[:.][a-z]+)+", manifest.partition("bot: [")[2])
    assert sorted(scopes) == sorted(SCOPES)


@pytest.mark.parametrize("recipe", [pytest.param(RECIPE, marks=pytest.mark.slow), TOGETHER])
def test_a_process_that_is_killed_while_slack_takes_its_message_posts_it_once(
    tmp_path: Path, recipe: str
):
    with serving("slack", data=DATA) as slack:
        chats = Chats(tmp_path, slack)
        chats.recipe(recipe)
        chats.write("people.csv", "\n".join([HEAD, ANA, BO]) + "\n")
        command = [sys.executable, "-m", "sheetflow", "run", "welcome", "--yes"]
        first = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        slack.between(lambda _world: first.kill(), method=POST)
        out, _ = first.communicate(timeout=30)
        assert first.returncode == -9, out.decode()
        assert texts(slack) != []
        subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=30, check=False)
        joined = [text for text in texts(slack) if "joined" in text]
        counts = [sum(text.count(name) for text in joined) for name in ("Ana", "Bo")]
        became = set(zip(counts, [status.split(" —")[0] for status in chats.statuses], strict=True))
        # Two are on their way at once: the other one may have been meant and never have left, which
        # nobody knows so soon after. Then its row says so, and it is not posted by itself.
        assert (1, "Done") in became
        assert became <= {(1, "Done"), (0, "Not sure")}
