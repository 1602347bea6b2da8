"""kill -9 at every boundary of an effect, then start again: at most once, and nothing lost."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from sheetflow.hosting.restoring import Right, answer
from sheetflow.ledger.records import Record
from sheetflow.values import State
from tests.end_to_end.workspaces import KINDS, OURS, WRITTEN, Campaign, Person

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PLUGIN = Path(__file__).parent / "crash_plugin.py"
CANARIES = ("kestrel", "plover")
CALL = "2999-04-01 18:00"
PEOPLE = [
    Person("kestrel", call=CALL),
    Person("gannet", call=CALL, address="two@example.org three@example.org"),
    Person("plover", call=CALL, region="South"),
]
COACHES = {"kestrel": "lee", "plover": "kim"}
EVERY_MAIL = Counter(
    {
        (canary, who): count
        for canary, coach in COACHES.items()
        for who, count in ((canary, 3), (coach, 1))
    }
)
"""How many mails there are about each person, by who gets them: three, and one to the coach."""

DONE = dict.fromkeys(CANARIES, "Done")


@dataclass(frozen=True)
class Killed:
    """One boundary: what the kill left, what the next run made of it, and the one after."""

    folder: Path
    kind: str

    @property
    def codes(self) -> list[int]:
        """How the three processes ended."""
        return [int(code) for code in (self.folder / "codes.txt").read_text().split()]

    def left(self, name: str) -> Campaign:
        """The campaign after one of the three."""
        return Campaign(self.folder / name, self.kind)

    def taken(self, name: str = "restarted") -> list[dict[str, str]]:
        """What the post office has taken by then."""
        path = self.folder / name / "taken.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def mails(self, name: str = "restarted") -> Counter[tuple[str, str]]:
        """How many mails about each person each addressee has got by then."""
        about = ((_canaries(mail["text"]), mail["to"]) for mail in self.taken(name))
        return Counter((canary, to.partition("@")[0]) for (canary,), to in about)

    @property
    def in_hand(self) -> tuple[str, bool]:
        """The last key that was meant before the kill, and whether its outcome was known already.

        The ledger learns an outcome together with the next intent, so that the last one of all may
        be in doubt although it was known.
        """
        boundaries = (self.folder / "killed" / "boundaries.txt").read_text().splitlines()
        meant = [line.removeprefix("meant: ") for line in boundaries if line.startswith("meant: ")]
        return (meant[-1], f"remembered: {meant[-1]}" in boundaries) if meant else ("", True)

    def records(self) -> list[Record]:
        """What the ledger knows after the restart."""
        with self.left("restarted").open().ledger() as ledger:
            return list(ledger.history(limit=1000))

    def words(self, name: str = "restarted") -> dict[str, str]:
        """The status word of everybody who has an address."""
        statuses = self.left(name).statuses()
        return {canary: statuses[canary].partition(" —")[0] for canary in CANARIES}


def _canaries(text: str) -> set[str]:
    return set(re.findall("|".join(CANARIES), text.replace("=\r\n", "").lower()))


def _sweep(folder: Path, kind: str, mailer: str, *, at: str) -> list[Killed]:
    start = Campaign(folder / "start", kind)
    start.set_up(PEOPLE, mailer=mailer)
    settings = start.folder / "sheetflow.yaml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("    file:", f"    connector: crashing_{kind}\n    file:"))
    (start.folder / "plugins").mkdir()
    shutil.copy(PLUGIN, start.folder / "plugins" / "crash.py")
    command = [sys.executable, "-m", "tests.end_to_end.sweep", str(folder), at]
    subprocess.run(command, cwd=ROOT, check=True)
    numbers = sorted(int(path.name) for path in folder.iterdir() if path.name.isdigit())
    return [Killed(folder / str(number), kind) for number in numbers]


@pytest.fixture(scope="module", params=KINDS)
def sweep(request: pytest.FixtureRequest, tmp_path_factory) -> list[Killed]:
    """Killed at every boundary, with a post office that cannot be asked afterwards.

    What is special about a workbook is how it is written, so only those boundaries are met there.
    """
    at = {"csv": ".", "xlsx": "writing"}[request.param]
    return _sweep(tmp_path_factory.mktemp("sweep"), request.param, "crashing_post", at=at)


@pytest.fixture(scope="module")
def answering(tmp_path_factory) -> list[Killed]:
    """Killed around every deed, with a post office that can be asked what it took."""
    return _sweep(tmp_path_factory.mktemp("asked"), "csv", "crashing_answering_post", at="deed")


def test_each_boundary_was_met_and_each_process_killed_there(sweep: list[Killed]):
    unharmed, *killed = sweep
    assert unharmed.codes == [0, 0, 0]
    assert unharmed.mails() == EVERY_MAIL
    assert unharmed.words() == DONE
    assert len(killed) >= (50 if unharmed.kind == "csv" else 6)
    assert {one.codes[0] for one in killed} == {-9}
    assert {code for one in killed for code in one.codes[1:]} <= {0, 1}


def test_no_mail_goes_out_twice(sweep: list[Killed]):
    for one in sweep:
        ids = Counter(mail["id"] for mail in one.taken("again"))
        assert set(ids.values()) == {1}, one.folder
        assert one.mails("again") <= EVERY_MAIL, one.folder


def test_only_what_was_being_handed_over_is_not_sure(sweep: list[Killed]):
    for one in sweep[1:]:
        unsure = {str(r.key) for r in one.records() if r.state is State.NOT_KNOWN}
        key, known = one.in_hand
        mail = {key} if re.search("email|meet|invite", key) else set()
        assert unsure <= mail, one.folder
        assert known or unsure == mail, one.folder


def test_everybody_else_gets_everything_and_every_row_says_so(sweep: list[Killed]):
    for one in sweep:
        words = one.words()
        unsure = {canary for canary, word in words.items() if word == "Not sure"}
        assert set(words.values()) <= {"Done", "Not sure"}, one.folder
        assert len(unsure) <= 1, one.folder
        expected = Counter({who: n for who, n in EVERY_MAIL.items() if who[0] not in unsure})
        got = Counter({who: n for who, n in one.mails().items() if who[0] not in unsure})
        assert got == expected, one.folder
        gannet = one.left("restarted").statuses()["gannet"]
        assert gannet == "Needs you — two addresses here, keep one", one.folder


def test_the_sheet_and_the_ledger_claim_no_more_than_was_taken(sweep: list[Killed]):
    for one in sweep:
        mails = [r for r in one.records() if r.action in ("email", "meet", "invite")]
        done = Counter(r.reference for r in mails if r.state is State.DONE)
        taken = Counter(mail["id"] for mail in one.taken())
        unsure = sum(r.state is State.NOT_KNOWN for r in mails)
        assert done <= taken, one.folder
        assert (taken - done).total() <= unsure, one.folder


def test_a_third_run_changes_nothing(sweep: list[Killed]):
    for one in sweep:
        before, after = one.left("restarted").files(), one.left("again").files()
        changing = {"said.txt", "boundaries.txt"}
        assert before.keys() == after.keys(), one.folder
        assert {n: c for n, c in after.items() if n not in changing} == {
            n: c for n, c in before.items() if n not in changing
        }, one.folder


def test_only_our_own_columns_were_written(sweep: list[Killed]):
    start = sweep[0].folder.parent / "start"
    theirs = _without_ours(Campaign(start, sweep[0].kind))
    for one in sweep:
        for name in ("killed", "restarted"):
            assert _without_ours(one.left(name)) == theirs, one.folder


def test_each_call_is_logged_once(sweep: list[Killed]):
    for one in sweep:
        done = {canary for canary, word in one.words().items() if word == "Done"}
        logged = Counter(row["Who"].partition(" ")[0].lower() for row in _calls(one))
        assert logged >= Counter(done), one.folder
        assert set(logged.values()) <= {1}, one.folder


def test_a_service_that_can_be_asked_leaves_no_doubt(answering: list[Killed]):
    for one in answering:
        assert one.words() == DONE, one.folder
        assert one.mails() == EVERY_MAIL, one.folder
        assert one.codes[1:] == [0, 0], one.folder


def _calls(one: Killed) -> list[dict[str, str]]:
    return one.left("restarted").rows("Calls")


def _without_ours(campaign: Campaign) -> list[dict[str, object]]:
    ours = OURS | WRITTEN
    return [
        {name: value for name, value in row.items() if name not in ours} for row in campaign.rows()
    ]


def test_killed_and_then_without_its_ledger_no_mail_goes_out_twice(
    sweep: list[Killed], tmp_path: Path
):
    """What the disk had of the ledger is gone; somebody says that nothing is sure."""
    _lose_the_ledger(sweep[1::4], tmp_path)


def test_nor_where_the_post_office_can_be_asked(answering: list[Killed], tmp_path: Path):
    """It knows messages by their ids; those of rows that were never told are others now."""
    _lose_the_ledger(answering[1::2], tmp_path)


def _lose_the_ledger(sweep: list[Killed], folder: Path) -> None:
    for one in sweep:
        left = Killed(folder / one.folder.name, one.kind)
        shutil.copytree(one.folder / "killed", left.folder / "restarted")
        campaign = left.left("restarted")
        for file in campaign.folder.glob("sheetflow.db*"):
            file.unlink()
        (campaign.folder / "die_at.txt").write_text("0")
        answer(campaign.open(), Right.NOTHING)
        for _ in range(2):
            assert campaign.run().plan.halted == "", one.folder
        assert left.mails() <= EVERY_MAIL, one.folder
        words = left.words()
        sure = Counter({who: n for who, n in EVERY_MAIL.items() if words[who[0]] != "Not sure"})
        assert sure <= left.mails(), one.folder
