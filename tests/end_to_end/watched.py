"""A program: runs a command of Sheetflow and prints whatever it does to the world outside.

    python -m tests.end_to_end.watched plan everything

Python itself reports each such event to an audit hook, whichever library it comes from.
"""

from __future__ import annotations

import os
import sys
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = {
    "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate",
    "os.chmod", "os.chown", "os.utime", "shutil.move", "shutil.rmtree", "shutil.copyfile",
    "tempfile.mkstemp", "tempfile.mkdtemp", "socket.connect", "socket.bind", "socket.sendto",
    "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn",
    "smtplib.connect", "urllib.Request",
}  # fmt: skip


def changes_the_world(event: str, args: tuple[Any, ...]) -> bool:
    """Whether this event writes, connects, or starts something."""
    if event == "open":
        _, mode, flags = args
        return bool(set(mode or "") & set("wax+")) or bool((flags or 0) & WRITING)
    return event in CHANGES


def main() -> None:
    """Run the command with everything watched."""
    from sheetflow.cli import run_cli

    sys.dont_write_bytecode = True
    stderr = sys.stderr

    def watch(event: str, args: tuple[Any, ...]) -> None:
        if changes_the_world(event, args):
            print("WATCHED", event, args, file=stderr)

    sys.addaudithook(watch)
    code = run_cli(sys.argv[1:])
    print("EXIT", code, file=stderr)


if __name__ == "__main__":
    main()
