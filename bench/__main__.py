"""`python -m bench`: measure everything, and write it into bench/README.md."""

from __future__ import annotations

import argparse
import compileall
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bench.jobs import Result, all_jobs, perform, reading
from bench.measuring import ROOT, Failed, middle
from bench.report import written
from bench.sink import running_sink

README = Path(__file__).parent / "README.md"
SIZES = (1_000, 10_000, 100_000)
LONG = 50_000
"""Rows from which a job is long enough to be measured once."""

QUICK = (1_000,)
MAILS = 10_000
LATE = (0, 5, 20)
"""Milliseconds that a mail server takes to answer for a mail: none, one nearby, one far away."""

LATE_MAILS = 2_000


def main(arguments: Sequence[str]) -> int:
    """Measure, say each result as it comes, and write the page."""
    given = _parser().parse_args(arguments)
    sizes = given.sizes or (QUICK if given.quick else SIZES)
    mails = given.mails or (1_000 if given.quick else MAILS)
    rounds = given.rounds or (2 if given.quick else 3)
    for package in ("sheetflow", "plugins", "bench"):  # as pip does when it installs
        compileall.compile_dir(ROOT / package, quiet=2)
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, running_sink() as sink:
        late_mails = min(mails, LATE_MAILS)
        jobs = list(
            all_jobs(sizes, mails, sink.port, late=given.answer_after, late_mails=late_mails)
        )
        jobs += [reading(rows) for rows in given.large]
        for job in jobs:
            if given.only in job.name:
                often = rounds if job.rows < LONG else 1
                results.append(perform(job, Path(folder), sink, often))
                print(_said(results[-1]), flush=True)
                _write(given.to, results, rounds)
    return 0


def _said(result: Result) -> str:
    shown = {name: f"{middle(runs).seconds:.2f} s" for name, runs in result.runs.items()}
    return f"{result.job.name}, {result.job.rows:,} rows, {result.job.kind}: {shown}"


def _write(page: Path, results: Sequence[Result], rounds: int) -> None:
    """What is known by now: a bench that is stopped leaves what it has measured."""
    before = page.read_text("utf-8") if page.exists() else "# Bench\n"
    page.write_text(written(before, results, date.today(), rounds), "utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small tables, two rounds")
    parser.add_argument("--sizes", type=int, nargs="+", metavar="ROWS", help="rows of the tables")
    parser.add_argument("--mails", type=int, metavar="COUNT", help="mails to the mail server")
    parser.add_argument(
        "--answer-after",
        type=int,
        nargs="*",
        default=LATE,
        metavar="MS",
        help="also to a mail server that answers for each mail so late",
    )
    parser.add_argument(
        "--large", type=int, nargs="+", default=(), metavar="ROWS", help="also plan these, of csv"
    )
    parser.add_argument("--rounds", type=int, metavar="COUNT", help="how often each is measured")
    parser.add_argument("--only", default="", metavar="WORD", help="jobs with this in their name")
    parser.add_argument("--to", type=Path, default=README, metavar="FILE", help="where it goes")
    return parser


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failed as failed:
        sys.exit(f"This could not be measured: {failed}")
