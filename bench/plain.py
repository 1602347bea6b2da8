"""The shortest scripts that do what Sheetflow does, without any care for what can go wrong.

    python -m bench.plain JOB KIND FOLDER PORT

JOB is render (the templates alone), outbox or send; KIND is csv or xlsx. No address is checked,
nobody is recognised, nothing is remembered: a crash means twice or never. Everything is done as the
libraries' own introductions show it.
"""

from __future__ import annotations

import csv
import smtplib
import sys
from collections.abc import Callable
from datetime import date
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Any

import jinja2

Row = dict[str, Any]
Render = Callable[[Row], tuple[str, str, str]]
SENDER = "Riverside Volunteers <hello@example.org>"


def main(job: str, kind: str, folder: Path, port: int) -> None:
    """Do one job in the workspace `folder`."""
    render = renderer(folder / "plain")
    rows, save = (read_csv if kind == "csv" else read_xlsx)(folder / f"people.{kind}")
    if job == "render":
        for row in rows:
            render(row)
        return
    if job == "outbox":
        write_all(rows, render, folder / "outbox")
    else:
        send_all(rows, render, port)
    save()


def read_csv(path: Path) -> tuple[list[Row], Callable[[], None]]:
    """All rows, and how they are saved."""
    with path.open(newline="", encoding="utf-8") as file:
        rows: list[Row] = list(csv.DictReader(file))

    def save() -> None:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    return rows, save


def read_xlsx(path: Path) -> tuple[list[Row], Callable[[], None]]:
    """The same for a workbook."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    sheet = book.worksheets[0]
    headers, *lines = sheet.values
    rows: list[Row] = [dict(zip(map(str, headers), line, strict=True)) for line in lines]

    def save() -> None:
        column = len(headers) + 1
        sheet.cell(1, column).value = "Status"
        for number, row in enumerate(rows, 2):
            sheet.cell(number, column).value = row["Status"]
        book.save(path)

    return rows, save


def renderer(folder: Path) -> Render:
    """What gives the subject, the text and the HTML for a row."""
    loader = jinja2.FileSystemLoader(folder)
    environment = jinja2.Environment(loader=loader, autoescape=jinja2.select_autoescape())
    subject = environment.from_string("Welcome to {{ organization }}, {{ name }}")
    text, page = environment.get_template("welcome.txt"), environment.get_template("welcome.html")

    def render(row: Row) -> tuple[str, str, str]:
        day = date.fromisoformat(row["Signed up"])
        values = {
            "organization": "Riverside Volunteers",
            "name": row["Name"],
            "region": row["Region"],
            "signed_up": f"{day.day} {day:%B %Y}",
        }
        return subject.render(values), text.render(values), page.render(values)

    return render


def message_for(row: Row, render: Render) -> EmailMessage:
    """The mail for one row."""
    subject, text, page = render(row)
    message = EmailMessage()
    message["From"] = SENDER
    message["To"] = f"{row['Name']} <{row['Email']}>"
    message["Subject"] = subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="example.org")
    message["List-Unsubscribe"] = "<mailto:stop@example.org>"
    message.set_content(text)
    message.add_alternative(page, subtype="html")
    return message


def write_all(rows: list[Row], render: Render, outbox: Path) -> None:
    """Each mail as a file."""
    outbox.mkdir()
    for number, row in enumerate(rows):
        (outbox / f"{number}.eml").write_bytes(bytes(message_for(row, render)))
        row["Status"] = "Sent"


def send_all(rows: list[Row], render: Render, port: int) -> None:
    """Each mail to the server, over one connection."""
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for row in rows:
            smtp.send_message(message_for(row, render))
            row["Status"] = "Sent"


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
