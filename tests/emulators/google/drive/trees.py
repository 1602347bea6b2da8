"""Folders: what lies in what, what is trashed with its folder, and who can see it."""

from collections.abc import Iterator

from tests.emulators.google.drive.roots import is_root, root_id_of
from tests.emulators.google.world import DriveFile, World


def parents_of(file: DriveFile) -> list[str]:
    """The folders a file lies in.

    One without any lies in its owner's My Drive, or at a drive's top.
    """
    if file.parents or is_root(file) or file.id == file.drive_id:
        return list(file.parents)
    if file.drive_id:
        return [file.drive_id]
    return [root_id_of(file.owner)] if file.owner else []


def ancestors(world: World, file: DriveFile) -> Iterator[DriveFile]:
    """The folders above a file, the nearest first."""
    seen, waiting = {file.id}, parents_of(file)
    while waiting:
        parent = world.files.get(waiting.pop(0))
        if parent is not None and parent.id not in seen:
            seen.add(parent.id)
            yield parent
            waiting += parents_of(parent)


def below(world: World, folder: DriveFile) -> list[DriveFile]:
    """A folder and everything in it, at any depth."""
    inside, grown = {folder.id}, True
    while grown:
        more = {one.id for one in world.files.values() if inside & set(parents_of(one))}
        grown = not more <= inside
        inside |= more
    return [file for file in world.files.values() if file.id in inside]


def is_trashed(world: World, file: DriveFile) -> bool:
    """Whether a file, or a folder above it, is in the trash."""
    return file.trashed or any(folder.trashed for folder in ancestors(world, file))


def in_my_drive(world: World, file: DriveFile, user: str) -> bool:
    """Whether a file lies somewhere below the user's My Drive."""
    root, places = root_id_of(user), [file, *ancestors(world, file)]
    return any(root in parents_of(place) for place in places)


def is_listed(world: World, file: DriveFile, user: str) -> bool:
    """Whether a user's lists show a file: shared with them by name, not just by a link."""
    if is_root(file) or file.id == file.drive_id:
        return False
    for one in world.permissions_on(file):
        by_name = one.type in ("user", "group") or one.extra.get("allowFileDiscovery")
        if by_name and one.covers(user):
            return True
    return False


def everybody(world: World, file: DriveFile) -> set[str]:
    """The people known here who may see a file."""
    named = {one.email for one in world.permissions_on(file) if one.email}
    return {user for user in {*world.users, *named} if world.may(user, file)}
