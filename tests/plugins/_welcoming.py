"""A workspace whose recipe welcomes the people of a table elsewhere, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sheetflow.clock import Clock
from sheetflow.network.pacing import Pacer, Waiting
from sheetflow.runner.running import Run, run
from sheetflow.workspace import Workspace
from tests.emulators.serving import Emulator
from tests.files import write_files

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 14, 12, tzinfo=ZONE)
RECIPE = """\
recipe: Welcome
for_each: person in People
where: everyone
steps:
  - email: person
    template: welcome
"""
TEMPLATE = """\
---
subject: Welcome
---
Hello {{ person.name }} of {{ person.region }}.
"""


@dataclass
class Welcoming:
    """An emulator, and workspaces over it with the recipe `welcome`."""

    emulator: Emulator
    folder: Path
    slept: list[float] = field(default_factory=list)
    now: datetime = NOW

    def workspace(self, **more: Any) -> Workspace:
        """A workspace whose table People is at the emulator."""
        raise NotImplementedError

    def opened(self, name: str, files: Mapping[str, str], recipe: str) -> Workspace:
        """A workspace with these files; waiting at the door is only noted down."""
        recipes = {"recipe.yaml": recipe, "templates/welcome.md": TEMPLATE}
        more = {f"recipes/welcome/{file}": text for file, text in recipes.items()}
        folder = write_files(self.folder / name, {**files, **more})
        workspace = Workspace.open(folder, clock=Clock.at(self.now, ZONE))
        workspace.pacer = self.pacer()
        return workspace

    def pacer(self) -> Pacer:
        """A pacer for which time passes by waiting alone."""
        return Pacer(Waiting(now=lambda: sum(self.slept), sleep=self.slept.append))

    def run(self, workspace: Workspace | None = None) -> Run:
        """One run of the recipe, planned and applied at once."""
        workspace = workspace or self.workspace()
        return run(workspace.recipe("welcome"), workspace)

    def mails(self, name: str = "ws") -> list[str]:
        """Whom mails went to, one for each mail."""
        found = (self.folder / name).rglob("*.eml")
        return sorted(
            match[1]
            for path in found
            if (match := re.search(r"(?m)^To: .*?([\w.]+@[\w.]+)>?$", path.read_text("utf-8")))
        )
