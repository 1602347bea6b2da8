"""What the ledger knows, as a file: whole, streaming, and nothing in it can become a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from sheetflow.ledger.records import Record
from sheetflow.reporting.export import COLUMNS, as_csv, as_json, facts_of
from sheetflow.values import Key, State, Status, Word

BERLIN = ZoneInfo("Europe/Berlin")
RECORD = Record(
    key=Key("main", "welcome", "email-person", "People", "sf-1", "1"),
    state=State.DONE,
    action="email",
    content="0" * 32,
    who="Ana R.",
    status=Status(Word.SENT, "14 Mar 12:00"),
    reference="<1@example.org>",
    gives={"meeting": {"link": "https://zoom.example/j/1?pwd=secret"}},
    cells={"Stage": "Prospect"},
    data={"was": {"Stage": None}},
    at=datetime(2026, 3, 14, 11, tzinfo=UTC),
    retry_at=None,
    attempt=1,
    told=True,
    run="r1",
)
texts = st.text(max_size=12) | st.builds(
    str.__add__, st.sampled_from(["=", "+", "-", "@", "\t=", "\r=", " =", "\0=", "＝", ""]),
    st.text(max_size=5),
)  # fmt: skip


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_record_is_one_line_with_every_column() -> None:
    text = "".join(as_csv([RECORD], BERLIN))
    header, line, rest = text.split("\r\n")
    assert rest == ""
    assert header == ",".join(f'"{name}"' for name in COLUMNS)
    assert line == (
        '"2026-03-14T12:00:00+01:00","main","welcome","email-person","email","People","sf-1","1",'
        '"Ana R.","done","Sent","14 Mar 12:00","<1@example.org>",1,"","yes","r1"'
    )


def test_json_is_a_list_of_the_same_facts() -> None:
    assert json.loads("".join(as_json([RECORD, RECORD], BERLIN))) == [facts_of(RECORD, BERLIN)] * 2
    assert json.loads("".join(as_json([], BERLIN))) == []


@given(who=texts, text=texts, row=texts)
def test_no_cell_is_a_formula_and_every_record_stays_one_line(
    who: str, text: str, row: str
) -> None:
    record = replace(
        RECORD, key=replace(RECORD.key, row=row), who=who, status=Status(Word.DONE, text)
    )
    whole = "".join(as_csv([record], BERLIN))
    assert whole.count("\r\n") == 2
    (found,) = read(whole)
    for name, cell in found.items():
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), name
        assert not set(cell) & set("\0\t\r\n\x1b\u202e"), name
    assert found["attempt"] == "1"


@pytest.mark.parametrize("name", ["=1+1", "+49 30", "-5", "@SUM(A1)", " =1", "＝1"])
def test_what_looks_like_a_formula_begins_with_an_apostrophe(name: str) -> None:
    (found,) = read("".join(as_csv([replace(RECORD, who=name)], BERLIN)))
    assert found["who"] == f"'{name}"


def test_links_and_errors_of_services_are_not_in_it() -> None:
    failed = replace(RECORD, state=State.NOT_KNOWN, reference="Timeout: https://x/?token=secret")
    for written in (as_csv, as_json):
        text = "".join(written([RECORD, failed], BERLIN))
        assert "secret" not in text
        assert "Prospect" not in text


def test_it_streams() -> None:
    taken: list[int] = []

    def records() -> Iterator[Record]:
        for number in range(1000):
            taken.append(number)
            yield RECORD

    for written in (as_csv, as_json):
        taken.clear()
        lines = written(records(), BERLIN)
        for _ in range(3):
            next(lines)
        assert len(taken) <= 3


def test_the_page_explains_every_column() -> None:
    page = (Path(__file__).parent.parent.parent / "docs" / "questions.md").read_text("utf-8")
    for name, meaning in COLUMNS.items():
        assert f"| `{name}` | {meaning} |" in page
