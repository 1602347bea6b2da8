"""`sheetflow doctor` tells what can be reached, and writes nothing."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.conftest import Call


def test_a_new_workspace_is_well(call: Call, workspace: Path):
    before = sorted(path for path in workspace.rglob("*"))
    said = call("doctor")
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "ledger\n"
        "    ok     reading: nothing has run yet\n"
        "connection outbox (outbox)\n"
        "    ok     folder: 0 mails in outbox; none leave it\n"
        "table People\n"
        "    ok     reading: 3 rows\n"
        "    ok     columns: found Name, Email, Signed up\n"
        "    ok     writing: can be written\n"
        "\n"
        "All is well.\n"
    )
    assert sorted(path for path in workspace.rglob("*")) == before


def test_what_is_amiss_is_told_with_its_cure_and_the_rest_is_still_tried(
    call: Call, workspace: Path
):
    people = workspace / "people.csv"
    people.write_text(people.read_text().replace("Email", "Adresse"))
    settings = workspace / "sheetflow.yaml"
    settings.write_text(
        settings.read_text().replace(
            "connections:\n",
            "connections:\n"
            "  post:\n"
            "    connector: smtp\n"
            "    host: 127.0.0.1\n"
            "    port: 1\n"
            "    user: ana\n"
            "    password: {environment: NOT_SET_ANYWHERE}\n",
        )
    )
    said = call("doctor")
    assert said.code == 1
    assert "    amiss  credentials: The secret in the environment variable" in said.out
    assert "\n           Set NOT_SET_ANYWHERE before you start Sheetflow" in said.out
    assert 'the "Email" column in "People".\n           Has it been renamed or deleted?' in said.out
    assert said.out.endswith("\nAmiss: connection post (smtp), table People.\n")


def test_it_says_when_something_ran_last(call: Call):
    call("run", "welcome", "--yes")
    assert call("doctor").out.startswith("ledger\n    ok     reading: the last run was ")


def test_one_part_can_be_tried_alone(call: Call):
    said = call("doctor", "People", "--json")
    assert [(part["kind"], part["name"], part["ok"]) for part in json.loads(said.out)] == [
        ("table", "People", True)
    ]


def test_a_misspelt_name_is_suggested(call: Call):
    said = call("doctor", "Peopel")
    assert said.code == 2
    assert said.err == 'There is no connection or table "Peopel". Did you mean "People"?\n'
