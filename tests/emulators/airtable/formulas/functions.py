"""The table of a formula's functions: how many values each takes, and what works it out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tests.emulators.airtable.formulas.moments import Moment
from tests.emulators.airtable.formulas.parsing import Node

MANY = 10_000


class Here(Protocol):
    """Where a formula is worked out: at one record, at one time."""

    @property
    def now(self) -> Moment:
        """The time."""
        ...

    @property
    def record_id(self) -> str:
        """The record's id."""
        ...

    @property
    def created(self) -> Moment:
        """When the record was made."""
        ...

    def modified(self, names: Sequence[str]) -> Moment | None:
        """When one of these fields was changed last, or any, where none is named."""
        ...

    def field(self, name: str) -> Any:
        """The value of a field."""
        ...

    def work_out(self, node: Node) -> Any:
        """The value of a part of the formula; raises Failed."""
        ...


@dataclass(frozen=True)
class Known:
    """A function: it is given values, or, where it is lazy, the parts they would come from."""

    least: int
    most: int
    does: Callable[..., Any]
    lazy: bool = False


FUNCTIONS: dict[str, Known] = {}


def function(
    name: str, least: int, most: int | None = None, *, lazy: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function under its name; it is given `here` and then its values."""

    def register(does: Callable[..., Any]) -> Callable[..., Any]:
        FUNCTIONS[name] = Known(least, least if most is None else most, does, lazy)
        return does

    return register
