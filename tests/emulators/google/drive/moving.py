"""From folder to folder: addParents and removeParents of `files.update`."""

from tests.emulators.google.calls import Call
from tests.emulators.google.drive.access import drive_file
from tests.emulators.google.drive.making import drive_of, folders
from tests.emulators.google.drive.sharing import access_changes
from tests.emulators.google.drive.trees import below, parents_of
from tests.emulators.google.errors import ApiError
from tests.emulators.google.world import DriveFile


def moves(call: Call) -> bool:
    """Whether the call moves the file."""
    return bool(call.query.get("addParents") or call.query.get("removeParents"))


def move(call: Call, file: DriveFile) -> None:
    """addParents and removeParents: a file lies in one folder. Raises ApiError."""
    if not moves(call):
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
    with access_changes(call, file, only_where=True):
        file.parents = parents
        drive = drive_of(call.world, parents)
        if drive != file.drive_id:
            for one in below(call.world, file):
                one.drive_id = drive
                one.permissions = [p for p in one.permissions if not (drive and p.role == "owner")]
