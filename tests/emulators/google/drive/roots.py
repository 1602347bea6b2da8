"""My Drive: the folder that each user has from the start, and that is no file of anybody else."""

from random import Random

from tests.emulators.google.world import FOLDER, ID_ALPHABET, DriveFile, Permission, World


def root_id_of(user: str) -> str:
    """The id of a user's My Drive: 19 characters that begin with 0A, as the service makes them."""
    letters = Random(f"root of {user.lower()}").choices(ID_ALPHABET[:62], k=14)
    return f"0A{''.join(letters)}PVA"


def my_drive(world: World, user: str) -> DriveFile:
    """The root folder of a user; made when it is first asked for, and not in the log of changes."""
    file_id = root_id_of(user)
    if file_id not in world.files:
        mine = Permission(world.permission_id(user), "user", "owner", user)
        now = world.now()
        world.files[file_id] = DriveFile(
            file_id, "My Drive", FOLDER, now, now, [mine], last_modified_by=user
        )
    return world.files[file_id]


def is_root(file: DriveFile) -> bool:
    """Whether a file is somebody's My Drive."""
    return file.mime_type == FOLDER and file.id == root_id_of(file.owner)
