"""Where something is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Position:
    """Where something is written; `line` and `column` count from 1."""

    file: Path
    line: int = 0
    column: int = 0
