"""`flask training`: starts web, worker and mailbox of a training (ADR 107)."""

import click
from flask.cli import with_appcontext

from supporters.cli.output import Command, refuse
from supporters.cli.sample_installation import SampleInstallation, run_sample_installation
from supporters.config import Settings
from supporters.development import local_installation
from supporters.development.local_installation import ListenAddress, StartFailed
from supporters.extensions import current_settings
from supporters.training.new_day import ask_for_new_day, is_to_begin_again
from supporters.training.training_start import describe_training, prepare_training_database

HOST = "127.0.0.1"
PORT = 8100
HIGHEST_PORT = 65535
ANY_PORT = 0


@click.command("training", cls=Command)
@click.option(
    "--port",
    type=click.IntRange(1, HIGHEST_PORT),
    default=PORT,
    show_default=True,
    help="Where the proxy finds the pages, on 127.0.0.1. Without a proxy, the base URL says it.",
)
@click.option(
    "--reset",
    is_flag=True,
    help="Begin the day again: at once if the training runs, else at its next start. Then end.",
)
@with_appcontext
def training(*, port: int, reset: bool) -> None:
    """Start a training: the whole day with made-up people. Ctrl-C stops it.

    Starts web, worker and mailbox. No email leaves this machine.
    """
    settings = current_settings()
    if not settings.is_training:
        refuse(
            "A training needs an environment of its own, with SUPPORTERS_TRAINING=on and without "
            "the settings of the party's own installation. See docs/operators.md."
        )
    if reset:
        ask_for_new_day(settings)
        click.echo("The day begins again: at once if the training runs, else at its next start.")
        return
    run_sample_installation(
        SampleInstallation(
            web=_web_address(settings, port),
            mail=ListenAddress(HOST, ANY_PORT, "none"),
            prepare_database=prepare_training_database,
            describe=describe_training,
            is_to_begin_again=lambda: is_to_begin_again(settings),
        )
    )


def _web_address(settings: Settings, port: int) -> ListenAddress:
    if not settings.is_development:
        return ListenAddress(HOST, port, f"flask training --port {port + 1}")
    try:
        return local_installation.web_address(settings)
    except StartFailed as error:
        refuse(str(error))
