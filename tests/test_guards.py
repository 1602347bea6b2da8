"""The guards of conftest.py hold."""

import socket
import time
from pathlib import Path

import pytest


def test_a_test_cannot_reach_the_network():
    with (
        socket.socket() as outside,
        pytest.raises(Exception, match=r"192\.0\.2\.1") as refused,
    ):
        outside.connect(("192.0.2.1", 25))
    assert type(refused.value).__name__ == "ATestReachedForTheNetwork"


def test_a_test_cannot_look_up_a_name():
    with pytest.raises(Exception, match=r"example\.org") as refused:
        socket.getaddrinfo("example.org", 25)
    assert type(refused.value).__name__ == "ATestReachedForTheNetwork"


def test_a_test_can_talk_to_this_machine():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_a_test_cannot_wait_long():
    with pytest.raises(Exception, match="60 seconds") as refused:
        time.sleep(60)
    assert type(refused.value).__name__ == "ATestWaitedInsteadOfMovingTheClock"


def test_home_is_a_folder_of_the_tests(tmp_path_factory):
    assert Path.home().is_relative_to(tmp_path_factory.getbasetemp())
