"""Gmail's search language: how it is read, and what it finds."""

from __future__ import annotations

import string
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.emulators.google.gmail.matching import matches
from tests.emulators.google.gmail.model import Mailbox, Message
from tests.emulators.google.gmail.query import AllOf, AnyOf, Not, NotASearch, Term, parse
from tests.emulators.google.world import World
from tests.emulators.serving import serving
from tests.emulators_tests.letters import letter
from tests.emulators_tests.people import Clients, refusal

NOW = datetime(2026, 3, 14, 11, tzinfo=UTC)
ANN = "ann@example.org"


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def message(name: str, when: str, labels: str, content: bytes) -> dict[str, Any]:
    kept = {"id": name, "internalDate": at(when), "labelIds": labels.split()}
    return {**kept, "raw": content.decode()}


LUNCH = letter(
    "Shall we eat at noon?\n",
    From="Bob Stone <bob@else.org>",
    To=ANN,
    Cc="mia@else.org",
    Subject="Lunch menu",
    Message_ID="<lunch@else.org>",
    Delivered_To=ANN,
)
PLAN = letter(
    "The plan is attached.\n",
    file="Plan 2026.pdf",
    From="mia@else.org",
    To="team@lists.org",
    Subject="Our plan",
    List_ID="Team <team.lists.org>",
    Message_ID="<plan@else.org>",
)
SENT = letter(From=ANN, To="bob@else.org", Bcc="boss@else.org", Subject="Re: Lunch menu")
BIG = letter("x" * 70_000 + "\n", From="news@shop.org", To=ANN, Subject="Spring sale")
MAILBOX = {
    "email": ANN,
    "labels": [{"id": "Label_7", "name": "Follow up/Now"}],
    "messages": [
        message("a1", "2026-03-13T12:00:00+00:00", "INBOX UNREAD STARRED", LUNCH),
        message("a2", "2026-02-01T12:00:00+00:00", "INBOX Label_7", PLAN),
        message("a3", "2026-03-14T06:00:00+00:00", "SENT", SENT),
        message("a4", "2025-01-01T12:00:00+00:00", "INBOX UNREAD CATEGORY_PROMOTIONS", BIG),
        message("a5", "2026-03-12T12:00:00+00:00", "TRASH", letter(From="bob@else.org")),
        message("a6", "2026-03-11T12:00:00+00:00", "SPAM", letter(Subject="Winner")),
    ],
}


@pytest.fixture(scope="module")
def ann() -> Iterator[Any]:
    data = {"users": [ANN], "mailboxes": [MAILBOX]}
    with serving("google", data=data, clock=lambda: NOW) as google, Clients(google) as clients:
        yield clients.gmail(ANN)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", "a3 a1 a2 a4"),
        ("lunch", "a3 a1"),
        ("from:bob", "a1"),
        ("from:(bob OR mia)", "a1 a2"),
        ("from:bob@else.org to:me", "a1"),
        ("from:me", "a3"),
        ("to:mia", "a1"),
        ("cc:mia@else.org", "a1"),
        ("bcc:boss@else.org", "a3"),
        ("deliveredto:ann@example.org", "a1"),
        ("subject:lunch", "a3 a1"),
        ('subject:"lunch menu" -from:me', "a1"),
        ('"eat at noon"', "a1"),
        ('"noon at eat"', ""),
        ("{lunch plan}", "a3 a1 a2"),
        ("lunch OR plan OR sale", "a3 a1 a2 a4"),
        ("lunch OR plan is:unread", "a1"),
        ("(lunch is:starred) OR plan", "a1 a2"),
        ("-(lunch OR plan)", "a4"),
        ("is:unread", "a1 a4"),
        ("is:read", "a3 a2"),
        ("is:starred", "a1"),
        ("in:inbox -is:unread", "a2"),
        ("in:sent", "a3"),
        ("in:trash", "a5"),
        ("in:anywhere from:bob", "a1 a5"),
        ("in:spam", "a6"),
        ("label:follow-up-now", "a2"),
        ("label:unknown", ""),
        ("has:attachment", "a2"),
        ("has:pdf", "a2"),
        ("has:userlabels", "a2"),
        ("category:promotions", "a4"),
        ("filename:pdf", "a2"),
        ("filename:plan", "a2"),
        ("filename:doc", ""),
        ("list:team.lists.org", "a2"),
        ("rfc822msgid:plan@else.org", "a2"),
        ("rfc822msgid:<plan@else.org> is:read", "a2"),
        ("after:2026/03/13", "a3 a1"),
        ("after:2026/3/13 before:2026/3/14", "a3 a1"),  # a3: 14 March in UTC is 13 March there
        ("before:2026-02-01", "a4"),
        ("before:1770000000", "a2 a4"),
        ("newer_than:2d", "a3 a1"),
        ("older_than:1y", "a4"),
        ("older_than:1m newer_than:2m", "a2"),
        ("larger:50K", "a4"),
        ("size:60000", "a4"),
        ("smaller:1K -in:sent", "a1 a2"),
        ("lun", ""),
        ("LUNCH AND noon", "a1"),
    ],
)
def test_a_search_finds_what_it_says(ann: Any, search: str, found: str) -> None:
    answer = ann.messages().list(userId="me", q=search).execute()
    assert [one["id"] for one in answer.get("messages", [])] == found.split()


def test_labels_and_a_search_narrow_together(ann: Any) -> None:
    asked = {"userId": "me", "labelIds": ["INBOX", "UNREAD"], "q": "sale"}
    answer = ann.messages().list(**asked).execute()
    assert [one["id"] for one in answer["messages"]] == ["a4"]
    trash = ann.messages().list(userId="me", labelIds=["TRASH"]).execute()
    assert [one["id"] for one in trash["messages"]] == ["a5"]
    everything = ann.messages().list(userId="me", includeSpamTrash=True).execute()
    assert everything["resultSizeEstimate"] == 6
    unknown = ann.messages().list(userId="me", labelIds=["Label_9"])
    assert refusal(unknown.execute) == (400, "invalidArgument", "Invalid label: Label_9")


def test_pages_follow_one_another(ann: Any) -> None:
    request, seen = ann.messages().list(userId="me", maxResults=3), []
    while request is not None:
        answer = request.execute()
        seen.append([one["id"] for one in answer["messages"]])
        request = ann.messages().list_next(request, answer)
    assert seen == [["a3", "a1", "a2"], ["a4"]]
    wrong = ann.messages().list(userId="me", pageToken="12")
    assert refusal(wrong.execute) == (400, "invalidArgument", "Invalid pageToken")


def test_operators_bind_as_documented() -> None:
    ann, bob = Term("from", "ann"), Term("from", "bob")
    assert parse("from:ann OR from:bob x") == AllOf((AnyOf((ann, bob)), Term("", "x")))
    assert parse("{from:ann from:bob}") == AnyOf((ann, bob))
    assert parse("from:(ann bob)") == AllOf((ann, bob))
    assert parse('-subject:"a b"') == Not(Term("subject", "a b", phrase=True))
    assert parse("http://x.org") == Term("", "http://x.org")
    assert parse("follow-up") == Term("", "follow-up")


def test_what_is_not_supported_is_said(ann: Any) -> None:
    with pytest.raises(NotASearch, match="AROUND"):
        parse("lunch AROUND 5 menu")


PIECES = st.sampled_from([*'(){}"- :', " OR ", "from:", "in:", "-", "word", "a b", "2026/13/40"])
TEXTS = st.lists(st.one_of(PIECES, st.text(string.printable, max_size=5))).map("".join)


@given(TEXTS)
def test_any_text_can_be_searched_for(text: str) -> None:
    box = Mailbox(ANN, World(clock=lambda: NOW))
    one = Message("1", "1", ["INBOX"], at("2026-03-13T12:00:00+00:00"), LUNCH)
    try:
        tree = parse(text)
    except NotASearch:
        return
    assert matches(Not(tree), one, box) is not matches(tree, one, box)
