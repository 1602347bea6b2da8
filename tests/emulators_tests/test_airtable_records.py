"""Airtable's emulator: records, by plain HTTP and by a client of others."""

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from pyairtable import Api

from tests.emulators.airtable.state import load_data
from tests.emulators.serving import Emulator, serving

BASE = "appChapter0000001"
LINK = "multipleRecordLinks"
DATA = {
    "users": [{"id": "usrAnn0000000001", "email": "ann@example.org", "name": "Ann"}],
    "bases": [
        {
            "id": BASE,
            "name": "Chapter",
            "tables": [
                {
                    "name": "People",
                    "fields": [
                        {"id": "fldName0000000001", "name": "Name"},
                        {"name": "Age", "type": "number", "options": {"precision": 0}},
                        {
                            "name": "Status",
                            "type": "singleSelect",
                            "options": {"choices": ["New", "Old"]},
                        },
                        {"name": "Tags", "type": "multipleSelects"},
                        {"name": "Done", "type": "checkbox"},
                        {"name": "Born", "type": "date"},
                        {
                            "name": "Seen",
                            "type": "dateTime",
                            "options": {"timeZone": "Europe/Berlin"},
                        },
                        {"name": "Email", "type": "email"},
                        {"name": "Team", "type": LINK, "options": {"linkedTableId": "Teams"}},
                        {"name": "Twice", "type": "formula", "options": {"formula": "Age*2"}},
                        {
                            "name": "City",
                            "type": "multipleLookupValues",
                            "options": {
                                "recordLinkFieldId": "Team",
                                "fieldIdInLinkedTable": "City",
                            },
                        },
                        {"name": "Helper", "type": "singleCollaborator"},
                        {"name": "Number", "type": "autoNumber"},
                    ],
                    "views": [
                        "Grid view",
                        {
                            "name": "Grown up",
                            "filterByFormula": "Age>=18",
                            "sort": [{"field": "Age", "direction": "desc"}],
                        },
                    ],
                    "records": [
                        {
                            "id": "recAnn0000000001",
                            "createdTime": "2026-01-01T10:00:00.000Z",
                            "fields": {"Name": "Ann", "Age": 30, "Status": "New", "Team": "Reds"},
                        },
                        {
                            "id": "recBob0000000002",
                            "createdTime": "2026-01-02T10:00:00.000Z",
                            "fields": {"Name": "Bob", "Age": 9, "Status": "Old"},
                        },
                    ],
                },
                {
                    "name": "Teams",
                    "fields": [
                        "Name",
                        "City",
                        {
                            "name": "Ages",
                            "type": "rollup",
                            "options": {
                                "recordLinkFieldId": "People",
                                "fieldIdInLinkedTable": "Age",
                                "formula": "SUM(values)",
                            },
                        },
                        {
                            "name": "Size",
                            "type": "count",
                            "options": {"recordLinkFieldId": "People"},
                        },
                    ],
                    "records": [
                        {"id": "recReds000000001", "fields": {"Name": "Reds", "City": "Bonn"}}
                    ],
                },
            ],
        }
    ],
}
NOW = datetime(2026, 11, 22, 20, 0, 0, 123456, tzinfo=UTC)
STAMP = "2026-11-22T20:00:00.123Z"


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    with serving("airtable", data=DATA, clock=lambda: NOW) as emulator:
        yield emulator


@pytest.fixture
def airtable(running: Emulator) -> Emulator:
    """The emulator with its data as at the start."""
    with running.world.lock:
        running.world.bases.clear()
        running.world.users.clear()
        load_data(running.world, copy.deepcopy(DATA))
    running.log.exchanges.clear()
    return running


def ask(emulator: Emulator, verb: str, path: str, **options: object) -> tuple[int, Any]:
    answer = requests.request(
        verb,
        f"{emulator.url}/v0/{BASE}/{path}",
        headers={"Authorization": "Bearer patX"},
        timeout=10,
        **options,
    )
    return answer.status_code, answer.json() if answer.text else None


def refused(kind: str, message: str) -> dict[str, object]:
    return {"error": {"type": kind, "message": message}}


def people(emulator: Emulator, **query: object) -> list[dict[str, Any]]:
    status, body = ask(emulator, "GET", "People", params=query)
    assert status == 200, body
    return body["records"]


def names(emulator: Emulator, **query: object) -> list[object]:
    return [one["fields"].get("Name") for one in people(emulator, **query)]


# reading -----------------------------------------------------------------------------------------


def test_a_record_has_no_empty_fields_and_its_computed_ones(airtable: Emulator) -> None:
    assert ask(airtable, "GET", "People/recAnn0000000001") == (
        200,
        {
            "id": "recAnn0000000001",
            "createdTime": "2026-01-01T10:00:00.000Z",
            "fields": {
                "Name": "Ann",
                "Age": 30,
                "Status": "New",
                "Team": ["recReds000000001"],
                "Twice": 60,
                "City": ["Bonn"],
                "Number": 1,
            },
        },
    )


def test_links_are_there_on_both_sides_and_are_summed_up(airtable: Emulator) -> None:
    status, body = ask(airtable, "GET", "Teams/recReds000000001")
    assert (status, body["fields"]) == (
        200,
        {"Name": "Reds", "City": "Bonn", "Ages": 30, "Size": 1, "People": ["recAnn0000000001"]},
    )
    ask(
        airtable,
        "PATCH",
        "People/recBob0000000002",
        json={"fields": {"Team": ["recReds000000001"]}},
    )
    fields = ask(airtable, "GET", "Teams/recReds000000001")[1]["fields"]
    assert (fields["Ages"], fields["People"]) == (39, ["recAnn0000000001", "recBob0000000002"])
    ask(airtable, "DELETE", "People/recAnn0000000001")
    fields = ask(airtable, "GET", "Teams/recReds000000001")[1]["fields"]
    assert fields["People"] == ["recBob0000000002"]


def test_a_table_is_found_by_its_id_and_its_name(airtable: Emulator) -> None:
    table = airtable.world.bases[BASE].tables[0].id
    assert ask(airtable, "GET", table) == ask(airtable, "GET", "People")


def test_fields_can_be_chosen_and_called_by_their_ids(airtable: Emulator) -> None:
    assert people(
        airtable, **{"fields[]": ["Name"], "returnFieldsByFieldId": "true", "maxRecords": 1}
    ) == [
        {
            "id": "recAnn0000000001",
            "createdTime": "2026-01-01T10:00:00.000Z",
            "fields": {"fldName0000000001": "Ann"},
        }
    ]


def test_cells_as_text_need_zone_and_language(airtable: Emulator) -> None:
    status, body = ask(airtable, "GET", "People", params={"cellFormat": "string"})
    assert (status, body["error"]["type"]) == (422, "INVALID_REQUEST_UNKNOWN")
    query = {"cellFormat": "string", "timeZone": "Europe/Berlin", "userLocale": "en"}
    assert people(airtable, maxRecords=1, **query)[0]["fields"] == {
        "Name": "Ann",
        "Age": "30",
        "Status": "New",
        "Team": "Reds",
        "Twice": "60",
        "City": "Bonn",
        "Number": "1",
    }


def test_a_view_filters_and_sorts(airtable: Emulator) -> None:
    assert names(airtable, view="Grown up") == ["Ann"]
    assert ask(airtable, "GET", "People", params={"view": "Nope"}) == (
        422,
        refused("VIEW_NAME_NOT_FOUND", "View Nope not found"),
    )


def test_sorting_puts_blanks_first_and_choices_in_their_order(airtable: Emulator) -> None:
    ask(airtable, "POST", "People", json={"fields": {"Name": "Cy"}})
    by = {"sort[0][field]": "Status", "sort[0][direction]": "asc"}
    assert names(airtable, **by) == ["Cy", "Ann", "Bob"]
    assert names(airtable, **(by | {"sort[0][direction]": "desc"})) == ["Bob", "Ann", "Cy"]


def test_a_list_comes_page_by_page_the_same_by_get_and_by_post(airtable: Emulator) -> None:
    table = Api("patX", endpoint_url=airtable.url).table(BASE, "People")
    table.batch_create([{"Name": f"p{n}", "Age": n} for n in range(25)])
    airtable.log.exchanges.clear()
    found = [one["fields"]["Name"] for one in table.all(page_size=10, sort=["Age", "Name"])]
    assert found == ["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "Bob"] + [
        f"p{n}" for n in range(9, 25)
    ] + ["Ann"]
    assert len(airtable.asked("records.list")) == 3
    long = f"Name!='{'x' * 17_000}'"
    again = table.all(page_size=10, sort=["Age", "Name"], formula=long)
    assert [one["fields"]["Name"] for one in again] == found
    assert len(airtable.asked("records.listRecords")) == 3


def test_a_list_leaves_out_what_was_deleted_meanwhile(airtable: Emulator) -> None:
    first = ask(airtable, "GET", "People", params={"pageSize": 1})[1]
    ask(airtable, "DELETE", "People/recBob0000000002")
    status, second = ask(
        airtable,
        "GET",
        "People",
        params={"pageSize": 1, "offset": first["offset"]},
    )
    assert (status, second) == (200, {"records": []})


def test_an_iterator_that_is_gone_is_not_an_offset_that_never_was(airtable: Emulator) -> None:
    status, body = ask(airtable, "GET", "People", params={"offset": "itr0000000000000a/recX"})
    assert (status, body["error"]["type"]) == (422, "LIST_RECORDS_ITERATOR_NOT_AVAILABLE")
    status, body = ask(airtable, "GET", "People", params={"offset": "2"})
    assert (status, body) == (
        422,
        refused("INVALID_OFFSET_VALUE", "The value of offset 2 is invalid"),
    )


# writing -----------------------------------------------------------------------------------------


def test_patch_leaves_and_put_empties_what_is_not_named(airtable: Emulator) -> None:
    ask(airtable, "PATCH", "People/recAnn0000000001", json={"fields": {"Age": 31}})
    fields = ask(airtable, "GET", "People/recAnn0000000001")[1]["fields"]
    assert (fields["Name"], fields["Age"]) == ("Ann", 31)
    _, body = ask(airtable, "PUT", "People/recAnn0000000001", json={"fields": {"Age": 32}})
    assert body["fields"] == {"Age": 32, "Twice": 64, "Number": 1}


def test_a_request_does_all_of_it_or_nothing(airtable: Emulator) -> None:
    before = airtable.state()["bases"]
    body = {
        "typecast": True,
        "records": [
            {"fields": {"Name": "Cy", "Tags": ["made up"], "Team": ["Blues"]}},
            {"fields": {"Nope": 1}},
        ],
    }
    assert ask(airtable, "POST", "People", json=body) == (
        422,
        refused("UNKNOWN_FIELD_NAME", 'Unknown field name: "Nope"'),
    )
    assert airtable.state()["bases"] == before


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"Age": "30"}, "INVALID_VALUE_FOR_COLUMN"),
        ({"Age": True}, "INVALID_VALUE_FOR_COLUMN"),
        ({"Name": 3}, "INVALID_VALUE_FOR_COLUMN"),
        ({"Done": "yes"}, "INVALID_VALUE_FOR_COLUMN"),
        ({"Born": "3 March"}, "INVALID_VALUE_FOR_COLUMN"),
        ({"Born": "11/22/2026"}, "INVALID_VALUE_FOR_COLUMN"),
        ({"Twice": 3}, "INVALID_VALUE_FOR_COLUMN"),
        ({"City": ["Ulm"]}, "INVALID_VALUE_FOR_COLUMN"),
        ({"Helper": "Ann"}, "INVALID_VALUE_FOR_COLUMN"),
        ({"Status": "Odd"}, "INVALID_MULTIPLE_CHOICE_OPTIONS"),
        ({"Status": ""}, "INVALID_MULTIPLE_CHOICE_OPTIONS"),
        ({"Tags": "x"}, "INVALID_VALUE_FOR_COLUMN"),
        ({"Team": ["Reds"]}, "INVALID_RECORD_ID"),
        ({"Team": ["recGone0000000001"]}, "ROW_DOES_NOT_EXIST"),
    ],
)
def test_a_value_of_another_type_is_refused(
    airtable: Emulator, fields: dict[str, object], kind: str
) -> None:
    status, body = ask(airtable, "POST", "People", json={"fields": fields})
    assert (status, body["error"]["type"]) == (422, kind)


def test_typecast_guesses(airtable: Emulator) -> None:
    fields = {
        "Name": 3,
        "Age": "30 years",
        "Status": "Odd",
        "Tags": "a, b",
        "Done": "checked",
        "Born": "November 22, 2026",
        "Team": "Reds, Blues",
        "Helper": "ann@example.org",
    }
    body = ask(airtable, "POST", "People", json={"fields": fields, "typecast": True})[1]
    made = body["fields"]
    blues = made["Team"][1]
    assert made == {
        "Name": "3",
        "Age": 30,
        "Status": "Odd",
        "Tags": ["a", "b"],
        "Done": True,
        "Born": "2026-11-22",
        "Team": ["recReds000000001", blues],
        "Helper": {"id": "usrAnn0000000001", "email": "ann@example.org", "name": "Ann"},
        "Twice": 60,
        "City": ["Bonn"],
        "Number": 3,
    }
    assert ask(airtable, "GET", f"Teams/{blues}")[1]["fields"]["Name"] == "Blues"


def test_a_time_without_zone_is_one_of_the_fields_zone(airtable: Emulator) -> None:
    def seen(text: str) -> object:
        body = ask(airtable, "POST", "People", json={"fields": {"Seen": text}})[1]
        return body["fields"]["Seen"]

    assert seen("2026-07-01T12:00:00") == "2026-07-01T10:00:00.000Z"
    assert seen("2026-07-01T12:00:00Z") == "2026-07-01T12:00:00.000Z"
    assert seen("2026-07-01T12:00:00.5+09:00") == "2026-07-01T03:00:00.500Z"


def test_no_and_nothing_leave_a_cell_empty(airtable: Emulator) -> None:
    fields = {"Name": "", "Done": False, "Tags": [], "Age": None}
    body = ask(airtable, "POST", "People", json={"fields": fields})[1]
    assert body["fields"] == {"Twice": 0, "Number": 3}


def test_ten_records_are_written_and_eleven_refused(airtable: Emulator) -> None:
    records = [{"fields": {"Name": str(n)}} for n in range(11)]
    status, body = ask(airtable, "POST", "People", json={"records": records})
    assert (status, body["error"]["type"]) == (422, "INVALID_RECORDS")
    _, body = ask(airtable, "POST", "People", json={"records": records[:10]})
    assert [one["fields"]["Name"] for one in body["records"]] == [str(n) for n in range(10)]


def test_what_is_not_there_is_told_differently_by_each_route(airtable: Emulator) -> None:
    forbidden = "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"
    gone = "recGone0000000001"
    for verb, path in (("GET", f"People/{gone}"), ("DELETE", f"People/{gone}"), ("GET", "Nope")):
        status, body = ask(airtable, verb, path)
        assert (status, body["error"]["type"]) == (403, forbidden)
    missing = refused("ROW_DOES_NOT_EXIST", f"Record ID {gone} does not exist in this table")
    records = [{"id": "recAnn0000000001", "fields": {"Age": 1}}, {"id": gone, "fields": {}}]
    assert ask(airtable, "PATCH", "People", json={"records": records}) == (422, missing)
    assert ask(airtable, "DELETE", "People", params={"records[]": [gone]}) == (422, missing)
    assert ask(airtable, "GET", "People/what") == (404, {"error": "NOT_FOUND"})
    assert ask(airtable, "GET", "a/b/c/d/e") == (404, {"error": "NOT_FOUND"})
    assert people(airtable)[0]["fields"]["Age"] == 30


def test_many_are_deleted_at_once(airtable: Emulator) -> None:
    ids = ["recBob0000000002", "recAnn0000000001"]
    assert ask(airtable, "DELETE", "People", params={"records[]": ids}) == (
        200,
        {"records": [{"id": one, "deleted": True} for one in ids]},
    )
    assert people(airtable) == []


def test_unknown_parameters_and_keys_are_refused(airtable: Emulator) -> None:
    for verb, path, options in (
        ("GET", "People", {"params": {"nope": "1"}}),
        ("GET", "People", {"params": {"pageSize": "101"}}),
        ("GET", "People", {"params": {"sort[0][by]": "Name"}}),
        ("POST", "People/listRecords", {"json": {"nope": 1}}),
        ("POST", "People", {"json": {"fields": {}, "nope": 1}}),
    ):
        status, body = ask(airtable, verb, path, **options)
        assert (status, body["error"]["type"]) == (422, "INVALID_REQUEST_UNKNOWN"), path
    assert ask(airtable, "POST", "People", json={}) == (
        422,
        refused(
            "INVALID_REQUEST_MISSING_FIELDS", 'Could not find field "fields" in the request body'
        ),
    )


# upsert ------------------------------------------------------------------------------------------


def upsert(emulator: Emulator, by: list[str], *fields: dict[str, object]) -> tuple[int, Any]:
    body = {
        "performUpsert": {"fieldsToMergeOn": by},
        "records": [{"fields": one} for one in fields],
    }
    return ask(emulator, "PATCH", "People", json=body)


def test_an_upsert_changes_the_one_that_fits_and_makes_the_others(airtable: Emulator) -> None:
    status, body = upsert(airtable, ["Name"], {"Name": "Ann", "Age": 31}, {"Name": "Cy"})
    assert status == 200
    made = body["createdRecords"]
    assert body["updatedRecords"] == ["recAnn0000000001"]
    assert [one["id"] for one in body["records"]] == ["recAnn0000000001", *made]
    assert sorted(map(str, names(airtable))) == ["Ann", "Bob", "Cy"]


def test_an_upsert_that_fits_two_does_nothing(airtable: Emulator) -> None:
    ask(airtable, "POST", "People", json={"fields": {"Name": "Ann"}})
    before = people(airtable)
    status, body = upsert(airtable, ["Name"], {"Name": "Bob", "Age": 1}, {"Name": "Ann"})
    assert (status, body["error"]["type"]) == (422, "INVALID_RECORDS")
    assert people(airtable) == before


def test_an_upsert_takes_few_kinds_of_fields_and_at_most_three(airtable: Emulator) -> None:
    assert upsert(airtable, ["Email"], {"Email": "a@b.org"})[0] == 422
    assert upsert(airtable, ["Twice"], {"Twice": 60})[0] == 422
    assert upsert(airtable, ["Name", "Age", "Status", "Born"], {})[0] == 422
    assert upsert(airtable, ["Nope"], {}) == (
        422,
        refused("UNKNOWN_FIELD_NAME", 'Unknown field name: "Nope"'),
    )
    _, body = upsert(airtable, ["Name", "Status"], {"Name": "Ann", "Status": "New", "Age": 5})
    assert body["updatedRecords"] == ["recAnn0000000001"]


# attachments and comments ------------------------------------------------------------------------


def test_what_is_uploaded_can_be_got_again() -> None:
    files = {"name": "Files", "type": "multipleAttachments"}
    table = {"name": "T", "fields": ["Name", files], "records": [{"fields": {"Name": "a"}}]}
    with serving("airtable", data={"bases": [{"id": BASE, "tables": [table]}]}) as airtable:
        record = ask(airtable, "GET", "T")[1]["records"][0]["id"]
        body = {"file": "aGVsbG8=\n", "contentType": "text/plain", "filename": "a.txt"}
        status, answer = ask(airtable, "POST", f"{record}/Files/uploadAttachment", json=body)
        ((field_id, (held,)),) = answer["fields"].items()
        assert (status, field_id[:3], held["filename"], held["size"]) == (200, "fld", "a.txt", 5)
        assert requests.get(held["url"], timeout=10).content == b"hello"
        with serving("airtable", data=airtable.state()) as again:
            assert again.state() == airtable.state()


def test_comments_mention_people_and_come_newest_first(airtable: Emulator) -> None:
    path = "People/recAnn0000000001/comments"
    first = ask(airtable, "POST", path, json={"text": "Hello @[usrAnn0000000001]"})[1]
    assert first == {
        "id": first["id"],
        "author": {"id": "usrAnn0000000001", "email": "ann@example.org", "name": "Ann"},
        "text": "Hello @[usrAnn0000000001]",
        "createdTime": STAMP,
        "lastUpdatedTime": None,
        "mentioned": {
            "usrAnn0000000001": {
                "type": "user",
                "id": "usrAnn0000000001",
                "displayName": "Ann",
                "email": "ann@example.org",
            }
        },
    }
    parent = first["id"]
    second = ask(airtable, "POST", path, json={"text": "Yes", "parentCommentId": parent})[1]
    assert ask(airtable, "GET", path) == (200, {"comments": [second, first], "offset": None})
    page = ask(airtable, "GET", path, params={"pageSize": 1})[1]
    assert page == {"comments": [second], "offset": parent}
    changed = ask(airtable, "PATCH", f"{path}/{parent}", json={"text": "Bye"})[1]
    assert (changed["text"], changed["lastUpdatedTime"]) == ("Bye", STAMP)
    assert ask(airtable, "DELETE", f"{path}/{parent}") == (200, {"deleted": True, "id": parent})
    query = {"recordMetadata[]": "commentCount"}
    assert [one["commentCount"] for one in people(airtable, **query)] == [1, 0]
