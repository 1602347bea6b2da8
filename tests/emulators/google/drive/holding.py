"""What Drive holds besides files: contents of the past, comments, channels, who starred and opened
what.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.emulators.google.world import World

Json = dict[str, Any]
_KEY = "drive"


@dataclass
class Held:
    """One for each world."""

    revisions: dict[str, list[Json]] = field(default_factory=dict)
    """By file: revisions as the API shows them, the oldest first, with `content` (bytes) for blobs.
    """
    comments: dict[str, list[Json]] = field(default_factory=dict)
    channels: dict[str, Json] = field(default_factory=dict)
    courier: ThreadPoolExecutor | None = None
    """Delivers the pings of channels, one after the other."""
    hidden_drives: set[tuple[str, str]] = field(default_factory=set)
    """(user, drive id)"""
    stars: set[tuple[str, str]] = field(default_factory=set)
    """(user, file id)"""
    viewed: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """(user, file id) -> when"""
    shared: dict[tuple[str, str], tuple[datetime, str]] = field(default_factory=dict)
    """(user, file id) -> when it was shared with this user, and by whom"""
    requests: set[str] = field(default_factory=set)
    """The request ids by which shared drives were made."""
    notified: list[Json] = field(default_factory=list)
    """The e-mails about sharing that would have been sent."""
    lag: float = 0.0
    """Seconds until a change is in `changes.list`."""


def held(world: World) -> Held:
    """What this world's Drive holds; made when it is first asked for."""
    found: Held = world.services.setdefault(_KEY, Held())
    return found
