"""Watching what code does to the world, by what Python audits: files, the network, programs."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_FILES = re.compile(
    r"os\.(chmod|chown|link|mkdir|remove|rename|rmdir|symlink|truncate|utime)"
    r"|shutil\.(copyfile|move|rmtree)|sqlite3\.connect"
)
_PROGRAMS = re.compile(r"os\.(exec|fork|forkpty|kill|posix_spawn|spawn|system)|subprocess\.Popen")
_NETWORK = re.compile(r"socket\.(bind|connect|sendmsg|sendto)")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_watching = threading.local()
_hook_lock = threading.Lock()
_hooked: list[bool] = []
"""Python's audit hooks cannot be taken away, so there is one for the process."""


@contextmanager
def watched(*, network: bool = True) -> Iterator[list[str]]:
    """Gives a list of what this thread does to the world meanwhile: `os.remove people.csv`.

    Reading files is nothing; talking to the network is something, unless `network` is False.
    """
    with _hook_lock:
        if not _hooked:
            sys.addaudithook(_hear)
            _hooked.append(True)
    done: list[str] = []
    before = getattr(_watching, "watch", None)
    _watching.watch = (done, network)
    try:
        yield done
    finally:
        _watching.watch = before


def _hear(event: str, args: tuple[Any, ...]) -> None:
    watch = getattr(_watching, "watch", None)
    if watch is None:
        return
    done, network = watch
    acts = _FILES.fullmatch(event) or _PROGRAMS.fullmatch(event)
    if acts or (network and _NETWORK.fullmatch(event)):
        done.append(_said(event, args))
    elif event == "open" and _writes(*args):
        done.append(f"write {args[0]}")


def _writes(path: object, mode: object, flags: object) -> bool:
    """Whether a file is opened to be changed; Python's own caches of modules do not count."""
    if "__pycache__" in str(path) or path == os.devnull:
        return False
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & _WRITING)


def _said(event: str, args: tuple[Any, ...]) -> str:
    shown = args[1] if event.startswith("socket.") and len(args) > 1 else (args or ("",))[0]
    return f"{event} {shown}"
