"""What services sign, held against their own documentation's examples, and against forgers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sheetflow_plugins.airtable import Airtable
from sheetflow_plugins.google_drive import GoogleDrive
from sheetflow_plugins.hook import SignedHook
from sheetflow_plugins.slack import Slack
from sheetflow_plugins.zoom import Zoom

from sheetflow import Heard, Hook, NotAllowed, Secret, sha256_mac
from sheetflow.network.door import Door
from sheetflow.plugin.testing.listening import ListenerContract

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
SECRET = "an0ther-secret"
ZOOM = {
    "account_id": "a",
    "client_id": "b",
    "client_secret": Secret("cl1ent-s3cret"),
    "hosts": ("h@example.org",),
    "hook_secret": Secret(SECRET),
}


def hook(headers: dict[str, str], body: bytes, at: datetime = NOON) -> Hook:
    return Hook("POST", tuple(headers.items()), {}, body, at)


def v0(prefix: str, body: bytes, *, secret: str = SECRET, at: datetime = NOON) -> Hook:
    """A call as Zoom and Slack sign theirs."""
    moment = str(int(at.timestamp()))
    mac = hmac.new(secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256).hexdigest()
    return hook({f"{prefix}request-timestamp": moment, f"{prefix}signature": f"v0={mac}"}, body, at)


def connected(kind: Any, **settings: Any) -> Any:
    return kind(kind.Settings(**settings), door=Door(may_write=False), folder=Path("/nowhere"))


# Each keeps the contract


class TestZoom(ListenerContract):
    connector = Zoom
    settings = ZOOM
    signs_moment = True

    def signed(self, number: int) -> Hook:
        return v0("x-zm-", json.dumps({"event": "meeting.updated", "event_ts": number}).encode())


class TestSlack(ListenerContract):
    connector = Slack
    settings = {"token": Secret("xoxb-1"), "hook_secret": Secret(SECRET)}
    signs_moment = True

    def signed(self, number: int) -> Hook:
        event = {"event_id": f"Ev{number}", "event": {"type": "team_join"}}
        return v0("x-slack-", json.dumps(event).encode())


class TestAirtable(ListenerContract):
    connector = Airtable
    key = base64.b64encode(b"k" * 64).decode()
    other = base64.b64encode(b"o" * 64).decode()
    settings = {"token": Secret("pat1"), "hook_secret": Secret(f"{other}\n{key}")}

    def signed(self, number: int) -> Hook:
        body = json.dumps({"base": {"id": "appX"}, "timestamp": str(number)}).encode()
        mac = hmac.new(b"k" * 64, body, hashlib.sha256).hexdigest()
        return hook({"x-airtable-content-mac": f"hmac-sha256={mac}"}, body)


class TestGoogleDrive(ListenerContract):
    connector = GoogleDrive
    settings = {"url": "http://127.0.0.1:1", "hook_secret": Secret(SECRET)}
    signs_body = False

    def signed(self, number: int, *, state: str = "change", channel: str = "sheetflow-" + "a" * 32):
        token = sha256_mac(Secret(SECRET), "channel ", channel).hex()
        headers = {
            "x-goog-channel-id": channel,
            "x-goog-channel-token": token,
            "x-goog-message-number": str(number),
            "x-goog-resource-state": state,
        }
        return hook(headers, b"")


class TestHook(ListenerContract):
    connector = SignedHook
    settings = {"secret": Secret(SECRET), "tables": ("People",)}
    secret = "secret"
    signs_moment = True

    def signed(self, number: int) -> Hook:
        name, moment = f"msg_{number}", str(int(NOON.timestamp()))
        mac = hmac.new(SECRET.encode(), f"{name}.{moment}.{{}}".encode(), hashlib.sha256).digest()
        signature = f"v1,{base64.b64encode(mac).decode()}"
        headers = {"webhook-id": name, "webhook-timestamp": moment, "webhook-signature": signature}
        return hook(headers, b"{}")


class TestHookLikeGitHub(ListenerContract):
    connector = SignedHook
    settings = {"secret": Secret(SECRET), "tables": ("People",), "signed_as": "github"}
    secret = "secret"

    def signed(self, number: int) -> Hook:
        body = json.dumps({"number": number}).encode()
        mac = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        return hook({"x-hub-signature-256": f"sha256={mac}", "x-github-delivery": "1"}, body)


# Examples that were published


def test_slacks_own_example():
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = {
        "x-slack-request-timestamp": "1531420618",
        "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    secret = Secret("8f742231b10e8888abcd99yyyzzz85a5")
    slack = connected(Slack, token=Secret("xoxb-1"), hook_secret=secret)
    at = datetime.fromtimestamp(1531420618, UTC)
    assert slack.heard(hook(headers, body, at)) == Heard()
    with pytest.raises(NotAllowed):
        slack.heard(hook(headers, body, at + timedelta(seconds=301)))


def test_the_example_of_standard_webhooks():
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    heard = connected(SignedHook, secret=secret, tables=("People",)).heard(
        hook(headers, b'{"test": 2432232314}', datetime.fromtimestamp(1614265330, UTC))
    )
    assert heard == Heard("msg_p5jXN8AQM9LWM0D4loKWxJek", tables=frozenset({"People"}))


def test_githubs_own_example():
    headers = {
        "x-hub-signature-256": "sha256="
        "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    }
    secret = Secret("It's a Secret to Everybody")
    github = connected(SignedHook, secret=secret, tables=("People",), signed_as="github")
    assert github.heard(hook(headers, b"Hello, World!")).tables == {"People"}


# What each of them is told


def test_zoom_is_shown_that_the_address_is_ours_and_nothing_else_is_signed_for_anybody():
    zoom = connected(Zoom, **ZOOM)
    asks = {"event": "endpoint.url_validation", "payload": {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"}}
    proof = hmac.new(SECRET.encode(), b"qgg8vlvZRS6UYooatFL8Aw", hashlib.sha256).hexdigest()
    answer = {"plainToken": "qgg8vlvZRS6UYooatFL8Aw", "encryptedToken": proof}
    assert zoom.heard(v0("x-zm-", json.dumps(asks).encode())) == Heard(answer=answer)
    for token in ("v0:1773500400:{}", "", "a" * 201, None, {"a": 1}):
        asks["payload"] = {"plainToken": token}
        if token is not None and not isinstance(token, dict):
            with pytest.raises(NotAllowed):
                zoom.heard(v0("x-zm-", json.dumps(asks).encode()))


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ({"event": "meeting.created", "id": "81234567890"}, {"81234567890", "meetings"}),
        ({"event": "meeting.participant_joined", "id": 81234567890}, {"81234567890"}),
        ({"event": "meeting.registration_created", "id": "81234567890"}, {"81234567890"}),
        ({"event": "meeting.updated", "id": "../../etc"}, None),
        ({"event": "user.updated", "id": "81234567890"}, None),
        ({"event": 7}, None),
    ],
)
def test_zoom_says_which_meeting_it_is_about(said: dict[str, Any], about: set[str] | None):
    thing = {"event": said["event"], "payload": {"object": {"id": said.get("id")}}}
    heard = connected(Zoom, **ZOOM).heard(v0("x-zm-", json.dumps(thing).encode()))
    assert heard.about == (None if about is None else frozenset(about))


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"null", b'{"payload": 3}', b"[" * 200_000])
def test_whatever_stands_in_a_signed_body_is_read_without_a_fall(body: bytes):
    assert connected(Zoom, **ZOOM).heard(v0("x-zm-", body)).about is None
    slack = connected(Slack, token=Secret("xoxb-1"), hook_secret=Secret(SECRET))
    assert slack.heard(v0("x-slack-", body)) == Heard()


def test_zoom_names_its_tables_as_its_calls_do():
    zoom = connected(Zoom, **ZOOM)
    assert zoom.heard_as({"table": "meetings"}) == "meetings"
    assert zoom.heard_as({"table": "report", "meeting": "812 3456 7890"}) == "81234567890"
    assert zoom.heard_as({"table": "report", "meeting": "soon"}) == ""


def test_slack_gives_the_challenge_back_and_cares_for_people_alone():
    slack = connected(Slack, token=Secret("xoxb-1"), hook_secret=Secret(SECRET))

    def heard(said: dict[str, Any]) -> Heard:
        found: Heard = slack.heard(v0("x-slack-", json.dumps(said).encode()))
        return found

    asks = {"type": "url_verification", "challenge": "3eZbrw1a"}
    assert heard(asks) == Heard(answer={"challenge": "3eZbrw1a"})
    joined = {"event_id": "Ev1", "event": {"type": "team_join"}}
    assert heard(joined) == Heard("Ev1", about=frozenset({"people"}))
    assert heard({"event_id": "Ev2", "event": {"type": "message", "text": "hi"}}) == Heard()


def test_a_channel_that_opens_tells_nothing_and_a_made_up_one_is_none_of_ours():
    kind = TestGoogleDrive()
    drive = connected(GoogleDrive, **kind.settings)
    assert drive.heard(kind.signed(1, state="sync")) == Heard()
    for name in ("", "sheetflow-", "sheetflow-" + "A" * 32, "other"):
        with pytest.raises(NotAllowed):
            drive.heard(kind.signed(1, channel=name))
    token = kind.signed(1).header("x-goog-channel-token")
    other = {"x-goog-channel-id": "sheetflow-" + "b" * 32, "x-goog-channel-token": token}
    with pytest.raises(NotAllowed):
        drive.heard(hook(other, b""))


def test_tables_of_a_signed_hook_must_be_named():
    with pytest.raises(ValueError, match="tables must name at least one table"):
        SignedHook.Settings(secret=Secret("x"), tables=())
