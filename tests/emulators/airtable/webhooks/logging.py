"""A change, once it is done: numbered, and written down for each webhook that watches it."""

from __future__ import annotations

from tests.emulators.airtable.changing import Transaction


def log(change: Transaction) -> None:
    """Count the change, and tell the webhooks of its base."""
    if change.empty:
        return
    change.base.transactions += 1
    for hook in list(change.base.webhooks.values()):
        hook.tell(change)
