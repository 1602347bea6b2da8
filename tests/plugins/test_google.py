"""What all Google connectors share: who asks, what a request is, what an error means."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sheetflow_plugins._google import (
    GoogleSettings,
    api,
    examined,
    fault_in,
    google_service,
    identities,
)

from sheetflow import Answer, Call, Door, NotAllowed, Secret, SetupError
from sheetflow.clock import Clock
from sheetflow.errors import PlanningWrote
from sheetflow.network.pacing import Pacer, Waiting
from tests.emulators.serving import serving

SCOPES = ("https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive")
NOW = datetime(2026, 3, 14, 12, tzinfo=ZoneInfo("Europe/Berlin"))


@cache
def _pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _key(name: str = "robot", project: str = "riverside") -> str:
    return json.dumps(
        {
            "type": "service_account",
            "project_id": project,
            "private_key_id": "1",
            "private_key": _pem(),
            "client_email": f"{name}@{project}.iam.gserviceaccount.com",
            "token_uri": "https://oauth2.googleapis.com/token",
        }
    )


def _door(*, may_write: bool = True) -> Door:
    slept: list[float] = []
    pacer = Pacer(Waiting(now=lambda: sum(slept), sleep=slept.append))
    return Door(may_write=may_write, pacer=pacer, clock=Clock.at(NOW, ZoneInfo("Europe/Berlin")))


def _settings(**given: Any) -> GoogleSettings:
    return GoogleSettings(**given)


def _call(method: str, path: str, body: bytes = b"", query: str = "") -> Call:
    return Call(method, f"https://sheets.googleapis.com{path}{query}", body)


def _service(name: str = "sheets", **given: Any) -> Any:
    settings = _settings(url="http://127.0.0.1:1", **given)
    return google_service(name, settings, identities(settings, SCOPES, _door()))


@pytest.mark.parametrize(
    ("method", "path", "nature"),
    [
        ("GET", "/v4/spreadsheets/x", "read"),
        ("POST", "/v4/spreadsheets/x:getByDataFilter", "read"),
        ("POST", "/v4/spreadsheets/x/values:batchGetByDataFilter", "read"),
        ("POST", "/v4/spreadsheets/x/developerMetadata:search", "read"),
        ("POST", "/calendar/v3/freeBusy", "read"),
        ("POST", "/v4/spreadsheets/x/values:batchUpdateByDataFilter", "write"),
        ("POST", "/v4/spreadsheets/x/values:batchUpdate", "repeatable write"),
        ("PUT", "/v4/spreadsheets/x/values/A1", "repeatable write"),
        ("DELETE", "/calendar/v3/calendars/primary/events/e", "repeatable write"),
        ("POST", "/v4/spreadsheets/x/values/A1:append", "write"),
        ("POST", "/v4/spreadsheets/x:batchUpdate", "write"),
        ("POST", "/gmail/v1/users/me/messages/send", "write"),
        ("POST", "/calendar/v3/calendars/primary/events", "write"),
        ("POST", "/v1/documents/x:batchUpdate", "write"),
        ("POST", "/drive/v3/files/x/copy", "write"),
    ],
)
def test_a_request_is_what_its_method_and_path_say(method: str, path: str, nature: str):
    assert _service().nature(_call(method, path)) == nature


def test_what_writes_to_guests_again_is_not_repeated():
    path = "/calendar/v3/calendars/primary/events/e"
    assert _service().nature(_call("PATCH", path, query="?sendUpdates=none")) == "repeatable write"
    assert _service().nature(_call("PATCH", path, query="?sendUpdates=all")) == "write"


def test_a_batch_is_a_read_when_all_in_it_are():
    one = b"--b\r\nContent-Type: application/http\r\n\r\nGET /drive/v3/files/a\r\n\r\n"
    other = one.replace(b"GET", b"DELETE")
    assert _service().nature(_call("POST", "/batch/drive/v3", one + one)) == "read"
    assert _service().nature(_call("POST", "/batch/drive/v3", one + other)) == "write"


def test_the_quotas_of_sheets_are_counted_for_the_account_and_for_the_project():
    service = _service()
    found = [
        (charge.limit.count, charge.limit.per, charge.limit.key, charge.units)
        for charge in service.charges(_call("GET", "/v4/spreadsheets/x"), service.identities[0])
    ]
    assert found == [
        (60, "minute", "reads of this account", 1),
        (300, "minute", "reads of the project", 1),
    ]


@pytest.mark.parametrize(
    ("name", "method", "path", "kind", "units"),
    [
        ("gmail", "POST", "/gmail/v1/users/me/messages/send", "units", 100),
        ("gmail", "GET", "/gmail/v1/users/me/messages", "units", 5),
        ("gmail", "GET", "/gmail/v1/users/me/messages/17", "units", 20),
        ("drive", "GET", "/drive/v3/changes", "units", 100),
        ("drive", "GET", "/drive/v3/files/x", "units", 5),
        ("calendar", "GET", "/calendar/v3/calendars/primary/events", "requests", 1),
        ("forms", "GET", "/v1/forms/x/responses", "responses", 1),
        ("forms", "GET", "/v1/forms/x", "reads", 1),
        ("docs", "POST", "/v1/documents/x:batchUpdate", "writes", 1),
    ],
)
def test_a_request_costs_what_google_says(name: str, method: str, path: str, kind: str, units: int):
    service, call = _service(name), _call(method, path)
    assert (service.kind(call), service.units(call)) == (kind, units)


def test_a_quota_is_a_setting():
    class Settings(GoogleSettings):
        reads_per_minute: int = 7

    settings = Settings(url="http://127.0.0.1:1")
    service = google_service("sheets", settings, identities(settings, SCOPES, _door()))
    assert [quota.each for quota in service.quotas] == [7, 60]


def _classic(status: int, reason: str, message: str = "") -> Answer:
    error = {"code": status, "message": message, "errors": [{"reason": reason}]}
    return Answer(status, {}, json.dumps({"error": error}).encode())


def _modern(status: int, name: str, **detail: Any) -> Answer:
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", **detail}] if detail else []
    error = {"code": status, "message": "No.", "status": name, "details": details}
    return Answer(status, {}, json.dumps({"error": error}).encode())


@pytest.mark.parametrize(
    ("answer", "meaning", "reason"),
    [
        (_classic(403, "userRateLimitExceeded"), "too fast", "userRateLimitExceeded"),
        (_classic(403, "quotaExceeded"), "used up", "quotaExceeded"),
        (_classic(403, "dailyLimitExceeded"), "used up", "dailyLimitExceeded"),
        (_classic(403, "accessNotConfigured"), "not allowed", "accessNotConfigured"),
        (
            _classic(403, "forbiddenForServiceAccounts"),
            "not allowed",
            "forbiddenForServiceAccounts",
        ),
        (_classic(404, "notFound"), "not found", "notFound"),
        (_classic(409, "duplicate"), "there already", "duplicate"),
        (_classic(410, "deleted"), "not found", "deleted"),
        (_classic(412, "conditionNotMet"), "refused", "conditionNotMet"),
        (_classic(503, "backendError"), "unavailable", "backendError"),
        (
            _classic(429, "rateLimitExceeded", "User-rate limit exceeded. (Mail sending)"),
            "used up",
            "rateLimitExceeded",
        ),
        (_modern(429, "RESOURCE_EXHAUSTED"), "too fast", "RESOURCE_EXHAUSTED"),
        (
            _modern(
                429,
                "RESOURCE_EXHAUSTED",
                reason="RATE_LIMIT_EXCEEDED",
                metadata={"quota_limit": "ReadRequestsPerMinutePerUser"},
            ),
            "too fast",
            "RATE_LIMIT_EXCEEDED",
        ),
        (
            _modern(
                429,
                "RESOURCE_EXHAUSTED",
                reason="RATE_LIMIT_EXCEEDED",
                metadata={"quota_limit": "RequestsPerDayPerProject"},
            ),
            "used up",
            "RATE_LIMIT_EXCEEDED",
        ),
        (_modern(403, "PERMISSION_DENIED"), "not allowed", "PERMISSION_DENIED"),
        (_modern(400, "INVALID_ARGUMENT"), "refused", "INVALID_ARGUMENT"),
        (Answer(502, {}, b"<html>Bad gateway</html>"), "unavailable", ""),
        (
            Answer(400, {}, b'{"error": "invalid_grant", "error_description": "Expired."}'),
            "not allowed",
            "invalid_grant",
        ),
    ],
)
def test_an_error_is_known_by_its_reason_before_its_status(
    answer: Answer, meaning: str, reason: str
):
    fault = fault_in(answer)
    assert (fault.meaning, fault.reason) == (meaning, reason)


def test_who_is_not_let_in_hears_what_to_do():
    assert "acts_as" in fault_in(_classic(403, "forbiddenForServiceAccounts")).hint
    hint = _service().fault(_modern(403, "PERMISSION_DENIED")).hint
    assert hint.startswith("Share it with the account that Sheetflow signs in with")


@pytest.mark.parametrize("text", ["{", "[1]", '"key"', '{"type": "service_account"}', "{}"])
def test_credentials_that_are_none_are_told(text: str):
    settings = _settings(credentials=Secret(text), url="http://127.0.0.1:1")
    with pytest.raises(SetupError, match="cannot be read"):
        identities(settings, SCOPES, _door())


def test_without_credentials_there_is_nobody_to_ask_as():
    with pytest.raises(SetupError, match="no credentials"):
        identities(_settings(), SCOPES, _door())


@pytest.mark.parametrize("url", ["http://example.org", "ftp://example.org"])
def test_credentials_are_not_carried_where_they_can_be_overheard(url: str):
    with pytest.raises(ValueError, match="not encrypted"):
        _settings(url=url)


def test_several_keys_share_the_load():
    with serving("google") as emulator:
        keys = Secret(f"{_key('one')}\n{_key('two')}\n[{_key('three')}]")
        settings = _settings(credentials=keys, url=emulator.url)
        door = _door()
        known = identities(settings, SCOPES, door)
        session = door.session(google_service("drive", settings, known))
        for _ in range(6):
            session.get(f"{emulator.url}/drive/v3/about?fields=user")
        whom = [
            one["response"]["user"]["emailAddress"].split("@")[0]
            for one in emulator.asked("drive.about.get")
        ]
    assert sorted(whom) == ["one", "one", "three", "three", "two", "two"]


def test_a_token_is_fetched_once_and_again_when_it_is_turned_down():
    with serving("google") as emulator:
        settings = _settings(credentials=Secret(_key()), url=emulator.url)
        door = _door(may_write=False)
        known = identities(settings, SCOPES, door)
        drive = api(door, google_service("drive", settings, known), "drive", "v3")
        drive.about().get(fields="user").execute()
        emulator.faults.add(when={"service": "drive"}, do={"expire_tokens": True}, times=1)
        found = drive.about().get(fields="user").execute()
        drive.close()
        paths = [one["path"] for one in emulator.exchanges]
    assert found["user"]["emailAddress"] == "robot@riverside.iam.gserviceaccount.com"
    assert paths == ["/token", *["/drive/v3/about"] * 2, "/token", "/drive/v3/about"]


def test_a_service_account_acts_as_a_person():
    with serving("google") as emulator:
        secret = Secret(_key())
        settings = _settings(credentials=secret, url=emulator.url, acts_as="owner@example.org")
        door = _door()
        known = identities(settings, SCOPES, door)
        drive = api(door, google_service("drive", settings, known), "drive", "v3")
        found = drive.about().get(fields="user").execute()
        drive.close()
    assert found["user"]["emailAddress"] == "owner@example.org"


def test_the_client_writes_nothing_while_the_door_is_shut():
    with serving("google") as emulator:
        settings = _settings(url=emulator.url)
        door = _door(may_write=False)
        service = google_service("drive", settings, identities(settings, SCOPES, door))
        drive = api(door, service, "drive", "v3")
        with pytest.raises(PlanningWrote):
            drive.files().create(body={"name": "New"}).execute()
        drive.close()
        assert emulator.exchanges == []


def test_doctor_hears_who_is_let_in_and_who_is_not():
    with serving("google") as emulator:
        settings = _settings(credentials=Secret(_key()), url=emulator.url)
        known = identities(settings, SCOPES, _door(may_write=False))
        (well,) = examined(known, SCOPES)
        emulator.faults.add(when={"path": "/token"}, do={"status": 401, "reason": "authError"})
        (ill,) = examined(known, SCOPES)
    assert (well.what, well.ok) == ("robot@riverside.iam.gserviceaccount.com", True)
    assert "may use: spreadsheets, drive" in well.says
    assert (ill.ok, bool(ill.hint)) == (False, True)


def test_an_account_that_was_taken_away_is_told_in_words():
    with serving("google") as emulator:
        settings = _settings(credentials=Secret(_key()), url=emulator.url)
        door = _door()
        known = identities(settings, SCOPES, door)
        emulator.faults.add(when={"path": "/token"}, do={"status": 401, "reason": "authError"})
        session = door.session(google_service("drive", settings, known))
        with pytest.raises(NotAllowed):
            session.get(f"{emulator.url}/drive/v3/about?fields=user")
