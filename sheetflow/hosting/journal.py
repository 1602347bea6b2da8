"""What a host reads of what happens: a line for each event, without names, addresses or secrets."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Literal, TextIO

from sheetflow.clock import Clock
from sheetflow.values import digest

Form = Literal["text", "json"]

_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
_NUMBER = re.compile(r"(?<![\w.-])(?:\+|0|\()\d[\d ()/.-]{6,}\d|\b\d{3}[-. ]\d{3}[-. ]\d{4}\b")
_FREE = ("says", "reasons")
"""Facts that hold sentences, which may quote a cell."""

_PLAIN = re.compile(r"[\w./:+-]+")
_LONGEST = 500


@dataclass
class Journal:
    """Writes events to a stream, if there is one, a line each, whichever thread they come from.

    `salt` is to be the ledger's: the same person has the same hash in all of its logs, and nobody
    can find out who it is without the ledger. Until it is known, it is any.
    """

    stream: TextIO | None
    clock: Clock
    form: Form = "text"
    salt: str = field(default_factory=token_hex)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def say(self, event: str, **facts: object) -> None:
        """One event, such as "run ended", with its facts; those that are None are left out."""
        if self.stream is None:
            return
        told = {
            name: self._discreet(fact) if name in _FREE else fact
            for name, fact in facts.items()
            if fact is not None
        }
        at = self.clock.now().isoformat(timespec="seconds")
        if self.form == "json":
            line = json.dumps({"at": at, "event": event, **told}, ensure_ascii=False)
        else:
            line = " ".join([at, event, *(f"{name}={_shown(it)}" for name, it in told.items())])
        with self._turn:
            try:
                self.stream.write(line + "\n")
                self.stream.flush()
            except (OSError, ValueError):
                return  # nobody reads any more, which is no reason to stop

    def person(self, *who: str) -> str:
        """A person, or a row of a table, as a hash."""
        return digest(self.salt, *who)[:12]

    def _discreet(self, fact: object) -> str:
        """A sentence with a hash in the place of each address and each telephone number."""
        text = _ADDRESS.sub(lambda found: f"person:{self.person(found[0].casefold())}", str(fact))
        text = _NUMBER.sub(lambda found: f"number:{self.person(found[0])}", text)
        return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST]


def _shown(fact: object) -> str:
    text = json.dumps(fact, ensure_ascii=False) if isinstance(fact, dict) else str(fact)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
