"""Airtable's Web API: records, comments, attachments, schema, webhooks, at one address."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from tests.emulators.airtable.service import Airtable
from tests.emulators.airtable.state import load_data
from tests.emulators.airtable.world import World, real_time


def make_service(
    *,
    data: Mapping[str, Any],
    clock: Callable[[], datetime] | None = None,
    quotas: bool = False,
) -> Airtable:
    """The service with its data loaded."""
    for found in pkgutil.walk_packages(__path__, __name__ + "."):
        importlib.import_module(found.name)  # each registers the methods it handles
    world = World(clock=clock or real_time)
    load_data(world, data)
    return Airtable(world, quotas=quotas)
