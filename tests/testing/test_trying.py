"""A test fails for whatever happens unexpectedly, and for whatever is expected and does not."""

from __future__ import annotations

import time
from textwrap import indent

from tests.testing.conftest import RECIPE

AT = "at: 2026-03-14 09:00\n"
ANA = "{Code: 1, Name: Ana, Email: ana@example.org}"
BO = "{Code: 2, Name: Bo, Email: bo@example.org, Stage: Active}"
WELCOMED = """\
mails: {to: Ana, subject: "Welcome, Ana", says: see you soon}
cells: {Ana: {Stage: Prospect}}
"""


def one(expect: str, people: str = f"[{ANA}, {BO}]", more: str = "") -> str:
    """A file with one test."""
    expected = indent(expect, "      ") if "\n" in expect else f" {expect}"
    separator = "\n" if "\n" in expect else ""
    return (
        f"{AT}tests:\n  - name: one\n    given: {{People: {people}}}\n"
        f"    expect:{separator}{expected}\n{indent(more, '    ')}"
    )


def test_what_is_expected_and_nothing_else_passes(bench):
    (result,) = bench.results(one(WELCOMED))
    assert result.passed
    assert [turn.title for turn in result.turns] == ["", "the same, a second time"]


def test_nothing_of_the_settings_is_needed_or_left_behind(bench):
    before = {path for path in bench.folder.rglob("*") if path.is_file()}
    assert bench.said(one(WELCOMED)) == []
    tests = {bench.folder / "recipes/welcome/tests.yaml"}
    assert {path for path in bench.folder.rglob("*") if path.is_file()} == before | tests


def test_a_step_more_is_an_unexpected_mail_and_an_unexpected_cell(bench):
    assert bench.said(one("nothing")) == [
        'unexpected: a mail to ana@example.org (Ana): "Welcome, Ana"',
        'Ana: unexpected: Stage became "Prospect"',
    ]


def test_a_key_that_is_left_out_expects_nothing_of_that_sort(bench):
    assert bench.said(one("mails: {to: ana@example.org}\n")) == [
        'Ana: unexpected: Stage became "Prospect"'
    ]


def test_what_does_not_happen_is_told_with_the_planners_reason(bench):
    expect = 'mails: [{to: Bo, subject: "Welcome, Bo"}]\ncells: {Bo: {Stage: Prospect}}\n'
    assert bench.said(one(expect, people=f"[{BO}]")) == [
        'Bo should have got "Welcome, Bo", but nothing was sent: Stage is "Active", not empty',
        'Bo: Stage should have become "Prospect", but was not written: '
        'Stage is "Active", not empty',
    ]


def test_a_mail_that_says_something_else_is_shown(bench):
    expect = 'mails: {to: Ana, subject: "Hello", says: [see you, goodbye]}\n'
    expect += "cells: {Ana: {Stage: Member}}\n"
    assert bench.said(one(expect)) == [
        'Ana should have got "Hello", but got "Welcome, Ana"',
        'Ana got "Welcome, Ana", which should say "goodbye", but says:\n'
        "Hi Ana, see you soon.\n\n-- \nRiverside\n",
        'Ana: Stage should be "Member", but is "Prospect"',
    ]


def test_two_mails_to_one_person_are_told_apart_by_what_they_say(bench):
    bench.write("templates/again.md", "---\nsubject: Once more\n---\nAgain.\n")
    bench.recipe(
        "recipe: Two\nfor_each: person in People\nwhere: everyone\nsteps:\n"
        "  - email: person\n    template: welcome\n"
        "  - email: person\n    id: second\n    template: again\n"
    )
    both = "mails: [{to: Ana, subject: Once more}, {to: Ana, says: see you soon}]\n"
    assert bench.said(one(both, people=f"[{ANA}]")) == []
    twice = "mails: [{to: Ana, subject: Once more}, {to: Ana, subject: Once more}]\n"
    assert bench.said(one(twice, people=f"[{ANA}]")) == [
        'Ana should have got "Once more", but got "Welcome, Ana"'
    ]


def test_a_reason_is_compared_where_it_is_told(bench):
    assert bench.said(one(f'{WELCOMED}left_out: {{Bo: Stage is "Active"}}\n')) == []
    assert bench.said(one(f"{WELCOMED}left_out: {{Bo: no address, Ana: too}}\n")) == [
        'Ana should be left out, because "too", but was not',
        'Bo should be left out, because "no address", but the reason is: '
        'Stage is "Active", not empty',
    ]


def test_cells_are_texts_as_somebody_types_them(bench):
    bench.recipe(
        "recipe: Copy\nfor_each: person in People\nwhere: everyone\n"
        'steps:\n  - set: {Stage: "{{ person.ratio }}"}\n  - follow_up: Call\n'
        "    next_step_in: Coach\n    due: tomorrow\n    due_in: Due\n"
    )
    bench.write(
        "sheetflow.yaml",
        (bench.folder / "sheetflow.yaml").read_text().replace("Coach: row of Coaches, ", ""),
    )
    people = "[{Code: 01, Name: Ana, Ratio: 3/4}]"
    for due in ("2026-03-15", "15 March 2026"):
        expect = f"cells: {{Ana: {{Stage: 3/4, Coach: Call, Due: {due}}}}}\n"
        assert bench.said(one(expect, people=people)) == []
    expect = "cells: {Ana: {Stage: 0.75, Coach: Call, Due: 2026-03-16}}\n"
    assert bench.said(one(expect, people=people)) == [
        'Ana: Stage should be "0.75", but is "3/4"',
        'Ana: Due should be "2026-03-16", but is "2026-03-15"',
    ]


def test_sheetflows_own_columns_may_be_given_and_expected(bench):
    people = '[{Code: 1, Name: Ana, Email: ana@example.org, Sheetflow status: "Done — before"}]'
    expect = "mails: {to: Ana}\ncells: {Ana: {Stage: Prospect, Sheetflow status: %s}}\n"
    welcomed = expect % "Done — Welcomed Ana of nowhere"
    assert bench.said(one(welcomed, people=people)) == []
    assert bench.said(one(expect % "Sent", people=people)) == [
        'Ana: Sheetflow status should be "Sent", but is "Done — Welcomed Ana of nowhere"'
    ]


def test_the_second_run_must_do_nothing(bench):
    bench.recipe(
        "recipe: Never done\nfor_each: person in People\nwhere: everyone\n"
        "steps:\n  - email: person\n    template: welcome\n    again: every 1 minute\n"
    )
    again = "again:\n  - at: 2026-03-14 09:05\n    expect: nothing\n"
    assert bench.said(one("mails: {to: Ana}\n", people=f"[{ANA}]", more=again)) == [
        'again, 2026-03-14 09:05: unexpected: a mail to ana@example.org (Ana): "Welcome, Ana"'
    ]


def test_reminders_and_what_people_change_in_between(bench):
    again = """\
again:
  - at: 2026-03-15 09:00
    add: {People: [{Code: 3, Name: Cleo, Email: cleo@example.org}]}
    change: {People: {Bo: {Stage: ""}}}
    expect:
      mails: [{to: Bo}, {to: cleo@example.org}]
      cells: {Bo: {Stage: Prospect}, Cleo: {Stage: Prospect}}
  - at: 2026-03-16 09:00
    expect: nothing
"""
    assert bench.said(one(WELCOMED, more=again)) == []


def test_an_invitation_is_one_meeting_however_many_are_told(bench):
    bench.recipe(
        "recipe: Call\nfor_each: person in People\nwhere: {Coach: is not empty}\nsteps:\n"
        "  - meet: Call with {{ person.name }}\n    with: [person, coach]\n    at: Starts\n"
        "    by: room\n    again: when Starts changes\n"
    )
    people = (
        "[{Code: 1, Name: Ana, Email: ana@example.org, Coach: Lee, Starts: 2026-03-20 18:00}], "
        "Coaches: [{Name: Lee, Email: lee@example.org}]"
    )
    call = "title: Call with Ana, with: [Ana, Lee], place: https://calls.example/room"
    first = f"meetings: {{{call}, at: 2026-03-20 18:00, for: 30 minutes}}\n"
    again = (
        "again:\n  at: 2026-03-15 09:00\n  change: {People: {Ana: {Starts: 2026-03-21 18:00}}}\n"
        "  expect: {meetings: {%s, at: 2026-03-21 18:00, news: %s}}\n"
    )
    assert bench.said(one(first, people=people, more=again % (call, "changed"))) == []
    assert bench.said(one(first, people=people, more=again % (call, "new"))) == [
        "again, 2026-03-15 09:00: Ana: "
        'the invitation to "Call with Ana" should be new, but is changed'
    ]
    wrong = "meetings: {with: Ana, at: 2026-03-20 19:00, for: 1 hour, title: Chat}\n"
    assert bench.said(one(wrong, people=people)) == [
        'Ana: the invitation to "Call with Ana" should be called "Chat"',
        'Ana: the invitation to "Call with Ana" should be for Fri 20 March 2026, 19:00 CET, '
        "but is for Fri 20 March 2026, 18:00 CET",
        'Ana: the invitation to "Call with Ana" should take 1 hour, but takes 30 minutes',
        'Ana: the invitation to "Call with Ana" should not have gone to lee@example.org',
    ]
    assert bench.said(one("nothing", people=people)) == [
        'Ana: unexpected: an invitation to "Call with Ana", Fri 20 March 2026, 18:00 CET, '
        "for ana@example.org and lee@example.org (new)"
    ]


def test_rows_that_are_added_to_another_table_are_expected_cell_by_cell(bench):
    bench.recipe(
        "recipe: Log\nfor_each: person in People\nwhere: everyone\nsteps:\n"
        '  - add_row: Calls\n    cells: {Who: "{{ person.name }}", What: First call}\n'
    )
    good = "rows: {Calls: [{Who: Ana, What: First call}]}\n"
    assert bench.said(one(good, people=f"[{ANA}]")) == []
    bad = "rows: {Calls: [{Who: Ana}]}\n"
    assert bench.said(one(bad, people=f"[{ANA}]")) == [
        "Calls should have got a row, but did not: Who: Ana",
        "unexpected: Calls got a row: Who: Ana, What: First call",
    ]


def test_what_the_file_gives_holds_for_every_test_that_gives_nothing_else(bench):
    tests = f"""\
at: 2026-03-14 09:00
given:
  People: [{ANA}]
tests:
  - name: shared
    expect: {{mails: {{to: Ana}}, cells: {{Ana: {{Stage: Prospect}}}}}}
  - name: its own
    given: {{People: []}}
    expect: nothing
"""
    assert [result.passed for result in bench.results(tests)] == [True, True]


def test_one_test_knows_nothing_of_another(bench):
    case = f"  - name: %s\n    given: {{People: [{ANA}]}}\n    expect:\n"
    case += indent(WELCOMED, "      ")
    tests = f"{AT}tests:\n{case % 'first'}{case % 'second'}"
    assert [result.passed for result in bench.results(tests)] == [True, True]


def test_the_gate_holds_as_in_a_real_run_and_a_go_is_taken_as_given(bench):
    settings = (bench.folder / "sheetflow.yaml").read_text("utf-8")
    bench.write("sheetflow.yaml", settings.replace("quiet_hours: none\n", ""))
    bench.recipe(RECIPE + "approve: always\n")
    again = "again:\n  at: 2026-03-15 09:00\n  expect:\n" + indent(WELCOMED, "    ")
    night = one("left_out: {Ana: Waiting}\n", more=again).replace(AT, "at: 2026-03-14 23:00\n")
    assert bench.said(night) == []
    assert bench.said(one(WELCOMED)) == []


def test_a_hundred_rows_take_less_than_a_second(bench):
    people = ", ".join(f"{{Code: {n}, Name: P{n}, Email: p{n}@example.org}}" for n in range(100))
    mails = ", ".join(f"{{to: p{n}@example.org}}" for n in range(100))
    cells = ", ".join(f"P{n}: {{Stage: Prospect}}" for n in range(100))
    tests = one(f"mails: [{mails}]\ncells: {{{cells}}}\n", people=f"[{people}]")
    bench.said(one(WELCOMED))  # whatever is imported is imported now
    start = time.process_time()
    assert bench.said(tests) == []
    assert time.process_time() - start < 1
