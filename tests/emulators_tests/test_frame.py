"""The frame of the Google emulator: routes, checks, errors, masks, tokens, batches, state."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
from googleapiclient.discovery import build_from_document

from tests.emulators.google.discovery import find, methods
from tests.emulators.google.masks import BadMask, kept, parse
from tests.emulators.serving import Emulator, serving
from tests.emulators_tests.spreadsheets import DATA, ID

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with serving("google", data=DATA) as running:
        yield running


def book(emulator: Emulator) -> str:
    return f"{emulator.url}/v4/spreadsheets/{ID}"


# routes and checks -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "path", "name", "parameters"),
    [
        ("GET", "/v4/spreadsheets/x/values/A1:B2", "values.get", {"range": "A1:B2"}),
        ("GET", "/v4/spreadsheets/x/values/a%2Fb!A1", "values.get", {"range": "a/b!A1"}),
        ("GET", "/v4/spreadsheets/x/values:batchGet", "values.batchGet", {}),
        ("POST", "/v4/spreadsheets/x/values/A1:B2:append", "values.append", {"range": "A1:B2"}),
        ("POST", "/v4/spreadsheets/x/values/A1%3AB2:clear", "values.clear", {"range": "A1:B2"}),
    ],
)
def test_a_path_means_a_method(verb, path, name, parameters):
    method, found = find(verb, path)
    assert method.id == f"sheets.spreadsheets.{name}"
    assert found == {"spreadsheetId": "x", **parameters}


def test_every_method_of_the_documents_has_a_path_of_its_own():
    seen = [(one.verb, one.pattern.pattern) for one in methods()]
    assert len(seen) == len(set(seen))


def test_an_unknown_path_is_a_page_that_says_404(emulator):
    answer = requests.get(f"{emulator.url}/v4/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


def test_an_unknown_field_is_named_with_its_place(emulator):
    body = {"requests": [{"addSheet": {"properties": {"name": "x"}}}]}
    answer = requests.post(f"{book(emulator)}:batchUpdate", json=body)
    message = (
        'Invalid JSON payload received. Unknown name "name" at '
        "'requests[0].add_sheet.properties': Cannot find field."
    )
    violation = {"field": "requests[0].add_sheet.properties", "description": message}
    assert answer.status_code == 400
    assert answer.json() == {
        "error": {
            "code": 400,
            "message": message,
            "status": "INVALID_ARGUMENT",
            "details": [
                {
                    "@type": "type.googleapis.com/google.rpc.BadRequest",
                    "fieldViolations": [violation],
                }
            ],
        }
    }


@pytest.mark.parametrize(
    ("values", "place", "shown"),
    [("A1:D4", "data.values", '"A1:D4"'), (["a"], "data.values[0]", '"a"')],
)
def test_values_that_are_no_rows_are_refused_in_the_services_words(emulator, values, place, shown):
    url = f"{book(emulator)}/values/A1?valueInputOption=RAW"
    answer = requests.put(url, json={"values": values})
    assert answer.json()["error"]["message"] == (
        f"Invalid value at '{place}' (type.googleapis.com/google.protobuf.ListValue), {shown}"
    )


def test_a_number_may_be_written_as_text_and_a_name_with_underscores(emulator):
    move = {"range": {"sheet_id": "0", "dimension": "ROWS", "start_index": "1", "end_index": 2}}
    body = {"requests": [{"delete_dimension": move}]}
    assert requests.post(f"{book(emulator)}:batchUpdate", json=body).json()["replies"] == [{}]


def test_one_request_alone_and_lists_in_lists_are_taken(emulator):
    rename = {"updateSpreadsheetProperties": {"properties": {"title": "N"}, "fields": "title"}}
    for given in (rename, [[rename]]):
        answer = requests.post(f"{book(emulator)}:batchUpdate", json={"requests": given})
        assert answer.json()["replies"] == [{}]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "nonsense=1",
            'Invalid JSON payload received. Unknown name "nonsense": Cannot bind query '
            "parameter. Field 'nonsense' could not be found in request message.",
        ),
        (
            "majorDimension=SIDEWAYS",
            "Invalid value at 'major_dimension' "
            '(type.googleapis.com/google.apps.sheets.v4.MajorDimension), "SIDEWAYS"',
        ),
    ],
)
def test_a_wrong_parameter_is_refused(emulator, query, message):
    answer = requests.get(f"{book(emulator)}/values/A1?{query}")
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, message)


def test_a_body_that_is_not_json_is_refused(emulator):
    answer = requests.post(f"{book(emulator)}:batchUpdate", data=b"{")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("Invalid JSON payload received.")


# masks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mask", "left"),
    [
        ("a", {"a": {"b": 1, "c": [{"d": 2, "e": 3}]}}),
        ("a/b", {"a": {"b": 1}}),
        ("a.c.d", {"a": {"c": [{"d": 2}]}}),
        ("a(b,c/e),f", {"a": {"b": 1, "c": [{"e": 3}]}, "f": 4}),
        ("a/b,a", {"a": {"b": 1, "c": [{"d": 2, "e": 3}]}}),
        ("*/b", {"a": {"b": 1}, "f": 4}),
        ("*", {"a": {"b": 1, "c": [{"d": 2, "e": 3}]}, "f": 4}),
    ],
)
def test_a_mask_keeps_what_it_names(mask, left):
    assert kept(parse(mask), {"a": {"b": 1, "c": [{"d": 2, "e": 3}]}, "f": 4}) == left


@pytest.mark.parametrize("text", ["a(", "a)", ",", "a/", "a(b", "(a)"])
def test_a_mask_that_is_none_is_refused(text):
    with pytest.raises(BadMask):
        parse(text)


def test_a_mask_that_names_no_field_is_refused_as_each_service_words_it(emulator):
    sheets = requests.get(f"{book(emulator)}?fields=sheets.wheels").json()["error"]
    drive = requests.get(f"{emulator.url}/drive/v3/files?fields=wheels").json()["error"]
    assert sheets["status"] == "INVALID_ARGUMENT"
    assert "'sheets.wheels'" in sheets["details"][0]["fieldViolations"][0]["description"]
    assert drive["errors"][0] == {
        "message": "Invalid field selection wheels",
        "domain": "global",
        "reason": "invalidParameter",
        "location": "fields",
        "locationType": "parameter",
    }


# what every call may have ------------------------------------------------------------------------


def test_a_get_too_long_for_a_url_comes_as_a_form(emulator):
    headers = {"X-HTTP-Method-Override": "GET", "Content-Type": "application/x-www-form-urlencoded"}
    data = "ranges=People!A1&ranges=People!B1"
    answer = requests.post(f"{book(emulator)}/values:batchGet", data=data, headers=headers)
    assert [one["values"] for one in answer.json()["valueRanges"]] == [[["Name"]], [["Town"]]]


def test_answers_are_pretty_unless_that_is_not_wanted(emulator):
    url = f"{book(emulator)}/values/People!A1"
    assert requests.get(url).text.count("\n") > 1
    assert requests.get(f"{url}?prettyPrint=false").text.count("\n") == 0


def test_long_answers_are_compressed_for_those_who_can_read_that(emulator):
    packed = requests.get(book(emulator))
    plain = requests.get(book(emulator), headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()


def test_the_discovery_document_leads_back_here(emulator):
    url = f"{emulator.url}/discovery/v1/apis/sheets/v4/rest"
    document = requests.get(url).json()
    sheets = build_from_document(document, credentials=None, developerKey="none")
    assert document["rootUrl"] == f"{emulator.url}/"
    values = sheets.spreadsheets().values().get(spreadsheetId=ID, range="People!A2:B2").execute()
    sheets.close()
    assert values["values"] == [["Ann", "Ulm"]]
    here = requests.get(f"{emulator.url}/$discovery/rest?version=v4").json()
    assert here["baseUrl"] == f"{emulator.url}/"


# who asks ----------------------------------------------------------------------------------------


def assertion(**claims: str) -> str:
    parts = [json.dumps({"alg": "RS256"}), json.dumps(claims), "signature"]
    coded = [base64.urlsafe_b64encode(one.encode()).decode().rstrip("=") for one in parts]
    return ".".join(coded)


def token(emulator: Emulator, **claims: str) -> dict:
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "assertion": assertion(**claims),
    }
    return requests.post(f"{emulator.url}/token", data=form).json()


def asked_with(emulator: Emulator, bearer: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {bearer}"}
    return requests.get(f"{book(emulator)}/values/People!A1", headers=headers)


def test_a_service_account_sees_only_what_is_shared_with_it(emulator):
    robot = token(emulator, iss="robot@p.iam.gserviceaccount.com")
    as_coach = token(emulator, iss="robot@p.iam.gserviceaccount.com", sub="coach@example.org")
    refused = asked_with(emulator, robot["access_token"])
    assert refused.status_code == 403
    assert refused.json() == {
        "error": {
            "code": 403,
            "message": "The caller does not have permission",
            "status": "PERMISSION_DENIED",
        }
    }
    assert asked_with(emulator, as_coach["access_token"]).status_code == 200


def test_a_reader_may_read_and_not_write(emulator):
    given = token(emulator, iss="guest@example.org")["access_token"]
    headers = {"Authorization": f"Bearer {given}"}
    url = f"{book(emulator)}/values/A1?valueInputOption=RAW"
    assert asked_with(emulator, given).status_code == 200
    assert requests.put(url, json={"values": [["x"]]}, headers=headers).status_code == 403


def test_a_token_whose_scopes_do_not_reach_is_refused(emulator):
    scope = "https://www.googleapis.com/auth/calendar"
    given = token(emulator, iss="owner@example.org", scope=scope)
    answer = asked_with(emulator, given["access_token"])
    assert answer.status_code == 403
    assert answer.json()["error"]["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


def test_a_token_ends_when_its_time_is_over():
    now = [NOON]
    with serving("google", data=DATA, clock=lambda: now[0]) as emulator:
        given = token(emulator, iss="owner@example.org")
        assert given["expires_in"] == 3599
        assert asked_with(emulator, given["access_token"]).status_code == 200
        now[0] = NOON + timedelta(hours=1)
        answer = asked_with(emulator, given["access_token"])
        assert answer.status_code == 401
        assert answer.json()["error"]["status"] == "UNAUTHENTICATED"
        assert answer.json()["error"]["errors"][0]["reason"] == "authError"


def test_strict_means_that_strangers_stay_outside():
    with serving("google", data={**DATA, "auth": "strict"}) as emulator:
        assert requests.get(book(emulator)).status_code == 401
        assert asked_with(emulator, "made-up").status_code == 401
        assert token(emulator, iss="robot@p.org", sub="nobody@example.org") == {
            "error": "invalid_grant",
            "error_description": "Invalid email or User ID",
        }
        form = {"grant_type": "refresh_token", "refresh_token": "unknown"}
        refused = requests.post(f"{emulator.url}/token", data=form)
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
        form["refresh_token"] = "1//coach@example.org"
        given = requests.post(f"{emulator.url}/token", data=form).json()
        assert asked_with(emulator, given["access_token"]).status_code == 200


# batches -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/batch", "/batch/sheets/v4"])
def test_a_batch_answers_each_call_in_its_place(emulator, path):
    calls = [f"GET /v4/spreadsheets/{ID}/values/People!A1", "GET /v4/spreadsheets/none"]
    head = "--b\r\nContent-Type: application/http\r\nContent-ID:"
    parts = [f"{head} <c{n}>\r\n\r\n{call} HTTP/1.1\r\n\r\n" for n, call in enumerate(calls)]
    headers = {"Content-Type": "multipart/mixed; boundary=b"}
    content = "".join(parts) + "--b--"
    answer = requests.post(f"{emulator.url}{path}", data=content, headers=headers)
    assert answer.status_code == 200
    first, second = answer.text.split("HTTP/1.1 ")[1:]
    assert first.startswith("200 OK")
    assert '"Name"' in first
    assert second.startswith("404 Not Found")
    assert "Content-ID: <response-c1>" in first  # the head of the second part


def test_googleapiclients_own_batches_arrive(emulator):
    document = requests.get(f"{emulator.url}/discovery/v1/apis/drive/v3/rest").json()
    drive = build_from_document(document, developerKey="none")
    found = {}
    batch = drive.new_batch_http_request(lambda name, answer, error: found.update({name: answer}))
    batch.add(drive.files().get(fileId=ID, fields="name"), request_id="one")
    batch.add(drive.files().list(fields="files(id)"), request_id="all")
    batch._batch_uri = f"{emulator.url}/batch/drive/v3"
    batch.execute()
    drive.close()
    assert found == {"one": {"name": "Book"}, "all": {"files": [{"id": ID}]}}


# quotas ------------------------------------------------------------------------------------------


def test_quotas_refuse_the_sixty_first_read_of_a_minute_and_forgive_after_it():
    now = [NOON]
    with serving("google", data=DATA, quotas=True, clock=lambda: now[0]) as emulator:
        url = f"{book(emulator)}/values/People!A1"
        session = requests.Session()
        assert {session.get(url).status_code for _ in range(60)} == {200}
        answer = session.get(url)
        error = answer.json()["error"]
        assert (answer.status_code, error["status"]) == (429, "RESOURCE_EXHAUSTED")
        assert error["message"] == (
            "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute "
            "per user' of service 'sheets.googleapis.com' for consumer "
            "'project_number:100000000000'."
        )
        assert error["details"][0]["metadata"]["quota_limit_value"] == "60"
        written = session.put(f"{url}?valueInputOption=RAW", json={"values": [["Name"]]})
        assert written.status_code == 200
        now[0] = NOON + timedelta(seconds=61)
        assert session.get(url).status_code == 200
        session.close()


# state -------------------------------------------------------------------------------------------


def test_what_state_prints_can_be_loaded_again(emulator):
    url = f"{book(emulator)}/values/People!A9?valueInputOption=USER_ENTERED"
    requests.put(url, json={"values": [["=A2", "1/2/2026", True, "$5"]]})
    state = requests.get(f"{emulator.url}/_state").json()
    with serving("google", data=state) as again:
        assert again.state() == state
        for path in ("?includeGridData=true", "/values/People!A1:D9"):
            before, after = (requests.get(book(one) + path).json() for one in (emulator, again))
            assert after == before


def test_the_log_has_a_line_for_each_exchange(tmp_path):
    log = tmp_path / "log.jsonl"
    with serving("google", data=DATA, log=log, clock=lambda: NOON) as emulator:
        requests.put(
            f"{book(emulator)}/values/People!A1?valueInputOption=RAW", json={"values": [["x"]]}
        )
        (line,) = emulator.asked("sheets.spreadsheets.values.update")
    assert [json.loads(text) for text in log.read_text().splitlines()] == [line]
    assert line == {
        "time": "2026-03-14T12:00:00+00:00",
        "service": "sheets",
        "id": "sheets.spreadsheets.values.update",
        "method": "PUT",
        "path": f"/v4/spreadsheets/{ID}/values/People!A1",
        "query": {"valueInputOption": "RAW"},
        "body": {"values": [["x"]]},
        "status": 200,
        "response": {
            "spreadsheetId": ID,
            "updatedRange": "People!A1",
            "updatedRows": 1,
            "updatedColumns": 1,
            "updatedCells": 1,
        },
    }


def test_an_answer_unlike_the_document_fails_whoever_serves_it():
    from tests.emulators.google.conforming import departures

    method, _ = find("GET", "/v4/spreadsheets/x/values/A1")
    assert departures(method, {"range": 1, "wheels": 4, "majorDimension": "UP"}) == [
        ".range: 1 where a string is meant",
        ".wheels: there is no such field",
        ".majorDimension: 'UP' is not one of DIMENSION_UNSPECIFIED, ROWS, COLUMNS",
    ]


def test_the_command_tells_what_is_missing():
    command = [sys.executable, "-m", "tests.emulators", "google", "--coverage"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    *missing, last = told.splitlines()
    every = len({one.id for one in methods()})
    assert last == f"{every - len(missing)} methods are served, {len(missing)} are missing"
    assert not [line for line in missing if "sheets." in line]


def test_the_command_names_the_file_that_is_wrong(tmp_path):
    wrong = tmp_path / "data.json"
    wrong.write_text('{"spreadsheats": []}')
    command = [sys.executable, "-m", "tests.emulators", "google", "--data", str(wrong)]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr == f"Error: {wrong}: unknown in the data: spreadsheats\n"


def test_a_browser_may_ask_from_any_page(emulator):
    headers = {"Origin": "http://page.example", "Access-Control-Request-Headers": "authorization"}
    asked = requests.options(f"{book(emulator)}/values/A1", headers=headers)
    assert asked.headers["access-control-allow-headers"] == "authorization"
    answer = requests.get(f"{book(emulator)}/values/A1", headers=headers)
    assert answer.headers["access-control-allow-origin"] == "http://page.example"


def test_all_that_lies_on_a_sheet_outlasts_state(emulator):
    area = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 3}
    narrow = {**area, "startColumnIndex": 0, "endColumnIndex": 2}
    rows = {"sheetId": 0, "dimension": "ROWS", "startIndex": 4, "endIndex": 6}
    anchor = {"metadataKey": "k", "visibility": "DOCUMENT"}
    rule = {"condition": {"type": "NOT_BLANK"}, "format": {"textFormat": {"bold": True}}}
    wanted = [
        {"addProtectedRange": {"protectedRange": {"range": area}}},
        {"setBasicFilter": {"filter": {"range": area}}},
        {"addNamedRange": {"namedRange": {"name": "q", "range": area}}},
        {
            "addConditionalFormatRule": {
                "rule": {"ranges": [area], "booleanRule": rule},
                "index": 0,
            }
        },
        {"addFilterView": {"filter": {"title": "v", "range": area}}},
        {
            "addBanding": {
                "bandedRange": {
                    "range": narrow,
                    "rowProperties": {
                        "firstBandColor": {"red": 1},
                        "secondBandColor": {"blue": 1},
                    },
                }
            }
        },
        {
            "createDeveloperMetadata": {
                "developerMetadata": {**anchor, "location": {"spreadsheet": True}}
            }
        },
        {
            "createDeveloperMetadata": {
                "developerMetadata": {
                    **anchor,
                    "location": {"dimensionRange": {**rows, "endIndex": 5}},
                }
            }
        },
        {"addDimensionGroup": {"range": rows}},
        {"addSheet": {"properties": {"title": "two", "tabColor": {"red": 0.5}}}},
    ]
    answer = requests.post(f"{book(emulator)}:batchUpdate", json={"requests": wanted})
    assert answer.status_code == 200, answer.text
    state = json.loads(json.dumps(emulator.state()))
    with serving("google", data=state) as again:
        assert again.state() == state
        before, after = (requests.get(book(one)).json() for one in (emulator, again))
        assert after == before
        assert len(after["sheets"][0]) == 7  # properties and six kinds of things upon it
