"""`sheetflow why`, `person`, `export` and `explain`: questions, which change nothing."""

import csv
import io
import json

import pytest


@pytest.fixture
def files(workspace):
    """The files of the workspace, with what is in them."""

    def read():
        return {
            path: path.read_bytes()
            for path in workspace.rglob("*")
            if path.is_file() and path.suffix in (".yaml", ".csv", ".md", ".eml", ".db")
        }

    return read


def test_why_somebody_got_nothing(call):
    said = call("why", "Bo")
    assert (said.code, said.err) == (0, "")
    assert "1. email-person: Not done: Needs you — two addresses here, keep one." in said.out
    assert "2. set: Not done: it comes after email-person, where this row stops." in said.out


def test_why_somebody_was_written_to(call):
    call("run", "welcome", "--yes")
    said = call("why", "ana@example.org", "welcome")
    assert 'Left out: Stage is "Welcomed", not empty. (recipe.yaml, line 12)' in said.out
    assert "1. email-person: Done on " in said.out
    facts = json.loads(call("why", "Ana", "--json").out)
    assert facts["people"][0]["recipes"][0]["failed"]["column"] == "Stage"


def test_nobody_of_that_name_is_a_mistake_of_the_command_line(call):
    for command in ("why", "person"):
        said = call(command, "Chidy Okafr")
        assert (said.code, said.out) == (2, "")
        assert 'Did you mean "Chidi Okafor"?' in said.err
    assert call("why", "Ana", "nothing").code == 2


def test_a_person_has_a_timeline(call):
    assert "Nothing was done yet." in call("person", "ana@example.org").out
    call("run", "welcome", "--yes")
    said = call("person", "ana@example.org")
    assert [line.split(": ")[1] for line in said.out.splitlines()[1:4]] == [
        "welcome, email-person",
        "welcome, set",
        "welcome, the row was told",
    ]
    (facts,) = json.loads(call("person", "Ana", "--json").out)
    assert [line["action"] for line in facts["timeline"]] == ["email", "set", "tell"]


def test_what_the_ledger_knows_is_printed_or_left_as_a_file(call, workspace):
    assert call("export").out.count("\n") == 1
    assert json.loads(call("export", "--format", "json").out) == []
    call("run", "welcome", "--yes")
    printed = call("export").out
    assert call("export", "done.csv").out == ""
    left = (workspace / "done.csv").read_bytes().decode()
    assert list(csv.reader(io.StringIO(left))) == list(csv.reader(io.StringIO(printed)))
    assert (workspace / "done.csv").stat().st_mode & 0o077 == 0
    call("export", "done.json")
    assert len(json.loads((workspace / "done.json").read_text("utf-8"))) == 7


def test_an_export_can_be_of_a_recipe_a_person_or_a_time(call):
    call("run", "welcome", "--yes")
    whose = lambda *more: [  # noqa: E731 - a handle
        line["who"] for line in json.loads(call("export", "--format", "json", *more).out)
    ]
    assert whose("--person", "chidi@example.org") == ["Chidi O."] * 3
    assert whose("--recipe", "other") == []
    assert len(whose("--since", "2020-01-01")) == 7
    assert whose("--since", "2120-01-01 09:00") == []
    assert call("export", "--since", "yesterday").code == 2
    assert call("export", "--person", "Nobody").code == 2


def test_a_failed_export_leaves_no_file(call, workspace):
    call("run", "welcome", "--yes")
    (workspace / "sheetflow.db").write_bytes(b"not a ledger" * 100)
    assert call("export", "done.csv").code != 0
    assert not (workspace / "done.csv").exists()


def test_a_recipe_is_read_aloud(call):
    said = call("explain", "welcome")
    assert (said.code, said.err) == (0, "")
    assert 'It acts on a row only if all of this holds:\n  - "Stage" is empty\n' in said.out
    assert '     - "Stage" becomes "Welcomed"' in said.out
    assert call("explain", "nothing").code == 2


def test_questions_change_nothing(call, files):
    call("run", "welcome", "--yes")
    before = files()
    for question in (["why", "Ana"], ["person", "Ana"], ["export"], ["explain", "welcome"]):
        assert call(*question).code == 0
    assert files() == before


@pytest.mark.parametrize("command", ["why", "person", "export", "explain"])
def test_each_shows_an_example(call, command):
    assert f"sheetflow {command} " in call(command, "--help").out.partition("Example")[2]


def test_a_guest_whose_meeting_was_called_off_is_still_in_the_table(call, tmp_path):
    folder = tmp_path / "events"
    call("init", str(folder), "--recipe", "confirm-event-signup")
    run = ("-w", str(folder), "run", "confirm-event-signup", "--yes")
    call(*run)
    guests = folder / "guests.csv"
    text = guests.read_text("utf-8")
    guests.write_text(text.replace('12 Mill Lane, Riverside",', '12 Mill Lane, Riverside",yes'))
    call(*run)
    said = " ".join(call("-w", str(folder), "why", "Dina Haddad").out.split())
    assert "Sent — cancellation for" in said
    assert "not in the table" not in said
