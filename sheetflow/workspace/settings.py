"""What `sheetflow.yaml` declares, once everything about it has been checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from sheetflow.plugin.tools import Organization, Policy, Sender
from sheetflow.tables.spec import TableSpec
from sheetflow.workspace.connection_keys import ConnectionSettings
from sheetflow.workspace.hosting_keys import Hosting
from sheetflow.workspace.organizer_keys import Organizing

FILE = "sheetflow.yaml"


@dataclass(frozen=True)
class Settings:
    """What a workspace declares. `ledger` is a file, or where the URL of a database is kept."""

    organization: Organization
    connections: Mapping[str, ConnectionSettings]
    tables: Mapping[str, TableSpec]
    senders: Mapping[str, Sender]
    ledger: Path | Mapping[str, str]
    policy: Policy
    hosting: Hosting
    organizing: Organizing = field(default_factory=Organizing)

    @property
    def with_people(self) -> list[str]:
        """The tables in which people may stand: all but the one by which recipes are switched."""
        return [name for name in self.tables if name != self.organizing.control]

    def hook_address(self, connection: str) -> str:
        """What a service that calls is told: `https://flow.example.org/hooks/zoom`.

        "" while the workspace has no public_url.
        """
        base = self.hosting.public_url
        return f"{base}/hooks/{quote(connection, safe='')}" if base else ""
