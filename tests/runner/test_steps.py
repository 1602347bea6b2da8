"""Steps one after the other: what stops a row, what is finished later, what happens again."""

from __future__ import annotations

import pytest

from sheetflow.errors import TableBusy
from sheetflow.runner.running import run
from sheetflow.values import Noop
from tests.runner.campaigns import COACHED, Campaign, posts


def test_a_row_that_waits_is_finished_although_we_have_written_into_it(campaign: Campaign) -> None:
    campaign.recipe(COACHED)
    campaign.order(Bo="busy")
    campaign.run()
    assert campaign.cell("b", "Coach") == "Lee Park"
    assert campaign.cell("b").startswith("Waiting — ")
    campaign.order()
    campaign.later(hours=1)
    campaign.run()
    assert campaign.taken[2:] == ["Bo Kim has Lee Park"]


def test_a_row_that_waits_is_left_alone_once_a_person_decides_otherwise(campaign: Campaign) -> None:
    campaign.recipe(COACHED)
    campaign.order(Bo="busy")
    campaign.run()
    campaign.order()
    campaign.edit("b", Coach="Maya Ortiz")
    campaign.later(hours=1)
    campaign.run()
    assert len(campaign.taken) == 2
    assert campaign.cell("b") == ""


def test_a_row_stopped_by_a_missing_value_goes_on_from_there_when_it_is_mended(
    campaign: Campaign,
) -> None:
    campaign.recipe(COACHED.replace("{{ person.name }} has", "{{ person.stage }} has"))
    campaign.edit("a", Stage="Member")
    campaign.run()
    assert campaign.taken == ["Member has Lee Park"]
    assert campaign.cell("b") == 'Needs you — the text uses "Stage", which is empty here'
    campaign.edit("b", Stage="Prospect")
    campaign.run()
    assert campaign.taken[1:] == ["Prospect has Lee Park"]


def test_a_failed_step_may_let_the_row_go_on(campaign: Campaign) -> None:
    campaign.cards(
        """\
        - post: First to {{ person.name }}
          on_failure: continue
        - post: Second to {{ person.name }}
          id: second
        """
    )
    campaign.order(**{"First to Bo": "refused"})
    campaign.run()
    assert "Second to Bo Kim" in campaign.taken
    assert campaign.cell("b").startswith("Needs you — ")


def test_a_failed_step_may_stop_everything(campaign: Campaign) -> None:
    campaign.cards(
        """\
        - post: Hello {{ person.name }}
          on_failure: stop everything
        """
    )
    campaign.order(Ana="refused")
    campaign.run()
    assert campaign.taken == []


def test_a_step_is_left_out_where_its_if_does_not_hold(campaign: Campaign) -> None:
    campaign.cards(
        """\
        - post: Hello {{ person.name }}
          if: person.region == "South"
        """
    )
    plan = campaign.plan()
    assert posts(plan) == ["Hello Cem Oz"]
    assert all(isinstance(entry.deed, Noop) and entry.deed.quiet for entry in plan.entries[:2])


def test_again_after_some_time_and_only_so_often(campaign: Campaign) -> None:
    campaign.recipe(
        """\
        recipe: Cards
        for_each: person in People
        where:
          Name: is Ana Ruiz
        steps:
          - post: Hello
            again: every 7 days, at most 3 times
        """
    )
    taken = []
    for _ in range(12):
        campaign.run()
        taken.append(len(campaign.taken))
        campaign.later(days=3)
    assert taken == [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3]


def test_again_when_a_cell_changes(campaign: Campaign) -> None:
    campaign.recipe(
        """\
        recipe: Cards
        for_each: person in People
        where:
          Name: is Ana Ruiz
        steps:
          - post: Starts {{ person.starts | time }}
            again: when Starts changes
        """
    )
    for starts in ("", "2026-04-01 19:00", "2026-04-01 19:00", "2026-04-01 20:00"):
        campaign.edit("a", Starts=starts)
        campaign.run()
        campaign.run()
    assert campaign.taken == ["Starts 19:00", "Starts 20:00"]
    campaign.edit("a", Starts="2026-04-01 19:00")
    campaign.run()
    assert campaign.taken[2:] == ["Starts 19:00"]


def test_a_change_that_was_undone_before_it_went_out_is_no_occasion(campaign: Campaign) -> None:
    campaign.recipe(
        """\
        recipe: Cards
        for_each: person in People
        where:
          Name: is Ana Ruiz
        steps:
          - post: Starts {{ person.starts | time }}
            again: when Starts changes
        """
    )
    campaign.edit("a", Starts="2026-04-01 19:00")
    campaign.run()
    campaign.order(**{"20:00": "busy"})
    campaign.edit("a", Starts="2026-04-01 20:00")
    campaign.run()
    campaign.edit("a", Starts="2026-04-01 19:00")
    campaign.later(hours=1)
    campaign.run()
    assert campaign.taken == ["Starts 19:00"]


def test_what_needs_a_person_stays_in_front_of_what_another_recipe_has_done(
    campaign: Campaign,
) -> None:
    hello = """\
        recipe: {name}
        for_each: person in People
        where: everyone
        steps:
          - post: {name} {{{{ person.name }}}}
        """
    campaign.recipe(hello.format(name="First"), "first")
    campaign.recipe(hello.format(name="Second"), "second")
    campaign.order(**{"First Bo": "refused"})
    campaign.run("first")
    campaign.run("second")
    assert campaign.cell("a") == "Done — 14 Mar 12:00"
    assert campaign.cell("b") == "Needs you — the post office does not take this"


def test_a_word_that_no_longer_holds_is_taken_back(campaign: Campaign) -> None:
    campaign.recipe(
        """\
        recipe: Cards
        for_each: person in People
        where:
          Stage: is empty
        steps:
          - post: Hello {{ person.name }}
        """
    )
    campaign.order(Bo="refused")
    campaign.run()
    campaign.edit("b", Stage="Left")
    campaign.run()
    assert campaign.cell("b") == ""


def test_the_recipes_own_sentence_is_told_when_all_is_done(campaign: Campaign) -> None:
    campaign.recipe(COACHED + "status: Coached by {{ coach.name }}\n")
    campaign.run()
    assert campaign.cell("c") == "Done — Coached by Maya Ortiz"


def test_when_the_sheet_cannot_be_written_at_the_end_the_next_run_tells_it(
    campaign: Campaign,
) -> None:
    people = campaign.folder / "people.csv"
    plan = campaign.plan()
    lock = campaign.folder / ".~lock.people.csv#"

    workspace = campaign.open()
    found = run(
        workspace.recipe("cards"),
        workspace,
        plan=plan,
        progress=lambda _o, _c, _a: lock.write_text(",ana,desk,,;"),
    )
    assert found.untold
    assert found.failed
    assert "Sheetflow status" not in people.read_text()
    lock.unlink()
    campaign.run()
    assert len(campaign.taken) == 3
    assert set(campaign.statuses().values()) == {"Done — 14 Mar 12:00"}


def test_nothing_goes_out_while_the_sheet_is_open_elsewhere(campaign: Campaign) -> None:
    (campaign.folder / ".~lock.people.csv#").write_text(",ana,desk,,;")
    with pytest.raises(TableBusy, match="people"):
        campaign.run()
    assert campaign.taken == []


def test_what_a_person_wrote_meanwhile_stays_and_the_row_says_so(campaign: Campaign) -> None:
    campaign.recipe(COACHED)
    workspace = campaign.open()

    def meanwhile(*_: object) -> None:
        campaign.edit("b", Coach="Maya Ortiz")

    run(workspace.recipe("cards"), workspace, progress=meanwhile)
    assert campaign.cell("b", "Coach") == "Maya Ortiz"
    assert campaign.cell("b") == "Done — you changed Coach to Maya Ortiz, so I left it"
    assert campaign.cell("a") == "Done — 14 Mar 12:00"
