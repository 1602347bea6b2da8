"""Calendars themselves: who sees and changes which, lists, settings, channels, batches, state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.emulators.google.state import BadData
from tests.emulators.serving import Emulator, serving
from tests.emulators_tests.people import Clients, refusal

NOW = datetime(2026, 3, 14, 11, tzinfo=UTC)
ANN, BOB = "ann@example.org", "bob@example.org"
DAY = {"start": {"date": "2026-03-20"}, "end": {"date": "2026-03-21"}}


@pytest.fixture
def google() -> Iterator[Emulator]:
    with serving("google", data={"users": [ANN, BOB]}, clock=lambda: NOW) as emulator:
        yield emulator


@pytest.fixture
def ann(clients: Clients) -> Any:
    return clients.calendar(ANN)


@pytest.fixture
def bob(clients: Clients) -> Any:
    return clients.calendar(BOB)


def team(ann: Any) -> str:
    """A new calendar of Ann's, by id."""
    body = {"summary": "Team", "timeZone": "Europe/Berlin"}
    return ann.calendars().insert(body=body).execute()["id"]


def allow(ann: Any, name: str, role: str, **scope: str) -> None:
    body = {"role": role, "scope": scope or {"type": "user", "value": BOB}}
    ann.acl().insert(calendarId=name, body=body).execute()


def test_a_calendar_is_not_there_for_those_it_is_not_shared_with(ann: Any, bob: Any) -> None:
    name = team(ann)
    missing = (404, "notFound", "Not Found")
    assert refusal(lambda: bob.calendars().get(calendarId=name).execute()) == missing
    assert refusal(lambda: bob.events().list(calendarId=ANN).execute()) == missing
    assert refusal(lambda: bob.events().list(calendarId="no@where").execute()) == missing


def test_each_role_may_do_so_much_and_no_more(ann: Any, bob: Any) -> None:
    name = team(ann)
    secret = {**DAY, "summary": "Secret", "visibility": "private"}
    event = ann.events().insert(calendarId=name, body=secret).execute()
    one = {"calendarId": name, "eventId": event["id"]}

    allow(ann, name, "freeBusyReader")
    seen = bob.events().get(**one).execute()
    assert (seen["start"], "summary" in seen) == ({"date": "2026-03-20"}, False)
    allow(ann, name, "reader")
    assert bob.events().list(calendarId=name).execute()["accessRole"] == "reader"
    assert "summary" not in bob.events().get(**one).execute()
    refused = refusal(lambda: bob.events().insert(calendarId=name, body=DAY).execute())
    text = "You need to have writer access to this calendar."
    assert refused == (403, "requiredAccessLevel", text)
    allow(ann, name, "writer")
    assert bob.events().get(**one).execute()["summary"] == "Secret"
    bob.events().insert(calendarId=name, body=DAY).execute()
    refused = refusal(lambda: bob.acl().list(calendarId=name).execute())
    text = "You need to have owner access to this calendar."
    assert refused == (403, "requiredAccessLevel", text)
    ann.acl().delete(calendarId=name, ruleId=f"user:{BOB}").execute()
    assert refusal(lambda: bob.events().list(calendarId=name).execute())[0] == 404


def test_a_rule_for_a_domain_or_for_all_reaches_everybody_in_it(ann: Any, bob: Any) -> None:
    name = team(ann)
    allow(ann, name, "reader", type="domain", value="example.org")
    assert bob.calendars().get(calendarId=name).execute()["summary"] == "Team"
    rules = ann.acl().list(calendarId=name).execute()["items"]
    assert [rule["id"] for rule in rules] == [f"user:{ANN}", f"user:{name}", "domain:example.org"]


def test_rules_that_changed_come_with_a_sync_token(ann: Any) -> None:
    name = team(ann)
    token = ann.acl().list(calendarId=name).execute()["nextSyncToken"]
    allow(ann, name, "reader")
    ann.acl().delete(calendarId=name, ruleId=f"user:{BOB}").execute()
    changed = ann.acl().list(calendarId=name, syncToken=token).execute()["items"]
    assert [(rule["id"], rule["role"]) for rule in changed] == [(f"user:{BOB}", "none")]


def test_the_list_shows_what_one_has_put_on_it(ann: Any, bob: Any) -> None:
    name = team(ann)
    allow(ann, name, "reader")
    listed = bob.calendarList().list().execute()
    assert [one["id"] for one in listed["items"]] == [BOB]
    entry = {"id": name, "colorId": "7", "summaryOverride": "North"}
    added = bob.calendarList().insert(body=entry).execute()
    assert (added["accessRole"], added["summary"], added["backgroundColor"]) == (
        "reader",
        "Team",
        "#42d692",
    )
    changed = bob.calendarList().list(syncToken=listed["nextSyncToken"]).execute()["items"]
    assert [one["id"] for one in changed] == [name]
    hidden = {"hidden": True, "summaryOverride": None}
    patched = bob.calendarList().patch(calendarId=name, body=hidden).execute()
    assert (patched["hidden"], patched["colorId"], "summaryOverride" in patched) == (
        True,
        "7",
        False,
    )
    assert [one["id"] for one in bob.calendarList().list().execute()["items"]] == [BOB]
    bob.calendarList().delete(calendarId=name).execute()
    assert refusal(lambda: bob.calendarList().get(calendarId=name).execute())[0] == 404
    assert bob.calendarList().get(calendarId="primary").execute()["primary"] is True


def test_metadata_changes_by_patch_and_an_old_state_does_not_overwrite(ann: Any) -> None:
    name = team(ann)
    before = ann.calendars().get(calendarId=name).execute()
    patch = {"description": "All of us"}
    after = ann.calendars().patch(calendarId=name, body=patch).execute()
    assert (after["summary"], after["description"]) == ("Team", "All of us")
    late = ann.calendars().update(calendarId=name, body={"summary": "Late"})
    late.headers["If-Match"] = before["etag"]
    assert refusal(late.execute)[:2] == (412, "conditionNotMet")
    ann.calendars().delete(calendarId=name).execute()
    assert refusal(lambda: ann.calendars().get(calendarId=name).execute())[0] == 404
    assert refusal(lambda: ann.calendars().delete(calendarId="primary").execute())[0] == 403


def test_clearing_empties_a_primary_calendar_and_its_sync_tokens_are_void(ann: Any) -> None:
    ann.events().insert(calendarId="primary", body=DAY).execute()
    token = ann.events().list(calendarId="primary").execute()["nextSyncToken"]
    ann.calendars().clear(calendarId="primary").execute()
    assert ann.events().list(calendarId="primary").execute()["items"] == []
    refused = refusal(lambda: ann.events().list(calendarId="primary", syncToken=token).execute())
    assert refused[:2] == (410, "fullSyncRequired")


def test_settings_and_colours_can_be_read(ann: Any) -> None:
    assert ann.settings().get(setting="timezone").execute()["value"] == "UTC"
    names = [one["id"] for one in ann.settings().list().execute()["items"]]
    assert {"locale", "timezone", "weekStart"} <= set(names)
    colors = ann.colors().get().execute()
    assert (len(colors["calendar"]), len(colors["event"])) == (24, 11)
    assert colors["event"]["11"] == {"background": "#dc2127", "foreground": "#1d1d1d"}


def test_a_channel_is_opened_once_and_closed_by_both_its_ids(ann: Any) -> None:
    body = {"id": "channel-1", "type": "web_hook", "address": "https://hook.example.org/"}
    watch = ann.events().watch(calendarId="primary", body=body)
    channel = watch.execute()
    assert refusal(watch.execute)[:2] == (400, "channelIdNotUnique")
    plain = {**body, "id": "channel-2", "address": "http://hook.example.org/"}
    refused = refusal(ann.events().watch(calendarId="primary", body=plain).execute)
    assert refused[:2] == (400, "push.webhookUrlNotHttps")
    ids = {"id": "channel-1", "resourceId": channel["resourceId"]}
    ann.channels().stop(body=ids).execute()
    assert refusal(ann.channels().stop(body=ids).execute)[0] == 404


def test_each_part_of_a_batch_has_an_answer_of_its_own(ann: Any) -> None:
    answers: dict[str, Any] = {}
    batch = ann.new_batch_http_request(
        callback=lambda name, answer, error: answers.update({name: error or answer})
    )
    for number, name in enumerate(["part1", "part1", "part2"]):
        body = {**DAY, "id": name}
        batch.add(ann.events().insert(calendarId="primary", body=body), request_id=str(number))
    batch.execute()
    assert (answers["0"]["id"], answers["2"]["id"]) == ("part1", "part2")
    assert answers["1"].status_code == 409


def test_the_state_can_be_loaded_again(google: Emulator, ann: Any) -> None:
    name = team(ann)
    allow(ann, name, "reader")
    guests = {**DAY, "id": "guests", "attendees": [{"email": BOB}]}
    ann.events().insert(calendarId=name, body=guests, sendUpdates="all").execute()
    state = google.state()
    with serving("google", data=state, clock=lambda: NOW) as other, Clients(other) as clients:
        seen = clients.calendar(BOB).events().get(calendarId="primary", eventId="guests").execute()
        assert seen["organizer"] == {"email": name, "displayName": "Team"}
        assert other.state()["invitations"] == state["invitations"]
        events = {one["id"]: one["events"] for one in state["calendars"]}
        assert {one["id"]: one["events"] for one in other.state()["calendars"]} == events


def test_the_data_file_says_who_has_which_calendar_and_what_is_on_it() -> None:
    group = "team@group.calendar.google.com"
    event = {**DAY, "summary": "Start", "attendees": [{"email": BOB}]}
    rules = [{"role": "writer", "scope": {"type": "user", "value": BOB}}]
    calendars = [{"id": group, "summary": "Team", "acl": rules, "events": [event]}, {"id": BOB}]
    data = {"users": [ANN], "calendars": calendars}
    with serving("google", data=data, clock=lambda: NOW) as google, Clients(google) as clients:
        ann, bob = clients.calendar(ANN), clients.calendar(BOB)
        assert ann.calendarList().get(calendarId=group).execute()["accessRole"] == "owner"
        assert bob.events().list(calendarId=group).execute()["accessRole"] == "writer"
        copy = bob.events().list(calendarId="primary").execute()["items"][0]
        assert (copy["summary"], copy["organizer"]["email"]) == ("Start", group)


def test_a_wrong_event_in_the_data_file_is_named() -> None:
    data = {"calendars": [{"id": ANN, "events": [{"summary": "Never"}]}]}
    told = f'calendar {ANN}, event "Never": Missing end time.'
    with pytest.raises(BadData, match=told), serving("google", data=data):
        pass
