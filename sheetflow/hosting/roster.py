"""Which recipes a workspace has, and the schedule of each, read anew when a file has changed.

Only the keys `schedule` and `owner` are read here, so that a recipe with another mistake keeps its
times, and its run says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sheetflow.clock import Clock
from sheetflow.errors import SheetflowError
from sheetflow.language.nodes import Map, Scalar
from sheetflow.language.problems import Mistake, Problems
from sheetflow.language.recipe_keys import OWNER
from sheetflow.language.schedules import parse_schedule
from sheetflow.language.yamlfile import read_yaml
from sheetflow.network.bill import Bill

if TYPE_CHECKING:
    from sheetflow.language.schedules import Schedule
    from sheetflow.workspace import Workspace

Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class Listed:
    """A recipe: its schedule and its owner, if it has them; or what is wrong with the schedule.

    An owner whose address is none is no owner: the news goes where that of all others goes.
    """

    name: str
    schedule: Schedule | None = None
    problem: str = ""
    owner: str = ""


@dataclass(frozen=True)
class Roll:
    """The recipes as they are now, in a workspace whose settings are sound."""

    workspace: Workspace
    recipes: Mapping[str, Listed]

    @property
    def owners(self) -> Mapping[str, str]:
        """Who looks after a recipe, by the recipe; nobody where no mail can be sent to them."""
        if not self.workspace.settings.senders:
            return {}
        return {name: listed.owner for name, listed in self.recipes.items() if listed.owner}

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times of day are meant."""
        return self.workspace.clock.zone


@dataclass
class Roster:
    """Looks at the files of a workspace, often and cheaply. `bill` is for all runs."""

    folder: Path
    clock: Clock
    bill: Bill = field(default_factory=Bill)
    _known: dict[Path, tuple[Stamp, Listed]] = field(default_factory=dict)
    _workspace: tuple[Stamp, Workspace] | None = None

    def look(self) -> Roll:
        """The recipes as they are now. Raises SheetflowError when the settings are wrong."""
        workspace = self._settled()
        workspace.__dict__.pop("recipes", None)  # it is found once; files come and go
        recipes = workspace.recipes
        known = {path: self._listed(name, path) for name, path in recipes.items()}
        self._known = known
        return Roll(workspace, {listed.name: listed for _, listed in known.values()})

    def open(self) -> Workspace:
        """The workspace with everything read anew. Raises SheetflowError when it is wrong."""
        from sheetflow.workspace import Workspace

        workspace = Workspace.open(self.folder, clock=self.clock)
        workspace.bill = self.bill
        if self._workspace is not None:  # the settings are new, the haste of a minute ago is not
            workspace.pacer = self._workspace[1].pacer
        return workspace

    def _settled(self) -> Workspace:
        from sheetflow.workspace.settings import FILE

        stamp = stamp_of(self.folder / FILE)
        if self._workspace is None or self._workspace[0] != stamp:
            self._workspace = (stamp, self.open())
        return self._workspace[1]

    def _listed(self, name: str, path: Path) -> tuple[Stamp, Listed]:
        stamp = stamp_of(path)
        known = self._known.get(path)
        return known if known and known[0] == stamp else (stamp, _read(name, path))


def stamp_of(path: Path) -> Stamp:
    """What is different once a file was written; nothing but zeros for none."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _read(name: str, path: Path) -> Listed:
    problems, owner = Problems(), ""
    try:
        document = read_yaml(path, problems)
        root = document.root if document is not None else None
        owner = _owner(root)
        written = root.get("schedule") if isinstance(root, Map) else None
        if isinstance(written, Scalar):
            return Listed(name, parse_schedule(written.text), owner=owner)
        problems.raise_any()  # it may be there, where nothing can be read
    except (SheetflowError, Mistake) as error:
        return Listed(name, problem=str(error), owner=owner)
    return Listed(name, owner=owner)


def _owner(root: object) -> str:
    written = root.get("owner") if isinstance(root, Map) else None
    try:
        return OWNER.parse(written.text.strip()) if isinstance(written, Scalar) else ""
    except Mistake:
        return ""
