"""`flask delivery`: what is being sent, over all campaigns, the letters that wait, and the stop."""

from collections.abc import Mapping

import click

from supporters import clock
from supporters.cli.campaigns import figures_of
from supporters.cli.doctor import LETTERS_OF_LATE
from supporters.cli.speaking import (
    Figure,
    Group,
    as_json,
    print_figures,
    print_json,
    print_table,
)
from supporters.cli.troubles import describe_refused_letters
from supporters.delivery.journal.inspecting import JournalReport, inspect_journals
from supporters.delivery.progress import get_total_progress
from supporters.delivery.rules import Outcome
from supporters.delivery.stopping import find_stop, resume_all, stop_all
from supporters.mail.models import LetterStatus
from supporters.mail.queries import count_letters_by_status, count_refused_letters

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
    click.echo("Campaigns go on." if resume_all() else "Nothing was stopped; campaigns go on.")


@group.command("status")
@as_json
def status(is_json: bool) -> None:
    """Show what became of the mails of all campaigns, the rate, the stop, and the letters."""
    progress = get_total_progress()
    figures = figures_of(progress)
    stopped_at = find_stop()
    since = None if stopped_at is None else stopped_at.isoformat(timespec="seconds")
    counts = count_letters_by_status()
    letters = {each.value: counts.get(each, 0) for each in LetterStatus}
    refused = count_refused_letters(clock.now() - LETTERS_OF_LATE)
    if is_json:
        pace = {"rate": round(progress.rate, 1), "stopped_at": since}
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
