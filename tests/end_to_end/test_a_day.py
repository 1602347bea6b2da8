"""Days of an organizer, made up by chance: whatever they do, the promise holds after each run."""

from __future__ import annotations

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from sheetflow.cli import run_cli
from tests.organizing.conftest import Office, office as office

pytestmark = pytest.mark.slow

HUMAN = ("Name", "Email", "Stage", "Talk")
SETTINGS = """\
organization: {name: Riverside, time_zone: Europe/Berlin}
quiet_hours: none
contact: {relationship: none}
connections: {post: {connector: post}}
senders: {us: {address: Riverside <hello@example.org>, by: post}}
control: Sheetflow
tables:
  People: {file: people.csv, person: {name: Name, email: Email}}
  Sheetflow: {file: control.csv}
"""
RECIPE = """\
recipe: {title}
schedule: every hour
for_each: person in People
where: {{Stage: {where}}}
{more}steps: [{{email: person, template: {name}}}]
"""
ASKING = {"invite": "Invite", "pitch": "Pitch"}
POST = '''"""A post office that keeps what it takes, and may lose its answer."""

import json
from dataclasses import dataclass

from sheetflow import Mail, Mailer, NotKnown, Receipt, hookimpl


class Post(Mailer):
    """Takes mail."""

    name = "post"

    @dataclass(frozen=True, kw_only=True)
    class Settings:
        """Nothing to set."""

    def deliver(self, mail: Mail) -> Receipt:
        """Take it; whether it says so is another matter."""
        with (self.folder / "taken.jsonl").open("a") as taken:
            taken.write(json.dumps([mail.to, mail.content.decode()]) + chr(10))
        if (self.folder / "lossy").exists():
            raise NotKnown("the line dropped")
        return Receipt(mail.id)


@hookimpl
def connectors():
    return [Post]
'''


@dataclass
class Day:
    """An office, whoever is at work in it, and what must hold of each mail."""

    office: Office
    chance: random.Random
    people: int = 0
    seen: int = 0
    got: Counter[tuple[str, str]] = field(default_factory=Counter)
    may_get: Counter[tuple[str, str]] = field(default_factory=Counter)
    agreed: dict[tuple[str, str], set[tuple[str, str]]] = field(
        default_factory=lambda: defaultdict(set)
    )
    gone: set[str] = field(default_factory=set)

    # What people do

    def add(self) -> None:
        """Somebody new, in whose every cell a word stands that stands nowhere else."""
        word = f"c{self.people:03d}q"
        self.people += 1
        stage = self.chance.choice(["Speaker", "Speaker", "Guest"])
        cells = [f"Ana {word}", f"{word}@example.org", stage, f"Talk {word} one"]
        self.save([*self.rows(), dict(zip(HUMAN, cells, strict=True))])

    def edit(self) -> None:
        """Another address or another talk."""
        for row in self.one():
            self._edit(row)

    def sort(self) -> None:
        """All rows, by one of the columns."""
        column = self.chance.choice(HUMAN)
        self.save(sorted(self.rows(), key=lambda row: row[column]))

    def copy(self) -> None:
        """A row as it is, above or below its original."""
        rows = self.rows()
        rows.insert(self.chance.randint(0, len(rows)), dict(self.chance.choice(rows)))
        self.save(rows)

    def clear(self) -> None:
        """The status of a row."""
        for row in self.one():
            row["Sheetflow status"] = ""

    def tick(self) -> None:
        """A row that asks; now and then it is changed before that is saved."""
        for row in self.one('tick "Go ahead"'):
            if self.chance.random() < 0.3:
                self._edit(row)
            name = next(n for n, t in ASKING.items() if f"({t})" in row["Sheetflow status"])
            self.agreed[name, _word(row["Name"])].add((row["Email"], row["Talk"]))
            row["Go ahead"] = "yes"

    def tick_unasked(self) -> None:
        """A row that asks for nothing."""
        for row in self.one():
            if 'tick "Go ahead"' not in row.get("Sheetflow status", "") and "Go ahead" in row:
                row["Go ahead"] = "yes"

    def send_again(self) -> None:
        """The answer to a row that is not sure."""
        for row in self.one("Not sure"):
            row["Send again?"] = "yes"
            for name in ("ask", *ASKING):
                self.may_get[name, _word(row["Name"])] += 1

    def unsubscribe(self) -> None:
        """Somebody asks for nothing more."""
        [address] = [row["Email"] for row in self.one()]
        assert run_cli(["-w", str(self.office.folder), "suppress", address]) == 0
        self.gone.add(address)

    def switch(self) -> None:
        """A recipe, or all of them, in the control table."""
        rows = self.office.rows()
        self.chance.choice(rows)["On"] = self.chance.choice(["yes", "yes", "yes", "no"])
        self.office.write(rows)

    def pass_time(self) -> None:
        """Hours go by; now and then the clock is put back."""
        self.office.later(hours=self.chance.choice([1, 1, 2, 24, -0.5]))

    def run(self) -> None:
        """What is due runs, at times with a post office that loses its answers."""
        lossy = self.office.folder / "lossy"
        if self.chance.random() < 0.2:
            lossy.touch()
        before = [tuple(row[name] for name in HUMAN) for row in self.rows()]
        control = self.office.control()
        control.look()
        self.office.rounds()
        control.look()
        lossy.unlink(missing_ok=True)
        assert [tuple(row[name] for name in HUMAN) for row in self.rows()] == before
        assert "our fault" not in self.office.log.getvalue()
        self._look_at_mails()
        self._forget_ticks_taken_back()

    # What must hold

    def _look_at_mails(self) -> None:
        taken = self.office.folder / "taken.jsonl"
        lines = taken.read_text("utf-8").splitlines() if taken.exists() else []
        for to, text in map(json.loads, lines[self.seen :]):
            words = set(re.findall(r"c\d{3}q", to + text))
            assert len(words) == 1, f"{to} got what is another's"
            [word], name = words, re.findall(r"RECIPE (\w+)", text)[0]
            self.got[name, word] += 1
            assert self.got[name, word] <= 1 + self.may_get[name, word], f"{to} got {name} again"
            assert to not in self.gone, f"{to} asked for nothing more"
            if name in ASKING and not self.may_get[name, word]:
                talk = re.findall(r"TALK (.+?)\.", text)[0]
                assert (to, talk) in self.agreed[name, word], f"nobody ticked {name} for {to}"
        self.seen = len(lines)

    def _forget_ticks_taken_back(self) -> None:
        ticked = {_word(row["Name"]) for row in self.rows() if row.get("Go ahead") == "yes"}
        for (_, word), agreed in self.agreed.items():
            if word not in ticked:
                agreed.clear()

    # How

    def rows(self) -> list[dict[str, str]]:
        return self.office.rows("people")

    def save(self, rows: list[dict[str, str]]) -> None:
        headers = list(dict.fromkeys(name for row in rows for name in row)) or list(HUMAN)
        self.office.write(rows, "people", headers)

    def one(self, says: str = "") -> Iterator[dict[str, str]]:
        """One row that says this, saved after it was changed; or none."""
        rows = self.rows()
        found = [row for row in rows if says in row.get("Sheetflow status", "")]
        if found:
            yield self.chance.choice(found)
            self.save(rows)

    def _edit(self, row: dict[str, str]) -> None:
        word, version = _word(row["Name"]), self.chance.randint(2, 99)
        if self.chance.random() < 0.5:
            row["Email"] = f"{word}.v{version}@example.org"
        else:
            row["Talk"] = f"Talk {word} v{version}"


def _word(text: str) -> str:
    return re.findall(r"c\d{3}q", text)[0]


def _day(office: Office, seed: int) -> Day:
    folder = office.folder
    (folder / "plugins").mkdir()
    (folder / "plugins" / "post.py").write_text(POST, "utf-8")
    (folder / "sheetflow.yaml").write_text(SETTINGS, "utf-8")
    (folder / "people.csv").write_text(",".join(HUMAN) + "\n", "utf-8")
    (folder / "recipes" / "welcome.yaml").unlink()
    for name in ("ask", *ASKING):
        where, more = ("is Speaker", "approve: each row\n") if name in ASKING else ("is Guest", "")
        title = ASKING.get(name, "Ask")
        office.recipe(name, RECIPE.format(title=title, name=name, where=where, more=more))
        text = f"---\nsubject: Hello\n---\nRECIPE {name} TALK {{{{ person.talk }}}}.\n"
        (folder / "templates" / f"{name}.md").write_text(text, "utf-8")
    day = Day(office, random.Random(seed))
    office.control().look()
    office.write([{**row, "On": "yes"} for row in office.rows()])
    office.control().look()
    for _ in range(6):
        day.add()
    return day


@pytest.mark.parametrize("seed", [0, 1])
def test_whatever_an_organizer_does_the_promise_holds(office: Office, seed: int):
    day = _day(office, seed)
    often: dict[Callable[[], None], int] = {
        day.run: 9,
        day.pass_time: 6,
        day.tick: 6,
        day.add: 2,
        day.edit: 3,
        day.send_again: 3,
        day.sort: 2,
        day.switch: 2,
        day.tick_unasked: 2,
        day.clear: 1,
        day.copy: 1,
        day.unsubscribe: 1,
    }
    for deed in day.chance.choices(list(often), list(often.values()), k=80):
        deed()
    assert {name for name, _ in day.got} == {"ask", "invite", "pitch"}, "something happened at all"
