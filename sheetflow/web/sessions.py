"""Who is logged in: random names in cookies, and what belongs to each here and in the ledger.

They end with time, with the password they were opened with, and on logging out, in every copy of
the dashboard. Those of strangers, of this machine itself and of a proxy end with the process.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from hmac import compare_digest
from secrets import token_urlsafe
from threading import Lock
from typing import TYPE_CHECKING

from sheetflow.clock import Clock
from sheetflow.ledger.logins import Login
from sheetflow.web.access import Role
from sheetflow.web.keeping import Keeper

if TYPE_CHECKING:
    from sheetflow.runner.switching import Shown

IDLE = timedelta(hours=8)
"""A session ends when nothing was asked for so long: a day at a desk."""
LIFETIME = timedelta(days=7)
"""A session ends at the latest after this."""
AGAIN = timedelta(minutes=10)
"""How often it is written down at most that a session is in use."""
MOST = 2_000
"""How many sessions are kept; then the one that was idle longest goes."""

LISTS = 3
"""How many lists of people a session remembers: the latest that it was shown."""


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
    said: list[Said] = field(default_factory=list)
    shown: OrderedDict[str, Shown] = field(default_factory=OrderedDict)

    @cached_property
    def csrf(self) -> str:
        """What this session's forms carry; nobody can make it who does not know the cookie."""
        return hashlib.blake2b(b"form", key=self.token.encode()[:64], digest_size=32).hexdigest()

    @property
    def is_kept(self) -> bool:
        """Whether somebody logged in: then it outlives this process."""
        return bool(self.name) and self.proof not in ("proxy", "home")

    def is_its_own(self, token: str) -> bool:
        """Whether a form's token is the one that this session's forms carry."""
        return compare_digest(token.encode("utf-8", "replace"), self.csrf.encode())

    def keep_shown(self, shown: Shown) -> str:
        """Remember a list of people that this browser is shown; gives its name for a form."""
        mark = shown.mark
        self.shown[mark] = shown
        self.shown.move_to_end(mark)
        while len(self.shown) > LISTS:
            self.shown.popitem(last=False)
        return mark

    def take_said(self) -> list[Said]:
        """What is to be told, once."""
        told, self.said = self.said, []
        return told


@dataclass
class Sessions:
    """All sessions: those of strangers here, those with a login wherever logins are kept."""

    clock: Clock
    keeper: Keeper | None = None
    _by_name: OrderedDict[str, Session] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def open(self, name: str = "", role: Role | None = None, proof: str = "") -> Session:
        """A new session under a name that nobody can guess."""
        now = self.clock.now()
        session = Session(token_urlsafe(32), name, role, proof, now, now)
        digest = _kept(session.token)
        self._remember(digest, session)
        if session.is_kept and self.keeper:
            login = Login(digest, name, proof, now, now)
            self.keeper.keep(login, ended_before=now - LIFETIME)
        return session

    def found(self, token: str) -> Session | None:
        """The session of that name, if it has not ended."""
        now, digest = self.clock.now(), _kept(token)
        with self._lock:
            session = self._by_name.get(digest)
        if self.keeper and (session is None or session.is_kept):
            session = self._as_kept(token, session, now)
        if session is None:
            return None
        if now - session.seen > IDLE or now - session.began > LIFETIME:
            self.close(session)
            return None
        session.seen = now
        self._remember(digest, session)
        return session

    def close(self, session: Session) -> None:
        """End a session."""
        digest = _kept(session.token)
        with self._lock:
            self._by_name.pop(digest, None)
        if session.is_kept and self.keeper:
            self.keeper.end(digest)

    def _as_kept(self, token: str, session: Session | None, now: datetime) -> Session | None:
        """The session as every copy of the dashboard sees it, one that another copy began too."""
        assert self.keeper is not None
        digest = _kept(token)
        login = self.keeper.found(digest)
        if login == "unknown":
            return session
        if login is None:
            with self._lock:
                self._by_name.pop(digest, None)
            return None
        if session is None:  # the least there is: whoever asks sets it from the list of users
            session = Session(token, login.name, Role.VIEWER, login.proof, login.began, login.seen)
        session.seen = max(session.seen, login.seen)
        if AGAIN < now - login.seen <= IDLE:
            self.keeper.saw(digest, now)
        return session

    def _remember(self, digest: str, session: Session) -> None:
        with self._lock:
            self._by_name[digest] = session
            self._by_name.move_to_end(digest)
            while len(self._by_name) > MOST:
                self._by_name.pop(self._idlest())

    def _idlest(self) -> str:
        """One that nobody logged in with, if there is one: strangers push nobody out."""
        strangers = (name for name, each in self._by_name.items() if each.role is None)
        return next(strangers, next(iter(self._by_name)))


def _kept(token: str) -> str:
    """Tokens are looked up by a digest, so that no comparison tells how much of one was right."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
