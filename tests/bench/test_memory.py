"""However long a table is, planning holds little of it: measured by the operating system."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.measuring import ROOT
from bench.workspaces import make_workspace

ROWS = 200_000
MOST = 200 * 2**20
"""Bytes. It takes 140 MB; where rows are kept, with some two kilobytes each, over 400."""

MEASURE = "import sys; from bench.measuring import measure; print(measure(sys.argv[1:]).peak)"
"""From a small process: Linux counts the most memory of whoever starts another as the other's."""


@pytest.mark.slow
def test_a_plan_of_many_rows_fits_into_little_memory(tmp_path: Path):
    folder = tmp_path / "long"
    make_workspace(folder, ROWS, "csv", 0)
    template = folder / "recipes" / "welcome" / "templates" / "welcome.md"
    template.write_text("---\nsubject: Hello\n---\nHi {{ person.name }}\n", encoding="utf-8")
    command = [sys.executable, "-m", "sheetflow", "-w", str(folder), "plan", "welcome"]
    measuring = [sys.executable, "-c", MEASURE, *command]
    peak = subprocess.run(measuring, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert int(peak) < MOST
