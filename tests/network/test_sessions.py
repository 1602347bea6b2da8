"""What any client library sends through the door: once, at its time, and told in our words."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from sheetflow.errors import (
    NotAllowed,
    NotFound,
    NotKnown,
    PlanningWrote,
    Refused,
    ServiceError,
    ThereAlready,
    TooFast,
    Unreachable,
    UsedUp,
)
from sheetflow.network.door import Door
from sheetflow.network.services import (
    Answer,
    Bearer,
    Call,
    Charge,
    Fault,
    Identity,
    Limit,
    Nature,
    Service,
)
from sheetflow.secrets import Secret
from tests.network.service import Hourglass, Reply, Scripted, door, scripted


@dataclass
class Board(Service):
    """A notice board: notices are posted, and put under a name of ours."""

    name: str = "Board"

    def nature(self, call: Call) -> Nature:
        return "repeatable write" if call.method == "PUT" else super().nature(call)

    def fault(self, answer: Answer) -> Fault:
        found = super().fault(answer)
        error = answer.json.get("error", {}) if isinstance(answer.json, dict) else {}
        meaning = "used up" if error.get("reason") == "dailyLimit" else found.meaning
        return Fault(meaning, error.get("message", ""), reason=error.get("reason", ""))


CERTIFICATE = Path(__file__).parent.parent / "plugins" / "localhost.pem"
DROPPED = Reply(dropped=True)
BUSY = Reply(503)


@pytest.fixture
def service() -> Iterator[Scripted]:
    with scripted() as running:
        yield running


def through(the_door: Door, service: Scripted, **how: Any) -> requests.Session:
    return the_door.session(Board(origins=[service.url], **how))


@pytest.mark.parametrize("cut", [DROPPED, Reply(cut_short=True, body=b'{"id"'), BUSY, Reply(500)])
def test_a_write_that_may_have_been_taken_is_sent_once(service: Scripted, cut: Reply):
    service.replies = [cut]
    with pytest.raises(NotKnown, match="Board did not say whether it took this"):
        through(door(), service).post(f"{service.url}/notices", json={"text": "Hello"})
    assert service.asked == [("POST", "/notices", b'{"text": "Hello"}')]


@pytest.mark.parametrize("cut", [DROPPED, Reply(cut_short=True, body=b'{"id"'), BUSY])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_what_may_be_repeated_is_repeated(service: Scripted, cut: Reply, method: str):
    service.replies = [cut, cut, Reply(body=b'{"ok": true}')]
    glass = Hourglass()
    answer = through(door(glass=glass), service).request(method, f"{service.url}/notices/7")
    assert answer.json() == {"ok": True}
    assert len(service.asked) == 3
    assert glass.slept == [1.0, 2.0]


def test_a_read_that_never_succeeds_ends(service: Scripted):
    service.replies = [BUSY] * 20
    with pytest.raises(Unreachable, match="Board does not answer"):
        through(door(), service).get(f"{service.url}/notices")
    assert len(service.asked) == 6


def test_a_repeatable_write_that_never_succeeds_may_have_been_taken(service: Scripted):
    service.replies = [BUSY] * 20
    with pytest.raises(NotKnown):
        through(door(), service).put(f"{service.url}/notices/7")
    assert len(service.asked) == 6


@pytest.mark.parametrize("then", [Reply(429), Reply(429, headers={"Retry-After": "900"})])
def test_what_may_have_been_taken_once_is_not_called_untaken_later(service: Scripted, then: Reply):
    service.replies = [DROPPED, *[then] * 20]
    with pytest.raises(NotKnown):
        through(door(), service).put(f"{service.url}/notices/7")


def test_what_could_not_be_sent_is_tried_again_whatever_it_is():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        glass = Hourglass()
        session = door(glass=glass).session(Board(origins=[url]))
        with pytest.raises(Unreachable, match="Nothing was sent"):
            session.post(f"{url}/notices")
    assert glass.slept == [1.0, 2.0, 4.0, 8.0, 16.0]


@pytest.mark.parametrize(
    ("says", "waited"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("Sat, 14 Mar 2026 11:00:30 GMT", 30.0),
        ("2026-03-14T12:00:09+01:00", 9.0),
        ("2026-03-14T11:00:09Z", 9.0),
        ("Fri, 13 Mar 2026 11:00:30 GMT", 1.0),  # gone by: our own pause instead
        ("soon", 1.0),
        ("\xb2", 1.0),  # a digit to Python, and no number
        ("Sat, 14 Mar 99999999999999999999 11:00:00 GMT", 1.0),
    ],
)
def test_turned_away_for_haste_it_waits_as_long_as_it_is_told(
    service: Scripted, clock: Any, says: str, waited: float
):
    service.replies = [Reply(429, headers={"Retry-After": says})]
    glass = Hourglass()
    the_door = door(glass=glass)
    the_door.clock = clock
    assert through(the_door, service).post(f"{service.url}/notices").status_code == 200
    assert glass.slept == [waited]
    assert len(service.asked) == 2


def test_a_longer_pause_than_anybody_waits_for_is_told_at_once(service: Scripted):
    service.replies = [Reply(429, headers={"Retry-After": "900"})]
    with pytest.raises(TooFast) as told:
        through(door(), service).post(f"{service.url}/notices")
    assert told.value.retry_after == timedelta(seconds=900)
    assert len(service.asked) == 1


@contextmanager
def broken_tls() -> Iterator[tuple[str, list[bytes]]]:
    """A server that takes one request whole, and answers with what cannot be deciphered."""
    asked: list[bytes] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)

    def answer(listening: socket.socket) -> None:
        with contextlib.suppress(OSError):  # whoever does not trust us hangs up
            line = context.wrap_socket(listening.accept()[0], server_side=True)
            asked.append(line.recv(65536))
            with socket.socket(fileno=line.detach()) as raw:
                raw.sendall(b"\x17\x03\x03\x00\x20" + b"x" * 32)
                raw.recv(65536)  # until the other side has heard it

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        serving = threading.Thread(target=answer, args=(listening,))
        serving.start()
        yield f"https://localhost:{listening.getsockname()[1]}", asked
        serving.join()


def test_a_write_whose_answer_cannot_be_deciphered_may_have_been_taken():
    with broken_tls() as (url, asked):
        session = door().session(Board(origins=[url]))
        with pytest.raises(NotKnown):
            session.post(f"{url}/notices", verify=str(CERTIFICATE))
    assert [request[:14] for request in asked] == [b"POST /notices "]


def test_whoever_shows_a_certificate_that_nobody_trusts_is_sent_nothing():
    with broken_tls() as (url, asked), pytest.raises(Unreachable, match="cannot be reached"):
        door(tries=1).session(Board(origins=[url])).post(f"{url}/notices")
    assert asked == []


@pytest.mark.parametrize("says", ["9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_nobody_is_told_to_come_back_in_a_thousand_years(service: Scripted, says: str):
    service.replies = [Reply(429, headers={"Retry-After": says})]
    with pytest.raises(TooFast) as told:
        through(door(), service).post(f"{service.url}/notices")
    assert told.value.retry_after == timedelta(days=30)


def test_a_used_up_allowance_is_not_asked_for_again(service: Scripted):
    gone = b'{"error": {"reason": "dailyLimit", "message": "Daily limit reached"}}'
    service.replies = [Reply(429, gone)]
    session = through(door(), service)
    with pytest.raises(UsedUp, match="used up: Daily limit reached"):
        session.get(f"{service.url}/notices")
    with pytest.raises(UsedUp):
        session.get(f"{service.url}/notices")
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Refused),
        (401, NotAllowed),
        (403, NotAllowed),
        (404, NotFound),
        (409, ThereAlready),
        (410, NotFound),
        (412, Refused),
        (422, Refused),
    ],
)
def test_each_failure_becomes_one_of_ours(
    service: Scripted, status: int, error: type[ServiceError]
):
    body = b'{"error": {"reason": "theirWord", "message": "Their\\n sentence"}}'
    service.replies = [Reply(status, body)]
    with pytest.raises(error) as told:
        through(door(), service).post(f"{service.url}/notices")
    assert type(told.value) is error
    assert told.value.reason == "theirWord"
    assert told.value.message.endswith(": Their sentence")
    assert len(service.asked) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_while_planning_nothing_is_written(service: Scripted, method: str):
    session = through(door(may_write=False), service)
    with pytest.raises(PlanningWrote, match=f"{method} to Board"):
        session.request(method, f"{service.url}/notices")
    assert session.get(f"{service.url}/notices").status_code == 200
    assert [method for method, _, _ in service.asked] == ["GET"]


class Renewed(Identity):
    """A token that is found to be too old once."""

    name = "renewed"

    def __init__(self) -> None:
        self.token = "old"
        self.renewals = 0

    def sign(self, request: requests.PreparedRequest) -> None:
        request.headers["Authorization"] = f"Bearer {self.token}"

    def renew(self) -> bool:
        self.token = "new"
        self.renewals += 1
        return True


def test_a_token_that_is_too_old_is_renewed_once(service: Scripted):
    service.replies = [Reply(401), Reply(), Reply(401), Reply(401)]
    who = Renewed()
    session = through(door(), service, identities=[who])
    assert session.post(f"{service.url}/notices").status_code == 200
    assert service.signatures == ["Bearer old", "Bearer new"]
    with pytest.raises(NotAllowed):
        session.post(f"{service.url}/notices")
    assert (who.renewals, len(service.asked)) == (2, 4)


SECRET = "pat0123456789abcd.deadbeef"


@pytest.mark.parametrize(
    "says",
    [
        f"Invalid token {SECRET} here",
        f"Bearer {SECRET}",
        "ya29.a0AfH6SMBx is not valid",
        "see https://x.example/?key=AIzaSyD-1234 for more",
        "xoxb-12-34-abc",
        "eyJhbGciOi.eyJzdWIiOi.c2lnbg",
    ],
)
def test_no_error_shows_a_credential(service: Scripted, says: str):
    body = f'{{"error": {{"message": "{says}"}}}}'.encode()
    service.replies = [Reply(400, body)]
    session = through(door(), service, identities=[Bearer(Secret(SECRET))])
    with pytest.raises(Refused) as told:
        session.get(f"{service.url}/notices?key=AIzaSyD-1234&token={SECRET}")
    shown = repr(told.value) + str(told.value)
    for secret in (SECRET, "deadbeef", "ya29.a0", "AIzaSyD", "xoxb-12", "eyJzdWIi"):
        assert secret not in shown
    assert "***" in shown


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_request_that_is_sent_on_for_good_is_not_sent_once_more(method: str):
    with scripted() as service:
        service.replies = [Reply(308, headers={"Location": f"{service.url}/moved"})]
        with door().session(Service("Board", [service.url])) as session, pytest.raises(Refused):
            session.request(method, f"{service.url}/notices")
        assert [path for _, path, _ in service.asked] == ["/notices"]


def test_credentials_go_nowhere_else(service: Scripted, tmp_path: Path):
    with scripted() as other:
        service.replies = [Reply(302, headers={"Location": f"{other.url}/login"})]
        session = through(door(), service, identities=[Bearer(Secret(SECRET))])
        with pytest.raises(Refused):
            session.get(f"{service.url}/notices")
        with pytest.raises(Unreachable, match="not its own place"):
            session.get(f"{other.url}/notices")
        assert other.asked == []


def test_a_line_that_can_be_overheard_is_not_used():
    with pytest.raises(Unreachable, match=r"http://board\.example\.org is not encrypted"):
        door().session(Board(origins=["http://board.example.org"]))


def test_a_netrc_file_signs_nothing(
    service: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ana password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    through(door(), service).get(f"{service.url}/notices")
    assert service.signatures == [""]


@dataclass
class Paced(Board):
    """Three requests a minute for each identity."""

    made: list[str] = field(default_factory=list)

    def charges(self, call: Call, identity: Identity) -> Iterable[Charge]:
        return [Charge(Limit(3, "minute", identity.name))]


def test_nobody_is_asked_faster_than_is_allowed(service: Scripted):
    glass = Hourglass()
    session = door(glass=glass).session(Paced(origins=[service.url]))
    for _ in range(7):
        session.get(f"{service.url}/notices")
    assert glass.slept == [66.0, 66.0]


def test_several_identities_share_the_load(service: Scripted):
    glass = Hourglass()
    two = [Bearer(Secret("one"), "one"), Bearer(Secret("two"), "two")]
    session = door(glass=glass).session(Paced(origins=[service.url], identities=two))
    for _ in range(6):
        session.get(f"{service.url}/notices")
    assert glass.slept == []
    assert sorted(service.signatures) == ["Bearer one"] * 3 + ["Bearer two"] * 3


def test_the_bill_says_what_was_asked(service: Scripted):
    the_door = door()
    session = through(the_door, service)
    service.replies = [BUSY, Reply(), Reply(), Reply(404)]
    session.get(f"{service.url}/notices")
    session.put(f"{service.url}/notices/7")
    with pytest.raises(NotFound):
        session.post(f"{service.url}/nowhere")
    assert the_door.bill.sentence() == "Board: 2 reads, 2 writes."
    assert the_door.bill.faults == {("Board", "unavailable"): 1, ("Board", "not found"): 1}


def _gspread(session: requests.Session, url: str) -> None:
    from gspread.http_client import HTTPClient

    HTTPClient(None, session=session).request("post", f"{url}/v4/spreadsheets/1:batchUpdate")


def _plain(session: requests.Session, url: str) -> None:
    session.post(f"{url}/notices", data=b"one")


def _airtable(session: requests.Session, url: str) -> None:
    from pyairtable import Api

    api = Api("token", endpoint_url=url)
    api.session = session
    api.table("app1", "People").create({"Name": "Ana"})


def _googleapiclient(session: requests.Session, url: str) -> None:
    from googleapiclient.discovery import build_from_document
    from googleapiclient.discovery_cache import get_static_doc
    from sheetflow_plugins._google_api import Transport

    document = json.loads(get_static_doc("calendar", "v3"))
    document["rootUrl"] = f"{url}/"
    with build_from_document(document, http=Transport(session, url)) as calendar:
        calendar.events().insert(calendarId="primary", body={}).execute(num_retries=0)


@pytest.mark.parametrize("client", [_plain, _gspread, _airtable, _googleapiclient])
def test_whichever_library_asks_a_dropped_write_is_seen_once(
    service: Scripted, client: Callable[[requests.Session, str], None]
):
    service.replies = [DROPPED]
    with pytest.raises(NotKnown):
        client(through(door(), service), service.url)
    assert len(service.asked) == 1


class Chatty(Board):
    """A board that answers 200 to everything, and tells inside whether it did it."""

    def told_inside(self, answer: Answer) -> Fault | None:
        told = answer.json
        if told.get("ok", True):
            return None
        says = told["error"]
        return Fault("unavailable" if says == "broken" else "too fast", reason=says)


def test_a_failure_told_inside_a_success_is_a_failure(service: Scripted):
    service.replies = [Reply(body=b'{"ok": false, "error": "broken"}')]
    session = door().session(Chatty(origins=[service.url]))
    with pytest.raises(NotKnown) as caught:
        session.post(f"{service.url}/notices", data=b"one")
    assert caught.value.reason == "broken"
    assert len(service.asked) == 1


def test_a_failure_told_inside_a_success_waits_as_long_as_it_says(service: Scripted):
    busy = Reply(body=b'{"ok": false, "error": "busy"}', headers={"Retry-After": "7"})
    service.replies = [busy, Reply(body=b'{"ok": true}')]
    glass = Hourglass()
    session = door(glass=glass).session(Chatty(origins=[service.url]))
    assert session.post(f"{service.url}/notices", data=b"one").json() == {"ok": True}
    assert glass.slept == [7.0]
