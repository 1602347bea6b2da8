"""The digest as a mail: text, and HTML that is readable on a telephone; whatever cells held."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html import escape

from sheetflow.organizing.gathering import Gathered, Somebody, Told
from sheetflow.reporting.groups import counted


def subject(found: Gathered) -> str:
    """What stands in the list of mails."""
    if not found.is_news:
        return f"{found.organization}: all is well"
    if not found.count:
        return f"{found.organization}: something cannot be read"
    return f"{found.organization}: {counted(found.count, 'row needs', 'rows need')} you"


def as_text(found: Gathered) -> str:
    """The whole digest as plain text."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Gathered) -> Iterator[str]:
    yield _first(found)
    for cause in found.causes:
        yield ""
        yield f"{counted(cause.count, 'row')}: {cause.says}"
        yield f"  {_where(cause)}"
        yield f"  What to do: {cause.what_to_do}"
        for somebody in cause.people:
            yield f"  - {_place(somebody)}"
            if somebody.link:
                yield f"    {somebody.link}"
        if more := cause.count - len(cause.people):
            yield f"  - and {more:,} more"
    for sentence in found.broken:
        yield ""
        yield sentence
    if found.waiting:
        yield ""
        yield "Goes on by itself:"
        yield from (f"  {cause.count:,}: {cause.says} ({cause.recipe})" for cause in found.waiting)
    if found.more:
        yield ""
        yield f"{counted(found.more, 'more reason')} not told here."
    yield ""
    yield from _last(found)


def as_html(found: Gathered) -> str:
    """The same as a page. Everything is escaped, and nothing is fetched."""
    from sheetflow.language.messages.mail_page import inlined, page  # costs what it needs to inline

    title = escape(subject(found))
    body = f"<h1>{title}</h1>\n<p>{escape(_first(found))}</p>\n"
    body += "".join(map(_cause, found.causes))
    body += "".join(f"<p>{escape(sentence)}</p>\n" for sentence in found.broken)
    if found.waiting:
        lines = (
            f"<li>{cause.count:,}: {escape(cause.says)} ({escape(cause.recipe)})</li>\n"
            for cause in found.waiting
        )
        body += f"<h2>Goes on by itself</h2>\n<ul>\n{''.join(lines)}</ul>\n"
    if found.more:
        body += f"<p>{counted(found.more, 'more reason')} not told here.</p>\n"
    body += "<hr>\n" + "".join(
        f"<p>{_linked(line, found.dashboard)}</p>\n" for line in _last(found)
    )
    return inlined(page(body, title=title, preview="", language="en", direction="ltr"))


def _cause(cause: Told) -> str:
    people = "".join(f"<li>{_person(somebody)}</li>\n" for somebody in cause.people)
    if more := cause.count - len(cause.people):
        people += f"<li>and {more:,} more</li>\n"
    return (
        f"<h2>{counted(cause.count, 'row')}: {escape(cause.says)}</h2>\n"
        f"<p>{escape(cause.what_to_do)}</p>\n<ul>\n{people}</ul>\n"
        f"<p>{escape(_where(cause))}</p>\n"
    )


def _person(somebody: Somebody) -> str:
    text = escape(_place(somebody))
    if not somebody.link.startswith("https://"):
        return text
    return f'<a href="{escape(somebody.link)}">{text}</a>'


def _place(somebody: Somebody) -> str:
    """`Ana R., row 12, until Mon 16 Mar, 08:00`."""
    parts = [somebody.who]
    if somebody.number and somebody.who != f"row {somebody.number}":
        parts.append(f"row {somebody.number}")
    if somebody.until:
        parts.append(f"until {_moment(somebody.until)}")
    return ", ".join(parts)


def _where(cause: Told) -> str:
    return f'In "{cause.table}", by the recipe {cause.recipe}.'


def _first(found: Gathered) -> str:
    if found.is_news:
        return "This waits for somebody. What is mended is seen by the next run."
    return "Nothing waits for you. This comes once a week, so that you know that all is well."


def _last(found: Gathered) -> Iterator[str]:
    if found.dashboard:
        yield f"All of it, for those with a login: {found.dashboard}"
    yield f"Sheetflow sent this for {found.organization} on {_moment(found.at)}."


def _linked(line: str, address: str) -> str:
    if not address or not line.endswith(address):
        return escape(line)
    return f'{escape(line.removesuffix(address))}<a href="{escape(address)}">{escape(address)}</a>'


def _moment(at: datetime) -> str:
    return f"{at:%a %-d %b, %H:%M}"
