"""Drive v3: shared drives. One is a folder that is its own drive and has organizers, no owner."""

from typing import Any

from tests.emulators.google.calls import Call, method
from tests.emulators.google.drive.access import invalid, required
from tests.emulators.google.drive.holding import held
from tests.emulators.google.drive.matching import QueryError
from tests.emulators.google.drive.paging import page
from tests.emulators.google.drive.query import parse
from tests.emulators.google.drive.resource import shown
from tests.emulators.google.drive.trees import below
from tests.emulators.google.errors import ApiError
from tests.emulators.google.state import stamp
from tests.emulators.google.world import FOLDER, ID_ALPHABET, ROLES, DriveFile, World

Json = dict[str, Any]
_USUAL = ("kind", "id", "name")
_USUAL_PAGE = 10
_KEPT = ("colorRgb", "themeId", "restrictions", "backgroundImageFile")


def new_drive(world: World, name: str, organizer: str, drive_id: str = "") -> DriveFile:
    """A shared drive whose maker organizes it."""
    drive_id = drive_id or "0A" + "".join(world.chance.choices(ID_ALPHABET[:62], k=14)) + "PVA"
    made = world.add_file(name, FOLDER, owner=organizer, file_id=drive_id)
    made.permissions[0].role = "organizer"
    made.drive_id = made.id
    return made


def drives(world: World) -> list[DriveFile]:
    """All shared drives."""
    return [one for one in world.files.values() if one.drive_id == one.id]


def _resource(call: Call, drive: DriveFile) -> Json:
    role = call.world.role(call.user, drive)
    rank = ROLES.index(role) if role else -1
    organizes, writes = rank >= ROLES.index("organizer"), rank >= ROLES.index("writer")
    return {
        "kind": "drive#drive",
        "id": drive.id,
        "name": drive.name,
        "createdTime": stamp(drive.created),
        "hidden": (call.user, drive.id) in held(call.world).hidden_drives,
        "colorRgb": "#674ea7",
        "restrictions": {},
        **{key: drive.extra[key] for key in _KEPT if key in drive.extra},
        "capabilities": {
            "canAddChildren": writes,
            "canComment": rank >= ROLES.index("commenter"),
            "canCopy": rank >= 0,
            "canDeleteDrive": organizes,
            "canDownload": rank >= 0,
            "canEdit": writes,
            "canListChildren": rank >= 0,
            "canManageMembers": organizes,
            "canReadRevisions": rank >= 0,
            "canRename": writes,
            "canRenameDrive": organizes,
            "canShare": organizes,
        },
    }


def _found(call: Call, role: str = "reader") -> DriveFile:
    wanted = call.path["driveId"]
    drive = call.world.files.get(wanted)
    if drive is None or drive.drive_id != drive.id or not call.world.may(call.user, drive):
        text = f"Shared drive not found: {wanted}"
        raise ApiError(404, "notFound", text, location="driveId", location_type="parameter")
    if not call.world.may(call.user, drive, role):
        text = "The user does not have sufficient permissions for this shared drive."
        raise ApiError(403, "insufficientFilePermissions", text)
    return drive


@method("drive.drives.list")
def list_drives(call: Call) -> Json:
    """The shared drives that the caller is a member of."""
    try:
        holds = parse(call.query.get("q", ""))
    except QueryError as error:
        raise invalid("q") from error
    mine = [one for one in drives(call.world) if call.world.may(call.user, one)]
    mine = [one for one in mine if holds(_facts(call, one))]
    chosen, token = page(mine, call.query, _USUAL_PAGE, about=call.query.get("q", ""))
    listed = [shown(call, _resource(call, one), _USUAL) for one in chosen]
    found: Json = {"kind": "drive#driveList", "drives": listed}
    return {**found, "nextPageToken": token} if token else found


def _facts(call: Call, drive: DriveFile) -> Json:
    organizers = [one for one in drive.permissions if one.role == "organizer"]
    hidden = (call.user, drive.id) in held(call.world).hidden_drives
    counts = {"memberCount": len(drive.permissions), "organizerCount": len(organizers)}
    return {"name": drive.name, "createdDate": drive.created, "hidden": hidden, **counts}


@method("drive.drives.create")
def create(call: Call) -> Json:
    """A shared drive, made once for each request id."""
    if not call.query.get("requestId"):
        raise required("Required parameter: requestId", "requestId")
    if not call.body.get("name"):
        raise required("The name of a shared drive is required.", "name")
    made_by, request = held(call.world).requests, call.query["requestId"]
    if request in made_by:
        text = "A shared drive with the same requestId was already created."
        raise ApiError(409, "duplicate", text, location="requestId")
    made = new_drive(call.world, call.body["name"], call.user)
    made_by.add(request)
    made.extra |= {key: call.body[key] for key in _KEPT if key in call.body}
    return shown(call, _resource(call, made), _USUAL)


@method("drive.drives.get")
def get(call: Call) -> Json:
    """One shared drive."""
    return shown(call, _resource(call, _found(call)), _USUAL)


@method("drive.drives.update")
def update(call: Call) -> Json:
    """Name and looks of a shared drive, by an organizer."""
    drive = _found(call, "organizer")
    drive.name = call.body.get("name", drive.name)
    drive.extra |= {key: call.body[key] for key in _KEPT if key in call.body}
    call.world.touched(drive, call.user)
    return shown(call, _resource(call, drive), _USUAL)


@method("drive.drives.delete")
def delete(call: Call) -> None:
    """A shared drive goes when nothing is in it."""
    drive = _found(call, "organizer")
    if len(below(call.world, drive)) > 1:
        text = "A shared drive can only be deleted when it is empty."
        raise ApiError(403, "cannotDeleteResourceWithChildren", text)
    who = tuple(sorted(one.email for one in drive.permissions if one.email))
    call.world.log_change(drive, removed_for=who)
    del call.world.files[drive.id]


@method("drive.drives.hide")
def hide(call: Call) -> Json:
    """The drive is not shown to the caller by default."""
    drive = _found(call)
    held(call.world).hidden_drives.add((call.user, drive.id))
    return shown(call, _resource(call, drive), _USUAL)


@method("drive.drives.unhide")
def unhide(call: Call) -> Json:
    """The drive is shown to the caller again."""
    drive = _found(call)
    held(call.world).hidden_drives.discard((call.user, drive.id))
    return shown(call, _resource(call, drive), _USUAL)
