"""The demo from end to end: three recipes over a messy workbook, twice."""

from __future__ import annotations

import email
import re
import subprocess
import sys
from datetime import datetime, timedelta
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from recipes.demo import BEFORE, make_demo
from recipes.example_workbook import NAME
from sheetflow.clock import Clock

NOW = datetime(2026, 3, 14, 12, tzinfo=ZoneInfo("America/New_York"))
OURS = {
    "People": {"Stage", "Owner", "Next step", "Next step due", "Sheetflow ID"},
    "Team": set(),
    "Groups": {"Coaching link"},
    "Budget": set(),
}
TOLD = {"Sheetflow status", "Sheetflow when"}
HEADER_ROWS = {"People": 3, "Team": 1, "Groups": 1, "Budget": 1}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "demo"
    said = list(make_demo(folder, Clock.at(NOW)))
    return folder, said


def table(path, sheet):
    """The rows of a sheet below its headers, by header, and by row number."""
    rows = load_workbook(path)[sheet].iter_rows(min_row=HEADER_ROWS[sheet], values_only=True)
    headers = next(rows)
    return {
        number: dict(zip(headers, row, strict=True))
        for number, row in enumerate(rows, start=HEADER_ROWS[sheet] + 1)
    }


def statuses(folder, sheet, who):
    found = {}
    for row in table(folder / NAME, sheet).values():
        if row["Sheetflow status"]:
            found.setdefault(row[who], []).append(row["Sheetflow status"])
    return found


def mails(folder):
    for path in sorted((folder / "outbox").glob("*.eml")):
        yield email.message_from_bytes(path.read_bytes(), policy=default)


def contents(folder):
    kept = [path for path in folder.rglob("*") if path.is_file() and ".db" not in path.name]
    return {path.relative_to(folder): path.read_bytes() for path in kept}


def test_each_person_is_told_what_happened(demo):
    found = statuses(demo[0], "People", "First name")
    needing = {who: said for who, said in found.items() if not said[0].startswith("Done")}
    assert needing == {
        "Cara": ["Needs you — two addresses here, keep one"],
        "Dev": ['Needs you — is "dev.patel@gmial.com" right? Or "dev.patel@gmail.com"?'],
        "Erin": ["Needs you — no e-mail address"],
        "Kit": [
            'Needs you — check "kit.moss@exаmple.org": some letters only look right, retype it'
        ],
        "Lou": ["Waiting — a cell in this row shows #REF!"],
        "Mo": ["Needs you — is 3/4/2026 the 3 April or 4 March? Write 2026-04-03"],
        "Pia": ["Waiting — nobody in West has room for one more"],
        "Quinn": ['Needs you — is "Yes!!" a yes or a no?'],
        "Sol": ["Waiting — nobody in Islands has room for one more"],
        "Tess": ['Needs you — "Region" is empty here'],
        "Wes": ['Needs you — who is "Sam"? Not in "Team"'],
        "Wolfeschlegelsteinhausenbergerdorff-Montgomery": [
            "Waiting — nobody in West has room for one more"
        ],
        "ana": ['Skipped — same person as "Ana R."'],
    }
    assert found["Jo"] == ["Done — Maya Ortiz calls within a day", "Skipped — copy of another row"]


def test_each_group_is_told_what_happened(demo):
    assert statuses(demo[0], "Groups", "Group") == {
        "Riverside": ["Done — Lee Park and Ines Vidal are invited, Tue 17 Mar, 18:30 EDT"],
        "Hill End": ["Done — Maya Ortiz and Omar Said are invited, Wed 18 Mar, 19:00 EDT"],
        "Harbour": ["Done — Lee Park and Jun Tanaka are invited, Thu 19 Mar, 23:00 EDT"],
        "Station": ["Needs you — two addresses here, keep one"],
        "Meadow": ['Needs you — who is "Bob"? Not in "Team"'],
        "Quarry": ["Needs you — what time on 22 March? Write it like 2026-03-22 19:00"],
    }


@pytest.mark.parametrize("sheet", OURS)
def test_only_our_own_cells_changed(demo, sheet):
    before, after = (table(demo[0] / name, sheet) for name in (BEFORE, NAME))
    assert before.keys() == after.keys()
    for number, row in before.items():
        left = {header: value for header, value in row.items() if header not in OURS[sheet]}
        now = after[number]
        assert {header: now[header] for header in left} == left
        assert set(now) - set(row) <= TOLD


def test_what_a_sheet_has_beside_its_cells_is_still_there(demo):
    before, after = (load_workbook(demo[0] / name) for name in (BEFORE, NAME))
    assert after.sheetnames == before.sheetnames
    assert len(after["Budget"]._charts) == 1
    was, now = before["People"], after["People"]
    assert now.merged_cells.ranges == was.merged_cells.ranges
    assert now.data_validations.dataValidation == was.data_validations.dataValidation
    assert len(now.conditional_formatting) == len(was.conditional_formatting)
    assert now["J3"].comment.text == was["J3"].comment.text
    assert [now.row_dimensions[n].hidden for n in (33, 34)] == [True, True]
    for row in was.iter_rows():
        for cell in row:
            same = now[cell.coordinate]
            assert (repr(same.fill), repr(same.font)) == (repr(cell.fill), repr(cell.font))


def test_nothing_that_we_wrote_is_a_formula(demo):
    sheet = load_workbook(demo[0] / NAME)["People"]
    formulas = {
        cell.column_letter for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    }
    assert formulas == {"C", "P"}  # the total, and the column that people made


def test_nobody_reads_anything_about_somebody_else(demo):
    addresses = {
        str(row["E-mail address "]).strip().lower()
        for row in table(demo[0] / NAME, "People").values()
        if row["Last name"]
    }
    for mail in mails(demo[0]):
        to = re.search(r"<(.+)>", mail["To"])[1]
        text = mail.get_body(("plain",)).get_content()
        assert mail["To"].count("@") == 1
        assert not [each for each in addresses - {to} if len(each) > 6 and each in text]


def test_each_reads_their_own_language(demo):
    subjects = {re.search(r"<(.+)>", mail["To"])[1]: mail["Subject"] for mail in mails(demo[0])}
    assert subjects["ana.ruiz@example.org"] == "Te damos la bienvenida a Clean Rivers, Ana"
    assert subjects["layla@example.org"] == "أهلاً بك يا ليلى في Clean Rivers"
    assert subjects["sharp@example.org"] == "Welcome to Clean Rivers, {{ 7*7 }}"


def test_the_family_with_one_address_gets_a_mail_each(demo):
    greeted = {
        mail.get_body(("plain",)).get_content().split(",")[0].split("،")[0]
        for mail in mails(demo[0])
        if "haddad.family@example.org" in mail["To"]
    }
    assert len(greeted) == 2


def test_calendars_can_read_the_invitations(demo):
    found = {}
    for path in (demo[0] / "invitations").glob("*.ics"):
        [event] = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
        found[str(event["SUMMARY"])] = event["DTSTART"].dt.isoformat()
    assert found["Coaching call for Riverside"] == "2026-03-17T18:30:00-04:00"
    assert found["Coaching call for Harbour"] == "2026-03-19T20:00:00-07:00"


def test_it_says_what_happened_and_where_to_look(demo):
    folder, said = demo
    assert said[0] == f"Clean Rivers: three recipes over {folder / NAME}."
    assert "Welcome new sign-ups: 15 messages" in said
    assert "  people: Sent 15, Waiting 1, Skipped 2, Needs you 6, left out 6" in said
    for line in said[said.index("Where to look:") + 1 : -1]:
        assert Path(line.strip().partition(": ")[0]).exists()


def test_a_second_run_changes_nothing_and_says_why(demo):
    folder, _ = demo
    before = contents(folder)
    said = list(make_demo(folder, Clock.at(NOW + timedelta(minutes=5))))
    assert contents(folder) == before
    assert [line for line in said if line.endswith(" messages")] == [
        "Welcome new sign-ups: 0 messages",
        "Assign a point person: 0 messages",
        "Coaching calls: 0 messages",
    ]
    assert '    Stage is "Prospect", not empty (Ana R., Bo K., Farid H. and 14 more)' in said
    assert "    everything was done before (Ines V., Omar S., Jun T.)" in said


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 1, 1, 0, 5, tzinfo=ZoneInfo("America/New_York")),
        datetime(2024, 2, 29, 23, 55, tzinfo=ZoneInfo("America/New_York")),
        datetime(2026, 3, 7, 12, tzinfo=ZoneInfo("America/New_York")),  # clocks go forward within
    ],
    ids=lambda now: f"{now:%Y-%m-%d}",
)
def test_it_is_the_same_on_any_day(tmp_path, demo, now):
    said = list(make_demo(tmp_path / "demo", Clock.at(now)))
    counts = [line for line in said if line.startswith("  people:")]
    assert counts == [line for line in demo[1] if line.startswith("  people:")]


def test_it_runs_as_a_program(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "recipes.demo", str(tmp_path / "demo")],
        cwd=Path(__file__).parent.parent.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Run it again: nobody is written to twice." in done.stdout
