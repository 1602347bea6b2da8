"""The messages that went out, where the workspace keeps them: read back for one page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sheetflow.language.written import clean
from sheetflow.ledger import messages
from sheetflow.ledger.messages import Kept
from sheetflow.ledger.records import Record
from sheetflow.reporting.groups import one_line
from sheetflow.web.pages import moment
from sheetflow.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True)
class Letters:
    """Reads messages of one workspace from one moment of its ledger."""

    connection: Connection
    workspace: Workspace

    @property
    def are_kept(self) -> bool:
        """Whether the workspace keeps any."""
        return bool(self.workspace.settings.policy.keep_messages)

    def of(self, records: Iterable[Record], *, run: str = "") -> Mapping[str, Sequence[Any]]:
        """What was written, for pages, by the digest of each change: in one run, or in all."""
        if not self.are_kept:
            return {}
        digests = [record.key.digest for record in records]
        found = messages.read(self.connection, digests, since=self._since, run=run)
        return {name: [self._told(each) for each in several] for name, several in found.items()}

    @property
    def _since(self) -> datetime:
        return self.workspace.clock.now() - self.workspace.settings.policy.keep_messages

    def _told(self, kept: Kept) -> dict[str, Any]:
        return {
            "to": one_line(", ".join(kept.to)),
            "at": moment(kept.at, self.workspace.clock.zone),
            "subject": one_line(kept.subject, 500),
            "text": clean(kept.text, lines=True),
        }
