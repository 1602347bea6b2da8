"""Whether the links in a message can be answered: where they lead, and what they write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sheetflow.language.messages import MessageTemplate
from sheetflow.language.messages.links import Link
from sheetflow.language.problems import Mistake, suggest
from sheetflow.language.reading import Reading
from sheetflow.language.vocabulary import ActionWords


def check_links(value: Any, words: ActionWords, at: Reading) -> None:
    """Note each link of a message template that nobody could answer, or that may not write."""
    if not isinstance(value, MessageTemplate):
        return
    for link in value.links:
        with at.problems.gathering(link.position, at.where or "template"):
            _check(link, words, at)


def columns_answered(value: Any) -> Iterator[str]:
    """The columns of the row that the links of a message write into."""
    if isinstance(value, MessageTemplate):
        yield from (link.column for link in value.links)


def _check(link: Link, words: ActionWords, at: Reading) -> None:
    if not words.answerable:
        raise Mistake(
            f"a message of {words.name} has no links to answer by.",
            "They are for mails, such as those of email.",
        )
    if not at.vocabulary.public_url:
        raise Mistake(
            "there is no place that the answers to this link could come to.",
            "Write public_url: in sheetflow.yaml, where people reach sheetflow serve.",
        )
    table = at.table
    if table is None:
        return
    if table.columns is not None and link.column not in table.columns:
        raise Mistake(
            f'the table "{table.name}" has no column "{link.column[:60]}".',
            suggest(link.column, table.columns, "Its columns are"),
        )
    if table.writes is not None and link.column not in table.writes:
        raise Mistake(
            f'"{link.column}" is not a column that Sheetflow may write.',
            f"Add it to sheetflow_writes of {table.name} in sheetflow.yaml.",
        )
    if misfit := table.misfit(link.column, link.value):
        raise Mistake(
            f'"{link.value[:60]}" does not fit into "{link.column}": {misfit}.',
            "Write what the column holds.",
        )
