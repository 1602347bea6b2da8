"""Reading the steps of a recipe: each begins with its action, whose options are its other keys."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sheetflow.language.answers import check_links
from sheetflow.language.keys import Key, are_complete, read_map, schema_of
from sheetflow.language.kind_table import key_of
from sheetflow.language.kinds import TextKind
from sheetflow.language.messages import MessageTemplate
from sheetflow.language.names import check_names
from sheetflow.language.nodes import Items, Map, Node, Scalar
from sheetflow.language.problems import Mistake, suggest
from sheetflow.language.reading import Kind, Reading
from sheetflow.language.recipe import Step
from sheetflow.language.vocabulary import (
    ActionWords,
    Gift,
    Pick,
    TableName,
    TableWords,
    Vocabulary,
)

WHERE = "step"


@dataclass(frozen=True)
class Steps:
    """The steps that are sound, the names known after the last, and whether any is not sound."""

    steps: tuple[Step, ...]
    names: Mapping[str, Gift]
    unsure: bool


class StepsKind(Kind[Steps]):
    """A list of steps. `common` are the keys that every action understands."""

    words = "a list of steps; each begins with a dash and its action"
    example = "[{email: volunteer, template: welcome}]"

    def __init__(self, common: Sequence[Key]) -> None:
        self.common = tuple(common)

    def read(self, node: Node, at: Reading) -> Steps:
        if not isinstance(node, Items) or not node.items:
            raise Mistake("there are no steps.", f"Write {self.words}, such as - email: volunteer")
        at = replace(at, where=WHERE)
        found: dict[str, Step] = {}
        for item in node.items:
            step, names = None, at.names
            with at.problems.gathering(item.position, WHERE):
                step, names = self._step(item, at)
            at = replace(at, names=names, unsure=at.unsure or step is None)
            if step is not None:
                _add(step, found, at)
        return Steps(tuple(found.values()), at.names, at.unsure)

    def schema(self, vocabulary: Vocabulary) -> dict[str, Any]:
        """One alternative for each action, so that an editor offers just its own options."""
        alternatives = [
            {
                "title": words.name,
                "description": words.help,
                **schema_of(self.keys_of(words), vocabulary),
            }
            for words in vocabulary.actions.values()
        ]
        return {"type": "array", "minItems": 1, "items": {"anyOf": alternatives or [{}]}}

    def keys_of(self, words: ActionWords) -> tuple[Key, ...]:
        """All keys of a step with this action, the action first."""
        return (*option_keys(words), *self.common)

    def _step(self, node: Node, at: Reading) -> tuple[Step | None, Mapping[str, Gift]]:
        """The step, or None after noting why not; and the names known after it."""
        if not isinstance(node, Map) or not node.entries:
            raise Mistake("a step is a map.", "Write it like - email: volunteer")
        words = self._action(node, at.vocabulary)
        before = len(at.problems)
        at = replace(at, where=words.name, into=_written_into(node, words, at))
        keys = self.keys_of(words)
        values = read_map(node, keys, at, noun="option")
        # A message that is wrong for two steps is told once, so both must be looked at.
        if len(at.problems) > before or not are_complete(values, keys):
            return None, at.names
        options = {
            option.field: values[words.name if option.main else option.name]
            for option in words.options
        }
        _check(words, options, node, at)
        names = {**at.names, **words.gives(options)}
        for name, value in values.items():
            # A message may say what its own step gives, such as the link of the meeting.
            known = names if isinstance(value, MessageTemplate) else at.names
            check_names(value, replace(at.inside(name), names=known))
            check_links(value, words, at.inside(name))
        step = Step(
            id=values["id"] or self._default_id(node, words),
            action=words.name,
            options=options,
            position=node.position,
            condition=values["if"],
            again=values["again"],
            on_failure=values["on_failure"],
            kind=values["kind"],
            has_own_id=bool(values["id"]),
        )
        return step, names

    def _action(self, node: Map, vocabulary: Vocabulary) -> ActionWords:
        first, actions = node.entries[0].key, vocabulary.actions
        if first.text in actions:
            return actions[first.text]
        later = [entry.key.text for entry in node.entries if entry.key.text in actions]
        if later:
            raise Mistake(
                f'a step begins with its action, not with "{first.text[:60]}".',
                f'Move "{later[0]}" to the beginning of the step.',
                position=first.position,
            )
        cure = suggest(first.text, actions, "The actions are")
        what = f'there is no action "{first.text[:60]}", and a step begins with its action.'
        raise Mistake(what, cure, position=first.position)

    def _default_id(self, node: Map, words: ActionWords) -> str:
        """The action and its object: "email-volunteer". Wording that may change is left out."""
        first = node.entries[0]
        kind = option_keys(words)[0].kind
        return "-".join(filter(None, (words.name, _slug(kind.label(first.value)))))


def option_keys(words: ActionWords) -> tuple[Key, ...]:
    """An action's own keys: its name, which takes the main option, then the other options."""
    keys = [
        replace(key_of(option), name=words.name) if option.main else key_of(option)
        for option in words.options
    ]
    if any(option.main for option in words.options):
        return tuple(sorted(keys, key=lambda key: key.name != words.name))
    return (Key(words.name, TextKind(), words.help), *keys)


def _written_into(node: Map, words: ActionWords, at: Reading) -> TableWords | None:
    """The table that the step itself names, to write into or to choose from."""
    for option in words.options:
        if option.type in (TableName, Pick):
            value = node.get(words.name if option.main else option.name)
            text = " ".join(value.text.split()) if isinstance(value, Scalar) else ""
            named = text.partition(" from ")[2] if option.type is Pick else text
            return at.vocabulary.tables.get(named, TableWords(named))
    return None


def _check(words: ActionWords, options: Mapping[str, Any], node: Map, at: Reading) -> None:
    """Note what the action has against its options, and each column that is not ours to write."""
    try:
        words.check(options)
    except ValueError as error:
        at.note(node.position, str(error))
    if at.table is None or at.table.writes is None:
        return
    for column in words.writes(options):
        if column not in at.table.writes:
            what = f'"{column}" is not a column that Sheetflow may write.'
            cure = f"Add it to sheetflow_writes of {at.table.name} in sheetflow.yaml."
            at.note(node.position, what, cure)


def _add(step: Step, found: dict[str, Step], at: Reading) -> None:
    if step.id in found:
        line = found[step.id].position.line
        at.problems.add(
            step.position,
            step.action,
            f'this step is called "{step.id}", like the one on line {line}.',
            "Give one of them an id; the id is what keeps a step from happening twice.",
        )
    else:
        found[step.id] = step


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[^\w]+", "-", plain).strip("-")
