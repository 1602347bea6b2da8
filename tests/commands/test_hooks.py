"""`sheetflow hooks` shows where services call, and has Airtable do so."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.commands.conftest import Call
from tests.emulators.serving import serving

BASE = "appRiversideBase1"
DATA = {
    "bases": [
        {
            "id": BASE,
            "name": "Riverside",
            "tables": [{"name": "Team", "fields": [{"name": "Name", "type": "singleLineText"}]}],
        }
    ]
}


def declare(workspace: Path, url: str, *, public: bool = True) -> None:
    """A base and a program that signs, in the settings."""
    (workspace / "token.txt").write_text("patRiverside00001." + "0" * 64)
    (workspace / "token.txt").chmod(0o600)
    settings = workspace / "sheetflow.yaml"
    text = settings.read_text("utf-8").replace(
        "connections:",
        "connections:\n"
        f'  base: {{connector: airtable, url: "{url}", token: {{file: token.txt}}}}\n'
        "  my sign-ups: {connector: hook, secret: {file: token.txt}, tables: [Team]}",
        1,
    )
    team = f"\ntables:\n  Team: {{connector: base, base: {BASE}, table: Team}}"
    text = text.replace("\ntables:", team, 1)
    address = "\npublic_url: https://flow.example.org\n" if public else ""
    settings.write_text(text + address, "utf-8")


def test_each_address_is_shown_with_what_is_missing(call: Call, workspace: Path):
    declare(workspace, "http://127.0.0.1:1")
    said = call("hooks")
    assert (said.code, said.out) == (
        0,
        "base: https://flow.example.org/hooks/base"
        " (not heard yet: it has no hook_secret, see docs/webhooks.md)\n"
        "my sign-ups: https://flow.example.org/hooks/my%20sign-ups\n",
    )


def test_without_an_address_it_says_what_to_write(call: Call, workspace: Path):
    declare(workspace, "http://127.0.0.1:1", public=False)
    assert "base: write public_url: in sheetflow.yaml first" in call("hooks").out
    said = call("hooks", "base")
    assert (said.code, "there is no public_url" in said.err) == (2, True)


def test_airtable_is_asked_to_call_and_its_secret_is_kept(call: Call, workspace: Path):
    with serving("airtable", data=DATA) as airtable:
        declare(workspace, airtable.url)
        for _ in range(2):
            said = call("hooks", "base")
            assert said.code == 0, said.err
        (hook,) = airtable.world.bases[BASE].webhooks.values()
        assert hook.url == "https://flow.example.org/hooks/base"
        kept = workspace / "secrets" / "base-hook_secret"
        assert kept.read_text() == f"{hook.secret}\n"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert "    hook_secret: {file: secrets/base-hook_secret}" in said.out
        assert hook.secret not in said.out


def test_others_are_told_where_to_enter_it(call: Call, workspace: Path):
    declare(workspace, "http://127.0.0.1:1")
    said = call("hooks", "my sign-ups")
    assert said.out.startswith("Enter this address at the service: https://flow.example.org/hooks/")


def test_a_connection_that_nobody_calls_for_is_named(call: Call, workspace: Path):
    declare(workspace, "http://127.0.0.1:1")
    said = call("hooks", "outbox")
    assert (said.code, 'No service calls for "outbox"' in said.err) == (2, True)
