"""An answer is whole in time, and not too large; else it is cut off and told in our words."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sheetflow.errors import NotKnown, Refused, Unreachable
from sheetflow.network.services import Service
from tests.network.service import Reply, Scripted, door, scripted

DRIPPING = Reply(body=b"x" * 400, drips=0.02)


@pytest.fixture
def service() -> Iterator[Scripted]:
    with scripted() as running:
        yield running


def through(service: Scripted, *, largest: int = 2**20, **retrying: Any) -> requests.Session:
    asked = Service("Board", [service.url], largest=largest)
    return door(**retrying).session(asked)


def test_a_read_that_drips_is_cut_off_and_not_asked_for_again(service: Scripted):
    service.replies = [DRIPPING, Reply()]
    with pytest.raises(Unreachable, match="Board does not answer") as caught:
        through(service, exchange=0.2).get(f"{service.url}/notices")
    assert caught.value.reason == "TooSlow"
    assert len(service.asked) == 1


def test_a_write_whose_answer_drips_may_have_been_taken_and_is_not_sent_again(service: Scripted):
    service.replies = [DRIPPING, Reply()]
    with pytest.raises(NotKnown):
        through(service, exchange=0.2).put(f"{service.url}/notices/7")
    assert len(service.asked) == 1


def test_headers_that_drip_are_cut_off_too(service: Scripted):
    service.replies = [Reply(headers={"X-Long": "y" * 400}, drips=0.02, drips_headers=True)]
    with pytest.raises(Unreachable):
        through(service, exchange=0.2).get(f"{service.url}/notices")


def test_an_answer_is_in_time_by_the_clock_that_was_handed_in(service: Scripted):
    seconds = itertools.count(0, 400)
    with pytest.raises(Unreachable):
        through(service, now=lambda: float(next(seconds))).get(f"{service.url}/notices")


def test_a_connection_serves_again_after_an_answer_in_time(service: Scripted):
    session = through(service, exchange=5.0)
    found = [session.get(f"{service.url}/{n}").json() for n in range(3)]
    assert found == [{}, {}, {}]
    assert session.post(f"{service.url}/notices").ok


@pytest.mark.parametrize("packed", [False, True], ids=["as it is", "unpacked"])
def test_an_answer_that_is_too_large_is_not_read_to_its_end(service: Scripted, packed: bool):
    body, headers = b"0" * 2_000_001, {}
    if packed:
        body, headers = gzip.compress(body), {"Content-Encoding": "gzip"}
    service.replies = [Reply(body=body, headers=headers)]
    with pytest.raises(Refused, match="answers with more than 1 MB") as caught:
        through(service).get(f"{service.url}/notices")
    assert caught.value.hint == "Ask for less: a smaller table, or fewer of its columns."
    assert len(service.asked) == 1


def test_an_answer_as_large_as_may_be_is_read(service: Scripted):
    service.replies = [Reply(body=b"0" * 2**20)]
    assert len(through(service).get(f"{service.url}/notices").content) == 2**20


def test_a_write_with_an_answer_that_is_too_large_may_have_been_taken(service: Scripted):
    service.replies = [Reply(body=b"0" * 2_000_001)]
    with pytest.raises(NotKnown):
        through(service).post(f"{service.url}/notices")
    assert len(service.asked) == 1
