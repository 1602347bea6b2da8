"""`sheetflow`: the commands by name, and the one border where errors become exit codes.

    0  done
    1  a change failed, or it cannot be known whether it was done
    2  the recipe, the settings or the command line is wrong; nothing was done
    3  our fault
    130  interrupted

Commands are imported when they are called, so that `sheetflow --help` is quick.
"""

from __future__ import annotations

import difflib
import errno
import gc
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from sheetflow import __version__
from sheetflow.commands import COMMANDS
from sheetflow.commands.invocation import Invocation
from sheetflow.commands.terminal import remark
from sheetflow.errors import SheetflowError

DONE = 0
FAILED = 1
OUR_FAULT = 3
INTERRUPTED = 130

_OF_THE_MACHINE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO}
"""What the system may answer to anybody: not allowed, read-only, full, broken."""


class Commands(click.Group):
    """Our own commands, each imported when it is called, and then those that plugins add."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Our own commands, in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; plugins are asked only for a name that is not ours."""
        if cmd_name in COMMANDS:
            found = getattr(import_module(f"sheetflow.commands.{cmd_name}"), cmd_name)
            return found if isinstance(found, click.Command) else None
        return ctx.ensure_object(Invocation).plugin_commands().get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name, or an error that suggests one."""
        name, *others = args
        if name.startswith("-"):
            ctx.fail(f"There is no option {name} before a command.")
        command = self.get_command(ctx, name)
        if command is None:
            near = difflib.get_close_matches(name, COMMANDS, n=1)
            cure = f'Did you mean "{near[0]}"?' if near else "sheetflow --help lists them."
            ctx.fail(f'There is no command "{name}". {cure}')
        return name, command, others

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands from the table, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
    epilog="Start with: sheetflow init my-campaign",
)
@click.option(
    "-w",
    "--workspace",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="The folder with sheetflow.yaml. Without it: this folder or the nearest one above.",
)
@click.version_option(__version__, prog_name="sheetflow", message="%(prog)s %(version)s")
@click.pass_context
def sheetflow(ctx: click.Context, folder: Path | None) -> None:
    """Follow up with people from a shared sheet: once, rehearsed, explained in the sheet."""
    ctx.obj = Invocation(folder)


def run_cli(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code. Errors are said on stderr and never raised."""
    try:
        # Not click's own `main`, which has other ideas of exit codes.
        with sheetflow.make_context("sheetflow", list(arguments)) as ctx:
            sheetflow.invoke(ctx)
        return DONE
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _say("Interrupted. Nothing more was done.", INTERRUPTED)
    except SheetflowError as error:
        if error.exit_code == OUR_FAULT:
            return _apologize(error, str(error))
        return _say(str(error), error.exit_code)
    except OSError as error:
        if error.errno == errno.EPIPE:
            return DONE  # whoever read our output has seen enough
        if error.errno in _OF_THE_MACHINE:
            return _say(f"{error.strerror}: {error.filename or 'the disk'}", FAILED)
        return _apologize(error)
    except Exception as error:  # noqa: BLE001 - the border: whatever it is, say it and give a code
        return _apologize(error)


def _say(text: str, code: int) -> int:
    remark(text)
    return code


def _apologize(error: Exception, what: str = "") -> int:
    """Keep the traceback in a file that only its owner can read, and say where it is."""
    handle, name = tempfile.mkstemp(prefix="sheetflow-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
        file.write(f"sheetflow {__version__}, Python {sys.version}\n\n")
        file.writelines(traceback.format_exception(error))
    return _say(
        f"Sorry, Sheetflow made a mistake. {what or type(error).__name__}\n"
        f"The details are in {name}: please send them to whoever looks after Sheetflow.",
        OUR_FAULT,
    )


def main() -> None:
    """The program `sheetflow`."""
    gc.set_threshold(50_000)  # a plan is many small values that live long: look through them less
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without "—" is no reason to stop
    code = run_cli(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for Python's own flush
    sys.exit(code)
