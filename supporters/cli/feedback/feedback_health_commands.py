"""`flask feedback lift`: excuses the failures of a domain that was at fault itself."""

from datetime import datetime

import click

from supporters import clock
from supporters.accounts.queries import find_organiser_by_email
from supporters.cli.feedback.feedback_commands import group
from supporters.cli.output import refuse
from supporters.cli.parameters import Line
from supporters.mailbox_health.lifting import MAX_REASON, LiftError, lift_for_domain
from supporters.web.labels import Use, label

DAYS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


@group.command("lift")
@click.option("--domain", required=True, help="The receiving domain, as in orange.fr.")
@click.option("--since", type=click.DateTime(DAYS), help="Only failures since then, in UTC.")
@click.option("--by", "email", required=True, metavar="OWNER", help="The owner who decided it.")
@click.option("--reason", type=Line(MAX_REASON), required=True, help="Why it was their fault.")
def lift(*, domain: str, since: datetime | None, email: str, reason: str) -> None:
    """Excuse the failures of a provider's own fault."""
    owner = find_organiser_by_email(email.strip().lower())
    if owner is None:
        refuse(label(LiftError.NOT_ALLOWED, Use.SHELL))
    lifted = lift_for_domain(
        domain,
        reason,
        organiser=owner,
        now=clock.now(),
        since=None if since is None else since.replace(tzinfo=clock.now().tzinfo),
    )
    if isinstance(lifted, LiftError):
        refuse(label(lifted, Use.SHELL))
    click.echo(f"People who can be reached again: {lifted}. Their failures count no more.")
