"""The one Jinja2 environment: strict, sandboxed, bounded.

    environment = Environment()
    greeting = environment.template("Hi {{ person.first_name }}", position, "email")
    greeting.render({"person": Fields(row.get, ["First name"])})

Whatever goes wrong with a row's values stops that row with a sentence; whatever is wrong with the
template itself is told before any row, with its place in the author's file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from sheetflow.errors import RowStopped, SheetflowError
from sheetflow.language.position import Position
from sheetflow.language.templating.fields import ESCAPE, Fields, NotYet, empty_value, slug, stop
from sheetflow.values import Blank, Status, Word

if TYPE_CHECKING:
    from jinja2 import Template as Compiled, nodes

    from sheetflow.language.templating.sandbox import Sandbox

__all__ = ["Environment", "Expression", "Fields", "Template", "Use", "empty_value", "slug"]

Mode = Literal["line", "lines", "text", "html", "text rtl", "html rtl"]
"""How values are printed: as one line, with their line breaks, or for a message: as text or HTML,
each in a value's own direction among words that run to the right or (rtl) to the left."""


_NOWHERE = Position(Path())


@dataclass(frozen=True)
class Use:
    """One place where a template uses a name: `volunteer.first_name`, or `volunteer` alone.

    `line` and `column` are those of the author's `file`.
    """

    root: str
    attribute: str | None
    line: int
    column: int
    file: Path = Path()


@dataclass(frozen=True)
class Rendering:
    """What templates and expressions share: compiled Jinja2, and what it uses."""

    text: str
    uses: tuple[Use, ...]
    compiled: Compiled = field(repr=False, compare=False)
    loops: bool = field(default=False, repr=False)

    def _run(self, context: Mapping[str, Any], finish: Callable[[Any], Any]) -> Any:
        """Render with `context`. Raises RowStopped for whatever its values do not allow."""
        names = self._names(context)
        try:
            return finish(self.compiled.new_context(names, shared=True))
        except (RowStopped, SheetflowError):
            raise
        except ZeroDivisionError:
            return stop("a sum in the text divides by zero")
        except TypeError:
            return self._mixed()
        except (ValueError, ArithmeticError, LookupError, AttributeError, RecursionError) as error:
            return stop(f"the text cannot be filled in here ({type(error).__name__})")

    def _mixed(self) -> Any:
        """Stop the row, for what does not go together."""
        return stop("the text compares or adds things that do not go together")

    def _names(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """The context as Jinja2 may see it."""
        names = dict(context)
        for root in self._roots:
            if isinstance(blank := names.get(root), Blank):
                names[root] = NotYet(blank.label)
        if self.loops:
            from sheetflow.language.templating.sandbox import BUDGET, Budget

            names[BUDGET] = Budget()
        return names

    @cached_property
    def _roots(self) -> Collection[str]:
        return tuple(dict.fromkeys(use.root for use in self.uses))


@dataclass(frozen=True)
class Template(Rendering):
    """A text with places to fill in from a row."""

    is_plain: bool = False

    def render(
        self, context: Mapping[str, Any], *, escape: Callable[[str], str] | None = None
    ) -> str:
        """The text for one row. `context` maps names to Fields or values.

        `context["zone"]` and `context["language"]` say how times are written. `escape` is put over
        each value as it is printed, and over nothing that the author wrote. Raises RowStopped with
        what to tell the row, when a needed value is missing or of the wrong kind.
        """
        if self.is_plain:
            return self.text
        if escape is not None:
            context = {**context, ESCAPE: escape}
        rendered: str = self._run(context, self._joined)
        return rendered

    def _joined(self, context: Any) -> str:
        compiled = self.compiled
        text: str = compiled.environment.concat(compiled.root_render_func(context))
        return text


class DoesNotFit(RowStopped):
    """A condition cannot be put to values such as the row's, whatever they are."""


@dataclass(frozen=True)
class Expression(Rendering):
    """A condition: it is true or false for a row, and nothing else."""

    def holds(self, context: Mapping[str, Any]) -> bool:
        """Whether it is true for a row. Raises RowStopped when it cannot be told.

        That is DoesNotFit where values do not go together, or it is neither true nor false.
        """
        found = self._run(context, self._result)
        if found is True or found is False:
            return bool(found)
        return _neither(found)

    def _mixed(self) -> Any:
        _unfit("a condition compares or adds things that do not go together")

    def _result(self, context: Any) -> Any:
        for _ in self.compiled.root_render_func(context):
            pass
        return context.vars["result"]


def _neither(found: Any) -> bool:
    from sheetflow.language.templating.fields import Empty
    from sheetflow.language.written import as_text, clean

    if isinstance(found, (Empty, NotYet)):
        found.stop()
    shown = clean(as_text(found), lines=False)[:30] if not isinstance(found, Fields) else "a row"
    _unfit(f'a condition gives "{shown}", which is neither true nor false')


def _unfit(text: str) -> NoReturn:
    raise DoesNotFit(Status(Word.NEEDS_YOU, text))


class Environment:
    """Where templates come from. `filters` are those of plugins, by name."""

    def __init__(self, filters: Mapping[str, Callable[..., Any]] | None = None) -> None:
        self._filters = dict(filters or {})
        self._sandboxes: dict[Mode, Sandbox] = {}

    def template(
        self, text: str, position: Position, where: str, *, mode: Mode | None = None
    ) -> Template:
        """A template, checked and compiled. Values keep their line breaks if the text has any.

        `position` is where the text begins, `where` names it in problems ("email: template").
        Raises ProblemsFound.
        """
        from sheetflow.language.templating import reading as reading

        sandbox = self.sandbox(mode or ("lines" if "\n" in text.rstrip("\n") else "line"))
        tree = reading.read(sandbox, text, position, where)
        return Template(*self._made(sandbox, text, tree, position, where), _is_plain(tree, text))

    def trusted(self, text: str, mode: Mode) -> Template:
        """A template that we wrote ourselves around an author's checked one."""
        sandbox = self.sandbox(mode)
        tree = sandbox.parse(text)
        return Template(*self._made(sandbox, text, tree, _NOWHERE, "message"))

    def expression(self, text: str, position: Position, where: str) -> Expression:
        """A condition, checked and compiled. Raises ProblemsFound."""
        from sheetflow.language.templating import reading as reading

        sandbox = self.sandbox("line")
        tree = reading.read_condition(sandbox, text, position, where)
        return Expression(*self._made(sandbox, text, tree, position, where))

    def _made(
        self, sandbox: Sandbox, text: str, tree: nodes.Template, position: Position, where: str
    ) -> tuple[str, tuple[Use, ...], Compiled, bool]:
        from jinja2 import nodes

        from sheetflow.language.templating import reading, sandbox as bounds

        uses = tuple(
            Use(use.root, use.attribute, *reading.at(position, use.place), position.file)
            for use in reading.uses_of(tree)
        )
        loops = tree.find(nodes.For) is not None
        bounds.tie(tree, sandbox)
        try:
            return text, uses, sandbox.from_string(tree), loops
        except (SyntaxError, RecursionError, MemoryError):  # Python's compiler gave up on it
            raise reading.too_deep(position, where) from None

    def sandbox(self, mode: Mode) -> Sandbox:
        """The Jinja2 environment of a mode; made when it is first asked for."""
        from sheetflow.language.templating import sandbox as bounds

        if mode not in self._sandboxes:
            if not self._sandboxes:
                self._shared = bounds.Sandbox(self._filters)
            self._sandboxes[mode] = bounds.variant(self._shared, mode)
        return self._sandboxes[mode]


def _is_plain(tree: nodes.Template, text: str) -> bool:
    from jinja2 import nodes

    parts = list(tree.find_all(nodes.Expr))
    data = [part.data for part in parts if isinstance(part, nodes.TemplateData)]
    return len(data) == len(parts) and "".join(data) == text
