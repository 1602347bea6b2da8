"""Users: listed, and one by id or e-mail address."""

from __future__ import annotations

from typing import Any

from tests.emulators.zoom.calls import Call, method, page_of
from tests.emulators.zoom.world import User, World


@method("users", "GET /users", "medium", "user:read:list_users", "user:read")
def list_users(call: Call) -> tuple[int, Any]:
    """Everybody with this status."""
    status = call.among("status", ("active", "inactive", "pending"))
    found = [shown(call.world, one) for one in call.world.users.values() if one.status == status]
    return 200, page_of(call, found, "users")


@method("user", "GET /users/{user}", "light", "user:read:user", "user:read")
def get_user(call: Call) -> tuple[int, Any]:
    """One user, with the account."""
    user = call.world.user(call.path["user"])
    return 200, {**shown(call.world, user), "account_id": call.world.account}


def shown(world: World, user: User) -> dict[str, Any]:
    """A user as Zoom shows it."""
    number = list(world.users).index(user.email) + 1
    return {
        "id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "display_name": f"{user.first_name} {user.last_name}".strip(),
        "email": user.email,
        "type": user.type,
        "pmi": 5_550_000_000 + number,
        "timezone": user.timezone,
        "verified": 1,
        "dept": "",
        "created_at": "2026-01-01T00:00:00Z",
        "last_login_time": "2026-01-01T00:00:00Z",
        "language": "en-US",
        "status": user.status,
        "role_id": "0" if number == 1 else "2",
        **user.extra,
    }
