"""`flask dkim`: makes, checks and retires the keys that sign our emails."""

import re
from datetime import datetime

import click

from supporters import clock
from supporters.cli.output import Group, as_json, print_figures, print_json, print_table, refuse
from supporters.cli.parameters import Line
from supporters.extensions import current_settings
from supporters.mail.dkim.models import MAX_DOMAIN, MAX_REASON, DkimKey, KeyStatus
from supporters.mail.dkim.rules import KeyRecord, record_of, retires_on
from supporters.mail.dkim.signing_keys import list_keys
from supporters.mail_signing.key_rotation import (
    MakeKeyError,
    RetireKeyError,
    check_records,
    make_key,
    retire_key,
)
from supporters.web.labels import Use, label

group = Group("dkim", help="Sign emails with DKIM: make, check and retire keys.")
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
NO_KEY = "There is no key: we sign nothing, and the relay must. Make one with: flask dkim new"


def _read_domain(_: click.Context, __: click.Parameter, value: str | None) -> str:
    domain = (value or current_settings().mail_domain).lower()
    if len(domain) > MAX_DOMAIN or not DOMAIN.fullmatch(domain):
        raise click.BadParameter(f"{domain!r} is no domain, as in party.example.")
    return domain


domain_option = click.option(
    "--domain", callback=_read_domain, help="The domain of a sender; without it, of MAIL_FROM."
)


@group.command("new")
@domain_option
@as_json
def new(*, domain: str, is_json: bool) -> None:
    """Make the next key, and print the record to publish.

    It signs once the DNS shows its record; until then the former key signs.
    """
    key = make_key(domain, clock.now())
    if isinstance(key, MakeKeyError):
        refuse(label(key, Use.SHELL))
    if is_json:
        print_json(_describe(key))
        return
    click.echo(f"The key {key.selector} is made. It signs nothing yet. Publish this record:\n")
    _print_record(key)
    click.echo("\nThen run: flask dkim status. A worker looks each minute as well.")


@group.command("status")
@as_json
def status(*, is_json: bool) -> None:
    """Ask the DNS for the records, and show all keys.

    A key whose record shows begins to sign.
    """
    check_records(clock.now())
    keys = list_keys()
    if is_json:
        print_json({"keys": [_describe(key) for key in keys]})
        return
    print_table(
        [
            {
                "selector": key.selector,
                "domain": key.domain,
                "status": key.status.value,
                "record": key.record and key.record.value,
                "since": _since(key).isoformat(timespec="seconds"),
            }
            for key in keys
        ],
        if_none=NO_KEY,
    )
    for key in keys:
        if key.status is KeyStatus.WAITING:
            click.echo("\nPublish:\n")
            _print_record(key)


@group.command("retire")
@click.argument("selector")
@domain_option
@click.option("--now", "is_urgent", is_flag=True, help="Also if the key or its record is needed.")
@click.option("--reason", type=Line(MAX_REASON), help="Why it can't wait; we keep it.")
def retire(*, selector: str, domain: str, is_urgent: bool, reason: str | None) -> None:
    """Delete the private half of a key that signs no more.

    The record must stay for seven days after the last email that it signed.
    """
    if is_urgent is not bool(reason):
        refuse("Give --now and --reason TEXT together.")
    ids = [key.id for key in list_keys() if (key.selector, key.domain) == (selector, domain)]
    retired = retire_key(ids[0], clock.now(), because=reason or "") if ids else None
    if retired is None:
        refuse(f"{domain} has no key {selector}. See: flask dkim status")
    if isinstance(retired, RetireKeyError):
        refuse(label(retired, Use.SHELL))
    click.echo(f"Retired. Delete the record {_record(retired).name} from the DNS.")


def _print_record(key: DkimKey) -> None:
    record = _record(key)
    print_figures({"name": record.name, "type": "TXT", "value": record.value})
    click.echo(f"\nAs the line of a zone file:\n{record.zone_line}")


def _record(key: DkimKey) -> KeyRecord:
    return record_of(key.domain, key.selector, key.public_key)


def _since(key: DkimKey) -> datetime:
    return key.retired_at or key.ended_at or key.activated_at or key.created_at


def _describe(key: DkimKey) -> dict[str, object]:
    record, may_retire = _record(key), retires_on(key.status, key.ended_at, clock.now())
    return {
        "selector": key.selector,
        "domain": key.domain,
        "status": key.status.value,
        "since": _since(key).isoformat(),
        "record_state": key.record and key.record.value,
        "checked_at": key.checked_at and key.checked_at.isoformat(),
        "retires_from": may_retire and may_retire.isoformat(),
        "record": {
            "name": record.name,
            "type": "TXT",
            "value": record.value,
            "strings": record.strings,
            "zone_line": record.zone_line,
        },
    }
