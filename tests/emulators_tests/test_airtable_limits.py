"""Airtable's emulator: limits, planned faults, and somebody else in the base."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.emulators.serving import Emulator, serving

BASE = "appChapter0000001"
OTHER = "appOther000000002"


def table(**more: Any) -> dict[str, Any]:
    fields = ["Name", {"name": "Status", "type": "singleSelect"}]
    record = {"id": "recAnn0000000001", "fields": {"Name": "Ann", "Status": "New"}}
    return {"name": "People", "fields": fields, "records": [record], **more}


DATA = {
    "users": ["ann@example.org", "bob@example.org"],
    "tokens": [{"token": "patBob", "user": "bob@example.org"}],
    "bases": [
        {"id": BASE, "workspace": "wspOne", "tables": [table()]},
        {"id": OTHER, "workspace": "wspTwo", "tables": [table()]},
    ],
}
TOO_FAST = {
    "errors": [
        {
            "error": "RATE_LIMIT_REACHED",
            "message": "Rate limit exceeded. Please try again later",
        }
    ]
}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 20, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def asking(emulator: Emulator) -> Callable[..., requests.Response]:
    session = requests.Session()

    def ask(
        path: str = f"{BASE}/People", verb: str = "GET", token: str = "patX", **options: Any
    ) -> requests.Response:
        session.headers["Authorization"] = f"Bearer {token}"
        return session.request(verb, f"{emulator.url}/v0/{path}", timeout=10, **options)

    return ask


def test_the_sixth_request_of_a_second_is_refused_for_half_a_minute() -> None:
    clock = Clock()
    with serving("airtable", data=DATA, quotas=True, clock=clock) as airtable:
        ask = asking(airtable)
        assert [ask().status_code for _ in range(6)] == [200] * 5 + [429]
        assert ask().json() == TOO_FAST
        assert ask(f"{OTHER}/People").status_code == 200
        clock.wait(29)
        assert ask().status_code == 429
        clock.wait(1)
        assert ask().status_code == 200
        for _ in range(20):
            clock.wait(0.2)
            assert ask().status_code == 200


def test_one_person_has_fifty_requests_a_second_over_all_bases() -> None:
    bases = [{"id": f"appMany{n:010}", "tables": [table()]} for n in range(11)]
    with serving("airtable", data=DATA | {"bases": bases}, quotas=True, clock=Clock()) as airtable:
        ask = asking(airtable)
        paths = [f"{one['id']}/People" for one in bases for _ in range(5)]
        assert [ask(one).status_code for one in paths] == [200] * 50 + [429] * 5
        assert ask(paths[-1], token="patBob").status_code == 200


def test_a_month_that_is_used_up_is_told_by_the_same_status() -> None:
    with serving("airtable", data=DATA | {"monthlyCalls": {"wspOne": 1}}) as airtable:
        ask = asking(airtable)
        assert ask().status_code == 200
        answer = ask()
        assert answer.status_code == 429
        assert answer.json()["errors"][0]["error"] == "PUBLIC_API_BILLING_LIMIT_EXCEEDED"
        assert ask(f"{OTHER}/People").status_code == 200
        assert ask(f"meta/bases/{BASE}/tables").status_code == 200


def test_long_addresses_and_large_bodies_are_refused() -> None:
    with serving("airtable", data=DATA) as airtable:
        ask = asking(airtable)
        long = f"Name!='{'x' * 16_000}'"
        assert ask(params={"filterByFormula": long}).status_code == 414
        answer = ask(f"{BASE}/People/listRecords", "POST", json={"filterByFormula": long})
        assert len(answer.json()["records"]) == 1
        fields = {"Name": "x" * (6 * 1024 * 1024)}
        assert ask(verb="POST", json={"fields": fields}).status_code == 413
        answer = ask(verb="POST", data="{broken", headers={"Content-Type": "application/json"})
        assert answer.json()["error"]["type"] == "INVALID_REQUEST_UNKNOWN"
        assert ask(verb="POST", data="a=b").status_code == 422


@pytest.mark.parametrize(
    ("status", "reason", "body"),
    [
        (429, "", TOO_FAST),
        (404, "", {"error": "NOT_FOUND"}),
        (
            503,
            "",
            {
                "error": {
                    "type": "SERVICE_UNAVAILABLE",
                    "message": "The server is temporarily unable to process your request.",
                }
            },
        ),
        (
            422,
            "LIST_RECORDS_ITERATOR_NOT_AVAILABLE",
            {
                "error": {
                    "type": "LIST_RECORDS_ITERATOR_NOT_AVAILABLE",
                    "message": "Invalid request: parameter validation failed.",
                }
            },
        ),
    ],
)
def test_planned_faults_have_airtables_bodies(
    status: int, reason: str, body: dict[str, Any]
) -> None:
    rule = {"when": {"method": "records.list"}, "do": {"status": status, "reason": reason}}
    with serving("airtable", data=DATA, faults=[rule]) as airtable:
        answer = asking(airtable)()
        assert (answer.status_code, answer.json()) == (status, body)


def test_a_dropped_connection_may_have_done_it() -> None:
    rule = {"when": {"method": "records.create"}, "do": {"drop": "after"}, "times": 1}
    with serving("airtable", data=DATA, faults=[rule]) as airtable:
        ask = asking(airtable)
        with pytest.raises(requests.ConnectionError):
            ask(verb="POST", json={"fields": {"Name": "Cy"}})
        assert sorted(one["fields"]["Name"] for one in ask().json()["records"]) == ["Ann", "Cy"]


def test_somebody_else_edits_just_before_a_request() -> None:
    rename = {"table": "People", "rename": ["Name", "Full name"]}
    choice = {"table": "People", "rename_choice": ["Status", "New", "Fresh"]}
    add = {"table": "People", "add": {"id": "recCy00000000002", "Name": "Cy"}}
    rules = [
        {"when": {"nth": 2}, "do": {"edit": add}},
        {"when": {"nth": 3}, "do": {"edit": rename}},
        {"when": {"nth": 4}, "do": {"edit": choice}},
        {"when": {"nth": 5}, "do": {"edit": {"table": "People", "delete": "recAnn0000000001"}}},
        {"when": {"nth": 6}, "do": {"edit": {"table": "People", "delete_field": "Full name"}}},
    ]
    with serving("airtable", data=DATA, faults=rules) as airtable:
        ask = asking(airtable)
        seen = [[one["fields"] for one in ask().json()["records"]] for _ in range(6)]
    assert seen == [
        [{"Name": "Ann", "Status": "New"}],
        [{"Name": "Ann", "Status": "New"}, {"Name": "Cy"}],
        [{"Full name": "Ann", "Status": "New"}, {"Full name": "Cy"}],
        [{"Full name": "Ann", "Status": "Fresh"}, {"Full name": "Cy"}],
        [{"Full name": "Cy"}],
        [{}],
    ]
