"""All mistakes of a workspace, for people and for programs."""

import json
from pathlib import Path

from sheetflow.errors import Problem
from sheetflow.reporting.problems import problems_text, problems_to_json

LATER = Problem(Path("r.yaml"), 14, 5, "meet", 'there is no option "lenght".', 'Write "for".')
EARLIER = Problem(Path("r.yaml"), 3, 1, "where", "it is empty.")


def test_each_mistake_has_its_place_and_its_cure():
    assert problems_text([LATER, EARLIER, LATER]) == (
        "r.yaml:3:1: where: it is empty.\n"
        'r.yaml:14:5: meet: there is no option "lenght". Write "for".\n'
        "2 mistakes."
    )


def test_no_mistakes_is_an_answer_too():
    assert problems_text([]) == "No mistakes found."
    assert json.loads(problems_to_json([])) == {"problems": []}


def test_programs_get_the_same():
    assert json.loads(problems_to_json([LATER, EARLIER]))["problems"][1] == {
        "file": "r.yaml",
        "line": 14,
        "column": 5,
        "where": "meet",
        "what": 'there is no option "lenght".',
        "cure": 'Write "for".',
    }
