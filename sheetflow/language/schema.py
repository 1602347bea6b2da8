"""The tables of keys as JSON Schema, so that an editor completes and checks what is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sheetflow.language.conditions.reading import conditions_schema
from sheetflow.language.keys import Key, schema_of
from sheetflow.language.reading import NOTHING
from sheetflow.language.recipe_keys import RECIPE_KEYS
from sheetflow.language.vocabulary import Vocabulary

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def recipe_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The JSON Schema of a recipe: every action of the vocabulary, each with its own options."""
    return {
        **settings_schema(RECIPE_KEYS, "Sheetflow recipe", vocabulary),
        "$defs": {"conditions": conditions_schema()},
    }


def settings_schema(
    keys: Sequence[Key], title: str, vocabulary: Vocabulary = NOTHING
) -> dict[str, Any]:
    """The JSON Schema of a file that is a map with these keys."""
    return {"$schema": DIALECT, "title": title, **schema_of(keys, vocabulary)}
