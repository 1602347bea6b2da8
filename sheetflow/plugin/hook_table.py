"""Every hook as a line to read, from how it is declared."""

from __future__ import annotations

import inspect

from sheetflow.language.reference import Described
from sheetflow.plugin import hookspecs

HOOKS = tuple(name for name, found in vars(hookspecs).items() if hasattr(found, "sheetflow_spec"))
"""The name of each hook."""


def hooks_described() -> list[Described]:
    """Each hook with its parameters, and what it is."""
    return [_described(name) for name in HOOKS]


def _described(name: str) -> Described:
    hook = getattr(hookspecs, name)
    parameters = ", ".join(inspect.signature(hook).parameters)
    return Described(f"{name}({parameters})", " ".join((inspect.getdoc(hook) or "").split()))
