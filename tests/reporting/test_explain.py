"""A recipe read aloud: the shipped ones word for word, and no two recipes in the same words."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sheetflow.language.conditions.phrases import Phrase
from sheetflow.language.messages import MessageTemplate
from sheetflow.language.recipe import Limits, Recipe
from sheetflow.language.saying import quoted, spelled
from sheetflow.language.schedules import Again, Schedule
from sheetflow.language.templating import Rendering
from sheetflow.language.vocabulary import Pick
from sheetflow.reporting.explain import explain
from sheetflow.workspace import Workspace

ROOT = Path(__file__).parent.parent.parent
SHIPPED = tuple(sorted(path.parent.name for path in (ROOT / "recipes").glob("*/recipe.yaml")))
ALOUD = Path(__file__).parent / "aloud"

SETTINGS = """\
organization: {name: Riverside, time_zone: Europe/Berlin}
do_not_contact: Log
connections:
  outbox: {connector: outbox}
  room: {connector: room, link: "https://meet.example.org/a"}
  hall: {connector: room, link: "https://meet.example.org/b"}
senders:
  welcome: {address: Welcome <hello@example.org>, by: outbox}
  team: {address: Team <team@example.org>, by: outbox}
tables:
  People:
    file: people.csv
    person: {name: Name, email: Email, consent: Email OK?}
    columns: {Coach: row of Coaches, Starts: date and time}
    sheetflow_writes: [Coach, Stage, Notes, Next step, Next step due, Owner]
  Coaches:
    file: coaches.csv
    key: [Name]
    person: {name: Name, email: Email}
  Log:
    file: log.csv
    key: [Code]
"""
COLUMNS = [
    "Name",
    "Email",
    "Email OK?",
    "Region",
    "Stage",
    "Notes",
    "Coach",
    "Starts",
    "Shifts",
    'Nick "AKA"',
]
PLUGIN = '''
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sheetflow import (
    Action, Change, Column, Guard, People, Receipt, Template, hookimpl, main, option,
)


class Applaud(Action["Applaud.Options"]):
    """Clap for somebody. They hear it."""

    name = "applaud"

    @dataclass(frozen=True, kw_only=True)
    class Options:
        who: People = main("Who has earned it, one name or a list.")
        times: int = option("How often. Three is plenty.", default=3)
        loud: bool = option("Whether neighbours hear it.", default=False)
        where: Literal["inside", "outside"] = option("Where.", default="inside")
        cry: Template | None = option("What is shouted.", default=None)
        after: timedelta = option("After how long.", default=timedelta(hours=1))
        noted: tuple[Column, ...] = option("Columns to look at.", default=())

    def plan(self, work):
        return Change("clap")

    def apply(self, change):
        return Receipt()


class Shout(Action["Shout.Options"]):
    """Shout something into the street."""

    name = "shout"

    @dataclass(frozen=True, kw_only=True)
    class Options:
        text: Template = main("What is shouted.")

    def plan(self, work):
        return Change("shout")

    def apply(self, change):
        return Receipt()


class Curfew(Guard):
    name = "curfew"

    def ask(self, entry):
        return None


@hookimpl
def guards():
    return [Curfew]


@hookimpl
def actions():
    return [Applaud, Shout]
'''


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("campaign")
    header = ",".join('"' + column.replace('"', '""') + '"' for column in COLUMNS)
    files = {
        "sheetflow.yaml": SETTINGS,
        "people.csv": header + "\n",
        "coaches.csv": "Name,Email,Region,Room,Stage,Away\n",
        "log.csv": "Code,Who,What,Email\n",
        "plugins/applause.py": PLUGIN,
        "templates/welcome.md": "---\nsubject: Welcome, {{ person.name }}\n---\nHello.\n",
        "templates/later.md": "---\nsubject: Still there?\n---\nHello.\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "recipes").mkdir()
    (folder / "recipes" / "cards.yaml").touch()
    return Workspace.open(folder)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_recipes_read_like_this(name: str):
    workspace = Workspace.open(ROOT / "recipes")
    said = explain(workspace.recipe(name), workspace)
    assert said + "\n" == (ALOUD / f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", SHIPPED)
def test_it_fits_into_eighty_columns(name: str):
    workspace = Workspace.open(ROOT / "recipes")
    assert max(map(len, explain(workspace.recipe(name), workspace).splitlines())) <= 80


@pytest.mark.parametrize("name", SHIPPED)
def test_what_a_comment_or_about_claims_changes_nothing(name: str, tmp_path: Path):
    folder = tmp_path / "recipes"
    shutil.copytree(ROOT / "recipes", folder)
    path = folder / name / "recipe.yaml"
    lines = path.read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("#", "about:"))]
    lie = ["# This recipe writes to nobody at all.", "about: Nothing is ever sent."]
    path.write_text("\n".join([*lie, *kept, ""]), encoding="utf-8")
    workspace = Workspace.open(folder)
    assert explain(workspace.recipe(name), workspace) + "\n" == (ALOUD / f"{name}.txt").read_text(
        "utf-8"
    )


def said_of(workspace: Workspace, recipe: Mapping[str, Any]) -> tuple[Recipe, str]:
    """A recipe as the loader reads it (JSON is YAML too), and how it is read aloud."""
    written = json.dumps(recipe)
    for key in ("any of", "expression"):
        written = written.replace(f'"{key}":', f"{key}:")  # in quotes they would be columns
    path = workspace.folder / "recipes" / "cards.yaml"
    path.write_text(written, encoding="utf-8")
    loaded = workspace.recipe("cards")
    return loaded, explain(loaded, workspace)


MEANT = (
    *("row", "table", "where", "rows", "steps", "status", "limits", "schedule"),
    *("approve_over", "approve_rows", "useful_until", "useful_for", "owner"),
)
NOT_MEANT = {"id", "name", "about", "path", "fingerprint", "columns"}
"""What a recipe is called, where it stands, and which columns follow from all the rest."""


def test_whatever_a_recipe_may_come_to_say_is_read_aloud_or_left_out_on_purpose() -> None:
    assert {field.name for field in dataclasses.fields(Recipe)} == {*MEANT, *NOT_MEANT}


def meaning(value: Any) -> Any:
    """All that a recipe means, without where it stands in its file."""
    match value:
        case Rendering():
            return value.text
        case MessageTemplate():
            return value.name
        case Recipe():
            return [meaning(getattr(value, part)) for part in MEANT]
        case Phrase() | Limits() | Schedule() | Again() | Pick():
            return repr(value)
        case Mapping():
            return [(name, meaning(held)) for name, held in value.items()]
        case str() | None | bool() | int() | timedelta():
            return repr(value)
        case tuple():
            return [type(value).__name__, *map(meaning, value)]
    fields = [field.name for field in dataclasses.fields(value) if field.name != "position"]
    return [type(value).__name__, *(meaning(getattr(value, name)) for name in fields)]


PHRASES = [
    *("is empty", "is not empty", "is New", "is new", "is New or Old", "is empty or New"),
    *("is not New", 'is "New or Old"', "contains choir", "starts with choir", "is more than 5"),
    *("is less than 5", "is more than 5.5", "is before 2026-03-14", "is after 2026-03-14"),
    *("is after 2026-03-14 18:00", "is in the past", "is in the future", "is today"),
    *(
        "was 3 days ago",
        "was more than 3 days ago",
        "is within 3 days",
        "is within the last 3 days",
        "is within 4 days",
    ),
    *("is ticked", "is not ticked", "contains at least one of these holds:", 'is "x"" y"'),
]
TEXTS = st.sampled_from(
    [
        *(
            "Call",
            "Call  twice",
            "Call twice",
            "Call now",
            "Call ",
            "Call {{ person.name }}",
            'Call {{ person["Name"] }}',
        ),
        *("Call\nnow", "Call\\nnow", 'Call "now"', "Call “now”", "It can write to nobody else."),
    ]
)
own = st.sampled_from(["Stage", "Notes"])
columns = st.sampled_from(COLUMNS)
conditions = st.dictionaries(columns, st.sampled_from(PHRASES), min_size=1, max_size=3)
wheres = st.just("everyone") | st.builds(
    lambda held, others: held | ({"any of": others} if others else {}),
    conditions,
    st.just([]) | st.lists(conditions, min_size=2, max_size=3),
)
people = st.sampled_from(["person", ["person"], ["person", "coach"], ["coach", "person"], "coach"])
kinds = st.sampled_from(["relationship", "outreach", "transactional", "internal"])
lengths = st.sampled_from(["30 minutes", "1 hour", "2 days"])


def step(action: str, value: Any, **options: Any) -> st.SearchStrategy[dict[str, Any]]:
    """A step with some of its options, and some of those that all steps have."""
    common = {
        "if": st.sampled_from(['person.region == "North"', "person.shifts > 2"]),
        "again": st.sampled_from(
            [
                *("every 7 days", "every 7 days, at most 3 times", "when Starts changes"),
                *("when Starts or Notes changes", "when Notes or Starts changes"),
            ]
        ),
        "on_failure": st.sampled_from(["stop", "continue", "stop everything"]),
        "kind": kinds,
    }
    needed = {name: found for name, found in options.items() if not name.startswith("_")}
    free = {name[1:]: found for name, found in options.items() if name.startswith("_")}
    found = st.fixed_dictionaries({action: value, **needed}, optional={**free, **common})
    return found.map(lambda keys: {action: keys[action], **keys})  # a step begins with its action


STEPS = [
    step(
        "assign",
        st.sampled_from(["buddy from Coaches", "helper from Coaches"]),
        save_in=own,
        _same=st.sampled_from(["Region", ["Region", "Stage"]]),
        _prefer=st.sampled_from(["fewest people", "first"]),
        _room=st.just("Room"),
        _away=st.just("Away"),
        _if_none=TEXTS,
    ),
    step(
        "follow_up",
        TEXTS,
        _owner=st.just("coach"),
        _due=st.sampled_from(["tomorrow", "in 2 days", "Starts"]),
        _next_step_in=own,
        _due_in=own,
        _owner_in=own,
    ),
    step(
        "email",
        people,
        template=st.sampled_from(["welcome", "later"]),
        _from=st.sampled_from(["welcome", "team"]),
    ),
    step(
        "meet",
        TEXTS,
        **{"with": people, "_for": lengths},
        at=st.just("Starts"),
        by=st.sampled_from(["room", "hall"]),
        _about=TEXTS,
        _cancel_when=conditions,
    ),
    step("invite", TEXTS, **{"with": people}, at=st.just("Starts"), place=TEXTS),
    step("set", st.dictionaries(own, TEXTS, min_size=1)),
    step(
        "add_row",
        st.just("Log"),
        cells=st.dictionaries(st.sampled_from(["Who", "What"]), TEXTS, min_size=1),
    ),
    step(
        "applaud",
        people,
        _times=st.integers(0, 11),
        _loud=st.sampled_from(["yes", "no"]),
        _where=st.sampled_from(["inside", "outside"]),
        _cry=TEXTS,
        _after=lengths,
        _noted=st.lists(columns, min_size=1, unique=True),
    ),
]

OTHER_KEYS = {
    "where": wheres,
    "schedule": st.sampled_from(["every hour", "every day at 09:00", "on change"]),
    "rows": st.sampled_from(["all", "visible"]),
    "status": TEXTS,
    "kind": kinds,
    "approve": st.sampled_from(["always", "never", "each row", "over 5 people", "over 50 people"]),
    "useful_until": st.sampled_from(["Starts", "Notes"]),
    "useful_for": lengths,
    "owner": st.sampled_from(["kim@example.org", "sam@example.org"]),
    "limits": st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("people_per_run", "messages_per_run"), st.integers(1, 12))
    ),
}
USUAL: dict[str, Any] = {
    "recipe": "Cards",
    "for_each": "person in People",
    "where": "everyone",
    "steps": [{"set": {"Stage": "New"}}],
}


def mixed(one: dict[str, Any], other: dict[str, Any]) -> list[dict[str, Any]]:
    """Both, and the first with each of its keys as the other has it, or without it."""
    found = [one, other, *({**one, key: other[key]} for key in other)]
    needed = {*USUAL, "id", next(iter(one)), "template", "save_in", "with", "at", "by", "place"}
    return found + [
        {name: value for name, value in one.items() if name != key}
        for key in one.keys() - needed - {"cells"}
    ]


def told_apart(workspace: Workspace, recipes: Iterable[dict[str, Any]]) -> None:
    """Whatever reads the same must mean the same, and nothing in it may be hidden."""
    seen: dict[str, object] = {}
    for each in recipes:
        loaded, said = said_of(workspace, each)
        assert seen.setdefault(said, meaning(loaded)) == meaning(loaded), said
        assert said.replace("\n", "").isprintable()


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(STEPS)))
@given(data=st.data())
def test_two_recipes_that_differ_in_a_step_never_read_the_same(
    campaign: Workspace, number: int, data: st.DataObject
) -> None:
    one, other = ({**data.draw(STEPS[number]), "id": "it"} for _ in range(2))
    told_apart(campaign, ({**USUAL, "steps": [each]} for each in mixed(one, other)))


@pytest.mark.slow
@given(
    one=st.fixed_dictionaries({}, optional=OTHER_KEYS),
    other=st.fixed_dictionaries({}, optional=OTHER_KEYS),
)
def test_two_recipes_that_differ_elsewhere_never_read_the_same(
    campaign: Workspace, one: dict[str, Any], other: dict[str, Any]
) -> None:
    told_apart(campaign, ({**USUAL, **each} for each in mixed({**USUAL, **one}, other)))


@pytest.mark.parametrize("column", ["Stage", "Coach"])
def test_no_two_phrases_read_the_same(campaign: Workspace, column: str) -> None:
    told_apart(campaign, ({**USUAL, "where": {column: phrase}} for phrase in PHRASES))


@given(st.lists(st.lists(st.sampled_from(STEPS).flatmap(lambda s: s), max_size=3), max_size=4))
def test_the_number_and_order_of_steps_is_heard(
    campaign: Workspace, several: list[list[dict[str, Any]]]
) -> None:
    made = [[{**step, "id": f"s{n}"} for n, step in enumerate(steps)] for steps in several if steps]
    backwards = [list(reversed(steps)) for steps in made]
    told_apart(campaign, ({**USUAL, "steps": steps} for steps in (*made, *backwards)))


def test_an_action_of_a_plugin_is_read_aloud_by_its_help(campaign: Workspace) -> None:
    _, said = said_of(
        campaign,
        {
            "recipe": "Applause",
            "for_each": "person in People",
            "where": "everyone",
            "steps": [
                {"applaud": ["person", "coach"], "times": 5, "noted": ["Stage", "Region"]},
                {"shout": "Well done, {{ person.name }}"},
            ],
        },
    )
    what = said.partition("other rows go on.\n")[2].partition("\n\n")[0]
    assert what.splitlines() == [
        "1. applaud-person-coach:",
        "   Clap for somebody.",
        "   Who has earned it, one name or a list (applaud): person and coach.",
        "   How often (times): 5.",
        "   Whether neighbours hear it (loud): no.",
        "   Where (where): inside.",
        "   After how long (after): 1 hour.",
        '   Columns to look at (noted): "Stage" and "Region".',
        "   It is what people expect of us (relationship).",
        "2. shout:",
        "   Shout something into the street.",
        '   What is shouted (shout): "Well done, {{ person.name }}".',
        "   It is what people expect of us (relationship).",
    ]
    assert said.partition("WHOM IT CAN WRITE TO\n")[2].splitlines() == [
        "shout hands something over; its own options say to whom.",
        '  - person: the address in "Email" of one row of "People"',
        '  - coach: the address in "Email" of one row of "Coaches"',
        "It can write to nobody else.",
    ]


def test_alternatives_repetition_and_the_rest_are_said_in_words(campaign: Workspace) -> None:
    _, said = said_of(
        campaign,
        {
            "recipe": "Odd ones",
            "schedule": "every monday at 18:30",
            "for_each": "person in People",
            "rows": "visible",
            "where": {
                "Stage": "is New",
                "any of": [{"Region": "is North", "Notes": "is empty"}, {"Coach": "is empty"}],
                "expression": "person.shifts > 2",
            },
            "steps": [
                {
                    "email": "person",
                    "template": "welcome",
                    "if": 'person.region == "North"',
                    "again": "every 7 days, at most 3 times",
                    "on_failure": "continue",
                }
            ],
            "limits": {"messages_per_run": 1},
            "kind": "outreach",
            "approve": "over 50 people",
            "useful_until": "Starts",
            "useful_for": "2 days",
        },
    )
    for words in (
        "It is meant to run every monday at 18:30, by the clock of Europe/Berlin.",
        'if all of this holds:\n  - "Stage" is New\n  - at least one of these holds:\n'
        '    - all of this:\n      - "Region" is North\n      - "Notes" is empty\n'
        '    - "Coach" is empty\n  - this is true: "person.shifts > 2"\n',
        "Hidden rows are left alone.",
        'Only where this is true: “person.region == "North"”.',
        "It happens again every 7 days, at most 3 times in all.",
        "If it fails for a row, that row goes on to the next step all the same.",
        "A run for more than 1 message does nothing, and says so.",
        "A run for more than 100 people does nothing, and says so.",
        "It asks for something, or is the first word (outreach).",
        "Somebody must agree first to a plan for more than 50 people.",
        'What is held back is dropped after the moment in "Starts".',
        "What is held back is dropped after 2 days.",
        'Nobody who stands in "Log" is written to.',
        'Only after a yes in "Email OK?" of "People" is person written to.',
        "Nobody is written to from 21:00 to 08:00 on their own clock.",
        "Nobody gets more of kind outreach than 1 a day and 3 a week, over all recipes.",
        'Plugins may hold it back too: "curfew".',
    ):
        assert words in said


ANSWERED = """\
organization: {name: Riverside, time_zone: Europe/Berlin}
public_url: https://flow.example.org
connections: {outbox: {connector: outbox}}
senders: {team: {address: hello@riverside.example, by: outbox}}
tables:
  Guests: {file: guests.csv, person: {name: Name, email: Email}, sheetflow_writes: [Comes, Note]}
"""


def test_what_answers_to_links_write_is_said_among_the_columns(tmp_path: Path) -> None:
    for name, text in {
        "sheetflow.yaml": ANSWERED,
        "guests.csv": "Name,Email,Comes,Note\n",
        "recipes/ask.yaml": "recipe: Ask\nfor_each: guest in Guests\nwhere: everyone\n"
        "steps: [{email: guest, template: ask}]\n",
        "templates/ask.md": "---\nsubject: Do you come?\n---\n"
        "{{ link('Yes', set='Comes', to='Yes') }}\n\n{{ link('No', set='Comes', to='No') }}\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    workspace = Workspace.open(tmp_path)
    said = explain(workspace.recipe("ask"), workspace)
    assert (
        'An answer to a link of its messages goes into "Comes".\n'
        'Sheetflow may write into "Note" too; no step says it does.\n'
    ) in said


def test_nothing_in_a_text_is_hidden() -> None:
    assert quoted("a\u202eb\x1b[2J") == '"a\\u{202e}b\\u{1b}[2J"'
    assert spelled(" a  b\n") == "\\sa \\sb\\n"


@given(st.text(), st.text())
def test_two_texts_are_never_quoted_the_same(one: str, other: str) -> None:
    assert (quoted(one) == quoted(other)) == (one == other)


@given(st.text(alphabet=' "“”\\\nsu{}', max_size=6), st.text(alphabet=' "“”\\\nsu{}', max_size=6))
def test_nor_are_texts_of_quotes_and_spaces(one: str, other: str) -> None:
    assert (quoted(one) == quoted(other)) == (one == other)
    assert (spelled(one) == spelled(other)) == (one == other)
