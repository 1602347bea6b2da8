"""What a tick in the control table asks for, seen beside what stood there when we looked last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sheetflow.ledger.controls import Control
from sheetflow.tables.text import shown
from sheetflow.values import Cell

Wish = Literal["", "on", "off", "refused"]
"""What somebody wants. "refused" means that a tick stands there that nobody is sure to have set."""


@dataclass(frozen=True)
class Decision:
    """What to do about one line, and what to say there about it."""

    wish: Wish = ""
    remark: str = ""


def decide(
    before: Control | None, tick: Cell, says: Mapping[str, object], *, is_on: bool
) -> Decision:
    """What the line asks for. `says` are its other cells, and `is_on` how things are.

    Only a change asks for anything. Whoever takes a tick away is always followed. A tick that was
    set is followed if everything else in the line stands as we left it: a line that was pasted, or
    a sheet that was put back to an older version, switches nothing on.
    """
    if tick.problem is not None:
        return Decision("", f"{tick.problem.text} in the column On".strip())
    ticked = tick.value is True
    if before is None:
        if ticked and not is_on:
            return Decision(
                "refused", "This tick was there before Sheetflow was. Tick it once more."
            )
        return Decision()
    if ticked == before.ticked:
        return Decision()
    if not ticked:
        return Decision("off" if is_on else "")
    if is_on:
        return Decision()
    if not as_we_left_it(before, says):
        return Decision("refused", "This line was pasted or put back. If it is meant, tick again.")
    return Decision("on")


def as_we_left_it(before: Control, says: Mapping[str, object]) -> bool:
    """Whether the cells beside the tick say what we last wrote there."""
    return all(shown(says.get(column)).strip() == text for column, text in before.said.items())
