"""`sheetflow plan`: shows all, changes nothing."""

import re

from tests.plan_texts import plan_from_json

SUMMARY = "2 people: 2 messages and 2 cells filled in. 1 waits."


def test_it_says_what_would_happen_for_whom_and_why_not_for_the_others(call):
    said = call("plan", "welcome")
    assert (said.code, said.err) == (0, "")
    assert SUMMARY in said.out
    assert 'to ana@example.org: "Welcome to Riverside Volunteers, Ana"' in said.out
    assert "Needs you — two addresses here, keep one\n  Bo L." in said.out
    assert "\x1b" not in said.out


def test_it_leaves_the_workspace_as_it_was(call, workspace):
    before = {path: path.read_bytes() for path in workspace.rglob("*") if path.is_file()}
    assert call("plan", "welcome").code == 0
    after = {path: path.read_bytes() for path in workspace.rglob("*") if path.is_file()}
    assert after == before


def test_json_is_the_plan_itself(call):
    said = call("plan", "welcome", "--json")
    plan = plan_from_json(said.out)
    assert [(entry.action, entry.who) for entry in plan.changes] == [
        ("email", "Ana R."),
        ("email", "Chidi O."),
        ("set", "Ana R."),
        ("set", "Chidi O."),
    ]


def test_a_plan_can_be_left_as_a_page_and_as_a_file(call, tmp_path):
    page, saved = tmp_path / "plan.html", tmp_path / "plan.json"
    assert call("plan", "welcome", "--html", str(page), "--save", str(saved)).code == 0
    assert "Welcome to Riverside Volunteers, Ana" in page.read_text("utf-8")
    assert len(plan_from_json(saved.read_text("utf-8")).changes) == 4


def test_another_moment_can_be_rehearsed(call):
    said = call("plan", "welcome", "--at", "2026-03-04 10:00")
    assert said.code == 0
    assert re.search(r"planned .*4 March 2026, 10:00 CET", said.out)
    assert "16:00 CET" in call("plan", "welcome", "--at", "2026-03-04T10:00-05:00").out


def test_a_moment_that_is_none_is_asked_for(call):
    said = call("plan", "welcome", "--at", "tomorrow")
    assert said.code == 2
    assert '"tomorrow" is no moment. Write it like "2026-11-23 09:00".' in said.err


def test_a_plan_for_another_moment_is_not_saved(call, workspace):
    said = call("plan", "welcome", "--at", "2026-03-04 10:00", "--save", "plan.json")
    assert said.code == 2
    assert not (workspace / "plan.json").exists()


def test_a_mistyped_recipe_gets_a_suggestion(call):
    said = call("plan", "wellcome")
    assert (said.code, said.out) == (2, "")
    assert 'There is no recipe "wellcome"' in said.err
    assert 'Did you mean "welcome"?' in said.err


def test_a_recipe_can_be_named_by_its_file_or_folder(call):
    by_name = call("plan", "welcome", "--at", "2026-03-04 10:00").out
    assert call("plan", "recipes/welcome", "--at", "2026-03-04 10:00").out == by_name
    assert call("plan", "recipes/welcome/recipe.yaml", "--at", "2026-03-04 10:00").out == by_name


def test_a_recipe_with_mistakes_is_not_planned(call, workspace):
    recipe = workspace / "recipes/welcome/recipe.yaml"
    recipe.write_text(recipe.read_text("utf-8").replace("template:", "templte:"), "utf-8")
    said = call("plan", "welcome")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"{recipe}:")


def test_a_name_that_would_move_the_cursor_does_not(call, workspace):
    people = workspace / "people.csv"
    people.write_text(people.read_text("utf-8").replace("Ana Reyes", "\x1b[2JAna Reyes"), "utf-8")
    said = call("plan", "welcome")
    assert said.code == 0
    assert "\x1b" not in said.out


def test_a_table_that_is_not_there_is_said_plainly(call, workspace):
    (workspace / "people.csv").unlink()
    said = call("plan", "welcome")
    assert said.code == 1
    assert "people.csv" in said.err
    assert "Sorry" not in said.err
