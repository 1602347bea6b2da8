"""The bench runs, and leaves its tables. How fast anything is, is no test's business."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.__main__ import main
from bench.report import MARK


@pytest.mark.slow
def test_the_bench_runs_at_tiny_sizes_and_writes_its_tables(tmp_path: Path):
    page = tmp_path / "README.md"
    page.write_text(f"# By hand\n\nStays.\n\n{MARK}\n\nolder figures\n", encoding="utf-8")
    arguments = ["--sizes", "5", "--mails", "6", "--large", "7", "--rounds", "1", "--to", str(page)]
    assert main(arguments) == 0
    above, _, below = page.read_text("utf-8").partition(MARK)
    assert above == "# By hand\n\nStays.\n\n"
    assert "older figures" not in below
    lines = [line.split(" | ") for line in below.splitlines() if line.startswith("| ")]
    jobs = [" | ".join(cells[:4]) for cells in lines]
    for job in ("plan | 5 | csv | Sheetflow", "plan | 5 | xlsx | templates alone"):
        assert f"| {job}" in jobs
    for who in ("Sheetflow", "plain script", "bare job", "bare wire"):
        assert f"| run to SMTP | 6 | csv | {who}" in jobs
    assert [cells[0] for cells in lines if "`" in cells[0]] == [
        "| `--help`",
        "| `check`",
        "| `plan`",
    ]
