"""Sharing in Drive, and the log of changes."""

from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from threading import Thread

import pytest
from googleapiclient.errors import HttpError

from tests.emulators.serving import serving
from tests.emulators_tests.people import Clients

ANN, BOB, CYD = "ann@example.org", "bob@example.org", "cyd@example.org"
FOLDER = "application/vnd.google-apps.folder"
DATA = {
    "users": [ANN, BOB, CYD],
    "files": [
        {"id": "folder", "name": "Chapters", "mimeType": FOLDER},
        {"id": "note", "name": "note.txt", "text": "n", "parents": ["folder"]},
        {"id": "other", "name": "other.txt", "text": "o"},
    ],
    "documents": [{"id": "letter", "title": "Letter", "text": "Dear"}],
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
def ann(clients):
    return clients.of("drive", ANN)


@pytest.fixture
def bob(clients):
    return clients.of("drive", BOB)


def refusal(call):
    with pytest.raises(HttpError) as refused:
        call.execute()
    (detail,) = refused.value.error_details
    return refused.value.status_code, detail["reason"]


def share(drive, file_id, email="", role="reader", kind="user", **options):
    body = {"type": kind, "role": role}
    if email:
        body["emailAddress"] = email
    return drive.permissions().create(fileId=file_id, body=body, **options).execute()


def start(drive):
    return drive.changes().getStartPageToken().execute()["startPageToken"]


def changed(drive, token, **options):
    """The ids in the window, with a minus before those removed."""
    found = drive.changes().list(pageToken=token, **options).execute()
    return [("-" if one["removed"] else "") + one["fileId"] for one in found["changes"]]


def edit(docs):
    text = {"endOfSegmentLocation": {}, "text": "!"}
    body = {"requests": [{"insertText": text}]}
    docs.documents().batchUpdate(documentId="letter", body=body).execute()


# sharing


def test_a_shared_file_is_seen_and_a_reader_writes_nothing(ann, bob):
    made = share(ann, "note", BOB)
    assert (made["type"], made["role"]) == ("user", "reader")
    fields = "shared,ownedByMe,sharingUser(emailAddress),capabilities(canEdit)"
    assert bob.files().get(fileId="note", fields=fields).execute() == {
        "shared": True,
        "ownedByMe": False,
        "sharingUser": {"emailAddress": ANN},
        "capabilities": {"canEdit": False},
    }
    rename = bob.files().update(fileId="note", body={"name": "x"})
    assert refusal(rename) == (403, "insufficientFilePermissions")
    assert refusal(bob.permissions().list(fileId="note")) == (403, "insufficientFilePermissions")
    listed = bob.files().list(q="sharedWithMe").execute()["files"]
    assert [one["id"] for one in listed] == ["note"]
    assert ann.files().list(q=f"'{BOB}' in readers").execute()["files"][0]["id"] == "note"


def test_a_shared_folder_shares_what_is_in_it(ann, bob):
    share(ann, "folder", BOB, "writer")
    bob.files().update(fileId="note", body={"name": "by bob"}).execute()
    found = ann.permissions().list(fileId="note", fields="permissions(emailAddress,role)").execute()
    assert found["permissions"] == [
        {"emailAddress": ANN, "role": "owner"},
        {"emailAddress": BOB, "role": "writer"},
    ]
    bobs = ann.permissions().list(fileId="folder").execute()["permissions"][1]["id"]
    inherited = ann.permissions().delete(fileId="note", permissionId=bobs)
    assert refusal(inherited) == (403, "cannotModifyInheritedPermission")


def test_every_service_keeps_to_the_permissions(clients, ann):
    theirs = clients.of("docs", BOB).documents()
    with pytest.raises(HttpError) as refused:
        theirs.get(documentId="letter").execute()
    assert refused.value.status_code == 403
    share(ann, "letter", BOB)
    found = theirs.get(documentId="letter").execute()
    assert "revisionId" not in found  # only those who may edit get one
    with pytest.raises(HttpError) as refused:
        edit(clients.of("docs", BOB))
    assert (refused.value.status_code, refused.value.reason) == (
        403,
        "The caller does not have permission",
    )


def test_sharing_again_makes_a_role_stronger_and_an_update_sets_it(ann):
    first = share(ann, "note", BOB, "writer")
    assert share(ann, "note", BOB, "reader") == first
    update = ann.permissions().update(
        fileId="note", permissionId=first["id"], body={"role": "commenter"}
    )
    assert update.execute()["role"] == "commenter"
    assert len(ann.permissions().list(fileId="note").execute()["permissions"]) == 2
    ann.permissions().delete(fileId="note", permissionId=first["id"]).execute()
    get = ann.permissions().get(fileId="note", permissionId=first["id"])
    assert refusal(get) == (404, "notFound")


def test_a_link_opens_a_file_and_lists_it_for_nobody(ann, bob):
    assert share(ann, "note", kind="anyone")["id"] == "anyoneWithLink"
    assert bob.files().get_media(fileId="note").execute() == b"n"
    assert bob.files().list().execute()["files"] == []


def test_a_domain_is_its_people(ann, bob):
    body = {"type": "domain", "role": "writer", "domain": "example.org"}
    ann.permissions().create(fileId="note", body=body).execute()
    assert bob.files().update(fileId="note", body={"name": "b"}).execute()["name"] == "b"


def test_ownership_changes_hands_only_when_asked_for_by_name(ann, bob):
    body = {"type": "user", "role": "owner", "emailAddress": BOB}
    plain = ann.permissions().create(fileId="other", body=body)
    assert refusal(plain) == (403, "forbidden")
    ann.permissions().create(fileId="other", body=body, transferOwnership=True).execute()
    owners = ann.files().get(fileId="other", fields="owners(emailAddress),ownedByMe").execute()
    assert owners == {"owners": [{"emailAddress": BOB}], "ownedByMe": False}
    assert refusal(ann.files().delete(fileId="other"))[0] == 403
    bob.files().delete(fileId="other").execute()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"role": "reader"}, (400, "required")),
        ({"type": "user", "emailAddress": BOB}, (400, "required")),
        ({"type": "user", "role": "boss", "emailAddress": BOB}, (400, "invalid")),
        ({"type": "user", "role": "reader"}, (400, "invalid")),
        ({"type": "domain", "role": "reader"}, (400, "invalid")),
        ({"type": "anyone", "role": "owner"}, (400, "invalidSharingRequest")),
    ],
)
def test_a_permission_that_says_too_little_or_too_much_is_refused(ann, body, expected):
    assert refusal(ann.permissions().create(fileId="note", body=body)) == expected


def test_a_permission_ends_when_it_says():
    now = datetime(2026, 5, 4, 9, tzinfo=UTC)
    with serving("google", data=DATA, clock=lambda: now) as emulator, Clients(emulator) as clients:
        drive, theirs = clients.of("drive", ANN), clients.of("drive", BOB)
        body = {"type": "user", "role": "reader", "emailAddress": BOB}
        late = {**body, "expirationTime": "2026-05-04T09:00:00Z"}
        refused = drive.permissions().create(fileId="note", body=late)
        assert refusal(refused) == (403, "expirationDateNotInFuture")
        soon = {**body, "expirationTime": "2026-05-04T10:00:00Z"}
        drive.permissions().create(fileId="note", body=soon).execute()
        theirs.files().get(fileId="note").execute()
        now += timedelta(hours=1)
        assert refusal(theirs.files().get(fileId="note")) == (404, "notFound")


# changes


def test_nothing_happened_and_the_next_window_begins_at_the_same_place(ann):
    token = start(ann)
    found = ann.changes().list(pageToken=token).execute()
    assert found == {"kind": "drive#changeList", "changes": [], "newStartPageToken": token}


def test_a_file_changed_twice_is_told_once_at_its_last_change(ann):
    token = start(ann)
    ann.files().update(fileId="note", body={"name": "a"}).execute()
    ann.files().update(fileId="other", body={"name": "b"}).execute()
    ann.files().update(fileId="note", body={"name": "c"}).execute()
    found = ann.changes().list(pageToken=token).execute()
    assert [(one["fileId"], one["file"]["name"]) for one in found["changes"]] == [
        ("other", "b"),
        ("note", "c"),
    ]
    assert changed(ann, found["newStartPageToken"]) == []
    assert changed(ann, token) == ["other", "note"]  # tokens do not expire


def test_own_edits_and_those_of_others_and_sharing_are_all_told(clients, ann):
    share(ann, "letter", BOB, "writer")
    token = start(ann)
    edit(clients.of("docs", ANN))
    assert changed(ann, token) == ["letter"]
    token = start(ann)
    edit(clients.of("docs", BOB))
    fields = "changes(fileId,file(lastModifyingUser(emailAddress,me)))"
    found = ann.changes().list(pageToken=token, fields=fields).execute()["changes"]
    by_bob = {"lastModifyingUser": {"emailAddress": BOB, "me": False}}
    assert found == [{"fileId": "letter", "file": by_bob}]
    token = start(ann)
    share(ann, "letter", CYD)
    assert changed(ann, token) == ["letter"]


def test_every_page_but_the_last_says_where_the_next_one_is(ann):
    token = start(ann)
    for name in ("letter", "note", "other"):
        ann.files().update(fileId=name, body={"name": "n"}).execute()
    first = ann.changes().list(pageToken=token, pageSize=2).execute()
    assert [one["fileId"] for one in first["changes"]] == ["letter", "note"]
    assert "newStartPageToken" not in first
    ann.files().update(fileId="letter", body={"name": "m"}).execute()
    last = ann.changes().list(pageToken=first["nextPageToken"], pageSize=2).execute()
    assert [one["fileId"] for one in last["changes"]] == ["other", "letter"]
    assert "nextPageToken" not in last
    assert last["newStartPageToken"] == start(ann)


def test_what_is_shared_comes_and_what_is_taken_away_goes(ann, bob):
    token = start(bob)
    one = share(ann, "folder", BOB)
    assert sorted(changed(bob, token)) == ["folder", "note"]
    token = start(bob)
    ann.permissions().delete(fileId="folder", permissionId=one["id"]).execute()
    assert sorted(changed(bob, token)) == ["-folder", "-note"]
    assert changed(bob, token, includeRemoved=False) == []
    assert sorted(changed(ann, token)) == ["folder", "note"]


def test_a_deleted_file_is_removed_for_those_who_saw_it_only(clients, ann, bob):
    share(ann, "other", BOB)
    token = start(ann)
    ann.files().delete(fileId="other").execute()
    assert changed(ann, token) == ["-other"]
    assert changed(bob, token) == ["-other"]
    assert changed(clients.of("drive", CYD), token) == []


def test_a_trashed_file_is_told_with_its_mark(ann):
    token = start(ann)
    ann.files().update(fileId="folder", body={"trashed": True}).execute()
    fields = "changes(fileId,removed,file(trashed))"
    found = ann.changes().list(pageToken=token, fields=fields).execute()["changes"]
    marks = {one["fileId"]: (one["removed"], one["file"]["trashed"]) for one in found}
    assert marks == {"folder": (False, True), "note": (False, True)}


def test_ones_own_drive_leaves_out_what_is_shared_with_one(ann, bob):
    share(ann, "note", BOB, "writer")
    token = start(bob)
    bob.files().create(body={"id": "mine", "name": "mine"}).execute()
    bob.files().update(fileId="note", body={"name": "n"}).execute()
    assert changed(bob, token) == ["mine", "note"]
    assert changed(bob, token, restrictToMyDrive=True) == ["mine"]


@pytest.mark.parametrize("token", ["0", "999", "x", "-1"])
def test_a_token_that_was_never_given_is_refused(ann, token):
    assert refusal(ann.changes().list(pageToken=token)) == (400, "invalid")


def test_a_change_is_told_after_the_lag():
    now = datetime(2026, 5, 4, 9, tzinfo=UTC)
    data = {**DATA, "changes": {"lag": 60}}
    with serving("google", data=data, clock=lambda: now) as emulator, Clients(emulator) as clients:
        drive = clients.of("drive", ANN)
        now += timedelta(minutes=10)
        token = start(drive)
        drive.files().update(fileId="note", body={"name": "n"}).execute()
        now += timedelta(seconds=59)
        assert changed(drive, token) == []
        assert start(drive) == token
        now += timedelta(seconds=1)
        assert changed(drive, token) == ["note"]


# shared drives


def test_a_shared_drive_has_its_own_log_and_needs_to_be_asked_for(ann, bob):
    everywhere = {"supportsAllDrives": True, "includeItemsFromAllDrives": True}
    made = ann.drives().create(requestId="r1", body={"name": "Team"}).execute()
    again = ann.drives().create(requestId="r1", body={"name": "Team"})
    assert refusal(again) == (409, "duplicate")
    token = start(ann)
    body = {"id": "inside", "name": "plan", "parents": [made["id"]]}
    inside = ann.files().create(body=body, supportsAllDrives=True, fields="driveId,owners")
    assert inside.execute() == {"driveId": made["id"]}
    assert refusal(ann.files().get(fileId="inside")) == (404, "notFound")
    assert ann.files().list(q="name = 'plan'").execute()["files"] == []
    found = ann.files().list(q="name = 'plan'", corpora="drive", driveId=made["id"], **everywhere)
    assert [one["id"] for one in found.execute()["files"]] == ["inside"]
    assert changed(ann, token) == []
    assert changed(ann, token, **everywhere) == ["inside"]
    assert changed(ann, token, driveId=made["id"], **everywhere) == ["inside"]
    assert bob.drives().list().execute()["drives"] == []
    share(ann, made["id"], BOB, "writer", supportsAllDrives=True)
    assert [one["name"] for one in bob.drives().list().execute()["drives"]] == ["Team"]
    rename = bob.drives().update(driveId=made["id"], body={"name": "x"})
    assert refusal(rename) == (403, "insufficientFilePermissions")
    full = ann.drives().delete(driveId=made["id"])
    assert refusal(full) == (403, "cannotDeleteResourceWithChildren")


# channels


def test_a_channel_lives_as_long_as_its_kind_may_and_is_stopped_once():
    now = datetime(2026, 5, 4, 9, tzinfo=UTC)
    with serving("google", data=DATA, clock=lambda: now) as emulator, Clients(emulator) as clients:
        drive = clients.of("drive", ANN)
        body = {"id": "c1", "type": "web_hook", "address": "https://example.org/hook", "token": "t"}
        made = drive.changes().watch(pageToken=start(drive), body=body).execute()
        hour = int((now + timedelta(hours=1)).timestamp() * 1000)
        assert (made["expiration"], made["token"]) == (str(hour), "t")
        long = {**body, "id": "c2", "expiration": str(hour + 10**10)}
        capped = drive.files().watch(fileId="note", body=long).execute()
        day = int((now + timedelta(days=1)).timestamp() * 1000)
        assert capped["expiration"] == str(day)
        again = drive.files().watch(fileId="note", body=long)
        assert refusal(again) == (400, "channelIdNotUnique")
        plain = {**body, "id": "c3", "address": "http://example.org/hook"}
        refused = drive.files().watch(fileId="note", body=plain)
        assert refusal(refused) == (400, "push.webhookUrlNotHttps")
        stop = {"id": "c1", "resourceId": made["resourceId"]}
        assert drive.channels().stop(body=stop).execute() == ""
        assert refusal(drive.channels().stop(body=stop)) == (404, "notFound")


# comments and revisions


def test_comments_are_written_answered_resolved_and_deleted(ann, bob):
    share(ann, "letter", BOB, "commenter")
    comments = bob.comments()
    assert refusal(comments.create(fileId="letter", body={"content": "hm"})) == (400, "required")
    body = {
        "content": "<b>hm</b>",
        "quotedFileContent": {"value": "Dear", "mimeType": "text/plain"},
    }
    made = comments.create(fileId="letter", body=body, fields="*").execute()
    assert made["htmlContent"] == "&lt;b&gt;hm&lt;/b&gt;"
    assert made["author"]["me"] is True
    where = {"fileId": "letter", "commentId": made["id"]}
    answer = {"content": "done", "action": "resolve"}
    ann.replies().create(**where, body=answer, fields="id").execute()
    (found,) = ann.comments().list(fileId="letter", fields="*").execute()["comments"]
    assert (found["resolved"], found["author"]["me"]) == (True, False)
    assert [one["content"] for one in found["replies"]] == ["done"]
    by_ann = ann.comments().update(**where, body={"content": "x"}, fields="id")
    assert refusal(by_ann) == (403, "insufficientFilePermissions")
    comments.update(**where, body={"content": "better"}, fields="id").execute()
    comments.delete(**where).execute()
    assert refusal(comments.get(**where, fields="id")) == (404, "notFound")
    kept = comments.list(fileId="letter", includeDeleted=True, fields="comments(content,deleted)")
    assert kept.execute()["comments"] == [{"deleted": True}]


def test_a_blob_keeps_its_contents_and_a_document_its_edits(clients, ann):
    address = ann._baseUrl.replace("/drive/v3/", "/upload/drive/v3/")
    ann._http.request(f"{address}files/note?uploadType=media", "PATCH", body=b"second")
    listed = ann.revisions().list(fileId="note", fields="revisions(id,size)").execute()["revisions"]
    assert [one["size"] for one in listed] == ["1", "6"]
    first = ann.revisions().get_media(fileId="note", revisionId=listed[0]["id"]).execute()
    assert first == b"n"
    edit(clients.of("docs", ANN))
    users = ann.revisions().list(
        fileId="letter", fields="revisions(id,lastModifyingUser/emailAddress)"
    )
    assert users.execute()["revisions"] == [
        {"id": "1", "lastModifyingUser": {"emailAddress": ANN}},
        {"id": "2", "lastModifyingUser": {"emailAddress": ANN}},
    ]


# spreadsheets


def test_every_way_of_editing_a_sheet_is_told():
    people = {"title": "People", "id": 7, "rows": [["Name"], ["Bea"], ["Ada"]]}
    book = {"id": "book", "title": "Book", "sheets": [people]}
    with (
        serving("google", data={"users": [ANN], "spreadsheets": [book]}) as emulator,
        Clients(emulator) as clients,
    ):
        drive, sheets = clients.of("drive", ANN), clients.of("sheets", ANN).spreadsheets()
        values, seen = sheets.values(), {}

        def told(name, call):
            token = start(drive)
            before = drive.files().get(fileId="book", fields="version,modifiedTime").execute()
            call.execute()
            after = drive.files().get(fileId="book", fields="version,modifiedTime").execute()
            grown = int(after["version"]) > int(before["version"])
            later = after["modifiedTime"] >= before["modifiedTime"]
            seen[name] = (changed(drive, token), grown and later)

        cell = {"range": "People!B1", "values": [["x"]]}
        here = {"spreadsheetId": "book", "range": "People!B1"}
        raw = {"valueInputOption": "RAW"}
        told("update", values.update(**here, **raw, body=cell))
        told("append", values.append(**here, **raw, body={"values": [["y"]]}))
        told("batch", values.batchUpdate(spreadsheetId="book", body={**raw, "data": [cell]}))
        told("clear", values.clear(**here))
        title = {"properties": {"sheetId": 7, "title": "Persons"}, "fields": "title"}
        request = {"updateSheetProperties": title}
        told("requests", sheets.batchUpdate(spreadsheetId="book", body={"requests": [request]}))
        edit = {"spreadsheet": "book", "sheet": "Persons", "set": ["C1", "by hand"]}
        emulator.faults.add(when={"method": "drive.about.get"}, do={"edit": edit}, times=1)
        told("second editor", drive.about().get(fields="user"))
        token, before = start(drive), sheets.get(spreadsheetId="book").execute()
        assert before["properties"]["title"] == "Book"
        assert changed(drive, token) == []  # reading is no change
    assert seen == dict.fromkeys(seen, (["book"], True))


class Listener(BaseHTTPRequestHandler):
    """Notes the headers of each ping."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.server.heard.put(self.headers)

    def log_message(self, *_):
        pass


@pytest.fixture
def listener():
    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        server.heard = SimpleQueue()
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_channel_pings_when_there_is_something_to_look_at(ann, bob, listener):
    address = f"http://127.0.0.1:{listener.server_port}/hook"
    body = {"id": "all", "type": "web_hook", "address": address, "token": "secret"}
    made = bob.changes().watch(pageToken=start(bob), body=body).execute()
    first = listener.heard.get(timeout=5)
    assert first["X-Goog-Resource-State"] == "sync"
    ann.files().update(fileId="other", body={"name": "not his"}).execute()
    share(ann, "note", BOB)
    ping = listener.heard.get(timeout=5)
    assert ping["X-Goog-Resource-State"] == "change"
    assert ping["X-Goog-Channel-ID"] == "all"
    assert ping["X-Goog-Channel-Token"] == "secret"
    assert ping["X-Goog-Message-Number"] == "2"
    assert ping["X-Goog-Resource-ID"] == made["resourceId"]
    bob.channels().stop(body={"id": "all", "resourceId": made["resourceId"]}).execute()
    bob.files().watch(fileId="note", body={**body, "id": "one"}).execute()
    assert listener.heard.get(timeout=5)["X-Goog-Channel-ID"] == "one"
    ann.files().update(fileId="note", body={"name": "new"}).execute()
    told = listener.heard.get(timeout=5)
    assert (told["X-Goog-Resource-State"], told["X-Goog-Changed"]) == (
        "update",
        "content,properties",
    )
    assert listener.heard.empty()
