"""What an invitation says when its author wrote nothing, in five languages, as text and as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from sheetflow import code_of, direction_of

Kind = Literal["new", "changed", "cancelled"]

_DARK = '<meta name="color-scheme" content="light dark">'
_WEB = re.compile(r"https?://[^\s\"<>]+")


@dataclass(frozen=True)
class Words:
    """The sentences of one language."""

    hello: str
    subject: Mapping[Kind, str]
    opening: Mapping[Kind, str]
    when: str
    where: str
    people: str
    before: str
    elsewhere: str
    closing: Mapping[Kind, str]


@dataclass(frozen=True)
class Facts:
    """One meeting as one person is told of it; every text is ready to be shown.

    `elsewhere` pairs each guest in another time zone with the time there. `before` are the lines
    that hold no longer.
    """

    kind: Kind
    name: str
    title: str
    when: str
    place: str
    people: str
    about: str = ""
    elsewhere: Sequence[tuple[str, str]] = ()
    before: Sequence[str] = ()


@dataclass(frozen=True)
class Written:
    """A letter: subject, text and HTML."""

    subject: str
    text: str
    html: str


WORDS: Mapping[str, Words] = {
    "en": Words(
        hello="Hello",
        subject={"new": "Invitation", "changed": "Changed", "cancelled": "Cancelled"},
        opening={
            "new": "You are invited:",
            "changed": "This meeting has changed:",
            "cancelled": "This meeting will not take place:",
        },
        when="When",
        where="Where",
        people="With",
        before="Before",
        elsewhere="For {name} that is {time}.",
        closing={
            "new": "Your calendar can add this and send your answer.",
            "changed": "Your calendar can take over the change and send your answer.",
            "cancelled": "Your calendar can take it out.",
        },
    ),
    "es": Words(
        hello="Hola",
        subject={"new": "Invitación", "changed": "Cambio", "cancelled": "Cancelada"},
        opening={
            "new": "Te invitamos a esta reunión:",
            "changed": "Esta reunión ha cambiado:",
            "cancelled": "Esta reunión no tendrá lugar:",
        },
        when="Cuándo",
        where="Dónde",
        people="Con",
        before="Antes",
        elsewhere="Para {name} es {time}.",
        closing={
            "new": "Tu calendario puede añadirla y enviar tu respuesta.",
            "changed": "Tu calendario puede aplicar el cambio y enviar tu respuesta.",
            "cancelled": "Tu calendario puede quitarla.",
        },
    ),
    "fr": Words(
        hello="Bonjour",
        subject={"new": "Invitation", "changed": "Modification", "cancelled": "Annulation"},
        opening={
            "new": "Nous vous invitons à ce rendez-vous :",
            "changed": "Ce rendez-vous a changé :",
            "cancelled": "Ce rendez-vous n’aura pas lieu :",
        },
        when="Quand",
        where="Où",
        people="Avec",
        before="Avant",
        elsewhere="Pour {name}, c’est {time}.",
        closing={
            "new": "Votre agenda peut l’ajouter et envoyer votre réponse.",
            "changed": "Votre agenda peut reprendre le changement et envoyer votre réponse.",
            "cancelled": "Votre agenda peut le retirer.",
        },
    ),
    "de": Words(
        hello="Hallo",
        subject={"new": "Einladung", "changed": "Geändert", "cancelled": "Abgesagt"},
        opening={
            "new": "Du bist eingeladen:",
            "changed": "Dieses Treffen hat sich geändert:",
            "cancelled": "Dieses Treffen findet nicht statt:",
        },
        when="Wann",
        where="Wo",
        people="Mit",
        before="Vorher",
        elsewhere="Für {name} ist das {time}.",
        closing={
            "new": "Dein Kalender kann das Treffen eintragen und deine Antwort senden.",
            "changed": "Dein Kalender kann die Änderung übernehmen und deine Antwort senden.",
            "cancelled": "Dein Kalender kann das Treffen entfernen.",
        },
    ),
    "ar": Words(
        hello="مرحبًا",
        subject={"new": "دعوة", "changed": "تغيير", "cancelled": "إلغاء"},
        opening={
            "new": "أنت مدعو إلى هذا اللقاء:",
            "changed": "تغيّر هذا اللقاء:",
            "cancelled": "لن يُعقد هذا اللقاء:",
        },
        when="متى",
        where="أين",
        people="مع",
        before="سابقًا",
        elsewhere="عند {name}: {time}.",
        closing={
            "new": "يمكن لتقويمك إضافة اللقاء وإرسال ردّك.",
            "changed": "يمكن لتقويمك اعتماد التغيير وإرسال ردّك.",
            "cancelled": "يمكن لتقويمك حذف اللقاء.",
        },
    ),
}


def language_of(wanted: str) -> str:
    """The language among ours that comes closest to `wanted`: "es" for "es-MX", else "en"."""
    code = code_of(wanted).partition("-")[0]
    return code if code in WORDS else "en"


def written(facts: Facts, language: str) -> Written:
    """The letter for one guest, in one of our languages."""
    words = WORDS[language]
    hello = f"{words.hello} {facts.name}".rstrip() + ","
    opening, closing = words.opening[facts.kind], words.closing[facts.kind]
    listed = tuple(_listed(words, facts))
    after = [part for part in (facts.about, closing) if part]
    return Written(
        subject=f"{words.subject[facts.kind]}: {facts.title}",
        text=_text([hello, opening, facts.title], listed, after),
        html=_html([hello, opening], facts.title, listed, after, language),
    )


def _listed(words: Words, facts: Facts) -> Iterator[tuple[str, str]]:
    yield words.when, facts.when
    for name, time in facts.elsewhere:
        yield "", words.elsewhere.format(name=name, time=time)
    for line in facts.before:
        yield words.before, line
    if facts.place:
        yield words.where, facts.place
    if facts.people:
        yield words.people, facts.people


def _text(before: Sequence[str], listed: Sequence[tuple[str, str]], after: Sequence[str]) -> str:
    lines = "\n".join(f"{label}: {value}" if label else value for label, value in listed)
    return "\n\n".join([*before, lines, *after]) + "\n"


def _html(
    before: Sequence[str],
    title: str,
    listed: Sequence[tuple[str, str]],
    after: Sequence[str],
    language: str,
) -> str:
    parts = [f"<p>{escape(part)}</p>" for part in before]
    parts += [f'<h1 style="font-size:1.25em" dir="auto">{escape(title)}</h1>', "<ul>"]
    parts += [f"<li>{_item(label, value)}</li>" for label, value in listed]
    parts += ["</ul>", *(f'<p dir="auto">{_lines(part)}</p>' for part in after)]
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{direction_of(language)}">\n'
        f'<head><meta charset="utf-8">{_DARK}<title>{escape(title)}</title></head>\n'
        '<body style="font-family:sans-serif;line-height:1.5;max-width:38em">\n'
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _item(label: str, value: str) -> str:
    shown = f"<bdi>{escape(value)}</bdi>"
    if _WEB.fullmatch(value):
        shown = f'<a href="{escape(value)}">{shown}</a>'
    return f"<strong>{escape(label)}:</strong> {shown}" if label else shown


def _lines(text: str) -> str:
    return "<br>\n".join(escape(line) for line in text.splitlines())
