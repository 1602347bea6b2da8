"""A workspace as `sheetflow init` makes it, and a way to call commands in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sheetflow.cli import run_cli
from sheetflow.commands.init import starter_files
from tests.files import write_files


@dataclass(frozen=True)
class Said:
    """What a command gave back."""

    code: int
    out: str
    err: str


Call = Callable[..., Said]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A new workspace with three people, one of whom needs somebody to look."""
    return write_files(tmp_path / "campaign", starter_files())


@pytest.fixture
def call(workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> Call:
    """Calls a command in the workspace, as the program does."""
    monkeypatch.chdir(workspace)
    monkeypatch.setattr("tempfile.tempdir", str(workspace.parent))

    def called(*arguments: str) -> Said:
        code = run_cli(arguments)
        printed = capsys.readouterr()
        return Said(code, printed.out, printed.err)

    return called
