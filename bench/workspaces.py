"""Workspaces to measure in: a table of made-up people, and a recipe that writes to each of them.

    python -m bench.workspaces FOLDER ROWS KIND PORT

KIND is csv or xlsx. With a PORT, mail goes to the server there; with 0, into a folder.
"""

from __future__ import annotations

import csv
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
HEADERS = ["Name", "Email", "Region", "Signed up", "Stage"]
FIRST = ["Ana", "Bo", "Cem", "Dina", "Émile", "Femi", "Gita", "Hal", "Ines", "Jo", "Kim"]
LAST = ["Rossi", "Kim", "Öz", "Park", "Ortiz", "Novak", "Ali", "Weber", "Silva", "Chan", "Diallo"]
REGIONS = ["North", "South", "East", "West", "Île-de-France", "Harbour and old town"]

SETTINGS = """\
organization:
  name: Riverside Volunteers
  postal_address: 1 Bridge Street, Riverside
  time_zone: Europe/Berlin
quiet_hours: none
connections:
  mail: {{ {mailer} }}
senders:
  team:
    address: Riverside Volunteers <hello@example.org>
    by: mail
    unsubscribe: mailto:stop@example.org
tables:
  People:
    file: people.{kind}
    person: {{ name: Name, email: Email }}
    columns: {{ Signed up: date }}
"""


def people(rows: int) -> Iterator[list[str]]:
    """That many rows of people, the same every time."""
    for number in range(rows):
        first, last = FIRST[number % 11], LAST[number // 11 % 11]
        name, region = f"{first} {last} {number}", REGIONS[number % 6]
        yield [name, f"person{number}@example.org", region, f"2026-03-{number % 28 + 1:02}", ""]


def make_workspace(folder: Path, rows: int, kind: str, port: int) -> None:
    """A whole workspace, the templates of the plain scripts among it."""
    folder.mkdir(parents=True)
    mailer = "connector: outbox"
    if port:
        mailer = f"connector: smtp, host: 127.0.0.1, port: {port}, security: none, connections: 4"
    settings = SETTINGS.format(kind=kind, mailer=mailer)
    (folder / "sheetflow.yaml").write_text(settings, encoding="utf-8")
    shutil.copytree(HERE / "campaign", folder, dirs_exist_ok=True)
    (_write_csv if kind == "csv" else _write_xlsx)(folder / f"people.{kind}", rows)


def _write_csv(path: Path, rows: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        writer.writerows(people(rows))


def _write_xlsx(path: Path, rows: int) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("People")
    sheet.append(HEADERS)
    for row in people(rows):
        sheet.append(row)
    book.save(path)


if __name__ == "__main__":
    make_workspace(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
