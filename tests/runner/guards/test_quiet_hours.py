"""Nobody is written to at night on their own clock, on any day of the year."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from sheetflow.language.policies import QUIET_HOURS, QuietHours
from sheetflow.runner.guards.quiet_hours import first_allowed
from tests.runner.guards.mailings import ZONE, Mailing, goes, held, person

EVENING = datetime(2026, 3, 14, 23, tzinfo=ZONE)
TOMORROW = "Waiting — goes out tomorrow 08:00 (it is night there)"
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Apia",
    "America/St_Johns",
    "Africa/Casablanca",
    "UTC",
]


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize("kind", ["relationship", "outreach", "internal"])
def test_at_night_it_waits_for_the_morning(mailing: Mailing, kind: str):
    mailing.recipe(more=f"kind: {kind}\n")
    mailing.now = EVENING
    assert held(mailing.plan())["ana"] == ("quiet hours", TOMORROW)
    mailing.run()
    assert (mailing.reached, mailing.statuses()["ana"]) == ([], TOMORROW)
    mailing.now = berlin("2026-03-15T08:00")
    mailing.run()
    assert mailing.reached == ["ana", "bo"]


def test_an_answer_to_what_somebody_just_did_does_not_wait(mailing: Mailing):
    mailing.recipe(more="kind: transactional\n")
    mailing.now = EVENING
    assert goes(mailing.plan()) == ["ana", "bo"]


def test_it_is_the_night_of_whoever_gets_it(mailing: Mailing):
    mailing.people([person("ana", Zone="America/New_York"), person("bo", Zone="Asia/Tokyo")])
    plan = mailing.plan()
    assert held(plan)["ana"] == ("quiet hours", "Waiting — goes out 08:00 (it is night there)")
    (entry,) = [entry for entry in plan.entries if entry.key.row == "ana"]
    assert entry.deed.until == datetime(2026, 3, 14, 12, tzinfo=UTC)
    assert goes(plan) == ["bo"]


@pytest.mark.parametrize("zone", ["", "somewhere warm"])
def test_without_a_zone_it_must_be_day_wherever_people_may_be(mailing: Mailing, zone: str):
    mailing.people([person("ana", Zone=zone)])
    assert goes(mailing.plan()) == ["ana"]
    mailing.settings("people_are_in: [Europe/Berlin, America/New_York]\n")
    mailing.now = berlin("2026-03-14T12:00")
    assert held(mailing.plan())["ana"][0] == "quiet hours"
    mailing.now = berlin("2026-03-14T13:00")
    assert goes(mailing.plan()) == ["ana"]


def test_places_that_are_never_awake_together_need_a_person(mailing: Mailing):
    mailing.settings("people_are_in: [America/Los_Angeles, Europe/London, Asia/Tokyo]\n")
    says = "Needs you — which time zone? It is never day in all of people_are_in"
    assert held(mailing.plan())["ana"] == ("quiet hours", says)
    mailing.people([person("ana", Zone="Europe/Berlin")])
    assert goes(mailing.plan()) == ["ana"]


def test_a_workspace_says_when(mailing: Mailing):
    mailing.settings("quiet_hours: 11:00 to 13:00\n")
    assert held(mailing.plan())["ana"][1] == "Waiting — goes out 13:00 (it is night there)"
    mailing.settings("quiet_hours: none\n")
    mailing.now = EVENING
    assert goes(mailing.plan()) == ["ana", "bo"]


def test_a_slow_run_stops_at_the_hour(mailing: Mailing):
    mailing.crowd(10)
    mailing.now = berlin("2026-03-14T20:59:57")
    mailing.run(meanwhile=lambda _outcome: mailing.later(seconds=1))
    assert [f"{letter.at:%H:%M:%S}" for letter in mailing.came] == [
        "20:59:57",
        "20:59:58",
        "20:59:59",
    ]
    assert list(mailing.statuses().values()).count(TOMORROW) == 7


@pytest.mark.parametrize(
    ("now", "ends", "first"),
    [
        ("2026-03-28T22:00", time(8), "2026-03-29T08:00:00+02:00"),
        ("2026-03-29T01:59", time(2, 30), "2026-03-29T03:00:00+02:00"),
        ("2026-10-25T01:00", time(2, 30), "2026-10-25T02:30:00+02:00"),
        ("2026-10-24T22:00", time(8), "2026-10-25T08:00:00+01:00"),
    ],
)
def test_the_first_moment_is_right_when_the_clocks_change(now: str, ends: time, first: str):
    found = first_allowed(berlin(now), (ZONE,), QuietHours(time(21), ends))
    assert found is not None
    assert found.isoformat() == first


def test_an_hour_that_comes_twice_is_quiet_twice():
    hours = QuietHours(time(21), time(2, 30))
    second_two_ten = datetime(2026, 10, 25, 2, 10, tzinfo=ZONE, fold=1)
    found = first_allowed(second_two_ten, (ZONE,), hours)
    assert found is not None
    assert found.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True),
    st.sampled_from(
        [QUIET_HOURS, QuietHours(time(9), time(17)), QuietHours(time(22), time(2, 30))]
    ),
)
def test_the_first_allowed_moment_is_allowed_and_the_minute_before_is_not(
    now: datetime, names: list[str], hours: QuietHours
):
    zones = tuple(map(ZoneInfo, names))

    def night(at: datetime) -> bool:
        return any(hours.hold(at.astimezone(zone).time()) for zone in zones)

    first = first_allowed(now, zones, hours)
    assert first is not None
    assert not night(first)
    assert first >= now
    if first - now > timedelta(minutes=1):
        assert night(first - timedelta(minutes=1))
