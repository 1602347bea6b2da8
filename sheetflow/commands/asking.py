"""Who decides, and whether they really mean it."""

from __future__ import annotations

import getpass

import click

from sheetflow.commands import terminal

NOT_ASKED = 2
"""The exit code when somebody should be asked and nobody is there."""


def agreed(ctx: click.Context, question: str, *, yes: bool) -> bool:
    """Whether a person says yes, or said so already; without anybody to ask, the command ends."""
    if yes:
        return True
    if not terminal.somebody_is_there():
        terminal.remark("Nothing was done: there is nobody to ask. Add --yes to do it.")
        ctx.exit(NOT_ASKED)
    if click.confirm(question, err=True):
        return True
    terminal.remark("Nothing was done.")
    return False


def whoever_is_here() -> str:
    """What the system calls the user."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container may have no name for its user
        return "somebody"
