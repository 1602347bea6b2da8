"""Finding a file for somebody, or refusing as the service in question refuses."""

from datetime import UTC, datetime

from tests.emulators.google.calls import Call
from tests.emulators.google.drive.roots import my_drive
from tests.emulators.google.errors import ApiError
from tests.emulators.google.world import DOCUMENT, FORM, DriveFile


def editors_file(call: Call, file_id: str, mime_type: str, role: str = "reader") -> DriveFile:
    """A document or form for a caller of Docs or Forms.

    Raises ApiError in those services' words.
    """
    file = call.world.files.get(file_id)
    if file is None:
        raise ApiError(404, "NOT_FOUND", "Requested entity was not found.")
    if not call.world.may(call.user, file, role):
        raise ApiError(403, "PERMISSION_DENIED", "The caller does not have permission")
    if file.mime_type != mime_type:
        if mime_type in (DOCUMENT, FORM) and file.document is None:
            raise ApiError(404, "NOT_FOUND", "Requested entity was not found.")
        text = "This operation is not supported for this document"
        raise ApiError(400, "FAILED_PRECONDITION", text)
    return file


def drive_file(call: Call, role: str = "reader", *, file_id: str = "") -> DriveFile:
    """The file of the path for a caller of Drive; `root` is the caller's My Drive.

    Raises ApiError: 404 when there is none or the caller may not know of it, 403 when the caller
    may see it and not do this.
    """
    world, wanted = call.world, file_id or call.path["fileId"]
    file = my_drive(world, call.user) if wanted == "root" else world.files.get(wanted)
    if file is None or not world.may(call.user, file) or not _asked_for(call, file):
        raise file_not_found(wanted)
    if not world.may(call.user, file, role):
        raise insufficient(file)
    return file


def _asked_for(call: Call, file: DriveFile) -> bool:
    """A file of a shared drive is there only for callers that say they can deal with it."""
    knows = call.query.get("supportsAllDrives") or call.query.get("supportsTeamDrives")
    limited = call.method.startswith(("drive.files.", "drive.permissions."))
    limited = limited and not call.method.endswith(("export", "download"))
    return bool(knows) or not file.drive_id or not limited


def file_not_found(file_id: str) -> ApiError:
    """404 in Drive's words."""
    text = f"File not found: {file_id}."
    return ApiError(404, "notFound", text, location="fileId", location_type="parameter")


def insufficient(file: DriveFile) -> ApiError:
    """403: the file may be seen, and not changed in this way."""
    text = f"The user does not have sufficient permissions for file {file.id}."
    return ApiError(403, "insufficientFilePermissions", text)


def invalid(location: str, message: str = "Invalid Value") -> ApiError:
    """400: a parameter's value cannot be read."""
    return ApiError(400, "invalid", message, location=location, location_type="parameter")


def moment(text: str, name: str) -> datetime:
    """A time of RFC 3339, in UTC where it names no zone. Raises ApiError."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid(name) from error
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def required(message: str, location: str = "") -> ApiError:
    """400: something has to be said."""
    return ApiError(400, "required", message, location=location or None)
