"""Drive v3: revisions. A blob keeps its contents; a Docs editors file has one for each edit."""

import hashlib
from typing import Any

from tests.emulators.google.calls import Call, Raw, method
from tests.emulators.google.drive.access import drive_file
from tests.emulators.google.drive.formats import EXPORTS
from tests.emulators.google.drive.holding import held
from tests.emulators.google.drive.paging import page
from tests.emulators.google.drive.ranges import content_of
from tests.emulators.google.drive.resource import shown, user_resource
from tests.emulators.google.errors import ApiError
from tests.emulators.google.state import stamp
from tests.emulators.google.world import DriveFile

Json = dict[str, Any]
_USUAL = ("kind", "id", "mimeType", "modifiedTime")
_USUAL_PAGE = 200


def _revisions(call: Call, file: DriveFile) -> list[Json]:
    """All of a file, the oldest first, with `user` and, of a blob, `content`."""
    if file.content is not None:
        return held(call.world).revisions.get(file.id, [])
    edits = [one for one in call.world.changes if one.file_id == file.id and one.user]
    return [
        {
            "id": str(number),
            "mimeType": file.mime_type,
            "modifiedTime": stamp(edit.time),
            "user": edit.user,
        }
        for number, edit in enumerate(edits, start=1)
    ]


def _resource(call: Call, file: DriveFile, one: Json) -> Json:
    user = user_resource(call.world, one["user"], call.user)
    found: Json = {
        "kind": "drive#revision",
        "id": one["id"],
        "mimeType": one["mimeType"],
        "modifiedTime": one["modifiedTime"],
        "lastModifyingUser": user,
        "published": False,
    }
    if "content" not in one:
        base = f"{call.address}/drive/v3/files/{file.id}/export?mimeType="
        return {
            **found,
            "exportLinks": {kind: base + kind for kind in EXPORTS.get(file.mime_type, ())},
        }
    content: bytes = one["content"]
    return {
        **found,
        "originalFilename": one["name"],
        "keepForever": one["keepForever"],
        "size": str(len(content)),
        "md5Checksum": hashlib.md5(content, usedforsecurity=False).hexdigest(),
    }


def _found(call: Call, file: DriveFile) -> Json:
    wanted, among = call.path["revisionId"], _revisions(call, file)
    for one in among:
        if one["id"] == wanted or (wanted == "head" and one is among[-1]):
            return one
    raise ApiError(404, "notFound", f"Revision not found: {wanted}.", location="revisionId")


@method("drive.revisions.list")
def list_revisions(call: Call) -> Json:
    """The revisions of a file, the oldest first."""
    file = drive_file(call, "writer")
    chosen, token = page(_revisions(call, file), call.query, _USUAL_PAGE, about=file.id)
    listed = [shown(call, _resource(call, file, one), _USUAL) for one in chosen]
    found: Json = {"kind": "drive#revisionList", "revisions": listed}
    return {**found, "nextPageToken": token} if token else found


@method("drive.revisions.get")
def get(call: Call) -> Json | Raw:
    """One revision, or with `alt=media` what it held."""
    file = drive_file(call, "writer")
    one = _found(call, file)
    if call.alt != "media":
        return shown(call, _resource(call, file, one), _USUAL)
    if "content" not in one:
        text = "Only files with binary content can be downloaded."
        raise ApiError(403, "fileNotDownloadable", text, location="alt")
    return content_of(call, one["content"], one["mimeType"])


@method("drive.revisions.update")
def update(call: Call) -> Json:
    """Whether a revision is kept for good."""
    file = drive_file(call, "writer")
    one = _found(call, file)
    if "keepForever" in call.body and "content" in one:
        one["keepForever"] = call.body["keepForever"]
    return shown(call, _resource(call, file, one), _USUAL)


@method("drive.revisions.delete")
def delete(call: Call) -> None:
    """A revision of a blob goes; the last one stays."""
    file = drive_file(call, "writer")
    one = _found(call, file)
    kept = held(call.world).revisions.get(file.id, [])
    if one not in kept or len(kept) == 1:
        text = "The revision cannot be deleted."
        raise ApiError(403, "revisionNotDeletable", text)
    kept.remove(one)
    file.content = kept[-1]["content"]
