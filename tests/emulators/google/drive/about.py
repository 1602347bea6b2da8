"""Drive v3: about.get: who the caller is, what room there is, which formats are known."""

from typing import Any

from tests.emulators.google.calls import Call, method
from tests.emulators.google.drive.comments import fields_named
from tests.emulators.google.drive.formats import EXPORTS, IMPORTS, size_of
from tests.emulators.google.drive.resource import user_resource
from tests.emulators.google.world import DOCUMENT, SPREADSHEET

Json = dict[str, Any]
_ROOM = 15 * 2**30  # bytes; what an account without a plan has
_LARGEST = {DOCUMENT: "10485760", SPREADSHEET: "104857600"}
_COLOURS = ["#ac725e", "#d06b64", "#f83a22", "#fa573c", "#ff7537", "#ffad46", "#42d692", "#16a765"]


@method("drive.about.get")
def get(call: Call) -> Json:
    """The caller, the room in Drive, and what is known of formats."""
    fields_named(call)
    mine = [one for one in call.world.files.values() if one.owner == call.user]
    used = sum(map(size_of, mine))
    trash = sum(size_of(one) for one in mine if one.trashed)
    return {
        "kind": "drive#about",
        "user": user_resource(call.world, call.user, call.user),
        "storageQuota": {
            "limit": str(_ROOM),
            "usage": str(used),
            "usageInDrive": str(used),
            "usageInDriveTrash": str(trash),
        },
        "importFormats": {source: list(targets) for source, targets in IMPORTS.items()},
        "exportFormats": {source: list(targets) for source, targets in EXPORTS.items()},
        "maxImportSizes": _LARGEST,
        "maxUploadSize": "5242880000000",
        "appInstalled": False,
        "canCreateDrives": True,
        "canCreateTeamDrives": True,
        "folderColorPalette": _COLOURS,
        "driveThemes": [],
        "teamDriveThemes": [],
    }
