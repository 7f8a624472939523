"""`flask delivery`: what is being sent, over all campaigns, the letters that wait, and the stop."""

from collections.abc import Mapping
from typing import IO

import click

from supporters import clock
from supporters.cli.command_texts import describe_hold, describe_refused_letters
from supporters.cli.doctor import LETTERS_OF_LATE
from supporters.cli.output import (
    Figure,
    Group,
    as_json,
    figures_of,
    print_figures,
    print_json,
    print_table,
    refuse,
)
from supporters.cli.parameters import Line, read_heads
from supporters.delivery.emergency_stop import find_stop, resume_all, stop_all
from supporters.delivery.machines import accept_database
from supporters.delivery.models import MAX_REASON
from supporters.delivery.progress import get_total_progress
from supporters.delivery.restore_hold import LiftError, find_hold, lift_hold
from supporters.delivery.rules import Outcome
from supporters.delivery.send_journal.journal_report import JournalReport, inspect_journals
from supporters.mail.models import LetterStatus
from supporters.mail.queries import count_letters_by_status, count_refused_letters
from supporters.organisers.queries import find_organiser_by_email
from supporters.transparency_log.checkpoints import find_newest

group = Group("delivery", help="What is being sent.")


@group.command("stop")
def stop() -> None:
    """Stop all campaigns, on every machine, until they are let go on."""
    since = stop_all().isoformat(timespec="seconds")
    click.echo(
        f"Stopped, since {since}: within two seconds no campaign leaves any more, on any machine. "
        "Letters such as confirmations still go. Undo it with: flask delivery resume"
    )


@group.command("resume")
def resume() -> None:
    """Let campaigns go on; those that were paused or cancelled stay so."""
    was_stopped = resume_all()
    if held := describe_hold():
        click.echo(f"The stop is over, but no campaign leaves. {held}")
    else:
        click.echo("Campaigns go on." if was_stopped else "Nothing was stopped; campaigns go on.")


@group.command("lift-hold")
@click.option("--by", "email", required=True, metavar="OWNER", help="The owner who decided it.")
@click.option("--reason", type=Line(MAX_REASON), required=True, help="Why this is the right one.")
@click.option(
    "--head",
    "kept",
    type=click.File("rb"),
    help="The newest mail of the data protection officer with a head, saved as a file, to compare.",
)
def lift(email: str, reason: str, kept: IO[bytes] | None) -> None:
    """Say that this database is the right one: what was held leaves again.

    All sending is held when a backup was put back, or when a worker begins on a machine that knows
    nothing of the database. Campaigns that were on their way stay paused.
    """
    owner = find_organiser_by_email(email.strip().lower())
    if owner is None or not owner.is_owner_at_work:
        refuse("Only an owner can decide this. See them with: flask organisers list")
    lifted = lift_hold(
        owner.id, reason, None if kept is None else find_newest(read_heads(kept.read()))
    )
    match lifted:
        case LiftError.NOT_HELD:
            refuse("Nothing is held.")
        case LiftError.FOLDER_KNOWS_MORE:
            refuse(
                "Not lifted: this machine kept a head that the database lacks. First run: flask "
                "rights replay. See flask doctor"
            )
        case LiftError.HEAD_NOT_IN_LOG:
            refuse(
                "Not lifted: the database lacks what this head stands for. If a backup was put "
                "back, first run: flask rights replay --from FILE, with this file"
            )
        case _:
            accept_database()
            click.echo("Lifted. Campaigns that were on their way stay paused: look at each.")


@group.command("status")
@as_json
def status(is_json: bool) -> None:
    """Show what became of the mails of all campaigns, the rate, the stop, and the letters."""
    progress = get_total_progress()
    figures = figures_of(progress)
    stopped_at = find_stop()
    since = None if stopped_at is None else stopped_at.isoformat(timespec="seconds")
    hold = find_hold()
    counts = count_letters_by_status()
    letters = {each.value: counts.get(each, 0) for each in LetterStatus}
    refused = count_refused_letters(clock.now() - LETTERS_OF_LATE)
    if is_json:
        held_at = None if hold is None else hold.since.isoformat(timespec="seconds")
        why = None if hold is None else hold.because.value
        pace: dict[str, Figure] = {"rate": round(progress.rate, 1), "stopped_at": since}
        pace |= {"held_at": held_at, "held_because": why}
        print_json({**figures, **pace, "letters": letters, "letters_refused": refused})
        return
    print_figures(
        {
            **figures,
            "rate": f"{progress.rate:.1f} mails/s",
            "stopped": "no" if since is None else f"since {since}",
            **{f"letters {name}": count for name, count in letters.items()},
        }
    )
    if hold is not None:
        click.echo(f"\n{describe_hold(hold)}")
    if refused:
        click.echo(f"\nLetters: {describe_refused_letters(refused)}")


@group.command("journal")
@as_json
def journal(is_json: bool) -> None:
    """Show what the journals on this machine hold, and what would be recorded from them.

    Of a worker that is alive: what would be recorded if it were killed now. Nothing is changed.
    """
    rows = [_row(report) for report in inspect_journals()]
    if is_json:
        print_json({"journals": rows})
    else:
        print_table(
            rows, if_none="There is no journal: no worker of this folder has sent mail yet."
        )


def _row(report: JournalReport) -> Mapping[str, Figure]:
    return {
        "lane": report.lane,
        "worker": report.worker.value,
        "journal": report.state.value,
        "campaign": report.campaign_id,
        "batch": report.batch,
        "people": report.people,
        **{outcome.name.lower(): report.outcomes.get(outcome, 0) for outcome in Outcome},
    }
