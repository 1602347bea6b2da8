"""Each way to host that is described starts what it says, and stops it in time."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
from ruamel.yaml import YAML

from sheetflow.cli import sheetflow
from sheetflow.commands.init import starter_files
from sheetflow.hosting.serving import STOPS_WITHIN
from tests.files import write_files
from tests.hosting.test_processes import serving
from tests.ledger.conftest import postgres  # noqa: F401 - a fixture

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "hosting.md").read_text("utf-8")
CONTAINER = (ROOT / "Containerfile").read_text("utf-8")


@cache
def block(name: str) -> str:
    """The fenced block of that name on the page."""
    found = re.search(rf"^```\w+ {re.escape(name)}\n(.*?)^```$", PAGE, re.M | re.S)
    assert found, name
    return found[1]


def read_yaml(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


@cache
def steps_of_container() -> list[list[str]]:
    """Each instruction, its lines joined: `["COPY", "sheetflow ./sheetflow"]`."""
    text = re.sub(r"^\s*#.*\n", "", CONTAINER, flags=re.M).replace("\\\n", " ")
    return [line.split(None, 1) for line in text.splitlines() if line.strip()]


def last(instruction: str) -> str:
    return [rest for name, rest in steps_of_container() if name == instruction][-1]


# The container


def test_the_image_is_of_two_stages_and_the_last_has_only_what_is_copied_into_it():
    stages = [rest for name, rest in steps_of_container() if name == "FROM"]
    assert stages == ["${BASE} AS build", "${BASE}"]
    start = len(steps_of_container()) - steps_of_container()[::-1].index(["FROM", "${BASE}"])
    final = steps_of_container()[start:]
    assert [rest for name, rest in final if name == "COPY"] == [
        "--from=build /opt/sheetflow /opt/sheetflow"
    ]
    assert not any("pip" in rest or "apt" in rest for name, rest in final if name == "RUN")


def test_it_runs_as_nobody_in_particular_and_gets_its_signals_itself():
    user, group = last("USER").split(":")
    assert int(user) > 0
    assert group == "0"  # as any user of this group it may be started
    assert read_yaml(last("ENTRYPOINT")) == ["sheetflow"]  # no shell is between
    assert last("STOPSIGNAL") == "SIGTERM"
    assert parsed(read_yaml(last("CMD")))["host"] == "0.0.0.0"


def test_what_it_copies_is_there_and_let_in_and_nothing_else_is():
    ignored = (ROOT / ".containerignore").read_text("utf-8")
    assert (ROOT / ".dockerignore").read_text("utf-8") == ignored
    let_in = {line[1:] for line in ignored.splitlines() if line.startswith("!")}
    copied = {
        source
        for name, rest in steps_of_container()
        if name == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    }
    assert copied == let_in
    assert all((ROOT / source).exists() for source in copied)
    assert ignored.splitlines()[1] == "*"


def test_its_extras_are_extras():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found = re.search(r"^ARG EXTRAS=(.+)$", CONTAINER, re.M)
    assert found
    assert set(found[1].split(",")) <= set(project["optional-dependencies"])


def test_every_service_of_google_that_we_use_is_left_in_it():
    used = {
        f"{name}.{version}.json"
        for file in (ROOT / "plugins").glob("*.py")
        for name, version in re.findall(r'api\([^"]*"(\w+)", "(v\d)"\)', file.read_text("utf-8"))
    }
    kept = re.findall(r"! -name '([^']+)'", CONTAINER)
    assert {name for name in used if any(fnmatch(name, pattern) for pattern in kept)} == used
    assert len(used) >= 5


def test_its_health_check_says_what_serve_says(tmp_path: Path):
    check = read_yaml(last("HEALTHCHECK").partition("CMD ")[2])
    folder = starter(tmp_path)
    with serving(folder) as process:
        assert process.stdout
        port = re.search(r":(\d+);", process.stdout.readline())[1]
        code = check[2].replace("8484", port)
        asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert (asked.returncode, asked.stdout.strip()) == (0, "ok")
        (folder / "sheetflow.yaml").write_text("organization: {}\n")
        process.kill()
        process.communicate()
    gone = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert gone.returncode == 1


# Compose


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return read_yaml((ROOT / "compose.yaml").read_text("utf-8"))


def test_serve_starts_when_the_ledger_answers_and_has_time_to_stop(compose: dict[str, Any]):
    services = compose["services"]
    assert services["sheetflow"]["depends_on"] == {"ledger": {"condition": "service_healthy"}}
    assert services["ledger"]["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    for service, container in services.items():
        seconds = int(container["stop_grace_period"].removesuffix("s"))
        assert service != "sheetflow" or seconds > STOPS_WITHIN.total_seconds()
    assert parsed(services["sheetflow"]["command"])["host"] == "0.0.0.0"


def test_secrets_are_files_and_none_stands_in_the_environment(compose: dict[str, Any]):
    services = compose["services"]
    assert "environment" not in services["sheetflow"]
    told = services["ledger"]["environment"]
    assert {name for name in told if "PASSWORD" in name} == {"POSTGRES_PASSWORD_FILE"}
    used = {name for service in services.values() for name in service["secrets"]}
    assert used == set(compose["secrets"])
    assert all(secret["file"].startswith("./secrets/") for secret in compose["secrets"].values())
    assert f"/run/secrets/{services['sheetflow']['secrets'][0]}" in PAGE


def test_only_this_machine_reaches_it_and_what_must_last_is_kept(compose: dict[str, Any]):
    services = compose["services"]
    assert services["sheetflow"]["ports"] == ["127.0.0.1:8484:8484"]
    assert "ports" not in services["ledger"]
    kept = [each.partition(":")[0] for each in services["ledger"]["volumes"]]
    assert kept == list(compose["volumes"])
    assert services["sheetflow"]["read_only"] is True


def test_the_proxy_comes_from_the_machine_that_serves(compose: dict[str, Any]):
    over = read_yaml((ROOT / "compose.proxy.yaml").read_text("utf-8"))["services"]
    assert over["proxy"]["network_mode"] == "service:sheetflow"
    told = parsed(over["sheetflow"]["command"])
    assert told["host"] == "127.0.0.1"
    assert len(told["names"]) == 1
    assert over["proxy"]["command"][-1] == "127.0.0.1:8484"


# A scheduler of a CI system


@pytest.fixture(scope="module")
def workflow() -> dict[str, Any]:
    return read_yaml(block("follow-ups.yml"))


def test_two_runs_of_the_workflow_are_never_at_once_and_none_is_cut_off(workflow: dict[str, Any]):
    assert workflow["concurrency"] == {"group": "follow-ups", "cancel-in-progress": False}
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["due"]["timeout-minutes"] * 60 > STOPS_WITHIN.total_seconds()


def test_what_the_workflow_runs_works_in_a_fresh_machine_each_time(
    workflow: dict[str, Any],
    tmp_path: Path,
    postgres,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
):
    """The folder is as it was committed, and only the database remembers."""
    [secret] = workflow["jobs"]["due"]["env"]
    assert workflow["jobs"]["due"]["env"][secret] == f"${{{{ secrets.{secret} }}}}"
    monkeypatch.setenv(secret, postgres.new_database())
    lines = [step["run"] for step in workflow["jobs"]["due"]["steps"] if "run" in step]
    assert lines[0] == 'pip install "sheetflow[postgres]"'
    committed = starter(tmp_path)
    settings = committed / "sheetflow.yaml"
    settings.write_text(f"{settings.read_text('utf-8')}\nledger: {{environment: {secret}}}\n")
    recipe = committed / "recipes" / "welcome" / "recipe.yaml"
    text = recipe.read_text("utf-8")
    recipe.write_text(re.sub("^schedule: .*$", "schedule: every 1 minute", text, flags=re.M))
    in_folder(committed, "sheetflow on welcome --yes --include-present")
    mails = []
    for number, more in enumerate(([], ["sheetflow run welcome --yes"])):
        machine = tmp_path / f"machine {number}"
        shutil.copytree(committed, machine)
        for line in (*lines[1:], *more):
            code, said = in_folder(machine, line)
            assert code in (0, 1), said
        mails.append(len(list(machine.glob("outbox/*.eml"))))
    assert mails == [2, 0]


# systemd, cron, and the page itself


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path):
    unit = block("sheetflow.service")
    seconds = int(re.search(r"^TimeoutStopSec=(\d+)$", unit, re.M)[1])
    assert seconds > STOPS_WITHIN.total_seconds()
    start = re.search(r"^ExecStart=(.+)$", unit, re.M)[1]
    assert parsed(shlex.split(start)[1:])["form"] == "json"
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("there is no systemd-analyze here")
    file = tmp_path / "sheetflow.service"
    there = unit.replace(shlex.split(start)[0], sys.executable).replace("User=sheetflow\n", "")
    file.write_text(there)
    found = subprocess.run([analyze, "verify", file], capture_output=True, text=True)
    assert "sheetflow.service" not in found.stderr


def test_every_command_on_the_page_is_one():
    """Its options, too; what stands in capitals is for the reader to fill in."""
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", PAGE, flags=re.M | re.S))
    lines = [line.strip() for line in re.findall(r"^ {4,}(.+)$", PAGE, re.M)]
    found = set()
    for text in (*spans, *lines):
        for call in re.findall(r"(?:^|[ /])sheetflow ([^#|;`]+)", text):
            words = shlex.split(call.strip(" \\"))
            while words and words[0] == "-w":
                words = words[2:]
            if words and words[0] in sheetflow.list_commands(click.Context(sheetflow)):
                options = [word.partition("=")[0] for word in words if word.startswith("--")]
                assert set(options) <= known_options(words), text
                found.add(words[0])
    assert {"serve", "run", "doctor", "on", "user", "backup", "restore", "restored"} <= found


def test_every_link_on_the_page_leads_somewhere():
    heads = {
        re.sub(r"[^\w\- ]", "", line.lower()).strip().replace(" ", "-")
        for line in re.findall(r"^#+ (.+)$", PAGE, re.M)
    }
    for target in re.findall(r"\]\(([^)]+)\)", PAGE):
        if target.startswith("#"):
            assert target[1:] in heads
        else:
            assert (ROOT / "docs" / target).exists()


# What the tests above share


def parsed(words: list[str]) -> dict[str, Any]:
    """What `sheetflow serve` would make of these arguments."""
    words = words[2:] if words[0] == "-w" else words
    assert words[0] == "serve"
    command = sheetflow.get_command(click.Context(sheetflow), "serve")
    assert command
    return command.make_context("serve", words[1:]).params


def known_options(words: list[str]) -> set[str]:
    command = sheetflow.get_command(click.Context(sheetflow), words[0])
    if isinstance(command, click.Group) and len(words) > 1:
        command = command.commands[words[1]]
    assert command
    return {name for param in command.params for name in (*param.opts, *param.secondary_opts)}


def starter(folder: Path) -> Path:
    return write_files(folder / "committed", starter_files())


def in_folder(folder: Path, line: str) -> tuple[int, str]:
    """A line of a shell, by this very Sheetflow: its exit code, and what it said."""
    words = shlex.split(line)
    assert words[0] == "sheetflow"
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stdout + done.stderr
