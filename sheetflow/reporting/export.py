"""What the ledger knows, as CSV or JSON, a record a line: streaming, and safe to open anywhere.

What messages said is not in it: the ledger does not keep that. Links and whatever else services
gave back are left out.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any

from sheetflow.language.written import clean
from sheetflow.ledger.records import Record
from sheetflow.values import State

COLUMNS: Mapping[str, str] = {
    "at": "when it came to be so, in the workspace's time zone",
    "chapter": 'always "main"',
    "recipe": "the recipe's id",
    "step": 'the step\'s id; "status" is what the row was told',
    "action": "what the step does",
    "table": "the table of the row",
    "row": "the row's id",
    "occasion": "which time, for a step that happens again; and which of several people",
    "who": "what the person is called in sentences",
    "state": "waiting, handing over, done, refused, or not known",
    "word": "the status word: Sent, Done, Waiting, Skipped, Needs you, Not sure",
    "text": "the status after the dash",
    "reference": "what the service calls it, where it was done",
    "attempt": "how often it was handed over",
    "tried_again_from": "when it is tried again, if it waits for that",
    "told": "yes if the sheet says so, no if it is still to be told",
    "run": "the run that brought it here",
}
"""Every column of an export, and what it holds."""

_RISKY = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What spreadsheets read as the beginning of a formula (CWE-1236); its wide forms too."""


def facts_of(record: Record, zone: tzinfo) -> dict[str, Any]:
    """A record by the names of COLUMNS."""
    key, status = record.key, record.status
    return {
        "at": _iso(record.at, zone),
        "chapter": key.chapter,
        "recipe": key.recipe,
        "step": key.step,
        "action": record.action,
        "table": key.table,
        "row": key.row,
        "occasion": key.occasion,
        "who": record.who,
        "state": record.state.value,
        "word": status.word.value if status else "",
        "text": status.text if status else "",
        # Of what was not done, the reference is an error's text, which may quote a whole address.
        "reference": record.reference if record.state is State.DONE else "",
        "attempt": record.attempt,
        "tried_again_from": _iso(record.retry_at, zone) if record.retry_at else "",
        "told": record.told,
        "run": record.run,
    }


def as_csv(records: Iterable[Record], zone: tzinfo) -> Iterator[str]:
    """The header and a line for each record (RFC 4180), every text in quotes."""
    line = io.StringIO()
    writer = csv.writer(line, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    yield line.getvalue()
    for record in records:
        line.seek(0)
        line.truncate()
        writer.writerow(map(_harmless, facts_of(record, zone).values()))
        yield line.getvalue()


def as_json(records: Iterable[Record], zone: tzinfo) -> Iterator[str]:
    """A JSON list, an object for each record."""
    before = "[\n"
    for record in records:
        yield before + json.dumps(facts_of(record, zone), ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _harmless(value: object) -> object:
    """A cell on one line that no spreadsheet takes for a formula; numbers stay numbers."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        text = clean(value, lines=False)
        return f"'{text}" if text.lstrip(" ").startswith(_RISKY) else text
    return value


def _iso(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")
