"""Finding a file for somebody, or refusing as the service in question refuses."""

from tests.emulators.google.calls import Call
from tests.emulators.google.errors import ApiError
from tests.emulators.google.world import DOCUMENT, FORM, DriveFile


def editors_file(call: Call, file_id: str, mime_type: str, role: str = "reader") -> DriveFile:
    """A document or form for a caller of Docs or Forms. Raises ApiError in those services' words."""
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


def drive_file(call: Call, file_id: str, role: str = "reader") -> DriveFile:
    """A file for a caller of Drive; `root` is the caller's My Drive.

    Raises ApiError: 404 when there is none or the caller may not know of it, 403 when the caller
    may see it and not do this.
    """
    world = call.world
    file = world.files.get(root_id(call, call.user) if file_id == "root" else file_id)
    if file is None or not world.may(call.user, file):
        raise file_not_found(file_id)
    if not world.may(call.user, file, role):
        raise insufficient(file)
    return file


def file_not_found(file_id: str) -> ApiError:
    """404 in Drive's words."""
    text = f"File not found: {file_id}."
    return ApiError(404, "notFound", text, location="fileId", location_type="parameter")


def insufficient(file: DriveFile) -> ApiError:
    """403: the file may be seen and not changed in this way."""
    text = "The user does not have sufficient permissions for this file."
    if file.drive_id:
        text = "The user does not have sufficient permissions for this shared drive."
    return ApiError(403, "insufficientFilePermissions", text)


def root_id(call: Call, user: str) -> str:
    """The id of a user's My Drive, which is made when it is first asked for."""
    from tests.emulators.google.drive.roots import my_drive

    return my_drive(call.world, user).id
