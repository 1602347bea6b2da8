"""The questions of a Google form -> the columns of a table, and each answer -> a cell.

A column is called like its question. Where two questions have one title, each is followed by its
own id in brackets, so that none can be taken for the other when somebody moves them about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from ._google_forms_addresses import FILE

SUBMITTED, EMAIL = "Submitted", "Email"
LONGEST_ANSWER = 50_000
"""Characters of an answer that are kept: as many as a cell of Google Sheets can hold."""

_Kind = Literal["text", "number", "date", "files"]
_NUMBER = re.compile(r"-?\d{1,15}")
_FRACTION = re.compile(r"\.(\d+)")


@dataclass(frozen=True)
class Question:
    """One column: the question's id, what it is called, and what its answers are."""

    id: str
    title: str
    kind: _Kind = "text"


def questions_in(form: Mapping[str, Any], *, emails: bool) -> list[Question]:
    """Every question of a form in its order, no two with one title."""
    found = [question for item in form.get("items", ()) for question in _of_item(item)]
    ours = ("", SUBMITTED, EMAIL) if emails else ("", SUBMITTED)
    while True:
        counted = Counter([*ours, *(question.title for question in found)])
        if not any(counted[one.title] > 1 for one in found):
            return found
        found = [
            replace(one, title=f"{one.title} [{one.id}]".strip()) if counted[one.title] > 1 else one
            for one in found
        ]


def collects_emails(form: Mapping[str, Any], responses: Sequence[Mapping[str, Any]]) -> bool:
    """Whether respondents' addresses are asked for, or were."""
    kind = form.get("settings", {}).get("emailCollectionType", "")
    asked = kind in ("VERIFIED", "RESPONDER_INPUT")
    return asked or any(response.get("respondentEmail") for response in responses)


def cell_of(question: Question, answer: Mapping[str, Any] | None) -> object:
    """What stands in the column: several choices or files one after the other, None for nothing."""
    if answer is None:
        return None
    if question.kind == "files":
        files = answer.get("fileUploadAnswers", {}).get("answers", ())
        links = [FILE.format(file["fileId"]) for file in files if file.get("fileId")]
        return ", ".join(links)[:LONGEST_ANSWER] or None
    texts = [str(one.get("value", "")) for one in answer.get("textAnswers", {}).get("answers", ())]
    text = ", ".join(filter(None, texts))[:LONGEST_ANSWER]
    return _typed(question.kind, text) if text else None


def moment_of(text: str) -> datetime:
    """A time of Google's, with its zone; digits beyond microseconds are dropped."""
    cut = _FRACTION.sub(lambda found: f".{found[1][:6].ljust(6, '0')}", text)
    return datetime.fromisoformat(cut)


def _of_item(item: Mapping[str, Any]) -> Iterator[Question]:
    """The questions of an item: one, one for each row of a grid, or none."""
    title = _on_one_line(item.get("title", ""))
    if "questionItem" in item:
        yield _question(item["questionItem"].get("question", {}), title)
    for question in item.get("questionGroupItem", {}).get("questions", ()):
        row = _on_one_line(question.get("rowQuestion", {}).get("title", ""))
        yield _question(question, f"{title} [{row}]" if row else title)


def _question(question: Mapping[str, Any], title: str) -> Question:
    kind: _Kind = "text"
    if "fileUploadQuestion" in question:
        kind = "files"
    elif "dateQuestion" in question:
        kind = "date"
    elif "scaleQuestion" in question or "ratingQuestion" in question:
        kind = "number"
    return Question(str(question.get("questionId", "")), title, kind)


def _typed(kind: _Kind, text: str) -> object:
    """The text as what it is; what is no such thing stays a text, for the table to judge."""
    if kind == "number" and _NUMBER.fullmatch(text):
        return int(text)
    if kind == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?", text):
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return text
        return found if len(text) > len("2026-03-14") else date(found.year, found.month, found.day)
    return text


def _on_one_line(title: object) -> str:
    return " ".join(str(title).split())
