"""A message for one person, with the links by which they answer, as a plan has it."""

from __future__ import annotations

from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from sheetflow.errors import RowStopped
from sheetflow.language.messages import MessageTemplate
from sheetflow.language.messages.letters import Message
from sheetflow.language.messages.links import ADDRESSES
from sheetflow.plugin.links import ANSWER, Choice
from sheetflow.plugin.work import Work
from sheetflow.values import Status, Word


def message_for(
    template: MessageTemplate, work: Work, *, language: str, **more: Any
) -> tuple[Message, Sequence[Choice]]:
    """The message for a row, and what its links mean; `more` is what else the template may use.

    Raises RowStopped with what to tell the row: also when a cell holds the address of such a link,
    which would then lead where its author never meant it to.
    """
    links = work.tools.links
    variant = template.variant_for(language)
    begins = ""
    if links.public_url and variant.links:
        nonce = token_hex(16)  # no cell can hold it: what is put in its place stands nowhere else
        begins = f"{links.public_url}{ANSWER}{nonce}-"
    context = work.context(**{ADDRESSES: begins, **more})
    found = variant.render(context)
    if links.are_in(found.subject, found.text, found.html):
        raise RowStopped(Status(Word.NEEDS_YOU, "a cell holds the address of one of our links"))
    there = [link for link in variant.links if f"{begins}{link.mark}" in found.text]
    choices = [
        Choice(
            link.mark,
            link.label,
            column := work.table.column(link.column),
            link.value,
            link.within.total_seconds(),
            work.row.cells.get(column),
        )
        for link in there
    ]
    if not there:
        return found, choices
    text, html = (each.replace(begins, links.answers) for each in (found.text, found.html))
    return Message(found.subject, text, html, found.language, found.direction), choices
