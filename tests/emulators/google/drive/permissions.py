"""Drive v3: permissions of files, folders and shared drives."""

from typing import Any

from tests.emulators.google.calls import Call, method
from tests.emulators.google.drive.access import drive_file, insufficient, invalid, moment, required
from tests.emulators.google.drive.holding import held
from tests.emulators.google.drive.paging import page
from tests.emulators.google.drive.resource import all_permissions, permission_resource, shown
from tests.emulators.google.drive.roots import root_id_of
from tests.emulators.google.drive.sharing import access_changes
from tests.emulators.google.errors import ApiError
from tests.emulators.google.state import stamp
from tests.emulators.google.world import ROLES, DriveFile, Permission

Json = dict[str, Any]
_USUAL = ("kind", "id", "type", "role")
_TYPES = ("user", "group", "domain", "anyone")
_KEPT = ("allowFileDiscovery", "view")
_USUAL_PAGE = 100


@method("drive.permissions.list")
def list_permissions(call: Call) -> Json:
    """Who may do what with a file, for those who may share it."""
    file = drive_file(call)
    if not call.world.may(call.user, file, "writer"):
        raise insufficient(file)
    permissions = all_permissions(call.world, file)
    chosen, token = page(permissions, call.query, _USUAL_PAGE, about=file.id)
    listed = [shown(call, permission_resource(call.world, one), _USUAL) for one in chosen]
    found: Json = {"kind": "drive#permissionList", "permissions": listed}
    return {**found, "nextPageToken": token} if token else found


@method("drive.permissions.get")
def get(call: Call) -> Json:
    """One permission."""
    file = drive_file(call)
    one = _permission(call, file)
    if not one.covers(call.user) and not call.world.may(call.user, file, "writer"):
        raise insufficient(file)
    return shown(call, permission_resource(call.world, one), _USUAL)


def _permission(call: Call, file: DriveFile) -> Permission:
    wanted = call.path["permissionId"]
    for one in all_permissions(call.world, file):
        if wanted in (one.id, "me" if one.covers(call.user) else one.id):
            return one
    text = f"Permission not found: {wanted}."
    raise ApiError(404, "notFound", text, location="permissionId")


@method("drive.permissions.create")
def create(call: Call) -> Json:
    """A file, or a folder with all in it, is shared."""
    file = drive_file(call)
    _check_sharer(call, file)
    made = _asked(call)
    _set(call, made)
    transfers = made.role == "owner" and made.email.lower() != file.owner.lower()
    if transfers:
        _check_transfer(call, file, made.type)
    with access_changes(call, file):
        one = _granted(file, made)
        if transfers:
            _transfer(call, file, one)
    _notify(call, file, one)
    return shown(call, permission_resource(call.world, one), _USUAL)


def _asked(call: Call) -> Permission:
    """The permission that the body describes. Raises ApiError for what is missing or wrong."""
    body = call.body
    kind, role = body.get("type", ""), body.get("role", "")
    if not kind:
        raise required("The permission type field is required.", "permission.type")
    if not role:
        raise required("The permission role field is required.", "permission.role")
    if kind not in _TYPES:
        raise invalid("permission.type", "The specified permission type is invalid.")
    if role not in ROLES:
        raise invalid("permission.role", "The specified permission role is invalid.")
    email, domain = body.get("emailAddress", ""), body.get("domain", "")
    if kind in ("user", "group") and "@" not in email:
        text = (
            "The specified emailAddress is invalid or not applicable for the given permission type."
        )
        raise invalid("permission.emailAddress", text)
    if kind == "domain" and not domain:
        text = "The specified domain is invalid or not applicable for the given permission type."
        raise invalid("permission.domain", text)
    if kind in ("anyone", "domain") and role in ("owner", "organizer", "fileOrganizer"):
        raise _bad_sharing("The specified permission role is not applicable for the given type.")
    extra = {key: body[key] for key in _KEPT if key in body}
    name = {"anyone": "anyone" if extra.get("allowFileDiscovery") else "anyoneWithLink"}.get(kind)
    name = name or call.world.permission_id(email or domain)
    given = {"email": email if kind in ("user", "group") else ""}
    given["domain"] = domain if kind == "domain" else ""
    return Permission(name, kind, role, extra=extra, **given)


def _bad_sharing(message: str) -> ApiError:
    return ApiError(400, "invalidSharingRequest", message)


def _granted(file: DriveFile, made: Permission) -> Permission:
    """Adds a permission; somebody who has one already gets the new role when it is stronger."""
    for one in file.permissions:
        if one.id == made.id:
            if ROLES.index(made.role) > ROLES.index(one.role):
                one.role = made.role
            one.extra |= made.extra
            return one
    file.permissions.append(made)
    return made


def _check_sharer(call: Call, file: DriveFile) -> None:
    """Writers may share unless the owner has said no. Raises ApiError."""
    role = "writer" if file.extra.get("writersCanShare", True) else "owner"
    if not call.world.may(call.user, file, role):
        raise insufficient(file)


def _check_transfer(call: Call, file: DriveFile, kind: str) -> None:
    if not call.query.get("transferOwnership"):
        text = (
            "The transferOwnership parameter must be enabled when the permission role is 'owner'."
        )
        raise ApiError(403, "forbidden", text, location="transferOwnership")
    if kind != "user" or file.drive_id:
        raise _bad_sharing("Ownership can only be transferred to a user.")
    if file.owner.lower() != call.user.lower():
        raise insufficient(file)


def _transfer(call: Call, file: DriveFile, to: Permission) -> None:
    """The file has a new owner; the one before stays as a writer."""
    before = file.owner
    for one in file.permissions:
        if one.role == "owner" and one is not to:
            one.role = "writer"
            before = one.email
    to.role = "owner"
    if file.parents == [root_id_of(before)]:
        file.parents = [root_id_of(to.email)]


def _notify(call: Call, file: DriveFile, one: Permission) -> None:
    wanted = call.query.get("sendNotificationEmail", True) or one.role == "owner"
    if wanted and one.type in ("user", "group"):
        message = call.query.get("emailMessage", "")
        held(call.world).notified.append({"to": one.email, "file": file.id, "message": message})


@method("drive.permissions.update")
def update(call: Call) -> Json:
    """Another role, a new owner, or when the permission ends."""
    file = drive_file(call)
    _check_sharer(call, file)
    one, role = _own(call, file), call.body.get("role", "")
    if role and role not in ROLES:
        raise invalid("permission.role", "The specified permission role is invalid.")
    if role == "owner" and one.role != "owner":
        _check_transfer(call, file, one.type)
    if role != "owner" and one.role == "owner":
        raise insufficient(file)
    with access_changes(call, file):
        if role == "owner":
            _transfer(call, file, one)
        one.role = role or one.role
        _set(call, one)
    return shown(call, permission_resource(call.world, one), _USUAL)


def _set(call: Call, one: Permission) -> None:
    """When a permission ends. Raises ApiError for a time that is none or is over."""
    if call.query.get("removeExpiration"):
        one.extra.pop("expirationTime", None)
    text = call.body.get("expirationTime")
    if not text:
        return
    ends = moment(text, "permission.expirationTime")
    if ends <= call.now:
        raise ApiError(403, "expirationDateNotInFuture", "Expiration dates must be in the future.")
    one.extra["expirationTime"] = stamp(ends)


def _own(call: Call, file: DriveFile) -> Permission:
    """A permission of this very file. Raises ApiError for one that comes from a folder."""
    one = _permission(call, file)
    if one not in file.permissions:
        text = "Cannot change or delete an inherited permission."
        raise ApiError(403, "cannotModifyInheritedPermission", text)
    return one


@method("drive.permissions.delete")
def delete(call: Call) -> None:
    """Somebody loses the file; each may leave by themselves."""
    file = drive_file(call)
    one = _permission(call, file)
    if not one.email or one.email.lower() != call.user.lower():
        _check_sharer(call, file)
    one = _own(call, file)
    if one.role == "owner":
        raise ApiError(403, "cannotRemoveOwner", "The owner of a file cannot be removed.")
    with access_changes(call, file):
        file.permissions.remove(one)
