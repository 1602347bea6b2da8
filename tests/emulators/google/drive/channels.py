"""Drive v3: files.watch, changes.watch and channels.stop."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from tests.emulators.google.calls import Call, method
from tests.emulators.google.drive.access import drive_file, invalid, required
from tests.emulators.google.drive.holding import held
from tests.emulators.google.drive.pushing import LOCAL, opened
from tests.emulators.google.errors import ApiError
from tests.emulators.google.world import ID_ALPHABET

Json = dict[str, Any]
_USUAL = timedelta(hours=1)
_LONGEST = {"file": timedelta(days=1), "changes": timedelta(days=7)}
_MOST_CHARACTERS = 64  # of a channel's id


@method("drive.files.watch")
def watch_file(call: Call) -> Json:
    """A channel for one file."""
    file = drive_file(call)
    return _watched(call, "file", f"{call.address}/drive/v3/files/{file.id}?alt=json")


@method("drive.changes.watch")
def watch_changes(call: Call) -> Json:
    """A channel for the caller's log of changes."""
    if not call.query.get("pageToken"):
        raise required("Required parameter: pageToken", "pageToken")
    token = call.query["pageToken"]
    uri = f"{call.address}/drive/v3/changes?alt=json&pageToken={token}"
    return _watched(call, "changes", uri)


def _watched(call: Call, kind: str, uri: str) -> Json:
    """The channel as it was granted: for no longer than its kind may live. Raises ApiError."""
    body, channels = call.body, held(call.world).channels
    name, address = body.get("id", ""), body.get("address", "")
    if not name:
        raise required("Required", "id")
    if len(name) > _MOST_CHARACTERS:
        raise invalid("id")
    if body.get("type") not in ("web_hook", "webhook"):
        raise invalid("type", "Unknown channel type.")
    if name in channels:
        text = f"Channel id {name} not unique"
        raise ApiError(400, "channelIdNotUnique", text)
    local = urlsplit(address).hostname in LOCAL
    if not address.startswith("https://") and not (local and address.startswith("http://")):
        text = f"WebHook callback must be HTTPS: {address}"
        raise ApiError(400, "push.webhookUrlNotHttps", text)
    channel: Json = {"kind": "api#channel", "id": name, "resourceUri": uri}
    channel["resourceId"] = "".join(call.world.chance.choices(ID_ALPHABET, k=27))
    channel["expiration"] = str(_expiration(call, kind))
    if body.get("token"):
        channel["token"] = body["token"]
    file_id = call.path.get("fileId", "")
    channels[name] = {**channel, "user": call.user, "address": address, "fileId": file_id}
    opened(call.world, channels[name])
    return channel


def _expiration(call: Call, kind: str) -> int:
    """When the channel ends, in milliseconds since 1970."""
    asked = call.body.get("expiration")
    latest = call.now + _LONGEST[kind]
    if asked is None:
        return int((call.now + _USUAL).timestamp() * 1000)
    if int(asked) <= call.now.timestamp() * 1000:
        raise invalid("expiration", "Expiration time must be in the future.")
    return min(int(asked), int(latest.timestamp() * 1000))


@method("drive.channels.stop")
def stop(call: Call) -> None:
    """The end of a channel."""
    channels = held(call.world).channels
    name, resource = call.body.get("id", ""), call.body.get("resourceId", "")
    found = channels.get(name)
    if found is None or found["resourceId"] != resource:
        text = f"Channel '{name}' not found for project"
        raise ApiError(404, "notFound", text)
    del channels[name]
