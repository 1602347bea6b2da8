"""Where services call: what is signed is taken once; the rest is refused and learns nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sheetflow.clock import Clock
from sheetflow.hosting.hearing import KEPT, Hearing
from sheetflow.ledger.calls import Calls
from sheetflow.ledger.store import Ledger
from sheetflow.web.access import Access
from sheetflow.web.app import make_app
from sheetflow.web.hooks import FREE, LARGEST_BODY
from sheetflow.workspace import CHAPTER
from tests.web.conftest import HERE, MovingClock

SECRET = "an0ther-secret"
NAME = "sign-ups"
OUTSIDE = "https://flow.example.org"
CONNECTION = f"""
  {NAME}: {{connector: hook, secret: {{file: hook-secret}}, tables: [People]}}
  zoom:
    connector: zoom
    account_id: a
    client_id: b
    client_secret: {{file: hook-secret}}
    hosts: [h@example.org]
"""


class Doorbell:
    """Counts how often somebody is hurried."""

    def __init__(self) -> None:
        self.rung = 0

    def __call__(self) -> None:
        self.rung += 1


class Door:
    """A workspace with a signed hook, and whoever calls."""

    def __init__(self, folder: Path, clock: MovingClock) -> None:
        self.folder, self.clock, self.bell = folder, clock, Doorbell()
        self.hearing = Hearing(Clock(read=clock), hurry=self.bell)
        self.app = make_app(folder, access=Access(), clock=Clock(read=clock), hearing=self.hearing)
        self.client = TestClient(self.app, base_url=OUTSIDE, client=("203.0.113.9", 4000))

    def signed(
        self, body: bytes = b"{}", *, name: str = "msg_1", late: float = 0, secret: str = SECRET
    ) -> dict[str, str]:
        """The three headers, as a program with the secret makes them."""
        moment = int((self.clock() - timedelta(seconds=late)).timestamp())
        mac = hmac.new(secret.encode(), f"{name}.{moment}.".encode() + body, hashlib.sha256)
        return {
            "webhook-id": name,
            "webhook-timestamp": str(moment),
            "webhook-signature": f"v1,{base64.b64encode(mac.digest()).decode()}",
        }

    def call(
        self,
        headers: Mapping[str, str] | Sequence[tuple[str, str]],
        body: bytes = b"{}",
        to: str = f"/hooks/{NAME}",
    ):
        """What a call is answered."""
        return self.client.post(to, content=body, headers=headers)

    @property
    def waiting(self) -> list[tuple[str, frozenset[str]]]:
        """The calls that wait to be looked after."""
        path = self.folder / "sheetflow.db"
        with Ledger.open(path, read_only=True) as ledger, ledger.database.reading() as line:
            found = Calls(CHAPTER).waiting(line, 1_000)
        return [(one.connection, one.tables) for one in found]

    @property
    def counted(self) -> dict[tuple[str, str], int]:
        """What became of the calls."""
        return dict(self.hearing.tally.calls)


@pytest.fixture
def door(folder: Path, time_now: MovingClock) -> Iterator[Door]:
    """The dashboard's application, called from outside."""
    settings = folder / "sheetflow.yaml"
    text = settings.read_text("utf-8").replace("connections:", f"connections:{CONNECTION}", 1)
    settings.write_text(f"{text}\npublic_url: {OUTSIDE}\n", "utf-8")
    secret = folder / "hook-secret"
    secret.write_text(f"{SECRET}\n", "utf-8")
    secret.chmod(0o600)
    made = Door(folder, time_now)
    yield made
    made.hearing.close()


TAKEN = [(NAME, frozenset({"People"}))]
REFUSED = (401, "This was not taken.\n")


def is_untouched(door: Door) -> bool:
    return not (door.folder / "sheetflow.db").exists() and door.bell.rung == 0


def test_a_signed_call_is_taken_and_hurries_whoever_looks(door: Door):
    answer = door.call(door.signed())
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert "set-cookie" not in answer.headers
    assert (door.waiting, door.bell.rung) == (TAKEN, 1)
    assert door.counted == {(NAME, "taken"): 1}


def test_a_call_that_comes_again_counts_once(door: Door):
    headers = door.signed()
    for _ in range(5):
        assert door.call(headers).status_code == 200
    door.clock.move(seconds=200)
    assert door.call(door.signed()).status_code == 200, "the same event, signed anew"
    assert (door.waiting, door.bell.rung) == (TAKEN, 1)
    assert door.counted == {(NAME, "taken"): 1, (NAME, "known"): 5}


def test_calls_are_forgotten_after_a_week(door: Door):
    door.call(door.signed(name="old"))
    door.clock.move(days=KEPT.days, seconds=1)
    door.call(door.signed(name="new"))
    assert door.waiting == TAKEN


def test_two_who_serve_take_a_call_once(door: Door):
    other = Door(door.folder, door.clock)
    headers = door.signed()
    assert [one.call(headers).status_code for one in (door, other)] == [200, 200]
    assert (door.waiting, door.bell.rung, other.bell.rung) == (TAKEN, 1, 0)
    other.hearing.close()


FORGED = {
    "nothing": {},
    "empty": {"webhook-id": "", "webhook-timestamp": "", "webhook-signature": ""},
    "another scheme": {"x-hub-signature-256": "sha256=" + "0" * 64},
    "letters": {"webhook-id": "m", "webhook-timestamp": "now", "webhook-signature": "v1,x"},
    "minus": {"webhook-id": "m", "webhook-timestamp": "-1773500000", "webhook-signature": "v1,x"},
    "huge": {"webhook-id": "m", "webhook-timestamp": "9" * 400, "webhook-signature": "v1,x"},
    "far": {"webhook-id": "m", "webhook-timestamp": "99999999999", "webhook-signature": "v1,"},
    "other digits": {
        "webhook-id": "m",
        "webhook-timestamp": "١٧٧٣٤٩٨٦٠٠",
        "webhook-signature": "v1,",
    },
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED.keys())
def test_what_is_not_signed_is_refused_and_touches_nothing(door: Door, headers: dict[str, str]):
    raw = [(name, value.encode()) for name, value in headers.items()]
    answer = door.client.post(f"/hooks/{NAME}", content=b"{}", headers=raw)
    assert (answer.status_code, answer.text) == REFUSED
    assert is_untouched(door)


def test_whatever_is_changed_in_a_signed_call_is_noticed(door: Door):
    good = door.signed(b'{"a": 1}')
    signature = good["webhook-signature"]
    for name, value in {
        "webhook-id": "msg_2",
        "webhook-timestamp": str(int(good["webhook-timestamp"]) + 1),
    }.items():
        assert door.call({**good, name: value}, b'{"a": 1}').status_code == 401
    for wrong in (signature[:-2], signature.upper(), signature[3:], f"v1a{signature[2:]}", "v1,ü"):
        headers = {**good, "webhook-signature": wrong}
        raw = [(name, value.encode()) for name, value in headers.items()]
        assert (
            door.client.post(f"/hooks/{NAME}", content=b'{"a": 1}', headers=raw).status_code == 401
        )
    for body in (b"", b'{"a":1}', b'{"a": 1}\n', b'{"a": 2}', b"\xff" * 100):
        assert door.call(good, body).status_code == 401
    assert door.call(door.signed(secret="guess")).status_code == 401
    assert is_untouched(door)


@pytest.mark.parametrize(("late", "code"), [(299, 200), (301, 401), (-299, 200), (-301, 401)])
def test_what_was_not_signed_just_now_is_refused(door: Door, late: float, code: int):
    assert door.call(door.signed(late=late)).status_code == code


@pytest.mark.parametrize("twice", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_header_that_comes_twice_counts_for_nothing(door: Door, twice: str):
    good = door.signed()
    assert door.call([*good.items(), (twice, good[twice])]).status_code == 401
    assert is_untouched(door)


def test_while_a_secret_is_replaced_one_of_several_signatures_is_enough(door: Door):
    good = door.signed()
    other = door.signed(secret="the one before")["webhook-signature"]
    several = f"v1a,abc {other} {good['webhook-signature']}"
    assert door.call({**good, "webhook-signature": several}).status_code == 200
    many = " ".join([other] * 50 + [good["webhook-signature"]])
    assert door.call({**door.signed(name="b"), "webhook-signature": many}).status_code == 401


@pytest.mark.parametrize(
    "name",
    ["nobody", "zoom", "outbox", "hook", "", "..", "%2e%2e", "a" * 1500, "%00", "sign-ups%0a", "é"],
)
def test_nobody_learns_which_connections_there_are(door: Door, name: str):
    answer = door.call(door.signed(), to=f"/hooks/{name}")
    if name in ("", ".."):
        assert answer.status_code in (403, 404, 405, 421), "no hook at all, and not our public name"
    else:
        assert (answer.status_code, answer.text) == REFUSED
    assert is_untouched(door)


@pytest.mark.parametrize(
    "path", [f"/hooks/{NAME}/", f"/hooks//{NAME}", f"/hooks/{NAME}/x", "/hooks"]
)
def test_no_other_path_is_a_hook(door: Door, path: str):
    assert door.call(door.signed(), to=path).status_code in (403, 404, 405, 421)
    assert is_untouched(door)


def test_a_hook_is_called_by_post_alone(door: Door):
    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"):
        answer = door.client.request(method, f"/hooks/{NAME}", headers=door.signed())
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert is_untouched(door)


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", "x/y", "", "é"]
)
def test_the_kind_of_content_does_not_matter(door: Door, kind: str):
    raw = [*((n, v.encode()) for n, v in door.signed().items()), ("content-type", kind.encode())]
    assert door.client.post(f"/hooks/{NAME}", content=b"{}", headers=raw).status_code == 200


def test_calls_come_in_under_the_public_name_and_open_nothing_else(door: Door):
    assert door.call(door.signed(name="a")).status_code == 200
    inside = TestClient(door.app, base_url=HERE, client=("127.0.0.1", 1))
    assert inside.post(f"/hooks/{NAME}", content=b"{}", headers=door.signed(name="b")).is_success
    evil = {**door.signed(name="c"), "host": "evil.example"}
    assert door.call(evil).status_code == 421
    assert door.client.get("/").status_code == 421


def test_another_sites_page_may_send_a_call_as_anybody_may(door: Door):
    headers = {**door.signed(), "origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    answer = door.call(headers)
    assert answer.status_code == 200, "the signature alone lets it in"
    assert "access-control-allow-origin" not in answer.headers


def test_forged_calls_are_counted_and_after_some_told_to_wait_while_true_ones_come_in(door: Door):
    codes = [door.call({"webhook-id": str(n)}).status_code for n in range(FREE + 5)]
    assert codes == [401] * FREE + [429] * 5
    assert door.call({}, to="/hooks/nobody").status_code == 429
    assert door.call(door.signed()).status_code == 200
    door.clock.move(seconds=61)
    assert door.call({}).status_code == 401
    assert door.counted == {(NAME, "refused"): FREE + 6, ("", "refused"): 1, (NAME, "taken"): 1}


def test_a_body_as_large_as_is_allowed_and_no_larger(door: Door):
    fits = os.urandom(LARGEST_BODY)
    assert door.call(door.signed(fits), fits).status_code == 200
    more = fits + b"x"
    assert door.call(door.signed(more), more).status_code == 413
    parts = (b"x" * 1024 for _ in range(1024))
    answer = door.client.post(f"/hooks/{NAME}", content=parts, headers=door.signed())
    assert answer.status_code == 413, "without a length, too"


def test_while_the_ledger_cannot_be_written_the_service_is_told_to_call_again(door: Door):
    (door.folder / "sheetflow.db").mkdir()
    answer = door.call(door.signed())
    assert answer.status_code == 503
    assert "sheetflow.db" not in answer.text
    (door.folder / "sheetflow.db").rmdir()
    assert door.call(door.signed()).status_code == 200
    assert (door.waiting, door.bell.rung) == (TAKEN, 1)


def test_a_secret_that_cannot_be_read_is_ours_to_mend(door: Door):
    (door.folder / "hook-secret").chmod(0o644)
    answer = door.call(door.signed())
    assert (answer.status_code, "hook-secret" in answer.text) == (503, False)
    (door.folder / "hook-secret").chmod(0o600)
    assert door.call(door.signed()).status_code == 200


def test_metrics_tell_of_calls(door: Door):
    from sheetflow.hosting.metrics import page
    from sheetflow.network.bill import Bill

    door.call(door.signed())
    door.call({}, to="/hooks/nobody")
    text = page(door.hearing.tally, Bill(), [], {}, healthy=True, now=door.clock())
    assert f'sheetflow_hooks_total{{connection="{NAME}",how="taken"}} 1.0' in text
    assert 'sheetflow_hooks_total{connection="",how="refused"} 1.0' in text
    assert "nobody" not in text


def test_nothing_of_a_call_is_kept_but_its_name_and_what_it_is_about(door: Door):
    body = json.dumps({"email": "canary@example.org"}).encode()
    assert door.call(door.signed(body), body).status_code == 200
    door.hearing.close()
    assert b"canary" not in (door.folder / "sheetflow.db").read_bytes()
