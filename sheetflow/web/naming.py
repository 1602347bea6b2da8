"""How people are named in addresses of pages, where no e-mail address and no name may stand.

email-<64 digits>-<32 digits>   somebody by their address, as the ledger keeps it
phone-<64 digits>               somebody by their number
row-<64 digits>                 one row of a table
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal

from sheetflow.tables.handles import Handle, keyed
from sheetflow.tables.identity import address_digest
from sheetflow.values import RowRef

_NAME = re.compile(
    r"(?P<kind>email)-(?P<whom>[0-9a-f]{64})-(?P<mark>[0-9a-f]{32})"
    r"|(?P<phone>phone)-(?P<number>[0-9a-f]{64})"
    r"|row-(?P<row>[0-9a-f]{64})"
)
_REMEMBERED = 20_000
"""How many rows are known by name at once; others are looked for in the ledger."""


@dataclass(frozen=True)
class Named:
    """What a name in an address says: a keyed digest, and for an e-mail address a second one."""

    kind: Literal["email", "phone", "row"]
    digest: str
    mark: str = ""


def read_name(text: str) -> Named | None:
    """What the name says, or None for one that is none."""
    found = _NAME.fullmatch(text)
    if found is None:
        return None
    if found["row"]:
        return Named("row", found["row"])
    if found["phone"]:
        return Named("phone", found["number"])
    return Named("email", found["whom"], found["mark"])


def handle_name(handle: Handle, salt: str) -> str:
    """The name of somebody by an address or a number."""
    whom = keyed(salt, handle.text)
    if handle.channel == "phone":
        return f"phone-{whom}"
    return f"email-{whom}-{address_digest(handle.text, salt)}"


@dataclass
class Names:
    """Rows by their names: a digest cannot be read back, so it is remembered or searched for."""

    _known: OrderedDict[str, RowRef] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def row_name(self, ref: RowRef, salt: str) -> str:
        """The name of a row, which is then remembered."""
        digest = _digest(ref, salt)
        with self._lock:
            self._known[digest] = ref
            self._known.move_to_end(digest)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return f"row-{digest}"

    def row(self, digest: str, rows: Iterable[RowRef], salt: str) -> RowRef | None:
        """The row of that digest: remembered, or found among `rows`."""
        with self._lock:
            known = self._known.get(digest)
        return known or next((ref for ref in rows if _digest(ref, salt) == digest), None)


def _digest(ref: RowRef, salt: str) -> str:
    return keyed(salt, f"{ref.table}\n{ref.row}")
