"""What strangers send is bounded in bytes, in seconds, and in how many send at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response

from sheetflow.web.bodies import Bodies


async def parts(*chunks: bytes, pause: float = 0, breaks: bool = False) -> AsyncIterator[dict]:
    for chunk in chunks:
        await asyncio.sleep(pause)
        yield {"type": "http.request", "body": chunk, "more_body": True}
    yield {"type": "http.disconnect"} if breaks else {"type": "http.request", "body": b""}


def request(messages: AsyncIterator[dict], client: str = "127.0.0.1") -> Request:
    scope = {"type": "http", "method": "POST", "headers": [], "client": (client, 1)}
    return Request(scope, messages.__anext__)


def read(bodies: Bodies, messages: AsyncIterator[dict], largest: int = 10) -> bytes | Response:
    return asyncio.run(bodies.read(request(messages), largest))


def status(found: bytes | Response) -> int:
    assert isinstance(found, Response)
    assert found.headers["connection"] == "close", "what follows is no request"
    return found.status_code


def test_a_body_in_any_number_of_parts_is_whole():
    assert read(Bodies(), parts(b"a" * 4, b"b" * 6)) == b"aaaabbbbbb"
    assert read(Bodies(), parts()) == b""


def test_one_byte_too_many_is_too_much_and_the_rest_is_not_read():
    messages = parts(b"a" * 10, b"b", b"c")
    assert status(read(Bodies(), messages)) == 413


def test_who_sends_slowly_is_not_waited_for():
    assert status(read(Bodies(within=0.05), parts(*[b"a"] * 9, pause=0.02))) == 408


def test_what_breaks_off_is_nothing():
    assert status(read(Bodies(), parts(b"a", breaks=True))) == 400


def test_those_who_send_at_once_are_few_and_the_next_is_told_to_come_back():
    async def many() -> tuple[list[bytes | Response], bytes | Response]:
        bodies = Bodies(within=5, at_once=2)
        slow = [bodies.read(request(parts(b"a", pause=0.05)), 10) for _ in range(3)]
        found = await asyncio.gather(*slow)
        return list(found), await bodies.read(request(parts(b"z")), 10)

    (one, two, third), after = asyncio.run(many())
    assert (one, two, after) == (b"a", b"a", b"z")
    assert status(third) == 503


def test_one_address_that_sends_slowly_keeps_nobody_else_from_sending():
    async def many() -> list[bytes | Response]:
        bodies = Bodies(within=5, each=2)
        whose = ["203.0.113.1"] * 3 + ["203.0.113.2", "127.0.0.1", "127.0.0.1", "127.0.0.1"]
        slow = [bodies.read(request(parts(b"a", pause=0.05), one), 10) for one in whose]
        found = await asyncio.gather(*slow)
        assert not bodies.reading
        return list(found)

    *two, third, other, first_here, second_here, third_here = asyncio.run(many())
    assert two == [b"a", b"a"]
    assert status(third) == 503
    assert (other, first_here, second_here, third_here) == (b"a",) * 4
