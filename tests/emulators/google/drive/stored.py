"""Plain files, folders and shared drives in the data file and in /_state."""

import base64
from typing import Any

from tests.emulators.google.calls import dumps, loads
from tests.emulators.google.drive.making import remember
from tests.emulators.google.drive.roots import is_root
from tests.emulators.google.state import dump_file, load_file
from tests.emulators.google.world import FOLDER, DriveFile, Permission, World

Json = dict[str, Any]
DRIVE = "drive"  # as `mimeType` of an entry: a shared drive
_TEXT = "text/plain"


@loads("files")
def load(world: World, entries: list[Json]) -> None:
    """Each entry has `name`, `mimeType`, and `text` or `base64` for its content; a folder has
    neither; `"mimeType": "drive"` makes a shared drive."""
    for entry in entries:
        if entry.get("mimeType") == DRIVE:
            _load_drive(world, entry)
            continue
        has_content = "text" in entry or "base64" in entry
        kind = entry.get("mimeType", _TEXT if has_content else FOLDER)
        file = load_file(world, entry, kind)
        _drop_owner(file)
        if has_content or not kind.startswith("application/vnd.google-apps."):
            file.content = _content(entry)
            remember(world, file, file.last_modified_by)


def _drop_owner(file: DriveFile) -> None:
    if file.drive_id:
        file.permissions = [one for one in file.permissions if one.role != "owner"]


def _content(entry: Json) -> bytes:
    if "base64" in entry:
        return base64.b64decode(entry["base64"])
    return str(entry.get("text", "")).encode()


def _load_drive(world: World, entry: Json) -> None:
    """Without permissions of its own it is organized by its owner, or by the default user."""
    made = load_file(world, entry, FOLDER)
    made.drive_id = made.id
    made.permissions = [one for one in made.permissions if one.role != "owner"]
    if not made.permissions:
        who = entry.get("owner") or world.default_user
        made.permissions = [Permission(world.permission_id(who), "user", "organizer", who)]


@dumps("files")
def dump(world: World) -> list[Json]:
    """Everything that is no Docs editors file; My Drives are there anyway."""
    return [
        _dumped(file)
        for file in world.files.values()
        if file.document is None and not is_root(file)
    ]


def _dumped(file: DriveFile) -> Json:
    found = dump_file(file)
    if file.id == file.drive_id:
        return {**found, "mimeType": DRIVE}
    if file.content is None:
        return found
    try:
        text = file.content.decode()
    except UnicodeDecodeError:
        return {**found, "base64": base64.b64encode(file.content).decode()}
    return {**found, "text": text}
