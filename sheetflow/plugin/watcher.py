"""What a connector is that tells which of many tables may have changed, without reading them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sheetflow.plugin.connector import Connector


@dataclass(frozen=True)
class Changed:
    """A file that may have changed: look at it. `gone` says that it is not there for us any more.

    `as_of` is the service's own word for its state. Whoever has read the file after this was told
    may give it back as seen; it is never that of a change of our own that nobody looked behind.
    """

    id: str
    as_of: str = ""
    gone: bool = False


@dataclass(frozen=True)
class Changes:
    """What may have changed since a `token`, and the token for the next time.

    Keep the files and the token together before anything is done about them, so that a crash loses
    neither. `everything` means that nobody can tell, and all files are to be looked at.
    """

    files: tuple[Changed, ...]
    token: str = ""
    everything: bool = False


class Watcher(Connector):
    """A connector that knows which files may have changed."""

    @abstractmethod
    def changed(
        self, since: str = "", *, among: Collection[str], seen: Mapping[str, str] | None = None
    ) -> Changes:
        """What may have changed among these ids since a token; with "", everything from now on.

        `seen` are the states in which the caller has read files, by id: those are left out.
        """

    def sees(self, among: Collection[str]) -> frozenset[str]:
        """Those of these ids of which it would hear at all; the others are looked at themselves."""
        return frozenset(among)

    @abstractmethod
    def swept(
        self, since: datetime, *, among: Collection[str], seen: Mapping[str, str] | None = None
    ) -> Changes:
        """The same by the time of the last change: to find now and then what `changed` missed."""
