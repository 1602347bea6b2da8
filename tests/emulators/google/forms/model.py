"""A form as the emulator holds it: items and settings in the API's own form, and what people
answered.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class FormError(ValueError):
    """An update that the form cannot take; the words are the service's."""


@dataclass
class Form:
    """A form. Its owner, name in Drive and permissions are its file's."""

    id: str
    info: Json = field(default_factory=dict)
    items: list[Json] = field(default_factory=list)
    settings: Json = field(default_factory=dict)
    published: bool | None = True
    """None for a form of the time before forms were published."""
    accepts: bool = True
    linked_sheet: str = ""
    responses: list[Json] = field(default_factory=list)
    watches: dict[str, Json] = field(default_factory=dict)
    revision: int = 1
    made: int = 0

    @property
    def revision_id(self) -> str:
        """The revision id of the current state; another one after each update."""
        return f"{self.revision:08x}"

    def copied(self, new_id: str = "") -> Form:
        """The same form, to be changed apart; under a new id it has no responses and no watches."""
        twin = copy.deepcopy(self)
        if new_id:
            twin.id, twin.responses, twin.watches = new_id, [], {}
        return twin

    def new_id(self) -> str:
        """An id for an item or question: eight hexadecimal digits that the form has not used."""
        taken = {*self.item_ids(), *(question["questionId"] for question in self.questions())}
        while True:
            self.made += 1
            mixed = (self.made * 2654435761 + sum(map(ord, self.id))) % 2**31
            if (name := f"{mixed:08x}") not in taken:
                return name

    def item_ids(self) -> list[str]:
        """The ids of all items."""
        return [item["itemId"] for item in self.items]

    def questions(self) -> list[Json]:
        """Every question, in order, those of groups with them."""
        return [question for item in self.items for question in questions_of(item)]

    def question(self, question_id: str) -> Json | None:
        """The question of an id."""
        return next((one for one in self.questions() if one["questionId"] == question_id), None)


def questions_of(item: Json) -> list[Json]:
    """The questions of one item: none, one, or those of its group."""
    if "questionItem" in item:
        return [item["questionItem"]["question"]]
    questions: list[Json] = item.get("questionGroupItem", {}).get("questions", [])
    return questions
