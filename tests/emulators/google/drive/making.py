"""New files and new content: what an upload becomes, and where the past of a blob is kept."""

import mimetypes
from typing import Any

from tests.emulators.google.calls import Call, Media
from tests.emulators.google.docs.document import Document
from tests.emulators.google.docs.exporting import fill, text_of_html
from tests.emulators.google.docs.methods import new_document
from tests.emulators.google.drive import spreadsheets
from tests.emulators.google.drive.access import drive_file, invalid
from tests.emulators.google.drive.formats import (
    EDITORS,
    HTML,
    IMPORTS,
    MARKDOWN,
    TSV,
    XLSX,
)
from tests.emulators.google.drive.holding import held
from tests.emulators.google.drive.resource import SHORTCUT
from tests.emulators.google.drive.roots import is_root, root_id_of
from tests.emulators.google.errors import ApiError
from tests.emulators.google.forms.methods import new_form
from tests.emulators.google.state import stamp
from tests.emulators.google.world import DOCUMENT, FOLDER, FORM, SPREADSHEET, DriveFile, World

Json = dict[str, Any]
_PLAIN = "application/octet-stream"
_GOOGLE = "application/vnd.google-apps."


def make(call: Call) -> DriveFile:
    """The file that a `files.create` asks for, with its content. Raises ApiError."""
    name = call.body.get("name") or "Untitled"
    file_id, parents = call.body.get("id", ""), folders(call, call.body.get("parents"))
    if file_id in call.world.files and file_id:
        text = "A file already exists with the provided ID."
        raise ApiError(409, "fileIdInUse", text)
    mime_type = media_type(call.body.get("mimeType", ""), call.media, name)
    made = _made(call, name, mime_type, parents, file_id)
    if made.mime_type == SHORTCUT:
        _point(call, made)
    if call.media is not None:
        put(call, made, call.media)
    elif made.content is not None:
        remember(call.world, made, call.user)
    return made


def media_type(asked: str, media: Media | None, name: str) -> str:
    """The type of a new file: as asked, as sent, as its name ends."""
    if asked:
        return asked
    sent = media.type.partition(";")[0].strip() if media else ""
    if sent and sent != _PLAIN:
        return sent
    return mimetypes.guess_type(name)[0] or _PLAIN


def _made(call: Call, name: str, mime_type: str, parents: list[str], file_id: str) -> DriveFile:
    world, user = call.world, call.user
    if mime_type == SPREADSHEET:
        made = spreadsheets.new_spreadsheet(world, name, user, parents=parents)
    elif mime_type == DOCUMENT:
        made = new_document(world, name, user, parents=parents)
    elif mime_type == FORM:
        made = new_form(world, name, user, parents=parents)
    else:
        content = None if mime_type.startswith(_GOOGLE) else b""
        made = world.add_file(
            name, mime_type, owner=user, content=content, parents=parents, file_id=file_id
        )
    made.drive_id = drive_of(world, parents)
    if made.drive_id:
        made.permissions = []
    return made


def folders(call: Call, given: list[str] | None) -> list[str]:
    """The parent of a new file: the one given, or the caller's My Drive. Raises ApiError."""
    if not given:
        return [root_id_of(call.user)]
    if len(given) > 1:
        text = "A file cannot be created with multiple parents."
        raise ApiError(403, "teamDrivesParentLimit", text)
    folder = drive_file(call, file_id=given[0])
    if not call.world.may(call.user, folder, "writer"):
        raise ApiError(
            403,
            "insufficientFilePermissions",
            "The user does not have sufficient permissions for this file.",
        )
    if folder.mime_type != FOLDER:
        text = "The specified parent is not a folder."
        raise ApiError(403, "parentNotAFolder", text, location="parents")
    return [folder.id]


def drive_of(world: World, parents: list[str]) -> str:
    """The shared drive that a file lies in with these parents, or ''."""
    found = (world.files[one].drive_id for one in parents if one in world.files)
    return next(found, "")


def _point(call: Call, file: DriveFile) -> None:
    """Checks where a shortcut points. Raises ApiError."""
    target_id = call.body.get("shortcutDetails", {}).get("targetId", "")
    target = call.world.files.get(target_id)
    if target is None or is_root(target):
        del call.world.files[file.id]
        raise ApiError(404, "notFound", f"File not found: {target_id}.", location="shortcutDetails")
    details = {"targetId": target.id, "targetMimeType": target.mime_type}
    file.extra["shortcutDetails"] = details


def put(call: Call, file: DriveFile, media: Media) -> None:
    """New content for a file, converted when it is of a Docs editor. Raises ApiError."""
    sent = media.type.partition(";")[0].strip()
    if sent in ("", _PLAIN):
        sent = mimetypes.guess_type(file.name)[0] or _PLAIN
    if file.mime_type in EDITORS:
        if file.mime_type not in IMPORTS.get(sent, ()):
            raise ApiError(400, "badRequest", "Bad Request", location="mimeType")
        _convert(call, file, sent, media.content)
    elif file.content is None:
        raise ApiError(400, "badRequest", "Bad Request")
    else:
        file.content = media.content
        remember(call.world, file, call.user)


def _convert(call: Call, file: DriveFile, sent: str, content: bytes) -> None:
    if file.mime_type == SPREADSHEET:
        try:
            spreadsheets.fill(file, _tables(file.name, sent, content), call.now)
        except (ValueError, KeyError, OSError) as error:
            raise invalid("media", "The uploaded file could not be converted.") from error
        return
    document: Document = file.document
    text = content.decode("utf-8-sig", "replace")
    after = document.copied()
    fill(after, text_of_html(text) if sent == HTML else text, markdown=sent == MARKDOWN)
    file.document = document.succeeded(after)


def _tables(name: str, sent: str, content: bytes) -> list[spreadsheets.Table]:
    if sent == XLSX:
        return spreadsheets.xlsx_tables(content)
    title = name.rpartition(".")[0] or name
    return [spreadsheets.csv_table(content, "\t" if sent == TSV else ",", title[:100])]


def remember(world: World, file: DriveFile, user: str) -> None:
    """Keeps the present content of a blob as its newest revision."""
    revisions = held(world).revisions.setdefault(file.id, [])
    revisions.append(
        {
            "id": f"0B{world.new_id(40)}",
            "mimeType": file.mime_type,
            "modifiedTime": stamp(world.now()),
            "user": user,
            "name": file.name,
            "content": file.content or b"",
            "keepForever": False,
        }
    )
