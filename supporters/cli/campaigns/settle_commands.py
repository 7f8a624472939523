"""`flask campaigns settle`: marks who got a paused campaign, by the relay's log."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import IO, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import get_campaign
from supporters.cli.campaigns.campaign_commands import campaign_id, group
from supporters.cli.output import Cell, as_json, print_figures, print_json, refuse
from supporters.delivery.campaign_control import count_unsent
from supporters.restore.campaign_settlement import (
    SettleError,
    Settlement,
    count_absent,
    find_settle_error,
    settle_campaign,
)
from supporters.restore.lost_time import LostTime, find_lost_time, list_gaps
from supporters.restore.relay_log import LogUnreadable, RelayLog, read_logs

MOMENT = "%Y-%m-%d %H:%M:%S"
SHOWN = 3


class _Zone(click.ParamType[ZoneInfo]):
    """The name of a time zone."""

    name = "zone"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> ZoneInfo:
        """Return the zone."""
        try:
            return ZoneInfo(str(value))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fail("There is no such time zone. Write it as in Europe/Paris.", param, ctx)


@group.command("settle")
@campaign_id
@click.option(
    "--from",
    "files",
    type=click.File("rb"),
    multiple=True,
    required=True,
    help="A log of the relay (Postfix or Exim), also packed (.gz); - for standard input. Repeat it "
    "for each file, and for each relay.",
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d %H:%M", MOMENT]),
    help="When the former workers ended (UTC). Needed if no instance folder tells it.",
)
@click.option(
    "--zone", type=_Zone(), help="The time zone of the log. [usual: that of this machine]"
)
@click.option("--despite-gaps", is_flag=True, help="Settle it although the log has gaps.")
@click.option("--without-relays", is_flag=True, help="The logs of other relays are lost.")
@click.option("--dry-run", "is_trial", is_flag=True, help="Show the figures, and change nothing.")
@as_json
def settle(
    *,
    campaign_id: int,
    files: Sequence[IO[bytes]],
    until: datetime | None,
    zone: ZoneInfo | None,
    **options: bool,
) -> None:
    """Mark who got a paused campaign, by the relay's log.

    After a restore, or when a machine was lost. Reads the log of the relay from an hour before the
    backup, or before the unknown outcomes, until the former workers ended. The people whom it
    accepted don't get the campaign again; an unknown outcome waits again, if the log goes back to
    the launch without a gap and doesn't have it. It may be run again.
    """
    if error := find_settle_error(campaign_id):
        _refuse(error, campaign_id)
    campaign = get_campaign(campaign_id)
    try:
        relay_log = read_logs(files, clock.now(), zone)
    except (LogUnreadable, OSError) as fault:
        refuse(f"The log can't be read: {fault}")
    lost = find_lost_time(campaign)
    if until is not None:
        lost = LostTime(lost.since, until.replace(tzinfo=UTC))
    if not options["despite_gaps"]:
        _check_cover(relay_log, lost)
    if not options["without_relays"]:
        _check_relays(campaign, relay_log)
    relay_log.has_all_relays = not options["without_relays"]
    is_trial = options["is_trial"]
    done = settle_campaign(campaign_id, relay_log, lost, now=clock.now(), is_trial=is_trial)
    if isinstance(done, SettleError):
        _refuse(done, campaign_id)
    figures = _figures_of(relay_log, done, None if is_trial else campaign_id)
    if options["is_json"]:
        print_json({**figures, "others": dict(done.others)})
        return
    print_figures(figures)
    _print_what_to_do(campaign_id, done, is_trial=is_trial)


def _check_cover(relay_log: RelayLog, lost: LostTime) -> None:
    """Refuse a log that doesn't cover the time that the database lacks."""
    if lost.until is None:
        refuse(
            "When did the former workers end? No replay had their instance folder. Say it, or a "
            "later time, in UTC: --until '2026-12-01 14:30'"
        )
    if gaps := [*list_gaps(relay_log, lost)]:
        named = "; ".join(f"{start:{MOMENT}} to {end:{MOMENT}}" for start, end in gaps[:SHOWN])
        more = f", and {len(gaps) - SHOWN} more" if len(gaps) > SHOWN else ""
        refuse(
            f"Nothing was changed: the log must cover {lost.since:{MOMENT}} to "
            f"{lost.until:{MOMENT}} (UTC), and says nothing about {named}{more}. People who got it "
            "then would get it again. Name the missing files: --from FILE. If nothing left then, "
            "or if these lines are lost, add: --despite-gaps"
        )


def _check_relays(campaign: Campaign, relay_log: RelayLog) -> None:
    """Refuse a log that lacks people who got the campaign before the backup."""
    if absent := count_absent(campaign, relay_log):
        refuse(
            f"Nothing was changed: {absent} people got the campaign by the database, and not by "
            "this log. Give the logs of all relays together, with --from FILE for each. If one is "
            "lost, its people get the campaign again; then add: --without-relays"
        )


def _figures_of(relay_log: RelayLog, done: Settlement, campaign_id: int | None) -> dict[str, Cell]:
    return {
        "log_begins_at": _write(relay_log.begins_at),
        "log_ends_at": _write(relay_log.ends_at),
        "accepted": done.accepted,
        "known_before": done.known,
        "not_in_audience": done.strangers,
        "unknown_outcome_waits": done.requeued,
        "unknown_outcome_stays": done.unknown_outcome,
        "unsent": None if campaign_id is None else count_unsent(campaign_id),
    }


def _write(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _print_what_to_do(campaign_id: int, done: Settlement, *, is_trial: bool) -> None:
    click.echo("")
    if is_trial:
        click.echo("Nothing was changed: this was a trial.")
    else:
        unsent = count_unsent(campaign_id)
        is_restored = get_campaign(campaign_id).restored_at is not None
        number = f" --again-to {unsent}" if is_restored else ""
        click.echo(
            f"People who are left: {unsent}. To send to them, once the logs of all relays were "
            f"read: flask campaigns resume {campaign_id}{number}"
        )
    if done.unknown_outcome:
        click.echo(
            f"{done.unknown_outcome} people have it or not: the log can't tell, because it doesn't "
            "go back to the launch without a gap, or isn't that of all relays. They don't get it "
            "again."
        )
    for other, count in sorted(done.others.items()):
        click.echo(
            f"WARNING: the log has {count} emails of campaign {other}, which isn't launched in "
            "this database: it left after the backup. Don't launch its draft again."
        )


def _refuse(error: SettleError, campaign_id: int) -> NoReturn:
    match error:
        case SettleError.UNKNOWN:
            refuse(f"There is no campaign {campaign_id}. See them with: flask campaigns list")
        case SettleError.NOT_PAUSED:
            refuse(
                f"Campaign {campaign_id} isn't paused. If it is being sent, first: flask campaigns "
                f"pause {campaign_id}"
            )
        case SettleError.ALL_KNOWN:
            refuse(
                f"Campaign {campaign_id} wasn't being sent in a restored backup, and its results "
                "are known. See: flask campaigns status"
            )
        case SettleError.STILL_CLAIMED:
            refuse("A worker is still recording results of it. Wait for a minute, and try again.")
