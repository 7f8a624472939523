"""`flask rights cases` and `record`: what people asked of us, and what we do with data at all."""

import click
from flask_babel import force_locale

from supporters import clock
from supporters.cli.speaking import Command, Figure, as_json, print_json, print_table
from supporters.languages import LANGUAGES
from supporters.rights.cases.queries import CaseState, list_cases
from supporters.rights.processing import describe_processing
from supporters.rights.rules import last_day, urgency_of


@click.command("cases", cls=Command)
@as_json
@click.option("--all", "is_all", is_flag=True, help="Closed ones too.")
def cases(*, is_json: bool, is_all: bool) -> None:
    """List the open cases by their last day. No address is shown."""
    now = clock.now()
    rows: list[dict[str, Figure]] = [
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


@click.command("record", cls=Command)
@as_json
@click.option("--language", type=click.Choice([*LANGUAGES]), default="en", show_default=True)
def record(*, is_json: bool, language: str) -> None:
    """Print the record of processing (GDPR article 30), made from what is set at this moment."""
    with force_locale(language):
        described = describe_processing(clock.now())
    if is_json:
        print_json(described.as_json())
        return
    for section in described.sections:
        click.echo(f"{section.title}\n{'-' * len(section.title)}")
        for line in section.lines:
            click.echo(f"- {line}")
        click.echo("")
