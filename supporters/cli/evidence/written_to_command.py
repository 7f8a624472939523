"""`flask rights written-to`: which campaigns were written to a person after they left, proven."""

import click

from supporters import clock
from supporters.cli.output import (
    Cell,
    Command,
    as_json,
    name_of_user,
    print_json,
    print_table,
    refuse,
)
from supporters.cli.parameters import Line
from supporters.cli.people_commands import read_typed_address
from supporters.consent.record_models import Disclosure
from supporters.evidence.evidence_disclosure import MAX_REASON, disclose_evidence
from supporters.evidence.evidence_pack import gather_evidence
from supporters.people.queries import find_subscriber_by_key


@click.command("written-to", cls=Command)
@click.argument("address", default="-")
@click.option(
    "--reason", type=Line(MAX_REASON), required=True, help="Why. It is sealed in the log."
)
@as_json
def written_to(*, address: str, reason: str, is_json: bool) -> None:
    """Prove what was sent to a person after they left.

    Each answer has its proof from the sealed ledger of the campaign, also that there is no row of
    the person. Without ADDRESS it is read from standard input, and leaves no trace in the history
    of the shell. The log records that it was requested.
    """
    person = find_subscriber_by_key(read_typed_address(address).key)
    if person is None:
        refuse("Nobody here has this address. Nothing leads to the rows of an erased person.")
    made = disclose_evidence(person.id, asked_by=f"shell:{name_of_user()}", reason=reason)
    if not isinstance(made, Disclosure):
        refuse("The person was erased just now.")
    answered = gather_evidence(person, now=clock.now())["written_to"]
    if is_json:
        print_json(answered)
        return
    click.echo(f"left at: {answered['left_at'] or 'never'}")
    rows: list[dict[str, Cell]] = [
        {
            "campaign": each["campaign"],
            "launched_at": each["launched_at"],
            "finished_at": each["finished_at"],
            "written": each["answer"],
            "state": each["row"] and each["row"]["state"],
            "at": each["row"] and each["row"]["at"],
            "proven": each["is_proven"],
        }
        for each in answered["campaigns"]
    ]
    print_table(rows, if_none="No campaign ended after that.")
