"""What is found after a connection broke once the deed was done, in Gmail and in Calendar."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.emulators.serving import Emulator, serving
from tests.emulators_tests.letters import letter, raw

ANN = "ann@example.org"
AFTER = [
    {"when": {"method": name, "nth": 1}, "do": {"drop": "after"}}
    for name in ("calendar.events.insert", "gmail.users.messages.send", "gmail.users.drafts.send")
]
DAY = {"id": "sf0001", "start": {"date": "2026-03-20"}, "end": {"date": "2026-03-21"}}


@pytest.fixture
def google() -> Iterator[Emulator]:
    with serving("google", data={"users": [ANN]}, faults=AFTER) as emulator:
        yield emulator


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def lost(session: requests.Session, url: str, body: object) -> None:
    """Send a request whose answer never comes."""
    with pytest.raises(requests.ConnectionError):
        session.post(url, json=body)


def test_an_event_whose_answer_was_lost_is_there_under_its_id(
    google: Emulator, session: requests.Session
) -> None:
    url = f"{google.url}/calendar/v3/calendars/primary/events"
    lost(session, url, DAY)
    assert session.post(url, json=DAY).status_code == 409
    assert session.get(f"{url}/sf0001").json()["status"] == "confirmed"
    assert len(session.get(url).json()["items"]) == 1


def test_a_letter_whose_answer_was_lost_is_found_by_its_message_id(
    google: Emulator, session: requests.Session
) -> None:
    url = f"{google.url}/gmail/v1/users/me/messages"
    lost(session, f"{url}/send", raw(letter(To="mia@else.org", Message_ID="<sf.1@ours>")))
    found = session.get(url, params={"q": "rfc822msgid:<sf.1@ours> in:sent"}).json()
    assert found["resultSizeEstimate"] == 1
    assert len(google.state()["gmail"]["deliveries"]) == 1


def test_a_draft_whose_answer_was_lost_is_no_draft_any_more(
    google: Emulator, session: requests.Session
) -> None:
    url = f"{google.url}/gmail/v1/users/me/drafts"
    draft = session.post(url, json={"message": raw(letter(To="mia@else.org"))}).json()
    lost(session, f"{url}/send", {"id": draft["id"]})
    assert session.get(f"{url}/{draft['id']}").status_code == 404
    assert session.post(f"{url}/send", json={"id": draft["id"]}).status_code == 404
    assert len(google.state()["gmail"]["deliveries"]) == 1
