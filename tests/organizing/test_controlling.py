"""A tick in the control table switches a recipe, and only where a person set it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from sheetflow.ledger.records import Switch
from sheetflow.workspace import CHAPTER
from tests.organizing.conftest import WELCOME, Office

COLUMNS = ["Recipe", "On", "Last run", "How it went", "Next run", "Needs you", "Waiting"]


def test_the_table_is_made_with_a_line_for_each_recipe(office: Office):
    office.recipe("goodbye", WELCOME.replace("Welcome", "Goodbye"))
    office.control().look()
    rows = office.rows()
    assert list(rows[0]) == COLUMNS
    assert [(row["Recipe"], row["On"]) for row in rows] == [
        ("All recipes", "yes"),
        ("goodbye", "no"),
        ("welcome", "no"),
    ]
    assert rows[0]["How it went"] == "0 recipes on"


def test_that_it_is_not_there_yet_is_no_mistake(office: Office):
    assert office.workspace.check() == ()
    assert office.workspace.settings.with_people == ["People"]


def test_a_recipe_that_is_called_like_a_sum_grows_no_lines(office: Office):
    office.recipe("total")
    control = office.control()
    for _ in range(3):
        control.look()
        office.tick("yes")
        office.tick("no")
    assert [row["Recipe"] for row in office.rows()] == ["All recipes", "welcome"]


@pytest.mark.parametrize("answer", ["yes", "x", "ja", "TRUE", "✓"])
def test_a_tick_switches_on_and_those_who_match_get_nothing(office: Office, answer: str):
    control = office.control()
    control.look()
    office.tick(answer)
    control.look()
    assert office.is_on()
    line = office.line()
    went = "Switched on. 2 people were here before and get nothing from it."
    assert line["How it went"] == went
    assert line["Next run"] == "Mon 16 Mar, 09:00"
    office.people("Cem")
    assert office.rounds() == []
    office.later(hours=1)
    office.rounds()
    assert {row["Name"]: row["Sheetflow status"] for row in office.rows("people")} == {
        "Ana": "Skipped — matched before Welcome new people was switched on: nothing sent by it",
        "Bo": "Skipped — matched before Welcome new people was switched on: nothing sent by it",
        "Cem": "Sent — 16 Mar 09:00",
    }
    control.look()
    assert office.line()["Last run"] == "Mon 16 Mar, 09:00"
    assert office.line()["How it went"] == "Sent: 1, Skipped: 2"
    assert office.line()["Next run"] == "Tue 17 Mar, 09:00"


def test_a_tick_taken_away_switches_off_at_once(office: Office):
    control = office.control()
    control.look()
    office.tick("yes")
    control.look()
    office.tick("")
    control.look()
    assert not office.is_on()
    assert office.line()["On"] == "no"


def test_a_look_at_a_table_that_nobody_saved_reads_and_writes_nothing(office: Office):
    control = office.control()
    control.look()
    control.look()
    before = (office.folder / "control.csv").stat()
    for _ in range(3):
        office.later(minutes=5)
        control.look()
    after = (office.folder / "control.csv").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_line_somebody_typed_with_its_tick_switches_nothing_on(office: Office):
    office.write([dict(zip(COLUMNS, ["welcome", "yes", "", "", "", "", ""], strict=True))])
    control = office.control()
    control.look()
    assert not office.is_on()
    assert office.line()["On"] == "no"
    said = office.line()["Needs you"]
    assert said == "This tick was there before Sheetflow was. Tick it once more."
    office.tick("yes")
    control.look()
    assert office.is_on()
    assert office.line()["Needs you"] == ""


def test_a_table_put_back_to_an_older_version_switches_nothing_on(office: Office):
    control = office.control()
    control.look()
    office.tick("yes")
    control.look()
    old = office.rows()
    office.later(days=1)
    office.rounds()
    control.look()
    office.tick("no")
    control.look()
    office.write(old)
    control.look()
    assert not office.is_on()
    assert office.line()["On"] == "no"
    assert office.line()["Needs you"].startswith("This line was pasted or put back.")


def test_a_copy_of_the_table_in_another_place_switches_nothing(office: Office):
    control = office.control()
    control.look()
    office.tick("yes")
    control.look()
    (office.folder / "copy.csv").write_bytes((office.folder / "control.csv").read_bytes())
    settings = office.folder / "sheetflow.yaml"
    settings.write_text(settings.read_text("utf-8").replace("control.csv", "copy.csv"), "utf-8")
    office.workspace.ledger(read_only=False).decisions.switch(
        CHAPTER, "welcome", Switch(False, "", "lee", office.now)
    )
    control.look()
    assert not office.is_on()
    assert [row["On"] for row in office.rows("copy") if row["Recipe"] == "welcome"] == ["no"]


def test_sorted_lines_and_other_columns_change_nothing(office: Office):
    office.recipe("goodbye", WELCOME.replace("Welcome", "Goodbye"))
    control = office.control()
    control.look()
    office.tick("yes")
    control.look()
    rows = [{"Notes": "ours", **row} for row in reversed(office.rows())]
    office.write(rows)
    control.look()
    assert office.rows() == rows
    assert (office.is_on(), office.is_on("goodbye")) == (True, False)


def test_a_deleted_line_comes_back_as_things_are(office: Office):
    control = office.control()
    control.look()
    office.tick("yes")
    control.look()
    office.write([row for row in office.rows() if row["Recipe"] != "welcome"])
    control.look()
    assert office.is_on()
    assert office.line()["On"] == "yes"


def test_two_lines_for_one_recipe_count_for_nothing(office: Office):
    control = office.control()
    control.look()
    rows = office.rows()
    office.write([*rows, {**rows[-1], "On": "yes"}])
    control.look()
    assert not office.is_on()
    both = [row for row in office.rows() if row["Recipe"] == "welcome"]
    assert [row["On"] for row in both] == ["no", "yes"]
    assert {row["Needs you"] for row in both} == {
        "There are two lines for this recipe, so no tick counts. Take one of them away."
    }
    office.write(office.rows()[:-1])
    control.look()
    assert office.line()["Needs you"] == ""
    office.tick("yes")
    control.look()
    assert office.is_on()


def test_a_renamed_column_of_ticks_switches_nothing_and_is_told(office: Office):
    control = office.control()
    control.look()
    office.tick("yes")
    control.look()
    office.write([{("Active" if k == "On" else k): v for k, v in r.items()} for r in office.rows()])
    control.look()
    assert office.is_on()
    assert "On" not in office.rows()[0]
    assert control.trouble.startswith('I can\'t find the "On" column in "Sheetflow"')
    office.write([{("On" if k == "Active" else k): v for k, v in r.items()} for r in office.rows()])
    office.later(minutes=2)
    control.look()
    assert (office.is_on(), control.trouble) == (True, "")


def test_an_answer_that_is_none_changes_nothing_and_says_so(office: Office):
    control = office.control()
    control.look()
    office.tick("maybe")
    control.look()
    assert not office.is_on()
    assert office.line()["On"] == "maybe"
    assert "yes or a no" in office.line()["Needs you"]
    office.tick("no")
    control.look()
    assert office.line()["Needs you"] == ""


def test_a_recipe_that_is_not_there_says_so(office: Office):
    control = office.control()
    control.look()
    office.write([*office.rows(), dict(zip(COLUMNS, ["welcom", "x", *[""] * 5], strict=True))])
    control.look()
    assert office.line("welcom")["On"] == "no"
    assert office.line("welcom")["Needs you"].startswith('There is no recipe "welcom".')


def test_a_recipe_with_a_mistake_stays_off_and_says_so(office: Office):
    office.recipe("welcome", WELCOME.replace("template: hello", "template: nowhere"))
    control = office.control()
    control.look()
    office.tick("yes")
    control.look()
    assert not office.is_on()
    assert office.line()["On"] == "no"
    assert office.line()["Needs you"].startswith("It stays off: there is a mistake in it.")


def test_a_tick_that_was_taken_away_is_followed_once_the_ledger_can_be_written(office: Office):
    control = office.control()
    control.look()
    office.tick("yes")
    control.look()
    with closing(sqlite3.connect(office.folder / "sheetflow.db")) as ledger:
        for what in ("INSERT", "UPDATE", "DELETE"):
            ledger.execute(
                f"CREATE TRIGGER stuck_{what} BEFORE {what} ON switches "
                "BEGIN SELECT RAISE(ABORT, 'stuck'); END"
            )
        office.tick("no")
        control.look()
        assert office.is_on()
        assert office.line()["Needs you"].startswith("Not off yet, tried again:")
        for what in ("INSERT", "UPDATE", "DELETE"):
            ledger.execute(f"DROP TRIGGER stuck_{what}")
    office.later(minutes=5)
    control.look()
    assert not office.is_on()


def test_the_table_shows_what_was_switched_elsewhere(office: Office):
    control = office.control()
    control.look()
    with office.workspace.ledger(read_only=False) as ledger:
        ledger.decisions.switch(CHAPTER, "welcome", Switch(True, "", "lee", office.now))
    control.look()
    assert office.line()["On"] == "yes"


def test_one_tick_pauses_everything_and_goes_on_with_just_those(office: Office):
    office.recipe("goodbye", WELCOME.replace("Welcome", "Goodbye"))
    control = office.control()
    control.look()
    office.tick("yes")
    control.look()
    office.tick("", "All recipes")
    control.look()
    assert not office.is_on()
    assert office.line()["On"] == "no"
    said = office.line("All recipes")["How it went"]
    assert said == "Paused: 1 recipe. Tick to go on with just those."
    office.tick("yes", "All recipes")
    control.look()
    assert (office.is_on(), office.is_on("goodbye")) == (True, False)
    assert office.line()["On"] == "yes"


def test_what_needs_somebody_and_what_waits_is_counted(office: Office):
    office.people("Gus", "Hal")
    rows = office.rows("people")
    for row in rows[2:]:
        row["Email"] = ""
    office.write(rows, "people")
    office.run()
    office.control().look()
    assert office.line()["Needs you"] == "2 rows: no e-mail address"
    office.people("Ida")
    rows = office.rows("people")
    rows[-1]["Email"] = "a@example.org, b@example.org"
    office.write(rows, "people")
    office.run()
    office.control().look()
    several = "3 rows: no e-mail address (2); two addresses here, keep one (1)"
    assert office.line()["Needs you"] == several


def test_two_recipes_with_one_sentence_for_a_row_are_both_counted_and_both_let_go(office: Office):
    office.recipe("goodbye", WELCOME.replace("Welcome", "Goodbye"))
    rows = office.rows("people")
    rows[0]["Email"] = ""
    office.write(rows, "people")
    control = office.control()
    for _ in range(2):
        office.run("goodbye")
        office.run("welcome")
        control.look()
        for name in ("goodbye", "welcome"):
            line = office.line(name)
            assert line["Needs you"] == "1 row: no e-mail address"
            assert "Needs you: 1" in line["How it went"]
    rows = office.rows("people")
    rows[0]["Email"] = "ana@example.org"
    office.write(rows, "people")
    office.run("goodbye")
    control.look()
    assert [office.line(name)["Needs you"] for name in ("goodbye", "welcome")] == [
        "",
        "1 row: no e-mail address",
    ]
    office.run("welcome")
    control.look()
    assert office.line("welcome")["Needs you"] == ""
    assert office.rows("people")[0]["Sheetflow status"] == "Sent — 16 Mar 08:00"


def test_a_recipe_that_is_over_for_a_row_is_let_go_though_another_says_the_same(office: Office):
    office.recipe("goodbye", WELCOME.replace("Stage: is empty", "Stage: is New or Old"))
    rows = office.rows("people")
    rows[0] |= {"Email": "", "Stage": "New"}
    office.recipe("welcome", WELCOME.replace("Stage: is empty", "Stage: is New"))
    office.write(rows, "people")
    for name in ("goodbye", "welcome"):
        office.run(name)
    control = office.control()
    control.look()
    assert office.line("welcome")["Needs you"] == "1 row: no e-mail address"
    rows = office.rows("people")
    rows[0]["Stage"] = "Old"
    office.write(rows, "people")
    office.run("welcome")
    control.look()
    assert office.line("goodbye")["Needs you"] == "1 row: no e-mail address"
    assert office.line("welcome")["Needs you"] == ""
    assert office.rows("people")[0]["Sheetflow status"] == "Needs you — no e-mail address"


def test_one_who_was_here_before_is_one(office: Office):
    office.write(office.rows("people")[:1], "people")
    control = office.control()
    control.look()
    office.tick("yes")
    control.look()
    went = "Switched on. 1 person was here before and gets nothing from it."
    assert office.line()["How it went"] == went


def test_while_somebody_applies_a_tick_waits_and_off_counts_at_once(office: Office):
    control = office.control()
    control.look()
    office.tick("yes")
    with office.workspace.ledger(read_only=False) as ledger, ledger.applying("a run"):
        control.look()
        assert not office.is_on()
        assert office.line()["On"] == "yes"
    office.later(minutes=2)
    control.look()
    assert office.is_on()
    office.tick("no")
    with office.workspace.ledger(read_only=False) as ledger, ledger.applying("a run"):
        control.look()
        assert not office.is_on()


def test_killed_after_switching_on_and_before_telling_it_goes_on_as_it_was(office: Office):
    control = office.control()
    control.look()
    office.tick("yes")
    workspace = office.workspace
    from sheetflow.runner.switching import switch_on

    switch_on(workspace.recipe("welcome"), workspace, who="a tick in the sheet")
    office.control().look()
    assert office.is_on()
    assert office.line()["On"] == "yes"
    assert office.line()["How it went"].startswith("Switched on. 2 people were here before")
