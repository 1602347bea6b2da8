"""Makes the pictures of README.md from the demo, so that they show what there is.

    .venv/bin/python -m docs.pictures.make

Run it in the folder of the repository. `run.svg` is what `make demo` prints at noon on 14 March
2026; `plan.png` and `dashboard.png` are pages of the same demo, made now, as Chromium shows them.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from recipes.demo import make_demo
from sheetflow.clock import Clock

HERE = Path(__file__).parent
MOMENT = datetime(2026, 3, 14, 12, tzinfo=ZoneInfo("America/New_York"))
"""When the run in the picture was, so that it stays the same."""

SHOWN = 19
"""How many lines of the run are shown: two recipes of three."""

COLUMNS = 96
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LATEST = 20.0
"""Seconds until the dashboard must answer."""

_FONTS = re.compile(r"@font-face \{\{.*?\}\}\n", re.DOTALL)
_WORDS = {
    r"^\$ .*": "bold",
    r"Sent \d+": "green",
    r"Needs you( \d+)?(?=[,:])": "yellow",
    r"Waiting( \d+)?(?=[,:])": "cyan",
    r"Skipped \d+": "bright_black",
}


def printed(folder: Path, clock: Clock) -> list[str]:
    """What `make demo` prints, with the folder called `demo`."""
    return [line.replace(str(folder), "demo") for line in make_demo(folder, clock)]


def shown(lines: Sequence[str]) -> list[str]:
    """The part of it that is in the picture, after the command."""
    return ["$ make demo", *lines[:SHOWN], "…"]


def terminal(lines: Sequence[str]) -> str:
    """A terminal with these lines as SVG, in a font of whoever looks: it fetches nothing."""
    console = Console(record=True, width=COLUMNS, file=StringIO(), highlight=False)
    for line in lines:
        text = Text(line, overflow="fold")
        for words, style in _WORDS.items():
            text.highlight_regex(words, style)
        console.print(text)
    outline = _FONTS.sub("", CONSOLE_SVG_FORMAT)
    return console.export_svg(title="make demo", code_format=outline, unique_id="run")


@contextmanager
def _served(workspace: Path) -> Iterator[str]:
    """The dashboard of a workspace; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "sheetflow", "-w", str(workspace), "serve"]
    server = subprocess.Popen(
        [*command, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str) -> None:
    until = time.monotonic() + LATEST
    while True:
        try:
            urllib.request.urlopen(address).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def _photograph(address: str, picture: Path, *, wide: int, high: int) -> None:
    """A page as Chromium shows it, in a window of so many pixels."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit(f"Only run.svg was made: {' or '.join(BROWSERS)} is needed for the pages.")
    with tempfile.TemporaryDirectory() as profile:
        told = [
            f"--user-data-dir={profile}",
            f"--window-size={wide},{high}",
            f"--screenshot={picture}",
        ]
        plain = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command = [browser, *plain, *told, address]
        subprocess.run(command, check=True, capture_output=True, timeout=60)


def main() -> None:
    """Make all of them, beside this file."""
    with tempfile.TemporaryDirectory() as temporary:
        lines = printed(Path(temporary) / "then", Clock.at(MOMENT))
        (HERE / "run.svg").write_text(terminal(shown(lines)), "utf-8")
        now = Path(temporary) / "demo"
        printed(now, Clock())
        page = (now / "plan-welcome-new-signup.html").as_uri()
        _photograph(page, HERE / "plan.png", wide=800, high=800)
        with _served(now) as address:
            _photograph(address, HERE / "dashboard.png", wide=800, high=800)
    for picture in sorted(HERE.glob("*.[sp][vn]g")):
        print(f"{picture.name}: {picture.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
