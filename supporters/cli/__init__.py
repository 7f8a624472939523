"""The commands for operators: each one calls a use case. Their names are a contract."""

import click
from flask import Flask

from supporters.submodules import import_submodules


def init_app(app: Flask) -> None:
    """Register the commands of all modules; a group brings its own."""
    modules = import_submodules(__name__)
    values = [each for module in modules for each in vars(module).values()]
    groups = [each for each in values if isinstance(each, click.Group)]
    within = [each for group in groups for each in group.commands.values()]
    for each in values:
        if isinstance(each, click.Command) and each not in within:
            app.cli.add_command(each)
