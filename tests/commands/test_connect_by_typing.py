"""`sheetflow connect`, walked to its end by a person at a terminal."""

from __future__ import annotations

from pathlib import Path

from sheetflow.secrets import find_secret
from tests.commands.at_a_terminal import Terminal
from tests.commands.conftest import Call
from tests.emulators.serving import serving
from tests.plugins import _slack, test_zoom
from tests.plugins._airtable import BASE, READY, TOKEN, world

CALLS = "calls@example.org"


def written(workspace: Path, name: str) -> str:
    """What stands in sheetflow.yaml of a connection."""
    text = (workspace / "sheetflow.yaml").read_text("utf-8")
    return text.partition(f"  {name}:\n")[2].partition("\n\n")[0]


def kept(workspace: Path, file: str) -> str:
    path = workspace / "secrets" / file
    assert path.stat().st_mode & 0o777 == 0o600
    return find_secret({"file": f"secrets/{file}"}, folder=workspace).reveal()


def test_airtable_to_the_table_that_is_to_be_used(call: Call, workspace: Path, tmp_path: Path):
    with world(tmp_path, READY) as w:
        seat = Terminal(workspace, "connect", "airtable", "--set", f"url={w.emulator.url}")
        seat.answer("A name for it [airtable]: ", "base")
        seat.answer("The file that holds the token (Enter to type or paste it): ")
        seat.answer("\ntoken: ", TOKEN)
        seat.answer("\nbase: ", f"https://airtable.com/{BASE}/tbl")
        assert seat.shown.count("ok     bases: reaches Riverside") == 1
        seat.answer("\ntable: ", "People")
        seat.answer("\nview: ")
        seat.answer("\nfields: ")
        seat.answer("\nlog: ")
        seat.answer("Write it into sheetflow.yaml? [Y/n]: ")
        assert seat.ends() == 0
        assert TOKEN not in seat.shown
        assert "Make a personal access token at airtable.com/create/tokens" in seat.shown
        assert "    ok     read 4 rows; columns: Name, Email, Region, Stage," in seat.shown
        assert "Try it any time: sheetflow doctor base" in seat.shown
        assert kept(workspace, "base-token") == TOKEN
        said = call("doctor", "base")
        assert (said.code, "token: belongs to" in said.out) == (0, True), said.out


def test_slack_when_the_first_token_is_wrong(call: Call, workspace: Path):
    with serving("slack", data=_slack.DATA) as slack:
        seat = Terminal(workspace, "connect", "slack", "--set", f"url={slack.url}/api")
        seat.answer("A name for it [slack]: ")
        seat.answer("The file that holds the token (Enter to type or paste it): ")
        seat.answer("\ntoken: ", "xoxb-wrong")
        seat.answer("Answer once more? [Y/n]: ")
        assert "    amiss  credentials: Slack does not let us do this" in seat.shown
        assert "connections:\n  slack" not in (workspace / "sheetflow.yaml").read_text()
        (workspace / "token.txt").write_text(f"{_slack.TOKEN}\n")
        seat.answer("The file that holds the token (Enter to keep it as it is): ", "token.txt")
        seat.answer("Write it into sheetflow.yaml? [Y/n]: ")
        assert seat.ends() == 0
        assert _slack.TOKEN not in seat.shown
        assert "    ok     posting: allowed" in seat.shown
        assert "\nhook_secret:" not in seat.shown
        assert written(workspace, "slack") == (
            "    connector: slack\n"
            "    token: {file: secrets/slack-token}\n"
            f'    url: "{slack.url}/api"'
        )
        assert kept(workspace, "slack-token") == _slack.TOKEN
        said = call("doctor", "slack")
        assert said.code == 0, said.out


def test_zoom_when_the_host_is_somebody_else_s_at_first(call: Call, workspace: Path):
    data = {**test_zoom.DATA, "users": [CALLS]}
    with serving("zoom", data=data) as zoom:
        places = [f"url={zoom.url}/v2", f"token_url={zoom.url}/oauth/token"]
        given = [part for place in places for part in ("--set", place)]
        seat = Terminal(workspace, "connect", "zoom", *given)
        seat.answer("A name for it [zoom]: ", "calls")
        seat.answer("\naccount_id: ", "account")
        seat.answer("\nclient_id: ", "id")
        seat.answer("The file that holds the client_secret (Enter to type or paste it): ")
        seat.answer("\nclient_secret: ", "k7-for-tests")
        seat.answer("\nhosts: ", "call@example.org")
        seat.answer("Answer once more? [Y/n]: ")
        assert "    amiss  host call@example.org: Zoom cannot find it" in seat.shown
        for question in ("\naccount_id [account]: ", "\nclient_id [id]: ", "keep it as it is): "):
            seat.answer(question)
        seat.answer("\nhosts [call@example.org]: ", CALLS)
        seat.answer("\ntable: ", "meetings")
        seat.answer("\nmeeting: ")
        seat.answer("Write it into sheetflow.yaml? [Y/n]: ")
        assert seat.ends() == 0
        assert "k7-for-tests" not in seat.shown
        assert f"    ok     host {CALLS}: licensed" in seat.shown
        assert "    ok     read 0 rows" in seat.shown
        assert kept(workspace, "calls-client_secret") == "k7-for-tests"
        said = call("doctor", "calls")
        assert said.code == 0, said.out


def test_somebody_who_gives_up_leaves_nothing_behind(workspace: Path):
    before = (workspace / "sheetflow.yaml").read_bytes()
    with serving("slack", data=_slack.DATA) as slack:
        seat = Terminal(workspace, "connect", "slack", "--set", f"url={slack.url}/api")
        seat.answer("A name for it [slack]: ")
        seat.answer("The file that holds the token (Enter to type or paste it): ")
        seat.answer("\ntoken: ", "xoxb-wrong")
        seat.answer("Answer once more? [Y/n]: ", "n")
        assert seat.ends() == 1
    assert (workspace / "sheetflow.yaml").read_bytes() == before
    assert not (workspace / "secrets").exists()
