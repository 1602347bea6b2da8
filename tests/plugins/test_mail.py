"""The mail as bytes: what our few lines say is what the standard library would say."""

from __future__ import annotations

import email
import email.policy
import email.utils
from dataclasses import replace
from datetime import datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st
from sheetflow_plugins._footer import stop_link, with_footer
from sheetflow_plugins._mail import email_bytes, email_message, post_from

from sheetflow import Letter, Links, RowStopped, Sender

SENDER = Sender(
    "Riverside, Inc.",
    "hello@riverside.example",
    "mail",
    reply_to="office@riverside.example",
    unsubscribe="https://riverside.example/stop?list=1&who=a",
)
AT = datetime(2026, 3, 14, 12, tzinfo=ZoneInfo("Europe/Berlin"))
LETTER = Letter(
    to="ana@example.org",
    name="Ana Ruiz",
    sender=SENDER.address,
    subject="Welcome, Ana",
    text="Dear Ana,\n.\nFrom us\n" + "long " * 60 + "end\n\n-- \nÑandú\n",
    html="<!DOCTYPE html><html><body><p>Dear Ana, Ñandú</p></body></html>",
    language="en",
)
HEADERS = (
    *("To", "Subject", "Date", "Message-ID", "From", "Reply-To", "Content-Language"),
    *("Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version"),
)


def read(content: bytes) -> EmailMessage:
    """The mail as a mail program understands it."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    return cast(EmailMessage, message)


def mail(by: Sender = SENDER, **more: Any) -> EmailMessage:
    """A mail as it arrives."""
    letter = cast(Letter, {**LETTER, **more})
    return read(email_bytes(letter, post_from(by, "f" * 32), AT))


def test_a_mail_carries_what_mail_services_ask_for() -> None:
    message = mail()
    assert {name: str(message[name]) for name in HEADERS} == {
        "To": "Ana Ruiz <ana@example.org>",
        "Subject": "Welcome, Ana",
        "Date": "Sat, 14 Mar 2026 12:00:00 +0100",
        "Message-ID": f"<{'f' * 32}@riverside.example>",
        "From": '"Riverside, Inc." <hello@riverside.example>',
        "Reply-To": "office@riverside.example",
        "Content-Language": "en",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": "<https://riverside.example/stop?list=1&who=a>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "MIME-Version": "1.0",
    }
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().replace("\r\n", "\n") == LETTER["text"]
    assert html.get_content() == LETTER["html"] + "\r\n"
    assert message.defects == text.defects == html.defects == []


def test_every_line_is_short_and_ends_as_mail_does() -> None:
    content = email_bytes(LETTER, post_from(SENDER, "f" * 32), AT)
    lines = content.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 76


def test_by_mail_there_is_no_one_click_unsubscribe() -> None:
    message = mail(Sender("R", "hello@r.example", "mail", unsubscribe="mailto:stop@r.example"))
    assert message["List-Unsubscribe"] == "<mailto:stop@r.example>"
    assert message["List-Unsubscribe-Post"] is None


def test_what_is_not_set_leaves_no_header() -> None:
    message = mail(Sender("", "hello@r.example", "mail"), language="", sender="hello@r.example")
    absent = ("Reply-To", "Content-Language", "List-Unsubscribe", "List-Unsubscribe-Post")
    assert [message[name] for name in absent] == [None] * 4
    assert message["From"] == "hello@r.example"


hostile = st.text(max_size=300) | st.sampled_from(
    [
        "Hi\r\nBcc: evil@x.org",
        "a\x00b\x0bc\u2028d\x85e",
        "\ud800 lone",
        "=?utf-8?q?Bcc?=",
        '"quoted" \\ <x@y.org>, other',
        "Ñandú " * 40,
        "x" * 2000,
        "‮evil",
    ]
)


@given(name=hostile, subject=hostile, text=hostile)
def test_nothing_in_a_cell_becomes_a_header_or_a_recipient(
    name: str, subject: str, text: str
) -> None:
    message = mail(name=name, subject=subject, text=text)
    assert message.keys() == [*HEADERS[:4], *_kept_order(message)]
    assert [address.addr_spec for address in message["To"].addresses] == ["ana@example.org"]
    assert message["Bcc"] is None
    assert len(list(message.iter_parts())) == 2
    assert not message.defects


def _kept_order(message: EmailMessage) -> list[str]:
    rest = [name for name in message.keys() if name not in HEADERS[:4]]  # noqa: SIM118 - in order
    assert sorted(rest) == sorted([*HEADERS[4:], "Content-Type"])
    return rest


def _lines(part: Any) -> list[str]:
    return [line.rstrip(" ") for line in part.get_content().rstrip().splitlines()]


def named(content: bytes) -> tuple[str, str]:
    """Name and address in the To header, read part by part.

    email.policy.default puts a space between the two halves of a long name (Python 3.11).
    """
    raw = str(email.message_from_bytes(content)["To"])
    name, address = email.utils.parseaddr(raw)
    return str(make_header(decode_header(name))), address


plain = st.text(
    st.characters(min_codepoint=32, exclude_categories=["C", "Z"], include_characters=" "),
    max_size=120,
).map(lambda text: " ".join(text.split()))


@settings(max_examples=30)
@given(
    name=plain.filter(lambda text: len(text) <= 100 and "=?" not in text),
    subject=plain.filter(lambda text: "=?" not in text),
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=400),
)
def test_our_lines_say_what_the_standard_library_says(name: str, subject: str, text: str) -> None:
    letter = cast(Letter, {**LETTER, "name": name, "subject": subject, "text": text})
    post = post_from(SENDER, "f" * 32)
    ours = read(email_bytes(letter, post, AT))
    theirs = read(email_message(letter, post, AT).as_bytes())
    assert [str(ours[key]) for key in HEADERS[1:]] == [str(theirs[key]) for key in HEADERS[1:]]
    assert ours["Subject"] == subject
    assert named(email_bytes(letter, post, AT)) == named(email_message(letter, post, AT).as_bytes())
    for mine, other in zip(ours.iter_parts(), theirs.iter_parts(), strict=True):
        assert _lines(mine) == _lines(other)


def test_every_kind_of_line_end_in_a_value_is_one_line_end() -> None:
    letter = cast(Letter, {**LETTER, "text": "Dear Ana,\rone\r\ntwo\n\rthree  \r\n-- \r\nus"})
    content = email_bytes(letter, post_from(SENDER, "f" * 32), AT)
    text, _ = read(content).iter_parts()
    assert text.get_content().split("\r\n") == [
        "Dear Ana,",
        "one",
        "two",
        "",
        "three",
        "-- ",
        "us",
        "",
    ]
    assert content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n")


@pytest.mark.parametrize(
    "address",
    ["a@x>,<b@y", "a@x.org, b@y.org", "a@x.org\r\nBcc: b@y.org", "a", "", "a@b@c", "a b@x.org"],
)
def test_what_is_not_one_address_stops_the_row(address: str) -> None:
    with pytest.raises(RowStopped, match="Needs you — "):
        mail(to=address)


def test_a_domain_in_other_letters_is_written_as_the_network_knows_it() -> None:
    assert mail(to="ana@exämple.org")["To"].addresses[0].addr_spec == "ana@xn--exmple-cua.org"


def test_the_footer_says_who_where_and_how_to_get_no_more() -> None:
    letter = with_footer(LETTER, SENDER, "Riverside <3", "1 Main Street\nRiverside")
    assert letter["text"].endswith(
        "Ñandú\n\n-- \nRiverside <3\n1 Main Street\nRiverside\n"
        "Get no more of these mails: https://riverside.example/stop?list=1&who=a\n"
    )
    before, _, footer = letter["html"].partition("<footer")
    assert before == "<!DOCTYPE html><html><body><p>Dear Ana, Ñandú</p>"
    assert footer.partition(">\n")[2] == (
        "<bdi>Riverside &lt;3</bdi><br>\n<bdi>1 Main Street</bdi><br>\n<bdi>Riverside</bdi><br>\n"
        '<a href="https://riverside.example/stop?list=1&amp;who=a">Get no more of these mails</a>\n'
        "</footer>\n</body></html>"
    )


def test_a_footer_speaks_the_letters_language() -> None:
    spanish = with_footer({**LETTER, "language": "es-MX"}, SENDER, "R", "")
    assert "No recibir más estos correos: https" in spanish["text"]
    without = with_footer(LETTER, Sender("R", "r@r.example", "mail"), "R", "")
    assert without["text"].endswith("\n\n-- \nR\n")


STOP = f"https://flow.example.org/unsubscribe/{'T' * 64}?in=es"
PLAIN = Sender("Riverside", "hello@riverside.example", "mail")


@pytest.mark.parametrize(
    ("sender", "way"),
    [
        (PLAIN, "mailto:hello@riverside.example?subject=unsubscribe"),
        (replace(PLAIN, reply_to="us@r.example"), "mailto:us@r.example?subject=unsubscribe"),
        (replace(PLAIN, unsubscribe="mailto:stop@r.example"), "mailto:stop@r.example"),
    ],
)
def test_a_link_of_ours_is_one_click_and_a_mail_is_the_other_way(sender: Sender, way: str) -> None:
    post = post_from(sender, "f" * 32, STOP)
    for content in (email_bytes(LETTER, post, AT), email_message(LETTER, post, AT).as_bytes()):
        head = content.partition(b"\r\n\r\n")[0].decode("ascii") + "\r\n"
        assert f"\r\nList-Unsubscribe: <{STOP}>,\r\n <{way}>\r\n" in head
        assert "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in head


def test_a_page_of_the_senders_own_wins_over_a_link_of_ours() -> None:
    links = Links("https://flow.example.org")
    assert stop_link(SENDER, links, "es") == ""
    assert stop_link(PLAIN, Links(), "es") == ""
    assert stop_link(PLAIN, links, "pt-BR") == (
        "https://flow.example.org/unsubscribe/preview?in=pt-BR"
    )


def test_the_footer_shows_the_link_of_ours() -> None:
    letter = with_footer(LETTER, PLAIN, "R", "", STOP)
    assert letter["text"].endswith(f"-- \nR\nGet no more of these mails: {STOP}\n")
    assert f'<a href="{STOP}">Get no more of these mails</a>' in letter["html"]
