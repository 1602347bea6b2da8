"""What a step does: `plan` says it as a Change or a Noop, `apply` does it.

class Applaud(Action["Applaud.Options"]):
    \"\"\"Clap for somebody.\"\"\"

    name = "applaud"

    @dataclass(frozen=True, kw_only=True)
    class Options:
        who: People = main("Who has earned it.")
        times: int = option("How often.", default=1)

    def plan(self, work: Work) -> Change | Noop:
        person = work.person(self.options.who[0])
        return Change(f"clap for {person.name}", data={"times": self.options.times})

    def apply(self, change: Change) -> Receipt:
        ...
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from sheetflow.language.vocabulary import Gift, People
from sheetflow.plugin.describing import described
from sheetflow.plugin.one_by_one import one_by_one
from sheetflow.plugin.options import options_of
from sheetflow.plugin.work import Past, Work
from sheetflow.values import Change, Noop, Receipt

if TYPE_CHECKING:
    from sheetflow.ledger.records import Load
    from sheetflow.plugin.tools import Tools
    from sheetflow.tables.table import Table

__all__ = ["Action", "Past", "Work"]

O = TypeVar("O")  # noqa: E741 - the options of an action


class Action(ABC, Generic[O]):
    """The base of all actions. One is made for each step of a plan, and one for applying it."""

    name: ClassVar[str]
    Options: ClassVar[type[Any]]
    idempotent: ClassVar[bool] = False
    answerable: ClassVar[bool] = False
    """Whether its messages may hold links by which somebody answers."""

    def __init__(self, options: O, tools: Tools) -> None:
        self.options = options
        self.tools = tools

    @classmethod
    def gives(cls, options: Mapping[str, Any]) -> Mapping[str, Gift]:  # noqa: ARG003 - for others
        """The names this step adds for later ones, from its options."""
        return {}

    @classmethod
    def also_reads(cls, options: Mapping[str, Any]) -> Collection[str] | None:  # noqa: ARG003 - for others
        """The columns that this step reads and its options do not name, where they are there.

        None, as by default, if that cannot be told: then a service is asked for all there are.
        """
        return None

    @classmethod
    def writes(cls, options: Mapping[str, Any]) -> Collection[str]:  # noqa: ARG003 - for others
        """The columns of the row that this step may write, from its options."""
        return ()

    def loads(
        self,
        table: Table,  # noqa: ARG002 - for those who give rows to somebody
        done: Iterable[Change],  # noqa: ARG002 - for them, too
    ) -> Sequence[Load]:
        """How many rows of `table` each has whom this step gives rows to; for a picture of it.

        `done` are the changes of this run, of which the table as it was read does not know. By
        default, as for all who give no rows to anybody, there is nothing to draw.
        """
        return ()

    @classmethod
    def reaches(cls, options: Mapping[str, Any]) -> Collection[str] | None:
        """The people of the recipe whom this step writes to; None if the recipe cannot tell.

        Without a deed nobody is reached; with one, everybody whom its options name.
        """
        if cls.apply is Action.apply:
            return ()
        named = [name for value in options.values() if isinstance(value, People) for name in value]
        return tuple(dict.fromkeys(named)) or None

    @classmethod
    def describe(cls, options: Mapping[str, Any]) -> Sequence[str]:
        """What this step does, in sentences for somebody who cannot read a recipe.

        By default each option is told as it was declared, so that none can be left out.
        """
        return described(cls.name, cls.__doc__ or "", options_of(cls.Options), options)

    @property
    def parallel(self) -> int:
        """How many changes of one step may be handed over at the same time."""
        return 1

    @property
    def together(self) -> int:
        """How many changes of one step `apply_many` takes at the same time, in one thread.

        Each of the `parallel` is handed over by a thread of its own otherwise.
        """
        return 1

    @property
    def revisits(self) -> bool:
        """Whether a finished step is looked at again, for what may have to be taken back."""
        return False

    def prepare(self, works: Sequence[Work]) -> None:
        """See every row of the step before any is planned, for what must be fair among them."""

    @property
    def notices(self) -> Sequence[str]:
        """What is worth saying once about the whole step, now that it is planned."""
        return ()

    @abstractmethod
    def plan(self, work: Work) -> Change | Noop | Sequence[Change | Noop]:
        """What is to be done for this row. Reads only; raises RowStopped with what to say."""

    def apply(self, change: Change) -> Receipt:  # noqa: ARG002 - for others
        """Do one change. Whatever it raises is told in the row.

        Raise Refused, TooFast or Unreachable only when it was certainly not taken. Anything else
        counts as "may have been taken". By default there is no deed: the change is all in `cells`.
        """
        return Receipt()

    def apply_many(self, changes: Sequence[Change]) -> Sequence[Receipt | Exception]:
        """Do several changes at the same time: for each what `apply` would give, or raise.

        By default one after the other. Only actions that say so in `together` are asked. What this
        itself raises holds for all of them, as in `apply`.
        """
        return one_by_one(self.apply, changes)

    def reconcile(self, change: Change) -> Receipt | bool:  # noqa: ARG002 - for others
        """After a crash: a receipt if it was done, False if surely not, True if nobody can tell."""
        return True

    def close(self) -> None:
        """Let go of what was kept open while applying."""
