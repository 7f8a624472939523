"""`flask delivery`: shows, stops and resumes the sending of all campaigns."""

from collections.abc import Mapping
from typing import IO

import click

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser_by_email
from supporters.audit.restorations import list_unacknowledged
from supporters.cli.command_texts import (
    describe_hold,
    describe_rejected_emails,
    describe_sending_window,
    describe_stop,
)
from supporters.cli.doctor import RECENT_EMAILS
from supporters.cli.output import (
    Cell,
    Group,
    as_json,
    figures_of,
    print_figures,
    print_json,
    print_table,
    refuse,
)
from supporters.cli.parameters import HourOfDay, Line, WeekDays, read_checkpoints
from supporters.consent.record_models import Restoration
from supporters.delivery.emergency_stop import find_stop, resume_all, stop_all
from supporters.delivery.machines import trust_database
from supporters.delivery.models import MAX_REASON
from supporters.delivery.planned.sending_rule import LONGEST_LIMIT_MINUTES, change_late_limit
from supporters.delivery.progress import get_total_progress
from supporters.delivery.restore_hold import LiftHoldError, find_hold, lift_hold, list_unread
from supporters.delivery.send_journal.journal_report import JournalReport, inspect_journals
from supporters.mail.models import EmailStatus
from supporters.mail.queries import count_emails_by_status, count_refused_emails
from supporters.sending_times.rules import Window, WindowFault
from supporters.sending_times.sending_window import change_window, find_window, remove_window
from supporters.smtp_relay.outcomes import AttemptOutcome
from supporters.transparency_log.checkpoints import find_largest_checkpoint
from supporters.web.labels import Use, label

group = Group("delivery", help="Show, stop and resume all sending.")


def find_owner(email: str) -> Organiser:
    """Return an owner at work; refuse another account."""
    owner = find_organiser_by_email(email.strip().lower())
    if owner is None or not owner.is_owner_at_work:
        refuse("Only an owner can decide this. See them with: flask organisers list")
    return owner


@group.command("stop")
@click.option("--reason", type=Line(MAX_REASON), help="Why. The team reads it.")
def stop(reason: str | None) -> None:
    """Stop all campaigns on all machines."""
    since = stop_all(reason or "").isoformat(timespec="seconds")
    click.echo(
        f"Stopped, since {since}. Within two seconds no machine sends campaigns any more. "
        "Transactional emails such as confirmations are still sent. Undo it with: "
        "flask delivery resume --by OWNER --reason TEXT"
    )


@group.command("resume")
@click.option("--by", "email", required=True, metavar="OWNER", help="The owner who decided it.")
@click.option("--reason", type=Line(MAX_REASON), required=True, help="Why sending may continue.")
def resume(email: str, reason: str) -> None:
    """End the stop, for an owner. Paused and cancelled campaigns stay so."""
    was_stopped = resume_all(find_owner(email).id, reason)
    if held := describe_hold():
        click.echo(f"The stop is over, but no campaign is sent. {held}")
    else:
        click.echo("Campaigns go on." if was_stopped else "Nothing was stopped. Campaigns go on.")


@group.command("late-limit")
@click.argument("minutes", type=click.IntRange(1, LONGEST_LIMIT_MINUTES))
def late_limit(minutes: int) -> None:
    """Set how late a planned campaign may leave.

    The limit is in minutes after its hour. [usual: 120]
    """
    changed = change_late_limit(minutes)
    click.echo(f"{'Set' if changed else 'It was set already'}: {minutes} minutes.")


@group.command("lift-hold")
@click.option("--by", "email", required=True, metavar="OWNER", help="The owner who decided it.")
@click.option(
    "--reason", type=Line(MAX_REASON), required=True, help="Why this is the right database."
)
@click.option(
    "--head",
    "external",
    type=click.File("rb"),
    help="The newest email to the data protection officer with a checkpoint, saved as a file.",
)
@click.option(
    "--without-journals", is_flag=True, help="Lift it although journals of machines weren't read."
)
@click.option(
    "--restoration",
    "restorations",
    type=int,
    multiple=True,
    metavar="ID",
    help="A restoration in the log that the owner knows of. Repeat it for each.",
)
def lift(
    *,
    email: str,
    reason: str,
    external: IO[bytes] | None,
    restorations: tuple[int, ...],
    without_journals: bool,
) -> None:
    """Lift the hold on sending after a restore.

    An owner states that this database is the right one. All sending is held after a restore, and
    when a worker starts on a machine that doesn't know the database. Campaigns that were being
    sent stay paused.
    """
    lifted = lift_hold(
        find_owner(email).id,
        reason,
        None if external is None else find_largest_checkpoint(read_checkpoints(external.read())),
        without_journals=without_journals,
        acknowledged=restorations,
    )
    if isinstance(lifted, LiftHoldError):
        refuse(_explain(lifted))
    trust_database()
    click.echo("Lifted. Campaigns that were being sent stay paused: check each of them.")


def _explain(refused: LiftHoldError) -> str:
    """Return why the hold was not lifted, and what to do."""
    match refused:
        case LiftHoldError.NOT_HELD:
            return "Sending isn't held."
        case LiftHoldError.LOG_BEGUN_AGAIN:
            how = "the consent log isn't the one that began. Restore the newest backup that has "
            how = f"{how}it. See: flask consent verify"
        case LiftHoldError.RESTORATION_NOT_ACKNOWLEDGED:
            how = f"the owner must know of each restoration.\n{_ask_about_each()}"
        case LiftHoldError.FOLDER_KNOWS_MORE:
            how = "this machine has a checkpoint that the database lacks. First run: flask rights "
            how = f"{how}replay. See: flask doctor"
        case LiftHoldError.CHECKPOINT_NOT_IN_LOG:
            how = "the database lacks entries of this checkpoint. If a backup was restored, first "
            how = f"{how}run: flask rights replay --from FILE, with this file"
        case _:
            named = ", ".join(each.name for each in list_unread())
            how = f"no replay has read the journals of these machines: {named}. If a backup was "
            how = f"{how}restored, people who unsubscribed there would get emails again: first run "
            how = f"{how}flask rights replay --from DIR. If none was restored, or if the journals "
            how = f"{how}are lost, add: --without-journals"
    return f"Not lifted: {how}"


def _describe_loss(restoration: Restoration) -> str:
    if restoration.is_appended:
        return f"{restoration.appended} records are lost, only their hashes remain. "
    return f"The log goes on as {restoration.origin}. " if restoration.origin else ""


def _ask_about_each() -> str:
    return "\n".join(
        f"A backup of {each.restored_size} entries was restored, recorded on "
        f"{each.occurred_at.isoformat(timespec='seconds')}. {_describe_loss(each)}If that is "
        "right, add: "
        f"--restoration {each.id}"
        for each in list_unacknowledged()
    )


@group.command("window")
@click.option("--days", type=WeekDays(), help="The days, 1 for Monday, as in 1-5 or 1,3,7.")
@click.option("--from", "opens", type=HourOfDay(), help="When it opens, as in 08:00.")
@click.option("--to", "closes", type=HourOfDay(), help="When it closes, as in 21:00.")
@click.option("--off", "is_off", is_flag=True, help="Let campaigns leave at any time.")
def window(
    *, days: frozenset[int] | None, opens: int | None, closes: int | None, is_off: bool
) -> None:
    """Show or change the hours in which campaigns leave.

    Outside of this sending window campaigns wait, and go on by themselves. Transactional emails
    never wait.
    """
    if is_off:
        remove_window()
    elif days is not None and opens is not None and closes is not None:
        changed = change_window(Window(days=days, opens=opens, closes=closes), None)
        if isinstance(changed, WindowFault):
            refuse(f"Not changed. {label(changed, Use.SHELL)}")
    elif (days, opens, closes) != (None, None, None):
        refuse("Give --days, --from and --to together, or --off.")
    click.echo(describe_sending_window(find_window()))


@group.command("status")
@as_json
def status(is_json: bool) -> None:
    """Show the progress of all sending.

    Shows results, rate, stop and hold, and the transactional emails that wait.
    """
    progress = get_total_progress()
    figures = figures_of(progress)
    stop = find_stop()
    since = None if stop is None else stop.since.isoformat(timespec="seconds")
    hold = find_hold()
    counts = count_emails_by_status()
    emails = {each.value: counts.get(each, 0) for each in EmailStatus}
    refused = count_refused_emails(clock.now() - RECENT_EMAILS)
    if is_json:
        held_at = None if hold is None else hold.since.isoformat(timespec="seconds")
        why = None if hold is None else hold.because.value
        pace: dict[str, Cell] = {"rate": round(progress.rate, 1), "stopped_at": since}
        pace |= {"stopped_because": stop.because if stop else None}
        pace |= {"held_at": held_at, "held_because": why}
        print_json({**figures, **pace, "letters": emails, "letters_refused": refused})
        return
    print_figures(
        {
            **figures,
            "rate": f"{progress.rate:.1f} emails/s",
            "stopped": "no" if since is None else f"since {since}",
            **{f"emails {name}": count for name, count in emails.items()},
        }
    )
    if stop is not None:
        click.echo(f"\n{describe_stop(stop)}")
    if hold is not None:
        click.echo(f"\n{describe_hold(hold)}")
    if refused:
        click.echo(f"\nLetters: {describe_rejected_emails(refused)}")


@group.command("journal")
@as_json
def journal(is_json: bool) -> None:
    """Show the send journals of this machine.

    Shows the results that a recovery would record. For a living worker: the results that it would
    record if the worker were killed now. Nothing is changed.
    """
    rows = [_row(report) for report in inspect_journals()]
    if is_json:
        print_json({"journals": rows})
    else:
        print_table(
            rows, if_none="There is no send journal: no worker of this folder has sent emails yet."
        )


def _row(report: JournalReport) -> Mapping[str, Cell]:
    return {
        "sender": report.sender,
        "worker": report.worker.value,
        "journal": report.state.value,
        "campaign": report.campaign_id,
        "batch": report.batch,
        "people": report.people,
        **{outcome.name.lower(): report.outcomes.get(outcome, 0) for outcome in AttemptOutcome},
    }
