"""However long a table is, planning holds little of it: measured by the operating system."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.measuring import measure
from bench.workspaces import make_workspace

ROWS = 200_000
MOST = 200 * 2**20
"""Bytes. It takes 140 MB; where rows are kept, with some two kilobytes each, over 400."""


@pytest.mark.slow
def test_a_plan_of_many_rows_fits_into_little_memory(tmp_path: Path):
    folder = tmp_path / "long"
    make_workspace(folder, ROWS, "csv", 0)
    template = folder / "recipes" / "welcome" / "templates" / "welcome.md"
    template.write_text("---\nsubject: Hello\n---\nHi {{ person.name }}\n", encoding="utf-8")
    command = [sys.executable, "-m", "sheetflow", "-w", str(folder), "plan", "welcome"]
    assert measure(command).peak < MOST
