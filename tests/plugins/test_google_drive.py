"""google_drive: which files may have changed, told rather too often than not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sheetflow_plugins.google_drive import GoogleDrive

from sheetflow.errors import SetupError, TableBusy
from sheetflow.plugin.connector import Finding
from sheetflow.plugin.testing import ReadOnlyTableContract, WatcherContract
from sheetflow.plugin.watcher import Changed, Changes
from sheetflow.values import Row
from tests.emulators.google.world import World
from tests.emulators.serving import Emulator, serving
from tests.plugins._google_doors import connected

FOLDER = "1FolderFolderFolderFolderFolder"
DRIVE = "0ADriveDriveDriveDrive"
ONE, TWO, THREE = "1OneOneOneOne", "1TwoTwoTwoTwo", "1ThreeThreeThree"
OURS = {ONE, TWO}
FILES = [
    {"id": FOLDER, "title": "Groups", "mimeType": "application/vnd.google-apps.folder"},
]
DOCUMENTS = [
    {"id": ONE, "title": "North =1+1", "parents": [FOLDER], "text": "a"},
    {"id": TWO, "title": "East", "parents": [FOLDER], "text": "b"},
    {"id": THREE, "title": "Somebody's", "text": "c"},
]
DATA = {"users": ["owner@example.org"], "files": FILES, "documents": DOCUMENTS}
LOG, LIST = "drive.changes.list", "drive.files.list"
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


class Clock:
    """The emulator's time, moved by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Noon."""
    return Clock()


@pytest.fixture
def google(clock: Clock) -> Iterator[Emulator]:
    """A Google with three documents, two of them ours."""
    with serving("google", data=DATA, clock=clock) as emulator:
        yield emulator


@pytest.fixture
def drive(google: Emulator) -> GoogleDrive:
    """A connection."""
    return connected(GoogleDrive, google.url, settings={"folder": FOLDER})


def edit(google: Emulator, file: str, user: str = "lee@example.org") -> None:
    """Somebody changes what stands in a file."""
    with google.world.lock:
        google.world.touched(google.world.files[file], user)


def opened(google: Emulator, file: str) -> None:
    """Somebody only looks at a file, or shares it: it is in the log all the same."""
    with google.world.lock:
        google.world.log_change(google.world.files[file])


def as_of(google: Emulator, file: str) -> str:
    """The time of a file's last change, as Drive writes it."""
    moment = google.world.files[file].modified
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


class TestGoogleDrive(ReadOnlyTableContract, WatcherContract):
    connector = GoogleDrive
    place = {"table": "files"}
    asks_the_network = True
    among = OURS

    @pytest.fixture(autouse=True)
    def _google(self) -> Iterator[None]:
        with serving("google", data=DATA) as google:
            self.google = google
            self.settings = {"url": google.url, "folder": FOLDER}
            yield

    def edit(self, file: str) -> None:
        edit(self.google, file)


# The log


def test_the_first_time_everything_may_have_changed(google: Emulator, drive: GoogleDrive):
    first = drive.changed(among=OURS)
    assert (first.files, first.everything) == ((), True)
    assert drive.changed(first.token, among=OURS) == Changes((), first.token)


def test_a_quiet_time_costs_one_request(google: Emulator, drive: GoogleDrive):
    token = drive.changed(among=OURS).token
    before = len(google.exchanges)
    drive.changed(token, among=OURS)
    assert len(google.exchanges) - before == 1
    query = google.asked(LOG)[-1]["query"]
    assert query["pageSize"] in (1_000, "1000")
    assert query["supportsAllDrives"] in (True, "true")
    assert query["includeItemsFromAllDrives"] in (True, "true")


def test_only_our_files_are_told_and_each_once(google: Emulator, drive: GoogleDrive, clock: Clock):
    token = drive.changed(among=OURS).token
    clock.now += timedelta(minutes=1)
    for file in (ONE, THREE, TWO, ONE):
        edit(google, file)
    found = drive.changed(token, among=OURS)
    assert set(found.files) == {Changed(file, as_of(google, file)) for file in OURS}
    assert len(found.files) == 2
    assert drive.changed(found.token, among=OURS).files == ()


def test_the_same_token_gives_the_same_again(google: Emulator, drive: GoogleDrive):
    """So that a crash before it was kept loses nothing."""
    token = drive.changed(among=OURS).token
    edit(google, ONE)
    assert drive.changed(token, among=OURS) == drive.changed(token, among=OURS)


def test_a_file_that_was_only_opened_is_left_out(google: Emulator, drive: GoogleDrive):
    token = drive.changed(among=OURS).token
    opened(google, ONE)
    seen = {ONE: as_of(google, ONE)}
    assert drive.changed(token, among=OURS, seen=seen).files == ()
    assert drive.changed(token, among=OURS).files == (Changed(ONE, seen[ONE]),), "nobody read it"


def test_our_own_writing_does_not_hide_somebody_elses(
    google: Emulator, drive: GoogleDrive, clock: Clock
):
    token = drive.changed(among=OURS).token
    seen = {ONE: as_of(google, ONE)}
    clock.now += timedelta(seconds=5)
    edit(google, ONE, "lee@example.org")
    clock.now += timedelta(seconds=5)
    edit(google, ONE, "owner@example.org")  # ours, so that Drive says "me"
    found = drive.changed(token, among=OURS, seen=seen)
    assert found.files == (Changed(ONE, as_of(google, ONE)),)


def test_a_file_in_the_trash_or_taken_away_is_gone(google: Emulator, drive: GoogleDrive):
    token = drive.changed(among=OURS).token
    with google.world.lock:
        world: World = google.world
        world.files[ONE].trashed = True
        world.log_change(world.files[ONE])
        lost = world.files[TWO]
        world.files[FOLDER].permissions.clear()
        lost.permissions.clear()
        world.log_change(lost, removed_for=("owner@example.org",))
    found = drive.changed(token, among=OURS, seen={ONE: as_of(google, ONE), TWO: "x"})
    assert set(found.files) == {Changed(ONE, gone=True), Changed(TWO, gone=True)}


def test_every_page_of_the_log_is_read(
    google: Emulator, drive: GoogleDrive, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sheetflow_plugins._google_drive_logs.PAGE", 1)
    token = drive.changed(among=OURS).token
    for file in (ONE, THREE, TWO):
        edit(google, file)
    found = drive.changed(token, among=OURS)
    assert {one.id for one in found.files} == OURS
    assert json.loads(found.token) != json.loads(token)


def test_files_of_shared_drives_are_in_it(google: Emulator, drive: GoogleDrive):
    from tests.emulators.google.drive.drives import new_drive

    token = drive.changed(among=OURS).token
    with google.world.lock:
        shared = new_drive(google.world, "Campaign", "owner@example.org", DRIVE)
        file = google.world.files[ONE]
        file.parents, file.drive_id = [shared.id], shared.id
    edit(google, ONE)
    assert [one.id for one in drive.changed(token, among=OURS).files] == [ONE]
    assert [one.id for one in drive.swept(NOON, among={ONE}).files] == [ONE]


@pytest.mark.parametrize("token", ["nonsense", '{"": "999999"}', '["a"]', '{"other": "1"}'])
def test_a_token_that_is_none_means_everything(google: Emulator, drive: GoogleDrive, token: str):
    found = drive.changed(token, among=OURS)
    assert found.everything
    assert found.token == drive.changed(among=OURS).token


def test_each_account_has_a_log_of_its_own(google: Emulator):
    from sheetflow.secrets import Secret

    keys = [_signed_in(f"{name}@example.org") for name in ("lee", "kim")]
    with google.world.lock:
        for name in ("lee", "kim"):
            google.world.user(f"{name}@example.org").refresh_token = f"{name}@example.org"
        for file, name in ((ONE, "lee"), (TWO, "kim")):
            _share(google.world, file, f"{name}@example.org")
    drive = connected(GoogleDrive, google.url, settings={"credentials": Secret(json.dumps(keys))})
    token = drive.changed(among=OURS).token
    assert set(json.loads(token)) == {"lee@example.org", "kim@example.org"}
    for file in (ONE, TWO):
        edit(google, file)
    found = drive.changed(token, among=OURS)
    assert {one.id for one in found.files} == OURS
    asked = [(name, log.user()["emailAddress"]) for name, log in drive._logs.items() for _ in "ab"]
    assert all(name == address for name, address in asked), "each log by its own account"
    assert [one.says for one in drive.examine() if one.what == "Google Drive"] == [
        "sees the files of lee@example.org",
        "sees the files of kim@example.org",
    ]


def _signed_in(who: str) -> dict[str, str]:
    """What is left when somebody signed in."""
    return {
        "type": "authorized_user",
        "account": who,
        "refresh_token": who,
        "client_id": "id",
        "client_secret": "not a secret",
    }


def _share(world: World, file: str, who: str) -> None:
    from tests.emulators.google.world import Permission

    world.files[file].permissions.append(
        Permission(world.permission_id(who), "user", "reader", who)
    )


# The search


def test_what_the_log_has_not_yet_is_found_by_a_search(clock: Clock):
    with serving("google", data={**DATA, "changes": {"lag": 600}}, clock=clock) as google:
        drive = connected(GoogleDrive, google.url)
        clock.now += timedelta(hours=1)
        token = drive.changed(among=OURS).token
        edit(google, ONE)
        clock.now += timedelta(minutes=5)
        assert drive.changed(token, among=OURS).files == (), "it is late"
        found = drive.swept(clock.now, among=OURS)
        assert found == Changes((Changed(ONE, as_of(google, ONE)),))
        seen = {ONE: as_of(google, ONE)}
        assert drive.swept(clock.now, among=OURS, seen=seen).files == ()


def test_a_search_goes_back_a_while_and_not_further(
    google: Emulator, drive: GoogleDrive, clock: Clock
):
    later = NOON + timedelta(minutes=15)
    assert {one.id for one in drive.swept(later, among=OURS).files} == OURS
    assert drive.swept(later + timedelta(seconds=1), among=OURS).files == ()
    assert google.asked(LIST)[0]["query"]["q"] == "modifiedTime >= '2026-03-14T12:00:00'"


def test_a_search_that_google_cut_short_means_everything(
    google: Emulator, drive: GoogleDrive, monkeypatch: pytest.MonkeyPatch
):
    pages: list[dict[str, Any]] = [
        {"incompleteSearch": True, "files": [], "nextPageToken": "2"},
        {"files": []},
    ]
    log = next(iter(drive._logs.values()))
    monkeypatch.setattr(type(log), "_pages", lambda *_: iter(pages))
    assert drive.swept(NOON, among=OURS) == Changes((), everything=True)


# Trouble


def test_google_that_is_busy_is_asked_again(google: Emulator, drive: GoogleDrive):
    token = drive.changed(among=OURS).token
    edit(google, ONE)
    google.faults.add(
        when={"method": LOG}, do={"status": 403, "reason": "userRateLimitExceeded"}, times=1
    )
    google.faults.add(when={"method": LOG}, do={"drop": "after"}, times=2)
    assert [one.id for one in drive.changed(token, among=OURS).files] == [ONE]


# Files of a folder


def test_the_files_of_a_folder_are_rows(google: Emulator, drive: GoogleDrive):
    found = {row.id: row for row in drive.files()}
    address = f"https://docs.google.com/document/d/{ONE}/edit"
    assert set(found) == OURS
    cells = dict(found[ONE].cells)
    assert str(cells.pop("Address")).startswith(address)
    assert Row(ONE, cells) == Row(
        ONE, {"Name": "North =1+1", "Kind": "document", "Changed": NOON, "Id": ONE}
    )


def test_without_a_folder_there_is_no_such_table(google: Emulator):
    with pytest.raises(SetupError, match="No folder is named"):
        list(connected(GoogleDrive, google.url).files())
    with pytest.raises(ValueError, match="is not the address of a folder"):
        GoogleDrive.Settings(folder="https://docs.google.com/document/d/1abc")


def test_a_table_of_google_that_is_down_is_busy(google: Emulator, drive: GoogleDrive):
    google.faults.add(when={"method": LIST}, do={"status": 500})
    with pytest.raises(TableBusy, match="does not answer"):
        drive.open_table({"table": "files"}).read()


def test_the_doctor_is_told_whose_files_it_sees(google: Emulator, drive: GoogleDrive):
    assert list(drive.examine()) == [
        Finding("credentials", True, "none are needed at this address"),
        Finding("Google Drive", True, "sees the files of owner@example.org"),
    ]
    google.faults.add(
        when={"method": "drive.about.get"}, do={"status": 403, "reason": "accessNotConfigured"}
    )
    assert [one.ok for one in drive.examine()] == [True, False]
