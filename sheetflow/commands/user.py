"""`sheetflow user`: who may open the dashboard."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from sheetflow.commands import terminal
from sheetflow.commands.invocation import Invocation

if TYPE_CHECKING:
    from sheetflow.web.users import Users

ROLES = ("viewer", "approver", "admin")


@click.group(epilog="Example: sheetflow user add lee --role approver")
def user() -> None:
    """Say who may open the dashboard, and what they may do there.

    A viewer sees everything. An approver also agrees to plans. An admin also switches recipes on
    and off, says whom nobody writes to, and pauses everything. They stand in users.yaml, with their
    passwords as hashes.
    """


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="viewer", show_default=True)
@click.option("--no-password", is_flag=True, help="Only a reverse proxy lets them in.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.pass_obj
def add(
    invocation: Invocation, name: str, role: str, no_password: bool, password_stdin: bool
) -> None:
    """Add a user, or give one another role or password.

    Whoever is logged in under that name has to log in again.
    """
    from sheetflow.web.access import Role
    from sheetflow.web.users import User, hashed

    users = _users(invocation)
    users.refuse_name(name)
    password = "" if no_password else hashed(_asked(from_stdin=password_stdin))
    users.keep(User(name, Role.named(role), password))
    terminal.say(f"{name} may open the dashboard as {role}.")


@user.command()
@click.argument("name")
@click.pass_obj
def remove(invocation: Invocation, name: str) -> None:
    """Take a user away; they are logged out at once."""
    users = _users(invocation)
    if not users.remove(name):
        raise click.UsageError(f'There is no user "{name}".')
    terminal.say(f"{name} may not open the dashboard any more.")
    if not users.all():
        terminal.say(_nobody(users))


@user.command(name="list")
@click.pass_obj
def list_users(invocation: Invocation) -> None:
    """Show who may open the dashboard."""
    users = _users(invocation)
    found = users.all()
    for each in found.values():
        how = "" if each.password else ", through a reverse proxy only"
        terminal.say(f"{each.name}: {each.role.name.lower()}{how}")
    if not found:
        terminal.say(_nobody(users))


def _nobody(users: Users) -> str:
    """Who may open the dashboard when nobody is named: whoever took the last one away means it."""
    if users.path.exists():
        return (
            "There is no user, so nobody can open the dashboard. Add one: sheetflow user add NAME. "
            f"Without {users.path.name}, this machine itself needs no login."
        )
    return "There is no user: only this machine itself can open the dashboard."


def _users(invocation: Invocation) -> Users:
    from sheetflow.web.users import Users

    return Users(invocation.workspace_folder())


def _asked(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not terminal.somebody_is_there():
        raise click.UsageError("There is nobody to ask for a password. Add --password-stdin.")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
