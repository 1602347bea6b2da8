"""When recipes are due: once, never early, none lost, whatever the clocks on the walls do."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, strategies as st

from sheetflow.hosting.timetable import next_due
from sheetflow.language.schedules import SCHEDULES, Schedule, parse_schedule

ZONES = (
    *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu"),
    *("America/Santiago", "Pacific/Apia", "Pacific/Chatham", "Africa/Casablanca", "UTC"),
)
LEFT_OUT = (ZoneInfo("Pacific/Apia"), datetime(2011, 12, 30, 8, tzinfo=UTC))
BERLIN = ZoneInfo("Europe/Berlin")


def due(text: str, after: str, zone: ZoneInfo = BERLIN) -> str:
    found = next_due(parse_schedule(text), datetime.fromisoformat(after).replace(tzinfo=zone), zone)
    assert found is not None
    return f"{found.astimezone(zone):%a %Y-%m-%d %H:%M %Z}"


@pytest.mark.parametrize(
    ("text", "after", "expected"),
    [
        ("every weekday at 09:00", "2026-03-13 08:59", "Fri 2026-03-13 09:00 CET"),
        ("every weekday at 09:00", "2026-03-13 09:00", "Mon 2026-03-16 09:00 CET"),
        ("every day at 09:00", "2026-03-28 10:00", "Sun 2026-03-29 09:00 CEST"),
        ("every monday and thursday at 18:30", "2026-03-10 00:00", "Thu 2026-03-12 18:30 CET"),
        ("every monday at 00:00", "2026-03-14 12:00", "Mon 2026-03-16 00:00 CET"),
        ("every day at 02:30", "2026-03-29 01:59", "Sun 2026-03-29 03:30 CEST"),
        ("every day at 02:30", "2026-03-29 03:10", "Sun 2026-03-29 03:30 CEST"),
        ("every day at 02:30", "2026-10-25 01:00", "Sun 2026-10-25 02:30 CEST"),
        ("every hour", "2026-03-29 01:30", "Sun 2026-03-29 03:30 CEST"),
    ],
)
def test_the_clock_on_the_wall_says_when(text: str, after: str, expected: str):
    assert due(text, after) == expected


def test_a_time_that_comes_twice_is_due_once():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    nightly = parse_schedule("every day at 02:30")
    for minutes in (0, 30, 60, 90):
        after = (first.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(BERLIN)
        found = next_due(nightly, after, BERLIN)
        assert found == datetime(2026, 10, 26, 2, 30, tzinfo=BERLIN)


def test_what_follows_no_clock_is_never_due_by_it():
    assert next_due(parse_schedule("on change"), datetime(2026, 3, 14, tzinfo=UTC), BERLIN) is None


def test_missed_steps_are_one_and_the_steps_stay_where_they_were():
    quarterly, last = parse_schedule("every 15 minutes"), datetime(2026, 3, 14, 9, 7, tzinfo=UTC)
    asleep_until = last + timedelta(hours=5, minutes=3)
    found = next_due(quarterly, asleep_until, BERLIN, last=last)
    assert found == datetime(2026, 3, 14, 14, 22, tzinfo=UTC)


moments = st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from(ZONES).map(ZoneInfo)
schedules = st.one_of(
    st.sampled_from(SCHEDULES[:-1]).map(parse_schedule),
    st.builds(
        Schedule,
        days=st.sets(st.integers(0, 6), min_size=1).map(sorted).map(tuple),
        at=st.builds(time, st.integers(0, 4), st.integers(0, 59)),
    ),
)


@st.composite
def near_a_change(draw: st.DrawFn) -> tuple[ZoneInfo, datetime]:
    """A moment within three hours of when a zone's clocks were put forward or back."""
    zone, moment = draw(zones), draw(moments)
    offset = moment.astimezone(zone).utcoffset()
    for _ in range(24 * 366):
        moment += timedelta(hours=1)
        if moment.astimezone(zone).utcoffset() != offset:
            break
    return zone, moment + timedelta(minutes=draw(st.integers(-180, 180)))


@given(schedules, near_a_change())
@example(
    parse_schedule("every day at 09:00"),
    (ZoneInfo("Pacific/Apia"), datetime(2011, 12, 30, 8, tzinfo=UTC)),
)
def test_due_times_are_found_in_order_and_none_is_left_out(schedule, place):
    """Whoever asks at any moment in between gets the same next one."""
    zone, moment = place
    found = next_due(schedule, moment, zone, last=moment)
    assert found is not None
    assert found > moment
    for part in (0, 0.3, 0.999):
        between = moment + (found - moment) * part
        assert next_due(schedule, between, zone, last=moment) == found


@given(schedules.filter(lambda s: s.at), near_a_change())
def test_each_day_has_its_due_time_once_and_never_before_its_time(schedule, place):
    zone, moment = place
    days: list[datetime] = []
    for _ in range(8):
        found = next_due(schedule, days[-1] if days else moment, zone)
        days.append(found)
    shown = [day.astimezone(zone) for day in days]
    assert len({day.date() for day in shown}) == len(shown)
    for day in shown:
        assert day.weekday() in schedule.days or zone.key == "Pacific/Apia"
        late = day.replace(tzinfo=None) - datetime.combine(day.date(), schedule.at)
        assert timedelta() <= late <= timedelta(hours=1) or zone.key == "Pacific/Apia"
    for one, other in pairwise(shown):
        between = range(1, (other.date() - one.date()).days)
        left_out = [one.date() + timedelta(days=n) for n in between]
        assert not [day for day in left_out if day.weekday() in schedule.days]


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu", "Europe/Berlin"])
def test_the_zone_of_the_machine_does_not_matter(zone: str):
    code = (
        "from datetime import UTC, datetime; from zoneinfo import ZoneInfo\n"
        "from sheetflow.hosting.timetable import next_due\n"
        "from sheetflow.language.schedules import parse_schedule\n"
        "daily, after = parse_schedule('every day at 02:30'), datetime(2026, 3, 8, 6, tzinfo=UTC)\n"
        "for _ in range(400):\n"
        "    after = next_due(daily, after, ZoneInfo('Europe/Berlin'))\n"
        "    print(after.isoformat())\n"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "TZ": name},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for name in ("UTC", zone)
    ]
    assert said[0] == said[1]
    assert len(said[0].splitlines()) == 400
