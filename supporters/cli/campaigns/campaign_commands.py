"""`flask campaigns`: launches, controls and shows campaigns."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

import click

from supporters.campaigns.content_checks import find_campaign_faults
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import find_campaign, list_campaigns
from supporters.campaigns.states import UNFINISHED
from supporters.cli.campaigns.wave_options import read_wave, wave_size, wave_wait
from supporters.cli.command_texts import (
    SILENT,
    describe_faults,
    describe_hold,
    describe_problem,
    describe_restored,
    describe_wait,
)
from supporters.cli.output import (
    Cell,
    Group,
    about,
    as_json,
    figures_of,
    print_figures,
    print_json,
    print_table,
    refuse,
)
from supporters.cli.parameters import row_id
from supporters.delivery.approval import AudienceChanged, MessageChanged, ReadVersion
from supporters.delivery.campaign_control import (
    ControlResult,
    cancel_campaign,
    count_unsent,
    pause_campaign,
    resume_campaign,
)
from supporters.delivery.first_wave.wave_control import continue_campaign, find_stage
from supporters.delivery.first_wave.wave_rules import WaveStage
from supporters.delivery.launch import LaunchError, launch_campaign
from supporters.delivery.message.frozen_versions import find_fingerprint
from supporters.delivery.progress import get_progress, list_minutes
from supporters.delivery.queries import count_deliveries_by_purpose
from supporters.lists.queries import get_list
from supporters.web.labels import Use, label

MINUTES_SHOWN = 10
group = Group("campaigns", help="Send campaigns to the subscribers of a list.")
campaign_id = click.argument("campaign_id", metavar="ID", type=row_id)


@group.command("launch")
@campaign_id
@click.option(
    "--expect",
    type=click.IntRange(0),
    help="Launch only if the list has this many recipients.",
)
@click.option(
    "--fingerprint",
    metavar="HEX",
    help="Launch only the message with this fingerprint. See: flask campaigns status",
)
@wave_size
@wave_wait
def launch(
    *,
    campaign_id: int,
    expect: int | None,
    fingerprint: str | None,
    wave: int | None,
    minutes: int | None,
) -> None:
    """Fix the audience of an approved campaign and send it. Prints what was launched.

    A draft to few people needs no approval, if the owners allow it in the console.
    """
    launched = launch_campaign(
        campaign_id,
        read=ReadVersion(fingerprint=fingerprint, audience=expect),
        wave=read_wave(wave, minutes),
    )
    match launched:
        case Campaign():
            _print_launched(launched)
        case AudienceChanged():
            refuse(
                f"Not launched: the list has {launched.audience} recipients now, not {expect}. "
                f"Launch with --expect {launched.audience} if that is right."
            )
        case MessageChanged():
            refuse(
                f"Not launched: the message was changed after you read it. The last change was at "
                f"{_moment(launched.campaign.updated_at)}, and the fingerprint is now "
                f"{_fingerprint_of(launched.campaign)}. Read it again."
            )
        case LaunchError.UNKNOWN:
            _refuse_unknown(campaign_id)
        case LaunchError.CONTENT_FAULTY:
            faults = find_campaign_faults(_get(campaign_id))
            refuse(f"Not launched. Correct this: {describe_faults(faults)}.")
        case LaunchError():
            refuse(f"Not launched. {label(launched, Use.SHELL)}")


@group.command("continue")
@campaign_id
def go_on(campaign_id: int) -> None:
    """Send a campaign to everybody else after its first wave."""
    _control(
        continue_campaign,
        campaign_id,
        done="Everybody else gets it now.",
        why_not="it isn't running, or no first wave holds it",
    )


@group.command("pause")
@campaign_id
def pause(campaign_id: int) -> None:
    """Pause a campaign on all machines, within two seconds."""
    _control(pause_campaign, campaign_id, done="Paused.", why_not="it isn't running")


@group.command("resume")
@campaign_id
@click.option(
    "--again-to",
    type=click.IntRange(0),
    help="After a restore: the number of people who would get it, perhaps for the second time.",
)
def resume(campaign_id: int, again_to: int | None) -> None:
    """Resume a paused campaign."""
    order = partial(resume_campaign, again_to=again_to)
    _control(order, campaign_id, done="Resumed.", why_not="it isn't paused")


@group.command("cancel")
@campaign_id
def cancel(campaign_id: int) -> None:
    """Cancel a campaign for good. Emails that were not sent are skipped."""
    _control(
        cancel_campaign, campaign_id, done="Cancelled.", why_not="it is neither running nor paused"
    )


@group.command("status")
@campaign_id
@as_json
def status(campaign_id: int, is_json: bool) -> None:
    """Show the progress of a campaign.

    Shows the results, the rate, the time left and the last minutes.
    """
    campaign = _get(campaign_id)
    progress = get_progress(campaign_id)
    figures = {
        **figures_of(progress),
        "status": campaign.status.value,
        "lists": _name_lists(campaign),
        "problem": campaign.problem,
        "restored_at": _moment(campaign.restored_at),
        "send_at": _moment(campaign.send_at),
        "begins_at": _moment(campaign.begins_at),
        "wave": campaign.wave_size,
        "wave_stage": find_stage(campaign).value,
    }
    fingerprint = _fingerprint_of(campaign)
    history = [
        {**asdict(each), "started_at": _moment(each.started_at)}
        for each in list_minutes(campaign_id)
    ]
    if is_json:
        pace = {"rate": round(progress.rate, 1), "seconds_left": progress.seconds_left}
        print_json({**figures, **pace, "fingerprint": fingerprint, "history": history})
        return
    left = progress.seconds_left
    words = {"rate": f"{progress.rate:.1f} emails/s", "left": None if left is None else about(left)}
    print_figures({**figures, **words, "fingerprint": fingerprint})
    for why in _list_obstacles(campaign):
        click.echo(f"\n{why}")
    if history:
        click.echo("")
        print_table(history[-MINUTES_SHOWN:], if_none="")


def _list_obstacles(campaign: Campaign) -> Iterator[str]:
    """Yield each reason why a campaign is not being sent, with what to do about it."""
    if campaign.status is CampaignStatus.AWAITING_APPROVAL:
        yield "It waits for a second person. See: flask campaigns approve --help"
    if campaign.restored_at is not None and campaign.status in UNFINISHED:
        yield describe_restored(campaign.id)
    if campaign.status is CampaignStatus.RUNNING and (waits := describe_wait(campaign)):
        yield waits
    if find_stage(campaign) is WaveStage.HOLDING and campaign.status in UNFINISHED:
        yield "The first wave has left. To send to everybody else: flask campaigns continue ID"
    if campaign.problem:
        yield describe_problem(campaign.id, campaign.problem)
    if held := describe_hold():
        yield held


@group.command("list")
@as_json
def list_all(is_json: bool) -> None:
    """List all campaigns, newest first."""
    rows: list[dict[str, Cell]] = [
        {
            "id": campaign.id,
            "status": campaign.status.value,
            "list": _name_lists(campaign),
            "audience": campaign.audience,
            "launched_at": _moment(campaign.launched_at),
            "send_at": _moment(campaign.send_at),
            "subject": campaign.subject,
            "internal_name": campaign.internal_name,
        }
        for campaign, _ in list_campaigns()
    ]
    if is_json:
        print_json({"campaigns": rows})
    else:
        print_table(rows, if_none="There is no campaign yet.")


def _print_launched(campaign: Campaign) -> None:
    click.echo(f"Launched to {campaign.audience} recipients.")
    if campaign.begins_at:
        click.echo(f"Its first email leaves at {_moment(campaign.begins_at)}.")
        click.echo(f"Until then you can stop it: flask campaigns take-back {campaign.id}")
    if campaign.wave_batches:
        click.echo(f"First wave: {campaign.wave_size} of them. The others wait for: continue")
    if campaign.left_out:
        click.echo(
            f"WARNING: {campaign.left_out} people on the list have no valid consent and were left "
            "out. Somebody wrote to the database past this program. Run: flask doctor"
        )
    people = count_deliveries_by_purpose(campaign.id)
    for each in campaign.lists:
        by_it = f" ({people.get(each.purpose_id, 0)})" if len(campaign.lists) > 1 else ""
        click.echo(f"List: {get_list(each.mailing_list_id).name}{by_it}")
    click.echo(f"Subject: {campaign.subject}\nFingerprint: {_fingerprint_of(campaign)}")


def _name_lists(campaign: Campaign) -> str:
    """Return the addresses of the lists of a campaign, in its order."""
    return " ".join(get_list(each.mailing_list_id).slug for each in campaign.lists)


def _fingerprint_of(campaign: Campaign) -> str | None:
    return find_fingerprint(campaign, get_list(campaign.mailing_list_id))


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _get(campaign_id: int) -> Campaign:
    return find_campaign(campaign_id) or _refuse_unknown(campaign_id)


def _refuse_unknown(campaign_id: int) -> Any:
    refuse(f"There is no campaign {campaign_id}. See them with: flask campaigns list")


def _control(
    order: Callable[[int], ControlResult], campaign_id: int, *, done: str, why_not: str
) -> None:
    match order(campaign_id):
        case ControlResult.DONE:
            click.echo(done)
        case ControlResult.UNKNOWN:
            _refuse_unknown(campaign_id)
        case ControlResult.MAY_REPEAT:
            unsent = count_unsent(campaign_id)
            refuse(
                f"Not resumed. {describe_restored(campaign_id)} The database has no result for "
                f"{unsent} people. To send to all of them, to some perhaps twice, add: "
                f"--again-to {unsent}. If that is not right, cancel the campaign."
            )
        case ControlResult.SILENT:
            refuse(f"Campaign {campaign_id} was not resumed. {SILENT}")
        case ControlResult.NOT_NOW:
            now = _get(campaign_id).status.value
            refuse(f"Campaign {campaign_id} was not changed ({now}): {why_not}.")
