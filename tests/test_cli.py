"""The border: which error gives which exit code, and what is said where."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import click
import pytest

from sheetflow.cli import run_cli, sheetflow
from sheetflow.errors import (
    LedgerBusy,
    PlanningWrote,
    Problem,
    ProblemsFound,
    SetupError,
    SheetflowError,
    TableBusy,
)


@pytest.fixture(autouse=True)
def _reports_stay_here(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
def failing(monkeypatch):
    """Calls the border with a command that raises what it is given."""

    def call(error: BaseException) -> int:
        def fail() -> None:
            raise error

        command = click.Command("fail", callback=fail)
        monkeypatch.setattr(sheetflow, "get_command", lambda _context, _name: command)
        return run_cli(["fail"])

    return call


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TableBusy("the workbook is open"), 1),
        (LedgerBusy("another process is applying"), 1),
        (SetupError("no such recipe"), 2),
        (ProblemsFound([Problem(Path("r.yaml"), 3, 1, "steps", "there are none.")]), 2),
        (click.UsageError("no such option"), 2),
        (PlanningWrote("a plugin wrote"), 3),
        (ZeroDivisionError("division by zero"), 3),
        (RecursionError("too deep"), 3),
        (KeyboardInterrupt(), 130),
        (PermissionError(13, "Permission denied", "people.csv"), 1),
        (OSError(28, "No space left on device"), 1),
        (FileNotFoundError(2, "No such file", "forgotten.py"), 3),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else str(value),
)
def test_each_error_has_its_exit_code(failing, error, code):
    assert failing(error) == code


def test_an_error_is_told_on_stderr_with_what_to_do(failing, capsys):
    failing(TableBusy("people.xlsx is open.", hint="Close it and run again."))
    assert capsys.readouterr() == ("", "people.xlsx is open. Close it and run again.\n")


def test_all_problems_are_told_a_line_each(failing, capsys):
    failing(
        ProblemsFound(
            [
                Problem(Path("b.yaml"), 2, 3, "where", "is missing.", "Write one."),
                Problem(Path("a.yaml"), 1, 1, "steps", "there are none."),
            ]
        )
    )
    assert capsys.readouterr().err.splitlines() == [
        "a.yaml:1:1: steps: there are none.",
        "b.yaml:2:3: where: is missing. Write one.",
    ]


def test_our_fault_is_an_apology_and_a_file_with_the_traceback(failing, capsys):
    failing(ZeroDivisionError("division by zero"))
    said = capsys.readouterr().err
    assert said.startswith("Sorry, Sheetflow made a mistake. ZeroDivisionError\n")
    assert "Traceback" not in said
    file = Path(said.split("The details are in ")[1].split(":")[0])
    assert "ZeroDivisionError: division by zero" in file.read_text("utf-8")
    assert file.stat().st_mode & 0o077 == 0


def test_a_cell_in_an_error_cannot_move_the_cursor(failing, capsys):
    failing(TableBusy("a column is called \x1b[2J\x1b[31mred\u202e"))
    assert capsys.readouterr().err == "a column is called �[2J�[31mred�\n"


def test_an_error_without_a_code_of_its_own_is_our_fault(failing, capsys):
    assert failing(SheetflowError("a guard broke")) == 3
    assert "a guard broke" in capsys.readouterr().err


def test_a_mistyped_command_gets_a_suggestion(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run_cli(["hitsory"]) == 2
    assert 'There is no command "hitsory". Did you mean "history"?' in capsys.readouterr().err


def test_a_command_like_no_other_gets_the_list(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run_cli(["frobnicate"]) == 2
    assert "sheetflow --help lists them" in capsys.readouterr().err


def test_no_command_at_all_shows_the_help(capsys):
    assert run_cli([]) == 2
    assert "Commands:" in capsys.readouterr().err


def test_every_command_of_the_table_exists_and_shows_an_example(capsys):
    for name in sheetflow.list_commands(click.Context(sheetflow)):
        assert run_cli([name, "--help"]) == 0
        assert f"sheetflow {name}" in capsys.readouterr().out.partition("Example")[2], name


def test_python_dash_m_is_the_same_program():
    done = subprocess.run(
        [sys.executable, "-m", "sheetflow", "--version"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "sheetflow 0.1.0\n", "")


def test_output_that_nobody_reads_any_more_is_no_error():
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {sys.executable} -m sheetflow --help | true"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_that_knows_no_dash_is_no_error():
    done = subprocess.run(
        [sys.executable, "-m", "sheetflow", "—"],
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"},
    )
    assert done.returncode == 2
    assert b"There is no command" in done.stderr


def test_a_workspace_that_is_not_there_is_said_at_once(capsys):
    assert run_cli(["--workspace", "/nowhere", "check"]) == 2
    assert "'/nowhere' does not exist" in capsys.readouterr().err
