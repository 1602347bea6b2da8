"""What a run is handed: the workspace opened once, to read only or to write."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sheetflow.plugin.registry import Registry
from sheetflow.plugin.tools import Tools
from sheetflow.tables.readings import Readings

if TYPE_CHECKING:
    from sheetflow.ledger.store import Ledger


def _any_name(_name: str) -> bool:
    return True


@dataclass(frozen=True)
class Session:
    """Everything planning and applying may use. `chapter` is part of every key.

    `has_recipe` says of a recipe's id whether there still is one.
    """

    chapter: str
    tools: Tools
    ledger: Ledger
    registry: Registry
    has_recipe: Callable[[str], bool] = _any_name


class Opens(Protocol):
    """A workspace, as far as running needs it."""

    def open_session(
        self, *, may_write: bool, attended: bool = True, readings: Readings | None = None
    ) -> AbstractContextManager[Session]:
        """Tables are read anew in each session; while not `may_write`, the door is shut.

        Of tables that are elsewhere, what is read is kept in `readings`, and what is fresh there is
        not read again.
        """
