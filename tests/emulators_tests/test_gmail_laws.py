"""Laws of Gmail: whoever follows the history holds what the mailbox holds."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from hypothesis import given, strategies as st

from tests.emulators.exchanging import Request, Service
from tests.emulators.serving import load

NOW = datetime(2026, 3, 14, 11, tzinfo=UTC)
ME = "/gmail/v1/users/me"
LABELS = ("INBOX", "UNREAD", "STARRED", "TRASH")


def ask(service: Service, verb: str, path: str, body: Any = None, **query: Any) -> Any:
    """The answer to one request, without a network."""
    content = json.dumps(body).encode() if body is not None else b""
    answer = service.answer(Request(verb, ME + path, urlencode(query), {}, content))
    assert not answer.violations
    assert answer.status in (200, 204, 400)
    return answer.json


def letter(number: int) -> dict[str, Any]:
    text = f"To: ann@example.org\r\nSubject: {number}\r\n\r\nHello"
    return {"raw": base64.urlsafe_b64encode(text.encode()).decode()}


LABEL_SETS = st.lists(st.sampled_from(LABELS), unique=True, max_size=3)
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), LABEL_SETS, LABEL_SETS),
        st.tuples(st.just("send"), LABEL_SETS, LABEL_SETS),
        st.tuples(st.just("modify"), LABEL_SETS, LABEL_SETS),
        st.tuples(st.just("delete"), LABEL_SETS, LABEL_SETS),
        st.tuples(st.just("follow"), LABEL_SETS, LABEL_SETS),
    ),
    max_size=15,
)


@given(DEEDS, st.randoms(use_true_random=False))
def test_who_follows_the_history_holds_what_the_mailbox_holds(deeds: Any, chance: Any) -> None:
    service = load("google", data={"users": ["ann@example.org"]}, clock=lambda: NOW)
    start = ask(service, "GET", "/profile")["historyId"]
    names: list[str] = []
    held: dict[str, set[str]] = {}
    for number, (deed, add, remove) in enumerate([*deeds, ("follow", [], [])]):
        if deed == "insert":
            made = ask(service, "POST", "/messages", {**letter(number), "labelIds": add})
            names.append(made["id"])
        elif deed == "send":
            names.append(ask(service, "POST", "/messages/send", letter(number))["id"])
        elif deed == "follow":
            start = _follow(service, held, start)
        elif names:
            name = chance.choice(names)
            if deed == "modify":
                body = {"addLabelIds": add, "removeLabelIds": remove}
                ask(service, "POST", f"/messages/{name}/modify", body)
            else:
                ask(service, "DELETE", f"/messages/{name}")
                names.remove(name)
    listed = ask(service, "GET", "/messages", includeSpamTrash="true").get("messages", [])
    there = {one["id"]: ask(service, "GET", f"/messages/{one['id']}") for one in listed}
    assert held == {name: {*one.get("labelIds", [])} for name, one in there.items()}


def _follow(service: Service, held: dict[str, set[str]], start: str) -> str:
    """Take over what changed since `start`; gives where to go on."""
    page: dict[str, str] = {}
    while True:
        answer = ask(service, "GET", "/history", startHistoryId=start, maxResults=2, **page)
        for record in answer.get("history", []):
            _take(held, record)
        if "nextPageToken" not in answer:
            return answer["historyId"]
        page = {"pageToken": answer["nextPageToken"]}


def _take(held: dict[str, set[str]], record: dict[str, Any]) -> None:
    for one in record.get("messagesAdded", []):
        held[one["message"]["id"]] = {*one["message"].get("labelIds", [])}
    for one in record.get("labelsAdded", []):
        held[one["message"]["id"]] |= {*one["labelIds"]}
    for one in record.get("labelsRemoved", []):
        held[one["message"]["id"]] -= {*one["labelIds"]}
    for one in record.get("messagesDeleted", []):
        del held[one["message"]["id"]]
