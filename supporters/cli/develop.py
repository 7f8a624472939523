"""`flask develop`: starts web, worker and mailbox for `make run`, and stops them again."""

import click
from flask.cli import with_appcontext

from supporters.cli.output import Command, refuse
from supporters.cli.sample_installation import SampleInstallation, run_sample_installation
from supporters.development import local_installation
from supporters.development.local_installation import StartFailed
from supporters.extensions import current_settings


@click.command("develop", cls=Command)
@with_appcontext
def develop() -> None:
    """Start everything for development. Ctrl-C stops it.

    Starts web, worker and mailbox on this machine, with sample data.
    """
    settings = current_settings()
    if settings.is_training:
        refuse("SUPPORTERS_TRAINING is on. Run: flask training")
    if not settings.is_development:
        refuse(
            "This is a production. flask develop creates an account with a known password, so it "
            "runs with SUPPORTERS_ENV=development only."
        )
    try:
        web = local_installation.web_address(settings)
    except StartFailed as error:
        refuse(str(error))
    run_sample_installation(
        SampleInstallation(
            web=web,
            mail=local_installation.mail_address(settings),
            prepare_database=local_installation.prepare_database,
            describe=local_installation.describe_addresses,
            is_to_begin_again=lambda: False,
        )
    )
