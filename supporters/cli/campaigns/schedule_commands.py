"""`flask campaigns schedule`, `unschedule`, `take-back`: the hour and the grace of a campaign."""

from datetime import datetime

import click

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.campaigns.planned_hours import HourFault, TypedHour, Which, find_moment
from supporters.campaigns.queries import find_campaign
from supporters.cli.campaigns.campaign_commands import campaign_id, group
from supporters.cli.campaigns.wave_options import read_wave, wave_size, wave_wait
from supporters.cli.output import refuse
from supporters.delivery.approval import ApprovalError, AudienceChanged, MessageChanged
from supporters.delivery.grace import TakeBackError, take_back_launch
from supporters.delivery.launch import LaunchError
from supporters.delivery.planned.campaign_schedule import schedule_campaign, unschedule_campaign
from supporters.lists.list_clocks import zone_of
from supporters.lists.queries import get_list
from supporters.text.time_zones import offset_of
from supporters.web.labels import Use, label


@group.command("schedule")
@campaign_id
@click.option(
    "--at",
    "shown",
    type=click.DateTime(["%Y-%m-%d %H:%M"]),
    required=True,
    help="The day and the hour on the clock of the list, as in “2026-12-01 09:00”.",
)
@click.option(
    "--first", "which", flag_value="first", help="The first of two, when clocks are put back."
)
@click.option("--second", "which", flag_value="second", help="The second of them.")
@wave_size
@wave_wait
def schedule(
    *,
    campaign_id: int,
    shown: datetime,
    which: str | None,
    wave: int | None,
    minutes: int | None,
) -> None:
    """Let a campaign leave at an hour.

    It is approved, or has another hour already. A draft to few people needs no approval, if the
    owners allow it in the console.
    """
    campaign = _get(campaign_id)
    zone = zone_of(get_list(campaign.mailing_list_id))
    moment = find_moment(TypedHour(shown, Which(which) if which else None), zone, clock.now())
    if isinstance(moment, HourFault):
        refuse(f"Not planned. {label(moment, Use.SHELL)}")
    match schedule_campaign(campaign_id, moment, wave=read_wave(wave, minutes)):
        case Campaign() as planned:
            clock_words = f"{zone.key}, {offset_of(moment, zone)}"
            click.echo(f"It leaves on {shown:%Y-%m-%d} at {shown:%H:%M} ({clock_words}).")
            if planned.wave_size:
                people = "person" if planned.wave_size == 1 else "people"
                click.echo(f"First wave: {planned.wave_size} {people}.")
        case (LaunchError() | HourFault()) as refused:
            refuse(f"Not planned. {label(refused, Use.SHELL)}")
        case AudienceChanged() | MessageChanged():
            refuse("Not planned: somebody changed it at this moment. Try again.")


@group.command("unschedule")
@campaign_id
def unschedule(campaign_id: int) -> None:
    """Take the hour of a campaign back. It is approved, or a draft if one person planned it."""
    done = unschedule_campaign(campaign_id, None)
    if isinstance(done, ApprovalError):
        refuse(f"Not taken back. {label(done, Use.SHELL)}")
    click.echo(f"It leaves at no hour. It is now: {done.status.value}.")


@group.command("take-back")
@campaign_id
def take_back(campaign_id: int) -> None:
    """Stop a launch before its first email. It is a draft again."""
    done = take_back_launch(campaign_id, None)
    if isinstance(done, TakeBackError):
        refuse(f"Not taken back. {label(done, Use.SHELL)}")
    click.echo("Stopped: nobody got it. It is a draft again.")


def _get(campaign_id: int) -> Campaign:
    campaign = find_campaign(campaign_id)
    if campaign is None:
        refuse(label(LaunchError.UNKNOWN, Use.SHELL))
    return campaign
