"""The fault plan: refusals, delays, lost answers, ended tokens, and somebody else at the sheet."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import requests

from tests.emulators.faults import BadPlan, FaultPlan, retry_after
from tests.emulators.serving import Emulator, serving
from tests.emulators_tests.spreadsheets import DATA, ID

GET = "sheets.spreadsheets.values.get"
APPEND = "sheets.spreadsheets.values.append"
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def url(emulator: Emulator, rest: str) -> str:
    return f"{emulator.url}/v4/spreadsheets/{ID}{rest}"


def column(emulator: Emulator, cells: str = "People!A2:A9") -> list[str]:
    answer = requests.get(url(emulator, f"/values/{cells}?majorDimension=COLUMNS"))
    return answer.json()["values"][0]


@pytest.mark.parametrize(
    ("when", "hit"),
    [
        ({"nth": 3}, [3]),
        ({"every": 2}, [2, 4, 6]),
        ({"from": 2, "to": 3}, [2, 3]),
        ({"from": 5}, [5, 6]),
        ({"method": "GET"}, [1, 2, 3, 4, 5, 6]),
        ({"method": "sheets.*.get"}, [1, 2, 3, 4, 5, 6]),
        ({"service": "drive"}, []),
        ({"path": "/v4/*/A1"}, [1, 2, 3, 4, 5, 6]),
        ({"path": "/v5/*"}, []),
    ],
)
def test_a_rule_acts_on_the_requests_it_is_about(when, hit):
    plan = FaultPlan.of([{"when": when, "do": {"status": 500}}])
    request = {"service": "sheets", "method": GET, "verb": "GET", "path": "/v4/x/A1"}
    assert [n for n in range(1, 7) if plan.for_request(**request)] == hit


def test_a_rule_acts_so_many_times():
    plan = FaultPlan.of([{"do": {"status": 500}, "times": 2}])
    request = {"service": "sheets", "method": GET, "verb": "GET", "path": "/"}
    assert [bool(plan.for_request(**request)) for _ in range(4)] == [True, True, False, False]


@pytest.mark.parametrize(
    "rule",
    [
        {"do": {"explode": True}},
        {"when": {"moon": "full"}, "do": {"status": 500}},
        {"do": {"drop": "during"}},
        {"when": "always", "do": {}},
    ],
)
def test_a_plan_that_is_none_is_refused(rule):
    with pytest.raises(BadPlan):
        FaultPlan.of([rule])


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("2", "2"),
        ("2026-03-14T12:00:05Z", "2026-03-14T12:00:05Z"),
        ("date:5", "Sat, 14 Mar 2026 12:00:05 GMT"),
        ("iso:5", "2026-03-14T12:00:05Z"),
    ],
)
def test_retry_after_comes_in_every_form(wanted, told):
    assert retry_after(wanted, NOON) == told


def test_a_refusal_has_the_services_body_and_nothing_is_done():
    plan = [{"when": {"method": APPEND}, "do": {"status": 429, "retry_after": 2}, "times": 1}]
    with serving("google", data=DATA, faults=plan) as emulator:
        target = url(emulator, "/values/People!A1:append?valueInputOption=RAW")
        answer = requests.post(target, json={"values": [["Dee"]]})
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
        assert answer.json()["error"]["status"] == "RESOURCE_EXHAUSTED"
        assert column(emulator) == ["Ann", "Bob", "Cid"]
        assert requests.post(target, json={"values": [["Dee"]]}).status_code == 200
        assert column(emulator) == ["Ann", "Bob", "Cid", "Dee"]


def test_a_refusal_of_drive_has_a_reason():
    plan = [
        {"when": {"service": "drive"}, "do": {"status": 403, "reason": "userRateLimitExceeded"}}
    ]
    with serving("google", data=DATA, faults=plan) as emulator:
        answer = requests.get(f"{emulator.url}/drive/v3/files")
        assert answer.status_code == 403
        assert answer.json()["error"]["errors"][0]["reason"] == "userRateLimitExceeded"


def test_a_delay_holds_up_one_request_and_not_the_others():
    plan = [{"when": {"path": "*!A1"}, "do": {"delay": 0.3}}]
    with serving("google", data=DATA, faults=plan) as emulator, ThreadPoolExecutor() as pool:
        slow = pool.submit(requests.get, url(emulator, "/values/People!A1"))
        while not emulator.faults.rules[0].acted:
            time.sleep(0.01)
        requests.get(url(emulator, "/values/People!A2"))
        assert slow.result().json()["values"] == [["Name"]]
        assert [line["path"][-2:] for line in emulator.asked(GET)] == ["A2", "A1"]


def test_a_call_in_a_batch_meets_faults_and_is_logged():
    plan = [{"when": {"method": GET, "nth": 2}, "do": {"status": 503}}]
    head = "--b\r\nContent-Type: application/http\r\n\r\n"
    call = f"{head}GET /v4/spreadsheets/{ID}/values/People!A1 HTTP/1.1\r\n\r\n"
    headers = {"Content-Type": "multipart/mixed; boundary=b"}
    with serving("google", data=DATA, faults=plan) as emulator:
        answer = requests.post(f"{emulator.url}/batch", data=call * 2 + "--b--", headers=headers)
        assert [part[:3] for part in answer.text.split("HTTP/1.1 ")[1:]] == ["200", "503"]
        assert [line["status"] for line in emulator.asked(GET)] == [200, 503]


def test_an_edit_that_cannot_be_carried_out_fails_the_test():
    plan = [{"when": {"method": GET}, "do": {"edit": {"sheet": "Nowhere", "insert": 1}}}]
    with (
        pytest.raises(AssertionError, match="no sheet 'Nowhere'"),
        serving("google", data=DATA, faults=plan) as emulator,
    ):
        assert requests.get(url(emulator, "/values/People!A1")).status_code == 500


def wire(emulator: Emulator, request: bytes) -> bytes:
    """All that comes back on a connection of its own."""
    host, port = emulator.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(request)
        got = b""
        while chunk := connection.recv(65536):
            got += chunk
        return got


@pytest.mark.parametrize(
    ("moment", "rows"), [("before", ["Ann", "Bob", "Cid"]), ("after", ["Ann", "Bob", "Cid", "Dee"])]
)
def test_a_dropped_connection_brings_nothing_back_whether_or_not_the_deed_was_done(moment, rows):
    plan = [{"when": {"method": APPEND}, "do": {"drop": moment}}]
    body = b'{"values":[["Dee"]]}'
    head = f"POST /v4/spreadsheets/{ID}/values/People!A1:append?valueInputOption=RAW HTTP/1.1\r\n"
    request = head.encode() + b"Host: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    with serving("google", data=DATA, faults=plan) as emulator:
        assert wire(emulator, request) == b""
        assert column(emulator) == rows
        (line,) = emulator.asked(APPEND)
        assert (line["status"], line["fault"]) == (None, f"dropped {moment}")


def test_a_client_that_keeps_its_connection_is_dropped_as_well():
    plan = [{"when": {"method": GET, "nth": 2}, "do": {"drop": "after"}}]
    with serving("google", data=DATA, faults=plan) as emulator, requests.Session() as session:
        target = url(emulator, "/values/People!A1")
        assert session.get(target).status_code == 200
        with pytest.raises(requests.ConnectionError):
            session.get(target)
        assert session.get(target).status_code == 200


def test_tokens_can_be_ended_early():
    plan = [{"when": {"method": GET, "nth": 2}, "do": {"expire_tokens": True}}]
    with serving("google", data=DATA, faults=plan) as emulator:
        form = {"grant_type": "refresh_token", "refresh_token": "1//owner@example.org"}
        given = requests.post(f"{emulator.url}/token", data=form).json()["access_token"]
        headers = {"Authorization": f"Bearer {given}"}
        target = url(emulator, "/values/People!A1")
        statuses = [requests.get(target, headers=headers).status_code for _ in range(3)]
        assert statuses == [200, 401, 401]


@pytest.mark.parametrize(
    ("edit", "after"),
    [
        ({"sort": "C"}, ["Bob", "Cid", "Ann"]),
        ({"sort": ["A", "DESCENDING"]}, ["Cid", "Bob", "Ann"]),
        ({"insert": 3}, ["Ann", "", "Bob", "Cid"]),
        ({"delete": 2}, ["Bob", "Cid"]),
        ({"move": [4, 2]}, ["Cid", "Ann", "Bob"]),
        ({"move": [2, 4]}, ["Bob", "Cid", "Ann"]),
        ({"set": ["A3", "Bea"]}, ["Ann", "Bea", "Cid"]),
    ],
)
def test_a_second_editor_acts_just_before_a_request(edit, after):
    plan = [{"when": {"method": GET}, "do": {"edit": {"sheet": "People", **edit}}, "times": 1}]
    with serving("google", data=DATA, faults=plan) as emulator:
        assert column(emulator) == after
        assert column(emulator) == after


def test_a_second_editor_inserts_a_column_and_renames_a_sheet():
    edits = [{"sheet": "People", "insert_column": "A"}, {"sheet": "People", "rename": "Folk"}]
    plan = [{"when": {"method": GET}, "do": {"edit": one}, "times": 1} for one in edits]
    with serving("google", data=DATA, faults=plan) as emulator:
        assert column(emulator, "Folk!B2:B4") == ["Ann", "Bob", "Cid"]
        formula = requests.get(url(emulator, "/values/'Other one'!A1?valueRenderOption=FORMULA"))
        assert formula.json()["values"] == [["=Folk!B2"]]


def test_a_test_can_act_between_two_requests():
    with serving("google", data=DATA) as emulator:
        assert column(emulator) == ["Ann", "Bob", "Cid"]
        seen: list[str] = []
        emulator.between(lambda world: seen.append(world.files[ID].name), method=GET)
        assert seen == []
        column(emulator)
        column(emulator)
        assert seen == ["Book"]
