"""Laws of the log of changes: who follows it knows what Drive holds."""

from hypothesis import example, given, strategies as st

from tests.emulators.google.calls import HANDLERS, Call
from tests.emulators.google.drive import (
    changes,
    files,
    listing,
    permissions,
)
from tests.emulators.google.errors import ApiError
from tests.emulators.google.world import World

ANN, BOB = "ann@example.org", "bob@example.org"
NAMES = ("a", "b", "c", "d")
assert all((changes, files, listing, permissions))  # they register what is called below

DEEDS = ("create", "rename", "trash", "delete", "share", "unshare", "into a", "into b")
OF_A_FILE = st.tuples(
    st.sampled_from(("create", *DEEDS)), st.sampled_from(NAMES), st.sampled_from((ANN, BOB))
)
POLL = st.tuples(st.just("poll"), st.integers(1, 3), st.just(BOB))
STORY = st.lists(OF_A_FILE | POLL, min_size=6, max_size=30)


class Drive:
    """Drive without HTTP between."""

    def __init__(self):
        self.world = World(seed=1)
        for user in (ANN, BOB):
            self.world.user(user)

    def ask(self, method, user, body=None, query=None, **path):
        call = Call(
            f"drive.{method}", path, query or {}, body or {}, self.world, user, self.world.now()
        )
        call.names_fields = True
        return HANDLERS[call.method](call)

    def do(self, deed, name, user):
        bobs = self.world.permission_id(BOB)
        if deed == "create":
            kind = "application/vnd.google-apps.folder" if name in "ab" else "text/plain"
            self.ask("files.create", user, {"id": name, "name": name, "mimeType": kind})
        elif deed == "rename":
            self.ask("files.update", user, {"name": name * 2}, fileId=name)
        elif deed == "trash":
            self.ask("files.update", user, {"trashed": True}, fileId=name)
        elif deed.startswith("into"):
            where = {"addParents": deed[-1], "enforceSingleParent": True}
            self.ask("files.update", user, query=where, fileId=name)
        elif deed == "delete":
            self.ask("files.delete", user, fileId=name)
        elif deed == "share":
            body = {"type": "user", "role": "writer", "emailAddress": BOB}
            self.ask("permissions.create", user, body, fileId=name)
        else:
            self.ask("permissions.delete", user, fileId=name, permissionId=bobs)


class Follower:
    """Somebody who only reads the log."""

    def __init__(self, drive, user):
        self.drive, self.user, self.known = drive, user, {}
        self.token = drive.ask("changes.getStartPageToken", user)["startPageToken"]

    def page(self, size):
        """Reads one page; whether it was the last one."""
        query = {"pageToken": self.token, "pageSize": size}
        found = self.drive.ask("changes.list", self.user, query=query)
        for one in found["changes"]:
            if one["removed"]:
                self.known.pop(one["fileId"], None)
            else:
                self.known[one["fileId"]] = self.seen(one["file"])
        assert ("nextPageToken" in found) != ("newStartPageToken" in found)
        self.token = found.get("nextPageToken") or found["newStartPageToken"]
        return "newStartPageToken" in found

    def truth(self):
        listed = self.drive.ask("files.list", self.user, query={"pageSize": 1000})["files"]
        return {one["id"]: self.seen(one) for one in listed}

    @staticmethod
    def seen(file):
        return file["name"], file["trashed"], file["version"], file.get("parents")


@given(STORY)
@example(
    [
        ("create", "a", ANN),
        ("create", "b", ANN),
        ("create", "c", ANN),
        ("into b", "c", ANN),
        ("share", "a", ANN),
        ("poll", 2, BOB),
        ("into a", "b", ANN),
    ]
)
def test_whoever_follows_the_log_knows_what_is_there(story):
    drive = Drive()
    follower = Follower(drive, BOB)
    for deed, what, user in story:
        if deed == "poll":
            while not follower.page(what) and what > 1:
                pass
            continue
        try:
            drive.do(deed, what, user)
        except ApiError:
            continue
    while not follower.page(2):
        pass
    assert follower.known == follower.truth()


@given(STORY)
def test_the_owner_of_nothing_that_changed_is_told_nothing(story):
    drive = Drive()
    stranger = Follower(drive, "cyd@example.org")
    for deed, what, user in story:
        if deed != "poll":
            try:
                drive.do(deed, what, user)
            except ApiError:
                continue
    assert stranger.page(100)
    assert stranger.known == {}
