"""Laws of merging: what a person changed is never written, and once merged there is no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, strategies as some
from sheetflow_plugins._google_calendar_event import (
    VERSION,
    event_ids,
    has_reached,
    is_over,
    link_in,
    new_event,
    note_in,
    note_of,
    span,
    span_in,
    version_in,
)
from sheetflow_plugins._google_calendar_merging import merged

from sheetflow import Appointment, Invitee, Refused
from sheetflow.plugin.testing import APPOINTMENT

WORDS = some.sampled_from(["", "A call", "A  call ", "<b>Call</b>", "Ruf & Ü", "X" * 300])
GUESTS = some.lists(
    some.sampled_from(["ana@example.org", "Bo@example.org", "cy@example.org", "di@example.org"]),
    max_size=4,
    unique=True,
).map(lambda found: tuple(Invitee("", address) for address in found))
HOURS = some.integers(0, 3)


@some.composite
def versions(draw: Any) -> Appointment:
    """What a row may say of the meeting."""
    later = timedelta(hours=draw(HOURS))
    return replace(
        APPOINTMENT,
        title=draw(WORDS),
        about=draw(WORDS),
        place=draw(WORDS),
        starts=APPOINTMENT.starts + later,
        ends=APPOINTMENT.ends + later,
        guests=draw(GUESTS),
    )


def written(event: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """The event after a patch, as Google does it."""
    private = {
        **note_in(event),
        **patch.get("extendedProperties", {}).get("private", {}),
    }
    return {**event, **patch, "extendedProperties": {"private": private}}


def addresses(event: Mapping[str, Any]) -> set[str]:
    return {one["email"].casefold() for one in event["attendees"]}


@given(versions(), versions())
def test_what_nobody_touched_becomes_what_is_wanted(first: Appointment, second: Appointment):
    event = new_event(first, "x")
    second = replace(second, version=1)
    found = merged(event, second)
    after = written(event, found.patch)
    assert found.remark == ""
    assert has_reached(after, second)
    assert span_in(after) == span(second.starts, second.ends)
    assert after["summary"].split() == second.title.split()
    assert addresses(after) == {guest.email.casefold() for guest in second.guests}
    assert merged(after, second).patch == {}


@given(versions(), versions(), WORDS, GUESTS, GUESTS)
def test_what_a_person_changed_is_never_written_over(
    first: Appointment,
    second: Appointment,
    title: str,
    added: tuple[Invitee, ...],
    removed: tuple[Invitee, ...],
):
    second = replace(second, version=1)
    event = new_event(first, "x")
    assume(title.split() != first.title.split())
    out = {guest.email.casefold() for guest in removed}
    hand_added = [
        {"email": guest.email} for guest in added if guest.email.casefold() not in addresses(event)
    ]
    event["attendees"] = [
        *(one for one in event["attendees"] if one["email"].casefold() not in out),
        *hand_added,
    ]
    taken_out = {guest.email.casefold() for guest in first.guests} & out
    event["summary"] = title
    found = merged(event, second)
    after = written(event, found.patch)
    assert after["summary"] == title
    assert {one["email"].casefold() for one in hand_added} <= addresses(after)
    assert addresses(after).isdisjoint(taken_out)
    assert merged(after, second).patch == {}


@given(versions(), versions(), some.integers(4, 9))
def test_a_time_moved_by_hand_is_kept_or_asked_about(
    first: Appointment, second: Appointment, hours: int
):
    second = replace(second, version=1)
    event = new_event(first, "x")
    moved = replace(
        first,
        starts=APPOINTMENT.starts + timedelta(hours=hours),
        ends=APPOINTMENT.ends + timedelta(hours=hours),
    )
    event |= {name: new_event(moved, "x")[name] for name in ("start", "end")}
    try:
        found = merged(event, second)
    except Refused:
        assert span(first.starts, first.ends) != span(second.starts, second.ends)
    else:
        assert span_in(written(event, found.patch)) == span(moved.starts, moved.ends)
        assert "time" in found.theirs


def test_an_event_of_whole_days_counts_as_moved():
    event = new_event(APPOINTMENT, "x")
    event |= {"start": {"date": "2036-03-19"}, "end": {"date": "2036-03-20"}}
    later = timedelta(hours=1)
    wanted = replace(APPOINTMENT, starts=APPOINTMENT.starts + later, ends=APPOINTMENT.ends + later)
    with pytest.raises(Refused, match="2036-03-19/2036-03-20, moved there by hand"):
        merged(event, wanted)


def test_an_event_that_is_not_ours_has_no_note_and_no_version():
    event = {"extendedProperties": {"private": {"other": "1"}}}
    assert (note_in(event), version_in(event)) == ({}, -1)


def test_a_version_that_somebody_wrote_over_is_none():
    note = {**note_of(APPOINTMENT), VERSION: "\xb2"}  # a digit to Python, and no number
    assert version_in({"extendedProperties": {"private": note}}) == -1


def test_ids_are_what_google_takes_and_never_the_same():
    ids = list(event_ids("a call")) + list(event_ids("another"))
    assert len(set(ids)) == 100
    assert all(5 <= len(one) <= 1_024 for one in ids)
    assert set("".join(ids)) <= set("abcdefghijklmnopqrstuv0123456789")


def test_an_event_is_over_when_its_end_has_come():
    event = new_event(APPOINTMENT, "x")
    assert is_over(event, APPOINTMENT.ends.astimezone(UTC))
    assert not is_over(event, APPOINTMENT.starts.astimezone(UTC))


def test_the_link_is_where_the_video_is():
    points = [
        {"entryPointType": "phone", "uri": "tel:+1"},
        {"entryPointType": "video", "uri": "https://meet.google.com/a"},
    ]
    assert link_in({"conferenceData": {"entryPoints": points}}) == "https://meet.google.com/a"
    assert link_in({"hangoutLink": "https://meet.google.com/b"}) == "https://meet.google.com/b"
    assert link_in({}) == ""
