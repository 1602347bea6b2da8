"""How many requests a run over Google Sheets or Airtable takes, and how long, against what must be.

    python -m bench.requests                      # 100, 1,000 and 10,000 rows; writes requests.md
    python -m bench.requests --sizes 100 --print --only airtable

An emulator answers each request after 150 ms, as a far away service would. For Sheets, the least
that can be is one read for a spreadsheet, whatever is in it, and one write; rows that are written
to for the first time cost one write more, by which they are held on to, so that nobody's sorting
moves a status to somebody else's row; before others are written to, one write that changes nothing
tries whether the sheet may be written at all (`try_first`). Airtable gives records by the hundred
and takes them by the ten, five requests a second: that is its least; beyond it, a run asks for the
fields of the base once, tries once whether it may write before anything goes out, and the first one
makes two fields.
The same run over an .xlsx file shows what is not waiting.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Any

import click

from bench.measuring import measure
from bench.workspaces import HEADERS, make_workspace, people
from tests.emulators.serving import Emulator, serving

DELAY = 0.15
"""Seconds until a request is answered."""

BOOK = "1bench" + "x" * 38
BASE = "appBench" + "x" * 9
TOKEN = "pat" + "Bench" * 3 + "." + "0" * 64
FIVE = 5
"""Requests a second that a base allows."""
PAGE = Path(__file__).parent / "requests.md"


@dataclass(frozen=True)
class Case:
    """One run: what had happened before it, the least requests of Sheets, and the rows it tells."""

    name: str
    of_sheets: int
    told: float

    def of_airtable(self, rows: int) -> int:
        """The least requests of Airtable: records by the hundred, and by the ten."""
        return ceil(rows / 100) + ceil(rows * self.told / 10)


NEW = Case("all rows new", 3, 1.0)
NOTHING = Case("nothing to do", 1, 0.0)
CHANGED = Case("a tenth mended, and written to", 2, 0.1)
CASES = (NEW, NOTHING, CHANGED)


@dataclass(frozen=True)
class Line:
    """What one run took."""

    system: str
    rows: int
    case: Case
    least: int
    pace: float
    """Seconds from one request to the next, at the least."""
    reads: int
    writes: int
    seconds: float
    local: float
    """The same over an .xlsx file."""

    @property
    def floor(self) -> float:
        """Seconds that the least requests must wait, and the run over a file needs anyway."""
        return self.least * self.pace + self.local


def lines(sizes: Sequence[int], only: str = "") -> Iterator[Line]:
    """Each case at each size, in each system or in one."""
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            local = _over_a_file(Path(folder) / "xlsx", rows)
            if only in ("", "sheets"):
                yield from _over_google(Path(folder) / "google", rows, local)
            if only in ("", "airtable"):
                yield from _over_airtable(Path(folder) / "airtable", rows, local)


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
        place = f"connector: sheets\n    spreadsheet: {BOOK}\n    sheet: People"
        _point_at(folder, place, f'sheets: {{connector: google_sheets, url: "{emulator.url}"}}')
        for case in CASES:
            if case is CHANGED:
                for (number, column), text in _mended(rows).items():
                    place = f"{chr(ord('A') + column)}{number}"
                    edit = {"spreadsheet": BOOK, "sheet": "People", "set": [place, text]}
                    emulator.service.edit(edit)
            least = case.of_sheets, DELAY
            yield Line("Sheets", rows, case, *least, *_counted(emulator, folder), local[case.name])


def _over_airtable(folder: Path, rows: int, local: dict[str, float]) -> Iterator[Line]:
    make_workspace(folder, 3, "xlsx", 0)
    head, *below = _table(rows)
    kinds = {"Email": "email", "Signed up": "date"}
    fields = [{"name": name, "type": kinds.get(name, "singleLineText")} for name in head]
    records = [
        {"fields": {h: cell for h, cell in zip(head, row, strict=True) if cell}} for row in below
    ]
    base = {"id": BASE, "tables": [{"name": "People", "fields": fields, "records": records}]}
    data = {"tokens": [{"token": TOKEN}], "bases": [base]}
    slow = [{"when": {}, "do": {"delay": DELAY}}]
    with serving("airtable", data=data, faults=slow, quotas=True) as emulator:
        token = folder / "token"
        token.write_text(TOKEN, encoding="utf-8")
        token.chmod(0o600)
        place = f"connector: base\n    base: {BASE}\n    table: People"
        settings = f'connector: airtable, url: "{emulator.url}", token: {{file: token}}'
        _point_at(folder, place, f"base: {{{settings}}}")
        ids = [one["id"] for one in emulator.state()["bases"][0]["tables"][0]["records"]]
        for case in CASES:
            if case is CHANGED:
                for (number, _), text in _mended(rows).items():
                    edit = {
                        "base": BASE,
                        "table": "People",
                        "set": [ids[number - 2], "Email", text],
                    }
                    emulator.service.edit(edit)
            least = case.of_airtable(rows), max(DELAY, 1 / FIVE)
            yield Line(
                "Airtable", rows, case, *least, *_counted(emulator, folder), local[case.name]
            )


def _counted(emulator: Emulator, folder: Path) -> tuple[int, int, float]:
    """The reads and writes of a run, and the seconds it took."""
    before = len(emulator.exchanges)
    seconds = _run(folder)
    counted = Counter(_is_read(one) for one in emulator.exchanges[before:])
    return counted[True], counted[False], seconds


def _is_read(exchange: dict[str, Any]) -> bool:
    reads = (".getByDataFilter", ".listRecords")
    return exchange["method"] == "GET" or exchange["id"].endswith(reads)


def _run(folder: Path) -> float:
    command = [sys.executable, "-m", "sheetflow", "-w", str(folder), "run", "welcome", "--yes"]
    return measure(command).seconds


def _point_at(folder: Path, place: str, connection: str) -> None:
    settings = folder / "sheetflow.yaml"
    text = settings.read_text(encoding="utf-8").replace("file: people.xlsx", place)
    text = text.replace("connections:\n", f"connections:\n  {connection}\n")
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
        f"| {line.system} | {line.rows:,} | {line.case.name} | {line.reads} | {line.writes} | "
        f"{line.least} | {line.seconds:.2f} | {line.local:.2f} | {line.floor:.2f} | "
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
        "| system | rows | case | reads | writes | least | s | s over a file | floor, s "
        "| over the floor |",
        "|---|---:|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    return "\n".join([*head, *rows]) + "\n"


@click.command()
@click.option("--sizes", default="100,1000,10000", show_default=True, help="Rows, by commas.")
@click.option("--only", type=click.Choice(["sheets", "airtable"]), help="One system.")
@click.option("--print", "only_print", is_flag=True, help="Do not write requests.md.")
def main(sizes: str, only: str | None, only_print: bool) -> None:
    """Count the requests of a run, and time it."""
    text = page(list(lines([int(size) for size in sizes.split(",")], only or "")))
    if only_print:
        click.echo(text)
    else:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(prog_name="python -m bench.requests")
