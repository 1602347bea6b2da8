"""docs/plugins.md is followed to the letter: its files are written, its commands run, and compared.

A fenced block says what it is: `python PATH` is a file; `yaml PATH, at the end` is added to one;
`python PATH, above LINE` goes into one; `console` holds commands after `$`, each with what it says.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sheetflow.plugin.hook_table import hooks_described

PAGE = Path(__file__).parent.parent / "docs" / "plugins.md"
FILES = ("python", "text", "yaml")


@dataclass(frozen=True)
class Block:
    """A fenced block of the page: its first line, and what stands in it."""

    line: int
    head: str
    text: str


@dataclass
class Reader:
    """A stranger with an empty folder, who does what the page says."""

    folder: Path

    def follow(self, block: Block) -> str:
        """Do what a block says. Gives it back as the page should show it."""
        kind, _, where = block.head.partition(" ")
        if kind == "console":
            return "".join(map(self.run, re.findall(r"^\$ (.*)", block.text, re.MULTILINE)))
        if kind in FILES:
            self.write(where, block.text)
        return block.text

    def run(self, command: str) -> str:
        """The command and all that it prints, as the page shows it."""
        if command.startswith("cd "):
            self.folder /= command.removeprefix("cd ")
            return f"$ {command}\n"
        program, *arguments = shlex.split(command)
        called = {"sheetflow": ["-m", "sheetflow"], "python": []}[program]
        done = subprocess.run(
            [sys.executable, *called, *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            env={**os.environ, "COLUMNS": "100", "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=60,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return f"$ {command}\n{done.stdout}"

    def write(self, where: str, text: str) -> None:
        """Write a file, or put the text into one that is there."""
        name, _, place = where.partition(", ")
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not place:
            assert not path.exists(), f"{name} is written twice"
            path.write_text(text, "utf-8")
        elif place == "at the end":
            path.write_text(path.read_text("utf-8") + text, "utf-8")
        else:
            before, found, after = path.read_text("utf-8").partition(
                f"\n\n\n{place.removeprefix('above ')}"
            )
            assert found
            path.write_text(f"{before}\n\n{text.rstrip()}{found}{after}", "utf-8")


def blocks() -> list[Block]:
    """All fenced blocks, in the order of the page."""
    text = PAGE.read_text("utf-8")
    return [
        Block(text[: found.start()].count("\n") + 1, found[1].strip(), found[2])
        for found in re.finditer(r"^```(.*)\n((?s:.*?))^```$", text, re.M)
    ]


def hook_rows() -> list[str]:
    """The table of hooks, as hookspecs.py has them."""
    return [f"| `{hook.name}` | {hook.about} |" for hook in hooks_described()]


def without_times(text: str) -> str:
    """Without what may differ: when it was, how long it took, how many tests a contract has."""
    text = re.sub(r"planned \w{3} [^\n]*\.$", "planned today.", text, flags=re.MULTILINE)
    return re.sub(r"\.+ +\[100%\]\n\d+ passed in \d+\.\d+s", "all passed", text)


def test_whoever_follows_the_page_ends_with_plugins_that_work(tmp_path: Path):
    reader = Reader(tmp_path)
    for block in blocks():
        done = without_times(reader.follow(block))
        assert done == without_times(block.text), f"docs/plugins.md, line {block.line}"


def test_every_block_says_what_it_is():
    kinds = {block.head.partition(" ")[0] for block in blocks()}
    assert kinds <= {*FILES, "console", "toml"}
    assert all(block.head.partition(" ")[2] for block in blocks() if block.head[:6] == "python")


def test_every_hook_is_listed_as_it_is():
    section = PAGE.read_text("utf-8").partition("## Every hook\n")[2].partition("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("| `")] == hook_rows()
