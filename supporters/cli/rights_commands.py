"""`flask rights`: privacy requests, the record of processing, and the replay after a restore."""

import time
from collections.abc import Callable

import click
from flask_babel import force_locale

from supporters import clock
from supporters.accountability.impact_assessment import describe_impact
from supporters.accountability.processing_record import ProcessingRecord, describe_processing
from supporters.cases.queries import CaseState, list_cases
from supporters.cases.rules import last_day, urgency_of
from supporters.cli.evidence.written_to_command import written_to
from supporters.cli.output import (
    Cell,
    Command,
    Group,
    as_json,
    print_figures,
    print_json,
    print_table,
    refuse,
)
from supporters.cli.people_commands import read_typed_address
from supporters.cli.replay_commands import replay
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.consent.withdrawal_journal import journal_path
from supporters.languages import TEAM_LANGUAGES
from supporters.people.queries import find_subscriber_by_key
from supporters.personal_data import restriction
from supporters.personal_data.disk_cleanup import CampaignBegan, PoolerInTheWay, clear_disk
from supporters.personal_data.erasure import ErasureOrder, erase_address
from supporters.pooler import NEEDS_THE_SERVER
from supporters.restore.journal_rebuild import rebuild_journal
from supporters.web.labels import Use, label

journal = Group("journal", help="Rebuild the withdrawal journal of this machine.")
group = Group("rights", help="Answer privacy requests; replay withdrawals.")


@click.command("cases", cls=Command)
@as_json
@click.option("--all", "is_all", is_flag=True, help="Also list closed cases.")
def cases(*, is_json: bool, is_all: bool) -> None:
    """List the open cases by due date. Shows no address."""
    now = clock.now()
    rows: list[dict[str, Cell]] = [
        {
            "id": case.id,
            "kind": case.kind.value,
            "channel": case.channel.value,
            "is_known": case.subscriber_id is not None,
            "received_at": case.received_at.isoformat(timespec="seconds"),
            "last_day": last_day(case.due_at).isoformat(),
            "urgency": "closed" if case.closed_at else urgency_of(case.due_at, now).value,
            "is_extended": case.extended_at is not None,
        }
        for case in list_cases(CaseState.ALL if is_all else CaseState.OPEN)
    ]
    if is_json:
        print_json({"cases": rows})
    else:
        print_table(rows, if_none="No case is open.")


@click.command("clear-disk", cls=Command)
@as_json
def clear(is_json: bool) -> None:
    """Clear PostgreSQL's files of erased people.

    The worker does it each night with the tables that it can rewrite within two seconds. Pages
    wait meanwhile: run it when few people visit. Refused while a campaign is being sent.
    """
    began = time.monotonic()
    try:
        clear_disk(clock.now(), is_waiting_allowed=True)
    except CampaignBegan:
        refuse("A campaign is being sent. Run this again after it, or pause it before.")
    except PoolerInTheWay:
        refuse(NEEDS_THE_SERVER)
    figures = {"seconds": round(time.monotonic() - began, 1)}
    if is_json:
        print_json(figures)
    else:
        print_figures(figures)


@journal.command("rebuild")
@as_json
def rebuild(is_json: bool) -> None:
    """Add the missing lines to the journal, from the database.

    Use it after the disk was full, or the file was lost. It is safe to run again, and while the
    worker and the pages run. With several machines it writes the lines of all of them, which does
    no harm.
    """
    try:
        added = rebuild_journal(clock.now())
    except OSError as error:
        refuse(f"{journal_path()} can't be written ({error.strerror}). Its gaps remain.")
    if is_json:
        print_json({"added": added})
    else:
        print_figures({"added": added})


@click.command("record", cls=Command)
@as_json
@click.option("--language", type=click.Choice([*TEAM_LANGUAGES]), default="en", show_default=True)
def record(*, is_json: bool, language: str) -> None:
    """Print the record of processing (GDPR article 30).

    It is made from the current settings.
    """
    with force_locale(language):
        _print_record(describe_processing(clock.now()), is_json=is_json)


@click.command("impact", cls=Command)
@as_json
@click.option("--language", type=click.Choice([*TEAM_LANGUAGES]), default="en", show_default=True)
def impact(*, is_json: bool, language: str) -> None:
    """Print the data sheet for the impact assessment.

    It has the facts of GDPR article 35, with the present counts. The controller judges the risks.
    """
    with force_locale(language):
        _print_record(describe_impact(clock.now()), is_json=is_json)


def _print_record(described: ProcessingRecord, *, is_json: bool) -> None:
    if is_json:
        print_json(described.as_json())
        return
    for section in described.sections:
        click.echo(f"{section.title}\n{'-' * len(section.title)}")
        for line in section.lines:
            click.echo(f"- {line}")
        click.echo("")


for command in (cases, clear, impact, record, journal, replay, written_to):
    group.add_command(command)
ADDRESS_HELP = (
    "Without ADDRESS it is read from standard input, and leaves no trace in the history of the "
    "shell."
)


@group.command("erase", epilog=ADDRESS_HELP)
@click.argument("address", default="-")
def erase(address: str) -> None:
    """Erase a person. This can't be undone."""
    erased = erase_address(
        read_typed_address(address),
        ErasureOrder(reason=ErasureReason.ASKED, method=Method.ORGANISER),
    )
    click.echo(label(erased, Use.SHELL))


@group.command("restrict", epilog=ADDRESS_HELP)
@click.argument("address", default="-")
def restrict(address: str) -> None:
    """Restrict the data of a person (GDPR 18).

    The person gets no email. Nothing is changed or deleted until the restriction is lifted.
    """
    _change(address, restriction.restrict_person)
    click.echo("Restricted. The person gets no email, and their data isn't changed or deleted.")


@group.command("lift-restriction", epilog=ADDRESS_HELP)
@click.argument("address", default="-")
def lift_restriction(address: str) -> None:
    """Lift the restriction of a person."""
    _change(address, restriction.lift_restriction)
    click.echo("The restriction is lifted.")


# The former name of the command. Scripts of operators may use it.
group.add_command(
    Command(
        "release",
        callback=lift_restriction.callback,
        params=lift_restriction.params,
        hidden=True,
    )
)


def _change(address: str, change: Callable[[int, Method], bool]) -> None:
    person = find_subscriber_by_key(read_typed_address(address).key)
    if person is None or not change(person.id, Method.ORGANISER):
        refuse("Nobody here has this address. Nothing was changed.")
