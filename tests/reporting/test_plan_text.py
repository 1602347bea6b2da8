"""A plan on a terminal and in a file: everything in words, and within 80 columns."""

from __future__ import annotations

import io
import re

from rich.console import Console

from sheetflow.reporting.plan_text import REASONS, plan_summary, print_plan
from sheetflow.values import Change, LeftOut, RowRef
from tests.plan_texts import plan_text

from .conftest import entry, make_plan


def printed(plan, **options):
    console = Console(file=io.StringIO(), markup=False, highlight=False, emoji=False, **options)
    print_plan(plan, console)
    return console.file.getvalue()


def test_the_whole_plan_in_words(plan):
    assert (
        plan_text(plan)
        == """\
Match new volunteers (recipe match), planned Sat 14 March 2026, 12:00 CET.
2 people: 2 messages (1 with an invitation) and 2 cells filled in. 3 wait. 14
    are left out.
I read the column "E-mail" as Email.

WHAT WOULD HAPPEN
Ana
  assign: Lee is the coach
  assign: Coach becomes Lee (was empty)
  assign: Next step due becomes 20 March 2026 (was empty)
  meet: invite Ana
  meet: to ana@example.org: "Welcome"
<script>alert("x")</script>
  email: write
  email: to ana@example.org: "Welcome"
  email: Needs you — Lee: no e-mail address

WAITS FOR A PERSON, OR FOR TIME
2 people: Needs you — two addresses here, keep one
  Bo, Cy
1 person: Needs you — Lee: no e-mail address
  <script>alert("x")</script>

LEFT OUT
12 people: Stage is "Lapsed", not New
  Pat 20 (row 20), Pat 21 (row 21), Pat 22 (row 22), Pat 23 (row 23), Pat 24
      (row 24), Pat 25 (row 25), Pat 26 (row 26), Pat 27 (row 27) and 4 more
2 people: everything was done before
  Di, Ed"""
    )


def test_a_file_or_a_pipe_gets_lines_without_colour_or_boxes(plan):
    text = printed(plan, width=80)
    assert text.rstrip("\n") == plan_text(plan)
    assert not set("─│┌┐└┘━┃") & set(text)
    assert "\x1b" not in text


def test_a_terminal_of_80_columns_shows_the_same_words(plan):
    text = printed(plan, width=80, force_terminal=True, no_color=True)
    seen = re.sub("\x1b\\[[0-9;]*m", "", text)
    assert max(len(line) for line in seen.splitlines()) == 80
    for words in ("Lee is the coach", "Bo, Cy", "Stage is", "Needs you", "1 with an invitation"):
        assert words in text


def test_a_plan_for_nobody_says_so():
    assert plan_summary(make_plan()).splitlines()[1] == "Nothing to do."


def test_a_plan_of_what_may_be_done_already_promises_no_message():
    mail = Change("email welcome to Ana", data={"letter": {}})
    plan = make_plan(entry("1", "Ana", "email", mail, doubtful=True))
    *_, short, _, title, headline, who = printed(plan, width=200).splitlines()
    assert short == (
        "Nothing new to do. The service is asked about 1 first: it may be done already. 1 waits."
    )
    assert title == "WAITS FOR A PERSON, OR FOR TIME"
    assert headline == (
        "1 person: Not sure — may be done already; repeated only where the service is sure that it "
        "was not"
    )
    assert who == "  Ana"


def test_a_halted_plan_says_all_of_why():
    plan = make_plan(halted=f"{'why ' * 100}and what to do")
    assert plan_summary(plan).endswith("why and what to do")


def test_a_halted_plan_says_only_why():
    text = plan_summary(make_plan(halted="Many addresses moved to other people."))
    assert text.splitlines()[1:] == [
        "Nothing can be done now: Many addresses moved to other people."
    ]


def test_a_thousand_different_reasons_do_not_bury_the_plan():
    plan = make_plan(
        left_out=tuple(LeftOut(RowRef("P", str(n)), f"P{n}", f"Date is {n}") for n in range(1_000))
    )
    text = plan_text(plan, width=200)
    assert text.count("1 person: Date is") == REASONS
    assert "975 more reasons, about 975 people. All of them: sheetflow plan --html FILE" in text


def test_a_terminal_shows_the_first_people_and_says_where_the_others_are():
    entries = [entry(str(n), f"P{n}.", "set", Change("set")) for n in range(203)]
    screen = printed(make_plan(*entries), width=80, force_terminal=True)
    assert ("P199." in screen, "P200." in screen) == (True, False)
    assert "And 3 more people. All of them: sheetflow plan --html FILE" in screen
    assert "P202." in printed(make_plan(*entries), width=80)
