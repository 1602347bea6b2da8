"""The gate: all guards in one chain. Each can hold a change back; none can let one through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice
from threading import Lock

from sheetflow.errors import LedgerError, SheetflowError
from sheetflow.language.recipe import Recipe
from sheetflow.ledger.records import Approval
from sheetflow.plugin.guard import Guard, Held, RunGuard
from sheetflow.runner.awaiting import with_answers
from sheetflow.runner.guards import OF_THE_RUN, OWN
from sheetflow.runner.memory import LedgerMemory
from sheetflow.runner.session import Session
from sheetflow.sequences import Chosen
from sheetflow.spool import Spool
from sheetflow.values import Entry, Noop, Status, Word, does_something

Ask = Callable[[Entry], Held | None]


class Gate:
    """The guards of one run, asked when planning and again just before handing over.

    Guards that look at each change come first, those that look at the whole run last. Close it
    after use.
    """

    def __init__(
        self,
        recipe: Recipe,
        session: Session,
        entries: Sequence[Entry],
        *,
        approval: Approval | None = None,
    ) -> None:
        self._memory = LedgerMemory(session, recipe.id, approval=approval)
        self._lock = Lock()
        guards = [
            guard(recipe, session.tools, self._memory)
            for guard in (*OWN, *session.registry.guards(), *OF_THE_RUN)
        ]
        self._of_runs = [guard for guard in guards if isinstance(guard, RunGuard)]
        self._of_changes = [guard for guard in guards if not isinstance(guard, RunGuard)]
        self._all = [*self._of_changes, *self._of_runs]
        self._chain = _Chain(self._all)
        self._chain_of_runs = _Chain(self._of_runs)
        for guard in guards:
            guard.prepare(entries)

    @cached_property
    def _chain_of_changes(self) -> _Chain:
        """For planning, which is at one moment: without those that have nothing to say then."""
        return _Chain(self._of_changes, not_asked=list(filter(_is_sure, self._of_changes)))

    @property
    def notices(self) -> tuple[str, ...]:
        """What the guards have to say once about the whole plan."""
        return tuple(notice for guard in self._all for notice in guard.notices)

    def close(self) -> None:
        """Let go of the ledger."""
        self._memory.close()

    def name_of(self, address: str) -> str:
        """What the ledger knows an address or number by."""
        return self._memory.name_of(address)

    def weigh(self, going: Sequence[Entry]) -> None:
        """Let those that look at the whole run see all that is going to be done."""
        for guard in self._of_runs:
            guard.weigh(going)
        sure = [guard for guard in self._of_runs if guard.lets_all_through]
        self._chain = _Chain(self._all, not_asked=sure)

    @property
    def lets_the_run_through(self) -> bool:
        """Whether none of those that have weighed the whole run holds anything of it."""
        return all(guard.lets_all_through for guard in self._of_runs)

    def ask(self, entry: Entry) -> Held | None:
        """Who holds this change back now, the first of them, or None: then it is to go out.

        Raises LedgerError when the ledger cannot be read.
        """
        with self._lock:
            self._memory.refresh()
            return self._chain.held(entry)

    def held_each(self, entry: Entry) -> Held | None:
        """The same, of the guards that look at each change; for planning, at one moment."""
        return self._chain_of_changes.held(entry)

    def held_all(self, entry: Entry) -> Held | None:
        """The same, of the guards that look at the whole run and have weighed it."""
        return self._chain_of_runs.held(entry)


class _Chain:
    """Guards that are asked one after the other, until one of them holds the change."""

    def __init__(self, guards: Sequence[Guard], *, not_asked: Sequence[Guard] = ()) -> None:
        self._asked = [guard for guard in guards if guard not in not_asked]
        self._told = [guard for guard in guards if type(guard).passed is not Guard.passed]

    def held(self, entry: Entry) -> Held | None:
        """Who holds it, and why. If nobody does, those who want to know are told."""
        for guard in self._asked:
            held = _answer(guard, entry)
            if held is not None:
                return replace(held, guard=guard.name)
        for guard in self._told:
            guard.passed(entry)
        return None


def hold_back(
    entries: Sequence[Entry],
    recipe: Recipe,
    session: Session,
    *,
    approval: Approval | None = None,
) -> tuple[Sequence[Entry], tuple[str, ...]]:
    """The entries with every held change turned into a Noop that says until when; and notices.

    What comes after a held step of the same row is held with it, and not shown twice. What is in
    doubt is let through: applying asks the service, and the gate if it did not arrive. `approval`
    stands in for the one in the ledger.
    """
    gate = Gate(recipe, session, entries, approval=approval)
    try:
        held = _without_what_follows(entries, gate.held_each)
        gate.weigh(Chosen(held, does_something))
        if not gate.lets_the_run_through:
            held = _without_what_follows(held, gate.held_all)
        return held, gate.notices
    finally:
        gate.close()


def _without_what_follows(entries: Sequence[Entry], ask: Ask) -> Sequence[Entry]:
    """The entries with those held that `ask` holds; the same ones, where it holds none.

    Nothing is written down anew before the first that is held.
    """
    held_at: dict[str, str] = {}
    changed: Spool[Entry] | None = None

    def answer_to(entry: Entry) -> Held | None:
        return None if _comes_after(entry, held_at) else ask(entry)

    for place, (entry, answer) in enumerate(with_answers(entries, answer_to)):
        passed = _passed_on(entry, answer, held_at)
        if changed is None and passed is not entry:
            changed = Spool(islice(entries, place))
        if changed is not None and passed is not None:
            changed.append(passed)
    return entries if changed is None else changed


def _passed_on(entry: Entry, held: Held | None, held_at: dict[str, str]) -> Entry | None:
    """The entry itself, or as it is held; None for what comes after a held step of its row."""
    if _comes_after(entry, held_at):
        return None
    if held is None:
        return entry
    if entry.on_failure != "continue":
        held_at[entry.key.row] = entry.key.step
    return as_held(entry, held)


def _comes_after(entry: Entry, held_at: Mapping[str, str]) -> bool:
    """Whether an earlier step of its row is held."""
    return held_at.get(entry.key.row, entry.key.step) != entry.key.step


def as_held(entry: Entry, held: Held) -> Entry:
    """The entry as the plan shows it: who holds it back, why and until when."""
    noop = Noop(
        held.status.text,
        held.status.word,
        part=entry.deed.part,
        guard=held.guard,
        until=held.until,
    )
    return replace(entry, deed=noop, reads={}, awaits=(), was={}, doubtful=False)


def _is_sure(guard: Guard) -> bool:
    """Whether it holds nothing of the plan, by what it says itself; one that fails does not say."""
    try:
        return guard.lets_all_through
    except LedgerError:
        raise
    except Exception:  # noqa: BLE001 - it is asked about each change then, and fails closed
        return False


def _answer(guard: Guard, entry: Entry) -> Held | None:
    """What a guard says; one that fails holds the change back, and quotes nobody's data."""
    try:
        return guard.ask(entry)
    except LedgerError:
        raise
    except SheetflowError as error:
        return Held(Status(Word.WAITING, error.message))
    except Exception as error:  # noqa: BLE001 - whatever a guard cannot answer is no yes
        text = f'the guard "{guard.name}" could not be asked ({type(error).__name__})'
        return Held(Status(Word.WAITING, text))
