"""What a change of who may see a folder means for all that is in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.emulators.google.calls import Call
from tests.emulators.google.drive.holding import held
from tests.emulators.google.drive.trees import below, everybody
from tests.emulators.google.world import DriveFile


@contextmanager
def access_changes(call: Call, file: DriveFile, *, only_where: bool = False) -> Iterator[None]:
    """Writes into the log that a file and all below it are shared otherwise.

    With `only_where` it writes of those files alone that other people see than before.
    """
    touched = below(call.world, file)
    could = {one.id: everybody(call.world, one) for one in touched}
    yield
    for one in touched:
        now = everybody(call.world, one)
        for user in now - could[one.id]:
            held(call.world).shared[user, one.id] = (call.now, call.user)
        if not only_where or now != could[one.id]:
            call.world.log_change(one, removed_for=tuple(sorted(could[one.id] - now)))
