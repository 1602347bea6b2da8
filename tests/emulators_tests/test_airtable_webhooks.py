"""Airtable's emulator: webhooks as a log of changes that can be asked for."""

import http.server
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from pyairtable import Api
from pyairtable.models.webhook import WebhookNotification

from tests.emulators.serving import Emulator, serving

BASE = "appChapter0000001"
TABLE = "tblPeople00000001"
NAME, STATUS = "fldName0000000001", "fldStatus000000002"
DATA = {
    "users": [
        {"id": "usrAnn0000000001", "email": "ann@example.org", "name": "Ann"},
        {"id": "usrBob0000000002", "email": "bob@example.org", "name": "Bob"},
    ],
    "bases": [
        {
            "id": BASE,
            "tables": [
                {
                    "id": TABLE,
                    "name": "People",
                    "fields": [
                        {"id": NAME, "name": "Name"},
                        {
                            "id": STATUS,
                            "name": "Status",
                            "type": "singleSelect",
                            "options": {
                                "choices": [
                                    {"id": "selNew", "name": "New", "color": "redBright"},
                                    {"id": "selOld", "name": "Old", "color": "blueBright"},
                                ]
                            },
                        },
                    ],
                    "records": [
                        {"id": "recAnn0000000001", "fields": {"Name": "Ann", "Status": "New"}}
                    ],
                }
            ],
        }
    ],
}
ALL = ["tableData", "tableFields", "tableMetadata"]


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 20, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def airtable(clock: Clock) -> Iterator[Emulator]:
    with serving("airtable", data=DATA, clock=clock) as emulator:
        yield emulator


def ask(emulator: Emulator, verb: str, path: str, **options: Any) -> tuple[int, Any]:
    url = f"{emulator.url}/v0/{path}"
    headers = {"Authorization": "Bearer patX"}
    answer = requests.request(verb, url, headers=headers, timeout=10, **options)
    return answer.status_code, answer.json() if answer.text else None


def watch(emulator: Emulator, url: str | None = None, **options: Any) -> str:
    filters = {"dataTypes": ALL, **options.pop("filters", {})}
    body = {
        "notificationUrl": url,
        "specification": {"options": {"filters": filters, **options}},
    }
    status, made = ask(emulator, "POST", f"bases/{BASE}/webhooks", json=body)
    assert status == 200, made
    return str(made["id"])


def payloads(emulator: Emulator, hook: str, **query: Any) -> dict[str, Any]:
    status, body = ask(emulator, "GET", f"bases/{BASE}/webhooks/{hook}/payloads", params=query)
    assert status == 200, body
    return dict(body)


def set_name(emulator: Emulator, text: str) -> None:
    path = f"{BASE}/People/recAnn0000000001"
    assert ask(emulator, "PATCH", path, json={"fields": {"Name": text}})[0] == 200


def test_a_change_is_told_with_who_and_what_was_before(airtable: Emulator) -> None:
    includes = {
        "includePreviousCellValues": True,
        "includeCellValuesInFieldIds": [STATUS],
    }
    hook = watch(airtable, includes=includes)
    set_name(airtable, "Anne")
    assert payloads(airtable, hook) == {
        "payloads": [
            {
                "timestamp": "2026-11-22T20:00:00.000Z",
                "baseTransactionNumber": 1,
                "payloadFormat": "v0",
                "actionMetadata": {
                    "source": "publicApi",
                    "sourceMetadata": {
                        "user": {
                            "id": "usrAnn0000000001",
                            "email": "ann@example.org",
                            "name": "Ann",
                            "permissionLevel": "create",
                        }
                    },
                },
                "changedTablesById": {
                    TABLE: {
                        "changedRecordsById": {
                            "recAnn0000000001": {
                                "current": {"cellValuesByFieldId": {NAME: "Anne"}},
                                "previous": {"cellValuesByFieldId": {NAME: "Ann"}},
                                "unchanged": {
                                    "cellValuesByFieldId": {
                                        STATUS: {
                                            "id": "selNew",
                                            "name": "New",
                                            "color": "redBright",
                                        }
                                    }
                                },
                            }
                        }
                    }
                },
            }
        ],
        "cursor": 2,
        "mightHaveMore": False,
        "payloadFormat": "v0",
    }


def test_a_request_that_changes_nothing_or_fails_is_not_told(airtable: Emulator) -> None:
    hook = watch(airtable)
    set_name(airtable, "Ann")
    bad = {"records": [{"fields": {"Name": "Cy"}}, {"fields": {"Nope": 1}}]}
    assert ask(airtable, "POST", f"{BASE}/People", json=bad)[0] == 422
    found = payloads(airtable, hook)
    assert (found["payloads"], found["cursor"]) == ([], 1)


def test_records_fields_and_tables_come_and_go(airtable: Emulator) -> None:
    hook = watch(airtable)
    made = ask(airtable, "POST", f"{BASE}/People", json={"fields": {"Status": "Old"}})[1]["id"]
    ask(airtable, "DELETE", f"{BASE}/People/{made}")
    fields = f"meta/bases/{BASE}/tables/{TABLE}/fields"
    text = {"name": "Note", "type": "multilineText"}
    note = ask(airtable, "POST", fields, json=text)[1]["id"]
    ask(airtable, "PATCH", f"{fields}/{note}", json={"name": "Notes"})
    ask(airtable, "PATCH", f"meta/bases/{BASE}/tables/{TABLE}", json={"name": "Folk"})
    table = {"name": "Teams", "fields": [{"name": "Name", "type": "singleLineText"}]}
    teams = ask(airtable, "POST", f"meta/bases/{BASE}/tables", json=table)[1]
    told = payloads(airtable, hook)["payloads"]
    choice = {"id": "selOld", "name": "Old", "color": "blueBright"}
    assert [one.get("changedTablesById", {}).get(TABLE) for one in told] == [
        {
            "createdRecordsById": {
                made: {
                    "createdTime": "2026-11-22T20:00:00.000Z",
                    "cellValuesByFieldId": {STATUS: choice},
                }
            }
        },
        {"destroyedRecordIds": [made]},
        {"createdFieldsById": {note: {"name": "Note", "type": "multilineText"}}},
        {"changedFieldsById": {note: {"current": {"name": "Notes"}}}},
        {"changedMetadata": {"current": {"name": "Folk"}, "previous": {"name": "People"}}},
        None,
    ]
    assert told[5]["createdTablesById"] == {
        teams["id"]: {
            "metadata": {"name": "Teams", "description": None},
            "fieldsById": {teams["fields"][0]["id"]: {"name": "Name", "type": "singleLineText"}},
            "recordsById": {},
        }
    }


def test_own_writes_can_be_left_out(airtable: Emulator) -> None:
    others = watch(airtable, filters={"fromSources": ["client"]})
    everybody = watch(airtable)
    set_name(airtable, "Anne")
    airtable.service.edit({"table": "People", "set": ["recAnn0000000001", "Status", "Old"]})
    assert [
        one["actionMetadata"]["source"] for one in payloads(airtable, everybody)["payloads"]
    ] == ["publicApi", "client"]
    (told,) = payloads(airtable, others)["payloads"]
    assert told["actionMetadata"]["sourceMetadata"]["user"]["email"] == "bob@example.org"


def test_only_the_fields_and_kinds_of_change_that_are_watched_are_told(airtable: Emulator) -> None:
    fields = watch(airtable, filters={"watchDataInFieldIds": [STATUS]})
    removed = watch(airtable, filters={"changeTypes": ["remove"], "recordChangeScope": TABLE})
    set_name(airtable, "Anne")
    airtable.service.edit({"table": "People", "set": ["recAnn0000000001", "Status", "Old"]})
    airtable.service.edit({"table": "People", "delete": "recAnn0000000001"})
    kinds = [[*one["changedTablesById"][TABLE]] for one in payloads(airtable, fields)["payloads"]]
    assert kinds == [["changedRecordsById"], ["destroyedRecordIds"]]
    (told,) = payloads(airtable, removed)["payloads"]
    assert told["changedTablesById"] == {TABLE: {"destroyedRecordIds": ["recAnn0000000001"]}}


def test_the_log_comes_fifty_at_a_time_by_its_cursor(airtable: Emulator) -> None:
    hook = watch(airtable)
    for n in range(55):
        airtable.service.edit({"table": "People", "set": ["recAnn0000000001", "Name", str(n)]})
    first = payloads(airtable, hook)
    assert (len(first["payloads"]), first["cursor"], first["mightHaveMore"]) == (50, 51, True)
    second = payloads(airtable, hook, cursor=first["cursor"])
    assert (len(second["payloads"]), second["cursor"], second["mightHaveMore"]) == (5, 56, False)
    third = payloads(airtable, hook, cursor=56)
    assert (third["payloads"], third["cursor"], third["mightHaveMore"]) == ([], 56, False)
    webhook = Api("patX", endpoint_url=airtable.url).base(BASE).webhook(hook)
    assert [one.cursor for one in webhook.payloads(cursor=54)] == [54, 55]


def test_a_webhook_ends_after_seven_days_unless_it_is_used(
    airtable: Emulator, clock: Clock
) -> None:
    used, unused = watch(airtable), watch(airtable)
    clock.now += timedelta(days=6)
    payloads(airtable, used)
    clock.now += timedelta(days=2)
    hooks = ask(airtable, "GET", f"bases/{BASE}/webhooks")[1]["webhooks"]
    assert {one["id"]: one["isHookEnabled"] for one in hooks} == {used: True, unused: False}
    status, _ = ask(airtable, "POST", f"bases/{BASE}/webhooks/{unused}/refresh")
    assert status == 422
    assert ask(airtable, "POST", f"bases/{BASE}/webhooks/{used}/refresh") == (
        200,
        {"expirationTime": "2026-12-07T20:00:00.000Z"},
    )


def test_payloads_are_kept_seven_days(airtable: Emulator, clock: Clock) -> None:
    hook = watch(airtable)
    set_name(airtable, "Anne")
    clock.now += timedelta(days=4)
    set_name(airtable, "Anna")
    assert len(payloads(airtable, hook)["payloads"]) == 2
    clock.now += timedelta(days=4)
    found = payloads(airtable, hook)
    assert (len(found["payloads"]), found["cursor"]) == (1, 3)


def test_a_base_has_ten_webhooks_at_most_and_they_can_be_taken_away(airtable: Emulator) -> None:
    hooks = [watch(airtable) for _ in range(10)]
    body = {"specification": {"options": {"filters": {"dataTypes": ALL}}}}
    assert ask(airtable, "POST", f"bases/{BASE}/webhooks", json=body)[0] == 422
    assert ask(airtable, "DELETE", f"bases/{BASE}/webhooks/{hooks[0]}") == (200, None)
    assert ask(airtable, "GET", f"bases/{BASE}/webhooks/{hooks[0]}/payloads")[0] == 403
    watch(airtable)


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"dataTypes": []},
        {"dataTypes": ["odd"]},
        {"dataTypes": ALL, "recordChangeScope": "tblX"},
    ],
)
def test_what_cannot_be_watched_is_refused(airtable: Emulator, filters: Any) -> None:
    body = {"specification": {"options": {"filters": filters}}}
    assert ask(airtable, "POST", f"bases/{BASE}/webhooks", json=body)[0] == 422


def test_an_address_on_this_machine_is_notified_with_a_signature(airtable: Emulator) -> None:
    got: list[tuple[bytes, str]] = []
    told = threading.Event()

    class Told(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((content, self.headers["X-Airtable-Content-MAC"]))
            self.send_response(204)
            self.end_headers()
            told.set()

        def log_message(self, *args: object) -> None:
            """Nothing on the console."""

    with http.server.HTTPServer(("127.0.0.1", 0), Told) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        base = Api("patX", endpoint_url=airtable.url).base(BASE)
        made = base.add_webhook(
            f"http://127.0.0.1:{server.server_port}/",
            {"options": {"filters": {"dataTypes": ["tableData"]}}},
        )
        set_name(airtable, "Anne")
        assert told.wait(5)
        thread.join()
    ((content, signature),) = got
    note = WebhookNotification.from_request(content.decode(), signature, made.mac_secret_base64)
    assert (note.base.id, note.webhook.id) == (BASE, made.id)
    assert json.loads(content)["timestamp"] == "2026-11-22T20:00:00.000Z"
    base.webhook(made.id).disable_notifications()
    set_name(airtable, "Anna")
    assert len(got) == 1


@pytest.mark.parametrize("options", [None, {"filters": None}, {"filters": {"dataTypes": "x"}}])
def test_a_webhook_without_its_filters_is_refused(airtable: Emulator, options: Any) -> None:
    body = {"specification": {"options": options}}
    assert ask(airtable, "POST", f"bases/{BASE}/webhooks", json=body)[0] == 422


def test_null_includes_are_none(airtable: Emulator) -> None:
    hook = watch(airtable, includes=None)
    set_name(airtable, "Anne")
    assert len(payloads(airtable, hook)["payloads"]) == 1
