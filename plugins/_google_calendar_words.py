"""What the calendar connector asks for at Google, and what it says where Google says no."""

from __future__ import annotations

from collections.abc import Mapping

SCOPES = ("https://www.googleapis.com/auth/calendar.events",)

ALONE = "Google does not let a service account invite guests by itself"
DELEGATE = (
    "Have an administrator let it act for a person (domain-wide delegation), and write that "
    "person's address as acts_as; or sign in as a person: sheetflow connect google. Without "
    "either, let a sender mail the invitations: name a room after by."
)
HINTS: Mapping[str, str] = {
    "forbiddenForServiceAccounts": DELEGATE,
    "quotaExceeded": "Google lets an account invite only so many guests a day. The rest goes on by "
    "itself when it lets it again.",
    "requiredAccessLevel": "Share the calendar with this account, with Make changes to events.",
}
"""Cures by Google's own name for the reason."""
