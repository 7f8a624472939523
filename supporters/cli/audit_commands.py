"""`flask audit`: shows who did what in the console and by command."""

import json
from datetime import UTC, datetime

import click

from supporters.accounts.queries import find_organiser, find_organiser_by_email
from supporters.audit_log.audit_events import AuditEvent, declared_acts
from supporters.audit_log.audit_log import AuditFilter, list_audit_events
from supporters.cli.output import Cell, Group, as_json, print_json, print_table, refuse
from supporters.cli.parameters import EmailParameter
from supporters.people.addresses import Address

group = Group("audit", help="Show who did what.")
MOST = 100_000


def _find_act(_: click.Context, __: click.Parameter, act: str | None) -> str | None:
    if act is not None and act not in declared_acts():
        raise click.BadParameter(f"{act!r} is not one of {', '.join(declared_acts())}.")
    return act


@group.command("list")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="Only acts since this day or moment, in UTC.",
)
@click.option("--account", type=EmailParameter(), help="Only acts of the account at this address.")
@click.option(
    "--act",
    callback=_find_act,
    metavar="ACT",
    help="Only this act, such as campaign.launched.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, MOST),
    default=100,
    show_default=True,
    help="Show at most so many acts.",
)
@as_json
def list_acts(
    *, since: datetime | None, account: Address | None, act: str | None, limit: int, is_json: bool
) -> None:
    """List the acts of the team, newest first."""
    chosen = AuditFilter(
        account_id=_find_account(account),
        act=act,
        since=since and since.replace(tzinfo=UTC),
    )
    events = list_audit_events(chosen, limit=limit)
    if is_json:
        print_json({"events": [_as_json(event) for event in events]})
        return
    print_table([_as_row(event) for event in events], if_none="No act is recorded.")


def _find_account(account: Address | None) -> int | None:
    if account is None:
        return None
    organiser = find_organiser_by_email(account.key)
    if organiser is None:
        refuse("No account has this address. See: flask organisers list")
    return organiser.id


def _as_row(event: AuditEvent) -> dict[str, Cell]:
    details: dict[str, Cell] = json.loads(event.details)
    return {
        "when": event.occurred_at.isoformat(timespec="seconds"),
        "actor": _name_of_actor(event),
        "act": event.act,
        "object": event.object_id,
        "network": event.network_mac.hex()[:4] if event.network_mac else None,
        "details": " ".join(f"{name}={value}" for name, value in details.items()) or None,
    }


def _as_json(event: AuditEvent) -> dict[str, object]:
    return {
        **_as_row(event),
        "id": str(event.id),
        "actor_kind": event.actor_kind.value,
        "account_id": event.account_id,
        "object": None if event.object_id is None else str(event.object_id),
        "network": event.network_mac.hex() if event.network_mac else None,
        "details": json.loads(event.details),
    }


def _name_of_actor(event: AuditEvent) -> str:
    if event.account_id is None:
        return f"shell:{event.actor_name}" if event.actor_name else event.actor_kind.value
    account = find_organiser(event.account_id)
    return account.email if account else str(event.account_id)
