"""The answer to "why?" as text and as JSON: per person, recipe and step, in plain sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any

from sheetflow.language.conditions import AnyOf, Condition, ExpressionCondition
from sheetflow.ledger.records import Record
from sheetflow.reporting.groups import counted, one_line, when
from sheetflow.reporting.lines import filled
from sheetflow.reporting.why import Explained, Why
from sheetflow.runner.reasons import Answer, Asked, Standing, StepAnswer
from sheetflow.values import Change, Entry, Noop, State, Word

_BECAME = {
    State.DONE: "Done",
    State.WAITING: "Waits since",
    State.REFUSED: "Turned down",
    State.NOT_KNOWN: "Not known since",
    State.HANDING_OVER: "Being handed over since",
}


def why_text(found: Why, zone: tzinfo) -> str:
    """Everybody, each recipe, each step; times are in `zone`."""
    return filled(_lines(found, zone))


def why_json(found: Why, zone: tzinfo) -> str:
    """The same for programs."""
    facts = {
        "people": [_person_facts(explained, zone) for explained in found.people],
        "more": found.more,
        "notes": list(found.notes),
    }
    return json.dumps(facts, ensure_ascii=False, indent=2)


def _lines(found: Why, zone: tzinfo) -> Iterator[str]:
    several = len(found.people) + found.more
    if several > 1:
        yield from (f"{counted(several, 'row')} could be meant.", "")
    for number, explained in enumerate(found.people):
        if number:
            yield ""
        yield str(explained.person)
        if explained.note:
            yield f"  {explained.note}"
        for answer in explained.answers:
            yield from ("", *(f"  {line}" for line in _recipe_lines(answer, zone)))
    if found.more:
        yield from ("", f"And {found.more:,} more. Write more of the name, or an address.")
    if found.notes:
        yield from ("", *map(one_line, found.notes))


def _recipe_lines(answer: Answer, zone: tzinfo) -> Iterator[str]:
    recipe = answer.recipe
    yield f"{one_line(recipe.name)} (recipe {recipe.id})"
    yield f"  {standing_in_words(answer)}"
    others = _other_failures(answer)
    if others:
        yield f"  Nor would it be chosen because: {'; '.join(others)}."
    for number, step in enumerate(answer.steps, 1):
        sentences = " ".join(step_in_words(step, answer, zone))
        yield f"  {number}. {step.step.id}: {sentences}"
    if answer.told is not None and answer.told.status is not None:
        yield f"  The row was told: {one_line(answer.told.status)}"


def standing_in_words(answer: Answer) -> str:
    """One sentence: whether the recipe is about this row now, or the one reason why not."""
    match answer.standing:
        case Standing.CHOSEN if answer.asked:
            return "Chosen: every condition of where holds."
        case Standing.CHOSEN:
            return "Chosen, as everybody is."
        case Standing.LEFT_OUT:
            return f"Left out: {one_line(answer.reason)}.{_place(answer)}"
        case Standing.STOPPED:
            return f"Stopped before the first step: {one_line(answer.status)}{_place(answer)}"
        case Standing.HALTED:
            return f"Nothing can be done with the table: {one_line(answer.reason)}"
        case Standing.GONE:
            return "The row is not in the table any more."


def step_in_words(step: StepAnswer, answer: Answer, zone: tzinfo) -> Iterator[str]:
    """What became of the step, and what the next run would make of it."""
    for record in step.records:
        if not _is_held_again(record, step):
            yield outcome_in_words(record, zone)
    for entry in step.entries:
        yield from _entry_in_words(entry, step, zone)
    if step.entries:
        return
    if step.behind:
        yield f"Not done: it comes after {step.behind}, where this row stops."
    elif not step.records:
        yield "Not done, for the reason above." if _has_reason(answer) else "Not done."


def outcome_in_words(record: Record, zone: tzinfo) -> str:
    """What the ledger has of one key: when, and in which words."""
    at = record.at.astimezone(zone)
    on = "on " if record.state in (State.DONE, State.REFUSED) else ""
    said = f": {one_line(record.status)}" if record.status else ""
    tries = f" (handed over {record.attempt} times)" if record.attempt > 1 else ""
    later = ""
    if record.retry_at is not None:
        later = f" Tried again from {when(record.retry_at.astimezone(zone))}."
    return f"{_BECAME[record.state]} {on}{when(at)}{tries}{said}.{later}"


def _entry_in_words(entry: Entry, step: StepAnswer, zone: tzinfo) -> Iterator[str]:
    match entry.deed:
        case Change() as change:
            needs = f" It needs {', '.join(entry.awaits)} first." if entry.awaits else ""
            asks = " It asks first, for it may be done already." if entry.doubtful else ""
            yield f"The next run does it: {one_line(change.summary)}.{needs}{asks}"
        case Noop(word=Word.DONE, quiet=True) if step.records and not entry.deed.until:
            if not entry.deed.reason.startswith("already done"):
                yield f"{_sentence(entry.deed.reason)}"
        case Noop() as noop if not _is_said(noop, step):
            yield f"{_held(noop, zone)}: {_reason_of(noop)}."


def _is_held_again(record: Record, step: StepAnswer) -> bool:
    """Whether a guard holds it back still, which says more than that it waits."""
    deeds = [entry.deed for entry in step.entries if entry.key == record.key]
    return record.state is State.WAITING and any(
        isinstance(deed, Noop) and deed.guard and deed.status == record.status for deed in deeds
    )


def _is_said(noop: Noop, step: StepAnswer) -> bool:
    """Whether the outcome just told says the same."""
    return not noop.guard and any(record.status == noop.status for record in step.records)


def _held(noop: Noop, zone: tzinfo) -> str:
    until = f" until {when(noop.until.astimezone(zone))}" if noop.until else ""
    if noop.guard:
        return f"Held back by the guard {noop.guard}{until}"
    return f"Not done{until}"


def _reason_of(noop: Noop) -> str:
    return one_line(noop.reason if noop.quiet else noop.status)


def _sentence(text: str) -> str:
    line = one_line(text)
    return f"{line[:1].upper()}{line[1:]}."


def _has_reason(answer: Answer) -> bool:
    return answer.standing is not Standing.CHOSEN


def _place(answer: Answer) -> str:
    """Where the condition stands that is the reason."""
    failed = answer.first_failed
    if failed is None:
        return ""
    position = failed.condition.position
    return f" ({position.file.name}, line {position.line})"


def _other_failures(answer: Answer) -> list[str]:
    first = answer.first_failed
    return [
        one_line(asked.reason.text)
        for asked in answer.asked
        if first is not None and asked is not first and asked.reason is not None
    ]


# For programs


def _person_facts(explained: Explained, zone: tzinfo) -> dict[str, Any]:
    return {
        **explained.person.facts,
        "note": explained.note,
        "recipes": [_answer_facts(answer, zone) for answer in explained.answers],
    }


def _answer_facts(answer: Answer, zone: tzinfo) -> dict[str, Any]:
    first = answer.first_failed
    return {
        "recipe": answer.recipe.id,
        "standing": answer.standing.name.lower(),
        "reason": str(answer.status) if answer.status else answer.reason,
        "failed": _asked_facts(first) if first else None,
        "conditions": [_asked_facts(asked) for asked in answer.asked],
        "steps": [_step_facts(step, zone) for step in answer.steps],
        "told": str(answer.told.status) if answer.told and answer.told.status else None,
    }


def _asked_facts(asked: Asked) -> dict[str, Any]:
    condition, reason = asked.condition, asked.reason
    return {
        "column": condition.column if isinstance(condition, Condition) else None,
        "condition": _written(condition),
        "line": condition.position.line,
        "holds": reason is None,
        "why_not": reason.text if reason else None,
        "needs_somebody": bool(reason and reason.status),
    }


def _written(condition: Condition | AnyOf | ExpressionCondition) -> str:
    match condition:
        case Condition():
            return str(condition.phrase)
        case ExpressionCondition():
            return condition.expression.text
        case AnyOf():
            return "any of"


def _step_facts(step: StepAnswer, zone: tzinfo) -> dict[str, Any]:
    return {
        "step": step.step.id,
        "action": step.step.action,
        "outcomes": [_record_facts(record, zone) for record in step.records],
        "next": [_entry_facts(entry, zone) for entry in step.entries],
        "behind": step.behind or None,
    }


def _record_facts(record: Record, zone: tzinfo) -> dict[str, Any]:
    return {
        "occasion": record.key.occasion,
        "state": record.state.value,
        "status": str(record.status or ""),
        "at": _iso(record.at, zone),
        "tried_again_from": _iso(record.retry_at, zone),
        "attempt": record.attempt,
        "told": record.told,
    }


def _entry_facts(entry: Entry, zone: tzinfo) -> dict[str, Any]:
    change, deed = entry.change, entry.deed
    if change is not None:
        return {"does": change.summary, "awaits": list(entry.awaits), "asks": entry.doubtful}
    assert isinstance(deed, Noop)
    return {
        "word": deed.word.value,
        "reason": deed.reason,
        "guard": deed.guard or None,
        "until": _iso(deed.until, zone),
    }


def _iso(moment: datetime | None, zone: tzinfo) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None
