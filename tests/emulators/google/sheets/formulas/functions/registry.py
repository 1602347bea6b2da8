"""Where functions are held by name, with how many arguments they take and in which form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Style = Literal["each", "blocks", "lazy"]


@dataclass(frozen=True)
class Function:
    """A function: `rule` takes scalars ("each"), values ("blocks") or unread parts ("lazy").

    `whole`: its arguments keep their blocks whole, as inside ARRAYFORMULA. `sees_errors`: an
    error is an argument like others.
    """

    name: str
    rule: Callable[..., Any]
    style: Style
    least: int
    most: int
    whole: bool = False
    sees_errors: bool = False

    @property
    def lazy(self) -> Callable[..., Any]:
        """The rule of a function that reads its own arguments."""
        return self.rule


FUNCTIONS: dict[str, Function] = {}
_MANY = 255


def function(
    name: str,
    least: int,
    most: int | None = -1,
    *,
    style: Style = "each",
    whole: bool = False,
    sees_errors: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a function under a name (several with spaces between); `most` None: any number."""

    def register(rule: Callable[..., Any]) -> Callable[..., Any]:
        limit = _MANY if most is None else least if most == -1 else most
        for each in name.split():
            FUNCTIONS[each] = Function(each, rule, style, least, limit, whole, sees_errors)
        return rule

    return register


def least_and_most(found: Function, given: int) -> str:
    """What Sheets says if a function got too few or too many arguments, else ""."""
    if found.least <= given <= found.most:
        return ""
    if found.least == found.most:
        wanted = f"{found.least}"
    elif given < found.least:
        wanted = f"at least {found.least}"
    else:
        wanted = f"between {found.least} and {found.most}"
    return (
        f"Wrong number of arguments to {found.name}. Expected {wanted} arguments, "
        f"but got {given} arguments."
    )
