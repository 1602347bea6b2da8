"""What Slack makes of a message's text, and whom it calls.

As at Slack: & < > are kept where they mean something and escaped where not; bare addresses become
links; @channel becomes a call only where link_names or parse asks for it.
"""

from __future__ import annotations

import re

LONGEST = 40_000
_SEQUENCE = re.compile(r"<(?:[@#!][^<>\n]*|(?:https?|mailto|tel):[^<>\n]*)>")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt);)")
_ADDRESS = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?)\"'*_~`]")
_EMAIL = re.compile(r"(?<![\w.+-])([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")
_NAMES = re.compile(r"(?<!\w)@(channel|here|everyone)\b")
_CALLS = re.compile(r"<!(channel|here|everyone)(?:\|[^<>]*)?>")


def stored(text: str, *, link_names: bool = False) -> str:
    """The text as it stands in the message afterwards."""
    kept: list[str] = []
    end = 0
    for found in _SEQUENCE.finditer(text):
        kept += [_plain(text[end : found.start()], link_names), found[0]]
        end = found.end()
    return "".join([*kept, _plain(text[end:], link_names)])


def called(text: str) -> list[str]:
    """Whom a stored text calls: `channel`, `here`, `everyone`, and people by their ids."""
    people = re.findall(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>", text)
    return [*_CALLS.findall(text), *people]


def formatted(text: str) -> list[str]:
    """The parts of a stored text that are shown bold, in italics, struck, or as code."""
    plain = _SEQUENCE.sub(" ", text)
    found = re.findall(r"(?<![\w*])\*(?=\S)[^*\n]*\S\*(?!\w)|(?<!\w)\*\S\*(?!\w)", plain)
    found += re.findall(r"(?<!\w)_(?=\S)(?:[^_\n]|\b_\b)*\S_(?!\w)", plain)
    found += re.findall(r"(?<!\w)~(?=\S)[^~\n]*\S~(?!\w)", plain)
    found += re.findall(r"`[^`\n]+`", plain)
    return found + re.findall(r"(?m)^&gt;.*", plain)


def _plain(text: str, link_names: bool) -> str:
    text = _ENTITY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")
    text = _ADDRESS.sub(lambda found: f"<{found[0]}>", text)
    if "@" in text:
        parts = re.split(r"(<[^<>]*>)", text)
        text = "".join(
            part if part.startswith("<") else _EMAIL.sub(r"<mailto:\1|\1>", part) for part in parts
        )
    return _NAMES.sub(r"<!\1>", text) if link_names else text
