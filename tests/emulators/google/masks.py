"""Partial responses: the `fields` parameter, read, checked against a schema, and applied.

A mask is a tree of names; an empty tree keeps all there is below it.
Source: developers.google.com/workspace/drive/api/guides/fields-parameter; Sheets, Docs and Forms
also take the dotted form of a protocol buffers field mask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Mask = dict[str, Any]  # name -> Mask


class Kept(dict[str, Any]):
    """A JSON object that holds no more than its mask keeps: it need not be looked at again."""


Path = tuple[str, ...]

TOKEN = re.compile(r"[,()/.]|[^,()/.\s]+")
MARKS = frozenset(",()/.")


class BadMask(ValueError):
    """The text is not a mask; its argument is the text."""


def parse(text: str) -> Mask:
    """Read `a,b/c,d(e,f)` or `a,b.c`; raises BadMask."""
    tokens = TOKEN.findall(text)
    paths, rest = _paths(tokens, 0)
    if rest != len(tokens):
        raise BadMask(text)
    return _tree(paths)


def _paths(tokens: list[str], at: int) -> tuple[list[Path], int]:
    """Comma-separated paths from `at` on, each as its names, and where they end."""
    found: list[Path] = []
    while True:
        some, at = _path(tokens, at)
        found += some
        if at >= len(tokens) or tokens[at] != ",":
            return found, at
        at += 1


def _path(tokens: list[str], at: int) -> tuple[list[Path], int]:
    if at >= len(tokens) or tokens[at] in MARKS:
        raise BadMask("".join(tokens))
    name, follows = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
    if follows in {"/", "."}:
        tails, at = _path(tokens, at + 2)
    elif follows == "(":
        tails, at = _paths(tokens, at + 2)
        if at >= len(tokens) or tokens[at] != ")":
            raise BadMask("".join(tokens))
        at += 1
    else:
        tails, at = [()], at + 1
    return [(name, *tail) for tail in tails], at


def _tree(paths: Iterable[Path]) -> Mask:
    grouped: dict[str, list[Path]] = {}
    for path in paths:
        if not path or path == ("*",):
            return {}
        grouped.setdefault(path[0], []).append(path[1:])
    return {name: _tree(tails) for name, tails in grouped.items()}


def below(mask: Mask, name: str) -> Mask | None:
    """What the mask asks for under `name`: a mask, {} for all, or None for nothing."""
    if not mask:
        return {}
    found = [mask[key] for key in (name, "*") if key in mask]
    if not found or {} in found:
        return {} if found else None
    return found[0] if len(found) == 1 else {**found[1], **found[0]}


def asks(mask: Mask, path: str) -> bool:
    """Whether anything at `path` ("sheets/data") is kept."""
    here: Mask | None = mask
    for name in path.split("/"):
        here = below(here, name) if here is not None else None
    return here is not None


def kept(mask: Mask, value: Any) -> Any:
    """The part of a JSON value that the mask keeps."""
    if not mask or isinstance(value, Kept):
        return value
    if isinstance(value, list):
        return [kept(mask, one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for name, inner in value.items():
        sub = below(mask, name)
        if sub is not None:
            found[name] = kept(sub, inner)
    return found
