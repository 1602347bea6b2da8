"""A plan as one page: every message, meeting and cell, and everybody who is left out.

The page stands alone: no script, nothing fetched from anywhere, one style sheet that its own policy
names by hash. Cells and messages are other people's words; they are escaped, or cleaned down to the
plain marks of a letter.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from html import unescape
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sheetflow.clock import zone_named
from sheetflow.language.messages.languages import direction_of
from sheetflow.language.written import clean
from sheetflow.reporting.groups import (
    PersonPlan,
    Reason,
    by_person,
    counted,
    listed,
    messages,
    one_line,
    overview,
    shown,
    when,
)
from sheetflow.reporting.plan_text import TICKS, in_short
from sheetflow.values import Asked, Change, Entry, Letter, Plan, Status, Word

if TYPE_CHECKING:
    from jinja2 import Template

LONGEST_LETTER = 20_000
"""Characters of a message that the page shows; a mail service refuses far longer ones anyway."""

_MARKS = "p br strong em ul ol li a blockquote pre code hr h1 h2 h3 h4 h5 h6"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_HEADING = re.compile(r"<(/?)h[1-6]>")
_PREVIEW = re.compile(r'<div class="preview"[^>]*>(.*?)</div>', re.DOTALL)


def plan_page(plan: Plan) -> str:
    """The plan as a whole HTML document in UTF-8."""
    facts = plan_facts(plan)
    return _template().render(style=_as_is(_style()), policy=plan_policy(), plan=facts, **facts)


def plan_facts(plan: Plan, *, most: int | None = None) -> dict[str, Any]:
    """What the templates say of a plan; with `most`, of no more people in each part than that.

    `more` is how many people are acted on whom the page does not show, and `more_asked` how many
    wait for a tick.
    """
    found = overview(plan)
    people = [_person("person", *each) for each in enumerate(found.acted_on[:most], start=1)]
    waiting = by_person(plan.asked)
    asked = [_asked(plan.asks, *each) for each in enumerate(waiting[:most], start=1)]
    return {
        "title": one_line(plan.name) or plan.recipe,
        "made": _moment(plan.made_at, None),
        "short": in_short(found),
        "halted": one_line(plan.halted, 1_000),
        "notices": [one_line(notice, 1_000) for notice in plan.notices],
        "people": people,
        "more": len(found.acted_on) - len(people),
        "ticks": TICKS,
        "asked": asked,
        "more_asked": len(waiting) - len(asked),
        "by_name": sorted(people, key=lambda person: person["name"].casefold()),
        "waiting": [_reason(reason) for reason in found.waiting],
        "left_out": [_reason(reason) for reason in found.left_out],
        "recipe": plan.recipe,
        "table": plan.table,
        "chapter": plan.chapter,
        "fingerprint": plan.fingerprint[:12],
    }


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("sheetflow.reporting", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    return environment.get_template("page.html")


def plan_policy() -> str:
    """Nothing may be loaded or run; the one style sheet is known by its hash."""
    known = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{known}'; base-uri 'none'; form-action 'none'"


@lru_cache(maxsize=1)
def _style() -> str:
    return files("sheetflow.reporting").joinpath("page.css").read_text(encoding="utf-8")


def _asked(asks: Mapping[str, Asked], number: int, person: PersonPlan) -> dict[str, Any]:
    """Somebody whose row waits for a tick: what it says, and what would be done then."""
    asked = asks[person.someone.ref.row]
    told = _person("asked", number, person)
    return {**told, "says": one_line(Status(Word.WAITING, asked.sentence))}


def _person(part: str, number: int, person: PersonPlan) -> dict[str, Any]:
    return {
        "anchor": f"{part}-{number}",
        "name": str(person.someone),
        "short": _in_short(person),
        "steps": [_step(entry, change) for entry, change in person.changes],
        "remarks": [
            {"action": entry.action or "row", "says": str(noop.status)}
            for entry, noop in person.remarks
        ],
    }


def _in_short(person: PersonPlan) -> str:
    letters = sum(messages(change) for entry, change in person.changes if not entry.doubtful)
    cells = sum(len(change.cells) for _, change in person.changes)
    parts = [
        counted(letters, "message") if letters else "",
        counted(cells, "cell") if cells else "",
    ]
    steps = counted(len(person.changes), "step")
    return f"{steps}: {listed(filter(None, parts))}" if any(parts) else steps


def _step(entry: Entry, change: Change) -> dict[str, Any]:
    letter, meeting = change.letter, change.meeting
    return {
        "action": entry.action,
        "summary": one_line(change.summary, 300),
        "doubtful": entry.doubtful,
        "awaits": listed(map(one_line, entry.awaits)) if entry.awaits else "",
        "letter": _letter(letter) if letter else None,
        "said": _cut(clean(str(change.data.get("said", "")), lines=True)),
        "meeting": _meeting(meeting) if meeting else None,
        "cells": [
            {
                "column": one_line(column),
                "old": shown(entry.was.get(column)),
                "new": shown(value),
            }
            for column, value in change.cells.items()
        ],
    }


def _letter(letter: Letter) -> dict[str, Any]:
    language = letter["language"]
    return {
        "to": one_line(letter["to"]),
        "name": one_line(letter["name"]),
        "sender": one_line(letter["sender"]),
        "subject": one_line(letter["subject"], 500),
        "preview": _preview(letter["html"]),
        "text": _cut(clean(letter["text"], lines=True)),
        "html": _cleaned(letter["html"]),
        "spoken": _as_is(f' lang="{language}"' if _LANGUAGE.fullmatch(language) else ""),
        "direction": direction_of(language),
    }


def _meeting(meeting: Mapping[str, Any]) -> dict[str, Any]:
    """As people read it; `about` and `gone` are there where a calendar keeps it for all guests."""
    zone = zone_named(meeting["zone"])
    return {
        "is_off": meeting["method"] == "CANCEL",
        "title": one_line(meeting["title"]),
        "starts": _moment(datetime.fromisoformat(meeting["starts"]), zone),
        "ends": _moment(datetime.fromisoformat(meeting["ends"]), zone),
        "zone": meeting["zone"],
        "place": one_line(meeting["place"]),
        "people": [_name(each) for each in meeting["people"]],
        "gone": [_name(each) for each in meeting.get("gone", ())],
        "about": _cut(clean(str(meeting.get("about", "")), lines=True)),
    }


def _name(guest: Mapping[str, Any]) -> str:
    return one_line(guest["name"] or guest["email"])


def _moment(moment: datetime, zone: ZoneInfo | None) -> Mapping[str, str]:
    local = moment.astimezone(zone) if zone else moment
    return {"iso": local.isoformat(timespec="minutes"), "words": when(local)}


def _reason(reason: Reason) -> dict[str, Any]:
    why = str(Status(reason.word, reason.text)) if reason.word else reason.text
    names: Sequence[str] = [str(someone) for someone in reason.people]
    return {"count": f"{len(names):,}", "why": why, "names": names}


def _cleaned(html: str) -> Any:
    """A message's HTML with nothing left but paragraphs, lists, emphasis and safe links.

    Headings become paragraphs, so that they do not mix with the page's own.
    """
    import nh3

    body = nh3.clean(
        _PREVIEW.sub("", clean(html[: 10 * LONGEST_LETTER], lines=True), count=1),
        tags=set(_MARKS.split()),
        clean_content_tags={"script", "style", "title", "head", "template", "noscript"},
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )
    body = _HEADING.sub(lambda tag: "</p>" if tag[1] else '<p class="heading">', body)
    return _as_is(body.strip())


def _preview(html: str) -> str:
    """What mail programs show beside the subject, where the author wrote something for it."""
    found = _PREVIEW.search(html)
    return one_line(unescape(found[1]), 500) if found else ""


def _cut(text: str) -> str:
    if len(text) <= LONGEST_LETTER:
        return text
    return f"{text[:LONGEST_LETTER]}…\n({len(text) - LONGEST_LETTER:,} more characters)"


def _as_is(markup: str) -> Any:
    from markupsafe import Markup

    return Markup(markup)
