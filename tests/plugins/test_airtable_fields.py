"""Cells of Airtable as values of ours, and back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st
from sheetflow_plugins._airtable_fields import WORKED_OUT, Field, value_of, written

from sheetflow.tables import statuses
from sheetflow.values import CellError, Status, Word

PLACE = "appX/tblY/recZ"
MOMENT = datetime(2026, 3, 14, 17, 30, tzinfo=UTC)
CHOICES = {"choices": [{"name": "New"}, {"name": "In touch"}, {"name": "Yes, soon"}]}
PERSON = {"id": "usr1", "email": "lee@example.org", "name": "Lee Park"}
ERROR = {"error": "#ERROR!"}
FILE = {"id": "att1", "filename": "cv.pdf", "url": "https://v5.example.org/signed/1"}


def of(kind: str, **options: Any) -> Field:
    return Field("fld1", "Field", kind, options)


def result(kind: str, of_kind: str = "formula") -> Field:
    return of(of_kind, result={"type": kind})


@pytest.mark.parametrize(
    ("raw", "field", "value"),
    [
        ("Ana ", of("singleLineText"), "Ana "),
        (None, of("singleLineText"), None),
        ("", of("multilineText"), None),
        (7, of("number"), 7),
        (0.5, of("percent"), 0.5),
        (True, of("checkbox"), True),
        (None, of("checkbox"), False),
        ("New", of("singleSelect"), "New"),
        (["New", "In touch"], of("multipleSelects"), "New, In touch"),
        ([], of("multipleSelects"), None),
        ("2026-03-14", of("date"), date(2026, 3, 14)),
        ("2026-03-14T17:30:00.000Z", of("dateTime"), MOMENT),
        ("2026-03-14T17:30:00.000Z", of("createdTime"), MOMENT),
        (["recA"], of("multipleRecordLinks"), "recA"),
        (["recA", "recB"], of("multipleRecordLinks"), "recA, recB"),
        (["Lee Park"], result("singleLineText", "multipleLookupValues"), "Lee Park"),
        ([3, 4.5], result("number", "multipleLookupValues"), "3, 4.5"),
        (["2026-03-14"], result("date", "multipleLookupValues"), date(2026, 3, 14)),
        ("2026-03-14T17:30:00.000Z", result("dateTime"), MOMENT),
        (42, result("number"), 42),
        (ERROR, result("number"), CellError("#ERROR!")),
        ({"specialValue": "NaN"}, result("number"), CellError("NaN")),
        ([ERROR], result("number", "multipleLookupValues"), CellError("#ERROR!")),
        (PERSON, of("singleCollaborator"), "Lee Park"),
        ([PERSON, PERSON | {"name": "Bo"}], of("multipleCollaborators"), "Lee Park, Bo"),
        ({"text": "0123"}, of("barcode"), "0123"),
        ({"state": "generated", "value": "Hi", "isStale": False}, of("aiText"), "Hi"),
        ({"label": "Open", "url": "https://example.org"}, of("button"), "https://example.org"),
        ([FILE], of("multipleAttachments"), "cv.pdf (https://airtable.com/appX/tblY/recZ)"),
        ("something", of("a type of next year"), "something"),
    ],
)
def test_each_type_is_read_as_what_it_is(raw: Any, field: Field, value: object):
    assert value_of(raw, field, PLACE) == value


def test_an_attachment_is_the_same_however_often_its_address_changes():
    again = FILE | {"url": "https://v5.example.org/signed/2"}
    field = of("multipleAttachments")
    assert value_of([FILE], field, PLACE) == value_of([again], field, PLACE)


@pytest.mark.parametrize(
    ("value", "field", "json"),
    [
        ("=1+1", of("singleLineText"), "=1+1"),
        (7.0, of("singleLineText"), "7"),
        (True, of("multilineText"), "TRUE"),
        (date(2026, 3, 14), of("singleLineText"), "2026-03-14"),
        (datetime(2026, 3, 14, 12), of("singleLineText"), "2026-03-14 12:00"),
        (None, of("singleLineText"), None),
        (None, of("checkbox"), False),
        (7, of("number"), 7),
        ("7.5", of("number"), 7.5),
        (True, of("checkbox"), True),
        ("yes", of("checkbox"), True),
        ("New", of("singleSelect", **CHOICES), "New"),
        ("in touch", of("singleSelect", **CHOICES), "In touch"),
        ("New, In touch", of("multipleSelects", **CHOICES), ["New", "In touch"]),
        ("Yes, soon", of("multipleSelects", **CHOICES), ["Yes, soon"]),
        (date(2026, 3, 14), of("date"), "2026-03-14"),
        (datetime(2026, 3, 14, 12), of("date"), "2026-03-14"),
        ("2026-03-14", of("date"), "2026-03-14"),
        (MOMENT, of("dateTime"), "2026-03-14T17:30:00.000Z"),
        ("recA", of("multipleRecordLinks"), ["recA"]),
        ("recA, recB", of("multipleRecordLinks"), ["recA", "recB"]),
        ("0123", of("barcode"), {"text": "0123"}),
    ],
)
def test_each_type_is_written_as_airtable_wants_it(value: object, field: Field, json: Any):
    assert written(value, field) == json


@pytest.mark.parametrize(
    ("value", "field", "says"),
    [
        ("Lost", of("singleSelect", **CHOICES), statuses.unknown_choice("Lost", "Field")),
        ("New, Lost", of("multipleSelects", **CHOICES), statuses.unknown_choice("Lost", "Field")),
        ("many", of("number"), statuses.not_a_number("many")),
        ("perhaps", of("checkbox"), statuses.not_yes_or_no("perhaps")),
        ("soon", of("date"), statuses.ambiguous_date("soon")),
        ("soon", of("dateTime"), statuses.ambiguous_date("soon")),
        (
            "Lee Park",
            of("multipleRecordLinks"),
            Status(Word.NEEDS_YOU, '"Lee Park" does not fit into the field "Field"'),
        ),
        (
            "Lee Park",
            of("singleCollaborator"),
            Status(Word.NEEDS_YOU, '"Lee Park" does not fit into the field "Field"'),
        ),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_made_of_it(
    value: object, field: Field, says: Status
):
    assert written(value, field) == says


def test_what_airtable_works_out_is_known_as_such():
    assert all(of(kind).is_worked_out for kind in WORKED_OUT)
    assert not of("singleLineText").is_worked_out


PLAIN = {
    "singleLineText": st.text(min_size=1).filter(lambda text: text != ""),
    "number": st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False),
    "checkbox": st.booleans(),
    "date": st.dates(),
    "singleSelect": st.sampled_from(["New", "In touch"]),
    "dateTime": st.datetimes(
        datetime(1900, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC)
    ).map(lambda moment: moment.replace(microsecond=0)),
}


@given(st.data())
def test_what_was_written_is_read_again(data: st.DataObject):
    kind = data.draw(st.sampled_from(sorted(PLAIN)))
    value = data.draw(PLAIN[kind])
    field = of(kind, **CHOICES)
    assert value_of(written(value, field), field, PLACE) == value
