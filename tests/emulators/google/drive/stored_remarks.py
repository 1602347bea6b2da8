"""What Drive holds besides files, in the data file and in /_state."""

import base64
from datetime import datetime
from typing import Any

from tests.emulators.google.calls import dumps, loads
from tests.emulators.google.drive.holding import held
from tests.emulators.google.drive.pushing import resumed
from tests.emulators.google.world import World

Json = dict[str, Any]


@loads("drive")
def load(world: World, entry: Json) -> None:
    """As `dump` gives it; every part may be left out."""
    known = held(world)
    known.lag = float(entry.get("lag", known.lag))
    known.comments |= entry.get("comments", {})
    for file_id, revisions in entry.get("revisions", {}).items():
        known.revisions[file_id] = [_decoded(one) for one in revisions]
    known.stars |= {(user, file_id) for user, file_id in entry.get("stars", ())}
    known.hidden_drives |= {(user, drive) for user, drive in entry.get("hiddenDrives", ())}
    for user, file_id, when in entry.get("viewed", ()):
        known.viewed[user, file_id] = datetime.fromisoformat(when)
    for user, file_id, when, by in entry.get("shared", ()):
        known.shared[user, file_id] = (datetime.fromisoformat(when), by)
    known.notified += entry.get("notified", ())
    known.requests |= {*entry.get("requests", ())}
    for channel in entry.get("channels", ()):
        known.channels[channel["id"]] = channel
        resumed(world)


@dumps("drive")
def dump(world: World) -> Json:
    """Only what there is."""
    known = held(world)
    revisions = {
        file_id: [_encoded(one) for one in among] for file_id, among in known.revisions.items()
    }
    parts: Json = {
        "lag": known.lag,
        "comments": {file_id: among for file_id, among in known.comments.items() if among},
        "revisions": revisions,
        "stars": sorted(map(list, known.stars)),
        "hiddenDrives": sorted(map(list, known.hidden_drives)),
        "viewed": sorted([*key, when.isoformat()] for key, when in known.viewed.items()),
        "shared": sorted([*key, at.isoformat(), by] for key, (at, by) in known.shared.items()),
        "notified": list(known.notified),
        "requests": sorted(known.requests),
        "channels": list(known.channels.values()),
    }
    return {name: part for name, part in parts.items() if part}


def _encoded(revision: Json) -> Json:
    return {**revision, "content": base64.b64encode(revision["content"]).decode()}


def _decoded(revision: Json) -> Json:
    return {**revision, "content": base64.b64decode(revision["content"])}
