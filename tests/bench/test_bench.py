"""The bench runs, and leaves its tables. How fast anything is, is no test's business."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from time import perf_counter

import pytest

from bench import remembering
from bench.__main__ import main
from bench.bare import send
from bench.report import MARK
from bench.sink import running_sink
from bench.workspaces import make_workspace

_MAIL = (
    b"MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n",
    b"Subject: one\r\n\r\nHello.\r\n.\r\n",
)
"""Its commands, and the mail."""


@pytest.mark.slow
def test_the_bench_runs_at_tiny_sizes_and_writes_its_tables(tmp_path: Path):
    page = tmp_path / "README.md"
    page.write_text(f"# By hand\n\nStays.\n\n{MARK}\n\nolder figures\n", encoding="utf-8")
    arguments = ["--sizes", "5", "--mails", "6", "--large", "7", "--rounds", "1", "--to", str(page)]
    assert main([*arguments, "--answer-after", "3"]) == 0
    above, _, below = page.read_text("utf-8").partition(MARK)
    assert above == "# By hand\n\nStays.\n\n"
    assert "older figures" not in below
    lines = [line.split(" | ") for line in below.splitlines() if line.startswith("| ")]
    jobs = [" | ".join(cells[:4]) for cells in lines]
    for job in ("plan | 5 | csv | Sheetflow", "plan | 5 | xlsx | templates alone"):
        assert f"| {job}" in jobs
    for who in ("Sheetflow", "plain script", "bare job with a memory", "bare job", "bare wire"):
        assert f"| run to SMTP | 6 | csv | {who}" in jobs
    for who in ("Sheetflow", "plain script", "bare job with a memory", "bare job"):
        assert f"| run to SMTP, each answered after 3 ms | 6 | csv | {who}" in jobs
    assert [cells[0] for cells in lines if "`" in cells[0]] == [
        "| `--help`",
        "| `check`",
        "| `plan`",
    ]


def test_a_sink_that_answers_late_keeps_the_order_of_its_answers():
    with running_sink() as sink:
        sink.answer_after(20)
        began = perf_counter()
        send([_MAIL] * 8, sink.port)  # two or more on each connection
        assert perf_counter() - began >= 0.04
        assert sink.count() == 8


def test_the_bare_job_with_a_memory_remembers_the_end_of_every_mail(tmp_path: Path):
    make_workspace(tmp_path / "seven", 7, "csv", 0)
    with running_sink() as sink:
        remembering.main(tmp_path / "seven", sink.port)
        assert sink.count() == 7
    with closing(sqlite3.connect(tmp_path / "seven" / "memory.db")) as memory:
        found = list(memory.execute("SELECT address, state FROM mails ORDER BY address"))
    assert found == [(f"person{number}@example.org", "sent") for number in range(7)]
