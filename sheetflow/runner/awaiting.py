"""Changes that await another one of their own step and row: that one goes first, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from sheetflow.spool import Spool
from sheetflow.values import Change, Entry, Noop

T = TypeVar("T")
Held = TypeVar("Held")


def awaits_its_step(deed: Change | Noop) -> bool:
    """Whether it is a change that another one of its step and row must come before."""
    return isinstance(deed, Change) and bool(deed.awaits)


def without_what_awaits_in_vain(
    wanted: Sequence[Change | Noop], known: Sequence[tuple[Change | Noop, T]]
) -> list[tuple[Change | Noop, T]]:
    """The deeds of one row as they are `known`, each with what is doubtful about it.

    Where a change that was `wanted` is not to be done now, what awaits it is left out.
    """
    stuck = any(
        isinstance(deed, Change) and not deed.awaits and isinstance(now, Noop) and now.word.stops
        for deed, (now, _) in zip(wanted, known, strict=True)
    )
    return [each for each in known if not awaits_its_step(each[0])] if stuck else list(known)


def those_that_await(
    entries: Iterable[tuple[int, Entry]], later: Spool[tuple[int, Entry]]
) -> Iterator[tuple[int, Entry]]:
    """The entries of one step that await nothing of it; the others are kept for `later`."""
    for place, entry in entries:
        if awaits_its_step(entry.deed):
            later.append((place, entry))
        else:
            yield place, entry


def with_answers(
    entries: Iterable[Entry], ask: Callable[[Entry], Held | None]
) -> Iterator[tuple[Entry, Held | None]]:
    """Each entry, and who holds it back.

    What others await is held while all of those are: a call is not opened for nobody. What awaits
    something that is held is held with it.
    """
    for _, together in groupby(entries, key=_row_and_step):
        several = list(together)
        if len(several) == 1 or not any(awaits_its_step(entry.deed) for entry in several):
            for entry in several:
                yield entry, _answer(entry, ask)
            continue
        answers = [_answer(entry, ask) for entry in several]
        first = _first_if_all(several, answers, awaits=True, all_of_them=True)
        before = _first_if_all(several, answers, awaits=False, all_of_them=False)
        for entry, answer in zip(several, answers, strict=True):
            with_it = before if awaits_its_step(entry.deed) else first
            yield entry, answer or (with_it if entry.change else None)


def _row_and_step(entry: Entry) -> tuple[str, str]:
    return entry.key.row, entry.key.step


def _answer(entry: Entry, ask: Callable[[Entry], Held | None]) -> Held | None:
    return ask(entry) if entry.change and not entry.doubtful else None


def _first_if_all(
    entries: Sequence[Entry], answers: Sequence[Held | None], *, awaits: bool, all_of_them: bool
) -> Held | None:
    """Who holds back the first of the changes that await something, or of those that do not."""
    found = [
        answer
        for entry, answer in zip(entries, answers, strict=True)
        if entry.change is not None and awaits_its_step(entry.deed) is awaits
    ]
    if all_of_them and not all(found):
        return None
    return next((answer for answer in found if answer), None)
