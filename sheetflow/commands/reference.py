"""`sheetflow reference`: everything a recipe and the settings may say, as a page."""

from __future__ import annotations

import click

from sheetflow.commands.invocation import Invocation


@click.command(epilog="Example: sheetflow reference | less")
@click.pass_obj
def reference(invocation: Invocation) -> None:
    """Print everything a recipe, its tests and sheetflow.yaml may say, as Markdown.

    It is made from the same tables that recipes are read with. In a workspace it shows its plugins.
    """
    from sheetflow.language.reference import reference_page
    from sheetflow.plugin.hook_table import hooks_described
    from sheetflow.testing.keys import case_table
    from sheetflow.workspace.connection_keys import connectors_described
    from sheetflow.workspace.keys import setting_table

    registry = invocation.registry()
    page = reference_page(
        invocation.vocabulary(),
        setting_table(registry),
        case_table(),
        connectors=connectors_described(registry),
        hooks=hooks_described(),
    )
    click.echo(page, nl=False)
