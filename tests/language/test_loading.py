"""A recipe becomes a value, or all its problems at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sheetflow.errors import ProblemsFound
from sheetflow.language.conditions import EVERYONE, AnyOf, Condition, ExpressionCondition
from sheetflow.language.conditions.phrases import Is, Passed
from sheetflow.language.loading import load_recipe, recipe_id
from sheetflow.language.position import Position
from sheetflow.language.recipe import Limits, Recipe
from sheetflow.language.schedules import Again, Schedule
from sheetflow.language.vocabulary import Conditions, Pick
from tests.language.vocabularies import RECIPE, VOCABULARY, VOLUNTEERS, write_recipe

START = """\
recipe: x
for_each: volunteer in Volunteers
where: everyone
"""


def load(folder: Path, text: str = RECIPE, **templates: str) -> Recipe:
    """The recipe with that text."""
    return load_recipe(write_recipe(folder, text, **templates), VOCABULARY)


def told(folder: Path, text: str, **templates: str) -> list[str]:
    """The problems of a recipe with that text, seen from its folder."""
    path = write_recipe(folder, text, **templates)
    with pytest.raises(ProblemsFound) as found:
        load_recipe(path, VOCABULARY)
    return [str(problem).removeprefix(f"{path.parent}/") for problem in found.value.problems]


def step(folder: Path, lines: str, **templates: str) -> list[str]:
    """The problems of a recipe with these steps, which begin on line 5."""
    return told(folder, f"{START}steps:\n{lines}", **templates)


def test_a_recipe_is_complete(tmp_path: Path):
    recipe = load(tmp_path)
    at = [Position(recipe.path, *place) for place in [(7, 10), (8, 11), (9, 15)]]
    assert recipe.where == (
        Condition("Coach", Is(or_empty=True), at[0]),
        Condition("Status", Is(("New",), or_empty=True), at[1]),
        Condition("First call", Passed(past=False), at[2]),
    )
    assert (recipe.id, recipe.name) == ("match", "Match new volunteers with a coach")
    assert recipe.about.startswith("Everyone who signs up")
    assert (recipe.row, recipe.table, recipe.rows) == ("volunteer", "Volunteers", "all")
    assert recipe.schedule == Schedule(days=(0, 1, 2, 3, 4), at=time(9))
    assert recipe.limits == Limits(people_per_run=40)
    assert recipe.status is not None
    assert recipe.status.text.startswith("Matched with")
    assert [(step.id, step.action, step.on_failure) for step in recipe.steps] == [
        ("assign-coach", "assign", "stop"),
        ("meet", "meet", "stop"),
        ("email-volunteer", "email", "stop"),
        ("email-coach", "email", "stop"),
    ]
    assign, meet, first, second = recipe.steps
    assert assign.options["pick"] == Pick("coach", "Coaches")
    assert assign.options["same"] == ("Region",)
    assert assign.options["if_none"].text.startswith("Waiting for a coach")
    assert meet.options["for_"] == timedelta(minutes=30)
    assert meet.options["with_"] == ("volunteer", "coach")
    assert (meet.options["by"], meet.options["template"]) == ("room", None)
    assert first.options["template"].name == "welcome-volunteer"
    assert (first.options["copies"], first.options["quiet"]) == (1, False)
    assert second.again == Again(columns=("First call",))
    assert second.position == Position(recipe.path, 27, 5)


def test_keys_may_stand_in_another_order(tmp_path: Path):
    text = f"status: Done\nsteps:\n  - set: {{Status: Done}}\n{START}"
    assert load(tmp_path, text).steps[0].id == "set"


def test_what_common_keys_say(tmp_path: Path):
    recipe = load(
        tmp_path,
        f"""{START}rows: visible
steps:
  - email: volunteer
    template: welcome-volunteer
    id: first-mail
    if: volunteer.region == "North"
    again: every 7 days, at most 3 times
    on_failure: stop everything
""",
    )
    (step,) = recipe.steps
    assert recipe.where == EVERYONE
    assert (recipe.rows, recipe.schedule, recipe.status) == ("visible", None, None)
    assert recipe.limits == Limits()
    assert (step.id, step.on_failure) == ("first-mail", "stop everything")
    assert step.again == Again(every=timedelta(days=7), times=3)
    assert step.condition is not None
    assert step.condition.text == 'volunteer.region == "North"'


def test_where_takes_alternatives_ranges_and_an_expression(tmp_path: Path):
    text = """\
recipe: x
for_each: volunteer in Volunteers
where:
  "# of shifts": [is more than 1, is less than 5]
  any of:
    - Region: is North
      Status: is New
    - OK to call?: is ticked
  expression: volunteer["# of shifts"] > 2
steps:
  - set: {Status: Done}
"""
    few, many, alternatives, expression = load(tmp_path, text).where
    assert isinstance(few, Condition)
    assert isinstance(many, Condition)
    assert isinstance(alternatives, AnyOf)
    assert isinstance(expression, ExpressionCondition)
    assert [few.column, many.column] == ["# of shifts"] * 2
    assert [str(few.phrase), str(many.phrase)] == ["is more than 1", "is less than 5"]
    assert [len(each) for each in alternatives.alternatives] == [2, 1]
    assert expression.expression.text == 'volunteer["# of shifts"] > 2'


def test_an_id_is_the_name_of_the_folder_or_of_the_file():
    assert recipe_id(Path("/w/recipes/welcome/recipe.yaml")) == "welcome"
    assert recipe_id(Path("/w/recipes/thanks.yaml")) == "thanks"


def test_new_wording_changes_the_fingerprint_and_no_id(tmp_path: Path):
    before = load(tmp_path)
    after = load(tmp_path, RECIPE.replace("Welcome call with", "First call with"))
    again = load(tmp_path, **{"welcome-volunteer": "Good day."})
    assert [step.id for step in before.steps] == [step.id for step in after.steps]
    assert len({before.fingerprint, after.fingerprint, again.fingerprint}) == 3
    assert load(tmp_path).fingerprint == before.fingerprint


def test_a_recipe_is_never_rewritten(tmp_path: Path):
    path = write_recipe(tmp_path)
    before = path.read_bytes()
    load_recipe(path, VOCABULARY)
    assert path.read_bytes() == before


def test_messages_are_looked_for_in_each_folder_in_turn(tmp_path: Path):
    path = write_recipe(tmp_path)
    (path.parent / "templates").rename(tmp_path / "shared")
    with pytest.raises(ProblemsFound):
        load_recipe(path, VOCABULARY)
    recipe = load_recipe(path, VOCABULARY, [path.parent / "templates", tmp_path / "shared"])
    assert recipe.steps[3].options["template"].name == "meet-your-volunteer"


def test_all_mistakes_of_a_recipe_are_told_at_once(tmp_path: Path):
    text = (
        RECIPE.replace("schedule: every weekday", "shedule: every weekday")
        .replace("Coach: is empty", "Coch: is empty")
        .replace("is empty or New", "is emtpy or New")
        .replace("volunteer.region", "volunteer.regin")
        .replace("for: 30 minutes", "lenght: 30 minutes")
        .replace("template: meet-your", "tempalte: meet-your")
        .replace("people_per_run: 40", "people_per_run: forty")
        .replace("Matched with {{ coach.name }}", "Matched with {{ couch.name }}")
    )
    assert told(tmp_path, text, **{"welcome-volunteer": "Hi {{ volunteer.frist_name }}"}) == [
        'recipe.yaml:3:1: recipe: there is no key "shedule". Did you mean "schedule"?',
        'recipe.yaml:7:3: where: Coch: the table "Volunteers" has no column "Coch".'
        ' Did you mean "Coach"?',
        'recipe.yaml:8:11: where: Status: "emtpy" is not a condition.'
        ' Did you mean "empty"? If it is a text, write is "emtpy".',
        'recipe.yaml:16:50: assign: if_none: "volunteer" has no "regin". Did you mean "Region"?',
        'recipe.yaml:21:5: meet: there is no option "lenght". The options are "meet", "with",'
        ' "at", "for", "by", "template", "cancel_when", "if", "id", "again", "on_failure"'
        ' and "kind".',
        'recipe.yaml:28:5: email: there is no option "tempalte". Did you mean "template"?',
        'recipe.yaml:33:19: limits: people_per_run: "forty" is not a whole number.'
        " Write a whole number in digits, such as 40.",
        'templates/welcome-volunteer.md:4:7: email: template: "volunteer" has no "frist_name".'
        ' Did you mean "First name"?',
    ]


def test_a_wrong_name_in_the_last_status_is_told_when_the_steps_are_sound(tmp_path: Path):
    text = RECIPE.replace("Matched with {{ coach.name }}", "Matched with {{ couch.name }}")
    assert told(tmp_path, text) == [
        'recipe.yaml:31:25: status: there is nothing called "couch" here. Did you mean "coach"?'
    ]


WHERE = [
    (
        "",
        [
            'recipe.yaml:1:1: recipe: "where" is missing.'
            " Write the conditions; if everybody is meant, write where: everyone"
        ],
    ),
    (
        "where:\n",
        [
            "recipe.yaml:3:7: where: there is no condition, so it is not clear who is meant."
            " Write at least one condition; if everybody is meant, write where: everyone"
        ],
    ),
    (
        "where: {}\n",
        [
            "recipe.yaml:3:8: where: there is no condition, so it is not clear who is meant."
            " Write at least one condition; if everybody is meant, write where: everyone"
        ],
    ),
    (
        "where:\n  # of shifts: is empty\n  Status: is New\n",
        [
            "recipe.yaml:4:3: where: this line is a comment, so this condition does not count."
            ' If the column is called # of shifts, write "# of shifts": is empty;'
            " otherwise remove the line."
        ],
    ),
    (
        "where:\n  # of shifts: is empty\n",
        [
            "recipe.yaml:3:7: where: there is no condition, so it is not clear who is meant."
            " Write at least one condition; if everybody is meant, write where: everyone",
            "recipe.yaml:4:3: where: this line is a comment, so this condition does not count."
            ' If the column is called # of shifts, write "# of shifts": is empty;'
            " otherwise remove the line.",
        ],
    ),
    (
        "where: Status is New\n",
        [
            'recipe.yaml:3:8: where: "Status is New" names no column. Write columns, each with a'
            " condition, such as Status: is empty; or everyone."
        ],
    ),
    (
        "where:\n  - Status: is New\n",
        [
            "recipe.yaml:4:3: where: this is a list; conditions are a map."
            " Write Column: condition on each line, without a dash."
        ],
    ),
    (
        "where:\n  Status:\n",
        [
            "recipe.yaml:4:10: where: Status: the condition is missing."
            " Write one, such as is empty or is New."
        ],
    ),
    (
        "where:\n  Status: {is: New}\n",
        [
            "recipe.yaml:4:11: where: Status: this is not a condition."
            " Write one, such as is empty, or a list of them in [ ]."
        ],
    ),
    (
        "where:\n  any of:\n    -\n    - Name: contains {{ x }}\n",
        [
            "recipe.yaml:5:6: where: any of: there is no condition."
            " Write columns, each with a condition, such as Status: is empty.",
            "recipe.yaml:6:13: where: any of: Name: a condition takes no {{ }}."
            " Use `expression:` for it.",
        ],
    ),
    (
        "where:\n  any of:\n    Status: is New\n",
        [
            "recipe.yaml:5:5: where: any of: any of takes a list of alternatives."
            " Write each on a line that begins with a dash: - Region: is North"
        ],
    ),
    (
        "where:\n  any_of:\n    - Status: is New\n",
        ['recipe.yaml:4:3: where: any_of: there is no column "any_of". Did you mean "any of"?'],
    ),
    (
        "where:\n  expression: volunteer.region ==\n",
        [
            "recipe.yaml:4:32: where: expression: this cannot be read: unexpected"
            " 'end of template'. Something is missing at the end."
        ],
    ),
    (
        "where:\n  expression: volunteer.region = 'North'\n",
        [
            "recipe.yaml:4:32: where: expression: this cannot be read: something follows the"
            " expression. Write == between two values to compare them; conditions are joined by"
            ' "and" or "or".'
        ],
    ),
    (
        "where:\n  expression: coach.region\n",
        [
            'recipe.yaml:4:15: where: there is nothing called "coach" here.'
            ' Known here: "point_person", "volunteer", "organization", "now", "today", "zone" and'
            ' "language".'
        ],
    ),
]


@pytest.mark.parametrize(("lines", "expected"), WHERE, ids=[lines for lines, _ in WHERE])
def test_who_is_meant_is_never_a_guess(tmp_path: Path, lines: str, expected: list[str]):
    text = f"recipe: x\nfor_each: volunteer in Volunteers\n{lines}steps:\n  - set: {{Status: x}}\n"
    assert told(tmp_path, text) == expected


def test_what_a_row_is_called_is_a_small_word(tmp_path: Path):
    text = "recipe: x\nfor_each: New Volunteer in Volunteers\nwhere: everyone\n"
    assert told(tmp_path, f"{text}steps:\n  - set: {{Status: x}}\n") == [
        'recipe.yaml:2:11: for_each: "New Volunteer" is no name for a row.'
        " Write it in small letters, such as new_volunteer in Volunteers."
    ]


def test_comments_in_where_that_hide_no_condition_are_left_alone(tmp_path: Path):
    where = "where:\n  # Ask Bo: he knows\n  Status: is New\n# Next: is what follows\n"
    text = f"recipe: x\nfor_each: volunteer in Volunteers\n{where}"
    assert len(load(tmp_path, f"{text}steps:\n  - set: {{Status: x}}\n").where) == 1


def test_a_condition_hidden_in_an_alternative_is_told_once(tmp_path: Path):
    where = "where:\n  any of:\n    - Status: is New\n      # of shifts: is more than 3\n"
    text = f"recipe: x\nfor_each: volunteer in Volunteers\n{where}steps:\n  - set: {{Status: x}}\n"
    assert told(tmp_path, text) == [
        "recipe.yaml:6:7: where: this line is a comment, so this condition does not count."
        ' If the column is called # of shifts, write "# of shifts": is more than 3;'
        " otherwise remove the line."
    ]


STEPS = [
    (
        "  - emial: volunteer\n",
        [
            'recipe.yaml:5:5: step: there is no action "emial", and a step begins with its action.'
            ' Did you mean "email"?'
        ],
    ),
    (
        "  - if: volunteer.region\n    set: {Status: x}\n",
        [
            'recipe.yaml:5:5: step: a step begins with its action, not with "if".'
            ' Move "set" to the beginning of the step.'
        ],
    ),
    ("  - email\n", ["recipe.yaml:5:5: step: a step is a map. Write it like - email: volunteer"]),
    (
        "  - email: coach\n    template: welcome-volunteer\n",
        [
            'recipe.yaml:5:12: email: nobody is called "coach" here.'
            ' Known by now: "point_person" and "volunteer".'
        ],
    ),
    (
        "  - email: volunteer and point_person\n    template: welcome-volunteer\n",
        [
            'recipe.yaml:5:12: email: nobody is called "volunteer and point_person" here.'
            " Write several people as a list: [volunteer, point_person]."
        ],
    ),
    (
        "  - email: [volunteer, volunter]\n    template: welcome-volunteer\n",
        ['recipe.yaml:5:24: email: nobody is called "volunter" here. Did you mean "volunteer"?'],
    ),
    (
        "  - email: volunteer\n    template: welcom-volunteer\n",
        [
            'recipe.yaml:6:15: template: there is no template "welcom-volunteer".'
            ' Did you mean "welcome-volunteer"?'
        ],
    ),
    (
        "  - email: volunteer\n    template: ../recipe\n",
        [
            'recipe.yaml:6:15: template: there is no template "../recipe".'
            ' There are "meet-your-volunteer" and "welcome-volunteer".'
        ],
    ),
    (
        "  - assign: coach from Coachs\n    save_in: Coach\n",
        ['recipe.yaml:5:13: assign: there is no table "Coachs". Did you mean "Coaches"?'],
    ),
    (
        "  - assign: a coach\n    save_in: Coach\n",
        [
            'recipe.yaml:5:13: assign: "a coach" is not understood here.'
            " Write a name and a table, such as coach from Coaches."
        ],
    ),
    (
        "  - assign: now from Coaches\n    save_in: Coach\n",
        [
            'recipe.yaml:5:13: assign: "now" has a meaning of its own. Choose another name.',
        ],
    ),
    (
        "  - assign: loop from Coaches\n    save_in: Coach\n",
        ['recipe.yaml:5:13: assign: "loop" has a meaning of its own. Choose another name.'],
    ),
    (
        "  - assign: volunteer from Coaches\n    save_in: Coach\n",
        [
            'recipe.yaml:5:13: assign: "volunteer" already stands for something of Volunteers.'
            " Choose another name."
        ],
    ),
    (
        "  - assign: coach from Coaches\n    save_in: Coach\n    room: Max volunters\n",
        [
            'recipe.yaml:7:11: assign: room: the table "Coaches" has no column "Max volunters".'
            ' Did you mean "Max volunteers"?'
        ],
    ),
    (
        "  - meet: Call\n    with: volunteer\n    at: First call\n    for: 9 hours\n",
        ["recipe.yaml:5:5: meet: a call of more than 8 hours is too long. Make it shorter."],
    ),
    (
        "  - email: []\n    template: {a: b}\n",
        [
            "recipe.yaml:5:12: email: the list is empty. Write a name such as volunteer, or a list"
            " such as [volunteer, coach].",
            "recipe.yaml:6:15: email: template: this is a map."
            " Write the name of a file in templates/, without .md, or the address of a document.",
        ],
    ),
    (
        f"  - email: volunteer\n    template: {'x' * 300}\n",
        [
            f'recipe.yaml:6:15: email: template: there is no template "{"x" * 60}".'
            " Write the name of a file in templates/, without .md, or the address of a document."
        ],
    ),
    (
        "  - meet: Call\n    with: volunteer\n    at: Frist call\n    by: rom\n",
        [
            'recipe.yaml:7:9: meet: at: the table "Volunteers" has no column "Frist call".'
            ' Did you mean "First call"?',
            'recipe.yaml:8:9: meet: by: there is no connection or sender "rom".'
            ' Did you mean "room"?',
        ],
    ),
    (
        "  - meet: Call\n    with: volunteer\n    at: First call\n    cancel_when: everyone\n",
        [
            'recipe.yaml:8:18: meet: cancel_when: "everyone" names no column.'
            " Write columns, each with a condition, such as Status: is empty."
        ],
    ),
    (
        "  - set: {Status: Done, Satus: Done}\n",
        [
            'recipe.yaml:5:25: set: Satus: the table "Volunteers" has no column "Satus".'
            ' Did you mean "Status"?'
        ],
    ),
    (
        '  - add_row: Log\n    cells: {Who: "{{ volunteer.nmae }}", Status: x}\n',
        [
            'recipe.yaml:6:42: add_row: cells: Status: the table "Log" has no column "Status".'
            ' Its columns are "Who" and "What".'
        ],
    ),
    (
        "  - set: {Status: a}\n  - set: {Region: b}\n",
        [
            'recipe.yaml:6:5: set: this step is called "set", like the one on line 5.'
            " Give one of them an id; the id is what keeps a step from happening twice."
        ],
    ),
    (
        "  - set: {Status: a}\n    id: My Step\n    again: weekly\n    on_failure: halt\n",
        [
            'recipe.yaml:6:9: set: id: "My Step" is not understood here.'
            " Write a short name, such as first-mail.",
            'recipe.yaml:7:12: set: again: "weekly" does not say when to do it again.'
            ' Write it like "every 7 days", "every 7 days, at most 3 times", "when Starts changes"'
            ' or "when Starts or Place changes".',
            'recipe.yaml:8:17: set: on_failure: "halt" is not one of the words for this.'
            ' It can be "stop", "continue" or "stop everything".',
        ],
    ),
    (
        "  - set: {Status: a}\n    again: when Starts changes\n",
        [
            'recipe.yaml:6:12: set: again: the table "Volunteers" has no column "Starts".'
            ' Did you mean "Status"?'
        ],
    ),
    (
        "  - set: {Status: a}\n    again: when Region or Starts changes\n",
        [
            'recipe.yaml:6:12: set: again: the table "Volunteers" has no column "Starts".'
            ' Did you mean "Status"?'
        ],
    ),
    (
        "  - set: {Status: a}\n    if: coach.name\n",
        [
            'recipe.yaml:6:9: set: if: there is nothing called "coach" here.'
            ' Known here: "point_person", "volunteer", "organization", "now", "today", "zone" and'
            ' "language".'
        ],
    ),
    (
        "  - email: volunteer\n    template: welcome-volunteer\n    copies: 1e5\n    quiet: on\n",
        [
            'recipe.yaml:7:13: email: copies: "1e5" is not a whole number.'
            " Write a whole number in digits, such as 40.",
            'recipe.yaml:8:12: email: quiet: "on" is not understood here. Write yes or no.',
        ],
    ),
]


@pytest.mark.parametrize(("lines", "expected"), STEPS, ids=[lines for lines, _ in STEPS])
def test_what_is_wrong_with_a_step(tmp_path: Path, lines: str, expected: list[str]):
    assert step(tmp_path, lines) == expected


def test_a_wrong_message_is_told_once_however_many_steps_send_it(tmp_path: Path):
    lines = """\
  - email: volunteer
    template: welcome-volunteer
  - email: point_person
    template: welcome-volunteer
"""
    (problem,) = step(tmp_path, lines, **{"welcome-volunteer": "{{ oops"})
    assert problem.startswith("templates/welcome-volunteer.md:4:")


def test_only_columns_that_are_ours_to_write_are_written(tmp_path: Path):
    ours = replace(VOLUNTEERS, writes=("Status",))
    vocabulary = replace(VOCABULARY, tables={**VOCABULARY.tables, "Volunteers": ours})
    path = write_recipe(tmp_path, f"{START}steps:\n  - set: {{Status: a, Region: b}}\n")
    with pytest.raises(ProblemsFound) as found:
        load_recipe(path, vocabulary)
    assert [str(problem) for problem in found.value.problems] == [
        f'{path}:5:5: set: "Region" is not a column that Sheetflow may write.'
        " Add it to sheetflow_writes of Volunteers in sheetflow.yaml."
    ]


def test_a_step_is_named_after_what_will_not_change_with_its_wording(tmp_path: Path):
    text = f"""{START}steps:
  - meet: Call with {{{{ volunteer.name }}}}
    with: volunteer
    at: First call
    cancel_when: {{Status: is Lapsed}}
  - email: [volunteer, point_person]
    template: welcome-volunteer
  - set: {{Status: a}}
  - add_row: Log
    cells: {{Who: a}}
  - tell: [Main hall, "Über #1"]
  - wave: x
    times: 2
"""
    steps = load(tmp_path, text).steps
    assert [step.id for step in steps] == [
        "meet",
        "email-volunteer-point_person",
        "set",
        "add_row-log",
        "tell-main-hall-über-1",
        "wave-x",
    ]
    assert steps[-1].options == {"times": 2}
    assert isinstance(steps[0].options["cancel_when"], Conditions)


def test_one_wrong_step_does_not_make_later_names_wrong(tmp_path: Path):
    text = RECIPE.replace("from Coaches", "from Coachs")
    assert told(tmp_path, text) == [
        'recipe.yaml:12:13: assign: there is no table "Coachs". Did you mean "Coaches"?'
    ]


def test_a_table_that_is_not_there_does_not_make_its_columns_wrong(tmp_path: Path):
    assert told(tmp_path, RECIPE.replace("in Volunteers", "in Volunters")) == [
        'recipe.yaml:5:11: for_each: there is no table "Volunters". Did you mean "Volunteers"?'
    ]


def test_columns_that_are_not_known_yet_may_have_any_name(tmp_path: Path):
    text = START.replace("Volunteers", "Elsewhere")
    steps = "steps:\n  - set: {Anything: '{{ volunteer.whatever }}'}\n"
    assert load(tmp_path, text + steps).table == "Elsewhere"


def test_a_message_may_use_what_its_own_step_gives_and_other_options_may_not(tmp_path: Path):
    lines = """\
  - meet: Call {{ meeting.link }}
    with: volunteer
    at: First call
    template: welcome-volunteer
"""
    assert step(tmp_path, lines, **{"welcome-volunteer": "{{ meeting.link }}"}) == [
        'recipe.yaml:5:19: meet: there is nothing called "meeting" here.'
        ' Known here: "point_person", "volunteer", "organization", "now", "today", "zone" and'
        ' "language".'
    ]


def test_a_name_in_a_long_text_is_told_at_its_own_line_and_column(tmp_path: Path):
    lines = """\
  - set:
      Status: |
        Hello {{ volunteer.name }}
        and {{ volunteer.naem }}
      Region: "call {{ volunteer.naem }}"
"""
    assert step(tmp_path, lines) == [
        'recipe.yaml:8:16: set: "volunteer" has no "naem". Did you mean "Name"?',
        'recipe.yaml:9:24: set: "volunteer" has no "naem". Did you mean "Name"?',
    ]


def test_columns_are_reached_by_header_or_after_a_dot(tmp_path: Path):
    body = """{{ volunteer.first_name }} {{ volunteer["First name"] }}
{{ volunteer["# of shifts"] }} {{ point_person.email }} {{ organization.name }} {{ today }}"""
    load(tmp_path, **{"welcome-volunteer": body})


def test_the_sign_of_yaml_and_of_the_recipe_are_told_together(tmp_path: Path):
    text = f"{START}steps:\n  - set: {{Status: x}}\nstatus: {{{{ volunteer.nmae }}}}\nlimits: 5\n"
    assert told(tmp_path, text) == [
        "recipe.yaml:6:9: status: YAML takes an unquoted {{ for a map."
        ' Put it in quotes: status: "{{ volunteer.nmae }}"',
        'recipe.yaml:6:13: status: "volunteer" has no "nmae". Did you mean "Name"?',
        "recipe.yaml:7:9: limits: this must be a map of keys and values."
        " Its keys are: people_per_run, messages_per_run.",
    ]


def test_an_empty_file_is_told_what_a_recipe_has(tmp_path: Path):
    assert told(tmp_path, "") == [
        "recipe.yaml:1:1: recipe: nothing is written here. Its keys are: recipe, about, owner,"
        " schedule, for_each, rows, where, kind, steps, status, "
        "limits, approve, useful_until, useful_for."
    ]


LINES = RECIPE.splitlines()
WORDS = [":", "-", "{{", "}}", "#", "|", "is", "or", "where:", "steps:", "  ", "[", '"', "&a", "*a"]


@st.composite
def broken_recipes(draw: Any) -> str:
    """A recipe some lines of which are lost, moved or filled with other words."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        words = draw(st.lists(st.sampled_from(WORDS) | st.text(max_size=5), max_size=4))
        match draw(st.sampled_from(["lose", "add", "replace", "indent", "cut"])):
            case "lose":
                del lines[place]
            case "add":
                lines.insert(place, " ".join(words))
            case "replace":
                lines[place] = lines[place].partition(":")[0] + ": " + " ".join(words)
            case "indent":
                lines[place] = " " + lines[place]
            case "cut":
                lines[place] = lines[place][: draw(st.integers(0, 20))]
    return "\n".join(lines) + "\n"


@given(broken_recipes() | st.text(max_size=80))
def test_no_text_is_worse_than_its_problems(tmp_path: Path, text: str):
    path = write_recipe(tmp_path)
    path.write_text(text, encoding="utf-8", errors="replace")
    try:
        recipe = load_recipe(path, VOCABULARY)
    except ProblemsFound as problems:
        found: tuple[Any, ...] = tuple(problem.what for problem in problems.problems)
    else:
        found = recipe.steps
    assert found
    assert all(found)
