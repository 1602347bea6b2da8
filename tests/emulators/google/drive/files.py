"""Drive v3: files: create, get, update, copy, delete, emptyTrash, generateIds, export, download."""

import copy
from typing import Any
from urllib.parse import quote

from tests.emulators.google.calls import Call, Raw, method
from tests.emulators.google.docs.document import Document
from tests.emulators.google.drive import spreadsheets
from tests.emulators.google.drive.access import drive_file, insufficient, invalid, moment, required
from tests.emulators.google.drive.exporting import exported
from tests.emulators.google.drive.formats import EXPORTS
from tests.emulators.google.drive.holding import held
from tests.emulators.google.drive.making import drive_of, folders, make, put, remember
from tests.emulators.google.drive.moving import move, moves
from tests.emulators.google.drive.ranges import content_of
from tests.emulators.google.drive.resource import file_resource, shown
from tests.emulators.google.drive.roots import is_root
from tests.emulators.google.drive.trees import below, everybody, is_trashed, parents_of
from tests.emulators.google.errors import ApiError
from tests.emulators.google.forms.model import Form
from tests.emulators.google.world import FOLDER, ID_ALPHABET, DriveFile

Json = dict[str, Any]
# Fields of the File resource that a caller may set and that are kept as given.
_KEPT = (
    "description",
    "originalFilename",
    "folderColorRgb",
    "contentHints",
    "contentRestrictions",
    "copyRequiresWriterPermission",
    "writersCanShare",
    "viewersCanCopyContent",
)
_MAPS = ("properties", "appProperties")
_MOST_IDS = 1000  # that generateIds gives at once


@method("drive.files.create")
def create(call: Call) -> Json:
    """A file, folder, shortcut or Docs editors file, with or without content."""
    file = make(call)
    _set(call, file)
    return shown(call, file_resource(call, file))


@method("drive.files.get")
def get(call: Call) -> Json | Raw:
    """A file's metadata, or with `alt=media` its content."""
    file = drive_file(call)
    held(call.world).viewed[call.user, file.id] = call.now
    if call.alt != "media":
        return shown(call, file_resource(call, file))
    if file.content is None:
        text = (
            "Only files with binary content can be downloaded. Use Export with Docs Editors files."
        )
        raise ApiError(403, "fileNotDownloadable", text, location="alt")
    return content_of(call, file.content, file.mime_type)


@method("drive.files.update")
def update(call: Call) -> Json:
    """New metadata, another folder, the trash, new content."""
    asked = {*call.body} - {"starred", "viewedByMeTime"}
    changes = bool(asked or call.media or moves(call))
    file = drive_file(call, "writer" if changes else "reader")
    if "parents" in call.body:
        text = (
            "The parents field is not directly writable in update requests. "
            "Use the addParents and removeParents parameters instead."
        )
        raise ApiError(403, "fieldNotWritable", text)
    _trash(call, file)
    move(call, file)
    if call.media is not None:
        put(call, file, call.media)
    if changes:
        call.world.touched(file, call.user)
    _set(call, file)
    return shown(call, file_resource(call, file))


def _set(call: Call, file: DriveFile) -> None:
    """The metadata that the body gives. Raises ApiError for a time that is none."""
    body = call.body
    file.name = body.get("name", file.name)
    if call.method == "drive.files.update":
        file.mime_type = body.get("mimeType", file.mime_type)
    for key in _KEPT:
        if key in body:
            file.extra[key] = body[key]
    for key in _MAPS:
        if key in body:
            merged = {**file.extra.get(key, {}), **(body[key] or {})}
            file.extra[key] = {name: value for name, value in merged.items() if value is not None}
            file.extra = {k: v for k, v in file.extra.items() if k != key or v}
    if body.get("createdTime") and call.method == "drive.files.create":
        file.created = moment(body["createdTime"], "createdTime")
    if body.get("modifiedTime"):
        file.modified = moment(body["modifiedTime"], "modifiedTime")
    _personal(call, file)


def _personal(call: Call, file: DriveFile) -> None:
    """What each user has for themselves: the star, and when they opened it."""
    known, key = held(call.world), (call.user, file.id)
    if "starred" in call.body:
        (known.stars.add if call.body["starred"] else known.stars.discard)(key)
    if call.body.get("viewedByMeTime"):
        known.viewed[key] = moment(call.body["viewedByMeTime"], "viewedByMeTime")


def _trash(call: Call, file: DriveFile) -> None:
    if "trashed" not in call.body or call.body["trashed"] == file.trashed:
        return
    if is_root(file) or not call.world.may(call.user, file, _keeper(file)):
        raise insufficient(file)
    file.trashed = call.body["trashed"]
    for one in below(call.world, file):
        if one is not file:
            call.world.log_change(one)


def _keeper(file: DriveFile) -> str:
    """The role that may trash or delete: the owner; in a shared drive a content manager."""
    return "fileOrganizer" if file.drive_id else "owner"


@method("drive.files.copy")
def copy_file(call: Call) -> Json:
    """A copy that is the caller's own."""
    file = drive_file(call)
    if file.mime_type == FOLDER:
        text = "This file cannot be copied by the user."
        raise ApiError(403, "cannotCopyFile", text)
    here = [one for one in parents_of(file) if _may_put(call, one)]
    parents = folders(call, call.body.get("parents") or here[:1])
    editors = file.document is not None
    twin = call.world.add_file(
        call.body.get("name") or f"Copy of {file.name}",
        call.body.get("mimeType") or file.mime_type,
        owner=call.user,
        content=file.content,
        parents=parents,
        file_id=call.body.get("id") or call.world.new_id(44 if editors else 33),
    )
    twin.drive_id = drive_of(call.world, parents)
    twin.permissions = [] if twin.drive_id else twin.permissions
    twin.extra = copy.deepcopy(file.extra)
    _copy_document(file, twin)
    if twin.content is not None:
        remember(call.world, twin, call.user)
    _set(call, twin)
    return shown(call, file_resource(call, twin))


def _may_put(call: Call, folder: str) -> bool:
    found = call.world.files.get(folder)
    return found is not None and call.world.may(call.user, found, "writer")


def _copy_document(file: DriveFile, twin: DriveFile) -> None:
    if spreadsheets.is_spreadsheet(file):
        spreadsheets.copied(file, twin)
    elif isinstance(file.document, (Document, Form)):
        twin.document = file.document.copied(twin.id)


@method("drive.files.delete")
def delete(call: Call) -> None:
    """A file goes for good, a folder with all in it."""
    file = drive_file(call)
    if is_root(file) or not call.world.may(call.user, file, _keeper(file)):
        raise insufficient(file)
    for one in below(call.world, file):
        gone(call, one)


def gone(call: Call, file: DriveFile) -> None:
    """Takes a file out of the world; those who could see it find it removed among the changes."""
    could = tuple(sorted(everybody(call.world, file)))
    call.world.log_change(file, removed_for=could)
    del call.world.files[file.id]
    for kept in (held(call.world).revisions, held(call.world).comments):
        kept.pop(file.id, None)


@method("drive.files.emptyTrash")
def empty_trash(call: Call) -> None:
    """All that is in the caller's trash, or in a shared drive's, goes for good."""
    drive = call.query.get("driveId", "")
    for file in [one for one in call.world.files.values() if is_trashed(call.world, one)]:
        if file.drive_id == drive if drive else file.owner == call.user:
            gone(call, file)


@method("drive.files.generateIds")
def generate_ids(call: Call) -> Json:
    """Ids for files to be made."""
    count = call.query.get("count", 10)
    if not 1 <= count <= _MOST_IDS:
        raise invalid(
            "count", f"Invalid value '{count}'. Values must be within the range: [1, 1000]"
        )
    ids = [call.world.new_id(33) for _ in range(count)]
    return {"kind": "drive#generatedIds", "space": call.query.get("space", "drive"), "ids": ids}


@method("drive.files.export")
def export(call: Call) -> Raw:
    """A Docs editors file in another format."""
    file = drive_file(call)
    if not call.query.get("mimeType"):
        raise required("Required parameter: mimeType", "mimeType")
    media_type = call.query["mimeType"]
    content = exported(file, media_type)
    return content_of(call, content, media_type, name=file.name)


@method("drive.files.download")
def download(call: Call) -> Json:
    """A long-running operation that is done at once."""
    file = drive_file(call)
    address = f"{call.address}/drive/v3/files/{file.id}"
    wanted = call.query.get("mimeType")
    if file.content is None:
        if file.mime_type not in EXPORTS:
            text = "Only files with binary content can be downloaded."
            raise ApiError(403, "fileNotDownloadable", text)
        wanted = wanted or EXPORTS[file.mime_type][0]
        exported(file, wanted)
        uri = f"{address}/export?mimeType={quote(wanted, safe='')}"
    else:
        uri = f"{address}?alt=media"
    name = "".join(call.world.chance.choices(ID_ALPHABET[:62], k=32))
    kind = "type.googleapis.com/google.apps.drive.v3.DownloadFileResponse"
    response = {"@type": kind, "downloadUri": uri, "partialDownloadAllowed": True}
    return {"name": name, "done": True, "metadata": {}, "response": response}
