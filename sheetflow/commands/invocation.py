"""What was said before the command's name: which workspace is meant, and how it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sheetflow.errors import ProblemsFound, SetupError

if TYPE_CHECKING:
    import click

    from sheetflow.clock import Clock
    from sheetflow.language.vocabulary import Vocabulary
    from sheetflow.plugin.registry import Registry
    from sheetflow.workspace import Workspace


@dataclass(frozen=True)
class Invocation:
    """One call of the program. `folder` is what `--workspace` named, None for the nearest one."""

    folder: Path | None = None

    def workspace_folder(self, near: Path | None = None) -> Path:
        """The workspace's folder: as named, or the nearest from `near` (or from here) upwards.

        Raises SetupError when there is none.
        """
        from sheetflow.workspace import find_workspace

        return find_workspace(self.folder or near or Path.cwd())

    def open_workspace(self, clock: Clock | None = None, *, near: Path | None = None) -> Workspace:
        """The workspace, its settings read and checked. Raises SetupError or ProblemsFound."""
        from sheetflow.workspace import Workspace

        return Workspace.open(self.workspace_folder(near), clock=clock)

    def registry(self) -> Registry:
        """All plugins: those of the workspace too, where there is one, even a faulty one."""
        from sheetflow.plugin.registry import Registry

        try:
            folder: Path | None = self.workspace_folder()
        except SetupError:
            folder = None
        return Registry(folder)

    def vocabulary(self) -> Vocabulary:
        """What a recipe may name: the workspace's words, or outside of one those of the plugins.

        Raises ProblemsFound when the workspace's settings are wrong.
        """
        from sheetflow.language.vocabulary import Vocabulary

        try:
            return self.open_workspace().vocabulary
        except ProblemsFound:
            raise
        except SetupError:
            return Vocabulary(actions=self.registry().actions, tables={})

    def plugin_commands(self) -> dict[str, click.Command]:
        """The commands that plugins add, by name."""
        registry = self.registry()
        registry.load_all()
        found = [command for commands in registry.hook.commands() for command in commands]
        return {command.name: command for command in found if command.name}
