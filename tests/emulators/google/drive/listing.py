"""`files.list`: which files, in which order."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.emulators.google.calls import Call, method
from tests.emulators.google.docs.document import BODY, Document
from tests.emulators.google.docs.tape import text_of
from tests.emulators.google.drive import spreadsheets
from tests.emulators.google.drive.access import invalid
from tests.emulators.google.drive.formats import size_of
from tests.emulators.google.drive.holding import held
from tests.emulators.google.drive.matching import QueryError
from tests.emulators.google.drive.paging import page
from tests.emulators.google.drive.query import parse
from tests.emulators.google.drive.resource import (
    all_permissions,
    file_resource,
    shared_with_me,
    shown,
)
from tests.emulators.google.drive.roots import root_id_of
from tests.emulators.google.drive.trees import is_listed, is_trashed, parents_of
from tests.emulators.google.errors import ApiError
from tests.emulators.google.world import FOLDER, ROLES, DriveFile, World

Json = dict[str, Any]
_USUAL_PAGE = 100
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_CORPORA = ("user", "drive", "domain", "allDrives")


@method("drive.files.list")
def list_files(call: Call) -> Json:
    """A page of the files that a query finds."""
    query = call.query
    try:
        holds = parse(query.get("q", ""))
    except QueryError as error:
        raise invalid("q") from error
    files = [one for one in _corpus(call) if holds(facts(call.world, one, call.user))]
    files = ordered(call, files)
    about = repr([query.get(name) for name in ("q", "orderBy", "corpora", "driveId", "spaces")])
    chosen, token = page(files, query, _USUAL_PAGE, about=about)
    found: Json = {"kind": "drive#fileList", "incompleteSearch": False}
    found["files"] = [shown(call, file_resource(call, one)) for one in chosen]
    return {**found, "nextPageToken": token} if token else found


def _corpus(call: Call) -> list[DriveFile]:
    """The files that the parameters `corpora`, `driveId`, `spaces` leave to look through."""
    query, world = call.query, call.world
    corpora, drive_id = query.get("corpora", "user"), query.get("driveId", "")
    if corpora not in _CORPORA:
        raise invalid("corpora")
    if drive_id and corpora != "drive":
        raise invalid("corpora", "The driveId can only be used with corpora=drive.")
    if corpora == "drive" and drive_id not in world.files:
        text = f"Shared drive not found: {drive_id}"
        raise ApiError(404, "notFound", text, location="driveId")
    spaces = set(re.split(r"[ ,]+", query.get("spaces", "drive")))
    if not spaces <= {"drive", "appDataFolder", "photos"}:
        raise invalid("spaces")
    if "drive" not in spaces:
        return []
    everywhere = bool(query.get("includeItemsFromAllDrives") or query.get("includeTeamDriveItems"))
    if corpora in ("drive", "allDrives") and not everywhere:
        text = "The includeItemsFromAllDrives parameter must be set to true for this query."
        raise ApiError(403, "teamDrivesParentLimit", text, location="corpora")
    listed = [one for one in world.files.values() if is_listed(world, one, call.user)]
    if corpora == "drive":
        return [one for one in listed if one.drive_id == drive_id]
    return [one for one in listed if everywhere or not one.drive_id]


def facts(world: World, file: DriveFile, user: str) -> Json:
    """What the terms of a query are compared with."""
    stars, viewed = held(world).stars, held(world).viewed.get((user, file.id))
    permissions = all_permissions(world, file)
    people = {
        role: {one.email for one in permissions if ROLES.index(one.role) >= ROLES.index(role)}
        for role in ("reader", "writer", "owner")
    }
    shared, parents = shared_with_me(world, file, user), set(parents_of(file))
    return {
        "name": file.name,
        "title": file.name,
        "fullText": _Text(file),
        "mimeType": file.mime_type,
        "modifiedTime": file.modified,
        "createdTime": file.created,
        "viewedByMeTime": viewed,
        "sharedWithMeTime": shared,
        "sharedWithMe": shared is not None and file.owner.lower() != user.lower(),
        "trashed": is_trashed(world, file),
        "starred": (user, file.id) in stars,
        "parents": parents | ({"root"} if root_id_of(user) in parents else set()),
        "owners": _mine(people["owner"], user),
        "writers": _mine(people["writer"], user),
        "readers": _mine(people["reader"], user),
        "properties": file.extra.get("properties"),
        "appProperties": file.extra.get("appProperties"),
        "visibility": _visibility(file),
        "shortcutDetails.targetId": file.extra.get("shortcutDetails", {}).get("targetId"),
    }


class _Text:
    """The words of a file, put together only when somebody searches in them."""

    def __init__(self, file: DriveFile) -> None:
        self.file = file

    def casefold(self) -> str:
        """Name, description and content, without regard to case."""
        file = self.file
        parts = [file.name, str(file.extra.get("description", "")), _content_text(file)]
        parts.append(str(file.extra.get("contentHints", {}).get("indexableText", "")))
        return "\n".join(parts).casefold()


def _content_text(file: DriveFile) -> str:
    if isinstance(file.document, Document):
        return "\n".join(text_of(tab.segments[BODY]) for tab in file.document.tabs)
    if file.content is not None:
        return file.content.decode("utf-8", "ignore") if file.mime_type.startswith("text/") else ""
    if spreadsheets.is_spreadsheet(file):
        tables = spreadsheets.tables(file)
        return "\n".join(" ".join(row) for _, rows in tables for row in rows)
    return ""


def _mine(people: set[str], user: str) -> set[str]:
    return people | ({"me"} if user in people else set())


def _visibility(file: DriveFile) -> str:
    kinds = {(one.type, bool(one.extra.get("allowFileDiscovery"))) for one in file.permissions}
    for kind, name in (("anyone", "anyone"), ("domain", "domain")):
        if (kind, True) in kinds:
            return f"{name}CanFind"
        if (kind, False) in kinds:
            return f"{name}WithLink"
    return "limited"


def _natural(text: str) -> list[Any]:
    """File 2 before file 10."""
    parts = re.split(r"(\d+)", text.casefold())
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def _orders(call: Call) -> dict[str, Callable[[DriveFile], Any]]:
    world, user = call.world, call.user
    known = held(world)
    return {
        "createdTime": lambda file: file.created,
        "folder": lambda file: file.mime_type != FOLDER,
        "modifiedByMeTime": lambda file: (
            file.modified if file.last_modified_by == user else _LONG_AGO
        ),
        "modifiedTime": lambda file: file.modified,
        "name": lambda file: file.name.casefold(),
        "name_natural": lambda file: _natural(file.name),
        "quotaBytesUsed": size_of,
        "recency": lambda file: max(file.modified, known.viewed.get((user, file.id), _LONG_AGO)),
        "sharedWithMeTime": lambda file: shared_with_me(world, file, user) or _LONG_AGO,
        "starred": lambda file: (user, file.id) not in known.stars,
        "viewedByMeTime": lambda file: known.viewed.get((user, file.id), _LONG_AGO),
    }


def ordered(call: Call, files: list[DriveFile]) -> list[DriveFile]:
    """The files as `orderBy` says, and where it says nothing the last modified one first."""
    given, orders = call.query.get("orderBy", ""), _orders(call)
    if given and re.search(r"\bfullText\b", call.query.get("q", "")):
        text = (
            "Sorting is not supported for queries with fullText terms. "
            "Results are always in descending relevance order."
        )
        raise ApiError(403, "forbidden", text)
    files = sorted(files, key=lambda file: (file.modified, file.id), reverse=True)
    for part in reversed([one.split() for one in given.split(",") if one.strip()]):
        name, *direction = part
        if name not in orders or direction not in ([], ["desc"], ["asc"]):
            raise invalid("orderBy")
        files = sorted(files, key=orders[name], reverse=direction == ["desc"])
    return files
