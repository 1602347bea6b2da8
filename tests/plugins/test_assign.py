"""assign: who gets whom, why, and what the row says when nobody is free."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, strategies as some
from sheetflow_plugins.assign import Assign

from sheetflow.errors import RowStopped
from sheetflow.language.vocabulary import Column, Gift, Pick
from sheetflow.tables.spec import ColumnSpec
from sheetflow.values import Change, Noop, RowRef, Status, Word
from tests.plugins.rows import Tables, planned, template

COACH = ColumnSpec("Coach", kind="row", table="Team")


def assign(tables, **options):
    given = {"pick": Pick("coach", "Team"), "save_in": Column("Coach"), **options}
    return Assign(Assign.Options(**given), tables.tools())


def tables(volunteers, team, columns=(COACH,)):
    found = Tables()
    found.add("Team", team)
    found.add("Volunteers", volunteers, columns=columns, writes=["Coach"])
    return found


def coaches(found):
    """Whom each row gets; a status for whoever gets nobody."""
    return {
        row: deed.cells["Coach"] if isinstance(deed, Change) else deed
        for row, deed in found.items()
    }


def plan(tables, **options):
    return planned(assign(tables, **options), tables.works("Volunteers", "volunteer"))


NORTH = (Column("Region"),)


def test_the_one_with_the_fewest_in_the_same_region_is_chosen_and_it_is_said_why():
    found = tables(
        [
            {"id": "v1", "Name": "Ana", "Region": "North", "Coach": "Bo"},
            {"id": "v2", "Name": "Bea", "Region": "north ", "Coach": None},
        ],
        [
            {"id": "t1", "Name": "Bo", "Region": "North", "Max": 5},
            {"id": "t2", "Name": "Cy", "Region": "North", "Max": 5},
            {"id": "t3", "Name": "Di", "Region": "South", "Max": 5},
        ],
    )
    deeds = plan(found, same=NORTH, room="Max", prefer="fewest volunteers")
    assert deeds["v2"] == Change(
        "Cy is coach: 1 of 5, the fewest in north",
        data={"row": "v2", "to": "t2", "table": "Volunteers"},
        cells={"Coach": "Cy"},
        gives={"coach": RowRef("Team", "t2")},
        done=Status(Word.DONE, "Cy is coach"),
    )


def test_whoever_has_a_coach_keeps_them_and_gives_them_to_later_steps():
    found = tables(
        [{"id": "v1", "Name": "Ana", "Coach": " bo "}],
        [{"id": "t1", "Name": "Bo"}, {"id": "t2", "Name": "Cy"}],
    )
    assert plan(found) == {
        "v1": Noop("already with Bo", Word.DONE, gives={"coach": RowRef("Team", "t1")})
    }


@pytest.mark.parametrize("columns", [(COACH,), ()], ids=["declared a row", "not declared"])
def test_a_coach_that_nobody_knows_is_asked_about(columns):
    found = tables([{"id": "v1", "Coach": "Sam"}], [{"id": "t1", "Name": "Bo"}], columns)
    assert plan(found) == {"v1": 'Needs you — who is "Sam"? Not in "Team"'}


def test_rows_of_others_count_also_where_the_column_is_not_declared_a_row():
    volunteers = [{"id": f"v{number}", "Coach": "BO"} for number in range(3)]
    found = tables(
        [*volunteers, {"id": "v9", "Coach": None}],
        [{"id": "t1", "Name": "Bo"}, {"id": "t2", "Name": "Cy"}],
        columns=(),
    )
    assert coaches(plan(found))["v9"] == "Cy"


def test_a_coach_may_have_several_regions_under_a_plural_header():
    team = [
        {"id": "t1", "Name": "Bo", "Regions": "North, East"},
        {"id": "t2", "Name": "Cy", "Regions": "Washington, DC; South"},
    ]
    volunteers = [
        {"id": "v1", "Region": "EAST", "Coach": None},
        {"id": "v2", "Region": "Washington, DC", "Coach": None},
        {"id": "v3", "Region": "South", "Coach": None},
    ]
    assert coaches(plan(tables(volunteers, team), same=NORTH)) == {
        "v1": "Bo",
        "v2": "Cy",
        "v3": "Cy",
    }


def test_all_columns_of_same_must_agree():
    team = [
        {"id": "t1", "Name": "Bo", "Region": "North", "Languages": "English"},
        {"id": "t2", "Name": "Cy", "Region": "North", "Languages": "English, Spanish"},
    ]
    found = tables([{"id": "v1", "Region": "North", "Language": "Spanish", "Coach": None}], team)
    deeds = plan(found, same=(Column("Region"), Column("Language")))
    assert deeds["v1"].summary == "Cy is coach: 1, the only one with room in North, Spanish"


def test_whoever_is_away_or_full_is_passed_over():
    team = [
        {"id": "t1", "Name": "Away today", "Max": None, "Away until": "2026-03-14"},
        {"id": "t2", "Name": "Back today", "Max": None, "Away until": "2026-03-13"},
        {"id": "t3", "Name": "Full", "Max": 1, "Away until": None},
        {"id": "t4", "Name": "Not now", "Max": 0, "Away until": None},
    ]
    volunteers = [{"id": "v1", "Coach": "Full"}, {"id": "v2", "Coach": None}]
    assert coaches(plan(tables(volunteers, team), room="Max"))["v2"] == "Back today"


def test_a_cell_that_cannot_be_read_leaves_that_coach_out_and_says_so():
    team = [
        {"id": "t1", "Name": "Bo Ek", "Max": "a few", "Away until": None},
        {"id": "t2", "Name": "Cy", "Max": 9, "Away until": "3/4"},
        {"id": "t3", "Name": "Di", "Max": 1, "Away until": None},
    ]
    found = tables([{"id": "v1", "Coach": None}], team)
    action = assign(found, room="Max")
    assert coaches(planned(action, found.works("Volunteers"))) == {"v1": "Di"}
    assert action.notices == (
        'Bo E. gets nobody new because of "Max" in Team: '
        'which number is "a few"? Write only digits.',
        'Cy gets nobody new because of "Away until" in Team: '
        "is 3/4 the 3 April or 4 March? Write 2026-04-03.",
    )


def test_when_nobody_is_free_the_row_waits_and_says_so():
    found = tables(
        [{"id": "v1", "Region": "North", "Coach": None}],
        [{"id": "t1", "Name": "Bo", "Region": "South"}],
    )
    wait = template("Waiting for a coach with room in {{ volunteer.region }}")
    assert plan(found, same=NORTH, if_none=wait) == {
        "v1": "Waiting — Waiting for a coach with room in North"
    }
    assert plan(found, same=NORTH) == {"v1": "Waiting — everyone in Team is at their limit"}


def test_an_empty_or_broken_region_is_asked_about_and_stops_nobody_else():
    found = tables(
        [
            {"id": "v1", "Region": None, "Coach": None},
            {"id": "v2", "Region": "#REF!", "Coach": None},
            {"id": "v3", "Region": "North", "Coach": None},
        ],
        [{"id": "t1", "Name": "Bo", "Region": "North"}],
    )
    assert coaches(plan(found, same=NORTH)) == {
        "v1": 'Needs you — "Region" is empty here',
        "v2": "Waiting — a cell in this row shows #REF!",
        "v3": "Bo",
    }


def test_two_of_one_name_are_written_by_their_addresses():
    team = [
        {"id": "t1", "Name": "Bo", "Email": "bo@example.org"},
        {"id": "t2", "Name": "Bo", "Email": "bo@example.com"},
    ]
    found = tables([{"id": f"v{n}", "Coach": None} for n in range(2)], team)
    assert set(coaches(plan(found)).values()) == {"bo@example.org", "bo@example.com"}


def test_first_fills_the_list_from_the_top():
    team = [{"id": f"t{n}", "Name": name, "Max": 2} for n, name in enumerate(("Zoe", "Bo", "Cy"))]
    found = tables([{"id": f"v{n}", "Coach": None} for n in range(5)], team)
    deeds = plan(found, room="Max", prefer="first")
    assert Counter(coaches(deeds).values()) == {"Zoe": 2, "Bo": 2, "Cy": 1}
    assert deeds["v0"].summary == "Zoe is coach: 1 of 2, the first with room"


def test_nobody_is_given_to_themselves():
    found = Tables()
    found.add("Team", [{"id": n, "Name": n, "Buddy": None} for n in ("a", "b")], writes=["Buddy"])
    deeds = plan_buddies(found)
    assert {row: deed.cells["Buddy"] for row, deed in deeds.items()} == {"a": "b", "b": "a"}


def plan_buddies(found):
    action = assign(found, save_in=Column("Buddy"), pick=Pick("buddy", "Team"))
    return planned(action, found.works("Team"))


def test_it_gives_a_row_of_the_other_table():
    assert Assign.gives({"pick": Pick("coach", "Team")}) == {"coach": Gift(table="Team")}


def test_a_row_that_comes_late_is_counted_on_top():
    found = tables(
        [{"id": f"v{n}", "Coach": None} for n in range(3)],
        [{"id": "t1", "Name": "Bo", "Max": 1}, {"id": "t2", "Name": "Cy", "Max": 2}],
    )
    action = assign(found, room="Max")
    works = found.works("Volunteers")
    action.prepare(works[:2])
    assert Counter(action.plan(work).cells["Coach"] for work in works) == {"Bo": 1, "Cy": 2}


def test_a_change_reads_the_coach_too_so_that_it_is_dropped_when_they_change():
    found = tables([{"id": "v1", "Coach": None}], [{"id": "t1", "Name": "Bo"}])
    [work] = found.works("Volunteers")
    action = assign(found)
    action.prepare([work])
    action.plan(work)
    assert RowRef("Team", "t1") in work.reads


def test_an_old_plan_does_not_overfill():
    found = tables(
        [{"id": "v1", "Coach": None}, {"id": "v2", "Coach": None}, {"id": "v3", "Coach": None}],
        [{"id": "t1", "Name": "Bo", "Max": 2}],
    )
    deeds = plan(found, room="Max")
    found.edit("Volunteers", "v3", "Coach", "Bo")
    found.read_again()
    action = assign(found, room="Max")
    action.apply(deeds["v1"])
    with pytest.raises(RowStopped, match="everyone in Team is at their limit"):
        action.apply(deeds["v2"])


def test_whom_a_person_wrote_after_the_plan_stays():
    found = tables([{"id": "v1", "Coach": None}], [{"id": "t1", "Name": "Bo"}])
    deeds = plan(found)
    found.edit("Volunteers", "v1", "Coach", "Sam")
    found.read_again()
    with pytest.raises(RowStopped, match='Waiting — "Coach" was filled in meanwhile'):
        assign(found).apply(deeds["v1"])


def test_after_a_crash_it_was_certainly_not_done():
    found = tables([{"id": "v1", "Coach": None}], [{"id": "t1", "Name": "Bo"}])
    assert assign(found).reconcile(plan(found)["v1"]) is False


@some.composite
def campaigns(draw):
    regions = some.sampled_from(["North", "East", "South"])
    team = [
        {
            "id": f"t{number}",
            "Name": f"Coach {number}",
            "Regions": ", ".join(draw(some.sets(regions, min_size=1))),
            "Max": draw(some.sampled_from([None, 0, 1, 2, 3])),
        }
        for number in range(draw(some.integers(1, 4)))
    ]
    names = [None, None, None, *(coach["Name"] for coach in team)]
    volunteers = [
        {"id": f"v{number:02}", "Region": draw(regions), "Coach": draw(some.sampled_from(names))}
        for number in range(draw(some.integers(1, 9)))
    ]
    return volunteers, team


OPTIONS = {"same": NORTH, "room": "Max"}


@given(campaigns(), some.randoms(use_true_random=False))
def test_sorting_either_sheet_changes_nothing(campaign, random):
    volunteers, team = campaign
    shuffled = (random.sample(volunteers, len(volunteers)), random.sample(team, len(team)))
    assert plan(tables(*shuffled), **OPTIONS) == plan(tables(volunteers, team), **OPTIONS)


@given(campaigns())
def test_once_written_a_second_run_moves_nobody(campaign):
    volunteers, team = campaign
    deeds = plan(tables(volunteers, team), **OPTIONS)
    for row in volunteers:
        if isinstance(deed := deeds[row["id"]], Change):
            row["Coach"] = deed.cells["Coach"]
    newcomer = {"id": "v99", "Region": "North", "Coach": None}
    again = plan(tables([*volunteers, newcomer], team), **OPTIONS)
    changes = {row for row, deed in again.items() if isinstance(deed, Change)}
    assert changes <= {"v99"}


@given(campaigns())
def test_nobody_gets_more_than_their_limit_or_somebody_from_elsewhere(campaign):
    volunteers, team = campaign
    deeds = plan(tables(volunteers, team), **OPTIONS)
    coach_of = {coach["Name"]: coach for coach in team}
    region_of = {row["id"]: row["Region"] for row in volunteers}
    had = Counter(row["Coach"] for row in volunteers)
    new = Counter(deed.cells["Coach"] for deed in deeds.values() if isinstance(deed, Change))
    for name, count in new.items():
        limit = coach_of[name]["Max"]
        assert limit is None or had[name] + count <= limit
    for row, deed in deeds.items():
        if isinstance(deed, Change):
            assert region_of[row] in coach_of[deed.cells["Coach"]]["Regions"].split(", ")
