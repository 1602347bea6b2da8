"""A workspace of Slack for tests, with two people, a coach who left, and some channels."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

from sheetflow_plugins import slack as plugin
from sheetflow_plugins.slack import Slack

from sheetflow.plugin.testing import NOON, GivenTables, OneStep
from sheetflow.secrets import Secret
from sheetflow.values import Change, Noop
from tests.emulators.serving import Emulator
from tests.plugins._google_doors import Time, door

PLUGIN: ModuleType = plugin
TOKEN = "xoxb-1111-2222-secretsecret"
BOT = "U0SHEETFLOW"
ANA, BO, LEE = "U0PERSON001", "U0PERSON002", "U0PERSON003"
GENERAL, RANDOM, OLD, BOARD = "C0GENERAL", "C0RANDOM0", "C0OLDONE0", "C0BOARD00"
SCOPES = [
    *("chat:write", "channels:read", "channels:history", "groups:read", "groups:history"),
    *("im:read", "im:write", "im:history", "users:read", "users:read.email"),
    "metadata.message:read",
]
DATA: dict[str, Any] = {
    "users": [
        {"email": "ana@example.org", "real_name": "Ana Reyes", "tz": "Europe/Berlin"},
        {"email": "Bo@Example.org", "real_name": "Bo Tran", "tz": None},
        {"email": "lee@example.org", "real_name": "Lee Park", "deleted": True},
        {"id": BOT, "name": "sheetflow", "is_bot": True, "bot_id": "B0SHEETFLOW"},
    ],
    "channels": [
        {"id": GENERAL, "name": "general", "is_general": True, "members": [ANA, BO, BOT]},
        {"id": RANDOM, "name": "random", "members": [ANA]},
        {"id": OLD, "name": "old", "members": [ANA, BOT], "is_archived": True},
        {"id": BOARD, "name": "board", "is_private": True, "members": [ANA]},
    ],
    "tokens": [{"token": TOKEN, "user": BOT, "scopes": SCOPES}],
}


def connected(
    emulator: Emulator, *, may_write: bool = False, time: Time | None = None, **settings: Any
) -> Slack:
    """A connection to the emulator; waiting takes no time."""
    given = {"token": Secret(TOKEN), "url": f"{emulator.url}/api", **settings}
    return Slack(Slack.Settings(**given), door=door(may_write=may_write, time=time), folder=Path())


def one_step(
    folder: Path,
    connection: Slack,
    step: str,
    *rows: dict[str, object],
) -> OneStep:
    """A step for Ana, or for other rows."""
    tables = GivenTables()
    usual = {"id": "p1", "Name": "Ana Reyes", "Email": "ana@example.org"}
    given = [usual | row for row in rows] or [usual]
    own = {column for row in given for column in row} - {*usual}
    tables.add("People", given, writes=sorted(own))
    tools = tables.tools(NOON, folder=folder, connections={"slack": connection})
    return OneStep.read(step, PLUGIN, tables, tools)


def planned(step: OneStep) -> list[Change | Noop]:
    """What the step says, for each row in order."""
    return [deed for deeds in step.plan().values() for deed in deeds]


def changes(step: OneStep) -> list[Change]:
    """The same where all of it are changes."""
    found = planned(step)
    assert all(isinstance(deed, Change) for deed in found), found
    return [deed for deed in found if isinstance(deed, Change)]


def posted(emulator: Emulator, channel: str = GENERAL) -> list[dict[str, Any]]:
    """The messages that stand in a channel."""
    world = emulator.world
    with world.lock:
        return [
            {"text": one.fields["text"], "thread": one.thread_ts, "metadata": one.metadata}
            for one in world.conversations[channel].messages
        ]


def texts(emulator: Emulator, channel: str = GENERAL) -> list[str]:
    """What they say."""
    return [one["text"] for one in posted(emulator, channel)]
