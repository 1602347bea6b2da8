"""Files of Drive, through google-api-python-client."""

import io
import re
from operator import itemgetter

import pytest
import requests
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseDownload, MediaIoBaseUpload
from openpyxl import load_workbook

from tests.emulators.serving import serving
from tests.emulators_tests.people import Clients, token_for

SPREADSHEET = "application/vnd.google-apps.spreadsheet"
DOCUMENT = "application/vnd.google-apps.document"
FORM = "application/vnd.google-apps.form"
FOLDER = "application/vnd.google-apps.folder"
ANN, BOB, CYD = "ann@example.org", "bob@example.org", "cyd@example.org"
DATA = {
    "users": [ANN, BOB, CYD],
    "files": [
        {"id": "folder-1", "name": "Chapters", "mimeType": FOLDER},
        {"id": "notes", "name": "notes.txt", "text": "0123456789", "parents": ["folder-1"]},
    ],
    "documents": [{"id": "letter", "title": "Letter", "text": "Dear Ada\nSee you"}],
}


@pytest.fixture
def emulator():
    with serving("google", data=DATA) as running:
        yield running


@pytest.fixture
def clients(emulator):
    with Clients(emulator) as opened:
        yield opened


@pytest.fixture
def files(clients):
    return clients.of("drive").files()


def refusal(call):
    """What the service says to a call that it refuses: status, reason, message, location."""
    with pytest.raises(HttpError) as refused:
        call.execute()
    (detail,) = refused.value.error_details
    return refused.value.status_code, detail["reason"], detail["message"], detail.get("location")


def media(content, kind="text/plain", **options):
    return MediaIoBaseUpload(io.BytesIO(content), kind, **options)


def names(found):
    return [one["name"] for one in found["files"]]


def test_an_answer_has_little_unless_fields_are_named(files):
    assert files.get(fileId="notes").execute() == {
        "kind": "drive#file",
        "id": "notes",
        "name": "notes.txt",
        "mimeType": "text/plain",
    }
    whole = files.get(fileId="notes", fields="*").execute()
    assert whole["size"] == "10"
    assert whole["md5Checksum"] == "781e5e245d69b566979b86e28d23f2c7"
    assert whole["parents"] == ["folder-1"]
    assert whole["owners"][0]["emailAddress"] == ANN
    assert whole["capabilities"]["canEdit"] is True
    named = files.get(fileId="notes", fields="id,owners(me)").execute()
    assert named == {"id": "notes", "owners": [{"me": True}]}


def test_a_file_that_is_not_there_is_not_found(files):
    expected = (404, "notFound", "File not found: nowhere.", "fileId")
    assert refusal(files.get(fileId="nowhere")) == expected


def test_somebody_elses_file_is_not_found(clients):
    theirs = clients.of("drive", BOB).files()
    assert refusal(theirs.get(fileId="notes"))[:2] == (404, "notFound")
    assert theirs.list().execute()["files"] == []


@pytest.mark.parametrize(
    ("mime_type", "read"),
    [(SPREADSHEET, "sheets"), (DOCUMENT, "docs"), (FORM, "forms"), (FOLDER, "")],
)
def test_a_docs_editors_file_is_made_by_its_type(clients, files, mime_type, read):
    made = files.create(body={"name": "New", "mimeType": mime_type}).execute()
    assert (made["name"], made["mimeType"]) == ("New", mime_type)
    if read:
        part = {"sheets": "spreadsheets", "docs": "documents", "forms": "forms"}[read]
        key = {"sheets": "spreadsheetId", "docs": "documentId", "forms": "formId"}[read]
        found = getattr(clients.of(read), part)().get(**{key: made["id"]}).execute()
        assert found[key] == made["id"]
    else:
        inside = files.create(body={"name": "in", "parents": [made["id"]]}).execute()
        listed = files.list(q=f"'{made['id']}' in parents").execute()["files"]
        assert [one["id"] for one in listed] == [inside["id"]]


@pytest.mark.parametrize("options", [{}, {"resumable": True}, {"resumable": True, "chunksize": 4}])
def test_content_is_uploaded_whole_or_in_parts(files, options):
    size = 256 * 1024 if options.get("chunksize") else 0
    content = b"what was sent" + b"." * 2 * size
    options = {**options, "chunksize": size} if size else options
    made = files.create(
        body={"name": "up.bin"}, media_body=media(content, "image/png", **options), fields="id,size"
    ).execute()
    assert made["size"] == str(len(content))
    assert files.get_media(fileId=made["id"]).execute() == content


def test_content_alone_makes_a_file_without_a_name(emulator):
    address = emulator.url + "/upload/drive/v3/files?uploadType=media&fields=name,mimeType"
    answer = requests.post(address, data=b"abc", headers={"Content-Type": "text/plain"})
    assert answer.json() == {"name": "Untitled", "mimeType": "text/plain"}


def test_content_is_downloaded_in_ranges(emulator, files):
    got = io.BytesIO()
    reader = MediaIoBaseDownload(got, files.get_media(fileId="notes"), chunksize=4)
    while not reader.next_chunk()[1]:
        pass
    assert got.getvalue() == b"0123456789"
    address = emulator.url + "/drive/v3/files/notes?alt=media"
    part = requests.get(address, headers={"Range": "bytes=-3"})
    assert (part.status_code, part.content) == (206, b"789")
    assert part.headers["Content-Range"] == "bytes 7-9/10"
    past = requests.get(address, headers={"Range": "bytes=10-"})
    assert (past.status_code, past.headers["Content-Range"]) == (416, "bytes */10")


def test_an_editors_file_cannot_be_downloaded_and_a_blob_not_exported(files):
    assert refusal(files.get_media(fileId="letter"))[:2] == (403, "fileNotDownloadable")
    export = files.export(fileId="notes", mimeType="application/pdf")
    assert refusal(export)[:2] == (403, "fileNotExportable")
    odd = files.export(fileId="letter", mimeType="image/png")
    assert refusal(odd)[:3] == (400, "badRequest", "The requested conversion is not supported.")


def test_a_csv_becomes_a_sheet_and_comes_back_in_other_formats(clients, files):
    table = 'Name,Age,Note\r\nAda,36,"a, b"\r\nÖzge,,"=1+1"'.encode()
    body = {"name": "People", "mimeType": SPREADSHEET}
    made = files.create(body=body, media_body=media(table, "text/csv")).execute()
    values = clients.of("sheets").spreadsheets().values()
    read = values.get(spreadsheetId=made["id"], range="A1:B2").execute()["values"]
    assert read == [["Name", "Age"], ["Ada", "36"]]

    def export(kind):
        return files.export(fileId=made["id"], mimeType=kind).execute()

    lines = export("text/csv").decode().split("\r\n")
    assert lines[:2] == ["Name,Age,Note", 'Ada,36,"a, b"']
    assert export("text/tab-separated-values").decode().startswith("Name\tAge\tNote\r\n")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    sheet = load_workbook(io.BytesIO(export(kind))).active
    assert [cell.value for cell in sheet[2]] == ["Ada", 36, "a, b"]
    pdf = export("application/pdf")
    assert pdf.startswith(b"%PDF-1.4")
    assert b"(Ada  36  a, b)" in pdf
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF", pdf)[1])
    assert pdf[start:].startswith(b"xref\n")


def test_new_content_takes_the_place_of_all_cells(files):
    body = {"name": "People", "mimeType": SPREADSHEET}
    made = files.create(body=body, media_body=media(b"a,b\nc,d", "text/csv")).execute()
    files.update(fileId=made["id"], media_body=media(b"x", "text/csv")).execute()
    assert files.export(fileId=made["id"], mimeType="text/csv").execute() == b"x"


def test_a_document_is_exported_as_text_page_and_markdown(clients, files):
    def export(kind):
        return files.export(fileId="letter", mimeType=kind).execute().decode()

    assert export("text/plain") == "\ufeffDear Ada\r\nSee you"
    assert "<p>Dear Ada</p><p>See you</p>" in export("text/html")
    assert export("text/markdown") == "Dear Ada\n\nSee you\n"


def test_a_text_becomes_a_document(clients, files):
    body = {"name": "Plan", "mimeType": DOCUMENT}
    upload = media(b"# Aims\nMore people", "text/markdown")
    made = files.create(body=body, media_body=upload).execute()
    content = files.export(fileId=made["id"], mimeType="text/markdown").execute()
    assert content == b"# Aims\n\nMore people\n"


def test_a_file_is_renamed_described_starred_and_labelled(files):
    body = {"name": "n.md", "description": "d", "starred": True, "properties": {"a": "1", "b": "2"}}
    files.update(fileId="notes", body=body).execute()
    files.update(fileId="notes", body={"properties": {"a": None}}).execute()
    fields = "name,description,starred,properties"
    assert files.get(fileId="notes", fields=fields).execute() == {
        "name": "n.md",
        "description": "d",
        "starred": True,
        "properties": {"b": "2"},
    }
    found = files.list(q="starred = true and properties has { key='b' and value='2' }").execute()
    assert names(found) == ["n.md"]


def test_a_change_counts_the_version_up_and_says_who_and_when(clients, files):
    fields = "version,modifiedTime,lastModifyingUser(emailAddress,me),modifiedByMe"
    before = files.get(fileId="letter", fields=fields).execute()
    clients.of("drive").permissions().create(
        fileId="letter", body={"type": "user", "role": "writer", "emailAddress": BOB}
    ).execute()
    shared = files.get(fileId="letter", fields=fields).execute()
    assert int(shared["version"]) > int(before["version"])
    assert shared["modifiedTime"] == before["modifiedTime"]
    text = {"location": {"index": 1}, "text": "x"}
    clients.of("docs", BOB).documents().batchUpdate(
        documentId="letter", body={"requests": [{"insertText": text}]}
    ).execute()
    after = files.get(fileId="letter", fields=fields).execute()
    assert after["modifiedTime"] >= before["modifiedTime"]
    assert int(after["version"]) > int(shared["version"])
    assert after["lastModifyingUser"] == {"emailAddress": BOB, "me": False}
    assert after["modifiedByMe"] is False


def test_a_file_moves_from_folder_to_folder(files):
    other = files.create(body={"name": "Other", "mimeType": FOLDER}).execute()["id"]
    both = files.update(fileId="notes", addParents=other)
    assert refusal(both)[:2] == (403, "cannotAddParent")
    moved = files.update(
        fileId="notes", addParents=other, removeParents="folder-1", fields="parents"
    ).execute()
    assert moved == {"parents": [other]}
    direct = files.update(fileId="notes", body={"parents": ["folder-1"]})
    assert refusal(direct)[:2] == (403, "fieldNotWritable")


def test_a_trashed_folder_takes_its_files_along(files):
    files.update(fileId="folder-1", body={"trashed": True}).execute()
    fields = "trashed,explicitlyTrashed"
    found = files.get(fileId="notes", fields=fields).execute()
    assert found == {"trashed": True, "explicitlyTrashed": False}
    assert names(files.list(q="trashed = false").execute()) == ["Letter"]
    files.emptyTrash().execute()
    assert names(files.list().execute()) == ["Letter"]


def test_only_the_owner_deletes(clients, files):
    body = {"type": "user", "role": "writer", "emailAddress": BOB}
    clients.of("drive").permissions().create(fileId="notes", body=body).execute()
    theirs = clients.of("drive", BOB).files()
    assert refusal(theirs.delete(fileId="notes"))[:2] == (403, "insufficientFilePermissions")
    trash = theirs.update(fileId="notes", body={"trashed": True})
    assert refusal(trash)[:2] == (403, "insufficientFilePermissions")
    assert files.delete(fileId="notes").execute() == ""
    assert refusal(files.get(fileId="notes"))[0] == 404


def test_a_copy_has_the_content_and_its_own_owner(clients, files):
    body = {"type": "user", "role": "reader", "emailAddress": BOB}
    for file_id in ("notes", "letter"):
        clients.of("drive").permissions().create(fileId=file_id, body=body).execute()
    theirs = clients.of("drive", BOB).files()
    fields = "id,name,owners(emailAddress)"
    copied = theirs.copy(fileId="notes", fields=fields).execute()
    assert copied["name"] == "Copy of notes.txt"
    assert copied["owners"] == [{"emailAddress": BOB}]
    assert theirs.get_media(fileId=copied["id"]).execute() == b"0123456789"
    letter = theirs.copy(fileId="letter", body={"name": "Mine"}).execute()
    text = theirs.export(fileId=letter["id"], mimeType="text/plain").execute().decode()
    assert text == "\ufeffDear Ada\r\nSee you"


def test_a_copied_spreadsheet_keeps_cells_and_developer_metadata(clients, files):
    body = {"name": "People", "mimeType": SPREADSHEET}
    made = files.create(body=body, media_body=media(b"a,b\nc,d", "text/csv")).execute()
    book = clients.of("sheets").spreadsheets()
    sheet_id = book.get(spreadsheetId=made["id"]).execute()["sheets"][0]["properties"]["sheetId"]
    where = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    mark = {"metadataKey": "k", "metadataValue": "v", "visibility": "DOCUMENT"}
    mark["location"] = {"dimensionRange": where}
    request = {"createDeveloperMetadata": {"developerMetadata": mark}}
    book.batchUpdate(spreadsheetId=made["id"], body={"requests": [request]}).execute()
    twin = files.copy(fileId=made["id"], body={"name": "Twin"}).execute()
    files.update(fileId=made["id"], media_body=media(b"z", "text/csv")).execute()
    found = book.get(spreadsheetId=twin["id"]).execute()
    assert found["properties"]["title"] == "Twin"
    values = book.values().get(spreadsheetId=twin["id"], range="A1:B2").execute()["values"]
    assert values == [["a", "b"], ["c", "d"]]
    search = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": "k"}}]}
    marks = book.developerMetadata().search(spreadsheetId=twin["id"], body=search).execute()
    assert [
        one["developerMetadata"]["metadataValue"] for one in marks["matchedDeveloperMetadata"]
    ] == ["v"]


def test_a_list_comes_in_pages_in_the_order_asked_for(files):
    for number in (10, 9, 1):
        files.create(body={"name": f"n {number}"}).execute()
    query = {"q": "name contains 'n'", "orderBy": "name_natural desc", "pageSize": 2}
    request, seen = files.list(**query), []
    while request is not None:
        found = request.execute()
        seen.append(names(found))
        request = files.list_next(request, found)
    assert seen == [["notes.txt", "n 10"], ["n 9", "n 1"]]
    odd = files.list(q="trashed = false", pageToken="~!!~nonsense")
    assert refusal(odd) == (400, "invalid", "Invalid Value", "pageToken")
    assert refusal(files.list(orderBy="size"))[:2] == (400, "invalid")


def test_an_unreadable_query_is_refused(files):
    expected = (400, "invalid", "Invalid Value", "q")
    assert refusal(files.list(q="name = unquoted")) == expected


def test_ids_are_made_beforehand_and_taken_once(files):
    (name,) = files.generateIds(count=1).execute()["ids"]
    assert len(name) == 33
    assert files.create(body={"id": name, "name": "mine"}).execute()["id"] == name
    again = files.create(body={"id": name, "name": "mine"})
    assert refusal(again)[:2] == (409, "fileIdInUse")


def test_a_shortcut_points_at_a_file(files):
    kind = "application/vnd.google-apps.shortcut"
    body = {"name": "to", "mimeType": kind, "shortcutDetails": {"targetId": "notes"}}
    made = files.create(body=body, fields="shortcutDetails").execute()
    assert made["shortcutDetails"] == {"targetId": "notes", "targetMimeType": "text/plain"}
    found = files.list(q="shortcutDetails.targetId = 'notes'").execute()
    assert names(found) == ["to"]
    lost = {**body, "shortcutDetails": {"targetId": "nowhere"}}
    assert refusal(files.create(body=lost))[0] == 404


def test_a_download_operation_is_done_at_once(emulator, files):
    found = files.download(fileId="letter", mimeType="text/plain").execute()
    assert found["done"] is True
    content = requests.get(found["response"]["downloadUri"]).content.decode()
    assert content == "\ufeffDear Ada\r\nSee you"


def test_what_the_state_shows_can_be_loaded_again(emulator, clients, files):
    files.create(body={"name": "b"}, media_body=media(b"\xff\x00", "image/png")).execute()
    files.create(body={"name": "Survey", "mimeType": FORM}).execute()
    drives = clients.of("drive").drives()
    drives.create(requestId="1", body={"name": "Shared"}).execute()
    files.update(fileId="notes", body={"starred": True}, media_body=media(b"new")).execute()
    comments = clients.of("drive").comments()
    comments.create(fileId="notes", body={"content": "hm"}, fields="id").execute()
    body = {"type": "user", "role": "reader", "emailAddress": BOB}
    clients.of("drive").permissions().create(fileId="notes", body=body).execute()
    state = emulator.state()
    fields = "files(id,name,md5Checksum)"
    with serving("google", data=state) as second, Clients(second) as others:
        assert second.state() == state
        listed = others.of("drive").files().list(fields=fields).execute()
    mine = files.list(fields=fields).execute()
    by_id = itemgetter("id")
    assert sorted(listed["files"], key=by_id) == sorted(mine["files"], key=by_id)


def test_a_raw_request_with_somebodys_token_speaks_for_them(emulator):
    address = emulator.url + "/drive/v3/about?fields=user(emailAddress,me),storageQuota/usage"
    headers = {"Authorization": f"Bearer {token_for(emulator, BOB)}"}
    answer = requests.get(address, headers=headers).json()
    assert answer == {"user": {"emailAddress": BOB, "me": True}, "storageQuota": {"usage": "0"}}
    without = requests.get(emulator.url + "/drive/v3/about")
    assert without.status_code == 400
    (detail,) = without.json()["error"]["errors"]
    assert (detail["reason"], detail["location"]) == ("required", "fields")
