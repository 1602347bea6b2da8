"""What every filter for templates keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from sheetflow.errors import SheetflowError
from sheetflow.language.position import Position
from sheetflow.language.templating import Environment
from sheetflow.plugin.testing.in_memory import NOON
from sheetflow.plugin.testing.watching import watched

VALUES: tuple[Any, ...] = ("Ana", "", "{{ 1 }}", "<b>", 3, 2.5, True, date(2026, 3, 14), NOON)
"""What cells hold."""


class FilterContract:
    """What filters keep. In a test: a class with the `plugin` and `examples`.

    An example is a text as an author writes it, and what becomes of it:
    {"{{ 'ana' | shout }}": "ANA!"}.
    """

    plugin: ModuleType
    examples: Mapping[str, str]

    def test_each_example_comes_out_as_it_says(self) -> None:
        """Rendered as in a message, by the name a recipe uses."""
        environment = Environment(self._filters())
        for text, expected in self.examples.items():
            template = environment.template(text, Position(Path("recipe.yaml"), 1, 1), "a test")
            assert template.render({}) == expected

    def test_each_filter_has_an_example(self) -> None:
        """Examples are what authors look for."""
        for name in self._filters():
            assert any(f"| {name}" in text for text in self.examples), f"{name} has no example"

    def test_a_filter_never_calls_what_it_is_given(self) -> None:
        """A value in a template may be made so that calling it does harm."""
        called: list[str] = []
        for filter_ in self._filters().values():
            _ends_well(filter_, _Trap(called))
        assert called == []

    def test_a_filter_changes_nothing_and_says_the_same_twice(self) -> None:
        """Whatever a cell holds; what it cannot do anything with is a ValueError or TypeError."""
        for filter_ in self._filters().values():
            for value in VALUES:
                with watched() as done:
                    assert _ends_well(filter_, value) == _ends_well(filter_, value)
                assert done == []

    def _filters(self) -> dict[str, Callable[..., Any]]:
        filters: Mapping[str, Callable[..., Any]] = self.plugin.filters()
        return dict(filters)


class _Trap:
    def __init__(self, called: list[str]) -> None:
        self._called = called

    def __call__(self, *_args: object, **_more: object) -> str:
        self._called.append("called")
        return ""

    def __str__(self) -> str:
        return "a trap"


def _ends_well(filter_: Callable[..., Any], value: object) -> object:
    try:
        return filter_(value)
    except (ValueError, TypeError, ArithmeticError, SheetflowError) as error:
        return type(error)
