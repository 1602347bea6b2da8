"""Which columns a recipe uses of each table, told without reading any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from sheetflow.language.loading import load_recipe
from sheetflow.language.recipe import NeededColumns
from sheetflow.language.vocabulary import TableWords, Vocabulary
from sheetflow.plugin.registry import Registry

TABLES = {
    "People": TableWords("People", people={"coach": "Coaches"}, writes=("Coach", "Stage")),
    "Coaches": TableWords("Coaches", people={"team": "Teams"}),
    "Teams": TableWords("Teams"),
    "Log": TableWords("Log"),
}
WORDS = Vocabulary(Registry().actions, TABLES, ("us",))


def needed(
    folder: Path, steps: str, *, where: str = "everyone", rest: str = "", mail: str = "Hello"
) -> Mapping[str, NeededColumns] | None:
    """What a recipe with these steps needs of each table."""
    (folder / "templates").mkdir()
    (folder / "templates" / "mail.md").write_text(f"---\nsubject: Hello\n---\n{mail}\n")
    path = folder / "recipe.yaml"
    path.write_text(
        f"recipe: R\nfor_each: person in People\nwhere: {where}\nsteps:\n{steps}\n{rest}"
    )
    return load_recipe(path, WORDS).columns


def only(*names: str, perhaps: tuple[str, ...] = ()) -> NeededColumns:
    return NeededColumns(frozenset(names), frozenset(perhaps))


WHOLE = NeededColumns(whole=True)
MAIL = "  - email: person\n    template: mail"


def test_conditions_messages_options_and_the_last_status(tmp_path: Path):
    found = needed(
        tmp_path,
        "  - email: person\n    template: mail\n    if: person.age > 17\n"
        "    again: when Starts changes\n"
        '  - set: {Stage: "{{ person.next_stage }}"}',
        where="{Region: is North, any of: [{Town: is X}, {Born: is empty}], expression: person.x}",
        rest="status: '{{ person[\"Last call\"] }}'\nuseful_until: Begins\n",
        mail="Hello {{ person.first_name }}",
    )
    assert found == {
        "People": only(
            *("Region", "Town", "Born", "x", "age", "Starts", "first_name", "Stage"),
            *("next_stage", "Last call", "Begins"),
        )
    }


def test_whoever_is_chosen_has_a_table_of_their_own(tmp_path: Path):
    found = needed(
        tmp_path,
        "  - assign: helper from Coaches\n    same: Region\n    room: Room\n    save_in: Coach\n"
        + MAIL,
        mail="{{ helper.town }} {{ coach.region }}",
    )
    perhaps = ("Away until", "Regions")
    assert found == {
        "People": only("Region", "Coach", perhaps=perhaps),
        "Coaches": only("Region", "Room", "town", "region", perhaps=perhaps),
    }


def test_a_row_that_is_added_needs_the_columns_that_it_fills(tmp_path: Path):
    found = needed(tmp_path, '  - add_row: Log\n    cells: {Who: "{{ person.name }}"}')
    assert found == {"People": only("name"), "Log": only("Who")}


@pytest.mark.parametrize(
    "mail",
    [
        "{{ person[person.favourite] }}",
        "{% set p = person %}{{ p.name }}",
        "{% for part in [person] %}{{ part.name }}{% endfor %}",
        "{{ person['a' ~ 'b'] }}",
    ],
)
def test_a_column_that_is_worked_out_may_be_any(tmp_path: Path, mail: str):
    found = needed(tmp_path, MAIL, mail=mail)
    assert found is not None
    assert found["People"].whole


def test_of_a_row_that_is_gone_through_to_all_may_be_needed(tmp_path: Path):
    found = needed(tmp_path, MAIL, mail="{{ person.coach.name }}")
    assert found == {"People": only("coach"), "Coaches": WHOLE}


def test_columns_that_nobody_wrote_need_not_be_there(tmp_path: Path):
    found = needed(tmp_path, "  - follow_up: Call\n    next_step_in: Stage")
    assert found == {"People": only("Stage", perhaps=("Next step due", "Owner"))}


def test_an_action_that_does_not_say_may_read_any(tmp_path: Path):
    silent = replace(WORDS.actions["email"], also_reads=lambda _options: None)
    path = tmp_path / "recipe.yaml"
    needed(tmp_path, MAIL)
    assert load_recipe(path, replace(WORDS, actions={"email": silent})).columns is None


def test_a_message_that_was_not_read_may_name_any(tmp_path: Path):
    address = "https://docs.google.com/document/d/1abcdefghijklmnopqrstuvwxyz0123456789/edit"
    assert needed(tmp_path, f"  - email: person\n    template: {address}") is None
