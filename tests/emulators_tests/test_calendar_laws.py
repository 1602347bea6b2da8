"""Laws of Calendar: whoever follows sync tokens holds what a full list shows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from hypothesis import given, strategies as st

from tests.emulators.exchanging import Request, Service
from tests.emulators.serving import load

START = datetime(2026, 3, 14, 11, tzinfo=UTC)
EVENTS = "/calendar/v3/calendars/primary/events"
IDS = ("aaaaa", "bbbbb", "ccccc", "series")
DAYS = {"start": {"date": "2026-04-01"}, "end": {"date": "2026-04-02"}}
RULE = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]}


def ask(service: Service, verb: str, path: str, body: Any = None, **query: Any) -> tuple[int, Any]:
    """Status and answer of one request, without a network."""
    content = json.dumps(body).encode() if body is not None else b""
    answer = service.answer(Request(verb, path, urlencode(query), {}, content))
    assert not answer.violations
    assert answer.status < 500
    return answer.status, answer.json


def everything(service: Service, **query: Any) -> tuple[list[dict[str, Any]], str]:
    """All pages of a list, and the sync token at their end."""
    items: list[dict[str, Any]] = []
    page: dict[str, Any] = {}
    while True:
        status, answer = ask(service, "GET", EVENTS, maxResults=2, **query, **page)
        assert status == 200
        items += answer["items"]
        if "nextSyncToken" in answer:
            return items, answer["nextSyncToken"]
        page = {"pageToken": answer["nextPageToken"]}


DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from(IDS)),
        st.tuples(st.just("rename"), st.sampled_from(IDS)),
        st.tuples(st.just("delete"), st.sampled_from([*IDS, "series_20260402"])),
        st.tuples(st.just("revive"), st.sampled_from(IDS)),
        st.tuples(st.just("move"), st.just("series_20260403")),
        st.tuples(st.just("sync"), st.just("")),
    ),
    max_size=15,
)


def do(service: Service, deed: str, name: str, number: int) -> None:
    one = f"{EVENTS}/{name}"
    if deed == "put":
        ask(service, "POST", EVENTS, {"id": name, **DAYS, **(RULE if name == "series" else {})})
    elif deed == "rename":
        ask(service, "PATCH", one, {"summary": f"name {number}"})
    elif deed == "delete":
        ask(service, "DELETE", one)
    elif deed == "revive":
        ask(service, "PATCH", one, {"status": "confirmed"})
    elif deed == "move":
        later = {"start": {"date": "2026-05-01"}, "end": {"date": "2026-05-02"}}
        ask(service, "PATCH", one, later)


@given(DEEDS, st.booleans())
def test_who_follows_the_sync_tokens_holds_what_a_full_list_shows(
    deeds: list[tuple[str, str]], single: bool
) -> None:
    now = [START]
    service = load("google", data={"users": ["ann@example.org"]}, clock=lambda: now[0])
    mode = {"singleEvents": str(single).lower()}
    _, token = everything(service, **mode)
    held: dict[str, dict[str, Any]] = {}
    for number, (deed, name) in enumerate([*deeds, ("sync", "")]):
        now[0] += timedelta(seconds=number % 2)
        if deed != "sync":
            do(service, deed, name, number)
            continue
        changed, token = everything(service, syncToken=token, **mode)
        for event in changed:
            _take(held, event)
    full, _ = everything(service, **mode)
    shown = {one["id"]: one for one in full if one["status"] != "cancelled"}
    assert {k: v for k, v in held.items() if v["status"] != "cancelled"} == shown


def _take(held: dict[str, dict[str, Any]], event: dict[str, Any]) -> None:
    """As a client does: what is cancelled goes, a series with all its exceptions."""
    if event["status"] == "cancelled" and "recurringEventId" not in event:
        for name in [one for one in held if one.startswith(event["id"] + "_")]:
            del held[name]
    held[event["id"]] = event
