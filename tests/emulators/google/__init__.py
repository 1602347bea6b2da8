"""Google's Sheets, Drive, Calendar, Gmail, Forms and Docs at one address."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from starlette.applications import Starlette

from tests.emulators.google.service import Google
from tests.emulators.google.state import load_data
from tests.emulators.google.world import World, real_time


def make_service(
    *,
    data: Mapping[str, Any],
    clock: Callable[[], datetime] | None = None,
    quotas: bool = False,
) -> Google:
    """The service with its data loaded."""
    _import_all()
    world = World(clock=clock or real_time)
    load_data(world, data)
    return Google(world, quotas=quotas)


def make_app(world: World, *, quotas: bool = False) -> Starlette:
    """The ASGI app over a world that is there already."""
    _import_all()
    return Google(world, quotas=quotas).make_app()


def _import_all() -> None:
    """Every module below registers the methods it handles."""
    for found in pkgutil.walk_packages(__path__, __name__ + "."):
        importlib.import_module(found.name)
