"""A recipe is off, on, or was never switched; and who was here before stays as they are."""

from __future__ import annotations

import pytest

from sheetflow.errors import TableError
from sheetflow.ledger.records import Switch
from sheetflow.runner.switching import ListChanged, Present, Shown, present, switch_on
from sheetflow.values import RowRef
from tests.runner.guards.mailings import COLUMNS, Mailing, goes, held, person

BEFORE = "Skipped — matched before News was switched on: nothing sent by it"
OFF = "Waiting — this recipe is switched off"


def on(mailing: Mailing, too: Shown | None = None) -> Present:
    workspace = mailing.open()
    return switch_on(workspace.recipe("news"), workspace, who="lee", too=too)


def shown(mailing: Mailing) -> Shown:
    """The list of those who match, as somebody sees it now."""
    workspace = mailing.open()
    with workspace.open_session(may_write=False) as session:
        return present(workspace.recipe("news"), session).shown


def off(mailing: Mailing) -> None:
    with mailing.open().ledger(read_only=False) as ledger:
        ledger.decisions.switch("main", "news", Switch(False, "", "lee", mailing.now))


def test_a_person_who_saw_the_plan_may_run_what_was_never_switched(mailing: Mailing):
    mailing.run()
    assert mailing.reached == ["ana", "bo"]


def test_the_clock_alone_runs_only_what_was_switched_on(mailing: Mailing):
    mailing.run(attended=False)
    assert mailing.reached == []
    status = "Waiting — switch this recipe on first: sheetflow on news"
    assert mailing.statuses() == {"ana": status, "bo": status}
    on(mailing, shown(mailing))
    mailing.run(attended=False)
    assert mailing.reached == ["ana", "bo"]


def test_switched_off_it_does_nothing_whoever_runs_it(mailing: Mailing):
    off(mailing)
    assert held(mailing.plan()) == {"ana": ("switched on", OFF), "bo": ("switched on", OFF)}
    mailing.run()
    assert mailing.reached == []
    assert mailing.statuses() == {"ana": OFF, "bo": OFF}


def test_who_matches_when_it_is_switched_on_is_told_and_never_acted_on(mailing: Mailing):
    on(mailing)
    assert mailing.statuses() == {"ana": BEFORE, "bo": BEFORE}
    mailing.people([person("ana"), person("bo"), person("cem")])
    for _ in range(2):
        mailing.run(attended=False)
        mailing.later(days=30)
    assert mailing.reached == ["cem"]
    assert mailing.statuses()["bo"] == BEFORE


def test_the_present_may_be_included(mailing: Mailing):
    on(mailing)
    on(mailing, shown(mailing))
    mailing.run()
    assert mailing.reached == ["ana", "bo"]


def test_who_needs_somebody_to_look_was_here_before_too(mailing: Mailing):
    mailing.people([person("ana", Email="ana at example")])
    on(mailing)
    mailing.people([person("ana")])
    mailing.run()
    assert mailing.reached == []


def test_with_whom_it_has_begun_is_not_here_before(mailing: Mailing):
    mailing.run()
    on(mailing)
    assert set(mailing.statuses().values()) == {"Done — 14 Mar 12:00"}
    mailing.people([person("ana"), person("bo"), person("cem")])
    assert goes(mailing.plan()) == ["cem"]


def test_switched_off_and_on_again_it_does_not_catch_up(mailing: Mailing):
    on(mailing)
    off(mailing)
    mailing.people([person("ana"), person("bo"), person("cem")])
    mailing.run(attended=False)
    on(mailing)
    mailing.run(attended=False)
    assert mailing.reached == []
    assert mailing.statuses()["cem"] == BEFORE


def test_switching_off_stops_a_run_that_is_under_way(mailing: Mailing):
    mailing.crowd(10)

    def meanwhile(_outcome: object) -> None:
        if len(mailing.came) == 3:
            off(mailing)

    mailing.run(meanwhile=meanwhile)
    assert len(mailing.came) == 3
    assert list(mailing.statuses().values()).count(OFF) == 7


def test_a_table_that_cannot_be_told_switches_nothing_on(mailing: Mailing, monkeypatch):
    def busy(*_: object) -> None:
        raise TableError("it is open elsewhere")

    monkeypatch.setattr("sheetflow.tables.table.Table.write", busy)
    with pytest.raises(TableError):
        on(mailing)
    monkeypatch.undo()
    mailing.run(attended=False)
    assert mailing.statuses()["ana"].startswith("Waiting — switch this recipe on first")


def test_who_came_after_the_list_was_shown_is_none_of_them_and_treated_as_new(mailing: Mailing):
    seen = shown(mailing)
    mailing.people([person("ana"), person("bo"), person("cem")])
    done = on(mailing, seen)
    assert [entry.key.row for entry in done.came_after(seen)] == ["cem"]
    mailing.run(attended=False)
    assert mailing.reached == ["ana", "bo", "cem"]


@pytest.mark.parametrize(
    "people",
    [[person("ana"), person("bo", Email="other@x.example")], [person("ana")]],
    ids=["changed", "gone"],
)
def test_one_of_the_list_who_is_not_as_shown_stops_the_switching_on(mailing: Mailing, people):
    seen = shown(mailing)
    mailing.people(people)
    with pytest.raises(ListChanged) as raised:
        on(mailing, seen)
    assert str(raised.value) == (
        "Since the list was shown, Bo D. changed, or left it. "
        "Nothing was switched on. Look at the list once more."
    )
    with mailing.open().ledger() as ledger:
        assert ledger.decided("main", "news").switch is None
    assert mailing.statuses() == dict.fromkeys(mailing.statuses(), "")


def test_a_list_counts_for_the_recipe_that_it_was_shown_for(mailing: Mailing):
    seen = shown(mailing)
    mailing.recipe(more="about: something else\n")
    with pytest.raises(ListChanged, match="The recipe has changed since the list was shown"):
        on(mailing, seen)


def test_only_those_marked_before_who_were_on_the_list_are_let_go_of(mailing: Mailing):
    on(mailing)
    seen = shown(mailing)
    assert seen.marked == {RowRef("People", "ana"), RowRef("People", "bo")}
    mailing.people([person("ana"), person("bo"), person("cem")])
    on(mailing)
    on(mailing, seen)
    mailing.run(attended=False)
    assert mailing.reached == ["ana", "bo"]
    assert mailing.statuses()["cem"] == BEFORE


def test_whoever_was_marked_after_the_list_was_shown_and_stood_on_it_is_acted_on(mailing: Mailing):
    seen = shown(mailing)
    on(mailing)
    on(mailing, seen)
    mailing.run(attended=False)
    assert mailing.reached == ["ana", "bo"]


GREETING = """\
steps:
  - write: person
    text: Hello {{ person.group }}
"""


def test_whoever_matched_before_keeps_what_another_recipe_says_of_them(mailing: Mailing):
    mailing.people([person("ana", Group="North"), person("bo"), person("cem")])
    mailing.recipe("welcome", more=f"where: {{Code: is not cem}}\n{GREETING}")
    mailing.run("welcome")
    said = {
        "ana": "Done — 14 Mar 12:00",
        "bo": 'Needs you — the text uses "Group", which is empty here',
    }
    assert mailing.statuses() == {**said, "cem": ""}
    on(mailing)
    assert mailing.statuses() == {**said, "cem": BEFORE}
    for _ in range(2):
        mailing.run(attended=False)
        assert mailing.statuses() == {**said, "cem": BEFORE}
    assert mailing.reached == ["ana"]


def test_that_somebody_matched_before_gives_way_to_whatever_another_recipe_says(mailing: Mailing):
    on(mailing)
    assert mailing.statuses() == {"ana": BEFORE, "bo": BEFORE}
    mailing.recipe("welcome")
    mailing.run("welcome")
    mailing.run(attended=False)
    assert mailing.statuses() == dict.fromkeys(["ana", "bo"], "Done — 14 Mar 12:00")


def test_what_a_person_wrote_is_not_written_over_to_say_that_somebody_matched_before(
    mailing: Mailing,
):
    mailing.recipe("welcome", more="where: {Code: is not bo}\n")
    mailing.run("welcome")
    mailing.edit("bo", Sheetflow_status="called, knows already")
    on(mailing)
    mailing.run(attended=False)
    assert mailing.statuses()["bo"] == "called, knows already"


def test_without_a_key_a_row_is_marked_whatever_stands_in_it(mailing: Mailing):
    """So that it gets its id, without which it would be somebody new in the next run."""
    settings = mailing.folder / "sheetflow.yaml"
    settings.write_text(settings.read_text().replace("    key: [Code]\n", "", 1))
    mailing.write_table(
        "people",
        [*COLUMNS, "Sheetflow status"],
        [{**person("a"), "Sheetflow status": "hello"}],
    )
    on(mailing)
    mailing.run(attended=False)
    assert (mailing.reached, mailing.statuses()) == ([], {"a": BEFORE})


def test_who_waits_in_a_run_by_hand_is_under_way_and_stays_so(mailing: Mailing):
    mailing.people([person("ana"), person("bo", Group="North"), person("cem", Group="South")])
    mailing.recipe(more=GREETING)
    (mailing.folder / "full.txt").write_text("People/bo", encoding="utf-8")
    mailing.run()
    assert mailing.reached == ["cem"]
    assert [status.partition(" —")[0] for status in mailing.statuses().values()] == [
        "Needs you",
        "Waiting",
        "Done",
    ]
    mailing.people([*mailing.tables["People"], person("dan", Group="West")])
    found = on(mailing)
    assert [entry.key.row for entry in found.entries] == ["dan"]
    assert found.going_on == ("Ana D.", "Bo D.")
    (mailing.folder / "full.txt").unlink()
    mailing.edit("ana", Group="East")
    mailing.later(hours=2)
    mailing.run(attended=False)
    assert sorted(mailing.reached) == ["ana", "bo", "cem"]
