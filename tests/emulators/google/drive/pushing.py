"""Pings of channels: a POST without a body whose headers say that there is something to look at.

Only addresses of this machine are reached; a channel to any other address is kept and stays quiet.
Source: developers.google.com/workspace/drive/api/guides/push, "Understand notification messages".
"""

import contextlib
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

from tests.emulators.google.drive.holding import held
from tests.emulators.google.drive.trees import is_listed
from tests.emulators.google.world import Change, World

Json = dict[str, Any]
LOCAL = ("127.0.0.1", "localhost", "::1")
_PATIENCE = 5.0  # seconds for whoever listens


def opened(world: World, channel: Json) -> None:
    """A channel begins with a ping of its own, `sync`; from now on changes are told."""
    resumed(world)
    _send(world, channel, {"X-Goog-Resource-State": "sync"})


def resumed(world: World) -> None:
    """From now on each change is told to the channels there are."""
    if held(world).courier is None:
        held(world).courier = ThreadPoolExecutor(1, "pings")
        world.on_change.append(partial(_tell, world))


def _tell(world: World, change: Change) -> None:
    now = world.now().timestamp() * 1000
    for channel in list(held(world).channels.values()):
        if int(channel["expiration"]) > now:
            for state in _states(world, channel, change):
                _send(world, channel, state)


def _states(world: World, channel: Json, change: Change) -> Iterator[Json]:
    """What a channel says of a change; nothing when it does not concern its user or its file."""
    file, user = world.files.get(change.file_id), channel["user"]
    lost = user in change.removed_for
    if not channel["fileId"]:
        if lost or (file is not None and is_listed(world, file, user)):
            yield {"X-Goog-Resource-State": "change"}
    elif channel["fileId"] == change.file_id:
        if lost:
            yield {"X-Goog-Resource-State": "remove"}
        else:
            what = "content,properties" if change.user else "permissions"
            yield {"X-Goog-Resource-State": "update", "X-Goog-Changed": what}


def _send(world: World, channel: Json, state: Json) -> None:
    if urlsplit(channel["address"]).hostname not in LOCAL:
        return
    channel["messages"] = channel.get("messages", 0) + 1
    ends = datetime.fromtimestamp(int(channel["expiration"]) / 1000, UTC)
    headers = {
        "X-Goog-Channel-ID": channel["id"],
        "X-Goog-Message-Number": str(channel["messages"]),
        "X-Goog-Resource-ID": channel["resourceId"],
        "X-Goog-Resource-URI": channel["resourceUri"],
        "X-Goog-Channel-Expiration": format_datetime(ends, usegmt=True),
        **({"X-Goog-Channel-Token": channel["token"]} if "token" in channel else {}),
        **state,
    }
    courier = held(world).courier
    assert courier is not None
    courier.submit(_post, channel["address"], headers)


def _post(address: str, headers: dict[str, str]) -> None:
    request = urllib.request.Request(address, data=b"", headers=headers, method="POST")
    with (
        contextlib.suppress(URLError, OSError),
        urllib.request.urlopen(request, timeout=_PATIENCE),
    ):
        pass
