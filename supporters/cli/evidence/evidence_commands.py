"""`flask consent proof`: evidence on one person, for a complaint or an authority (REQ-23)."""

import os
from pathlib import Path

import click
from flask_babel import force_locale

from supporters import clock
from supporters.cli.consent_commands import group
from supporters.cli.output import (
    Cell,
    as_json,
    name_of_user,
    print_figures,
    print_json,
    print_table,
    refuse,
)
from supporters.cli.parameters import Line, read_address
from supporters.cli.people_commands import ask_for_address
from supporters.consent.record_models import Disclosure
from supporters.evidence.evidence_disclosure import (
    MAX_REASON,
    disclose_evidence,
    disclose_lookup,
    render_evidence,
)
from supporters.evidence.evidence_pack import PACK, Pack, gather_evidence, list_active_suppressions
from supporters.languages import DEFAULT_LANGUAGE, TEAM_LANGUAGES
from supporters.people.addresses import Address, AddressInvalid
from supporters.people.queries import find_subscriber_by_key
from supporters.web.labels.consent_labels import DELAYS

ONLY_FOR_THE_OWNER = 0o600


@group.command("proof")
@click.argument("address", default="-")
@click.option(
    "--reason", type=Line(MAX_REASON), required=True, help="Why. It is sealed in the log."
)
@click.option(
    "--html", "file", type=click.Path(dir_okay=False), help="Write the pack to this file."
)
@click.option(
    "--language",
    type=click.Choice([*TEAM_LANGUAGES]),
    default=DEFAULT_LANGUAGE,
    show_default=True,
    help="The language of the HTML file, and of the names of purposes without a list.",
)
@as_json
def proof(*, address: str, reason: str, file: str | None, language: str, is_json: bool) -> None:
    """Print the evidence on the consents of one person.

    The log records that it was requested. Without ADDRESS it is read from standard input, and
    leaves no trace in the history of the shell.
    """
    typed = ask_for_address() if address == "-" else address
    try:
        parsed = read_address(typed)
    except AddressInvalid:
        refuse("That isn't a valid email address. Nothing was looked up.")
    with force_locale(language):
        pack = _find_pack(parsed, reason)
    if pack is None:
        _print_lookup(parsed, is_json=is_json)
        return
    if file is not None:
        _write(Path(file), render_evidence(pack, language))
    if is_json:
        print_json(pack)
    else:
        _print_summary(pack)


def _find_pack(address: Address, reason: str) -> Pack | None:
    """Return the pack; None for an unknown address. Both look-ups are recorded first."""
    subscriber = find_subscriber_by_key(address.key)
    asked_by = f"shell:{name_of_user()}"
    if subscriber is not None:
        made = disclose_evidence(subscriber.id, asked_by=asked_by, reason=reason)
        if isinstance(made, Disclosure):
            return gather_evidence(subscriber, now=clock.now())
    disclose_lookup(asked_by=asked_by, reason=reason)
    return None


def _print_lookup(address: Address, *, is_json: bool) -> None:
    is_suppressed = bool(list_active_suppressions(address.text, clock.now()))
    if is_json:
        print_json({"schema": PACK, "person": None, "must_not_be_written_to": is_suppressed})
    elif is_suppressed:
        click.echo("Nobody here has this address. It is suppressed: it must not be written to.")
    else:
        click.echo("Nothing is stored about this address.")


def _write(file: Path, html: str) -> None:
    """Write the pack, readable by this user only. An existing file is not changed."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_FOR_THE_OWNER)
    except OSError as error:
        refuse(f"{file} can't be written ({error.strerror}). Name another file.")
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(html)
    click.echo(f"Written: {file}. It holds personal data.", err=True)


def _print_summary(pack: Pack) -> None:
    named = ("events", "wordings", "pages", "controllers", "disclosures")
    proved = [part for name in named for part in pack[name]]
    print_figures(
        {
            "address": pack["person"]["address"],
            "known_since": pack["person"]["known_since"],
            "proved": f"{sum(part['is_intact'] for part in proved)} of {len(proved)}",
            "sealed_late": sum(part["is_intact"] and part["delay"] in DELAYS for part in proved),
            "log_size": pack["log"]["size"],
            "mails": len(pack["mails"]),
            "letters": len(pack["letters"]),
            "suppressions": len(pack["suppressions"]),
            "disclosures": len(pack["disclosures"]),
        }
    )
    click.echo("")
    rows: list[dict[str, Cell]] = [
        {
            "when": event["occurred_at"],
            "what": event["kind"],
            "about": event["purpose_name"],
            "by": event["method"],
            "entry": event["proof"]["index"] if event["proof"] else None,
            "intact": event["is_intact"],
            "sealed_after": event["proof"]["sealed"]["after_at"] if event["proof"] else None,
            "sealed_by": event["proof"]["sealed"]["by_at"] if event["proof"] else None,
        }
        for event in pack["events"]
    ]
    print_table(rows, if_none="No event.")
    for part in proved:
        if part["is_intact"] and part["delay"] in DELAYS:
            by = part["proof"]["sealed"]["by_at"]
            click.echo(f"LATE  Its time is {part['happened_at']}, but it was sealed by {by} only.")
            click.echo(f"      {DELAYS[part['delay']]}")
