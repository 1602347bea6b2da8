"""What people do between the runs of a test: answer by links, tick, and say it once more."""

from __future__ import annotations

import pytest

from tests.testing.conftest import SETTINGS, Bench

ASKING = """\
recipe: Asking
for_each: person in People
where:
  Stage: is not Lost
steps:
  - email: person
    template: coming
  - email: person
    id: thanks
    if: person.coming == 'Yes'
    template: welcome
"""
COMING = """\
---
subject: Are you coming, {{ person.name }}?
---
{{ link('Yes, I come', set='Coming', to='Yes', within='3 days') }}

{{ link('No, sorry', set='Coming', to='No') }}
"""
FIRST = """\
at: 2026-03-14 09:00
tests:
  - name: one
    given: {People: [{Code: 1, Name: Ana, Email: ana@example.org, Coming: "", Stage: ""}]}
    expect: {mails: {to: Ana, subject: "Are you coming, Ana?"}}
    again:
"""
THANKED = 'mails: {to: Ana, subject: "Welcome, Ana"}'


@pytest.fixture
def asking(bench: Bench) -> Bench:
    """A workspace whose recipe asks people whether they come, and thanks those who do."""
    settings = SETTINGS.replace("[Coach, Stage, Due]", "[Coach, Stage, Due, Coming]")
    bench.write("sheetflow.yaml", f"{settings}public_url: https://flow.example.org\n")
    bench.recipe(ASKING)
    bench.write("templates/coming.md", COMING)
    return bench


def later(day: int, more: str, expect: str = "nothing") -> str:
    """A run on that day of March after what people did."""
    return f"      - at: 2026-03-{day} 09:00\n        {more}\n        expect: {expect}\n"


def test_an_answer_goes_into_its_cell_and_the_recipe_goes_on_from_there(asking):
    answer = 'answered: {by: Ana, says: "Yes, I come"}'
    expect = f'{{{THANKED}, cells: {{Ana: {{Coming: "Yes"}}}}}}'
    assert asking.said(FIRST + later(15, answer, expect)) == []


def test_what_an_answer_does_must_be_expected_like_anything_else(asking):
    answer = "answered: {by: ana@example.org, says: 'Yes, I come'}"
    assert asking.said(FIRST + later(15, answer)) == [
        'again, 2026-03-15 09:00: unexpected: a mail to ana@example.org (Ana): "Welcome, Ana"',
        'again, 2026-03-15 09:00: Ana: unexpected: Coming became "Yes"',
    ]


def test_who_changes_their_mind_is_heard_last(asking):
    answers = "answered: [{by: Ana, says: 'Yes, I come'}, {by: Ana, says: 'No, sorry'}]"
    assert asking.said(FIRST + later(15, answers, '{cells: {Ana: {Coming: "No"}}}')) == []


def test_a_cell_that_somebody_changed_keeps_what_they_wrote(asking):
    both = "change: {People: {Ana: {Coming: Maybe}}}\n        "
    both += "answered: {by: Ana, says: 'No, sorry'}"
    kept = "{left_out: {Ana: but Coming was changed to “Maybe” by hand}}"
    assert asking.said(FIRST + later(15, both, kept)) == []


def test_nobody_answers_a_mail_they_did_not_get_or_too_late(asking):
    late = later(18, "answered: {by: Ana, says: 'Yes, I come'}")
    assert asking.said(FIRST + late) == [
        'again, 2026-03-18 09:00: Ana should answer "Yes, I come", but could do so only until '
        "2026-03-17 09:00"
    ]
    stranger = later(15, "answered: {by: bo@example.org, says: 'Yes, I come'}")
    assert asking.said(FIRST + stranger) == [
        'again, 2026-03-15 09:00: bo@example.org should answer "Yes, I come", but got no mail '
        "with that link"
    ]


TWO = """\
at: 2026-03-14 09:00
tests:
  - name: one
    given:
      People:
        - {Code: 1, Name: Ana, Email: ana@example.org}
        - {Code: 2, Name: Bo, Email: ana@example.org}
    expect: {mails: [{to: ana@example.org}, {to: ana@example.org}]}
    again:
"""


def test_of_two_mails_with_one_link_the_row_is_said(asking):
    asking.recipe(ASKING.partition("  - email: person\n    id")[0])
    settings = (asking.folder / "sheetflow.yaml").read_text()
    one_address = settings.replace("key: [Code]", "key: [Code]\n    same_person: allow")
    asking.write("sheetflow.yaml", one_address)
    answer = "answered: {by: ana@example.org, says: 'No, sorry'%s}"
    assert asking.said(TWO + later(15, answer % "")) == [
        'again, 2026-03-15 09:00: ana@example.org should answer "No, sorry", but got that link '
        "about Ana and Bo: say about: and which"
    ]
    expect = '{cells: {Bo: {Coming: "No"}}}'
    assert asking.said(TWO + later(15, answer % ", about: Bo", expect)) == []


def test_mistakes_in_what_is_answered_are_told_before_anything_is_tried(asking):
    wrong = "answered: [{by: Anna, says: Yes I come}, {by: Ana, says: 'No, sorry', about: Bo}]"
    assert asking.problems(FIRST + later(15, wrong)) == [
        '8:37: tests: again: answered: says: no message of this recipe has a link "Yes I come". '
        'Did you mean "Yes, I come"?'
    ]
    wrong = "answered: [{by: Anna, says: 'No, sorry'}, {by: Ana, says: 'No, sorry', about: Bo}]"
    assert asking.problems(FIRST + later(15, wrong)) == [
        '8:25: answered: by: nobody is called "Anna" here. Did you mean "Ana"?',
        '8:87: answered: about: no row of People is called "Bo" here. There are "Ana".',
    ]


def test_a_recipe_without_links_cannot_be_answered(bench):
    answered = "answered: {by: Ana, says: Yes}"
    tests = FIRST.replace(', Coming: ""', "") + later(15, answered)
    assert bench.problems(tests) == [
        '8:35: tests: again: answered: says: no message of this recipe has a link "Yes". '
        "Its messages have no links, see docs/links.md."
    ]


TICKED = """\
recipe: Ticked
for_each: person in People
where: everyone
approve: each row
steps:
  - email: person
    template: welcome
"""


def test_who_types_a_tick_in_a_test_is_waited_for(bench):
    bench.recipe(TICKED)
    asks = """\
at: 2026-03-14 09:00
tests:
  - name: one
    given: {People: [{Code: 1, Name: Ana, Email: ana@example.org}]}
    expect: {left_out: {Ana: tick "Go ahead" to send}}
    again:
"""
    no = later(15, "change: {People: {Ana: {Go ahead: no}}}")
    yes = later(16, "change: {People: {Ana: {Go ahead: yes}}}", f"{{{THANKED}}}")
    assert bench.said(asks + no + yes) == []
    assert bench.said(asks + no + yes.replace("yes}}}", "no}}}")) == [
        'again, 2026-03-16 09:00: Ana should have got "Welcome, Ana", but nothing was sent: '
        'Waiting — tick "Go ahead" to send (Ticked)'
    ]


LOST = """\
at: 2026-03-14 09:00
tests:
  - name: one
    given: {People: [{Code: 1, Name: Ana, Email: ana@example.org, Stage: Active}]}
    not_sure: Ana
    expect: {left_out: {Ana: Not sure}}
    again:
"""


def test_a_mail_that_may_be_lost_goes_out_again_when_somebody_says_so(bench):
    bench.recipe(TICKED.replace("approve: each row\n", ""))
    no = later(15, "change: {People: {Ana: {'Send again?': no}}}")
    yes = later(16, "change: {People: {Ana: {'Send again?': yes}}}", f"{{{THANKED}}}")
    assert bench.said(LOST + no + yes) == []
    assert bench.said(LOST + yes.replace(THANKED, "mails: []")) == [
        'again, 2026-03-16 09:00: unexpected: a mail to ana@example.org (Ana): "Welcome, Ana"'
    ]


def test_nobody_is_in_doubt_whose_mail_does_not_go_out(bench):
    assert bench.said(LOST.replace("Not sure", "Stage").partition("    again")[0]) == [
        "Ana should have got a mail of which nobody hears, but nothing was sent: "
        'Stage is "Active", not empty'
    ]
