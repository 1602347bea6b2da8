"""A folder with `sheetflow.yaml`: what it declares, its recipes, and the way to open it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sheetflow.clock import Clock, zone_named
from sheetflow.errors import Problem, ProblemsFound, SetupError, TableError
from sheetflow.language.loading import load_recipe, recipe_id
from sheetflow.language.problems import did_you_mean
from sheetflow.language.recipe import Recipe
from sheetflow.language.vocabulary import Vocabulary
from sheetflow.network.bill import Bill
from sheetflow.network.door import Door
from sheetflow.network.pacing import Pacer
from sheetflow.plugin.links import Links
from sheetflow.plugin.registry import Registry
from sheetflow.plugin.tools import Tools
from sheetflow.secrets import find_secret
from sheetflow.workspace.loading import load_settings
from sheetflow.workspace.settings import FILE, Settings
from sheetflow.workspace.shared_pace import SharedShelf
from sheetflow.workspace.words import vocabulary_of

if TYPE_CHECKING:
    from sheetflow.language.messages.drafts import Draft
    from sheetflow.ledger.store import Ledger
    from sheetflow.runner.session import Session
    from sheetflow.tables.readings import Readings
    from sheetflow.workspace.opened import Opened

CHAPTER = "main"
"""The only chapter there is until chapters are declared; a part of every key."""


def find_workspace(start: Path) -> Path:
    """The nearest folder from `start` upwards that is a workspace. Raises SetupError."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder
    raise SetupError(
        f"There is no {FILE} in {start}, nor in a folder above it.",
        hint="Make a workspace: sheetflow init my-campaign",
    )


@dataclass(frozen=True)
class Checked:
    """What `sheetflow check` found: the mistakes, and the documents that only a plan reads."""

    problems: tuple[Problem, ...]
    unread: tuple[str, ...] = ()


@dataclass
class Workspace:
    """A workspace whose settings are checked; its recipes are checked when they are asked for.

    `in_question` opens a ledger that may be an old copy, for whoever is to say whether it is.
    """

    folder: Path
    settings: Settings
    registry: Registry
    clock: Clock
    pacer: Pacer = field(default_factory=Pacer)
    bill: Bill = field(default_factory=Bill)
    in_question: bool = False

    @classmethod
    def open(cls, folder: Path, *, clock: Clock | None = None) -> Self:
        """Read and check `sheetflow.yaml`. Raises ProblemsFound with all that is wrong in it."""
        registry = Registry(folder)
        settings = load_settings(folder / FILE, registry)
        zone = zone_named(settings.organization.zone)
        found = cls(folder, settings, registry, (clock or Clock()).in_zone(zone))
        found.pacer = Pacer(shelf=SharedShelf(lambda: found.ledger_address))
        return found

    @property
    def has_own_links(self) -> bool:
        """Whether the links in its mails work; not those of a test or a rehearsal."""
        return True

    @cached_property
    def recipes(self) -> Mapping[str, Path]:
        """Where each recipe is, by its id: the name of its folder, or of its file."""
        found: dict[str, Path] = {}
        for path in sorted(self._recipe_files()):
            name = recipe_id(path)
            if name in found:
                raise SetupError(
                    f'There are two recipes called "{name}": {found[name]} and {path}.',
                    hint="Rename one; the name keeps its steps from happening twice.",
                )
            found[name] = path
        return found

    def has_recipe(self, name: str) -> bool:
        """Whether there is a recipe with this id."""
        return name in self.recipes

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Everything that a recipe of this workspace may name."""
        with self._tables_alone() as opened:
            return vocabulary_of(self.settings, self.registry, partial(self._columns, opened))

    def recipe(self, name: str, *, offline: bool = False) -> Recipe:
        """The recipe of that name, or at that path. Raises SetupError or ProblemsFound.

        Messages that stand in documents are read now; `offline`, nobody is asked for them. Raises
        Unreachable and TooFast when they cannot be had just now.
        """
        path = self.recipes.get(name.rstrip("/")) or self._at(name)
        if path is None:
            raise SetupError(
                f'There is no recipe "{name}" in {self.folder}.',
                hint=did_you_mean(name, self.recipes) or _all_of(self.recipes),
            )
        words = self.vocabulary
        if not offline:
            words = replace(words, documents=self.documents())
        return load_recipe(path, words, self._templates(path))

    def check(self, path: Path | None = None) -> tuple[Problem, ...]:
        """Every mistake in the recipes of the workspace, or of the one at `path`."""
        return self.checked(path).problems

    def checked(self, path: Path | None = None) -> Checked:
        """Every mistake, and what could not be looked at because nobody is asked for it."""
        problems: list[Problem] = list(self._missing_tables()) if path is None else []
        unread: list[str] = []
        for each in self.recipes.values() if path is None else [path]:
            try:
                recipe = load_recipe(each, self.vocabulary, self._templates(each))
                unread += recipe.unread
                problems += self._unheard_owner(recipe)
            except ProblemsFound as found:
                problems += found.problems
        return Checked(tuple(sorted(set(problems))), tuple(dict.fromkeys(unread)))

    def _unheard_owner(self, recipe: Recipe) -> Iterator[Problem]:
        """An owner to whom nothing would ever be sent."""
        news = self.settings.organizing.digest or self.settings.hosting.alert
        if recipe.owner and not (news and self.settings.senders):
            what = "nothing is ever sent to them, as there is no digest, no alerts, or no sender."
            cure = "Declare senders and digest or alerts in sheetflow.yaml."
            yield Problem(recipe.path, 0, 0, "owner", what, cure)

    def documents(self) -> Callable[[str], Draft] | None:
        """Reads messages that stand in documents, each once; None where nobody may be asked."""

        @cache
        def read(address: str) -> Draft:
            door = Door(may_write=False, pacer=self.pacer, bill=self.bill, clock=self.clock)
            with closing(self.opened(None, door)) as opened:
                return opened.library(address).draft(address)

        return read

    @property
    def ledger_address(self) -> str | Path:
        """Where the ledger is: a file of the workspace, or a database by URL."""
        declared = self.settings.ledger
        if isinstance(declared, Path):
            return self.folder / declared
        return find_secret(declared, folder=self.folder).reveal()

    def ledger(self, *, read_only: bool = True) -> Ledger:
        """The ledger; read-only it is not even made."""
        from sheetflow.ledger.store import Ledger

        return Ledger.open(
            self.ledger_address,
            read_only=read_only,
            clock=self.clock,
            in_question=self.in_question,
        )

    def opened(self, ledger: Ledger | None, door: Door) -> Opened:
        """Its tables and connections, none of them open yet."""
        from sheetflow.workspace.opened import Opened

        return Opened(self.folder, CHAPTER, self.settings, self.registry, ledger, door)

    @contextmanager
    def open_session(
        self, *, may_write: bool, attended: bool = True, readings: Readings | None = None
    ) -> Iterator[Session]:
        """The workspace for one phase of a run; its tables are read anew, or as `readings` say.

        `attended` means that a person sees the plan and starts the run, and not the clock.
        """
        from sheetflow.runner.session import Session

        ledger = self.ledger(read_only=not may_write)
        door = Door(may_write=may_write, pacer=self.pacer, bill=self.bill, clock=self.clock)
        opened = self.opened(ledger, door)
        opened.readings = readings
        tools = Tools(
            clock=self.clock,
            door=door,
            folder=self.folder,
            organization=self.settings.organization,
            table=opened.table,
            connection=opened.connection,
            sender=opened.sender,
            policy=self.settings.policy,
            attended=attended,
            links=Links(self.settings.hosting.public_url, self.has_own_links),
            expect=opened.expect,
            need=opened.need,
        )
        try:
            yield Session(CHAPTER, tools, ledger, self.registry, self.has_recipe)
        finally:
            opened.close()
            self.pacer.close()

    @contextmanager
    def _tables_alone(self) -> Iterator[Opened]:
        """The tables for their columns, without the ledger, which takes longer to open than all."""
        with closing(self.opened(None, Door(may_write=False))) as opened:
            yield opened

    def _columns(self, opened: Opened, table: str) -> tuple[str, ...] | None:
        """The columns of a table on this machine; None where one would have to ask a service."""
        if not self._is_local(table):
            return None
        try:
            return opened.table(table).columns
        except TableError:
            return None

    def _missing_tables(self) -> Iterator[Problem]:
        """Tables on this machine that cannot be read as they are."""
        with self._tables_alone() as opened:
            for name in filter(self._is_local, self.settings.tables):
                if name == self.settings.organizing.control:
                    continue  # it is made where it is not there
                try:
                    opened.table(name).columns  # noqa: B018 - read it to find out
                except TableError as error:
                    file = self.folder / FILE
                    yield Problem(file, 0, 0, f"tables: {name}", error.message, error.hint)

    def _is_local(self, table: str) -> bool:
        connection = self.settings.tables[table].connector
        declared = self.settings.connections.get(connection)
        return self.registry.connector(declared.connector if declared else connection).local

    def _recipe_files(self) -> Iterator[Path]:
        for folder in (self.folder, self.folder / "recipes"):
            yield from folder.glob("*/recipe.yaml")
        for path in (self.folder / "recipes").glob("*.yaml"):
            if path.name != "tests.yaml":  # they are the tests of the recipe beside it
                yield path

    def _at(self, name: str) -> Path | None:
        for path in (Path(name), Path(name) / "recipe.yaml", self.folder / name):
            if path.is_file():
                return path
        return None

    def _templates(self, recipe: Path) -> tuple[Path, ...]:
        """Where its message templates are: beside the recipe first, then in the workspace."""
        beside = recipe.parent / "templates"
        return tuple(dict.fromkeys((beside, self.folder / "templates")))


def _all_of(recipes: Mapping[str, Path]) -> str:
    if not recipes:
        return "Recipes stand in a folder recipes/, each as NAME/recipe.yaml."
    return f"There are: {', '.join(recipes)}."
