"""A message template and a row -> subject, text and HTML.

`templates/NAME.md` begins with a few lines of front matter, then comes Markdown with Jinja2 in it:

    ---
    subject: Welcome, {{ volunteer.first_name }}
    ---
    Hi {{ volunteer.first_name }},

    your coach is **{{ coach.name }}**. [Join the call]({{ meeting.link }})

`NAME.es.md` beside it is the Spanish one. All the work that does not depend on a row is done when
the template is loaded: Markdown, page and styles are read once, and a row only fills the places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sheetflow.errors import SetupError
from sheetflow.language.messages.frontmatter import Source, read_source
from sheetflow.language.messages.languages import code_of
from sheetflow.language.messages.letters import Message, Variant
from sheetflow.language.messages.links import Link
from sheetflow.language.position import Position
from sheetflow.language.problems import Problems, did_you_mean, in_words
from sheetflow.language.templating import Environment, Use
from sheetflow.values import digest

_NAME = re.compile(r"[^\W_][\w -]*")
_VARIANT = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class MessageTemplate:
    """A message in every language it is written in; the first variant is for everybody else.

    `fingerprint` is a digest of all its files. One that stands in a document elsewhere and was not
    read, because nobody may ask for it now, has no variants.
    """

    name: str
    variants: tuple[Variant, ...]
    uses: tuple[Use, ...]
    fingerprint: str

    @property
    def unread(self) -> bool:
        """Whether it is known only by the address of its document."""
        return not self.variants

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it is written in, such as ("en", "es")."""
        return tuple(variant.language for variant in self.variants)

    @property
    def links(self) -> tuple[Link, ...]:
        """The links by which somebody answers, of all variants."""
        return tuple(dict.fromkeys(link for each in self.variants for link in each.links))

    def render(self, context: Mapping[str, Any], language: str = "") -> Message:
        """The message for one row, in the language of whoever reads it: "es", "es-MX", "Español".

        Raises RowStopped with what to tell the row.
        """
        return self.variant_for(language).render(context)

    def variant_for(self, language: str) -> Variant:
        """The variant nearest to a person's language. Raises SetupError for an unread message."""
        if self.unread:
            raise SetupError(
                f"The message {self.name} was not read.",
                hint="It stands in a document elsewhere, which is read for a plan and for a run.",
            )
        wanted = code_of(language)
        found = self._by_language
        return found.get(wanted) or found.get(wanted.partition("-")[0]) or self.variants[0]

    @cached_property
    def _by_language(self) -> Mapping[str, Variant]:
        return {variant.language.lower(): variant for variant in reversed(self.variants)}


def load_message(
    name: str,
    folder: Path,
    environment: Environment,
    *,
    position: Position | None = None,
    language: str = "en",
) -> MessageTemplate:
    """The message template `folder`/`name`.md with its variants.

    `position` is where it is asked for, `language` what its default variant is written in when that
    does not say so itself. Raises ProblemsFound with every mistake in every variant.
    """
    problems = Problems()
    path = folder / f"{name}.md"
    if not _NAME.fullmatch(name) or not path.is_file():
        _tell_missing(name, folder, position or Position(path), problems)
        problems.raise_any()
    files = [(path, ""), *_variants(name, folder, problems)]
    sources = [(source, of) for file, of in files if (source := read_source(file, problems))]
    built = [
        build_variant(source, of or language, bool(of), environment, problems)
        for source, of in sources
    ]
    problems.raise_any()
    found = [each for each in built if each is not None]
    return MessageTemplate(
        name,
        tuple(variant for variant, _ in found),
        tuple(dict.fromkeys(use for _, uses in found for use in uses)),
        digest(*((source.path.name, source.text) for source, _ in sources)),
    )


def unread_message(address: str) -> MessageTemplate:
    """A message of which nothing is known but where its document is."""
    return MessageTemplate(address, (), (), digest(address))


def _tell_missing(name: str, folder: Path, position: Position, problems: Problems) -> None:
    there = sorted(path.stem for path in folder.glob("*.md") if "." not in path.stem)
    cure = f"Write {folder / name}.md."
    if there:
        cure = did_you_mean(name, there) or f"There are {in_words(there, 'and')}."
    problems.add(position, "template", f'there is no template "{name}".', cure)


def _variants(name: str, folder: Path, problems: Problems) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.glob("*.md")):
        if not path.name.startswith(f"{name}."):
            continue
        language = path.name.removeprefix(f"{name}.").removesuffix("md").rstrip(".")
        if _VARIANT.fullmatch(language):
            yield path, language
        elif language:
            what, cure = f'"{language}" is not a language.', f"Name the file like {name}.es.md."
            problems.add(Position(path), "template", what, cure)


def build_variant(
    source: Source, language: str, fixed: bool, environment: Environment, problems: Problems
) -> tuple[Variant, tuple[Use, ...]] | None:
    """The variant in a file, and what it uses, or None after noting why there is none.

    `fixed` says that the file's name tells the language.
    """
    from sheetflow.language.messages import composing

    if declared := source.front.get("language"):
        told = declared.text.strip()
        if not _VARIANT.fullmatch(told):
            what, cure = f'"{told}" is not a language.', "Write it like en, es or pt-BR."
            problems.add(declared.position, "template: language", what, cure)
        elif fixed and told.lower() != language.lower():
            what = f"the file's name says {language}, this says {told}."
            problems.add(declared.position, "template: language", what, "Take this line out.")
        language = told
    with problems.gathering(source.body_at, "template"):
        return composing.compose(source, language, environment)
    return None
