"""Airtable is asked for the fields that the settings and the recipe name, and for no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetflow.errors import TableError
from sheetflow.runner.running import plan_recipe, run
from tests.plugins._airtable import LINE, READY, RECIPE, World, world

MORE = ("Notes", "First name", "T-shirt")
TABLE = {**READY, "fields": [*READY["fields"], *({"name": n, "type": LINE} for n in MORE)]}
COACHES = {
    "name": "Coaches",
    "fields": [{"name": name, "type": LINE} for name in ("Name", "Email", "Diary", "Town")],
    "records": [{"fields": {"Name": "Lee Park", "Town": "Elm", "Diary": "secret"}}],
}
POINTED = """\
    columns: {Stage: row of Coaches}
  Coaches: {connector: base, base: appRiversideBase1, table: Coaches, person: {name: Name}}
"""
OURS = {"Sheetflow status", "Sheetflow when", "Send again?", "Sheetflow ID"}
DECLARED = {"Name", "Email", "Stage", *OURS}


def asked_for(w: World, table: str = "People") -> list[set[str] | None]:
    """The names of the fields of each reading of a table; None where all were asked for."""
    there = w.in_table(table)
    names = {one["id"]: one["name"] for one in there["fields"]}
    found: list[set[str] | None] = []
    for one in w.emulator.exchanges:
        if one["id"] == "records.list" and f"/{there['id']}" in one["path"]:
            given = one["query"].get("fields[]")
            found.append(None if given is None else {names[each] for each in given})
    return found


def test_a_run_reads_what_is_declared_and_what_the_recipe_names(tmp_path: Path):
    with world(tmp_path, TABLE) as w:
        w.run()
        assert asked_for(w) == [DECLARED | {"Region"}]
        assert len(w.mails()) == 4


def test_a_row_that_is_pointed_at_is_read_no_further_than_it_is_used(tmp_path: Path):
    recipe = RECIPE + 'status: "{{ stage.town }}"\n'
    with world(tmp_path, TABLE, COACHES) as w:
        w.edit(set=[w.id_of("Ana Reyes"), "Stage", "Lee Park"])
        w.run(w.workspace(recipe=recipe, tables=POINTED))
        assert asked_for(w, "Coaches")[0] == {"Name", "Town"}


@pytest.mark.parametrize(
    "text", ["{{ person[person.region] }}", "{% set p = person %}{{ p.region }}"]
)
def test_whoever_works_a_column_out_gets_all(tmp_path: Path, text: str):
    with world(tmp_path, TABLE) as w:
        workspace = w.workspace()
        mail = w.folder / "ws" / "recipes" / "welcome" / "templates" / "welcome.md"
        mail.write_text(f"---\nsubject: Hello\n---\n{text}\n")
        plan_recipe(workspace.recipe("welcome"), workspace)
        assert asked_for(w) == [None]


def test_a_recipe_may_call_a_field_as_people_do(tmp_path: Path):
    with world(tmp_path, TABLE) as w:
        w.edit(set=[w.id_of("Ana Reyes"), "First name", "Ana"])
        recipe = RECIPE.replace("everyone", "{First name: is Ana}")
        assert len(w.run(w.workspace(recipe=recipe)).plan.changes) == 1
        assert asked_for(w) == [DECLARED | {"Region", "First name"}]


def test_what_changes_in_a_field_that_is_not_used_stops_nobody(tmp_path: Path):
    with world(tmp_path, TABLE) as w:
        workspace = w.workspace()
        recipe = workspace.recipe("welcome")
        plan = plan_recipe(recipe, workspace)
        w.edit(set=[w.id_of("Ana Reyes"), "Notes", "called twice"])
        w.edit(set=[w.id_of("Bo Tran"), "Region", "East"])
        done = run(recipe, workspace, plan=plan)
        assert {one.entry.who: str(one.status) for one in done.outcomes} == {
            "Ana R.": "Sent — 14 Mar 12:00",
            "Bo T.": "Skipped — this row changed after the plan was made",
            "Cy O.": "Sent — 14 Mar 12:00",
            "Di S.": "Sent — 14 Mar 12:00",
        }


def test_a_field_that_is_looked_for_in_vain_is_told_with_what_it_may_be_called_now(
    tmp_path: Path,
):
    with world(tmp_path, TABLE) as w:
        w.edit(rename=["Region", "Regions"])
        workspace = w.workspace(recipe=RECIPE.replace("everyone", "{Region: is North}"))
        with pytest.raises(TableError) as told:
            plan_recipe(workspace.recipe("welcome"), workspace)
        assert told.value.message == 'I can\'t find the "Region" column in "People".'
        assert told.value.hint == 'Is it "Regions" now?'


def test_where_nothing_says_who_a_row_is_all_is_read(tmp_path: Path):
    log = {"name": "Log", "fields": [{"name": n, "type": LINE} for n in ("Who", "What")]}
    recipe = "recipe: Log\nfor_each: line in Log\nwhere: {Who: is Ana}\nsteps: [{set: {What: x}}]\n"
    tables = (
        "  Log: {connector: base, base: appRiversideBase1, table: Log, sheetflow_writes: [What]}\n"
    )
    with world(tmp_path, log) as w:
        workspace = w.workspace(recipe=recipe, tables=tables)
        plan_recipe(workspace.recipe("welcome"), workspace)
        assert asked_for(w, "Log") == [None]


# renamed fields ----------------------------------------------------------------------------------

NEW = {"Name": "New One", "Email": "new@example.org", "Region": "North"}


def test_a_field_that_is_renamed_between_runs_is_followed_by_its_id(tmp_path: Path):
    with world(tmp_path, TABLE) as w:
        recipe = RECIPE.replace("everyone", "{Region: is not West}")
        w.run(w.workspace(recipe=recipe))
        w.edit(add=NEW)
        w.edit(rename=["Region", "Area"])
        w.edit(rename=["Email", "Where to write"])
        before = len(asked_for(w))
        done = w.run(w.workspace(recipe=recipe))
        assert [one.entry.who for one in done.outcomes if one.entry.change] == ["New O."]
        assert "new@example.org" in w.mails()
        assert asked_for(w)[before:] == [DECLARED - {"Email"} | {"Where to write", "Area"}]
        assert done.plan.notices == (
            '"Email" of "People" is called "Where to write" now; its id tells.',
        )
        text = (w.folder / "ws" / "outbox").rglob("*.eml")
        assert sum("of North" in one.read_text("utf-8") for one in text) == 2


def test_a_recipe_may_use_the_new_name_as_well(tmp_path: Path):
    with world(tmp_path, TABLE) as w:
        w.run()
        w.edit(rename=["Region", "Area"])
        recipe = RECIPE.replace("everyone", "{Area: is North, Region: is North}")
        assert w.run(w.workspace(recipe=recipe)).plan.changes == []
        assert len(w.mails()) == 4


def test_another_field_of_the_old_name_is_what_is_meant(tmp_path: Path):
    with world(tmp_path, TABLE) as w:
        w.run()
        w.edit(rename=["Region", "Old region"])
        w.edit(rename=["Notes", "Region"])
        w.edit(set=[w.id_of("Ana Reyes"), "Region", "Mars"])
        recipe = RECIPE.replace("everyone", "{Region: is Mars}").replace("welcome", "mars")
        workspace = w.workspace(recipe=recipe)
        (w.folder / "ws/recipes/welcome/templates/mars.md").write_text("---\nsubject: A\n---\nB\n")
        plan = plan_recipe(workspace.recipe("welcome"), workspace)
        assert [entry.who for entry in plan.entries] == ["Ana R."]


def test_a_field_that_was_deleted_is_told_as_ever(tmp_path: Path):
    with world(tmp_path, TABLE) as w:
        w.run()
        w.edit(delete_field="Region")
        workspace = w.workspace(recipe=RECIPE.replace("everyone", "{Region: is North}"))
        with pytest.raises(TableError, match='I can\'t find the "Region" column'):
            plan_recipe(workspace.recipe("welcome"), workspace)


def test_a_plan_remembers_no_names(tmp_path: Path):
    with world(tmp_path, TABLE) as w:
        workspace = w.workspace(recipe=RECIPE.replace("everyone", "{Region: is North}"))
        plan_recipe(workspace.recipe("welcome"), workspace)
        assert not (w.folder / "ws" / "sheetflow.db").exists()
        w.edit(rename=["Region", "Area"])
        with pytest.raises(TableError):
            plan_recipe(workspace.recipe("welcome"), workspace)
