"""The log of exchanges: in memory, and one JSON line each in a file."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.emulators.exchanging import Answer, Request, readable


@dataclass
class ExchangeLog:
    """Exchanges in the order in which they were answered."""

    file: Path | None = None
    exchanges: list[dict[str, Any]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(
        self,
        request: Request,
        answer: Answer | None,
        *,
        service: str,
        method: str,
        at: datetime,
        note: str = "",
    ) -> dict[str, Any]:
        """Write an exchange down; no answer means that the connection was closed without one."""
        line: dict[str, Any] = {
            "time": at.isoformat(),
            "service": service,
            "id": method,
            "method": request.verb,
            "path": request.path,
            "query": _by_name(request.query),
            "body": _body(request),
            "status": answer.status if answer else None,
            "response": _response(answer) if answer else None,
        }
        if note:
            line["fault"] = note
        if answer and answer.violations:
            line["violations"] = answer.violations
        with self._lock:
            self.exchanges.append(line)
            if self.file:
                with self.file.open("a", encoding="utf-8", errors="replace") as out:
                    out.write(json.dumps(line, ensure_ascii=False) + "\n")
        return line


def _by_name(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, text in pairs:
        if name in found:
            before = found[name]
            found[name] = [*before, text] if isinstance(before, list) else [before, text]
        else:
            found[name] = text
    return found


LONGEST = 300_000
"""Bytes: of a longer body only the length is kept, or memory would fill."""


def _body(request: Request) -> Any:
    size = len(request.content)
    return request.logged_body() if size <= LONGEST else f"<{size} bytes>"


def _response(answer: Answer) -> Any:
    if len(answer.content) > LONGEST:
        return f"<{len(answer.content)} bytes>"
    return answer.json if answer.json is not None else readable(answer.content)
