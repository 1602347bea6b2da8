"""A timeline as text and as JSON: a line for each thing that happened."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from typing import Any

from sheetflow.ledger.records import STATUS_STEP, Record
from sheetflow.reporting.export import facts_of
from sheetflow.reporting.groups import one_line, when
from sheetflow.reporting.lines import filled
from sheetflow.reporting.replies import became, facts, said
from sheetflow.reporting.timeline import Answered, Event, Timeline


def timeline_text(found: Iterable[Timeline], zone: tzinfo) -> str:
    """The timelines in plain lines; times are in `zone`."""
    return filled(_lines(found, zone))


def timeline_json(found: Iterable[Timeline], zone: tzinfo) -> str:
    """The same for programs."""
    facts = [
        {
            "people": [person.facts for person in timeline.people],
            "timeline": [{**_facts(event, zone), "tie": event.tie} for event in timeline.events],
        }
        for timeline in found
    ]
    return json.dumps(facts, ensure_ascii=False, indent=2)


def _lines(found: Iterable[Timeline], zone: tzinfo) -> Iterator[str]:
    for number, timeline in enumerate(found):
        if number:
            yield ""
        yield from map(str, timeline.people)
        if not timeline.people:
            yield "This address is in no table now."
        if not timeline.events:
            yield "  Nothing was done yet."
        for event in timeline.events:
            yield f"  {_event_in_words(event, zone)}"


def _event_in_words(event: Event | Answered, zone: tzinfo) -> str:
    if isinstance(event, Answered):
        reply, about = event.reply, "" if event.tie == "row" else f" (about {event.reply.ref.row})"
        who, at = one_line(reply.who), when(reply.at.astimezone(zone))
        return f"{at}: {reply.recipe}, {who} {said(reply)}{about}: {became(reply, zone)}"
    record = event.record
    whose = {
        "row": "",
        "reached": f" (a message about {_about(record)})",
        "given": f" (chosen for {_about(record)})",
    }[event.tie]
    what = "the row was told" if record.key.step == STATUS_STEP else record.key.step
    at = when(record.at.astimezone(zone))
    return f"{at}: {record.key.recipe}, {what}{whose}: {_became(record, zone)}"


def _became(record: Record, zone: tzinfo) -> str:
    said = one_line(record.status or record.state.value)
    tries = f" (handed over {record.attempt} times)" if record.attempt > 1 else ""
    if record.retry_at is None:
        return f"{said}{tries}"
    return f"{said}{tries}. Tried again from {when(record.retry_at.astimezone(zone))}"


def _about(record: Record) -> str:
    return f"{one_line(record.who) or record.key.row} of {record.key.table}"


def _facts(event: Event | Answered, zone: tzinfo) -> Mapping[str, Any]:
    if isinstance(event, Answered):
        return facts(event.reply, zone)
    return facts_of(event.record, zone)
