"""The data file and /_state: the world as JSON, read and written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.emulators.google.calls import DUMPERS, LOADERS
from tests.emulators.google.world import DriveFile, Permission, User, World


class BadData(ValueError):
    """The data file is not one; the text says where and why."""


def load_data(world: World, data: Mapping[str, Any]) -> None:
    """Fill a world; raises BadData for a key that nothing reads."""
    unknown = {*data} - {"users", "auth", "changes"} - {*LOADERS}
    if unknown:
        raise BadData(f"unknown in the data: {', '.join(sorted(unknown))}")
    world.strict = data.get("auth") == "strict"
    for one in data.get("users", ()):
        _load_user(world, {"email": one} if isinstance(one, str) else one)
    world.user(world.default_user)
    for key in _in_order(data):
        LOADERS[key](world, data[key])


def _in_order(data: Mapping[str, Any]) -> list[str]:
    """Plain files, among them folders, come before what lies in them."""
    return sorted((key for key in data if key in LOADERS), key=lambda key: (key != "files", key))


def _load_user(world: World, one: Mapping[str, Any]) -> None:
    known = {"email", "name", "refreshToken"}
    extra = {key: value for key, value in one.items() if key not in known}
    email = one["email"]
    name = one.get("name", email.split("@")[0])
    world.users[email] = User(email, name, one.get("refreshToken", ""), extra)


def dump_data(world: World) -> dict[str, Any]:
    """The world in the form that `load_data` reads."""
    held: dict[str, Any] = {"users": [_dump_user(one) for one in world.users.values()]}
    if world.strict:
        held["auth"] = "strict"
    for key, dump in sorted(DUMPERS.items()):
        found = dump(world)
        if found:
            held[key] = found
    return held


def _dump_user(user: User) -> dict[str, Any]:
    found = {"email": user.email, "name": user.name, **user.extra}
    return found | ({"refreshToken": user.refresh_token} if user.refresh_token else {})


# what every kind of file has ---------------------------------------------------------------------

FILE_KEYS = frozenset(
    {"id", "title", "name", "owner", "permissions", "parents", "trashed", "createdTime"}
    | {"modifiedTime", "version", "lastModifiedBy", "driveId", "mimeType", "file"}
)


def load_file(
    world: World, entry: Mapping[str, Any], mime_type: str, *, document: Any = None
) -> DriveFile:
    """The file of a data entry: id, title or name, owner, permissions, parents, times."""
    owner = entry.get("owner") or world.default_user
    world.user(owner)
    file = world.add_file(
        entry.get("title", entry.get("name", "Untitled")),
        mime_type,
        owner=owner,
        document=document,
        parents=entry.get("parents"),
        file_id=entry.get("id", ""),
    )
    file.created = _time(entry.get("createdTime"), file.created)
    file.modified = _time(entry.get("modifiedTime"), file.modified)
    file.trashed = entry.get("trashed", False)
    file.version = entry.get("version", file.version)
    file.drive_id = entry.get("driveId", "")
    file.last_modified_by = entry.get("lastModifiedBy", owner)
    file.extra = dict(entry.get("file", {}))
    given = [_permission(world, one) for one in entry.get("permissions", ())]
    if any(one.role == "owner" for one in given) or entry.get("driveId"):
        file.permissions = []
    file.permissions += given
    return file


def dump_file(file: DriveFile) -> dict[str, Any]:
    """The entry that `load_file` reads."""
    found: dict[str, Any] = {
        "id": file.id,
        "title": file.name,
        "mimeType": file.mime_type,
        "owner": file.owner,
        "permissions": [_dump_permission(one) for one in file.permissions],
        "createdTime": stamp(file.created),
        "modifiedTime": stamp(file.modified),
        "version": file.version,
        "lastModifiedBy": file.last_modified_by,
    }
    optional = {
        "parents": file.parents,
        "trashed": file.trashed,
        "driveId": file.drive_id,
        "file": file.extra,
    }
    return found | {key: value for key, value in optional.items() if value}


def _permission(world: World, one: Mapping[str, Any]) -> Permission:
    email, domain = one.get("emailAddress", ""), one.get("domain", "")
    kind = one.get("type", "user" if email else "domain" if domain else "anyone")
    known = {"id", "type", "role", "emailAddress", "domain"}
    extra = {key: value for key, value in one.items() if key not in known}
    name = {"anyone": "anyoneWithLink"}.get(kind) or world.permission_id(email or domain)
    return Permission(one.get("id", name), kind, one.get("role", "reader"), email, domain, extra)


def _dump_permission(one: Permission) -> dict[str, Any]:
    found = {"id": one.id, "type": one.type, "role": one.role}
    if one.email:
        found["emailAddress"] = one.email
    if one.domain:
        found["domain"] = one.domain
    return {**found, **one.extra}


def _time(text: str | None, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC) if text else otherwise


def stamp(time: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, as Drive writes times."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
