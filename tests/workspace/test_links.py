"""What `check` says of links to answer by: the column, what fits into it, and where they lead."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetflow.reporting.explain import explain
from sheetflow.workspace import Workspace
from tests.files import write_files

SETTINGS = """
organization: {name: Riverside, time_zone: Europe/Berlin}
public_url: https://flow.example.org
connections: {outbox: {connector: outbox}}
senders: {team: {address: hello@riverside.example, by: outbox}}
tables:
  Guests:
    file: guests.csv
    person: {name: Name, email: Email}
    columns: {Seats: {is: number}, Comes: {is: "one of Yes, No"}}
    sheetflow_writes: [Comes, Seats, Later]
"""
RECIPE = """
recipe: Ask who comes
kind: transactional
for_each: guest in Guests
where: everyone
steps:
  - email: guest
    template: ask
"""


def workspace(tmp_path: Path, call: str, settings: str = SETTINGS, recipe: str = RECIPE):
    write_files(
        tmp_path,
        {
            "sheetflow.yaml": settings,
            "guests.csv": "Name,Email,Comes,Seats,Private\nAna,ana@x.example,,,\n",
            "recipes/ask/recipe.yaml": recipe,
            "recipes/ask/templates/ask.md": f"---\nsubject: Hi\n---\nHello\n\n{{{{ {call} }}}}\n",
        },
    )
    return Workspace.open(tmp_path)


def told(found: Workspace) -> list[str]:
    return [str(each).partition("templates/")[2] for each in found.check()]


@pytest.mark.parametrize(
    "call",
    [
        "link('Yes', set='Comes', to='Yes')",
        "link('Two', set='Seats', to='2')",
        "link('Later', set='Later', to='anything at all')",
    ],
)
def test_a_link_that_may_write_what_fits_is_sound(tmp_path, call):
    assert told(workspace(tmp_path, call)) == []


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (
            "link('x', set='Come', to='Yes')",
            'the table "Guests" has no column "Come". Did you mean "Comes"?',
        ),
        (
            "link('x', set='Private', to='Yes')",
            '"Private" is not a column that Sheetflow may write. '
            "Add it to sheetflow_writes of Guests in sheetflow.yaml.",
        ),
        (
            "link('x', set='Sheetflow status', to='Yes')",
            '"Yes" does not fit into "Sheetflow status": only Sheetflow itself writes there. '
            "Write what the column holds.",
        ),
    ],
)
def test_a_link_that_may_not_write_is_a_mistake_in_its_line(tmp_path, call, what):
    assert told(workspace(tmp_path, call)) == [f"ask.md:6:1: email: template: {what}"]


@pytest.mark.parametrize(
    "call", ["link('x', set='Comes', to='Maybe')", "link('x', set='Seats', to='two')"]
)
def test_what_does_not_fit_into_its_column_is_a_mistake(tmp_path, call):
    [problem] = told(workspace(tmp_path, call))
    assert problem.startswith("ask.md:6:1: email: template: ")
    assert "does not fit into" in problem


def test_without_a_public_url_there_is_nowhere_to_answer(tmp_path):
    settings = SETTINGS.replace("public_url: https://flow.example.org\n", "")
    assert told(workspace(tmp_path, "link('x', set='Comes', to='Yes')", settings)) == [
        "ask.md:6:1: email: template: there is no place that the answers to this link could come "
        "to. Write public_url: in sheetflow.yaml, where people reach sheetflow serve."
    ]


def test_a_recipe_that_is_explained_tells_what_its_links_write(tmp_path):
    found = workspace(tmp_path, "link('Yes, I come', set='Comes', to='Yes', within='14 days')")
    text = " ".join(str(explain(found.recipe("ask"), found)).split())
    assert (
        'whoever has it can answer "Yes, I come" within 14 days, '
        'which writes "Yes" into "Comes" of the row'
    ) in text
