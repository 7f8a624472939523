"""The commands `flask` and `supporters` of a release: those of Flask, with our version.

They find the application from any folder. Nothing of the program is loaded before Flask asks for
it: `app.py` says in which order that happens.
"""

import os

import click
from flask.cli import FlaskGroup


def show_version(context: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    """Print the version and the commit, and end."""
    if not is_asked or context.resilient_parsing:
        return
    from supporters.program_version import program_version  # noqa: PLC0415 - it loads the program

    click.echo(f"Supporters {program_version()}")
    context.exit()


def main() -> None:
    """Run a command of the program."""
    os.environ.setdefault("FLASK_APP", "app")
    version = click.Option(
        ["--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=show_version,
        help="Show the version of Supporters.",
    )
    FlaskGroup(name="supporters", add_version_option=False, params=[version]).main()
