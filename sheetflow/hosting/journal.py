"""What a host reads of what happens: a line for each event, without names, addresses or secrets."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from typing import Literal, TextIO

from sheetflow.clock import Clock
from sheetflow.values import digest

Form = Literal["text", "json"]

_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
_NUMBER = re.compile(r"\+?\d[\d ()/.-]{6,}\d")
_PLAIN = re.compile(r"[\w./:+-]+")
_LONGEST = 500


@dataclass
class Journal:
    """Writes events to a stream, one line each, whichever thread they come from.

    `salt` is the ledger's: the same person has the same hash in all of its logs, and nobody can
    find out who it is without the ledger.
    """

    stream: TextIO
    clock: Clock
    form: Form = "text"
    salt: str = ""
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def say(self, event: str, **facts: object) -> None:
        """One event, such as "run ended", with its facts; those that are None are left out."""
        told = {name: self._plain(fact) for name, fact in facts.items() if fact is not None}
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

    def _plain(self, fact: object) -> object:
        if not isinstance(fact, str):
            return fact if isinstance(fact, int | float | dict) else str(fact)
        text = _ADDRESS.sub(lambda found: f"person:{self.person(found[0].casefold())}", fact)
        text = _NUMBER.sub(lambda found: f"number:{self.person(found[0])}", text)
        return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST]


def _shown(fact: object) -> str:
    text = json.dumps(fact, ensure_ascii=False) if isinstance(fact, dict) else str(fact)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
