"""Drive v3: the log of changes, as each user may see it.

A page token is a place in the log and does not expire. Between a token and the end of the log a
file has one entry, at its latest change and in its present state.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.emulators.google.calls import Call, loads, method
from tests.emulators.google.drive.access import invalid, required
from tests.emulators.google.drive.holding import held
from tests.emulators.google.drive.resource import USUAL, file_resource, shown
from tests.emulators.google.drive.trees import in_my_drive, is_listed
from tests.emulators.google.errors import ApiError
from tests.emulators.google.state import stamp
from tests.emulators.google.world import Change, DriveFile, World

Json = dict[str, Any]
_USUAL_PAGE = 100
_USUAL = ("kind", "removed", "file", "fileId", "time", "type", "changeType")
_USUAL_DRIVE = ("kind", "removed", "drive", "driveId", "time", "type", "changeType")


@loads("changes")
def load(world: World, settings: Json) -> None:
    """`{"lag": 60}`: so many seconds pass until a change is in the log for readers."""
    held(world).lag = float(settings.get("lag", 0))


def visible_end(world: World) -> int:
    """How many lines of the log can be read now: those that are older than the lag."""
    until = world.now() - timedelta(seconds=held(world).lag)
    lines = len(world.changes)
    while lines and held(world).lag and world.changes[lines - 1].time > until:
        lines -= 1
    return lines


@method("drive.changes.getStartPageToken")
def start(call: Call) -> Json:
    """The place behind the last readable line of the log."""
    _check_drive(call)
    token = str(visible_end(call.world) + 1)
    return {"kind": "drive#startPageToken", "startPageToken": token}


def _check_drive(call: Call) -> str:
    drive = str(call.query.get("driveId", "") or call.query.get("teamDriveId", ""))
    found = call.world.files.get(drive)
    if drive and (found is None or not call.world.may(call.user, found)):
        raise ApiError(404, "notFound", f"Shared drive not found: {drive}", location="driveId")
    if drive and not (call.query.get("supportsAllDrives") or call.query.get("supportsTeamDrives")):
        text = "The supportsAllDrives parameter must be set to true when driveId is given."
        raise ApiError(403, "teamDrivesNotSupported", text, location="supportsAllDrives")
    return drive


@dataclass(frozen=True)
class Entry:
    """One file of a window: its latest change there, and the file as it is, unless it is gone."""

    change: Change
    file: DriveFile | None


def entries(call: Call, first: int, drive: str) -> Iterator[Entry]:
    """The entries from a line of the log to its readable end, by their latest change."""
    lines = call.world.changes[first - 1 : visible_end(call.world)]
    latest = {change.file_id: change for change in lines}
    lost = {change.file_id for change in lines if _includes(change.removed_for, call.user)}
    for change in sorted(latest.values(), key=lambda one: one.number):
        file = call.world.files.get(change.file_id)
        if file is not None and is_listed(call.world, file, call.user):
            if _wanted(call, file, drive):
                yield Entry(change, file)
        elif change.file_id in lost and _tells_removed(call, change, drive):
            yield Entry(change, None)


def _includes(removed_for: tuple[str, ...], user: str) -> bool:
    return "*" in removed_for or user in removed_for


def _wanted(call: Call, file: DriveFile, drive: str) -> bool:
    """Whether the parameters leave this file in."""
    if drive:
        return file.drive_id == drive
    query = call.query
    everywhere = query.get("includeItemsFromAllDrives") or query.get("includeTeamDriveItems")
    if file.drive_id and not everywhere:
        return False
    return not query.get("restrictToMyDrive") or in_my_drive(call.world, file, call.user)


def _tells_removed(call: Call, change: Change, drive: str) -> bool:
    return bool(call.query.get("includeRemoved", True)) and change.drive_id == drive


@method("drive.changes.list")
def list_changes(call: Call) -> Json:
    """A page of the window that begins at a token."""
    drive = _check_drive(call)
    first = _place(call)
    size = call.query.get("pageSize", _USUAL_PAGE)
    found = list(entries(call, first, drive))
    chosen = found[:size]
    listed = [_entry(call, one) for one in chosen]
    answer: Json = {"kind": "drive#changeList", "changes": listed}
    if len(found) > size:
        return {**answer, "nextPageToken": str(chosen[-1].change.number + 1)}
    end = max(first, visible_end(call.world) + 1)
    return {**answer, "newStartPageToken": str(end)}


def _place(call: Call) -> int:
    """The line of the log that the token names. Raises ApiError."""
    token = call.query.get("pageToken", "")
    if not token:
        raise required("Required parameter: pageToken", "pageToken")
    if not token.isdecimal() or not 1 <= int(token) <= len(call.world.changes) + 1:
        raise invalid("pageToken")
    return int(token)


def _entry(call: Call, entry: Entry) -> Json:
    change, file = entry.change, entry.file
    kind = "drive" if change.file_id == change.drive_id else "file"
    found: Json = {
        "kind": "drive#change",
        "type": kind,
        "changeType": kind,
        "time": stamp(change.time),
        "removed": file is None,
        f"{kind}Id": change.file_id,
    }
    if file is not None:
        found["file"] = shown(call, file_resource(call, file), USUAL)
    return shown(call, found, _USUAL if kind == "file" else _USUAL_DRIVE)
