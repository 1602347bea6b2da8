"""Texts as Slack reads them (mrkdwn): an author's formatting works, what a cell holds has none.

Slack has no way to escape * _ ~ | and `, so where they could mean something, signs stand in their
place that look like them. Web and e-mail addresses stay as they are, so that they lead where
they should.
"""

from __future__ import annotations

import re

LONGEST = 40_000
"""Characters of a message that Slack takes."""
COMFORTABLE = 4_000
"""Characters up to which Slack recommends to keep a message."""
JOINER = "\u2060"
"""U+2060 WORD JOINER: it has no width, and breaks no line."""
LOOK_ALIKES = {"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb", "|": "\u2223"}
"""What is shown in place of a sign that would mean something: operators and modifier letters."""

_ADDRESS = re.compile(
    r"https?://[^\s<>]*[^\s<>*_~`]"
    r"|(?<![\w.+-])[^\W_][\w.+-]{0,63}@[\w-]{1,63}(?:\.[^\W_-]{1,63}){1,9}"
)
_AT_AN_EDGE = re.compile(r"(?<![^\W_])[*_~]|[*_~](?![^\W_])|[`|]")
_CALL = re.compile(r"(?<!\w)@(?=(?:channel|here|everyone|group)\b)", re.IGNORECASE)
_MEANT = re.compile(r"^(?=[!@#])")
_QUOTE = re.compile(r"(?m)^([ \t]*)>")
_EMOJI = re.compile(r"(?<!\w):(?=[\w+-]+:)")
_LONE_AND = re.compile(r"&(?!(?:amp|lt|gt);)")
_LONE_LESS = re.compile(r"<(?![@#!]|https?://|mailto:|tel:)")


def as_words(value: str) -> str:
    """What a cell holds, so that Slack shows just that: no formatting, no call, no link of its own.

    >>> as_words("a < b & <!channel>")
    'a &lt; b &amp; &lt;!channel&gt;'
    """
    value = _MEANT.sub(JOINER, value)  # it may stand behind an author's <
    value = _QUOTE.sub(rf"\1{JOINER}>", value)
    pieces, end = [], 0
    for found in _ADDRESS.finditer(value):
        address = found[0].replace("&", "&amp;").replace("|", "%7C")
        pieces += [_plain(value[end : found.start()]), address]
        end = found.end()
    return "".join([*pieces, _plain(value[end:])])


def as_message(text: str) -> str:
    """An author's text with its values in it: & and < that mean nothing are escaped."""
    return _LONE_LESS.sub("&lt;", _LONE_AND.sub("&amp;", text)).strip()


def as_read(text: str) -> str:
    """A message as a person sees it in a plan: line by line, without what only Slack needs."""
    shown = text.replace(JOINER, "").replace("&lt;", "<").replace("&gt;", ">")
    return shown.replace("&amp;", "&")


def _plain(text: str) -> str:
    text = _AT_AN_EDGE.sub(lambda found: LOOK_ALIKES[found[0]], text)
    text = _EMOJI.sub(f":{JOINER}", _CALL.sub(f"@{JOINER}", text))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
