"""A document: its title, its tabs, and for each tab the segments, named ranges, lists and objects
in it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from tests.emulators.google.docs.defaults import NAMED_STYLES
from tests.emulators.google.docs.tape import Tape, new_body

_REMEMBERED = 50  # revisions that a write may still be aimed at; the service says "several minutes"
BODY = ""  # the id of the segment that is the document's body


class EditError(ValueError):
    """An edit that the document cannot take; the words are the service's."""


@dataclass(frozen=True)
class Edit:
    """What an edit did to the indexes of a segment: so many taken out at an index, so many put
    there.
    """

    tab: str
    segment: str
    index: int
    removed: int
    added: int


@dataclass
class NamedRange:
    """A name for places in one tab: `places` holds (segment id, start, end), end exclusive."""

    id: str
    name: str
    places: list[tuple[str, int, int]]


@dataclass
class Tab:
    """One tab: segments by id (the body under an empty id), and which of them are headers, footers,
    footnotes.
    """

    id: str
    title: str
    segments: dict[str, Tape] = field(default_factory=lambda: {BODY: new_body()})
    kinds: dict[str, str] = field(default_factory=dict)  # segment id -> headers, footers, footnotes
    named_ranges: list[NamedRange] = field(default_factory=list)
    lists: dict[str, dict[str, Any]] = field(default_factory=dict)  # list id -> its properties
    presets: dict[str, str] = field(default_factory=dict)  # list id -> the preset it was made from
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)  # inline objects by id
    style: dict[str, Any] = field(default_factory=dict)  # what was changed in the document's style
    restyled: dict[str, Any] = field(default_factory=dict)  # named styles that were changed
    edits: list[Edit] = field(default_factory=list, compare=False)  # since the last revision

    def named_styles(self) -> dict[str, Any]:
        """The named styles by their type."""
        return {one["namedStyleType"]: one for one in NAMED_STYLES} | self.restyled

    def copied(self) -> Tab:
        """The same tab, to be edited apart. Atoms never change, so they are shared."""
        return replace(
            self,
            segments={key: list(tape) for key, tape in self.segments.items()},
            kinds=dict(self.kinds),
            named_ranges=[replace(one, places=list(one.places)) for one in self.named_ranges],
            lists=dict(self.lists),
            presets=dict(self.presets),
            objects=copy.deepcopy(self.objects),
            style=dict(self.style),
            restyled=dict(self.restyled),
            edits=[],
        )

    def segment(self, segment_id: str) -> Tape:
        """The tape of a segment. Raises EditError when there is none of this id."""
        if segment_id not in self.segments:
            raise EditError(f"Segment with ID {segment_id} was not found.")
        return self.segments[segment_id]


@dataclass
class Document:
    """A document as Docs holds it.

    Its id, owner, name and permissions belong to the file in Drive.
    """

    id: str
    tabs: list[Tab] = field(default_factory=lambda: [Tab("t.0", "Tab 1")])
    revision: int = 1
    made: int = 0  # how many ids were given out, so that the next one is new
    past: list[tuple[Document, list[Edit]]] = field(default_factory=list, compare=False)
    """Earlier states, oldest first, each with the edits that made the next one of it."""

    def copied(self, new_id: str = "") -> Document:
        """The same document, to be edited apart; with a new id it has no past."""
        tabs = [tab.copied() for tab in self.tabs]
        return replace(
            self, id=new_id or self.id, tabs=tabs, past=[] if new_id else list(self.past)
        )

    def succeeded(self, after: Document) -> Document:
        """The state after an edit of a copy: the next revision, which remembers this one."""
        edits = [edit for tab in after.tabs for edit in tab.edits]
        for tab in after.tabs:
            tab.edits = []
        past = [*self.past, (replace(self, past=[]), edits)][-_REMEMBERED:]
        return replace(after, revision=self.revision + 1, past=past)

    def tab(self, tab_id: str | None) -> Tab:
        """The tab of an id, the first one without an id. Raises EditError."""
        if not tab_id:
            return self.tabs[0]
        for tab in self.tabs:
            if tab.id == tab_id:
                return tab
        raise EditError(f"The tab with ID {tab_id} was not found.")

    def chosen(self, criteria: dict[str, Any] | None) -> Iterator[Tab]:
        """The tabs that a `tabsCriteria` names; all of them without one."""
        if not criteria:
            yield from self.tabs
            return
        for tab_id in criteria.get("tabIds", []):
            yield self.tab(tab_id)

    def new_id(self, prefix: str) -> str:
        """An id that this document has not used: the prefix of its kind and twelve letters."""
        self.made += 1
        number, letters = self.made * 7919 + sum(map(ord, self.id)), ""
        for _ in range(12):
            number, rest = divmod(number * 31 + 17, 36)
            number += self.made * 104729
            letters += "0123456789abcdefghijklmnopqrstuvwxyz"[rest]
        return f"{prefix}{letters}{self.made}"

    @property
    def revision_id(self) -> str:
        """The revision id of the current state: opaque, and another one after each edit."""
        return f"ALBJ4L{self.id[:8]}{self.revision:08d}"
