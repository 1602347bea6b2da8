"""A file as the `File` resource of Drive shows it to somebody."""

import hashlib
from datetime import datetime
from typing import Any

from tests.emulators.google.calls import Call
from tests.emulators.google.drive.formats import EXPORTS, size_of
from tests.emulators.google.drive.holding import held
from tests.emulators.google.drive.roots import is_root, root_id_of
from tests.emulators.google.drive.trees import is_trashed, parents_of
from tests.emulators.google.state import stamp
from tests.emulators.google.world import (
    DOCUMENT,
    FOLDER,
    FORM,
    ROLES,
    SPREADSHEET,
    DriveFile,
    Permission,
    World,
)

Json = dict[str, Any]
SHORTCUT = "application/vnd.google-apps.shortcut"
# What an answer holds when the caller gives no `fields`.
USUAL = ("kind", "id", "name", "mimeType")
_VIEWERS = {
    SPREADSHEET: "https://docs.google.com/spreadsheets/d/{}/edit?usp=drivesdk",
    DOCUMENT: "https://docs.google.com/document/d/{}/edit?usp=drivesdk",
    FORM: "https://docs.google.com/forms/d/{}/edit?usp=drivesdk",
    FOLDER: "https://drive.google.com/drive/folders/{}",
}


def shown(call: Call, resource: Json, usual: tuple[str, ...] = USUAL) -> Json:
    """All of a resource when the caller named fields, else what the service gives unasked."""
    if call.names_fields:
        return resource
    return {key: value for key, value in resource.items() if key in usual}


def user_resource(world: World, email: str, me: str) -> Json:
    """A person as Drive shows them."""
    return {
        "kind": "drive#user",
        "displayName": world.user(email).name or email.split("@")[0],
        "me": email.lower() == me.lower(),
        "permissionId": world.permission_id(email),
        "emailAddress": email,
    }


def file_resource(call: Call, file: DriveFile) -> Json:
    """The whole resource, as this caller sees it."""
    found: Json = {
        "kind": "drive#file",
        "id": file.id,
        "name": file.name,
        "mimeType": file.mime_type,
        "starred": (call.user, file.id) in held(call.world).stars,
        "trashed": is_trashed(call.world, file),
        "explicitlyTrashed": file.trashed,
        "spaces": ["drive"],
        "version": str(file.version),
        "createdTime": stamp(file.created),
        "modifiedTime": stamp(file.modified),
        "hasThumbnail": False,
        "thumbnailVersion": "0",
        "isAppAuthorized": True,
        "writersCanShare": True,
        "copyRequiresWriterPermission": False,
        "viewersCanCopyContent": True,
        "quotaBytesUsed": str(size_of(file)),
        "webViewLink": _link(file),
        "iconLink": f"https://drive-thirdparty.googleusercontent.com/16/type/{file.mime_type}",
    }
    found |= file.extra
    found |= _place(call, file) | _people(call, file) | _content(call, file)
    return found


def _link(file: DriveFile) -> str:
    viewer = _VIEWERS.get(file.mime_type, "https://drive.google.com/file/d/{}/view?usp=drivesdk")
    return viewer.format(file.id)


def _place(call: Call, file: DriveFile) -> Json:
    """Where it lies: only folders that the caller can see."""
    files, root = call.world.files, root_id_of(call.user)
    seen = [
        one
        for one in parents_of(file)
        if one == root or (one in files and call.world.may(call.user, files[one]))
    ]
    found: Json = {"parents": seen} if seen else {}
    if file.drive_id:
        found |= {"driveId": file.drive_id, "teamDriveId": file.drive_id}
    return found


def _people(call: Call, file: DriveFile) -> Json:
    world, user = call.world, call.user
    mine = file.last_modified_by.lower() == user.lower()
    found: Json = {"modifiedByMe": mine, "capabilities": capabilities(world, file, user)}
    if file.last_modified_by:
        found["lastModifyingUser"] = user_resource(world, file.last_modified_by, user)
    if mine:
        found["modifiedByMeTime"] = stamp(file.modified)
    viewed = held(world).viewed.get((user, file.id))
    found["viewedByMe"] = viewed is not None
    if viewed:
        found["viewedByMeTime"] = stamp(viewed)
    if world.may(user, file, "writer"):
        permissions = all_permissions(world, file)
        found["permissions"] = [permission_resource(world, one) for one in permissions]
        found["permissionIds"] = [one.id for one in permissions]
    return found | _sharing(call, file)


def _sharing(call: Call, file: DriveFile) -> Json:
    """Owners, and how the caller came by the file; shared drives have neither."""
    if file.drive_id:
        return {}
    world, user = call.world, call.user
    found: Json = {
        "owners": [user_resource(world, file.owner, user)] if file.owner else [],
        "ownedByMe": file.owner.lower() == user.lower(),
        "shared": len(all_permissions(world, file)) > 1,
    }
    when = shared_with_me(world, file, user)
    if when:
        found["sharedWithMeTime"] = stamp(when)
        by = held(world).shared.get((user, file.id), (when, file.owner))[1]
        found["sharingUser"] = user_resource(world, by, user)
    return found


def shared_with_me(world: World, file: DriveFile, user: str) -> datetime | None:
    """When a file was shared with a user by name; None for one's own and for links."""
    by_name = (one for one in file.permissions if one.type in ("user", "group"))
    if not any(one.role != "owner" and one.covers(user) for one in by_name):
        return None
    return held(world).shared.get((user, file.id), (file.created, file.owner))[0]


def all_permissions(world: World, file: DriveFile) -> list[Permission]:
    """The permissions that hold for a file, inherited ones with it: one for each grantee, the
    strongest.
    """
    found: dict[str, Permission] = {}
    for one in world.permissions_on(file):
        if is_owner_above(file, one):
            continue
        had = found.get(one.id)
        if had is None or ROLES.index(one.role) > ROLES.index(had.role):
            found[one.id] = one
    return list(found.values())


def is_owner_above(file: DriveFile, one: Permission) -> bool:
    """Whether a permission is a folder's owner, which owns not what others put into it."""
    return one.role == "owner" and one not in file.permissions


def permission_resource(world: World, one: Permission) -> Json:
    """A permission as Drive shows it."""
    found: Json = {"kind": "drive#permission", "id": one.id, "type": one.type, "role": one.role}
    if one.type in ("user", "group"):
        name = world.user(one.email).name if one.type == "user" else one.email.split("@")[0]
        found |= {"emailAddress": one.email, "displayName": name or one.email}
        found |= {"deleted": False, "pendingOwner": False}
    elif one.type == "domain":
        found |= {"domain": one.domain, "displayName": one.domain, "allowFileDiscovery": False}
    else:
        found["allowFileDiscovery"] = False
    return found | one.extra


def _content(call: Call, file: DriveFile) -> Json:
    """Of a blob its size, sums and links; of an editors file the links for export."""
    if file.content is None:
        links = {
            kind: f"{call.address}/drive/v3/files/{file.id}/export?mimeType={kind}"
            for kind in EXPORTS.get(file.mime_type, ())
        }
        size = {} if file.mime_type in (FOLDER, SHORTCUT) else {"size": str(size_of(file))}
        return {**size, "exportLinks": links} if links else size
    extension = file.name.rpartition(".")[2] if "." in file.name else ""
    revisions = held(call.world).revisions.get(file.id)
    return {
        "size": str(len(file.content)),
        "md5Checksum": hashlib.md5(file.content, usedforsecurity=False).hexdigest(),
        "sha1Checksum": hashlib.sha1(file.content, usedforsecurity=False).hexdigest(),
        "sha256Checksum": hashlib.sha256(file.content).hexdigest(),
        "originalFilename": file.extra.get("originalFilename", file.name),
        "fileExtension": extension,
        "fullFileExtension": extension,
        "headRevisionId": revisions[-1]["id"] if revisions else f"0B{file.id[:20]}{file.version}",
        "webContentLink": f"https://drive.google.com/uc?id={file.id}&export=download",
    }


def capabilities(world: World, file: DriveFile, user: str) -> Json:
    """What the caller may do with the file."""
    role = world.role(user, file)
    rank = ROLES.index(role) if role else -1
    reads, writes = rank >= 0, rank >= ROLES.index("writer")
    owns = role == "owner" or rank >= ROLES.index("fileOrganizer")
    folder = file.mime_type == FOLDER
    return {
        "canEdit": writes,
        "canRename": writes,
        "canComment": rank >= ROLES.index("commenter"),
        "canShare": writes,
        "canCopy": reads and not folder,
        "canDownload": reads,
        "canReadRevisions": writes,
        "canModifyContent": writes,
        "canListChildren": folder and reads,
        "canAddChildren": folder and writes,
        "canRemoveChildren": folder and writes,
        "canDelete": owns and not is_root(file),
        "canTrash": owns and not is_root(file),
        "canUntrash": owns,
        "canChangeCopyRequiresWriterPermission": writes,
    }
