"""Who is logged in: random names in cookies, everything else here in memory.

They end with the process, with time, with the password they were opened with, and on logging out.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from secrets import token_urlsafe
from threading import Lock

from sheetflow.clock import Clock
from sheetflow.web.access import Role

IDLE = timedelta(hours=8)
"""A session ends when nothing was asked for so long: a day at a desk."""
LIFETIME = timedelta(days=7)
"""A session ends at the latest after this."""
MOST = 2_000
"""How many sessions are kept; then the one that was idle longest goes."""


@dataclass(frozen=True)
class Undo:
    """A button beside a sentence that takes back what was done."""

    label: str
    path: str
    fields: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Said:
    """One sentence about what happened, and how to take it back where that can be done."""

    text: str
    undo: Undo | None = None
    is_bad: bool = False


@dataclass
class Session:
    """One browser. `name` is empty before anybody logged in; `proof` is what let them in."""

    token: str
    name: str
    role: Role | None
    proof: str
    began: datetime
    seen: datetime
    csrf: str = field(default_factory=lambda: token_urlsafe(32))
    said: list[Said] = field(default_factory=list)

    def is_its_own(self, token: str) -> bool:
        """Whether a form's token is the one that this session's forms carry."""
        return compare_digest(token.encode("utf-8", "replace"), self.csrf.encode())

    def take_said(self) -> list[Said]:
        """What is to be told, once."""
        told, self.said = self.said, []
        return told


@dataclass
class Sessions:
    """All sessions of this process."""

    clock: Clock
    _by_name: OrderedDict[str, Session] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def open(self, name: str = "", role: Role | None = None, proof: str = "") -> Session:
        """A new session under a name that nobody can guess."""
        now = self.clock.now()
        session = Session(token_urlsafe(32), name, role, proof, now, now)
        with self._lock:
            self._by_name[_kept(session.token)] = session
            while len(self._by_name) > MOST:
                self._by_name.pop(self._idlest())
        return session

    def found(self, token: str) -> Session | None:
        """The session of that name, if it has not ended."""
        now, name = self.clock.now(), _kept(token)
        with self._lock:
            session = self._by_name.get(name)
            if session is None:
                return None
            if now - session.seen > IDLE or now - session.began > LIFETIME:
                del self._by_name[name]
                return None
            session.seen = now
            self._by_name.move_to_end(name)
            return session

    def close(self, session: Session) -> None:
        """End a session."""
        with self._lock:
            self._by_name.pop(_kept(session.token), None)

    def _idlest(self) -> str:
        """One that nobody logged in with, if there is one: strangers push nobody out."""
        strangers = (name for name, each in self._by_name.items() if each.role is None)
        return next(strangers, next(iter(self._by_name)))


def _kept(token: str) -> str:
    """Tokens are looked up by a digest, so that no comparison tells how much of one was right."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
