"""Why the ledger does not let a change be handed over.

LedgerError
└── NotHandedOver       nothing went out; `record` is what the ledger has
    ├── AlreadyDone     it was done, or turned down for good
    ├── NeedsAPerson    it may have gone out: only a person can have it repeated
    ├── InProgress      it is being handed over at this moment
    ├── ContentDiffers  the same key is being handed over with other content
    └── NotYet          it was not taken the last time, and may be tried again later
"""

from __future__ import annotations

from sheetflow.errors import LedgerError
from sheetflow.ledger.records import Record


class NotHandedOver(LedgerError):
    """The ledger does not let this key be handed over; nothing went out."""

    def __init__(self, record: Record, message: str, *, hint: str = "") -> None:
        super().__init__(f"{record.key}: {message}", hint=hint)
        self.record = record


class AlreadyDone(NotHandedOver):
    """It was done, or turned down for good."""


class NeedsAPerson(NotHandedOver):
    """It may have gone out, so only a person can have it repeated."""


class InProgress(NotHandedOver):
    """It is being handed over at this moment."""


class ContentDiffers(NotHandedOver):
    """The same key is being handed over at this moment, with other content."""


class NotYet(NotHandedOver):
    """It was not taken the last time, and its next try is due later."""
