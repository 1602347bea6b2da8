"""How many requests a run over Google Sheets takes, and how long, against what must be.

    python -m bench.requests                      # 100, 1,000 and 10,000 rows; writes requests.md
    python -m bench.requests --sizes 100 --print

An emulator answers each request after 150 ms, as a far away service would. The least that can be is
one read for a spreadsheet, whatever is in it, and one write; rows that are written to for the first
time cost one write more, by which they are held on to, so that nobody's sorting moves a status to
somebody else's row. The same run over an .xlsx file shows what is not waiting.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bench.measuring import measure
from bench.workspaces import HEADERS, make_workspace, people
from tests.emulators.serving import Emulator, serving

DELAY = 0.15
"""Seconds until a request is answered."""

BOOK = "1bench" + "x" * 38
READS = ("sheets.spreadsheets.get", "sheets.spreadsheets.values.batchGet")
PAGE = Path(__file__).parent / "requests.md"


@dataclass(frozen=True)
class Case:
    """One run: what had happened before it, and the least requests it can do with."""

    name: str
    least: int


NEW = Case("all rows new", 3)
NOTHING = Case("nothing to do", 1)
CHANGED = Case("a tenth mended, and written to", 2)


@dataclass(frozen=True)
class Line:
    """What one run took."""

    rows: int
    case: Case
    reads: int
    writes: int
    seconds: float
    local: float
    """The same over an .xlsx file."""

    @property
    def floor(self) -> float:
        """Seconds that the least requests must wait, and the run over a file needs anyway."""
        return self.case.least * DELAY + self.local


def lines(sizes: Sequence[int]) -> Iterator[Line]:
    """Each case at each size."""
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            local = _over_a_file(Path(folder) / "xlsx", rows)
            yield from _over_google(Path(folder) / "google", rows, local)


def _over_a_file(folder: Path, rows: int) -> dict[str, float]:
    make_workspace(folder, 3, "xlsx", 0)
    _put(folder / "people.xlsx", {}, list(_table(rows)))
    took = {NEW.name: _run(folder), NOTHING.name: _run(folder)}
    _put(folder / "people.xlsx", _mended(rows))
    return {**took, CHANGED.name: _run(folder)}


def _over_google(folder: Path, rows: int, local: dict[str, float]) -> Iterator[Line]:
    make_workspace(folder, 3, "xlsx", 0)
    table = {"title": "People", "rows": list(_table(rows))}
    book = {"id": BOOK, "title": "Spring", "sheets": [table], "timeZone": "Europe/Berlin"}
    slow = [{"when": {}, "do": {"delay": DELAY}}]
    with serving("google", data={"spreadsheets": [book]}, faults=slow) as emulator:
        _point_at(emulator, folder)
        for case in (NEW, NOTHING, CHANGED):
            if case is CHANGED:
                for (number, column), text in _mended(rows).items():
                    place = f"{chr(ord('A') + column)}{number}"
                    edit = {"spreadsheet": BOOK, "sheet": "People", "set": [place, text]}
                    emulator.service.edit(edit)
            before = len(emulator.exchanges)
            seconds = _run(folder)
            counted = Counter(_is_read(one) for one in emulator.exchanges[before:])
            yield Line(rows, case, counted[True], counted[False], seconds, local[case.name])


def _is_read(exchange: dict[str, Any]) -> bool:
    return exchange["method"] == "GET" or exchange["id"].endswith(".getByDataFilter")


def _run(folder: Path) -> float:
    command = [sys.executable, "-m", "sheetflow", "-w", str(folder), "run", "welcome", "--yes"]
    return measure(command).seconds


def _point_at(emulator: Emulator, folder: Path) -> None:
    settings = folder / "sheetflow.yaml"
    text = settings.read_text(encoding="utf-8")
    place = f"connector: sheets\n    spreadsheet: {BOOK}\n    sheet: People"
    google = f'connections:\n  sheets: {{connector: google_sheets, url: "{emulator.url}"}}\n'
    text = text.replace("file: people.xlsx", place).replace("connections:\n", google)
    settings.write_text(text, encoding="utf-8")


EMAIL = HEADERS.index("Email")


def _table(rows: int) -> Iterator[list[str]]:
    """The headers and the people, a tenth of whom have no address yet."""
    yield HEADERS
    for number, row in enumerate(people(rows)):
        yield row if number % 10 else [*row[:EMAIL], "", *row[EMAIL + 1 :]]


def _mended(rows: int) -> dict[tuple[int, int], str]:
    """The addresses that somebody fills in, by row number and column."""
    return {
        (number + 2, EMAIL): row[EMAIL]
        for number, row in enumerate(people(rows))
        if number % 10 == 0
    }


def _put(path: Path, cells: dict[tuple[int, int], str], rows: Sequence[Sequence[str]] = ()) -> None:
    """Cells typed into a workbook, or all of its rows."""
    from openpyxl import Workbook, load_workbook

    book = Workbook() if rows else load_workbook(path)
    tab = book.active
    assert tab is not None
    tab.title = "People"
    for row in rows:
        tab.append(list(row))
    for (number, column), text in cells.items():
        tab.cell(number, column + 1).value = text
    book.save(path.with_suffix(".new"))
    shutil.move(path.with_suffix(".new"), path)


def page(found: Sequence[Line]) -> str:
    """The results as Markdown."""
    rows = [
        f"| {line.rows:,} | {line.case.name} | {line.reads} | {line.writes} | {line.case.least} | "
        f"{line.seconds:.2f} | {line.local:.2f} | {line.floor:.2f} | "
        f"{line.seconds / line.floor:.2f} |"
        for line in found
    ]
    text = (__doc__ or "").partition("\n\n")
    about = text[2].partition("\n\n")[2]
    head = [
        "# Requests\n",
        f"{text[0]} Made by `python -m bench.requests`.\n",
        about,
        f"Measured on {datetime.now(UTC):%Y-%m-%d}, one run each.\n",
        "| rows | case | reads | writes | least | s | s over a file | floor, s | over the floor |",
        "|---:|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    return "\n".join([*head, *rows]) + "\n"


@click.command()
@click.option("--sizes", default="100,1000,10000", show_default=True, help="Rows, by commas.")
@click.option("--print", "only_print", is_flag=True, help="Do not write requests.md.")
def main(sizes: str, only_print: bool) -> None:
    """Count the requests of a run, and time it."""
    text = page(list(lines([int(size) for size in sizes.split(",")])))
    if only_print:
        click.echo(text)
    else:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(prog_name="python -m bench.requests")
