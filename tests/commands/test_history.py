"""`sheetflow history`: what was done, and what is not sure."""

import json


def test_before_the_first_run_there_is_none_and_none_is_made(call, workspace):
    assert call("history").out == "Nothing was done yet.\n"
    assert json.loads(call("history", "--json").out) == []
    assert not (workspace / "sheetflow.db").exists()


def test_it_shows_who_got_what_and_when_the_newest_first(call):
    call("run", "welcome", "--yes")
    said = call("history")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0].split() == ["When", "Recipe", "Step", "Who", "What", "became", "of", "it"]
    sent = [line for line in lines if "Sent — " in line]
    names = [name for line in sent for name in ("Ana", "Chidi") if name in line]
    found = json.loads(call("history", "--json").out)
    assert names == [entry["who"].split()[0] for entry in found if entry["action"] == "email"]
    assert sorted(names) == ["Ana", "Chidi"]
    moments = [entry["at"] for entry in found]
    assert moments == sorted(moments, reverse=True)


def test_one_person_can_be_looked_up(call):
    call("run", "welcome", "--yes")
    found = json.loads(call("history", "--person", "Ana", "--json").out)
    assert {entry["who"] for entry in found} == {"Ana R."}
    (mail,) = (entry for entry in found if entry["action"] == "email")
    assert mail["state"] == "done"
    assert mail["status"].startswith("Sent — ")
    assert (mail["recipe"], mail["table"], mail["attempt"]) == ("welcome", "People", 1)
    assert json.loads(call("history", "--person", "Nobody", "--json").out) == []


def test_one_recipe_can_be_looked_up(call):
    call("run", "welcome", "--yes")
    assert json.loads(call("history", "--recipe", "welcome", "--json").out)
    assert json.loads(call("history", "--recipe", "other", "--json").out) == []


def test_the_newest_few_are_enough(call):
    call("run", "welcome", "--yes")
    assert len(json.loads(call("history", "--limit", "2", "--json").out)) == 2
    assert call("history", "--limit", "0").code == 2
