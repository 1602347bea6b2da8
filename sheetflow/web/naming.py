"""How people are named in addresses of pages, where no e-mail address and no name may stand.

email-<64 digits>-<32 digits>   somebody by their address, as the ledger keeps it
phone-<64 digits>               somebody by their number
row-<32 digits>                 one row of a table
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING, Literal

from sheetflow.ledger.lookups import row_digest, row_of
from sheetflow.tables.handles import Handle, keyed
from sheetflow.tables.identity import address_digest
from sheetflow.values import RowRef
from sheetflow.workspace import CHAPTER

if TYPE_CHECKING:
    from sqlalchemy import Connection

_NAME = re.compile(
    r"(?P<kind>email)-(?P<whom>[0-9a-f]{64})-(?P<mark>[0-9a-f]{32})"
    r"|(?P<phone>phone)-(?P<number>[0-9a-f]{64})"
    r"|row-(?P<row>[0-9a-f]{32})"
)
_ROUNDS = 4
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
    """Rows by their names.

    The ledger knows a row by a digest, but one that anybody could make from an id, and an id may be
    somebody's address. So the name is that digest enciphered with the ledger's salt, and read back
    it finds the row by an index. A row that the ledger does not know yet is remembered here.
    """

    _known: OrderedDict[str, RowRef] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def row_name(self, ref: RowRef, salt: str) -> str:
        """The name of a row, which is then remembered."""
        name = _enciphered(row_digest(CHAPTER, ref), salt)
        with self._lock:
            self._known[name] = ref
            self._known.move_to_end(name)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return f"row-{name}"

    def row(self, connection: Connection, name: str, salt: str) -> RowRef | None:
        """The row of that name: remembered here, or by the ledger."""
        with self._lock:
            known = self._known.get(name)
        return known or row_of(connection, _deciphered(name, salt))


def _enciphered(digest: str, salt: str) -> str:
    """32 digits as 32 others, each as one of its own: a Feistel network over a keyed digest.

    Four rounds of a function that nobody without the key can guess make a permutation that nobody
    without the key can guess (Luby and Rackoff 1988, SIAM J. Comput. 17:2).
    """
    left, right = int(digest[:16], 16), int(digest[16:], 16)
    for turn in range(_ROUNDS):
        left, right = right, left ^ _scrambled(right, turn, salt.encode())
    return f"{left:016x}{right:016x}"


def _deciphered(name: str, salt: str) -> str:
    left, right = int(name[:16], 16), int(name[16:], 16)
    for turn in reversed(range(_ROUNDS)):
        left, right = right ^ _scrambled(left, turn, salt.encode()), left
    return f"{left:016x}{right:016x}"


def _scrambled(half: int, turn: int, key: bytes) -> int:
    said = bytes([turn]) + half.to_bytes(8, "big")
    return int.from_bytes(blake2b(said, digest_size=8, key=key).digest(), "big")
