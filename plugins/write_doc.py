"""write_doc: writes a line into a planning document, or fills a place in it.

    - write_doc: https://docs.google.com/document/d/1AbCdEfGhIjKlMnOpQrStUvWxYz/edit
      append: "{{ person.name }} will bring {{ person.source }}"
      under: Who brings what

    - write_doc: "{{ person['Planning document'] }}"
      fill: KICK-OFF
      with: "{{ person.kick_off | day_and_time }}"
      again: when Kick-off changes
      id: kick-off

A line begins with the day on which it is written. It gets a mark that nobody sees, by which it is
found again, so that it is never written twice; and it is only ever written into the document as it
is at that moment, so that nobody's words are lost. A place is `{{KICK-OFF}}` in the document, or a
named range of that name; it keeps its name, so that it can be filled again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sheetflow import (
    Action,
    Change,
    Connection,
    Noop,
    NotAllowed,
    Notebook,
    NotFound,
    Past,
    Receipt,
    Refused,
    RowStopped,
    State,
    Status,
    Template,
    Word,
    Work,
    Writing,
    hookimpl,
    main,
    option,
)

LONGEST_LINE = 2_000
"""Characters of a line: about half a page."""
LONGEST_PLACE = 20_000
"""Characters of what fills a place: about five pages."""
LONGEST_SHOWN = 80
MOST_TOGETHER = 50
"""Lines in one request: some 100,000 characters at the most."""


class WriteDoc(Action["WriteDoc.Options"]):
    """Writes a line into a planning document, or fills a place in it."""

    name = "write_doc"
    idempotent = True

    @dataclass(frozen=True, kw_only=True)
    class Options:
        document: Template = main(
            "The address of the document, its name among the connection's documents, or {{ }} for "
            "the column that has one of them.",
            says="Writes into the document {}.",
        )
        append: Template | None = option(
            "The line that is added, after the day.", default=None, says="It adds the line {}."
        )
        under: str = option(
            "The heading under which the line is added; without it, at the end.",
            default="",
            says="The line comes under the heading {}.",
        )
        fill: str = option(
            "The place that is filled: {{NAME}} in the document, or a named range.",
            default="",
            says="It fills the place {}.",
        )
        with_: Template | None = option(
            "What the place is filled with.", default=None, says="It is filled with {}."
        )
        by: Connection = option(
            "The connection to the documents, when it is not called google_docs.",
            default=Connection("google_docs"),
            says="The connection is {}.",
        )

        def __post_init__(self) -> None:
            if (self.append is None) == (not self.fill):
                raise ValueError("write either append: or fill:, and not both.")
            if self.fill and self.with_ is None:
                raise ValueError("fill: needs with: and the text.")
            if self.append is not None and self.with_ is not None:
                raise ValueError("with: goes with fill:, and not with append:.")
            if self.under and self.append is None:
                raise ValueError("under: goes with append:, and not with fill:.")

    @classmethod
    def reaches(cls, options: Mapping[str, Any]) -> Collection[str]:  # noqa: ARG003 - never anybody
        """Nobody: a document is written into."""
        return ()

    @classmethod
    def also_reads(cls, options: Mapping[str, Any]) -> Collection[str]:  # noqa: ARG003 - the same for all
        """No column but those that its options name."""
        return ()

    def plan(self, work: Work) -> Change | Noop:
        """The line or the text, or why there is none."""
        writing = self._writing(work)
        if not writing.text:
            return Noop("there is nothing to write into the document")
        notebook = self._notebook()
        try:
            there, title = notebook.holds(writing), notebook.title(writing.document)
        except (NotAllowed, NotFound, Refused) as error:
            raise RowStopped(Status(Word.NEEDS_YOU, _without_end(error.message))) from None
        if there and not _in_doubt(work):
            return Noop("stands in the document already", Word.DONE)
        what = f"fill {writing.place} in" if writing.place else "add to"
        shown = writing.text if len(writing.text) <= LONGEST_SHOWN else f"{writing.text[:79]}…"
        return Change(
            f'{what} "{title}": {" ".join(shown.split())}',
            data=asdict(writing),
            done=Status(Word.DONE, "written into the document"),
        )

    @property
    def parallel(self) -> int:
        """As many as go into one request."""
        return self.together

    @property
    def together(self) -> int:
        """Lines go into a document many at a time; a place is filled for each row by itself."""
        return MOST_TOGETHER if self.options.append is not None else 1

    def apply(self, change: Change) -> Receipt:
        """Write it, with today's day before a line."""
        return self._notebook().put(self._dated(change))

    def apply_many(self, changes: Sequence[Change]) -> Sequence[Receipt | Exception]:
        """The same, with all lines of one document in one request."""
        return self._notebook().put_all([self._dated(change) for change in changes])

    def reconcile(self, change: Change) -> Receipt | bool:
        """Whether it stands in the document."""
        writing = Writing(**change.data)
        there = self._notebook().holds(writing)
        return Receipt(writing.mark or writing.place) if there else False

    def _writing(self, work: Work) -> Writing:
        options = self.options
        document = work.render(options.document).strip()
        if options.fill:
            assert options.with_ is not None
            text = _written(work.render(options.with_), LONGEST_PLACE)
            return Writing(document, text, place=options.fill.strip())
        assert options.append is not None
        text = " ".join(_written(work.render(options.append), LONGEST_LINE).split())
        return Writing(document, text, under=options.under, mark=f"sf-{work.key.digest}")

    def _dated(self, change: Change) -> Writing:
        today = "" if change.data["place"] else self.tools.clock.now().date().isoformat()
        return Writing(**{**change.data, "day": today})

    def _notebook(self) -> Notebook:
        connection = self.tools.connection(self.options.by)
        if not isinstance(connection, Notebook):
            raise NotAllowed(
                f'"{self.options.by}" has no documents to write into.',
                hint="Name a google_docs connection after by.",
            )
        return connection


def _written(text: str, longest: int) -> str:
    """The text as a document holds it: line ends, no other hidden signs, and not too long."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    kept = "".join(
        " " if c == "\t" else c
        for c in lines
        if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Zl", "Zp")
    )
    return kept if len(kept) <= longest else f"{kept[: longest - 1]}…"


def _in_doubt(work: Work) -> bool:
    """Whether we were stopped while writing: then asking for it settles the matter."""
    return any(_is_open(past) for past in work.before)


def _is_open(past: Past) -> bool:
    return past.state in (State.HANDING_OVER, State.NOT_KNOWN)


def _without_end(text: str) -> str:
    return text.rstrip(".")


@hookimpl
def actions() -> list[type[Action[WriteDoc.Options]]]:
    """The action `write_doc`."""
    return [WriteDoc]
