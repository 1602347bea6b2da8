"""Slack's Web API and incoming webhooks, over a workspace in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from tests.emulators.slack import (  # noqa: F401 - each registers the methods it answers
    apps,
    channels,
    chat,
    conversations,
    reactions,
    scheduled,
    users,
)
from tests.emulators.slack.service import Slack
from tests.emulators.slack.state import load_data
from tests.emulators.slack.world import World, real_time


def make_service(
    *,
    data: Mapping[str, Any],
    clock: Callable[[], datetime] | None = None,
    quotas: bool = False,
) -> Slack:
    """The service with its data loaded."""
    world = World(clock=clock or real_time)
    load_data(world, data)
    return Slack(world, quotas=quotas)
