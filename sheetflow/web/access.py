"""Who may come in by which door: the names the dashboard answers to, and what each role may do."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from enum import IntEnum

from sheetflow.errors import SetupError
from sheetflow.hosting.sight import (
    host_name as host_name,
    is_loopback as is_loopback,
    is_own_name as is_own_name,
    was_forwarded as was_forwarded,
)

_HEADER = re.compile(r"[A-Za-z0-9_-]{1,100}")


class Role(IntEnum):
    """What somebody may do; each may do what the one before may."""

    VIEWER = 1
    APPROVER = 2
    ADMIN = 3

    @classmethod
    def named(cls, name: str) -> Role:
        """The role of that name. Raises SetupError when there is none."""
        try:
            return cls[name.upper()]
        except KeyError:
            names = ", ".join(role.name.lower() for role in cls)
            raise SetupError(f'There is no role "{name}".', hint=f"There are: {names}.") from None


@dataclass(frozen=True)
class Access:
    """How the dashboard is reached.

    `bound_to` is the address that the server listens on, `hosts` the names under which browsers
    reach it beside those of this machine itself, and `proxy_header` a header in which a reverse
    proxy on this machine names who signed in there ("" for none).
    """

    bound_to: str = "127.0.0.1"
    hosts: frozenset[str] = frozenset()
    proxy_header: str = ""

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the port."""
        return is_loopback(self.bound_to.strip("[]"))

    def answers_to(self, host: str) -> bool:
        """Whether a request with this Host header is meant for us."""
        name = host_name(host)
        return bool(name) and (is_own_name(name) or name in map(host_name, self.hosts))

    def must_fit(self, *, has_users: bool) -> None:
        """Raise SetupError for a door that would stand open to everybody, or never open."""
        wrong = next((each for each in sorted(self.hosts) if not host_name(each)), None)
        if wrong is not None:
            raise SetupError(
                f'"{wrong[:80]}" is no name of a host.',
                hint="Write it as browsers send it, without https:// and umlauts, such as "
                "--name flow.example.org.",
            )
        if self.proxy_header and not _HEADER.fullmatch(self.proxy_header):
            raise SetupError(
                f'"{self.proxy_header[:80]}" is no name of a header.',
                hint="Name the one that your proxy sets, such as --proxy-header X-Remote-User.",
            )
        if has_users or self.is_local:
            return
        raise SetupError(
            f"Anybody could open the dashboard on {self.bound_to}: it has no users yet.",
            hint="Add one first: sheetflow user add NAME --role admin. "
            "Or let it listen on this machine only, which is what it does by itself.",
        )


def neighbourhood(address: str) -> str:
    """What tries to log in are counted by: an address, or the network an IPv6 one moves in."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 6 and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)
