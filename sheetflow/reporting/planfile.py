"""A plan as a file, and back: exactly the same plan, or a refusal in words.

What is read is held against the values' own declarations (`planvalues` says how they are written)
and against the file's digest, so that a damaged, edited or foreign file never becomes half a plan.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TextIO

from sheetflow.errors import SetupError
from sheetflow.reporting.planvalues import (
    NoPlanError,
    fits,
    hint_of,
    kept_fields,
    read,
    written,
)
from sheetflow.sequences import LongSequence
from sheetflow.spool import Spool
from sheetflow.values import Plan, digest, in_json

FORMAT = "sheetflow plan"
VERSION = 1
LARGEST = 200_000_000
"""Characters of the largest plan, not counting entries that stand in lines of their own."""

_LIST = re.compile(r'"(\w+)": {"@tuple": \[\n$')
"""How the line ends before a list of which each line is an item, as Sheetflow writes it."""

_HEAD = re.compile(rf'{{"format": "{FORMAT}", "version": (\d+), ')
"""How such a file begins: items of another version are not to be judged by this one."""

_FOREIGN = "it was written by another version of Sheetflow."


def plan_in_json(plan: Plan) -> Iterator[str]:
    """The plan as a text that `plan_from` reads back, part by part: there may be very many."""
    seal = _Seal()
    yield f'{{"format": "{FORMAT}", "version": {VERSION}, "plan": '
    for sealed, shown in _parts(plan):
        seal.add(sealed)
        yield shown
    yield f', "digest": "{seal.closed()}"}}\n'


def plan_from(file: TextIO) -> Plan:
    """The plan that was written, equal to what it was; its entries are not kept in memory.

    Raises SetupError when the text is no plan, was changed, is too large, or was written by another
    version of Sheetflow; and UnicodeDecodeError as the file does.
    """
    lists: dict[str, Spool[Any]] = {}
    try:
        frame = "".join(_frame(file, lists))
        whole = json.loads(frame, object_pairs_hook=_once_each, parse_constant=_no_constant)
        plan = read(_body(whole, lists))
    except UnicodeDecodeError:
        raise
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError):
        raise _refusal("it is damaged or cut short.") from None
    if not isinstance(plan, Plan):
        raise _refusal("there is no plan in it.")
    return _with_lists(plan, lists)


def _frame(file: TextIO, lists: dict[str, Spool[Any]]) -> Iterator[str]:
    """The text with empty lists where each line is an item; their items go into `lists`."""
    size = 0
    for line in _lines(file):
        size += len(line)
        if size > LARGEST:
            raise _refusal(f"it is larger than {LARGEST // 1_000_000} MB.")
        if (head := _HEAD.match(line)) is not None and head[1] != str(VERSION):
            raise _refusal(_FOREIGN)
        yield line
        while (found := _LIST.search(line)) is not None:
            line = _items_into(lists, found[1], file)
            yield line


def _items_into(lists: dict[str, Spool[Any]], name: str, file: TextIO) -> str:
    """Read the items of a list, a line each; gives what stands behind the last one."""
    if name in lists:
        raise NoPlanError
    declared = hint_of("Plan", name)
    items: Spool[Any] = Spool()
    lists[name] = items
    decoder = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=_no_constant)
    for line in _lines(file):
        found, end = decoder.raw_decode(line)
        item = read(found)
        if not fits((item,), declared):
            raise NoPlanError
        items.append(item)
        if line[end:] != ",\n":
            return line[end:]
    raise NoPlanError


def _lines(file: TextIO) -> Iterator[str]:
    return iter(lambda: file.readline(LARGEST + 1), "")


def _with_lists(plan: Plan, lists: Mapping[str, Spool[Any]]) -> Plan:
    """The plan with what was read line by line."""
    return replace(
        plan,
        entries=lists.get("entries", plan.entries),
        left_out=lists.get("left_out", plan.left_out),
        asked=lists.get("asked", plan.asked),
        notices=tuple(lists.get("notices", plan.notices)),
    )


def _body(whole: object, lists: Mapping[str, Spool[Any]]) -> object:
    """What stands under "plan", which with these lists is what was sealed."""
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise _refusal("it was not written by sheetflow plan.")
    if whole.get("version") != VERSION:
        raise _refusal(_FOREIGN)
    if whole.get("digest") != _seal_of(whole.get("plan"), lists):
        raise _refusal("it was changed after it was written.")
    return whole["plan"]


def _refusal(what: str) -> SetupError:
    return SetupError(f"This plan file cannot be used: {what}", hint="Make the plan again.")


def _seal_of(body: Any, lists: Mapping[str, Spool[Any]]) -> str:
    """The digest of a plan as it was read, whose lists stand apart."""
    if not lists:
        return digest(body)
    seal = _Seal()
    seal.add('{"@Plan": ')
    between = "{"
    for name, held in sorted(body["@Plan"].items()):
        seal.add(f'{between}"{name}": ')
        parts = _items(lists[name], shown=False) if name in lists else [_twice(in_json(held))]
        for part, _ in parts:
            seal.add(part)
        between = ", "
    seal.add("}}")
    return seal.closed()


class _Seal:
    """The digest of a plan, made of its parts; the same as `digest` of the whole."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(b"[", digest_size=16)

    def add(self, part: str) -> None:
        """The next part."""
        self._hash.update(part.encode("utf-8", "surrogatepass"))

    def closed(self) -> str:
        """The digest, now that all parts are there."""
        self._hash.update(b"]")
        return self._hash.hexdigest()


def _parts(plan: Plan) -> Iterator[tuple[str, str]]:
    """The plan in parts, each as its digest is made of it and as it is written."""
    yield _twice('{"@Plan": {')
    between = ""
    for name, held in sorted(kept_fields(plan).items()):
        yield _twice(f'{between}"{name}": ')
        if isinstance(held, tuple | LongSequence):
            yield from _items(held)
        else:
            yield _encoded(held)
        between = ", "
    yield _twice("}}")


def _items(items: Iterable[Any], *, shown: bool = True) -> Iterator[tuple[str, str]]:
    """A list; only as its digest is made of it, unless `shown`."""
    yield _twice('{"@tuple": [')
    for number, item in enumerate(items):
        yield (", ", ",\n") if number else ("", "\n")
        yield _encoded(item, shown=shown)
    yield _twice("]}")


def _encoded(value: Any, *, shown: bool = True) -> tuple[str, str]:
    form = written(value)
    return in_json(form), json.dumps(form, sort_keys=True, allow_nan=False) if shown else ""


def _twice(text: str) -> tuple[str, str]:
    return text, text


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NoPlanError
    return found


def _no_constant(_text: str) -> Any:
    raise NoPlanError
