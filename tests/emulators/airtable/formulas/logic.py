"""The logical functions, and those that tell of the record."""

from __future__ import annotations

import math
from typing import Any, NoReturn

from tests.emulators.airtable.formulas.functions import MANY, Here, function
from tests.emulators.airtable.formulas.moments import Moment
from tests.emulators.airtable.formulas.parsing import Node, Reference
from tests.emulators.airtable.formulas.values import Failed, flat, same, truth


@function("IF", 2, 3, lazy=True)
def if_(here: Here, condition: Node, yes: Node, no: Node | None = None) -> Any:
    """One or the other; only the one that is wanted is worked out."""
    if truth(here.work_out(condition)):
        return here.work_out(yes)
    return None if no is None else here.work_out(no)


@function("SWITCH", 3, MANY, lazy=True)
def switch(here: Here, wanted: Node, *cases: Node) -> Any:
    """The result beside the first pattern that is the same; at the end, one for all others."""
    value = here.work_out(wanted)
    for place in range(0, len(cases) - 1, 2):
        if same(value, here.work_out(cases[place])):
            return here.work_out(cases[place + 1])
    return here.work_out(cases[-1]) if len(cases) % 2 else None


def _truths(given: tuple[Any, ...]) -> list[bool]:
    return [truth(one) for one in flat(given)]


@function("AND", 1, MANY)
def and_(here: Here, *given: Any) -> bool:
    """Whether all count as yes."""
    return all(_truths(given))


@function("OR", 1, MANY)
def or_(here: Here, *given: Any) -> bool:
    """Whether one counts as yes."""
    return any(_truths(given))


@function("XOR", 1, MANY)
def xor(here: Here, *given: Any) -> bool:
    """Whether an odd number of them count as yes."""
    return sum(_truths(given)) % 2 == 1


@function("NOT", 1)
def not_(here: Here, given: Any) -> bool:
    """The opposite."""
    return not truth(given)


@function("TRUE", 0)
def true(here: Here) -> bool:
    """Yes."""
    return True


@function("FALSE", 0)
def false(here: Here) -> bool:
    """No."""
    return False


@function("BLANK", 0)
def blank(here: Here) -> None:
    """Nothing."""
    return


@function("ERROR", 0, 1)
def error(here: Here, told: Any = None) -> NoReturn:
    """A failure."""
    raise Failed("#ERROR!")


@function("ISERROR", 1, lazy=True)
def is_error(here: Here, given: Node) -> bool:
    """Whether a part of the formula fails, or is no number that can be counted with."""
    try:
        value = here.work_out(given)
        for one in flat([value]):
            if isinstance(one, float) and not math.isfinite(one):
                return True
    except Failed:
        return True
    return False


@function("RECORD_ID", 0)
def record_id(here: Here) -> str:
    """The record's id."""
    return here.record_id


@function("CREATED_TIME", 0)
def created_time(here: Here) -> Moment:
    """When the record was made."""
    return here.created


@function("LAST_MODIFIED_TIME", 0, MANY, lazy=True)
def last_modified_time(here: Here, *fields: Node) -> Moment | None:
    """When one of the named fields was changed last; any that is not computed, without names."""
    return here.modified([one.name for one in fields if isinstance(one, Reference)])
