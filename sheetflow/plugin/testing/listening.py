"""What every connector keeps that its service calls."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sheetflow.errors import NotAllowed
from sheetflow.plugin.listener import AROUND, Heard, Hook
from sheetflow.plugin.testing.connectors import ConnectorContract
from sheetflow.plugin.testing.watching import watched


class ListenerContract(ConnectorContract):
    """What whoever is called keeps. In a test: `signed` makes a true call, `secret` is its setting.

    `signs_body` and `signs_moment` say whether the service signs them.
    """

    secret: str = "hook_secret"
    signs_body: bool = True
    signs_moment: bool = False

    @abstractmethod
    def signed(self, number: int) -> Hook:
        """A true call, another one for each number, that tells of a change."""

    def test_a_true_call_is_heard_and_nobody_is_asked(self, tmp_path: Path) -> None:
        """It is answered at once, from nothing but the call and the settings."""
        connected = self.connect(tmp_path, may_write=False)
        assert connected.listens
        hook = self.signed(1)
        with watched() as done:
            heard = connected.heard(hook)
        assert isinstance(heard, Heard)
        assert heard.event
        assert done == []

    def test_the_same_call_has_the_same_name_and_others_have_others(self, tmp_path: Path) -> None:
        """So that one that is sent again counts once."""
        connected = self.connect(tmp_path, may_write=False)
        hooks = [self.signed(1), self.signed(2)]
        names = [connected.heard(hook).event for hook in (*hooks, *hooks)]
        assert names[:2] == names[2:]
        assert names[0] != names[1]

    def test_a_call_without_any_one_of_its_headers_or_with_one_twice_is_forged(
        self, tmp_path: Path
    ) -> None:
        """What is signed with is needed, and must be one thing alone."""
        connected = self.connect(tmp_path, may_write=False)
        hook, needed = self.signed(1), 0
        for header in hook.headers:
            without = tuple(one for one in hook.headers if one != header)
            if _is_refused(connected, replace(hook, headers=without)):
                needed += 1
                twice = replace(hook, headers=(*hook.headers, header))
                assert _is_refused(connected, twice), header[0]
        assert needed, "nothing is needed"

    def test_a_call_with_another_body_is_forged(self, tmp_path: Path) -> None:
        """Not one byte may be another."""
        connected = self.connect(tmp_path, may_write=False)
        hook = self.signed(1)
        for body in (b"", hook.body + b" ", hook.body[:-1], b"\xff" + hook.body):
            if body != hook.body and self.signs_body:
                assert _is_refused(connected, replace(hook, body=body))

    def test_a_call_that_was_signed_long_ago_or_later_is_forged(self, tmp_path: Path) -> None:
        """Where the service signs the moment."""
        connected = self.connect(tmp_path, may_write=False)
        hook = self.signed(1)
        for seconds in (AROUND + 1, -AROUND - 1):
            other = replace(hook, at=hook.at + timedelta(seconds=seconds))
            assert _is_refused(connected, other) is self.signs_moment

    def test_without_its_secret_it_does_not_listen_and_believes_nobody(
        self, tmp_path: Path
    ) -> None:
        """Not even who signs with nothing."""
        if self.settings.get(self.secret) is None or self.secret == "secret":
            return  # it cannot be without
        kept = self.settings
        hook = self.signed(1)
        self.settings = {name: one for name, one in kept.items() if name != self.secret}
        try:
            connected = self.connect(tmp_path, may_write=False)
            assert not connected.listens
            assert _is_refused(connected, hook)
        finally:
            self.settings = kept


def _is_refused(connected: Any, hook: Hook) -> bool:
    try:
        connected.heard(hook)
    except NotAllowed:
        return True
    return False
