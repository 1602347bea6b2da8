"""Calendar's events, asked for with google-api-python-client."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from tests.emulators.serving import Emulator, serving
from tests.emulators_tests.people import Clients, refusal

NOW = datetime(2026, 3, 14, 11, tzinfo=UTC)
ANN, BOB = "ann@example.org", "bob@example.org"
ROBOT = "robot@project.iam.gserviceaccount.com"
TEN = {"dateTime": "2026-03-20T10:00:00+01:00"}
ELEVEN = {"dateTime": "2026-03-20T11:00:00+01:00"}
ZONED = {"dateTime": "2026-03-20T10:00:00", "timeZone": "Europe/Berlin"}
ZONED_END = {"dateTime": "2026-03-20T11:00:00", "timeZone": "Europe/Berlin"}


@pytest.fixture
def google() -> Iterator[Emulator]:
    data = {
        "users": [ANN, BOB, ROBOT],
        "calendars": [{"id": ANN, "timeZone": "Europe/Berlin"}, {"id": BOB}],
    }
    with serving("google", data=data, clock=lambda: NOW) as emulator:
        yield emulator


@pytest.fixture
def ann(clients: Clients) -> Any:
    return clients.calendar(ANN).events()


@pytest.fixture
def bob(clients: Clients) -> Any:
    return clients.calendar(BOB).events()


def put(events: Any, **body: Any) -> dict[str, Any]:
    usual = {"summary": "Call", "start": TEN, "end": ELEVEN}
    return events.insert(calendarId="primary", body={**usual, **body}).execute()


def test_an_event_has_what_the_service_adds(ann: Any) -> None:
    event = put(ann, id="abcde12345")
    etag, link = event.pop("etag"), event.pop("htmlLink")
    assert event == {
        "kind": "calendar#event",
        "id": "abcde12345",
        "iCalUID": "abcde12345@google.com",
        "status": "confirmed",
        "created": "2026-03-14T11:00:00.000Z",
        "updated": "2026-03-14T11:00:00.000Z",
        "summary": "Call",
        "creator": {"email": ANN, "self": True},
        "organizer": {"email": ANN, "self": True},
        "start": {"dateTime": "2026-03-20T10:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-03-20T11:00:00+01:00", "timeZone": "Europe/Berlin"},
        "sequence": 0,
        "reminders": {"useDefault": True},
        "eventType": "default",
    }
    assert etag.strip('"').isdigit()
    assert link.startswith("https://www.google.com/calendar/event?eid=")


def test_an_id_that_is_taken_stays_taken_when_its_event_is_deleted(ann: Any) -> None:
    put(ann, id="abcde")
    taken = (409, "duplicate", "The requested identifier already exists.")
    assert refusal(lambda: put(ann, id="abcde")) == taken
    one = {"calendarId": "primary", "eventId": "abcde"}
    assert ann.delete(**one).execute() == ""
    assert refusal(lambda: put(ann, id="abcde")) == taken
    assert ann.get(**one).execute()["status"] == "cancelled"
    body = {"start": TEN, "end": ELEVEN, "status": "confirmed"}
    forbidden = (403, "forbidden", "Forbidden")
    assert refusal(lambda: ann.update(**one, body=body).execute()) == forbidden
    assert refusal(lambda: ann.patch(**one, body={"summary": "x"}).execute()) == forbidden
    gone = (410, "deleted", "Resource has been deleted")
    assert refusal(lambda: ann.delete(**one).execute()) == gone
    assert ann.patch(**one, body={"status": "confirmed"}).execute()["summary"] == "Call"
    assert [e["id"] for e in ann.list(calendarId="primary").execute()["items"]] == ["abcde"]


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"id": "abcd"}, (400, "invalid", "Invalid resource id value.")),
        ({"id": "wxyz-1"}, (400, "invalid", "Invalid resource id value.")),
        ({"end": None}, (400, "required", "Missing end time.")),
        (
            {"end": TEN, "start": ELEVEN},
            (400, "timeRangeEmpty", "The specified time range is empty."),
        ),
        (
            {"recurrence": ["RRULE:FREQ=DAILY;COUNT=2"]},
            (400, "required", "Missing time zone definition for start time."),
        ),
        (
            {"start": ZONED, "end": ZONED_END, "recurrence": ["RRULE:FREQ=NEVER"]},
            (400, "invalid", "Invalid recurrence rule."),
        ),
        (
            {"start": ZONED, "end": ZONED_END, "recurrence": ["RRULE:FREQ=DAILY;INTERVAL=0"]},
            (400, "invalid", "Invalid recurrence rule."),
        ),
        (
            {"start": ZONED, "end": ZONED_END, "recurrence": ["DTSTART:20260320T100000Z"]},
            (400, "invalid", "Invalid recurrence rule."),
        ),
        (
            {"start": {"date": "2026-03-20"}},
            (400, "invalid", "Start and end times must either both be date or both be dateTime."),
        ),
        (
            {"start": {"dateTime": "2026-03-20T10:00:00"}},
            (400, "required", "Missing time zone definition for start time."),
        ),
        (
            {"start": {**TEN, "timeZone": "Mars/Base"}},
            (400, "invalid", "Invalid time zone definition for start time."),
        ),
        ({"attendees": [{"email": "nobody"}]}, (400, "invalid", "Invalid attendee email.")),
        (
            {"reminders": {"useDefault": True, "overrides": [{"method": "popup", "minutes": 5}]}},
            (
                400,
                "cannotUseDefaultRemindersAndSpecifyOverride",
                "Cannot specify both default reminders and overrides at the same time.",
            ),
        ),
    ],
)
def test_a_wrong_event_is_refused_in_the_services_words(
    ann: Any, body: dict[str, Any], refused: tuple[int, str, str]
) -> None:
    assert refusal(lambda: put(ann, **body)) == refused


def test_an_event_that_changed_meanwhile_is_not_overwritten(ann: Any) -> None:
    event = put(ann)
    one = {"calendarId": "primary", "eventId": event["id"]}
    late = ann.patch(**one, body={"summary": "Second"})
    late.headers["If-Match"] = event["etag"]
    ann.patch(**one, body={"summary": "First"}).execute()
    assert refusal(late.execute)[:2] == (412, "conditionNotMet")
    assert ann.get(**one).execute()["summary"] == "First"


def test_an_event_that_did_not_change_is_not_sent_again(google: Emulator, ann: Any) -> None:
    event = put(ann, id="abcde")
    url = f"{google.url}/calendar/v3/calendars/{ANN}/events/abcde"
    with requests.Session() as session:
        first = session.get(url)
        assert (first.status_code, first.headers["ETag"]) == (200, event["etag"])
        again = session.get(url, headers={"If-None-Match": event["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_a_patch_merges_objects_replaces_lists_and_removes_nulls(ann: Any) -> None:
    properties = {"private": {"a": "1", "b": "2"}, "shared": {"c": "3"}}
    guests = [{"email": "x@else.org"}, {"email": "y@else.org"}]
    event = put(ann, location="Hall", extendedProperties=properties, attendees=guests)
    patch = {
        "location": None,
        "attendees": [{"email": "y@else.org"}],
        "extendedProperties": {"private": {"a": None, "d": "4"}},
    }
    after = ann.patch(calendarId="primary", eventId=event["id"], body=patch).execute()
    assert "location" not in after
    assert [one["email"] for one in after["attendees"]] == ["y@else.org"]
    assert after["extendedProperties"] == {"private": {"b": "2", "d": "4"}, "shared": {"c": "3"}}


def test_long_names_of_properties_are_dropped_and_long_values_cut(ann: Any) -> None:
    given = {"k" * 44: "kept", "k" * 45: "dropped", "long": "x" * 1100}
    event = put(ann, extendedProperties={"private": given})
    assert event["extendedProperties"] == {"private": {"k" * 44: "kept", "long": "x" * 1024}}


def test_the_sequence_counts_changes_of_time_and_never_goes_back(ann: Any) -> None:
    one = {"calendarId": "primary", "eventId": put(ann)["id"]}
    assert ann.patch(**one, body={"summary": "Talk"}).execute()["sequence"] == 0
    later = {"start": ELEVEN, "end": {"dateTime": "2026-03-20T12:00:00+01:00"}}
    assert ann.patch(**one, body=later).execute()["sequence"] == 1
    status, reason, text = refusal(lambda: ann.patch(**one, body={"sequence": 0}).execute())
    assert (status, reason) == (400, "invalid")
    assert text.startswith("Invalid sequence value. The specified sequence number is below")


def test_a_guest_has_a_copy_whose_answer_reaches_the_organizer(ann: Any, bob: Any) -> None:
    event = put(ann, attendees=[{"email": BOB}, {"email": "x@else.org"}])
    one = {"calendarId": "primary", "eventId": event["id"]}
    copy = bob.get(**one).execute()
    assert copy["iCalUID"] == event["iCalUID"]
    assert copy["organizer"] == {"email": ANN}
    assert copy["attendees"][0] == {"email": BOB, "responseStatus": "needsAction", "self": True}
    answer = [{"email": BOB, "responseStatus": "accepted"}]
    bob.patch(**one, body={"attendees": answer}).execute()
    answers = {a["email"]: a["responseStatus"] for a in ann.get(**one).execute()["attendees"]}
    assert answers == {BOB: "accepted", "x@else.org": "needsAction"}
    later = {"start": ELEVEN, "end": {"dateTime": "2026-03-20T12:00:00+01:00"}}
    ann.patch(**one, body=later).execute()
    assert bob.get(**one).execute()["start"]["dateTime"] == "2026-03-20T10:00:00Z"
    ann.delete(**one).execute()
    assert bob.get(**one).execute()["status"] == "cancelled"


def test_a_guest_who_deletes_the_copy_has_declined(ann: Any, bob: Any) -> None:
    one = {"calendarId": "primary", "eventId": put(ann, attendees=[{"email": BOB}])["id"]}
    bob.delete(**one).execute()
    assert ann.get(**one).execute()["attendees"][0]["responseStatus"] == "declined"
    assert bob.list(calendarId="primary").execute()["items"] == []


def test_guests_bring_guests_and_change_the_event_where_they_may(ann: Any, bob: Any) -> None:
    guests = [{"email": BOB}]
    plain = {"calendarId": "primary", "eventId": put(ann, attendees=guests)["id"]}
    more = {"summary": "Mine", "attendees": [*guests, {"email": "mia@else.org"}]}
    bob.patch(**plain, body=more).execute()
    seen = ann.get(**plain).execute()
    assert (seen["summary"], len(seen["attendees"])) == ("Call", 2)
    event = put(ann, attendees=guests, guestsCanModify=True, guestsCanInviteOthers=False)
    common = {"calendarId": "primary", "eventId": event["id"]}
    bob.patch(**common, body={"summary": "Ours"}).execute()
    assert ann.get(**common).execute()["summary"] == "Ours"


def test_what_belongs_to_the_organizer_alone_no_guest_changes(ann: Any, bob: Any) -> None:
    one = {"calendarId": "primary", "eventId": put(ann, attendees=[{"email": BOB}])["id"]}
    refused = refusal(lambda: bob.patch(**one, body={"guestsCanModify": True}).execute())
    text = "Shared properties can only be changed by the organizer of the event."
    assert refused == (403, "forbiddenForNonOrganizer", text)


def test_guests_are_mailed_only_when_the_call_says_so(google: Emulator, ann: Any) -> None:
    guests = [{"email": BOB}, {"email": "x@else.org"}]
    event = put(ann, attendees=guests)
    assert "invitations" not in google.state()
    one = {"calendarId": "primary", "eventId": event["id"]}
    fewer = {"attendees": [{"email": "x@else.org"}]}
    ann.patch(**one, body=fewer, sendUpdates="all").execute()
    ann.delete(**one, sendUpdates="externalOnly").execute()
    told = [(m["kind"], m["to"]) for m in google.state()["invitations"]]
    assert told == [
        ("update", ["x@else.org"]),
        ("cancel", [BOB]),
        ("cancel", ["x@else.org"]),
    ]


def test_a_service_account_may_have_events_but_no_guests(clients: Clients) -> None:
    robot = clients.calendar(ROBOT).events()
    assert put(robot)["organizer"]["email"] == ROBOT
    text = "Service accounts cannot invite attendees without Domain-Wide Delegation of Authority."
    refused = refusal(lambda: put(robot, attendees=[{"email": BOB}]))
    assert refused == (403, "forbiddenForServiceAccounts", text)


def test_too_many_guests_a_day_are_refused_and_nothing_is_kept(google: Emulator, ann: Any) -> None:
    google.world.services["calendar"].guests_per_day = 1
    ask = ann.insert(
        calendarId="primary",
        sendUpdates="all",
        body={
            "id": "guest1",
            "start": TEN,
            "end": ELEVEN,
            "attendees": [{"email": "a@b.org"}],
        },
    )
    ask.execute()
    body = {"id": "guest2", "start": TEN, "end": ELEVEN, "attendees": [{"email": "c@b.org"}]}
    again = ann.insert(calendarId="primary", sendUpdates="all", body=body)
    assert refusal(again.execute) == (403, "quotaExceeded", "Calendar usage limits exceeded.")
    get = ann.get(calendarId="primary", eventId="guest2")
    assert refusal(get.execute) == (404, "notFound", "Not Found")


def test_a_meet_link_is_made_once_for_a_request_id(ann: Any) -> None:
    request = {
        "createRequest": {"requestId": "r1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}
    }
    plain = put(ann, conferenceData=request)
    assert "conferenceData" not in plain
    one = {"calendarId": "primary", "eventId": plain["id"]}
    patch = {"body": {"conferenceData": request}, "conferenceDataVersion": 1}
    first = ann.patch(**one, **patch).execute()
    assert ann.patch(**one, **patch).execute()["hangoutLink"] == first["hangoutLink"]
    assert first["conferenceData"]["createRequest"]["status"] == {"statusCode": "success"}
    assert first["conferenceData"]["entryPoints"][0]["uri"] == first["hangoutLink"]
    other = {"conferenceData": {"createRequest": {"requestId": "r2"}}}
    second = ann.patch(**one, body=other, conferenceDataVersion=1).execute()
    assert second["hangoutLink"] != first["hangoutLink"]


def test_a_service_account_gets_no_meet_link(clients: Clients) -> None:
    body = {"start": TEN, "end": ELEVEN, "conferenceData": {"createRequest": {"requestId": "r"}}}
    robot = clients.calendar(ROBOT).events()
    ask = robot.insert(calendarId="primary", body=body, conferenceDataVersion=1)
    assert refusal(ask.execute) == (400, "invalid", "Invalid conference type value.")


def test_an_answer_to_one_instance_stays_with_that_instance(ann: Any, bob: Any) -> None:
    rule = ["RRULE:FREQ=DAILY;COUNT=2"]
    guests = [{"email": BOB}]
    put(ann, id="dail1", start=ZONED, end=ZONED_END, recurrence=rule, attendees=guests)
    one = {"calendarId": "primary", "eventId": "dail1_20260320T090000Z"}
    answer = {"attendees": [{"email": BOB, "responseStatus": "declined"}]}
    bob.patch(**one, body=answer).execute()
    instances = ann.instances(calendarId="primary", eventId="dail1").execute()["items"]
    answers = [each["attendees"][0]["responseStatus"] for each in instances]
    assert answers == ["declined", "needsAction"]


def test_an_import_makes_no_second_event_of_one_uid(ann: Any, bob: Any) -> None:
    body = {"iCalUID": "uid@else.org", "start": TEN, "end": ELEVEN, "sequence": 1}
    body |= {"organizer": {"email": "x@else.org"}, "attendees": [{"email": ANN}, {"email": BOB}]}
    imported = ann.import_(calendarId="primary", body=body).execute()
    assert imported["organizer"] == {"email": "x@else.org"}
    again = ann.import_(calendarId="primary", body={**body, "sequence": 2})
    assert refusal(again.execute)[:2] == (409, "duplicate")
    stranger = {**body, "iCalUID": "other@else.org", "attendees": []}
    refused = refusal(ann.import_(calendarId="primary", body=stranger).execute)
    assert refused[:2] == (400, "participantIsNeitherOrganizerNorAttendee")
    assert bob.list(calendarId="primary").execute()["items"] == []


def test_moving_an_event_changes_its_organizer(clients: Clients, ann: Any) -> None:
    calendars = clients.calendar(ANN).calendars()
    team = calendars.insert(body={"summary": "Team"}).execute()["id"]
    event = put(ann)
    moved = ann.move(calendarId="primary", eventId=event["id"], destination=team).execute()
    assert moved["organizer"] == {"email": team, "displayName": "Team", "self": True}
    left = ann.get(calendarId="primary", eventId=event["id"]).execute()
    assert left["status"] == "cancelled"
    assert "summary" not in left


@pytest.mark.parametrize(
    ("text", "summary", "location", "start", "end"),
    [
        (
            "Appointment at Somewhere on June 3rd 10am-10:25am",
            "Appointment",
            "Somewhere",
            {"dateTime": "2026-06-03T10:00:00+02:00", "timeZone": "Europe/Berlin"},
            {"dateTime": "2026-06-03T10:25:00+02:00", "timeZone": "Europe/Berlin"},
        ),
        (
            "Call Mia tomorrow at 15:30 for 45 minutes",
            "Call Mia",
            None,
            {"dateTime": "2026-03-15T15:30:00+01:00", "timeZone": "Europe/Berlin"},
            {"dateTime": "2026-03-15T16:15:00+01:00", "timeZone": "Europe/Berlin"},
        ),
        ("Picnic on 2026-07-04", "Picnic", None, {"date": "2026-07-04"}, {"date": "2026-07-05"}),
    ],
)
def test_a_sentence_becomes_an_event(
    ann: Any, text: str, summary: str, location: str | None, start: Any, end: Any
) -> None:
    event = ann.quickAdd(calendarId="primary", text=text).execute()
    found = (event["summary"], event.get("location"), event["start"], event["end"])
    assert found == (summary, location, start, end)
