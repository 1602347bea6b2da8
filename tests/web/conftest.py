"""A small campaign behind the dashboard, and browsers to open it with: a client, and Chromium."""

from __future__ import annotations

import html
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from starlette.testclient import TestClient

from sheetflow.clock import Clock
from sheetflow.commands.init import starter_files
from sheetflow.runner.running import run
from sheetflow.web.access import Access, Role
from sheetflow.web.app import make_app
from sheetflow.web.users import User, Users
from sheetflow.workspace import Workspace
from tests.conftest import BERLIN, NOON
from tests.files import write_files
from tests.web.chromium import CHROMIUM, Chromium

HERE = "http://localhost:8787"
HOSTILE = "<script>alert(1)</script>\"'>"
TURNED = "Eve \u202ekcatta\u2066"
LONG = "L" * 10_000

PEOPLE = f"""\
Name,Email,Region,Signed up,Stage
Ana Reyes,ana@example.org,North,2026-03-02,
Bo Lindqvist,bo@example.org bo.lindqvist@example.org,South,2026-03-04,
Chidi Okafor,chidi@example.org,,2026-03-05,
"{HOSTILE.replace('"', '""')}",script@example.org,North,2026-03-05,
{TURNED},eve@example.org,North,2026-03-05,
{LONG},long@example.org,North,2026-03-05,
"""

# Cheap hashing would hide what a login costs; one hash for all tests is made only once.
PASSWORD = "correct horse battery"


def write_campaign(folder: Path) -> Path:
    """A workspace with six people, three of whom have hostile names, and one with two addresses."""
    return write_files(folder, {**starter_files(), "people.csv": PEOPLE})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The campaign's workspace."""
    return write_campaign(tmp_path / "campaign")


class MovingClock:
    """A clock that a test moves."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**by)


@pytest.fixture
def time_now(now: datetime) -> MovingClock:
    """The time as the dashboard sees it."""
    return MovingClock(now)


@dataclass
class Browser:
    """One browser with its cookies, and the forms of the page it looked at last."""

    client: TestClient

    def get(self, path: str, **more):
        """Open a page; redirects are followed."""
        return self.client.get(path, **more)

    def text(self, path: str) -> str:
        """What a page says, without its marks."""
        return words(self.get(path).text)

    def csrf(self, path: str = "/people") -> str:
        """The token that forms of this session carry."""
        return token(self.get(path).text)

    def post(self, path: str, *, follow: bool = True, page: str = "/people", **fields):
        """Send a form as a page of ours would."""
        fields.setdefault("csrf", self.csrf(page))
        return self.client.post(
            path, data=fields, follow_redirects=follow, headers={"origin": HERE}
        )


def token(page: str) -> str:
    """The token in a page's first form."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    return found[1] if found else ""


def words(page: str) -> str:
    """What a page says, without its marks, on one line."""
    text = re.sub(r"<(title|style)>.*?</\1>", " ", page, flags=re.DOTALL)
    text = re.sub(r"</?(bdi|a|strong|span|time)\b[^>]*>", "", text)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))).strip()


Open = Callable[..., Browser]


@pytest.fixture
def opened(folder: Path, time_now: MovingClock) -> Open:
    """Opens the dashboard in a new browser of this machine; one application for all of them."""
    apps = {}

    def open_it(*, access: Access | None = None, peer: str = "127.0.0.1", url: str = HERE):
        known = access or Access()
        if known not in apps:
            apps[known] = make_app(folder, access=known, clock=Clock(read=time_now))
        client = TestClient(apps[known], base_url=url, client=(peer, 40_000))
        return Browser(client)

    return open_it


@pytest.fixture
def browser(opened: Open) -> Browser:
    """Somebody at this machine, who needs no login."""
    return opened()


@pytest.fixture(scope="session")
def campaign_after_a_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The campaign as a run at NOON left it; only for copying."""
    folder = write_campaign(tmp_path_factory.mktemp("ran") / "campaign")
    workspace = Workspace.open(folder, clock=Clock.at(NOON, BERLIN))
    run(workspace.recipe("welcome"), workspace)
    return folder


@pytest.fixture
def ran(folder: Path, campaign_after_a_run: Path, time_now: MovingClock) -> Workspace:
    """The workspace after one run."""
    shutil.copytree(campaign_after_a_run, folder, dirs_exist_ok=True)
    return Workspace.open(folder, clock=Clock(read=time_now))


@pytest.fixture(scope="session")
def hashed_password() -> str:
    """PASSWORD as users.yaml keeps it, hashed as little as argon2 allows."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@pytest.fixture
def users(folder: Path, hashed_password: str) -> Users:
    """One user of each role: vi, app and ada."""
    users = Users(folder)
    for name, role in (("vi", Role.VIEWER), ("app", Role.APPROVER), ("ada", Role.ADMIN)):
        users.keep(User(name, role, hashed_password))
    return users


@pytest.fixture
def logged_in(users: Users, opened: Open) -> Callable[[str], Browser]:
    """Logs somebody in."""

    def log_in(name: str) -> Browser:
        browser = opened()
        said = browser.post("/login", page="/login", name=name, password=PASSWORD)
        assert f"You are logged in as {name}." in words(said.text)
        return browser

    return log_in


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """A real Chromium without a window."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here: apt-get install chromium")
    with Chromium(CHROMIUM) as found:
        yield found


@contextmanager
def serving(folder: Path, clock: Clock) -> Iterator[str]:
    """The dashboard of a workspace on a port of this machine; its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    app = make_app(folder, clock=clock)
    config = uvicorn.Config(app, log_level="warning", lifespan="off", proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture
def served(folder: Path, time_now: MovingClock) -> Iterator[str]:
    """The address of the dashboard on a port of this machine."""
    with serving(folder, Clock(read=time_now)) as address:
        yield address
