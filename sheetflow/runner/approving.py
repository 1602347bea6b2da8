"""Somebody's Go to a plan: what it was given to, and whether a plan is still that one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sheetflow.language.recipe import Recipe
from sheetflow.ledger.records import Approval, Item
from sheetflow.plugin.guard import Memory
from sheetflow.values import Entry, Noop, Plan, digest


@dataclass(frozen=True)
class Changed:
    """How a plan differs from the one that was agreed to: the people, by what they are called.

    `is_new` means that nobody agreed to any plan of it yet.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    is_new: bool = False

    def __bool__(self) -> bool:
        return bool(self.is_new or self.added or self.removed or self.changed)


def approval_of(plan: Plan, who: str, at: datetime) -> Approval:
    """The Go of `who` to exactly this plan, as it was before any guard was asked."""
    items = tuple(item_of(entry) for entry in plan.changes)
    return Approval(plan.fingerprint, digest([(i.key, i.content) for i in items]), who, at, items)


def changes_since(entries: Sequence[Entry], recipe: Recipe, memory: Memory) -> Changed:
    """How this plan differs from the latest that was agreed to; false if it is that one.

    What has gone out since is no difference, nor is what a guard holds back in `entries`.
    """
    approval = memory.approval
    if approval is None:
        return Changed(is_new=True)
    agreed = {item.key: item for item in approval.items}
    now = {entry.key.digest: entry for entry in entries if entry.change}
    held = {entry.key.row for entry in entries if isinstance(entry.deed, Noop) and entry.deed.guard}
    same_recipe = approval.fingerprint == recipe.fingerprint
    return Changed(
        added=_names(entry.who for key, entry in now.items() if key not in agreed),
        changed=_names(
            entry.who
            for key, entry in now.items()
            if key in agreed and not _same(agreed[key], entry, same_recipe=same_recipe)
        ),
        removed=_names(
            item.who
            for key, item in agreed.items()
            if key not in now and item.row not in held and not memory.gone_out(key)
        ),
    )


def item_of(entry: Entry) -> Item:
    """One change, as a Go is bound to it."""
    assert entry.change is not None
    reads = sorted((str(ref), version) for ref, version in entry.reads.items())
    still = digest(entry.action, entry.change.data, _without_moments(entry.change.cells), reads)
    return Item(entry.key.digest, entry.key.row, entry.who, entry.content, still)


def _same(item: Item, entry: Entry, *, same_recipe: bool) -> bool:
    """Whether it is what was agreed to: exactly; or, of the same recipe and rows, but for the time.

    "In 24 hours" is another moment in each plan, and no other plan.
    """
    new = item_of(entry)
    return item.content == new.content or (same_recipe and item.moving == new.moving)


def _without_moments(cells: Mapping[str, Any]) -> dict[str, Any]:
    return {name: "" if isinstance(cell, date) else cell for name, cell in cells.items()}


def _names(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))
