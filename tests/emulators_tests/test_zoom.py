"""The emulator of Zoom: what other programs rely on, and whether its answers are as described."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from tests.emulators.serving import Emulator, serving
from tests.emulators.zoom.calls import METHODS

SPECS = "*/specs/zoom/ZoomMeetingAPISpec.json"
"""Where Zoom's description of its API may lie: in a folder beside this project."""
HOST = "host@example.org"
START = datetime(2026, 3, 14, 12, tzinfo=UTC)
APP = {"client_id": "id", "client_secret": "k7", "scopes": ["meeting:write:admin"]}
TWO_CAME = [{"name": "Ana", "user_email": "ana@example.org", "join": 1}, {"name": "Bo"}]


class Account:
    """A Zoom account, and whoever asks it."""

    def __init__(self, **data: Any) -> None:
        self.now = START
        self.data = {"users": [HOST, {"email": "basic@example.org", "type": 1}], **data}
        self.zoom: Emulator
        self.headers = {"Authorization": "Bearer any"}

    def ask(self, verb: str, path: str, **more: Any) -> requests.Response:
        return requests.request(
            verb, f"{self.zoom.url}/v2{path}", headers=self.headers, timeout=5, **more
        )

    def get(self, path: str, **query: Any) -> Any:
        return self.ask("GET", path, params=query).json()

    def create(self, **body: Any) -> dict[str, Any]:
        answer = self.ask("POST", f"/users/{HOST}/meetings", json={"topic": "Call", **body})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def token(self, **form: str) -> requests.Response:
        asked = {"grant_type": "account_credentials", "account_id": "account", **form}
        url = f"{self.zoom.url}/oauth/token"
        return requests.post(url, data=asked, auth=("id", form.pop("secret", "k7")), timeout=5)


def serve(account: Account, *, quotas: bool = False) -> Iterator[Account]:
    with serving("zoom", data=account.data, clock=lambda: account.now, quotas=quotas) as zoom:
        account.zoom = zoom
        yield account


@pytest.fixture
def account() -> Iterator[Account]:
    yield from serve(Account())


@pytest.fixture
def strict() -> Iterator[Account]:
    yield from serve(Account(apps=[APP]))


@pytest.fixture
def limited() -> Iterator[Account]:
    yield from serve(Account(account={"plan": "free"}), quotas=True)


def test_a_meeting_is_made_shown_changed_listed_and_deleted(account: Account):
    made = account.create(start_time="2026-03-17T18:00:00", timezone="Europe/Berlin", duration=30)
    assert made["start_time"] == "2026-03-17T17:00:00Z"
    assert made["join_url"].startswith(f"https://zoom.example/j/{made['id']}?pwd=")
    where = f"/meetings/{made['id']}"
    changed = account.ask("PATCH", where, json={"topic": "New", "settings": {"waiting_room": True}})
    assert (changed.status_code, changed.content) == (204, b"")
    shown = account.get(where)
    assert (shown["topic"], shown["duration"]) == ("New", 30)
    assert shown["settings"]["waiting_room"] is True
    assert [one["id"] for one in account.get("/users/me/meetings")["meetings"]] == [made["id"]]
    assert "Join Zoom Meeting" in account.get(f"{where}/invitation")["invitation"]
    assert account.ask("DELETE", where).status_code == 204
    gone = account.ask("GET", where)
    assert (gone.status_code, gone.json()["code"]) == (404, 3001)


def test_a_list_shows_250_characters_of_an_agenda_and_comes_in_pages(account: Account):
    for number in range(5):
        account.create(agenda="x" * 2_000, start_time=f"2026-03-2{number}T10:00:00Z")
    first = account.get(f"/users/{HOST}/meetings", page_size=2, type="upcoming")
    assert [len(one["agenda"]) for one in first["meetings"]] == [250, 250]
    token = first["next_page_token"]
    assert token
    second = account.get(f"/users/{HOST}/meetings", page_size=2, next_page_token=token)
    assert [one["start_time"][8:10] for one in second["meetings"]] == ["22", "23"]
    wrong = account.ask("GET", f"/users/{HOST}/meetings", params={"next_page_token": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, 300)
    days = account.get(f"/users/{HOST}/meetings", **{"from": "2026-03-21", "to": "2026-03-22"})
    assert days["total_records"] == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"topic": "x" * 201}, "topic"),
        ({"agenda": "x" * 2_001}, "agenda"),
        ({"type": 4}, "type"),
        ({"start_time": "tomorrow"}, "start_time"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"type": 8}, "recurrence"),
    ],
)
def test_what_does_not_pass_is_named(account: Account, body: dict[str, Any], field: str):
    answer = account.ask("POST", f"/users/{HOST}/meetings", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, 300)
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_a_time_that_is_past_is_passed_over_when_a_meeting_is_changed(account: Account):
    made = account.create(start_time="2026-03-17T17:00:00Z")
    account.ask("PATCH", f"/meetings/{made['id']}", json={"start_time": "2026-03-01T10:00:00Z"})
    assert account.get(f"/meetings/{made['id']}")["start_time"] == "2026-03-17T17:00:00Z"


def test_each_kind_of_meeting_has_the_times_it_should(account: Account):
    assert "start_time" not in account.create(type=1)
    assert "start_time" not in account.create(type=3, recurrence={"type": 1})
    rule = {"type": 2, "repeat_interval": 2, "end_times": 3}
    series = account.create(type=8, start_time="2026-03-17T17:00:00Z", recurrence=rule)
    starts = [one["start_time"][:10] for one in series["occurrences"]]
    assert starts == ["2026-03-17", "2026-03-31", "2026-04-14"]
    kinds = {one["type"] for one in account.get(f"/users/{HOST}/meetings")["meetings"]}
    assert kinds == {3, 8}  # instant ones are not listed


def test_a_meeting_goes_on_is_ended_and_is_past_with_those_who_came():
    meeting = {"start_time": "2026-03-14T12:30:00Z", "duration": 60, "participants": TWO_CAME}
    for account in serve(Account(meetings=[meeting])):
        number = account.get(f"/users/{HOST}/meetings")["meetings"][0]["id"]
        assert account.ask("GET", f"/past_meetings/{number}").status_code == 404
        account.now += timedelta(minutes=40)
        assert account.get(f"/meetings/{number}")["status"] == "started"
        assert account.get(f"/users/{HOST}/meetings", type="live")["total_records"] == 1
        assert account.ask("DELETE", f"/meetings/{number}").json()["code"] == 3002
        account.ask("PUT", f"/meetings/{number}/status", json={"action": "end"})
        (instance,) = account.get(f"/past_meetings/{number}/instances")["meetings"]
        details = account.get(f"/past_meetings/{number}")
        assert (details["uuid"], details["participants_count"]) == (instance["uuid"], 2)
        assert details["end_time"] == "2026-03-14T12:40:00Z"
        uuid = quote(quote(instance["uuid"], safe=""), safe="")
        for place in ("past_meetings", "report/meetings"):
            came = account.get(f"/{place}/{uuid}/participants")["participants"]
            assert [(one["name"], one["duration"]) for one in came] == [("Ana", 540), ("Bo", 600)]
        month = {"from": "2026-03-01", "to": "2026-03-31"}
        assert account.get(f"/report/users/{HOST}/meetings", **month)["total_records"] == 1
        assert account.ask("GET", f"/report/users/{HOST}/meetings").status_code == 400


def test_a_uuid_with_slashes_is_only_found_when_it_is_encoded_twice():
    meeting = {"uuid": "/ab//cd==", "start_time": "2026-03-13T10:00:00Z", "participants": TWO_CAME}
    for account in serve(Account(meetings=[meeting])):
        once = quote("/ab//cd==", safe="")
        assert account.ask("GET", f"/past_meetings/{once}").status_code == 404
        assert account.ask("GET", f"/past_meetings/{quote(once, safe='')}").status_code == 200


def test_registrants_are_added_approved_listed_and_never_twice(account: Account):
    made = account.create(start_time="2026-03-17T17:00:00Z", settings={"approval_type": 1})
    where = f"/meetings/{made['id']}/registrants"
    ana = {"email": "ana@example.org", "first_name": "Ana"}
    first, again = (account.ask("POST", where, json=ana).json() for _ in range(2))
    assert first["registrant_id"] == again["registrant_id"]
    assert account.get(where, status="pending")["total_records"] == 1
    one = {"id": first["registrant_id"], "email": ana["email"]}
    approve = {"action": "approve", "registrants": [one]}
    assert account.ask("PUT", f"{where}/status", json=approve).status_code == 204
    (shown,) = account.get(where)["registrants"]
    assert shown["status"] == "approved"
    assert shown["join_url"]
    batch = {"registrants": [{"email": f"p{n}@x.org", "first_name": "P"} for n in range(31)]}
    path = f"/meetings/{made['id']}/batch_registrants"
    assert account.ask("POST", path, json=batch).status_code == 400
    batch["registrants"].pop()
    assert len(account.ask("POST", path, json=batch).json()["registrants"]) == 30
    assert account.ask("DELETE", f"{where}/{first['registrant_id']}").status_code == 204
    plain = account.create(start_time="2026-03-17T17:00:00Z")
    refused = account.ask("POST", f"/meetings/{plain['id']}/registrants", json=ana)
    assert "Registration has not been enabled" in refused.json()["message"]


def test_recordings_are_those_of_the_data(account: Account):
    made = account.create(start_time="2026-03-17T17:00:00Z")
    answer = account.ask("GET", f"/meetings/{made['id']}/recordings")
    assert (answer.status_code, answer.json()["code"]) == (404, 3301)
    with account.zoom.world.lock:
        account.zoom.world.meetings[made["id"]].recordings = [{"id": "r", "file_size": 7}]
    assert account.get(f"/meetings/{made['id']}/recordings")["total_size"] == 7
    assert account.get(f"/users/{HOST}/recordings")["total_records"] == 1


def test_a_token_is_given_for_the_right_secret_and_ends_after_an_hour(strict: Account):
    assert strict.get("/users")["code"] == 124
    assert strict.token(secret="no").json()["error"] == "invalid_client"
    assert strict.token(grant_type="password").json()["error"] == "unsupported_grant_type"
    assert strict.token(account_id="other").status_code == 400
    given = strict.token().json()
    assert (given["token_type"], given["expires_in"]) == ("bearer", 3_599)
    assert given["scope"] == "meeting:write:admin"
    strict.headers = {"Authorization": f"Bearer {given['access_token']}"}
    strict.create()
    strict.now += timedelta(hours=1)
    assert strict.get(f"/users/{HOST}") == {"code": 124, "message": "Access token is expired."}


def test_missing_scopes_are_named_in_the_apps_own_words(strict: Account):
    strict.headers = {"Authorization": f"Bearer {strict.token().json()['access_token']}"}
    answer = strict.ask("GET", f"/users/{HOST}/meetings")
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "code": 4711,
            "message": "Invalid access token, does not contain scopes:"
            "[meeting:read, meeting:read:admin].",
        },
    )


def test_limits_by_the_second_say_when_they_end(limited: Account):
    answers = [limited.ask("GET", "/users") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    told = answers[2].headers
    assert (told["X-RateLimit-Category"], told["X-RateLimit-Type"]) == ("Medium", "QPS")
    assert int(told["X-RateLimit-Reset"]) == int(START.timestamp()) + 1
    limited.now += timedelta(seconds=1)
    assert limited.ask("GET", "/users").status_code == 200


def test_limits_by_the_day_have_a_retry_after_that_is_a_moment(limited: Account):
    assert limited.zoom.service.quotas is not None  # type: ignore[attr-defined]  # Zoom's own
    limited.zoom.service.quotas.today["heavy", "2026-03-14"] = 1_000  # type: ignore[attr-defined]  # as above
    answer = limited.ask("GET", "/report/meetings/81234567890")
    assert (answer.status_code, answer.headers["X-RateLimit-Type"]) == (429, "Daily-limit")
    assert answer.headers["Retry-After"] == "2026-03-15T00:00:00Z"


def test_a_host_makes_or_changes_a_hundred_meetings_a_day(limited: Account):
    limited.zoom.world.written[HOST, "2026-03-14"] = 99
    made = limited.create(start_time="2026-03-17T17:00:00Z")
    limited.now += timedelta(seconds=2)
    answer = limited.ask("PATCH", f"/meetings/{made['id']}", json={"topic": "New"})
    assert answer.status_code == 429
    assert "(100) of Meeting Create/Update" in answer.json()["message"]
    assert "Retry-After" not in answer.headers
    assert limited.ask("DELETE", f"/meetings/{made['id']}").status_code == 204
    limited.now += timedelta(hours=12)
    limited.create(start_time="2026-03-17T17:00:00Z")


def test_what_it_holds_can_be_loaded_again():
    meeting = {
        "start_time": "2026-03-14T10:00:00Z",
        "participants": TWO_CAME,
        "registrants": [{"email": "ana@example.org", "first_name": "Ana"}],
        "tracking_fields": [{"field": "Chapter", "value": "North"}],
    }
    for account in serve(Account(meetings=[meeting], apps=[APP])):
        state = requests.get(f"{account.zoom.url}/_state", timeout=5).json()
        with serving("zoom", data=state, clock=lambda: START) as again:
            assert again.state() == state


@pytest.mark.parametrize("path", ["/v2/nothing", "/nothing", "/v2/meetings"])
def test_what_is_no_endpoint_is_not_recognized(account: Account, path: str):
    answer = requests.get(account.zoom.url + path, headers=account.headers, timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (404, 2300)


def test_nobody_and_no_meeting_have_their_codes(account: Account):
    assert account.get("/users/nobody@example.org")["code"] == 1001
    assert account.get("/meetings/99999999999")["code"] == 3001
    assert account.get("/users/basic@example.org")["type"] == 1
    broken = account.ask("POST", f"/users/{HOST}/meetings", data="{")
    assert broken.json()["message"] == "Request Body should be a valid JSON object."


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """Zoom's own description of its Meeting API, as of 2023."""
    for path in Path(__file__).parents[3].glob(SPECS):
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return found
    pytest.skip(f"the description of Zoom's API is not there: {SPECS}")


def _operations(described: dict[str, Any]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    return {
        operation["operationId"]: (verb.upper(), path, operation)
        for path, verbs in described["paths"].items()
        for verb, operation in verbs.items()
        if isinstance(operation, dict) and "operationId" in operation
    }


def test_operations_are_where_the_description_has_them_with_its_labels(described: dict[str, Any]):
    known = _operations(described)
    for method in METHODS:
        verb, path, operation = known[method.id]
        same = [part if not part.startswith("{") else "{}" for part in path.split("/")]
        ours = [part if not part.startswith("{") else "{}" for part in method.template.split("/")]
        assert (method.verb, ours) == (verb, same), method.id
        if "Rate Limit Label" in operation["description"]:
            label = operation["description"].partition("Rate Limit Label")[2]
            assert f"`{method.label}`" in label.lower(), method.id


def test_answers_have_no_other_fields_than_the_description(described: dict[str, Any]):
    """Also no other types. A field that came to Zoom since then is named here."""
    meeting = {
        "start_time": "2026-03-14T10:00:00Z",
        "participants": TWO_CAME,
        "recordings": [{"id": "r", "file_size": 7}],
        "settings": {"approval_type": 0},
        "registrants": [{"email": "ana@example.org", "first_name": "Ana"}],
    }
    for account in serve(Account(meetings=[meeting])):
        number = account.get(f"/users/{HOST}/meetings", type="scheduled")["meetings"][0]["id"]
        registrant = account.get(f"/meetings/{number}/registrants")["registrants"][0]["id"]
        month = {"from": "2026-03-01", "to": "2026-03-31"}
        account.create(start_time="2026-03-17T17:00:00Z")
        account.ask(
            "POST", f"/meetings/{number}/registrants", json={"email": "b@x.org", "first_name": "B"}
        )
        for path in (
            "/users",
            f"/users/{HOST}",
            f"/users/{HOST}/meetings",
            f"/users/{HOST}/recordings",
            f"/meetings/{number}",
            f"/meetings/{number}/invitation",
            f"/meetings/{number}/recordings",
            f"/meetings/{number}/registrants",
            f"/meetings/{number}/registrants/{registrant}",
            f"/past_meetings/{number}",
            f"/past_meetings/{number}/instances",
            f"/past_meetings/{number}/participants",
            f"/report/meetings/{number}",
            f"/report/meetings/{number}/participants",
        ):
            account.get(path)
        account.get(f"/report/users/{HOST}/meetings", **month)
        known = _operations(described)
        wrong = [
            f"{one['id']}: {text}"
            for one in account.zoom.exchanges
            if one["response"] is not None
            for text in _unlike(one["response"], _schema(known[one["id"]][2], one["status"]))
        ]
        assert sorted({*wrong} - SINCE) == []


SINCE = {
    *(f"meeting: {name}" for name in ("encrypted_password", "h323_password", "pstn_password")),
    "meeting: registration_url",
    *(f"meetingCreate: {name}" for name in ("uuid", "host_id", "status", "pstn_password")),
    "meetingCreate: encrypted_password",
    "recordingGet: share_url",
    "recordingsList: meetings.share_url",
    "users: users.language",
}
"""What Zoom's answers have beside what is described: clients that were written for it want it."""
_TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


def _schema(operation: dict[str, Any], status: int) -> dict[str, Any]:
    answer = operation["responses"].get(str(status), {}).get("content", {})
    found: dict[str, Any] = next(iter(answer.values()), {}).get("schema", {})
    return found


def _unlike(found: Any, schema: dict[str, Any], where: str = "") -> Iterator[str]:
    kinds = [schema, *schema.get("allOf", ()), *schema.get("oneOf", ()), *schema.get("anyOf", ())]
    wanted = schema.get("type")
    if wanted in _TYPES and found is not None and not isinstance(found, _TYPES[wanted]):
        yield f"{where} is no {wanted}"
    if isinstance(found, list):
        for one in found[:3]:
            yield from _unlike(one, schema.get("items", {}), where)
    elif isinstance(found, dict):
        known = {name: part for kind in kinds for name, part in _fields(kind).items()}
        for name, value in found.items():
            if not known:
                return
            if name not in known:
                yield f"{where}.{name}".lstrip(".")
            else:
                yield from _unlike(value, known[name], f"{where}.{name}".lstrip("."))


def _fields(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = dict(schema.get("properties", {}))
    for kind in (*schema.get("allOf", ()), *schema.get("oneOf", ()), *schema.get("anyOf", ())):
        found |= _fields(kind)
    items = schema.get("items", {})
    return found | (_fields(items) if schema.get("type") == "array" else {})
