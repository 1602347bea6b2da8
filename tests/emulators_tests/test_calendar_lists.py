"""Calendar's lists: series and their instances, search, order, pages, sync tokens, busy times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.emulators.google.calendar.agenda import Window, instances
from tests.emulators.google.calendar.freebusy import merged
from tests.emulators.google.calendar.model import Calendar
from tests.emulators.google.calendar.recurrence import Series, split, suffix_of
from tests.emulators.serving import Emulator, serving
from tests.emulators_tests.people import Clients, Moment, refusal

NOW = datetime(2026, 3, 14, 11, tzinfo=UTC)
ANN, BOB = "ann@example.org", "bob@example.org"
ZONE = {"timeZone": "Europe/Berlin"}
WEEKLY = {
    "id": "series1",
    "summary": "Weekly call",
    "start": {"dateTime": "2026-03-20T10:00:00", **ZONE},
    "end": {"dateTime": "2026-03-20T11:00:00", **ZONE},
    "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Europe/Berlin:20260403T100000"],
}


@pytest.fixture
def google(moment: Moment) -> Iterator[Emulator]:
    data = {"users": [ANN, BOB], "calendars": [{"id": ANN, **ZONE}, {"id": BOB}]}
    with serving("google", data=data, clock=moment) as emulator:
        yield emulator


@pytest.fixture
def ann(clients: Clients) -> Any:
    return clients.calendar(ANN).events()


def put(events: Any, **body: Any) -> dict[str, Any]:
    return events.insert(calendarId="primary", body=body).execute()


def day(events: Any, date: str, **body: Any) -> dict[str, Any]:
    """An all-day event."""
    return put(events, start={"date": date}, end={"date": date}, **body)


def listed(events: Any, **query: Any) -> list[str]:
    return [e["id"] for e in events.list(calendarId="primary", **query).execute()["items"]]


def test_a_series_keeps_its_hour_when_the_clocks_change(ann: Any) -> None:
    put(ann, **WEEKLY)
    found = ann.list(calendarId="primary", singleEvents=True, orderBy="startTime").execute()
    assert [(one["id"], one["start"]["dateTime"]) for one in found["items"]] == [
        ("series1_20260320T090000Z", "2026-03-20T10:00:00+01:00"),
        ("series1_20260327T090000Z", "2026-03-27T10:00:00+01:00"),
        ("series1_20260410T080000Z", "2026-04-10T10:00:00+02:00"),
    ]
    first = found["items"][0]
    assert first["recurringEventId"] == "series1"
    assert first["originalStartTime"] == first["start"]
    assert "recurrence" not in first


def test_all_day_series_have_days_for_instance_ids(ann: Any) -> None:
    day(ann, "2026-03-20", id="dail1", recurrence=["RRULE:FREQ=DAILY;UNTIL=20260322"])
    assert listed(ann, singleEvents=True) == ["dail1_20260320", "dail1_20260321", "dail1_20260322"]


def test_a_changed_instance_stands_for_itself_and_the_rest_goes_on(ann: Any) -> None:
    put(ann, **WEEKLY)
    instance = {"calendarId": "primary", "eventId": "series1_20260327T090000Z"}
    later = {
        "start": {"dateTime": "2026-03-28T15:00:00", **ZONE},
        "end": {"dateTime": "2026-03-28T16:00:00", **ZONE},
    }
    ann.patch(**instance, body=later).execute()
    ann.delete(calendarId="primary", eventId="series1_20260410T080000Z").execute()
    times = [
        one["start"]["dateTime"]
        for one in ann.instances(calendarId="primary", eventId="series1").execute()["items"]
    ]
    assert times == ["2026-03-20T10:00:00+01:00", "2026-03-28T15:00:00+01:00"]
    plain = ann.list(calendarId="primary").execute()["items"]
    assert [(one["id"], one["status"]) for one in plain] == [
        ("series1", "confirmed"),
        ("series1_20260327T090000Z", "confirmed"),
        ("series1_20260410T080000Z", "cancelled"),
    ]
    ann.patch(calendarId="primary", eventId="series1", body={"summary": "Renamed"}).execute()
    changed = ann.get(**instance).execute()
    assert (changed["summary"], changed["start"]["dateTime"]) == (
        "Renamed",
        "2026-03-28T15:00:00+01:00",
    )
    ann.delete(calendarId="primary", eventId="series1").execute()
    assert listed(ann, singleEvents=True) == []


def test_an_instance_that_the_series_has_not_is_not_found(ann: Any) -> None:
    put(ann, **WEEKLY)
    missing = ann.get(calendarId="primary", eventId="series1_20260321T090000Z")
    assert refusal(missing.execute) == (404, "notFound", "Not Found")


def test_a_list_is_narrowed_by_window_words_and_properties(ann: Any) -> None:
    put(ann, **WEEKLY)
    properties = {"private": {"key": "7"}, "shared": {"team": "north"}}
    day(ann, "2026-04-01", id="fools", summary="April fools", extendedProperties=properties)
    day(ann, "2026-05-01", id="first", location="Town hall", attendees=[{"email": "mia@x.org"}])
    window = {"timeMin": "2026-03-27T10:00:00Z", "timeMax": "2026-04-02T00:00:00Z"}
    assert listed(ann, **window) == ["fools"]
    assert listed(ann, timeMin="2026-03-27T09:59:00Z", timeMax="2026-03-28T00:00:00Z") == [
        "series1"
    ]
    assert listed(ann, q="town HALL") == ["first"]
    assert listed(ann, q="mia@x.org") == ["first"]
    assert listed(ann, privateExtendedProperty=["key=7"]) == ["fools"]
    assert listed(ann, privateExtendedProperty=["key=7"], sharedExtendedProperty=["team=s"]) == []
    assert listed(ann, iCalUID="first@google.com") == ["first"]
    assert listed(ann, eventTypes=["outOfOffice"]) == []


def test_the_order_by_start_needs_single_events(ann: Any) -> None:
    day(ann, "2026-05-01", id="later")
    day(ann, "2026-04-01", id="sooner")
    assert listed(ann, singleEvents=True, orderBy="startTime") == ["sooner", "later"]
    refused = refusal(lambda: listed(ann, orderBy="startTime"))
    text = "The requested ordering is not available for the particular query."
    assert refused == (400, "badRequest", text)


def test_pages_give_everything_once_and_the_sync_token_at_the_end(ann: Any) -> None:
    for number in range(5):
        day(ann, f"2026-04-0{number + 1}", id=f"date{number}")
    seen, tokens = [], []
    request = ann.list(calendarId="primary", maxResults=2)
    while request is not None:
        answer = request.execute()
        seen += [one["id"] for one in answer["items"]]
        tokens.append("nextSyncToken" in answer)
        request = ann.list_next(request, answer)
    assert seen == ["date0", "date1", "date2", "date3", "date4"]
    assert tokens == [False, False, True]


def test_a_sync_token_gives_what_changed_and_what_was_deleted(ann: Any) -> None:
    day(ann, "2026-04-01", id="kept1")
    day(ann, "2026-04-02", id="gone1")
    token = ann.list(calendarId="primary").execute()["nextSyncToken"]
    ann.delete(calendarId="primary", eventId="gone1").execute()
    day(ann, "2026-04-03", id="brand")
    answer = ann.list(calendarId="primary", syncToken=token).execute()
    assert {one["id"]: one["status"] for one in answer["items"]} == {
        "gone1": "cancelled",
        "brand": "confirmed",
    }
    again = ann.list(calendarId="primary", syncToken=answer["nextSyncToken"]).execute()
    assert again["items"] == []


def test_a_sync_token_can_be_too_old_or_asked_with_what_it_cannot_join(
    ann: Any, moment: Moment
) -> None:
    token = ann.list(calendarId="primary").execute()["nextSyncToken"]
    refused = refusal(lambda: listed(ann, syncToken=token, timeMin="2026-03-01T00:00:00Z"))
    assert refused[:2] == (400, "badRequest")
    text = "Sync token is no longer valid, a full sync is required."
    gone = (410, "fullSyncRequired", text)
    assert refusal(lambda: listed(ann, syncToken=token, singleEvents=True)) == gone
    assert refusal(lambda: listed(ann, syncToken="nonsense"))[0] == 400
    moment.now += timedelta(days=40)
    assert refusal(lambda: listed(ann, syncToken=token)) == gone
    old = refusal(lambda: listed(ann, updatedMin="2026-03-01T00:00:00Z"))
    assert old[:2] == (410, "updatedMinTooLongAgo")


def test_an_empty_window_is_refused_in_the_documented_words(ann: Any) -> None:
    window = {"timeMin": "2026-04-01T00:00:00Z", "timeMax": "2026-03-01T00:00:00Z"}
    text = "The specified time range is empty."
    assert refusal(lambda: listed(ann, **window)) == (400, "timeRangeEmpty", text)


def test_times_are_shown_in_the_zone_asked_for(ann: Any) -> None:
    put(ann, **WEEKLY)
    shown = ann.get(calendarId="primary", eventId="series1", timeZone="Asia/Tokyo").execute()
    assert shown["start"] == {"dateTime": "2026-03-20T18:00:00+09:00", **ZONE}


def test_busy_times_are_merged_and_leave_out_what_does_not_block(
    clients: Clients, ann: Any
) -> None:
    put(ann, **WEEKLY)
    at = "2026-03-20T{}:00+01:00".format
    put(ann, start={"dateTime": at("10:30")}, end={"dateTime": at("12:00")})
    free = {"transparency": "transparent"}
    put(ann, start={"dateTime": at("14:00")}, end={"dateTime": at("15:00")}, **free)
    names = [{"id": ANN}, {"id": BOB}, {"id": "nobody@else.org"}]
    body = {"timeMin": at("00:00"), "timeMax": at("23:00"), "items": names, **ZONE}
    answer = clients.calendar(ANN).freebusy().query(body=body).execute()
    unknown = {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
    assert answer["calendars"] == {
        ANN: {"busy": [{"start": at("10:00"), "end": at("12:00")}]},
        BOB: unknown,
        "nobody@else.org": unknown,
    }


RULES = st.builds(
    "RRULE:FREQ={};INTERVAL={};COUNT={}".format,
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 5),
    st.integers(1, 30),
)
STARTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(
    lambda when: when.replace(microsecond=0)
)
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"])


@given(RULES, STARTS, ZONES)
def test_every_instance_is_found_again_by_its_id(rule: str, start: datetime, zone: str) -> None:
    place = {"dateTime": start.replace(tzinfo=UTC).isoformat(), "timeZone": zone}
    event = {"id": "series", "start": place, "end": place, "recurrence": [rule]}
    event |= {"status": "confirmed"}
    calendar = Calendar("c", "o", "s", zone)
    series = Series(event, calendar.zone)
    for one in instances(calendar, event, Window(), start.replace(tzinfo=UTC)):
        parts = split(one["id"])
        assert parts == ("series", suffix_of(one["originalStartTime"]))
        occurrence = series.occurrence(parts[1])
        assert occurrence is not None
        assert (occurrence.start, occurrence.end) == (one["start"], one["end"])


SPANS = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)))


@given(SPANS)
def test_merged_busy_times_cover_the_same_and_never_touch(spans: list[tuple[int, int]]) -> None:
    at = [(NOW + timedelta(hours=a), NOW + timedelta(hours=a + n)) for a, n in spans]
    found = merged(sorted(at))
    assert all(end < start for (_, end), (start, _) in pairwise(found))
    hours = {a + n for a, length in spans for n in range(length)}
    covered = sum((end - start) / timedelta(hours=1) for start, end in found)
    assert covered == len(hours)
