"""How far a recipe can reach, in sentences: its limits, what holds it back, its columns, whom it
writes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from sheetflow.language.durations import duration_in_words
from sheetflow.language.messages import MessageTemplate
from sheetflow.language.recipe import Recipe, Step
from sheetflow.language.saying import ITEM, listed, quoted, spelled
from sheetflow.language.vocabulary import Connection
from sheetflow.plugin.action import Action
from sheetflow.plugin.connector import Connector
from sheetflow.plugin.meetings import Calendar
from sheetflow.plugin.tools import Sender
from sheetflow.reporting.groups import counted
from sheetflow.runner.guards.consent import NEEDS_CONSENT
from sheetflow.runner.guards.quiet_hours import HELD
from sheetflow.workspace import Workspace

_FROM = "from"
"""The option by which every action that writes to people names its sender."""


@dataclass(frozen=True)
class Reaching:
    """What a recipe can do to the world at most, in its workspace."""

    recipe: Recipe
    workspace: Workspace

    def limits(self) -> Iterator[str]:
        """How many people and messages a run may be for, and when somebody must agree."""
        recipe, limits = self.recipe, self.recipe.limits
        yield _limit(limits.people_per_run, "person", "people")
        yield _limit(limits.messages_per_run, "message", "messages")
        if recipe.approve_rows:
            column = quoted(self.workspace.settings.tables[recipe.table].go_ahead_column)
            yield f"Nothing is done for a row before somebody ticked {column} in it."
            yield "A tick counts only if it was set after the row asked for it, and for that alone."
        if recipe.approve_over is None:
            yield "Somebody must agree first only if it is for far more people than usual."
        elif recipe.approve_over == 0:
            yield "Somebody must agree to every plan first."
        else:
            people = counted(recipe.approve_over, "person", "people")
            yield f"Somebody must agree first to a plan for more than {people}."

    def holds(self) -> Iterator[str]:
        """Who and what keeps a message from going out, or makes it wait."""
        recipe, policy = self.recipe, self.workspace.settings.policy
        yield "Nothing happens while it is switched off."
        yield "Rows that fitted before it was switched on are passed by."
        if policy.do_not_contact:
            yield f"Nobody who stands in {quoted(policy.do_not_contact)} is written to."
        yield "Nobody who asked not to be written to is written to."
        yield from (
            f"Only after a yes in {quoted(column)} of {quoted(table)} is {name} written to."
            for name, (table, column) in self._consents.items()
        )
        if policy.quiet_hours is not None and not self._kinds.isdisjoint(HELD):
            yield f"Nobody is written to from {policy.quiet_hours} on their own clock."
        for kind, caps in policy.caps.items():
            if kind in self._kinds and caps:
                many = listed(map(str, caps))
                yield f"Nobody gets more of kind {kind} than {many}, over all recipes."
        if recipe.useful_until:
            yield f"What is held back is dropped after the moment in {quoted(recipe.useful_until)}."
        if recipe.useful_for is not None:
            yield f"What is held back is dropped after {duration_in_words(recipe.useful_for)}."
        guards = [guard.name for guard in self.workspace.registry.guards()]
        if guards:
            yield f"Plugins may hold it back too: {listed(map(quoted, guards))}."

    def columns(self) -> Iterator[str]:
        """The columns of its table that it writes into."""
        table = self.workspace.settings.tables[self.recipe.table]
        own = [column for column in table.owned if column not in table.writes]
        steps = [
            column
            for step in self.recipe.steps
            for column in self._action(step).writes(step.options)
        ]
        columns = list(dict.fromkeys([*steps, *own]))
        yield f"In {quoted(table.name)}: {listed(map(quoted, columns))}."
        answered = [name for name in self._answered if name not in columns]
        if answered:
            yield f"An answer to a link of its messages goes into {listed(map(quoted, answered))}."
        rest = [name for name in table.writes if name not in (*columns, *answered)]
        if rest:
            yield f"Sheetflow may write into {listed(map(quoted, rest))} too; no step says it does."
        yield "It can write into no other column of that table."

    def addresses(self) -> Iterator[str]:
        """The people of the recipe whom it writes to, where their addresses stand, and for whom."""
        steps = [(step, self._action(step).reaches(step.options)) for step in self.recipe.steps]
        for step, people in steps:
            if people is None:
                yield f"{named(step)} hands something over; its own options say to whom."
        if not self._reached:
            yield "No step of it writes to a person of the recipe."
            return
        yield from (f"{ITEM}{name}: {self._address(name)}" for name in self._reached)
        yield "It can write to nobody else."
        senders = [sender for step, people in steps if people and (sender := self._sender(step))]
        for shown in dict.fromkeys(map(_sender_in_words, senders)):
            yield f"The sender is {shown}."
        calendars = [name for step, people in steps if people and (name := self._calendar(step))]
        for name in dict.fromkeys(calendars):
            yield f"The calendar {quoted(name)} writes to its guests itself, in its own words."

    @cached_property
    def _answered(self) -> Mapping[str, None]:
        """The columns that answers to its messages go into, each once, in their order."""
        values = [value for step in self.recipe.steps for value in step.options.values()]
        messages = [value for value in values if isinstance(value, MessageTemplate)]
        return dict.fromkeys(link.column for message in messages for link in message.links)

    @cached_property
    def _reached(self) -> Mapping[str, frozenset[str]]:
        """The people who are written to, each with the kinds of what they get."""
        found: dict[str, frozenset[str]] = {}
        for step in self.recipe.steps:
            for name in self._action(step).reaches(step.options) or ():
                found[name] = found.get(name, frozenset()) | {step.kind or ""}
        return found

    @cached_property
    def _kinds(self) -> frozenset[str]:
        return frozenset().union(*self._reached.values())

    @cached_property
    def _consents(self) -> Mapping[str, tuple[str, str]]:
        """Whose yes is asked for, each with its table and column."""
        tables = self.workspace.settings.tables
        places = {
            name: (table, tables[table].person.consent)
            for name, kinds in self._reached.items()
            if not kinds.isdisjoint(NEEDS_CONSENT) and (table := self._tables.get(name, ""))
        }
        return {name: place for name, place in places.items() if place[1]}

    @cached_property
    def _tables(self) -> Mapping[str, str]:
        """Which table each person of the recipe is a row of."""
        recipe = self.recipe
        found = {**self.workspace.vocabulary.tables[recipe.table].people, recipe.row: recipe.table}
        for step in recipe.steps:
            for name, gift in self._action(step).gives(step.options).items():
                if gift.table:
                    found[name] = gift.table
        return found

    def _address(self, name: str) -> str:
        table = self._tables.get(name, "")
        spec = self.workspace.settings.tables.get(table)
        if spec is None or not spec.person.email:
            return "no table says which column holds an address"
        return f"the address in {quoted(spec.person.email)} of one row of {quoted(table)}"

    def _sender(self, step: Step) -> Sender | None:
        senders = self.workspace.settings.senders
        options = self.workspace.registry.actions[step.action].options
        chosen = [step.options[option.field] for option in options if option.name == _FROM]
        if not chosen or not senders or self._calendar(step):
            return None
        return senders.get(chosen[0]) if chosen[0] else next(iter(senders.values()))

    def _calendar(self, step: Step) -> str:
        """The connection that a step invites by, if it is a calendar; else ""."""
        connections = self.workspace.settings.connections
        names = [value for value in step.options.values() if isinstance(value, Connection)]
        for name in names:
            declared = connections.get(name)
            if declared and issubclass(self._connector(declared.connector), Calendar):
                return str(name)
        return ""

    def _connector(self, name: str) -> type[Connector]:
        return self.workspace.registry.connector(name)

    def _action(self, step: Step) -> type[Action[object]]:
        return self.workspace.registry.action(step.action)


def named(step: Step) -> str:
    """The step by its id, and by its action where the id does not begin with it."""
    own = step.id == step.action or step.id.startswith(f"{step.action}-")
    return spelled(step.id) if own else f"{spelled(step.id)} ({step.action})"


def _limit(limit: int | None, one: str, many: str) -> str:
    if limit is None:
        return f"There is no limit on how many {many} one run may be for."
    return f"A run for more than {counted(limit, one, many)} does nothing, and says so."


def _sender_in_words(sender: Sender) -> str:
    return f"{quoted(sender.name)}, {sender.address}, by {quoted(sender.by)}"
