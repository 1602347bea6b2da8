"""Drive v3: files: create, get, update, copy, delete, emptyTrash, generateIds, export, download."""

import copy
from datetime import datetime
from typing import Any
from urllib.parse import quote

from tests.emulators.google.calls import Call, Raw, method
from tests.emulators.google.docs.document import Document
from tests.emulators.google.drive import spreadsheets
from tests.emulators.google.drive.access import drive_file, insufficient, invalid, required
from tests.emulators.google.drive.exporting import exported
from tests.emulators.google.drive.formats import EXPORTS
from tests.emulators.google.drive.holding import held
from tests.emulators.google.drive.making import drive_of, folders, make, put, remember
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
    file = make(call)
    _set(call, file)
    return shown(call, file_resource(call, file))


@method("drive.files.get")
def get(call: Call) -> Json | Raw:
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
    asked = {*call.body} - {"starred", "viewedByMeTime"}
    changes = bool(asked or call.media or _moves(call))
    file = drive_file(call, "writer" if changes else "reader")
    if "parents" in call.body:
        text = (
            "The parents field is not directly writable in update requests. "
            "Use the addParents and removeParents parameters instead."
        )
        raise ApiError(403, "fieldNotWritable", text)
    _trash(call, file)
    _move(call, file)
    if call.media is not None:
        put(call, file, call.media)
    if changes:
        call.world.touched(file, call.user)
    _set(call, file)
    return shown(call, file_resource(call, file))


def _moves(call: Call) -> bool:
    return bool(call.query.get("addParents") or call.query.get("removeParents"))


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
        file.created = _time(body["createdTime"], "createdTime")
    if body.get("modifiedTime"):
        file.modified = _time(body["modifiedTime"], "modifiedTime")
    _personal(call, file)


def _personal(call: Call, file: DriveFile) -> None:
    """What each user has for themselves: the star, and when they opened it."""
    known, key = held(call.world), (call.user, file.id)
    if "starred" in call.body:
        (known.stars.add if call.body["starred"] else known.stars.discard)(key)
    if call.body.get("viewedByMeTime"):
        known.viewed[key] = _time(call.body["viewedByMeTime"], "viewedByMeTime")


def _time(text: str, name: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid(name) from error


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


def _move(call: Call, file: DriveFile) -> None:
    """addParents and removeParents: a file lies in one folder. Raises ApiError."""
    if not _moves(call):
        return
    added = _ids(call, "addParents")
    removed = _ids(call, "removeParents")
    missing = [one for one in removed if one not in parents_of(file)]
    if missing:
        text = "The specified parent is not a parent of this file."
        raise ApiError(404, "notFound", text, location="removeParents")
    kept = [one for one in parents_of(file) if one not in removed]
    if added and call.query.get("enforceSingleParent"):
        kept = []
    new = [*kept, *(one for one in added if one not in kept)]
    if len(new) > 1:
        text = "Increasing the number of parents is not allowed"
        raise ApiError(403, "cannotAddParent", text)
    if file.id in new or any(one.id in new for one in below(call.world, file)):
        raise ApiError(403, "cannotMoveIntoItself", "A folder cannot be moved into itself.")
    _placed(call, file, new)


def _ids(call: Call, name: str) -> list[str]:
    given = [one.strip() for one in call.query.get(name, "").split(",") if one.strip()]
    if name == "removeParents":
        return [drive_file(call, file_id=one).id if one == "root" else one for one in given]
    return [folder for one in given for folder in folders(call, [one])]


def _placed(call: Call, file: DriveFile, parents: list[str]) -> None:
    could = everybody(call.world, file)
    file.parents = parents
    drive = drive_of(call.world, parents)
    if drive != file.drive_id:
        for one in below(call.world, file):
            one.drive_id = drive
            one.permissions = [p for p in one.permissions if not (drive and p.role == "owner")]
    lost = could - everybody(call.world, file)
    if lost:
        call.world.log_change(file, removed_for=tuple(sorted(lost)))


@method("drive.files.copy")
def copy_file(call: Call) -> Json:
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
    drive = call.query.get("driveId", "")
    for file in [one for one in call.world.files.values() if is_trashed(call.world, one)]:
        if file.drive_id == drive if drive else file.owner == call.user:
            gone(call, file)


@method("drive.files.generateIds")
def generate_ids(call: Call) -> Json:
    count = call.query.get("count", 10)
    if not 1 <= count <= _MOST_IDS:
        raise invalid(
            "count", f"Invalid value '{count}'. Values must be within the range: [1, 1000]"
        )
    ids = [call.world.new_id(33) for _ in range(count)]
    return {"kind": "drive#generatedIds", "space": call.query.get("space", "drive"), "ids": ids}


@method("drive.files.export")
def export(call: Call) -> Raw:
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
