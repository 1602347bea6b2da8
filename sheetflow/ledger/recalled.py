"""What the ledger has of very many rows, by row, and little of it in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from sheetflow.ledger.records import Record
from sheetflow.packed import Groups
from sheetflow.values import State

T = TypeVar("T")

_BETWEEN = "\0"
"""Stands between a step and a row; no step has it in its name."""


class Recalled(Mapping[tuple[str, str], tuple[Record, ...]]):
    """Records by (step, row id): those of one place in the order in which they came.

    `steps` are all steps that have any, each with its action if anything of it may have been done,
    and "" otherwise.
    """

    def __init__(self, known: Iterable[Record]) -> None:
        self.steps: dict[str, str] = {}
        noted = map(self._noted, known)
        self._groups = Groups((_text(record.key.step, record.key.row), record) for record in noted)

    def __getitem__(self, place: tuple[str, str]) -> tuple[Record, ...]:
        return self._groups[_text(*place)]

    def __contains__(self, place: object) -> bool:
        return isinstance(place, tuple) and _text(*place) in self._groups

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for text in self._groups:
            step, _, row = text.partition(_BETWEEN)
            yield step, row

    def __len__(self) -> int:
        return len(self._groups)

    def _noted(self, record: Record) -> Record:
        if not self.steps.get(record.key.step):
            done = record.state not in NOTHING_DONE
            self.steps[record.key.step] = record.action if done else ""
        return record


NOTHING_DONE = frozenset((State.WAITING, State.REFUSED))
"""What surely reached nobody."""


class Single(Mapping[str, T]):
    """Items by text, one for each."""

    def __init__(self, pairs: Iterable[tuple[str, T]]) -> None:
        self._groups = Groups(pairs)

    def __getitem__(self, text: str) -> T:
        return self._groups[text][-1]

    def __contains__(self, text: object) -> bool:
        return text in self._groups

    def __iter__(self) -> Iterator[str]:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)


class ByRow(Mapping[str, Mapping[str, T]]):
    """Items by row id and then by a name, one for each: the last that came."""

    def __init__(self, triples: Iterable[tuple[str, str, T]]) -> None:
        self._groups = Groups((row, (name, item)) for row, name, item in triples)

    def __getitem__(self, row: str) -> Mapping[str, T]:
        return dict(self._groups[row])

    def __contains__(self, row: object) -> bool:
        return row in self._groups

    def __iter__(self) -> Iterator[str]:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)


def _text(step: str, row: str) -> str:
    return f"{step}{_BETWEEN}{row}"
