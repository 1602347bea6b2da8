"""An example of each filter, from which the reference page is made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from sheetflow.language.position import Position
from sheetflow.language.templating import Environment

EXAMPLES = (
    "'2026-03-14' | date",
    "'2026-03-14 18:00' | day",
    "'2026-03-14 18:00' | day_and_time",
    "'2026-03-14 18:00' | time",
    "'' | default('your region')",
    "'Ana Maria' | first_word",
    "'north side' | capitalize",
    "'Ana' | lower",
    "'Ana' | upper",
    "' Ana ' | trim",
    "'A long story' | truncate(7)",
    "'a-b' | replace('-', ' and ')",
    "'one two' | wordcount",
    "'a&b' | urlencode",
    "'12 ' | string",
    "'North, East' | split | join(' or ')",
    "'North, East' | split | first",
    "'North, East' | split | last",
    "'North, East' | split | length",
    "'b, a' | split | sort | join",
    "'a, b, a' | split | unique | join",
    "'a, b' | split | reverse | join",
    "'a, b' | split | list | join",
    "[3, 5] | max",
    "[3, 5] | min",
    "[3, 5] | sum",
    "'12' | number + 1",
    "'12' | int + 1",
    "'12' | float + 1",
    "-3 | abs",
    "2.567 | round(1)",
    "'https://example.org/us' | link",
)
"""What stands between `{{` and `}}`. Every filter is in one of them."""


def filter_rows() -> Iterator[tuple[str, str]]:
    """Each example, and what comes out of it, in English and UTC."""
    environment = Environment()
    context = {"zone": ZoneInfo("UTC"), "language": "en"}
    for example in EXAMPLES:
        text = f"{{{{ {example} }}}}"
        template = environment.template(text, Position(Path("reference"), 1, 1), "an example")
        yield text, template.render(context)
