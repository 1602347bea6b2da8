"""Rooms stand on rooms: who may import whom, how long a module may be, what loads lazily.

The lists here are part of the design. Change them on purpose.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from sheetflow.commands import COMMANDS

ROOT = Path(__file__).parent.parent

FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"errors", "clock", "values", "secrets", "sequences", "spool", "packed"}),
    frozenset({"language", "tables", "network", "ledger"}),
    frozenset({"plugin"}),
    frozenset({"runner"}),
    frozenset({"workspace"}),
    frozenset({"hosting", "reporting"}),
    frozenset({"web", "testing", "organizing"}),
    frozenset({"commands"}),
    frozenset({"cli"}),
    frozenset({"__main__"}),
)
GROUND = FLOORS[0]
"""The rooms of the ground floor are single modules, and may know each other."""

LONGEST = 300
"""Lines of a module. Past that, it is two rooms."""

LONGER_FOR_A_REASON = {
    "sheetflow/values.py": "all values of the product in one place, each a few lines",
    "sheetflow/tables/statuses.py": "the whole catalogue of sentences, a few lines each",
}

HEAVY = frozenset(
    [
        "argon2",
        "css_inline",
        "email_validator",
        "filelock",
        "google",
        "googleapiclient",
        "gspread",
        "httplib2",
        "icalendar",
        "jinja2",
        "markdown_it",
        "nh3",
        "openpyxl",
        "phonenumbers",
        "pluggy",
        "psycopg",
        "pyairtable",
        "pydantic",
        "requests",
        "rich",
        "ruamel",
        "schedule",
        "sqlalchemy",
        "starlette",
        "uvicorn",
    ]
)
"""What costs a command more than it may, unless the command needs it."""


@dataclass(frozen=True)
class Import:
    """One import, and whether it happens when the module is loaded, later, or never."""

    module: str
    name: str
    line: int
    when: str  # "at load", "when called" or "for types"


@cache
def _imports(path: Path) -> Sequence[Import]:
    return tuple(_imports_in(ast.parse(path.read_text("utf-8")).body, path, "at load"))


def _imports_in(body: list[ast.stmt], path: Path, when: str) -> Iterator[Import]:
    for node in body:
        match node:
            case ast.Import():
                yield from (Import(alias.name, "", node.lineno, when) for alias in node.names)
            case ast.ImportFrom():
                module = _absolute(node, path)
                yield from (Import(module, alias.name, node.lineno, when) for alias in node.names)
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                yield from _imports_in(node.body, path, "for types")
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                later = when if when == "for types" else "when called"
                yield from _imports_in(node.body, path, later)
            case _:
                for block in ("body", "orelse", "finalbody", "handlers", "cases"):
                    yield from _imports_in(getattr(node, block, []), path, when)


def _absolute(node: ast.ImportFrom, path: Path) -> str:
    if not node.level:
        return node.module or ""
    package = path.relative_to(ROOT).parent.parts
    base = package[: len(package) - node.level + 1]
    return ".".join((*base, *(node.module or "").split("."))).rstrip(".")


def _module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


CORE = sorted((ROOT / "sheetflow").rglob("*.py"))
PLUGINS = sorted((ROOT / "plugins").glob("*.py"))
MODULES = {_module_name(path): path for path in CORE}


def _ours(found: Import) -> str:
    """The module of ours that an import loads, or ""."""
    whole = f"{found.module}.{found.name}"
    return whole if whole in MODULES else found.module if found.module in MODULES else ""


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def _floor(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def _by_name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _imports_of(paths: Sequence[Path]) -> Iterator[tuple[str, str, Import]]:
    """Every import of these modules: where it stands, in which room, and itself."""
    for path in paths:
        for found in _imports(path):
            yield f"{_by_name(path)}:{found.line}", _room(_module_name(path)), found


def test_every_room_has_its_floor():
    rooms = {_room(module) for module in MODULES} - {""}
    assert rooms <= {room for floor in FLOORS for room in floor}


def test_a_module_imports_only_from_below_or_from_its_own_room():
    from_above = [
        f"{place} imports {theirs}"
        for place, mine, found in _imports_of(CORE)
        if mine  # the public face, which is in no room, shows names of many
        and (theirs := _room(_ours(found))) not in ("", mine)
        and not {mine, theirs} <= GROUND
        and _floor(theirs) >= _floor(mine)
    ]
    assert from_above == []


def test_the_core_imports_its_siblings_by_name():
    through_the_face = [
        place
        for place, _, found in _imports_of(CORE)
        if found.module == "sheetflow"
        and _ours(found) in ("", "sheetflow")
        and found.name != "__version__"
    ]
    assert through_the_face == []


def test_the_core_imports_no_plugin():
    plugins = {"plugins", "sheetflow_plugins"}
    found = [place for place, _, found in _imports_of(CORE) if _top(found) in plugins]
    assert found == []


def test_a_plugin_knows_the_public_face_and_nothing_else_of_ours():
    more = [
        f"{place} imports {found.module}"
        for place, _, found in _imports_of(PLUGINS)
        if _top(found) == "sheetflow" and found.module != "sheetflow"
    ]
    assert more == []


def test_plugins_do_not_know_each_other_and_name_what_they_share_relative_to_themselves():
    elsewhere = [
        f"{place} imports {found.module}.{found.name}"
        for place, _, found in _imports_of(PLUGINS)
        if _top(found) == "sheetflow_plugins"
        or (_top(found) == "plugins" and not _sibling(found).startswith("_"))
    ]
    assert elsewhere == []


def _top(found: Import) -> str:
    return found.module.partition(".")[0]


def _sibling(found: Import) -> str:
    """The module beside it that a plugin imports."""
    return found.module.partition(".")[2] or found.name


def test_no_module_of_the_core_needs_itself():
    """Nothing is imported in a circle, not even later, when a function is called, or for types."""
    needs = {
        name: {_ours(found) for found in _imports(path)} - {"", name, "sheetflow"}
        for name, path in MODULES.items()
    }
    settled: set[str] = set()
    while ready := {name for name in needs.keys() - settled if needs[name] <= settled}:
        settled |= ready
    assert needs.keys() - settled == set()


def test_the_public_face_is_lazy_and_complete():
    tree = ast.parse((ROOT / "sheetflow" / "__init__.py").read_text("utf-8"))
    shown = {
        (found.module.removeprefix("sheetflow."), found.name)
        for found in _imports_in(tree.body, ROOT / "sheetflow" / "__init__.py", "at load")
        if found.when == "for types"
    }
    table = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_HOME"
    )
    assert shown == {(home, name) for home, names in table.items() for name in names.split()}


def test_every_folder_of_the_core_is_shipped():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    folders = {_module_name(path) for path in CORE if path.name == "__init__.py"}
    shipped = {*folders, "sheetflow_plugins", "sheetflow_recipes"}
    assert set(declared["tool"]["setuptools"]["packages"]) == shipped


def test_every_name_of_the_public_face_can_be_imported():
    code = "import sheetflow\nfor name in sheetflow.__all__: getattr(sheetflow, name)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_a_module_fits_in_a_room():
    lines = {_by_name(path): path.read_text("utf-8").count("\n") for path in (*CORE, *PLUGINS)}
    longer = {name for name, count in lines.items() if count > LONGEST}
    assert longer <= LONGER_FOR_A_REASON.keys()


def test_a_module_opens_with_one_sentence():
    openings = {
        _by_name(path): (ast.get_docstring(ast.parse(source)) or "").split("\n\n")[0]
        for path in (*CORE, *PLUGINS)
        if (source := path.read_text("utf-8")).strip() or path.name != "__init__.py"
    }
    no_sentence = {
        name: opening
        for name, opening in openings.items()
        if not opening.rstrip().endswith((".", ":"))
    }
    assert no_sentence == {}


def _loaded_with(module: str) -> set[str]:
    """All modules of ours that come with `module`, each through a top-level import."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in MODULES:
            continue
        seen.add(name)
        waiting += [_ours(found) for found in _imports(MODULES[name]) if found.when == "at load"]
    return seen


def test_starting_up_loads_nothing_heavy():
    for module in sorted(_loaded_with("sheetflow.__main__") | _loaded_with("sheetflow.cli")):
        for found in _imports(MODULES[module]):
            heavy = found.when == "at load" and found.module.split(".")[0] in HEAVY
            assert not heavy, f"{module}, line {found.line}: import {found.module} where it is used"


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]], ids=" ".join)
def test_help_is_given_without_loading_what_help_does_not_need(arguments: list[str]):
    code = (
        "import sys\n"
        "from sheetflow.cli import run_cli\n"
        f"assert run_cli({arguments!r}) == 0\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True
    )
    loaded = {name.split(".")[0] for name in done.stderr.split()}
    assert loaded & HEAVY == set()
    assert {f"sheetflow.commands.{name}" for name in COMMANDS} & set(done.stderr.split()) == set()
