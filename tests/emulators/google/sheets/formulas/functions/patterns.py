"""The functions of regular expressions: REGEXMATCH, REGEXEXTRACT, REGEXREPLACE.

Sheets uses RE2; what RE2 refuses (look-around, back references) is refused here as well.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ..values import Block, Scalar, Value, as_text, fail
from .registry import function
from .texts import bounded

if TYPE_CHECKING:
    from ..evaluating import Evaluator
    from ..reading import Node

_NOT_RE2 = re.compile(r"(?<!\\)(?:\\\\)*(?:\(\?[=!]|\(\?<[=!]|\\[1-9])")


@lru_cache(maxsize=500)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    if _NOT_RE2.search(pattern):
        return None
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _pattern(name: str, text: Scalar) -> re.Pattern[str]:
    found = _compiled(as_text(text))
    if found is None:
        fail(
            "REF",
            f'Function {name} parameter 2 value "{as_text(text)}" is not a valid '
            "regular expression.",
        )
    return found


def _text(name: str, value: Scalar) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return fail(
        "VALUE",
        f"Function {name} parameter 1 expects text values. But '{as_text(value)}' is a number and "
        "cannot be coerced to a text.",
    )


@function("REGEXMATCH", 2)
def _regexmatch(text: Scalar, pattern: Scalar) -> bool:
    return bool(_pattern("REGEXMATCH", pattern).search(_text("REGEXMATCH", text)))


@function("REGEXEXTRACT", 2, style="lazy")
def _regexextract(here: Evaluator, nodes: tuple[Node, ...]) -> Value:
    values = [here.value(node) for node in nodes]
    if here.array and any(isinstance(value, Block) for value in values):
        return here.spread(_one, values)
    text, pattern = (here.single(value) for value in values)
    found = _extracted(text, pattern)
    return Block((found,)) if len(found) > 1 else found[0]


def _one(text: Scalar, pattern: Scalar) -> Scalar:
    return _extracted(text, pattern)[0]


def _extracted(text: Scalar, pattern: Scalar) -> tuple[Scalar, ...]:
    whole = _text("REGEXEXTRACT", text)
    found = _pattern("REGEXEXTRACT", pattern).search(whole)
    if not found:
        fail(
            "N_A",
            f'Function REGEXEXTRACT parameter 2 value "{as_text(pattern)}" does not match text of '
            f'Function REGEXEXTRACT parameter 1 value "{whole}".',
        )
    return tuple(group or "" for group in found.groups()) or (found[0],)


@function("REGEXREPLACE", 3)
def _regexreplace(text: Scalar, pattern: Scalar, new: Scalar) -> str:
    instead = re.sub(r"\$(\d)", r"\\g<\1>", as_text(new).replace("\\", "\\\\"))
    compiled = _pattern("REGEXREPLACE", pattern)
    try:
        return bounded(compiled.sub(instead, _text("REGEXREPLACE", text)))
    except re.error:
        fail("VALUE", "Function REGEXREPLACE parameter 3 names a group that is not there.")
