"""Records as the database holds them: one line each, and one way in and out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from sys import intern
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, insert, select, update

from sheetflow.ledger.encoding import as_text, from_text
from sheetflow.ledger.prepared import Prepared
from sheetflow.ledger.records import Record
from sheetflow.ledger.schema import records
from sheetflow.ledger.troubles import legible
from sheetflow.values import Key, State, Status, Word

_AT_ONCE = 500
"""How many keys are asked for in one statement; SQLite's oldest limit is 999 values."""

_KEY = ("chapter", "recipe", "step", "table_name", "row_id", "occasion")
_FIXED = {"digest", "since", *_KEY}
COLUMNS = [column for column in records.c if column.name not in ("digest", "since")]

_INSERT = Prepared(insert(records))
_UPDATE = Prepared(
    update(records)
    .where(records.c.digest == bindparam("this"))
    .values({c.name: bindparam(c.name) for c in records.c if c.name not in _FIXED})
)


def status_of(word: str, text: str) -> Status:
    """The status kept as a word and a text. Raises KeyError for a word we never wrote."""
    return Status(_WORDS[word], text)


def records_of(found: Iterable[Sequence[Any]]) -> list[Record]:
    """The records in lines of `COLUMNS`, in their order. LedgerError if one cannot be read."""
    with legible():
        return [_record_of(line) for line in found]


def read(connection: Connection, digests: Iterable[str]) -> dict[str, Record]:
    """The records of these keys, by digest, as far as there are any."""
    found: dict[str, Record] = {}
    for some in in_parts(sorted(set(digests))):
        these = {f"this_{number}": digest for number, digest in enumerate(some)}
        lines = _selecting(len(some)).rows(connection, these)
        found.update((record.key.digest, record) for record in records_of(lines))
    return found


@lru_cache(maxsize=16)
def _selecting(count: int) -> Prepared:
    """The question for that many records."""
    these: list[BindParameter[str]] = [bindparam(f"this_{number}") for number in range(count)]
    return Prepared(select(*COLUMNS).where(records.c.digest.in_(these)))


def write(connection: Connection, changed: Iterable[Record], *, known: Iterable[str]) -> None:
    """Write these records; `known` are the digests of those that are already there."""
    there = set(known)
    lines = {record.key.digest: record for record in changed}
    new = [_line(digest, record) for digest, record in lines.items() if digest not in there]
    old = [_line(digest, record) for digest, record in lines.items() if digest in there]
    if new:
        _INSERT.many(connection, [{**line, "since": line["at"]} for line in new])
    if old:
        _UPDATE.many(connection, [{**line, "this": line["digest"]} for line in old])


def in_parts(items: Sequence[str]) -> Iterator[Sequence[str]]:
    """The items in parts that fit into one statement."""
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]


def _record_of(line: Sequence[Any]) -> Record:
    (chapter, recipe, step, table, row, occasion, state, action, content, who) = line[:10]
    (word, status, reference, gives, cells, data, at, retry_at, attempt, told, run) = line[10:]
    # 100,000 records share a few of these texts: each is kept once
    return Record(
        key=Key(intern(chapter), intern(recipe), intern(step), intern(table), row, occasion),
        state=_STATES[state],
        action=intern(action),
        content=content,
        who=who,
        status=status_of(word, status) if word else None,
        reference=reference,
        gives=from_text(gives),
        cells=from_text(cells),
        data=from_text(data),
        at=at,
        retry_at=retry_at,
        attempt=attempt,
        told=told,
        run=intern(run),
    )


def _line(digest: str, record: Record) -> dict[str, Any]:
    key, status = record.key, record.status
    return {
        "digest": digest,
        "chapter": key.chapter,
        "recipe": key.recipe,
        "step": key.step,
        "table_name": key.table,
        "row_id": key.row,
        "occasion": key.occasion,
        "state": record.state.value,
        "action": record.action,
        "content": record.content,
        "who": record.who,
        "word": status.word.value if status else "",
        "status": status.text if status else "",
        "reference": record.reference,
        "gives": as_text(record.gives),
        "cells": as_text(record.cells),
        "data": as_text(record.data),
        "at": record.at,
        "retry_at": record.retry_at,
        "attempt": record.attempt,
        "told": record.told,
        "run": record.run,
    }


_STATES = {state.value: state for state in State}
_WORDS = {word.value: word for word in Word}
