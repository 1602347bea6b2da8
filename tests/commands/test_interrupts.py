"""Ctrl-C ends a run in order; a second one ends it at once."""

import os
import signal
from collections.abc import Iterator

import pytest

from sheetflow.commands.interrupts import stopping_in_order


@pytest.fixture(autouse=True)
def _as_in_a_terminal() -> Iterator[None]:
    """A shell that starts something in the background has it ignore Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_being_asked_to_stop_only_sets_the_event(number: signal.Signals, capfd):
    with stopping_in_order() as stop:
        assert not stop.is_set()
        os.kill(os.getpid(), number)
        assert stop.is_set()
    assert "what is being handed over is finished first" in capfd.readouterr().err


def test_a_second_interrupt_is_an_interrupt():
    with stopping_in_order():
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_afterwards_an_interrupt_is_an_interrupt_again():
    with stopping_in_order():
        pass
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
