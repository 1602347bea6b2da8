"""Zoom: server-to-server OAuth, users, meetings, registrants, past meetings, reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from tests.emulators.zoom.service import Zoom
from tests.emulators.zoom.state import load_data
from tests.emulators.zoom.world import World


def make_service(
    *,
    data: Mapping[str, Any],
    clock: Callable[[], datetime] | None = None,
    quotas: bool = False,
) -> Zoom:
    """The service with its data loaded."""
    world = World(clock=clock or _real_time)
    load_data(world, data)
    return Zoom(world, quotas=quotas)


def _real_time() -> datetime:
    return datetime.now(UTC)
