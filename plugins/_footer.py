"""What stands under every mail: who it is from, where they are, and how to get no more of it."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Final

from sheetflow import Letter, Links, Sender

_STOP: Final = {
    "ar": "لإيقاف هذه الرسائل",
    "de": "Keine Mails mehr bekommen",
    "en": "Get no more of these mails",
    "es": "No recibir más estos correos",
    "fr": "Ne plus recevoir ces messages",
}
_STYLE: Final = (
    "max-width:600px;margin:0 auto;padding:0 16px 24px 16px;font-size:14px;line-height:1.5"
)


def stop_link(sender: Sender, links: Links, language: str) -> str:
    """The link of ours by which somebody gets no more of a sender's mail.

    There is none where the sender has a page of its own for that, or where no page of ours can be
    reached.
    """
    is_elsewhere = sender.unsubscribe.lower().startswith("https:")
    return "" if is_elsewhere else links.unsubscribe(language)


def with_footer(
    letter: Letter, sender: Sender, organization: str, postal_address: str, stop: str = ""
) -> Letter:
    """The letter with its footer, in the text and in the HTML; `stop` is what `stop_link` gave."""
    way = stop or sender.unsubscribe
    text, html = _footer(organization, postal_address, way, letter["language"])
    before, closing, after = letter["html"].rpartition("</body>")
    page = f"{before}{html}{closing}{after}" if closing else f"{letter['html']}{html}"
    return {**letter, "text": f"{letter['text'].rstrip()}\n\n{text}", "html": page}


@lru_cache(maxsize=256)
def _footer(name: str, postal_address: str, unsubscribe: str, language: str) -> tuple[str, str]:
    lines = [name, *(" ".join(line.split()) for line in postal_address.splitlines())]
    lines = [line for line in lines if line]
    stop = _STOP.get(language.partition("-")[0].lower(), _STOP["en"])
    shown = unsubscribe.removeprefix("mailto:")
    text = [*lines, f"{stop}: {shown}"] if unsubscribe else lines
    html = [f"<bdi>{escape(line)}</bdi>" for line in lines]
    if unsubscribe:
        html.append(f'<a href="{escape(unsubscribe)}">{escape(stop)}</a>')
    page = "<br>\n".join(html)
    return "-- \n" + "\n".join(text) + "\n", f'<footer style="{_STYLE}">\n{page}\n</footer>\n'
