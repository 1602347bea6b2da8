"""Where a service calls: the address that is entered there for a connection."""

from __future__ import annotations

from urllib.parse import quote

from sheetflow.workspace.settings import Settings


def hook_address(settings: Settings, connection: str) -> str:
    """`https://flow.example.org/hooks/zoom`; "" while the workspace has no public_url."""
    base = settings.hosting.public_url
    return f"{base}/hooks/{quote(connection, safe='')}" if base else ""
