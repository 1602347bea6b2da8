"""Moments as they are given to a command."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import click


def moment(text: str, zone: ZoneInfo, option: str) -> datetime:
    """The moment that an option says, in the workspace's zone unless it says its own."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f'"{text}" is no moment. Write it like "2026-11-23 09:00".', param_hint=option
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=zone)
