"""What was read of tables elsewhere is handed on for a moment."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sheetflow.tables.readings import Readings
from sheetflow.tables.source import Sheet


@pytest.mark.parametrize(
    ("later", "found"),
    [(0, True), (60, True), (61, False), (-1, False)],
    ids=["at once", "after a minute", "after more", "when the clock was put back"],
)
def test_a_reading_is_handed_on_for_a_minute(now: datetime, later: int, found: bool):
    readings, sheet = Readings(), Sheet((), "1")
    readings.keep("People", sheet, now)
    lately = readings.lately("People", now + timedelta(seconds=later))
    assert (lately is sheet) == found


def test_a_reading_is_handed_on_once(now: datetime):
    readings = Readings()
    readings.keep("People", Sheet((), "1"), now)
    assert readings.lately("People", now) is not None
    assert readings.lately("People", now) is None
